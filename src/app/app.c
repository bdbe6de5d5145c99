#include "app/app.h"

#include "app/key_file.h"
#include "app/nav.h"
#include "base/log.h"
#include "domain/partner/roster.h"
#include "domain/person/person.h"
#include "domain/person/sign_in.h"
#include "domain/programme/draft.h"
#include "domain/registration/registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- opening ---- */

/* A file that is not there is not made by serving it. */
static bool is_missing(const char *url)
{
    const char *path = file_of_url(url);
    return path && access(path, F_OK) != 0;
}

static bool migrate(struct app *app, const struct app_options *o, const char **error)
{
    struct db *db;
    bool migrated = false;
    bool change = o->create || (o->upgrade && !is_missing(o->url));
    if (db_open(&db, app->arena, o->url, change ? DB_WRITE : DB_READ, error) != OK)
        return false;
    enum status s = change ? db_migrate(db, app->arena, error) : db_migrated(db, app->arena, &migrated);
    if (s == OK && !change && !migrated) {
        *error =
            "the database is not of this version; tandem serve brings it up to date, tandem init makes one";
        s = REFUSED;
    } else if (s != OK && !*error) {
        *error = arena_strdup(app->arena, db_error(db));
    }
    db_close(db);
    return s == OK;
}

/* What rows say beyond their fields: each of these knows its own noun. */
static void row_json(struct call *c, const struct noun *noun, const struct row *row, struct json_out *w)
{
    registration_json(c, noun, row, w);
    draft_json(c, noun, row, w);
}

bool app_open(struct app *out, const struct app_options *o, const char **error)
{
    *out = (struct app){.arena = arena_new(), .url = o->url};
    *error = NULL;
    bool ready = migrate(out, o, error) && key_file_open(out, o, error);
    if (ready) {
        out->sequencer = sequencer_new(&out->key);
        sequencer_key_file(out->sequencer, out->key_path);
        out->rosters = roster_keeper_new();
        out->programme = programme_cache_new(out->rosters);
        ready = db_pool_open(&out->pool, out->arena, o->url, o->readers ? o->readers : 2, error) == OK &&
                committer_start(&out->committer, out->arena, o->url, o->lanes ? o->lanes : 1, out->sequencer,
                    error) == OK;
    }
    if (!ready) {
        if (!*error)
            *error = "the database cannot be opened";
        static char kept[1024]; /* outlives the arena; the process ends soon */
        snprintf(kept, sizeof kept, "%s", *error);
        *error = kept;
        app_close(out);
        return false;
    }
    out->site = (struct site){.model = &tandem_model,
        .pages = tandem_pages,
        .pool = out->pool,
        .committer = out->committer,
        .log_key = &out->key,
        .base_url = o->base_url ? o->base_url : "http://127.0.0.1:8080",
        .ask_call = programme_ask_call,
        .open_call = programme_open_call,
        .open_ctx = out->programme,
        .row_json = row_json,
        .must = second_factor_missing,
        .must_page = me_sign_in_page.path,
        .must_text = N_("Your role must have a second factor. Sign in and set it up; then the token works."),
        .nav = nav_counts};
    return true;
}

void app_close(struct app *app)
{
    heavy_stop(app->heavy);
    throttle_free(app->throttle);
    witnesses_stop(app->witnesses);
    jobs_stop(app->jobs);
    clocks_stop(app->clocks);
    mailer_stop(app->mailer);
    if (app->pool)
        db_pool_close(app->pool);
    committer_stop(app->committer); /* last: SQLite's last writer leaves no WAL behind */
    sequencer_free(app->sequencer);
    programme_cache_free(app->programme);
    roster_keeper_free(app->rosters);
    arena_free(app->arena);
    *app = (struct app){0};
}

/* ---- calls ---- */

struct call *app_call(struct app *app, const struct viewer *viewer)
{
    struct call *c = call_new(arena_new(), &tandem_model, viewer, instant_now());
    c->programme = app->programme;
    return c;
}

enum status app_prepare(
    struct app *app, struct call *c, const struct verb *verb, const struct given *given, size_t n)
{
    c->verb = verb;
    struct db *db = db_pool_take(app->pool);
    if (!db)
        return BROKEN;
    c->db = db;
    enum status s = db_begin_read(db);
    if (s == OK)
        s = programme_open_call(app->programme, c);
    if (s == OK)
        s = input_read(c, given, n, true);
    if (s == OK)
        s = verb_prepare(c);
    db_rollback(db);
    db_pool_give(app->pool, db);
    c->db = NULL;
    return s == OK ? verb_compute(c) : s;
}

enum status app_do(
    struct app *app, struct call *c, const struct verb *verb, const struct given *given, size_t n)
{
    enum status s = app_prepare(app, c, verb, given, n);
    return s == OK ? committer_run(app->committer, c) : s;
}

struct seed {
    enum status (*fn)(struct call *c);
};

static enum status seed_run(struct call *c)
{
    return ((struct seed *)c->plan)->fn(c);
}

/* Not in the registry: nobody can call it. */
static const struct verb seed_verb = {.name = "create",
    .label = "Create",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = SYSTEM,
    .run = seed_run};

enum status app_seed(struct app *app, enum status (*fn)(struct call *c), void *in)
{
    struct seed seed = {fn};
    struct call *c = app_call(app, &system_viewer);
    c->verb = &seed_verb;
    c->plan = &seed;
    c->in = in;
    enum status s = committer_run(app->committer, c);
    if (s == REFUSED)
        problem_print(c->problem);
    arena_free(c->arena);
    return s;
}

enum status app_address(struct call *c, const char *given, const char **address)
{
    const struct given g = {.name = "email", .value = v_text(given), .loose = true};
    struct value v;
    const char *message = field_parse(c, noun_field(&person_noun, "email"), &g, &v);
    *address = !message && v.kind == VALUE_TEXT ? v.s : NULL;
    return *address ? OK : call_field(c, "email", message ? message : TR(c, "is needed"));
}

void problem_print(const struct problem *p)
{
    if (!p)
        return;
    fprintf(stderr, "tandem: %s%s%s\n", problem_title(p->code), p->detail ? ": " : "",
        p->detail ? p->detail : "");
    for (size_t i = 0; i < p->n_fields; i++)
        fprintf(stderr, "  %s: %s\n", p->fields[i].field, p->fields[i].message);
}
