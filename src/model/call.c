#include "model/call.h"

const struct viewer system_viewer = {.name = "Tandem", .role = ROLE_SYSTEM, .scopes = SCOPE_ALL};

struct call *call_new(struct arena *a, const struct model *m, const struct viewer *v, struct instant now)
{
    struct call *c = ARENA_NEW(a, struct call);
    c->arena = a;
    c->model = m;
    c->viewer = v;
    c->now = now;
    call_restart(c);
    return c;
}

void call_restart(struct call *c)
{
    c->result_id = 0;
    c->result_json = NULL;
    c->result = NULL;
    c->result_file = NULL;
    c->session_secret = NULL;
    c->session_trusted = c->session_clear = false;
    c->leads_to = NULL;
    c->replayed = c->mails = false;
    c->events = NULL;
    c->events_end = &c->events;
    c->problem = NULL;
    c->unread = OK;
    c->custom_cache = NULL;
    c->programme_stamp = (struct programme_stamp){.known = false};
}

enum status call_refuse(struct call *c, enum problem_code code, const char *detail)
{
    if (!c->problem)
        c->problem = problem_new(c->arena, code, detail);
    return REFUSED;
}

enum status call_wait(struct call *c, int seconds, const char *detail)
{
    enum status s = call_refuse(c, PROBLEM_too_many, detail);
    c->problem->retry_after_s = seconds;
    return s;
}

enum status call_field(struct call *c, const char *field, const char *message)
{
    if (!c->problem)
        c->problem = problem_new(c->arena, PROBLEM_invalid, NULL);
    problem_field(c->arena, c->problem, field, message);
    return REFUSED;
}

bool verb_allowed(const struct verb *v, const struct viewer *viewer)
{
    if (viewer->role == ROLE_SYSTEM)
        return true;
    unsigned need = v->reads ? SCOPE_READ : SCOPE_WRITE;
    if (v->signed_in && viewer->token_id)
        return false;
    return (v->roles & ROLE_BIT(viewer->role)) && (viewer->scopes & need);
}

bool noun_readable(const struct noun *n, const struct viewer *viewer)
{
    if (viewer->role == ROLE_SYSTEM)
        return true;
    return (n->read & ROLE_BIT(viewer->role)) && (viewer->scopes & SCOPE_READ);
}

enum status verb_prepare(struct call *c)
{
    if (!verb_allowed(c->verb, c->viewer))
        return call_refuse(c, PROBLEM_forbidden, NULL);
    return c->verb->prepare ? c->verb->prepare(c) : OK;
}

enum status verb_compute(struct call *c)
{
    return c->verb->compute ? c->verb->compute(c) : OK;
}

const char *noun_lock_name(struct arena *a, const struct noun *noun, int64_t id)
{
    return arena_printf(a, "%s %lld", noun->name, (long long)id);
}

enum status noun_lock(struct call *c, const struct noun *noun, int64_t id)
{
    const char *name = noun_lock_name(c->arena, noun, id);
    return db_lock_names(c->db, &name, 1);
}

/* Verbs on one row stand one behind the other, so that what is checked still holds when it is written. */
static enum status lock_row(struct call *c)
{
    return c->verb->on != ON_ROW || c->verb->reads ? OK : noun_lock(c, c->verb->noun, c->row_id);
}

bool verb_starts(const struct verb *v, const struct row *row)
{
    if (!v->from)
        return true;
    int at = field_find(v->noun->fields, v->noun->n_fields, "state");
    ASSERT(at >= 0);
    for (size_t i = 0; v->from[i]; i++)
        if (streq(row->v[at].s, v->from[i]))
            return true;
    return false;
}

/* The row must be visible, in a state the verb starts from, and of the version asked for. */
static enum status check_row(struct call *c)
{
    const struct verb *v = c->verb;
    struct row row;
    int64_t survivor;
    TRY(noun_get(c, v->noun, c->row_id, &row));
    if (c->if_version && c->if_version != row.version)
        return call_refuse(c, PROBLEM_stale, NULL);
    TRY(noun_survivor(c, v->noun, &row, &survivor));
    if (survivor && !v->reads)
        return call_refuse(c, PROBLEM_state, TR(c, "It was merged into another; change that one."));
    return verb_starts(v, &row) ? OK : call_refuse(c, PROBLEM_state, NULL);
}

/* ---- idempotency keys: a repeated call gets the first one's answer ---- */

#define KEY_LIFE_US (24 * 3600 * US_PER_SECOND)

static bool has_key(const struct call *c)
{
    return c->idempotency_key && (c->viewer->token_id || c->viewer->person_id);
}

/* By which a key is found: the token's, else the person's own, for this verb. */
static void key_args(struct call *c, struct value args[4])
{
    args[0] = v_int(c->viewer->token_id ? c->viewer->token_id : -c->viewer->person_id);
    args[1] = v_text(arena_printf(c->arena, "%s.%s", c->verb->noun->name, c->verb->name));
    args[2] = v_text(c->idempotency_key);
    args[3] = v_int(c->now.us - KEY_LIFE_US);
}

enum status verb_replay(struct call *c)
{
    if (!has_key(c))
        return OK;
    struct value args[4];
    struct rows rows;
    key_args(c, args);
    TRY(db_query(c->db, c->arena, &rows,
        "select body_hash, result_id, result from idempotency "
        "where token_id = $1 and verb = $2 and key = $3 and created >= $4",
        args, 4));
    if (!rows.n)
        return OK;
    const struct value *hash = cell(&rows, 0, 0);
    if (hash->len != c->body_hash.len || memcmp(hash->b, c->body_hash.b, hash->len) != 0)
        return call_refuse(c, PROBLEM_idempotency, NULL);
    c->result_id = cell_int(&rows, 0, 1);
    c->result_json = cell_text(&rows, 0, 2);
    c->replayed = true;
    return OK;
}

/* Two calls with one key at the same time: the later one violates the primary key, runs again, and replays.
 */
static enum status keep_key(struct call *c)
{
    if (!has_key(c))
        return OK;
    struct value key[4];
    key_args(c, key);
    TRY(db_exec(c->db, "delete from idempotency where created < $1", &key[3], 1));
    struct value args[7] = {
        key[0], key[1], key[2], c->body_hash, v_ref(c->result_id), v_text(c->result_json), v_int(c->now.us)};
    return db_exec(c->db,
        "insert into idempotency (token_id, verb, key, body_hash, result_id, result, created) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        args, 7);
}

enum status verb_run(struct call *c)
{
    if (!verb_allowed(c->verb, c->viewer))
        return call_refuse(c, PROBLEM_forbidden, NULL);
    TRY(lock_row(c)); /* first: who waited for the same key's call gets its answer */
    TRY(verb_replay(c));
    if (c->replayed)
        return OK;
    if (c->verb->on == ON_ROW)
        TRY(check_row(c));
    TRY(c->verb->run(c));
    return keep_key(c);
}

struct event *call_event(
    struct call *c, const struct noun *noun, int64_t row_id, const char *verb, const char *payload)
{
    struct event *e = ARENA_NEW(c->arena, struct event);
    *e = (struct event){.noun = noun, .row_id = row_id, .verb = verb, .payload = payload};
    *c->events_end = e;
    c->events_end = &e->next;
    return e;
}

struct event *call_last_event(struct call *c)
{
    struct event *e = c->events;
    while (e && e->next)
        e = e->next;
    return e;
}
