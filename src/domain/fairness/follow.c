/* The feed becomes counts: stretch by stretch, outside everybody's way, each stretch counted once. */
#include "base/json.h"
#include "base/text.h"
#include "domain/fairness/buckets.h"
#include "domain/fairness/fairness.h"
#include "domain/fairness/measures.h"

#define STRETCH 2000 /* events looked at together */

static const char position_name[] = "fairness.seq";

/* ---- what an event counts as ---- */

struct seen_event {
    const char *noun, *verb;
    const json_t *after;
    int64_t took_us; /* since the registration was made */
};

static const char *text_of(const struct seen_event *e, const char *field)
{
    return json_string_value(json_object_get(e->after, field));
}

/* A registration or an extension that the rules left to a person is counted when the person has decided. */
static enum measure measure_decided(const struct seen_event *e, enum measure measure)
{
    const char *state = text_of(e, "state");
    return streq(state, "approved") || streq(state, "declined") ? measure : MEASURE_COUNT;
}

static enum measure measure_ruling(const struct seen_event *e)
{
    static const struct {
        const char *remedy;
        enum measure measure;
    } remedies[] = {{"upheld", MEASURE_DISPUTE_UPHELD}, {"moved", MEASURE_DISPUTE_MOVED},
        {"shared", MEASURE_DISPUTE_SHARED}, {"compensated", MEASURE_DISPUTE_COMPENSATED}};
    for (size_t i = 0; i < COUNT(remedies); i++)
        if (streq(remedies[i].remedy, text_of(e, "remedy")))
            return remedies[i].measure;
    return MEASURE_COUNT;
}

/* Which measure; MEASURE_COUNT: none. */
static enum measure measure_of(const struct seen_event *e)
{
    static const struct {
        const char *noun, *verb;
        enum measure measure;
    } plain[] = {{"override", "ask", MEASURE_OVERRIDE_ASKED},
        {"override", "confirm", MEASURE_OVERRIDE_CONFIRMED}, {"dispute", "open", MEASURE_DISPUTE_OPENED},
        {"dispute", "withdraw", MEASURE_DISPUTE_WITHDRAWN}};
    bool registration = streq(e->noun, "registration"), extension = streq(e->noun, "extension");
    bool answered = streq(e->verb, "approve") || streq(e->verb, "decline");
    if (registration && (streq(e->verb, "register") || answered))
        return measure_decided(e, answered ? MEASURE_PERSON : MEASURE_RULES);
    if (extension && (streq(e->verb, "extend") || streq(e->verb, "create") || answered))
        return measure_decided(e, answered ? MEASURE_EXTENSION_PERSON : MEASURE_EXTENSION_RULES);
    if (streq(e->noun, "dispute") && streq(e->verb, "rule"))
        return measure_ruling(e);
    for (size_t i = 0; i < COUNT(plain); i++)
        if (streq(plain[i].noun, e->noun) && streq(plain[i].verb, e->verb))
            return plain[i].measure;
    return MEASURE_COUNT;
}

/* ---- a stretch ---- */

struct delta {
    int64_t quarter, n;
    enum measure measure;
    int bucket;
};

struct stretch {
    int64_t from, to; /* the positions before and after it */
    struct delta *deltas;
    size_t n;
};

static void add_delta(struct stretch *s, int64_t quarter, enum measure m, int bucket)
{
    for (size_t i = 0; i < s->n; i++) {
        struct delta *d = &s->deltas[i];
        if (d->quarter == quarter && d->measure == m && d->bucket == bucket) {
            d->n++;
            return;
        }
    }
    s->deltas[s->n++] = (struct delta){quarter, 1, m, bucket};
}

static int64_t quarter_of(const struct zone *zone, struct instant at)
{
    struct civil c = civil_in(zone, at);
    return (int64_t)c.year * 4 + (c.month - 1) / 3;
}

static void count_event(struct call *c, struct arena *a, const struct rows *rows, size_t i, struct stretch *s)
{
    const char *error, *payload = cell_string(rows, i, 4);
    const json_t *json = json_read(a, payload, strlen(payload), &error);
    struct instant at = {cell_int(rows, i, 1)};
    struct seen_event e = {.noun = cell_text(rows, i, 2),
        .verb = cell_text(rows, i, 3),
        .after = json_object_get(json, "after"),
        .took_us = at.us - cell_int(rows, i, 5)};
    enum measure m = measure_of(&e);
    if (m == MEASURE_COUNT)
        return;
    bool timed = m == MEASURE_RULES || m == MEASURE_PERSON;
    add_delta(s, quarter_of(c->catalog->zone, at), m, timed ? bucket_of(e.took_us) : 0);
}

