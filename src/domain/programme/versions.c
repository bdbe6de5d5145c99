/* The versions of this database: which one is in force, each read once and kept. */
#include "domain/programme/programme.h"
#include "model/custom.h"

#include <pthread.h>
#include <stdlib.h>

struct kept {
    struct kept *next;
    int64_t custom_stamp;
    struct arena *arena;
    struct programme programme;
};

struct programme_cache {
    pthread_mutex_t lock;
    struct kept *kept;
    struct roster_keeper *rosters;
    struct custom_keeper *customs;
};

struct programme_cache *programme_cache_new(struct roster_keeper *rosters)
{
    struct programme_cache *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    p->rosters = rosters;
    p->customs = custom_keeper_new();
    return p;
}

void programme_cache_free(struct programme_cache *p)
{
    while (p && p->kept) {
        struct arena *a = p->kept->arena; /* where it stands itself */
        p->kept = p->kept->next;
        arena_free(a);
    }
    if (p) {
        custom_keeper_free(p->customs);
        pthread_mutex_destroy(&p->lock);
    }
    free(p);
}

struct roster_keeper *programme_rosters(const struct call *c)
{
    return c->programme->rosters;
}

static const struct programme *cached(struct programme_cache *p, int64_t number, int64_t stamp)
{
    const struct programme *found = NULL;
    pthread_mutex_lock(&p->lock);
    for (struct kept *k = p->kept; k && !found; k = k->next)
        if (k->programme.number == number && k->custom_stamp == stamp)
            found = &k->programme;
    pthread_mutex_unlock(&p->lock);
    return found;
}

static void keep(struct programme_cache *p, struct kept *k)
{
    pthread_mutex_lock(&p->lock);
    k->next = p->kept;
    p->kept = k;
    pthread_mutex_unlock(&p->lock);
}

/*
 * The version in force must read whole: a rule of it that cannot hold would decide otherwise, unseen. What a
 * transaction reads is the call's own: it may be undone, and its number given to another.
 */
static enum status load(
    struct call *c, int64_t number, int64_t active, int64_t stamp, const struct programme **out)
{
    struct value args[1] = {v_int(number)};
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select document from programme_version where number = $1", args, 1));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    bool keeps = !db_writing(c->db);
    struct arena *a = keeps ? arena_new() : c->arena;
    struct kept *k = ARENA_NEW(a, struct kept);
    *k = (struct kept){.arena = a, .custom_stamp = stamp};
    struct call reading = *c; /* an old document that no longer reads is our affair, not the caller's */
    reading.problem = NULL;
    const char *text = cell_string(&rows, 0, 0);
    enum status s = (number == active ? programme_read : programme_read_past)(
        &reading, a, text, strlen(text), &k->programme);
    k->programme.number = number;
    if (s == OK && keeps)
        keep(c->programme, k);
    else if (keeps)
        arena_free(a);
    if (s != OK)
        return s == REFUSED ? BROKEN : s;
    *out = &k->programme;
    return OK;
}

/* A custom field that is added or changed makes new facts, so that it counts as part of the version. */
static const char stamps_sql[] =
    "select (select max(number) from programme_version where state = 'published'), "
    "(select max(number) from programme_version where state = 'scheduled' and effective <= $1), "
    "(select coalesce(sum(version), 0) + count(*) * 1000003 from custom_field), "
    "(select max(effective) from programme_version where state = 'scheduled' and effective <= $1), "
    "(select min(effective) from programme_version where state = 'scheduled' and effective > $1)";

static enum status ask_stamps(struct call *c)
{
    struct db_query *q = ARENA_NEW(c->arena, struct db_query);
    struct value *args = ARENA_ARRAY(c->arena, 1, struct value);
    args[0] = v_int(c->now.us);
    *q = (struct db_query){.sql = stamps_sql, .args = args, .n_args = 1};
    c->programme_stamp = (struct programme_stamp){.answer = q};
    return db_ask(c->db, c->arena, q);
}

static enum status take_stamps(struct call *c)
{
    if (!c->programme_stamp.answer)
        TRY(ask_stamps(c));
    TRY(db_flush(c->db));
    const struct rows *rows = &c->programme_stamp.answer->rows;
    const struct value *sum = cell(rows, 0, 2);
    int64_t due = cell_int(rows, 0, 1); /* in force even before its clock has fired */
    c->programme_stamp = (struct programme_stamp){.known = true,
        .number = cell_int(rows, 0, 0) > due ? cell_int(rows, 0, 0) : due,
        .custom = sum->kind == VALUE_REAL ? (int64_t)sum->r : sum->i,
        .since = cell_int(rows, 0, 3),
        .until = cell(rows, 0, 4)->kind == VALUE_INT ? cell_int(rows, 0, 4) : INT64_MAX};
    return OK;
}

static enum status stamps(struct call *c, int64_t *number, int64_t *stamp)
{
    if (!c->programme_stamp.known)
        TRY(take_stamps(c));
    c->programme_stamp.asked = true;
    *number = c->programme_stamp.number;
    *stamp = c->programme_stamp.custom;
    return OK;
}

enum status programme_at(struct call *c, int64_t number, const struct programme **out)
{
    int64_t active, stamp;
    TRY(stamps(c, &active, &stamp));
    *out = cached(c->programme, number, stamp);
    return *out ? OK : load(c, number, active, stamp, out);
}

enum status programme_active(struct call *c, const struct programme **out)
{
    int64_t number, stamp;
    TRY(stamps(c, &number, &stamp));
    if (!number)
        return BROKEN;
    *out = cached(c->programme, number, stamp);
    if (!*out)
        TRY(load(c, number, number, stamp, out));
    c->catalog = &(*out)->catalog;
    return OK;
}

static void take_cache(struct programme_cache *p, struct call *c)
{
    c->programme = p;
    c->custom_keeper = p->customs;
}

enum status programme_ask_call(void *ctx, struct call *c)
{
    take_cache(ctx, c);
    return ask_stamps(c);
}

enum status programme_open_call(void *ctx, struct call *c)
{
    const struct programme *p;
    take_cache(ctx, c);
    c->programme_stamp.known = false;
    return programme_active(c, &p);
}
