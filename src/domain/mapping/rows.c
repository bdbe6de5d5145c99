/* A list becomes rows: what is new is added, what differs is changed, what is gone goes; the rest is not
 * touched. */
#include "domain/mapping/rows.h"

#include "base/csv.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/import/keyset.h"
#include "domain/import/worker.h"
#include "engine/match/company_file.h"
#include "engine/match/record.h"

#include <stdlib.h>

#define CHUNK    1000
#define ROWS_MAX 2000000
#define TEXT_MAX 300 /* bytes of a cell that are kept */

/* ---- what a row is ---- */

struct member member_read(struct arena *a, const struct value *v)
{
    const char *text[8];
    for (size_t i = 1; i < 8; i++)
        text[i] = v[i].kind == VALUE_TEXT ? arena_strdup(a, v[i].s) : NULL;
    return (struct member){v[0].i, text[1], text[2], text[3], text[4], text[5], text[6], text[7]};
}

const struct match_record *member_record(struct arena *a, const struct member *m)
{
    struct match_company c = {.name = m->name, .domain = m->domain, .country = m->country, .city = m->city};
    return match_prepare(a, &c);
}

struct hashes {
    int64_t *of;
    size_t n;
};

/* Whole keys only: a domain, a name with its country, a name, its words in any order. */
static void add_hash(void *ctx, const char *text, size_t n, bool exact)
{
    struct hashes *h = ctx;
    (void)exact;
    if (h->n < MEMBER_KEYS && strchr("dcns", text[0]))
        h->of[h->n++] = (int64_t)hash_bytes(HASH_SEED, text, n);
}

size_t member_keys(struct arena *a, const struct match_record *r, int64_t out[MEMBER_KEYS])
{
    struct hashes h = {out, 0};
    (void)a;
    record_keys(r, add_hash, &h);
    size_t kept = 0;
    for (size_t i = 0; i < h.n; i++) {
        size_t k = 0;
        while (k < kept && out[k] != out[i])
            k++;
        if (k == kept)
            out[kept++] = out[i];
    }
    return kept;
}

/* What it is called by its owner: its id, else all that it says of itself. */
static uint64_t identity_of(struct arena *a, const struct member *m)
{
    const char *text = m->external_id ? arena_printf(a, "#%s", m->external_id)
                                      : arena_printf(a, "%s|%s|%s", m->name ? text_fold(a, m->name) : "",
                                            m->domain ? m->domain : "", m->country ? m->country : "");
    return keyset_hash(text);
}

static uint64_t digest_of(struct arena *a, const struct member *m)
{
    const char *const parts[] = {m->name, m->domain, m->country, m->city, m->owner, m->stage};
    struct buf b = buf_in(a, 8 * TEXT_MAX);
    for (size_t i = 0; i < COUNT(parts); i++) {
        buf_adds(&b, parts[i] ? parts[i] : "");
        buf_addc(&b, '\n');
    }
    return keyset_hash(buf_str(&b));
}

/* ---- what is there already ---- */

struct known {
    uint64_t identity, digest;
    int64_t id;
    bool seen;
};

struct op {
    enum { ADD, CHANGE, DROP } kind;
    struct member m;
    uint64_t identity, digest;
};

struct reading {
    struct mapping_work *m;
    struct known *known; /* by identity */
    size_t n_known, cap;
    struct keyset fresh; /* identities that are new in this file */
    struct arena *scratch;
    struct op op[CHUNK];
    size_t n;
    int64_t next_id;
    bool first; /* nothing was matched so far: everything will be */
    int64_t rows, keyless, doubled;
};

static bool take_known(void *ctx, const struct value *v, size_t n)
{
    struct reading *r = ctx;
    (void)n;
    if (r->n_known == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 1024;
        r->known = xrealloc(r->known, r->cap, sizeof *r->known);
    }
    r->known[r->n_known++] = (struct known){(uint64_t)v[0].i, (uint64_t)v[1].i, v[2].i, false};
    return true;
}

static struct known *find_known(const struct reading *r, uint64_t identity)
{
    size_t from = 0, to = r->n_known;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (r->known[middle].identity < identity)
            from = middle + 1;
        else
            to = middle;
    }
    return from < r->n_known && r->known[from].identity == identity ? &r->known[from] : NULL;
}

/* ---- writing ---- */

static enum status write_keys(struct call *c, const struct reading *r, const struct member *m, bool add)
{
    int64_t keys[MEMBER_KEYS];
    size_t n = member_keys(c->arena, member_record(c->arena, m), keys);
    for (size_t i = 0; i < n; i++) {
        struct value args[3] = {v_int(keys[i]), v_int(r->m->id), v_int(m->id)};
        TRY(db_exec(c->db,
            add ? "insert into population_key (hash, population_id, row_id) values ($1, $2, $3) "
                  "on conflict do nothing"
                : "delete from population_key where hash = $1 and population_id = $2 and row_id = $3",
            args, 3));
    }
    return OK;
}

