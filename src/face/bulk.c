#include "face/bulk.h"

#include "base/id.h"
#include "base/text.h"
#include "engine/merkle/merkle.h"
#include "runtime/mail.h"

#include <stdatomic.h>
#include <stdlib.h>

/* ---- what is asked for ---- */

const struct verb *bulk_verb(const struct call *c, const struct noun *noun, const char *name)
{
    const struct verb *v = name ? model_verb(c->model, noun, name) : NULL;
    return v && v->bulk && verb_allowed(v, c->viewer) ? v : NULL;
}

bool bulk_takes(const struct verb *v, const char *field)
{
    return !v->bulk_fields || list_has(v->bulk_fields, field);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct bulk_row *)a)->id, y = ((const struct bulk_row *)b)->id;
    return (x > y) - (x < y);
}

/* Sorted, so that two of them that lock their rows one by one wait for each other in one order. */
static void sort_once(struct bulk *b)
{
    size_t kept = 0;
    qsort(b->rows, b->n, sizeof *b->rows, by_id);
    for (size_t i = 0; i < b->n; i++)
        if (!kept || b->rows[kept - 1].id != b->rows[i].id)
            b->rows[kept++] = b->rows[i];
    b->n = kept;
}

enum status bulk_pick(struct call *c, struct bulk *b, const char *const *ids, size_t n)
{
    if (n > BULK_MAX)
        return call_field(c, "ids", arena_printf(c->arena, TR(c, "takes up to %d at once"), BULK_MAX));
    b->rows = ARENA_ARRAY(c->arena, n + 1, struct bulk_row);
    b->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!id_parse(b->verb->noun->prefix, ids[i], &b->rows[b->n].id))
            return call_field(
                c, "ids", arena_printf(c->arena, TR(c, "there is no such %s"), TR(c, b->verb->noun->label)));
        b->n++;
    }
    if (!b->n)
        return call_field(c, "ids", TR(c, "is needed"));
    sort_once(b);
    return OK;
}

#define PAGE 200

enum status bulk_fit(struct call *c, struct bulk *b, const struct list_query *asked)
{
    struct list_query q = *asked;
    struct list list;
    b->rows = ARENA_ARRAY(c->arena, BULK_MAX + PAGE, struct bulk_row);
    b->n = 0;
    q.after = NULL;
    q.limit = PAGE;
    do {
        TRY(noun_list(c, b->verb->noun, &q, &list));
        for (size_t i = 0; i < list.n; i++)
            b->rows[b->n++].id = list.rows[i].id;
        q.after = list.next;
    } while (list.next && b->n < BULK_MAX);
    if (list.next) {
        int64_t all;
        q.after = NULL;
        TRY(noun_count(c, b->verb->noun, &q, 100000, &all));
        b->more = all - (int64_t)b->n;
    }
    sort_once(b);
    return OK;
}

/* ---- judging ---- */

static enum status check_names(struct call *c, const struct bulk *b)
{
    enum status s = OK;
    for (size_t i = 0; i < b->n_given; i++)
        if (!bulk_takes(b->verb, b->given[i].name) && b->strict)
            s = call_field(c, b->given[i].name, TR(c, "cannot be given to many at once"));
    if (s == OK && b->verb->partial && !b->n_given)
        s = call_refuse(c, PROBLEM_invalid, TR(c, "Nothing would change: fill in at least one field."));
    return s;
}

static enum status judge_row(struct call *c, const struct bulk *b, struct bulk_row *r)
{
    struct call look = *c;
    struct row row;
    look.problem = NULL;
    r->status = noun_get(&look, b->verb->noun, r->id, &row);
    if (r->status == REFUSED)
        r->problem = look.problem;
    if (r->status != OK)
        return r->status == REFUSED ? OK : r->status;
    r->name = row.name ? row.name : TR(c, b->verb->noun->label);
    if (verb_starts(b->verb, &row))
        return OK;
    r->status = REFUSED;
    r->problem = problem_new(c->arena, PROBLEM_state, NULL);
    return OK;
}

enum status bulk_judge(struct call *c, struct bulk *b)
{
    if (b->whole && b->n > BULK_WHOLE_MAX)
        return call_field(c, "ids",
            arena_printf(c->arena, TR(c, "takes up to %d where all or none are done"), BULK_WHOLE_MAX));
    for (size_t i = 0; i < b->n; i++)
        TRY(judge_row(c, b, &b->rows[i]));
    return OK;
}

/* ---- a call for each row ---- */

struct work {
    struct site *site;
    struct call *call; /* who asked for the whole */
    struct bulk *bulk;
    site_then *then;
    void *ctx;
    enum status status;
    atomic_size_t left;
};

static void free_arena(void *arena)
{
    arena_free(arena);
}

