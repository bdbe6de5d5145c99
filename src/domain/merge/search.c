/*
 * Looking for duplicates: a row to ask for it, and the job that compares everything and keeps the likeliest
 * pairs. After a crash it begins anew; what was kept already is known then.
 */
#include "base/id.h"
#include "base/time.h"
#include "domain/merge/candidates.h"

#define FOUND_MAX     500 /* of a kind, the likeliest; merging them makes room for others */
#define KINDS         3
#define AT_ONCE       50 /* pairs with one commit */
#define TELL_EVERY_US 400000

static const struct state states[] = {
    {"waiting", N_("Waiting"), "new"}, {"running", N_("Running"), "new"}, {"done", N_("Done"), "ok"}, {0}};
static const struct option state_options[] = {
    {"waiting", N_("Waiting")}, {"running", N_("Running")}, {"done", N_("Done")}, {0}};

static const struct field fields[] = {
    FIELD(struct duplicate_search, name, .label = N_("Compared"), .required = true, .see = VENDOR,
        .list_column = true, .example = "All kinds"),
    FIELD(struct duplicate_search, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .see = VENDOR),
    FIELD(struct duplicate_search, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct duplicate_search, found, .label = N_("New pairs"), .see = VENDOR, .list_column = true,
        .example = "22"),
    FIELD(struct duplicate_search, progress, .label = N_("Progress"), .see = VENDOR),
    FIELD(struct duplicate_search, finished, .label = N_("Finished"), .see = VENDOR, .list_column = true),
    FIELD(struct duplicate_search, person_id, .label = N_("Asked by"), .ref = "person", .required = true,
        .see = VENDOR, .list_column = true),
};

const struct noun duplicate_search_noun = {
    .name = "duplicate_search",
    .plural = "duplicate-searches",
    .prefix = "dus",
    .label = N_("Search for duplicates"),
    .labels = N_("Searches for duplicates"),
    .icon = "org",
    .summary = N_("Accounts, partners or people compared with one another, in the background."),
    .size = sizeof(struct duplicate_search),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "1=1",
    .read = ADMIN | OPERATIONS | AUDITOR,
    .order = "-created",
};

/* ---- asking for it ---- */

struct find_input {
    const char *kind;
};
static const struct field find_fields[] = {
    FIELD(struct find_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .hint = N_("All kinds when left empty.")),
};

static const char *name_of(struct call *c, const char *kind)
{
    static const char *const names[KINDS] = {N_("Accounts"), N_("Partners"), N_("People")};
    for (size_t i = 0; i < KINDS; i++)
        if (streq(merge_kinds[i].key, kind))
            return TR(c, names[i]);
    return TR(c, "Accounts, partners and people");
}

static enum status find_run(struct call *c)
{
    const struct find_input *in = c->in;
    struct rows rows;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from duplicate_search where state in ('waiting', 'running') limit 1", NULL, 0));
    if (rows.n)
        return call_refuse(c, PROBLEM_state, TR(c, "A search is running already: wait until it is done."));
    struct duplicate_search s = {.name = name_of(c, in->kind),
        .kind = in->kind,
        .state = "waiting",
        .person_id = {c->viewer->person_id}};
    return noun_insert(c, &duplicate_search_noun, &s, &id);
}

const struct verb duplicate_find = {
    .noun = &duplicate_search_noun,
    .name = "find",
    .label = N_("Look for duplicates"),
    .done = N_("Looking for duplicates."),
    .summary = N_("Compare all accounts, partners or people with one another, in the background."),
    .on = ON_COLLECTION,
    .roles = MERGERS,
    .creates = true,
    .primary = true,
    INPUT(struct find_input, find_fields),
    .run = find_run,
};

/* ---- the work ---- */

struct looking {
    struct job_worker *w;
    int64_t id;
    struct duplicate_search s;
    struct call *call; /* under which it reads, on one snapshot */
    struct candidate *of[KINDS];
    size_t n[KINDS], kind; /* the one under way */
    size_t from;           /* the first pair of the chunk under way */
    int64_t told_us;
    enum status stopped;
};

static enum status step_take(struct call *c, void *arg)
{
    const struct looking *l = arg;
    return job_take(c, l->w, &duplicate_search_noun, l->id);
}

static enum status step_release(struct call *c, void *arg)
{
    const struct looking *l = arg;
    return job_release(c, l->w, &duplicate_search_noun, l->id);
}

static enum status step_progress(struct call *c, void *arg)
{
    const struct looking *l = arg;
    struct value args[2] = {v_int(l->id), v_int(l->s.progress)};
    TRY(job_fence(c, l->w, &duplicate_search_noun, l->id));
    return db_exec(c->db, "update duplicate_search set progress = $2 where id = $1", args, 2);
}

