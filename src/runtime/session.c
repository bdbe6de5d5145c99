#include "runtime/session.h"

#include "base/id.h"
#include "engine/merkle/merkle.h"

#include <sodium.h>

/* ---- secrets ---- */

const char *secret_new(struct arena *a)
{
    unsigned char random[32];
    char *text = arena_alloc(a, SECRET_TEXT);
    random_bytes(random, sizeof random);
    sodium_bin2base64(text, SECRET_TEXT, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof random);
    return text;
}

struct value secret_hash(struct arena *a, const char *secret)
{
    struct hash *h = ARENA_NEW(a, struct hash);
    *h = sha256(secret, strlen(secret));
    return v_blob(h, HASH_SIZE);
}

/* Derived from the session's secret, so that it needs no place of its own and dies with it. */
const char *csrf_token(struct arena *a, const char *session_secret)
{
    static const char purpose[] = "tandem csrf\n";
    struct hash h = sha256_3(purpose, sizeof purpose - 1, session_secret, strlen(session_secret), NULL, 0);
    char *text = arena_alloc(a, SECRET_TEXT);
    sodium_bin2base64(text, SECRET_TEXT, h.b, sizeof h.b, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text;
}

bool csrf_valid(struct arena *a, const char *session_secret, const char *token)
{
    const char *good = csrf_token(a, session_secret);
    return token && strlen(token) == strlen(good) && sodium_memcmp(token, good, strlen(good)) == 0;
}

/* ---- viewers ---- */

#define VIEWER_COLUMNS "p.id, p.name, p.email, p.role, p.partner_id, p.language, p.zone, t.name"
#define VIEWER_JOIN    " left join partner t on t.id = p.partner_id "
#define MAY_ENTER      " p.state in ('active', 'invited') "

static enum status take_viewer(const struct rows *rows, struct viewer *out)
{
    if (!rows->n)
        return REFUSED;
    *out = (struct viewer){.person_id = cell_int(rows, 0, 0),
        .name = cell_text(rows, 0, 1),
        .email = cell_text(rows, 0, 2),
        .role = role_parse(cell_text(rows, 0, 3)),
        .partner_id = cell_int(rows, 0, 4),
        .partner_name = cell_text(rows, 0, 7),
        .scopes = SCOPE_ALL,
        .lang = lang_parse(cell_text(rows, 0, 5)),
        .zone = cell_text(rows, 0, 6) ? zone_get(cell_text(rows, 0, 6)) : NULL};
    /* A role without its company, or a company without its role, is nobody. */
    bool partner = role_audience(out->role) == PARTNER;
    return out->role != ROLE_NONE && partner == (out->partner_id != 0) ? OK : REFUSED;
}

enum status session_viewer(
    struct db *db, struct arena *a, const char *secret, struct instant now, struct viewer *out)
{
    struct value args[2] = {secret_hash(a, secret), v_int(now.us)};
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select " VIEWER_COLUMNS
        ", s.id, s.last_seen, s.proved from session s join person p on p.id = s.person_id" VIEWER_JOIN
        "where s.hash = $1 and s.expires > $2 and s.waiting = 0 and" MAY_ENTER,
        args, 2));
    TRY(take_viewer(&rows, out));
    out->session_id = cell_int(&rows, 0, 8);
    out->session_seen.us = cell_int(&rows, 0, 9);
    out->session_proved.us = cell_int(&rows, 0, 10);
    return OK;
}

static unsigned scopes_of(const char *set)
{
    return (set && strstr(set, ",read,") ? SCOPE_READ : 0) |
           (set && strstr(set, ",write,") ? SCOPE_WRITE : 0) |
           (set && strstr(set, ",calendar,") ? SCOPE_CALENDAR : 0);
}

enum status token_viewer(
    struct db *db, struct arena *a, const char *secret, struct instant now, struct viewer *out)
{
    struct value args[2] = {secret_hash(a, secret), v_int(now.us / US_PER_DAY)};
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select " VIEWER_COLUMNS
        ", k.id, k.scopes from token k join person p on p.id = k.person_id" VIEWER_JOIN
        "where k.hash = $1 and k.state = 'active' and (k.expires is null or k.expires >= $2) and" MAY_ENTER,
        args, 2));
    TRY(take_viewer(&rows, out));
    out->token_id = cell_int(&rows, 0, 8);
    out->scopes = scopes_of(cell_text(&rows, 0, 9));
    return OK;
}