/* Lanes work on several at once: each has an arena of its own. */
static struct call *row_call(struct work *w, const struct bulk_row *r)
{
    struct call *whole = w->call, *c;
    struct arena *a = arena_new();
    arena_cleanup(whole->arena, free_arena, a);
    c = call_new(a, whole->model, whole->viewer, whole->now);
    c->base_url = whole->base_url;
    c->session = whole->session;
    c->db = whole->db;
    c->verb = w->bulk->verb;
    c->row_id = r->id;
    return c;
}

/* What the key stands for: this row, given this. */
static struct value given_hash(struct call *c, const struct bulk *b)
{
    struct buf text = buf_in(c->arena, 1 << 16);
    struct hash *hash = ARENA_NEW(c->arena, struct hash);
    for (size_t i = 0; i < b->n_given; i++) {
        const struct value *v = &b->given[i].value;
        buf_addf(&text, "%s=%d:", b->given[i].name, (int)v->kind);
        if (v->kind == VALUE_TEXT)
            buf_adds(&text, v->s);
        else if (v->kind == VALUE_INT)
            buf_add_int(&text, v->i);
        else if (v->kind == VALUE_REAL)
            buf_addf(&text, "%.17g", v->r);
        buf_addc(&text, '\n');
    }
    *hash = sha256_3(&c->row_id, sizeof c->row_id, text.p ? text.p : "", text.len, NULL, 0);
    return v_blob(hash, sizeof *hash);
}

static enum status prepare_row(struct work *w, struct bulk_row *r)
{
    const struct bulk *b = w->bulk;
    struct call *c = r->call = row_call(w, r);
    if (w->site->open_call)
        TRY(w->site->open_call(w->site->open_ctx, c));
    if (b->job && !b->whole) {
        c->idempotency_key = arena_printf(c->arena, "%s/%lld", b->job, (long long)r->id);
        c->body_hash = given_hash(c, b);
        TRY(verb_replay(c));
        if (c->replayed)
            return OK;
    }
    if (r->status != OK)
        return REFUSED; /* judged already */
    TRY(input_read(c, b->given, b->n_given, b->strict));
    return verb_prepare(c);
}

/* False when the database is out of reach. A wrong input is told once, of the whole. */
static enum status prepare_rows(struct work *w)
{
    struct bulk *b = w->bulk;
    for (size_t i = 0; i < b->n; i++) {
        struct bulk_row *r = &b->rows[i];
        enum status s = prepare_row(w, r);
        if (s != OK && s != REFUSED)
            return s;
        if (s == REFUSED && r->call->problem)
            r->problem = r->call->problem;
        r->status = s;
    }
    return OK;
}

/* The same wrong field in each of them is one mistake: the form is shown again. */
static bool all_invalid(const struct bulk *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->rows[i].status != REFUSED || b->rows[i].problem->code != PROBLEM_invalid)
            return false;
    return b->n > 0;
}

/* ---- running ---- */

static void finish(void *arg)
{
    struct work *w = arg;
    struct bulk *b = w->bulk;
    bool mails = false;
    b->n_done = 0;
    for (size_t i = 0; i < b->n; i++) {
        struct bulk_row *r = &b->rows[i];
        if (r->status == RETRY)
            r->status = BROKEN;
        if (r->status == REFUSED && r->call && r->call->problem)
            r->problem = r->call->problem;
        if (r->status != OK && !r->problem)
            r->problem =
                problem_new(w->call->arena, r->status == REFUSED ? PROBLEM_state : PROBLEM_unavailable, NULL);
        b->n_done += r->status == OK;
        mails |= r->status == OK && r->call && r->call->mails;
    }
    if (mails && w->site->mailer)
        mailer_wake(w->site->mailer);
    if (!w->call->db && site_snapshot(w->site, w->call) != OK)
        w->call->db = NULL;
    w->then(w->ctx, w->call, w->status);
}

static struct bulk_row *row_of(struct bulk *b, const struct call *c)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->rows[i].call == c)
            return &b->rows[i];
    BUG("a row's call that is none of the job's");
}

static void came_back(struct work *w)
{
    if (atomic_fetch_sub(&w->left, 1) == 1)
        http_continue(w->site->http, finish, w);
}

static void row_done(void *ctx, struct call *c, enum status status)
{
    struct work *w = ctx;
    row_of(w->bulk, c)->status = status;
    came_back(w);
}

/* Nobody waits for a single one of them: they go behind what people do, and fill its groups. */
static void run_each(struct work *w)
{
    struct bulk *b = w->bulk;
    atomic_store(&w->left, 1);
    for (size_t i = 0; i < b->n; i++) {
        struct call *c = b->rows[i].call;
        if (b->rows[i].status != OK || c->replayed)
            continue;
        c->db = NULL;
        atomic_fetch_add(&w->left, 1);
        committer_submit_background(w->site->committer, c, row_done, w);
    }
    came_back(w);
}