/* A pair that is known already keeps its state: what was dismissed stays dismissed. */
static enum status keep(
    struct call *c, const struct looking *l, const struct merge_kind *k, const struct candidate *found)
{
    const char *one = id_text(c->arena, k->noun->prefix, found->one);
    const char *other = id_text(c->arena, k->noun->prefix, found->other);
    struct value args[2] = {v_text(one), v_text(other)};
    struct rows rows;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows, "select id from duplicate where one = $1 and other = $2", args, 2));
    if (rows.n)
        return OK;
    struct duplicate d = {.kind = k->name,
        .one = one,
        .other = other,
        .one_name = found->one_name,
        .other_name = found->other_name,
        .score = found->score,
        .evidence = found->evidence && *found->evidence ? found->evidence : "name",
        .state = "open",
        .search_id = {l->id}};
    return noun_insert_beside(c, &duplicate_noun, &d, &id);
}

static enum status step_keep(struct call *c, void *arg)
{
    const struct looking *l = arg;
    const struct merge_kind *k = merge_kind(merge_kinds[l->kind].key);
    TRY(job_fence(c, l->w, &duplicate_search_noun, l->id));
    for (size_t i = l->from; i < l->n[l->kind] && i < l->from + AT_ONCE; i++)
        TRY(keep(c, l, k, &l->of[l->kind][i]));
    return OK;
}

/* What an earlier worker of the same search kept counts, too. */
static enum status step_end(struct call *c, void *arg)
{
    const struct looking *l = arg;
    const struct noun *n = &duplicate_search_noun;
    struct value args[1] = {v_int(l->id)};
    struct duplicate_search s = {.state = "done", .progress = 100, .finished = c->now};
    struct rows rows;
    TRY(job_fence(c, l->w, n, l->id));
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from duplicate where search_id = $1", args, 1));
    s.found = cell_int(&rows, 0, 0);
    return noun_update(c, n, l->id, &s,
        FIELD_BIT(n, state) | FIELD_BIT(n, progress) | FIELD_BIT(n, found) | FIELD_BIT(n, finished),
        "finish");
}

/* Each kind has its share of the way; the pairs are kept in the end. */
static bool go_on(void *ctx, size_t done, size_t of)
{
    struct looking *l = ctx;
    int64_t now = monotonic_us();
    l->stopped = l->w->go_on(l->w->jobs) ? OK : RETRY;
    if (l->stopped != OK || now - l->told_us < TELL_EVERY_US)
        return l->stopped == OK;
    l->told_us = now;
    l->s.progress = (int64_t)(90 * l->kind + (of ? 90 * done / of : 0)) / KINDS;
    l->stopped = job_commit(l->w, &duplicate_search_noun, step_progress, l);
    return l->stopped == OK;
}

static enum status compare(struct looking *l)
{
    const struct candidate_hook hook = {go_on, l};
    for (l->kind = 0; l->kind < KINDS; l->kind++) {
        const char *kind = merge_kinds[l->kind].key;
        if (l->s.kind && !streq(l->s.kind, kind))
            continue;
        enum status s =
            candidates_find(l->call, merge_kind(kind), FOUND_MAX, &hook, &l->of[l->kind], &l->n[l->kind]);
        if (s != OK)
            return s == RETRY ? l->stopped : s;
    }
    return OK;
}

static enum status look(struct looking *l)
{
    TRY(job_commit(l->w, &duplicate_search_noun, step_take, l));
    TRY(compare(l));
    db_rollback(l->w->db); /* a snapshot that is kept open keeps the database from tidying up */
    for (l->kind = 0; l->kind < KINDS; l->kind++)
        for (l->from = 0; l->from < l->n[l->kind]; l->from += AT_ONCE) {
            TRY(job_commit(l->w, &duplicate_search_noun, step_keep, l));
            if (!go_on(l, 1, 1))
                return l->stopped;
        }
    return job_commit(l->w, &duplicate_search_noun, step_end, l);
}

static enum status open_look(struct looking *l)
{
    struct job_worker *w = l->w;
    l->call->db = w->db;
    TRY(db_begin_read(w->db));
    TRY(w->open_call ? w->open_call(w->open_ctx, l->call) : OK);
    return noun_load(l->call, &duplicate_search_noun, l->id, &l->s);
}

static enum status work(struct job_worker *w, int64_t id)
{
    struct looking l = {.w = w, .id = id};
    l.call = call_new(arena_new(), w->model, &system_viewer, instant_now());
    enum status s = open_look(&l);
    if (s == OK)
        s = look(&l);
    if (s == RETRY && job_commit(w, &duplicate_search_noun, step_release, &l) == BROKEN)
        s = BROKEN;
    db_rollback(w->db);
    arena_free(l.call->arena);
    return s;
}

const struct job_kind duplicate_search_job = {.name = "duplicates",
    .noun = &duplicate_search_noun,
    .next = "select id from duplicate_search where state in ('waiting', 'running') "
            "and (owner is null or owner = $1 or owner_until < $2) and id > $3 order by id limit 1",
    .work = work};