static enum status read_position(struct call *c, int64_t *out)
{
    struct value args[1] = {v_text(position_name)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select value from setting where name = $1", args, 1));
    *out = 0;
    if (rows.n && !parse_int(cell_text(&rows, 0, 0), out))
        *out = 0;
    return OK;
}

/* Of other nouns without their payload; were they left out, SQLite would walk through all events of these. */
static const char events_sql[] =
    "select e.seq, e.at, e.noun, e.verb, case when e.noun in ('registration', 'extension', 'override', "
    "'dispute') then e.payload end, coalesce(r.created, e.at) from event e "
    "left join registration r on e.noun = 'registration' and r.id = e.row_id "
    "where e.seq > $1 and e.seq <= $2 order by e.seq";

static enum status read_stretch(struct call *c, struct stretch *s)
{
    struct value args[2];
    struct rows rows;
    TRY(read_position(c, &s->from));
    TRY(db_query(c->db, c->arena, &rows, "select max(seq) from event", NULL, 0));
    int64_t newest = cell_int(&rows, 0, 0);
    s->to = newest - s->from > STRETCH ? s->from + STRETCH : newest;
    args[0] = v_int(s->from);
    args[1] = v_int(s->to);
    TRY(db_query(c->db, c->arena, &rows, events_sql, args, 2));
    s->deltas = ARENA_ARRAY(c->arena, rows.n + 1, struct delta);
    for (size_t i = 0; i < rows.n; i++)
        if (cell_text(&rows, i, 4))
            count_event(c, c->arena, &rows, i, s);
    return OK;
}

/* Whoever was faster has counted it. */
static enum status store_run(struct call *c)
{
    const struct stretch *s = c->plan;
    const char *const line[] = {position_name};
    int64_t position;
    TRY(db_lock_names(c->db, line, 1));
    TRY(read_position(c, &position));
    if (position != s->from)
        return call_refuse(c, PROBLEM_state, NULL);
    for (size_t i = 0; i < s->n; i++) {
        const struct delta *d = &s->deltas[i];
        struct value args[4] = {
            v_int(d->quarter), v_text(measure_names[d->measure]), v_int(d->bucket), v_int(d->n)};
        TRY(db_exec(c->db,
            "insert into fairness_count (quarter, measure, bucket, n) values ($1, $2, $3, $4) "
            "on conflict (quarter, measure, bucket) do update set n = fairness_count.n + excluded.n",
            args, 4));
    }
    struct value at[2] = {v_text(position_name), v_text(arena_printf(c->arena, "%lld", (long long)s->to))};
    return db_exec(c->db,
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = "
        "excluded.value",
        at, 2);
}

/* Not in the registry: nobody can call it. */
static const struct verb store_verb = {
    .name = "count", .label = "Count", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = store_run};

/* ---- the job ---- */

static enum status count_stretch(struct job_worker *w, bool *more)
{
    struct stretch s = {0};
    struct call *c = call_new(arena_new(), w->model, &system_viewer, instant_now());
    c->verb = &store_verb;
    c->plan = &s;
    c->db = w->db;
    enum status status = db_begin_read(w->db);
    if (status == OK)
        status = w->open_call(w->open_ctx, c);
    if (status == OK)
        status = read_stretch(c, &s);
    db_rollback(w->db);
    c->db = NULL;
    *more = status == OK && s.to - s.from == STRETCH; /* what comes in meanwhile waits for the next look */
    if (status == OK && s.to > s.from)
        status = committer_run(w->committer, c);
    arena_free(c->arena);
    return status;
}

static enum status work(struct job_worker *w, int64_t id)
{
    bool more = true;
    (void)id;
    while (more && w->go_on(w->jobs))
        TRY(count_stretch(w, &more));
    return OK;
}

const struct job_kind fairness_job = {.name = "fairness",
    .next = "select 1 from (select max(seq) as newest from event) f where cast($1 as text) is not null and "
            "cast($2 as bigint) > 0 and cast($3 as bigint) = 0 and coalesce(f.newest, 0) > coalesce((select "
            "cast(value as bigint) from setting where name = 'fairness.seq'), 0)",
    .work = work};