static enum status drop_old(struct call *c, const struct reading *r, int64_t id)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select " MEMBER_COLUMNS " from population_row where id = $1", args, 1));
    if (!rows.n)
        return OK;
    struct member old = member_read(c->arena, rows.cells);
    return write_keys(c, r, &old, false);
}

static enum status write_op(struct call *c, const struct reading *r, const struct op *o)
{
    const struct member *m = &o->m;
    struct value args[12] = {v_int(m->id), v_int(r->m->id), v_int((int64_t)o->identity),
        v_int((int64_t)o->digest), v_int(!r->first), v_text(m->external_id), v_text(m->name),
        v_text(m->domain), v_text(m->country), v_text(m->city), v_text(m->owner), v_text(m->stage)};
    if (o->kind != ADD)
        TRY(drop_old(c, r, m->id));
    if (o->kind == DROP) {
        TRY(db_exec(c->db, "delete from overlap where row_id = $1", args, 1));
        TRY(db_exec(
            c->db, "delete from overlap where other_population_id = $2 and other_row_id = $1", args, 2));
        return db_exec(c->db, "delete from population_row where id = $1", args, 1);
    }
    TRY(db_exec(c->db,
        o->kind == ADD
            ? "insert into population_row (id, population_id, identity, digest, changed, external_id, name, "
              "domain, "
              "country, city, owner, stage) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            : "update population_row set identity = $3, digest = $4, changed = $5, external_id = $6, name = "
              "$7, "
              "domain = $8, country = $9, city = $10, owner = $11, stage = $12 where id = $1 and "
              "population_id = $2",
        args, 12));
    return write_keys(c, r, m, true);
}

static enum status write_chunk(struct call *c, void *arg)
{
    const struct reading *r = arg;
    for (size_t i = 0; i < r->n; i++)
        TRY(write_op(c, r, &r->op[i]));
    return OK;
}

static enum status flush(struct reading *r)
{
    if (r->n)
        TRY(mapping_commit(r->m, write_chunk, r));
    r->n = 0;
    arena_reset(r->scratch);
    return OK;
}

static enum status add_op(struct reading *r, struct op o)
{
    r->op[r->n++] = o;
    return r->n == CHUNK ? flush(r) : OK;
}

static const char *bounded(struct arena *a, const char *text)
{
    const char *s = text && *text ? text_squeeze(a, text) : NULL;
    size_t n = s ? strlen(s) : 0;
    if (n <= TEXT_MAX)
        return n ? s : NULL;
    for (n = TEXT_MAX; n && ((unsigned char)s[n] & 0xc0) == 0x80;)
        n--;
    return arena_strndup(a, s, n);
}

/* M's texts live until the chunk is written. */
static enum status take_row(struct reading *r, struct member m)
{
    uint64_t identity, digest;
    if (!m.name && !m.domain) {
        r->keyless++;
        return OK;
    }
    identity = identity_of(r->scratch, &m);
    digest = digest_of(r->scratch, &m);
    struct known *k = find_known(r, identity);
    if (k ? k->seen : !keyset_add(&r->fresh, identity, 0)) {
        r->doubled++;
        return OK;
    }
    if (++r->rows > ROWS_MAX)
        return call_refuse(r->m->call, PROBLEM_too_large, NULL);
    if (k) {
        k->seen = true;
        m.id = k->id;
        return k->digest == digest ? OK : add_op(r, (struct op){CHANGE, m, identity, digest});
    }
    m.id = r->next_id++;
    return add_op(r, (struct op){ADD, m, identity, digest});
}

static enum status drop_missing(struct reading *r)
{
    for (size_t i = 0; i < r->n_known; i++)
        if (!r->known[i].seen)
            TRY(add_op(r, (struct op){.kind = DROP, .m = {.id = r->known[i].id}}));
    return OK;
}

/* ---- from a file ---- */

static enum status bad_file(struct reading *r, const char *why)
{
    return call_refuse(r->m->call, PROBLEM_malformed, why);
}