/* ---- all or none ---- */

static enum status whole_run(struct call *c)
{
    struct bulk *b = c->in;
    for (size_t i = 0; i < b->n; i++) {
        struct call *one = b->rows[i].call;
        call_restart(one);
        one->db = c->db;
        enum status s = b->rows[i].status = verb_run(one);
        if (s == REFUSED)
            c->problem = one->problem;
        if (s != OK)
            return s;
        if (one->events) {
            *c->events_end = one->events;
            c->events_end = one->events_end;
        }
    }
    return OK;
}

/* By which the key of a whole job is kept: no verb of the model has a space in its name. */
static const char *whole_name(struct arena *a, const struct bulk *b)
{
    return arena_printf(a, "bulk %s", b->verb->name);
}

static struct value whole_hash(struct call *c, const struct bulk *b)
{
    struct value given = given_hash(c, b);
    struct buf ids = buf_in(c->arena, 1 << 16);
    struct hash *hash = ARENA_NEW(c->arena, struct hash);
    for (size_t i = 0; i < b->n; i++) {
        buf_add_int(&ids, b->rows[i].id);
        buf_addc(&ids, ' ');
    }
    *hash = sha256_3(given.b, given.len, buf_str(&ids), ids.len, NULL, 0);
    return v_blob(hash, sizeof *hash);
}

/* Where one is refused, none of the others is done either. */
static void refuse_others(struct work *w)
{
    for (size_t i = 0; i < w->bulk->n; i++)
        if (w->bulk->rows[i].status == OK) {
            w->bulk->rows[i].status = REFUSED;
            w->bulk->rows[i].call = NULL;
            w->bulk->rows[i].problem = problem_new(w->call->arena, PROBLEM_state,
                TR(w->call, "Nothing was done, because another of them was refused."));
        }
}

static void whole_done(void *ctx, struct call *c, enum status status)
{
    struct work *w = ctx;
    struct bulk *b = w->bulk;
    for (size_t i = 0; i < b->n && status == BROKEN; i++)
        b->rows[i].status = BROKEN;
    for (size_t i = 0; i < b->n && c->replayed; i++)
        b->rows[i].status = OK;
    if (status == REFUSED)
        refuse_others(w);
    http_continue(w->site->http, finish, w);
}

static void run_whole(struct work *w)
{
    struct bulk *b = w->bulk;
    for (size_t i = 0; i < b->n; i++)
        if (b->rows[i].status != OK) {
            refuse_others(w);
            finish(w);
            return;
        }
    struct arena *a = arena_new();
    arena_cleanup(w->call->arena, free_arena, a);
    struct call *c = call_new(a, w->call->model, w->call->viewer, w->call->now);
    struct verb *verb = ARENA_NEW(a, struct verb);
    *verb = (struct verb){.noun = b->verb->noun,
        .name = whole_name(a, b),
        .on = ON_COLLECTION,
        .roles = b->verb->roles,
        .run = whole_run};
    c->verb = verb;
    c->in = b;
    c->idempotency_key = b->job;
    c->body_hash = whole_hash(c, b);
    committer_submit(w->site->committer, c, whole_done, w);
}

/* Of a job that was done as a whole the rows do not stand where the verb starts any more. */
static enum status replay_whole(struct work *w, bool *done)
{
    struct bulk *b = w->bulk;
    struct call look = *w->call;
    struct verb verb = {.noun = b->verb->noun, .name = whole_name(look.arena, b)};
    *done = false;
    if (!b->whole || !b->job)
        return OK;
    look.verb = &verb;
    look.idempotency_key = b->job;
    look.body_hash = whole_hash(&look, b);
    enum status s = verb_replay(&look);
    w->call->problem = look.problem;
    *done = s == OK && look.replayed;
    for (size_t i = 0; i < b->n && *done; i++) {
        b->rows[i].status = OK;
        b->rows[i].problem = NULL;
    }
    return s;
}

void bulk_run(struct site *s, struct call *c, struct bulk *b, site_then *then, void *ctx)
{
    struct work *w = ARENA_NEW(c->arena, struct work);
    bool done = false;
    *w = (struct work){.site = s, .call = c, .bulk = b, .then = then, .ctx = ctx};
    w->status = c->db ? OK : site_snapshot(s, c);
    if (w->status == OK)
        w->status = check_names(c, b);
    if (w->status == OK)
        w->status = bulk_judge(c, b);
    if (w->status == OK)
        w->status = replay_whole(w, &done);
    if (w->status == OK && !done)
        w->status = prepare_rows(w);
    if (w->status == OK && !done && all_invalid(b)) {
        c->problem = b->rows[0].problem;
        w->status = REFUSED;
    }
    if (w->status != OK || done) {
        finish(w);
        return;
    }
    site_release(c);
    if (b->whole)
        run_whole(w);
    else
        run_each(w);
}