enum status person_viewer(struct db *db, struct arena *a, const char *email, struct viewer *out)
{
    struct value args[1] = {v_text(email)};
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select " VIEWER_COLUMNS " from person p" VIEWER_JOIN "where p.email = $1 and" MAY_ENTER, args, 1));
    return take_viewer(&rows, out);
}

/* ---- sessions and links ---- */

/* The first that is named in the header: Edge and Opera call themselves Chrome, too, and Chrome Safari. */
static const struct {
    const char *sign, *name;
} browsers[] = {{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
    {"Chrom", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}},
  systems[] = {{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
      {"Mac OS X", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"}};

const char *session_device(struct arena *a, const char *agent)
{
    const char *browser = NULL, *system = NULL;
    for (size_t i = 0; agent && !browser && i < COUNT(browsers); i++)
        browser = strstr(agent, browsers[i].sign) ? browsers[i].name : NULL;
    for (size_t i = 0; agent && !system && i < COUNT(systems); i++)
        system = strstr(agent, systems[i].sign) ? systems[i].name : NULL;
    return browser && system ? arena_printf(a, "%s · %s", browser, system) : browser ? browser : system;
}

enum status session_create(struct db *db, struct arena *a, const struct session_start *start,
    struct instant now, const char **secret)
{
    int64_t life = start->waiting   ? SIGN_IN_MINUTES * 60 * US_PER_SECOND
                   : start->trusted ? SESSION_DAYS * US_PER_DAY
                                    : SESSION_HOURS * 3600 * US_PER_SECOND;
    *secret = secret_new(a);
    struct value args[9] = {v_int(id_new(now)), secret_hash(a, *secret), v_int(start->person_id),
        v_text(session_device(a, start->agent)), v_text(start->method), v_int(start->trusted),
        v_int(start->waiting), v_int(now.us), v_int(now.us + life)};
    return db_exec(db,
        "insert into session (id, version, created, updated, hash, person_id, device, method, trusted, "
        "waiting, proved, last_seen, expires) values ($1, 1, $8, $8, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        args, 9);
}

enum status session_waiting(
    struct db *db, struct arena *a, const char *secret, struct instant now, struct session_waiting *out)
{
    struct rows rows;
    if (!secret)
        return REFUSED;
    struct value args[2] = {secret_hash(a, secret), v_int(now.us)};
    TRY(db_query(db, a, &rows,
        "select s.person_id, s.method, s.trusted from session s join person p on p.id = s.person_id "
        "where s.hash = $1 and s.expires > $2 and s.waiting = 1 and" MAY_ENTER,
        args, 2));
    if (!rows.n)
        return REFUSED;
    *out = (struct session_waiting){.person_id = cell_int(&rows, 0, 0),
        .method = cell_text(&rows, 0, 1),
        .trusted = cell_int(&rows, 0, 2) != 0};
    return OK;
}

enum status session_end_all(struct db *db, int64_t person_id, int64_t but)
{
    struct value args[2] = {v_int(person_id), v_int(but)};
    return db_exec(db, "delete from session where person_id = $1 and id <> $2", args, 2);
}

enum status session_end(struct db *db, struct arena *a, const char *secret)
{
    struct value args[1] = {secret_hash(a, secret)};
    return db_exec(db, "delete from session where hash = $1", args, 1);
}

enum status magic_link_create(
    struct db *db, struct arena *a, int64_t person_id, struct instant now, const char **secret)
{
    *secret = secret_new(a);
    struct value args[4] = {secret_hash(a, *secret), v_int(person_id), v_int(now.us),
        v_int(now.us + MAGIC_LINK_MINUTES * 60 * US_PER_SECOND)};
    return db_exec(
        db, "insert into magic_link (hash, person_id, created, expires) values ($1, $2, $3, $4)", args, 4);
}

enum status magic_link_use(
    struct db *db, struct arena *a, const char *secret, struct instant now, int64_t *person_id)
{
    struct value args[2] = {secret_hash(a, secret), v_int(now.us)};
    struct rows rows;
    int64_t touched;
    TRY(db_query(db, a, &rows,
        "select m.person_id from magic_link m join person p on p.id = m.person_id "
        "where m.hash = $1 and m.used is null and m.expires > $2 and" MAY_ENTER,
        args, 2));
    if (!rows.n)
        return REFUSED;
    *person_id = cell_int(&rows, 0, 0);
    TRY(db_exec_count(
        db, &touched, "update magic_link set used = $2 where hash = $1 and used is null", args, 2));
    return touched == 1 ? OK : REFUSED;
}