static enum status read_records(struct reading *r, struct csv *csv)
{
    size_t column[COMPANY_COLUMNS], n;
    char **cells;
    enum csv_status s = csv_next(csv, &cells, &n);
    if (s != CSV_ROW)
        return bad_file(r, s == CSV_BAD ? csv_error(csv) : "The file is empty.");
    company_columns(r->m->arena, cells, n, column);
    if (column[COMPANY_NAME] == COMPANY_NO_COLUMN && column[COMPANY_DOMAIN] == COMPANY_NO_COLUMN)
        return bad_file(r, "No column is a name, website or domain.");
    while ((s = csv_next(csv, &cells, &n)) == CSV_ROW) {
        const char *text[COMPANY_COLUMNS];
        for (size_t k = 0; k < COMPANY_COLUMNS; k++)
            text[k] = column[k] < n ? bounded(r->scratch, cells[column[k]]) : NULL;
        TRY(take_row(r, (struct member){.external_id = text[COMPANY_ID],
                            .name = text[COMPANY_NAME],
                            .domain = text[COMPANY_DOMAIN],
                            .country = text[COMPANY_COUNTRY],
                            .city = text[COMPANY_CITY],
                            .owner = text[COMPANY_OWNER],
                            .stage = text[COMPANY_STAGE]}));
    }
    return s == CSV_END ? OK : bad_file(r, csv_error(csv));
}

static enum status read_file(struct reading *r, const char *path)
{
    const char *error = "";
    struct csv *csv = csv_open(path, &error);
    if (!csv)
        return bad_file(r, error);
    enum status s = read_records(r, csv);
    if (s == REFUSED && r->m->call->problem && r->m->call->problem->detail)
        r->m->call->problem->detail = arena_strdup(r->m->arena, r->m->call->problem->detail);
    csv_close(csv);
    return s;
}

/* ---- from what Tandem knows ---- */

#define ACCOUNTS                                                                                             \
    "select a.id, null, a.name, a.domain, a.country, a.city, p.name, a.status from account a "               \
    "left join person p on p.id = a.owner_id where a.merged_into is null and $1 = 0 and "
#define BOUGHT                                                                                               \
    "(a.contract_until is not null or exists (select 1 from opportunity o where o.account_id = a.id "        \
    "and o.state = 'won'))"
#define OPEN "exists (select 1 from opportunity o where o.account_id = a.id and o.state = 'open')"
#define REGISTRATIONS                                                                                        \
    "select r.id, null, r.company, r.domain, r.country, null, p.name, r.state from registration r "          \
    "left join person p on p.id = r.person_id where r.partner_id = $1 and "

static const char *known_sql(const struct population *p)
{
    bool vendor = !p->partner_id.id;
    if (streq(p->kind, "customers"))
        return vendor ? ACCOUNTS BOUGHT " order by a.id" : REGISTRATIONS "r.state = 'won' order by r.id";
    if (streq(p->kind, "opportunities"))
        return vendor ? ACCOUNTS OPEN " order by a.id"
                      : REGISTRATIONS "r.state in ('approved', 'converted') order by r.id";
    return vendor ? ACCOUNTS "not " BOUGHT " and not " OPEN " order by a.id" : NULL;
}

static enum status read_known(struct reading *r)
{
    struct value args[1] = {v_int(r->m->p.partner_id.id)};
    const char *sql = known_sql(&r->m->p);
    struct rows rows;
    if (!sql)
        return OK;
    TRY(db_query(r->m->w->db, r->m->arena, &rows, sql, args, 1));
    for (size_t i = 0; i < rows.n; i++) {
        struct member m = member_read(r->m->arena, &rows.cells[i * rows.n_columns]);
        m.external_id = arena_printf(r->m->arena, "%lld", (long long)m.id);
        TRY(take_row(r, m));
    }
    return OK;
}

/* ---- the whole ---- */

static enum status read_list(struct reading *r)
{
    struct mapping_work *m = r->m;
    struct value args[1] = {v_int(m->id)};
    bool file = streq(m->p.source, "file");
    if (file && !m->upload)
        return OK; /* nothing new: only whoever may see it has changed */
    TRY(db_each(m->w->db, take_known, r,
        "select identity, digest, id from population_row where population_id = $1 order by identity", args,
        1));
    TRY(file ? read_file(r, spool_path(m->arena, m->upload)) : read_known(r));
    TRY(drop_missing(r));
    TRY(flush(r));
    m->p.row_count = r->rows;
    m->p.keyless = r->keyless;
    m->p.doubled = r->doubled;
    return OK;
}

enum status mapping_read_list(struct mapping_work *m)
{
    struct reading *r = xcalloc(1, sizeof *r);
    *r = (struct reading){
        .m = m, .scratch = arena_new(), .next_id = id_new(instant_now()), .first = !m->p.matched.us};
    enum status s = read_list(r);
    arena_free(r->scratch);
    keyset_free(&r->fresh);
    free(r->known);
    free(r);
    return s;
}
