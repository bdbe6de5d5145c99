/* tandem import: a file through the same steps as an upload, here and now, by a committer of its own. */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/import/dry.h"
#include "domain/import/rows.h"
#include "domain/import/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ERRORS_SHOWN 50

struct command {
    struct app app;
    const char *kind, *path, *mapping, *policy;
    struct viewer viewer;
    struct db *db; /* to read */
    int64_t run_id;
    bool json, terminal;
    int64_t shown_us, began_us;
};

/* ---- progress ---- */

static bool show_progress(void *ctx, const struct import_progress *at)
{
    struct command *k = ctx;
    int64_t now = monotonic_us();
    if (!k->terminal || now - k->shown_us < US_PER_SECOND / 5)
        return true;
    k->shown_us = now;
    double per_second = (double)at->done * 1e6 / (double)(now - k->began_us + 1);
    if (at->all_bytes)
        fprintf(stderr, "\r%-9s %3.0f%%  %lld rows\033[K", at->state,
            100.0 * (double)at->bytes / (double)at->all_bytes, (long long)at->done);
    else if (at->total)
        fprintf(stderr, "\r%-9s %3.0f%%  %lld of %lld rows, %.0f a second\033[K", at->state,
            100.0 * (double)at->done / (double)at->total, (long long)at->done, (long long)at->total,
            per_second);
    return true;
}

static void end_progress(const struct command *k)
{
    if (k->terminal)
        fputs("\r\033[K", stderr);
}

/* ---- the run ---- */

struct new_run {
    struct import_run run;
    const char *owner;
    int64_t id;
};

static enum status make_run(struct call *c)
{
    struct new_run *n = c->in;
    return import_run_new(c, &n->run, n->owner, &n->id);
}

struct policy {
    int64_t id;
    const char *policy;
};

/* Through the verb, so that it refuses as it would anywhere. */
static enum status apply(struct command *k)
{
    struct call *c = app_call(&k->app, &k->viewer);
    c->row_id = k->run_id;
    struct given given[] = {{.name = "policy", .value = v_text(k->policy), .loose = true}};
    enum status s = app_do(&k->app, c, &import_apply, given, COUNT(given));
    if (s == REFUSED && !k->json)
        problem_print(c->problem);
    arena_free(c->arena);
    return s;
}

static enum status load_run(struct command *k, struct arena *a, struct import_run *run)
{
    struct call *c = call_new(a, &tandem_model, &system_viewer, instant_now());
    c->db = k->db;
    TRY(db_begin_read(k->db));
    enum status s = noun_load(c, &import_run_noun, k->run_id, run);
    db_rollback(k->db);
    return s;
}

/* ---- telling ---- */

static bool print_error(void *ctx, const struct value *v, size_t n)
{
    (void)n;
    struct json_out *w = ctx;
    if (w) {
        out_object(w);
        out_kv_int(w, "line", v[0].i);
        out_kv_string(w, "reason", v[1].s);
        out_end(w);
    } else {
        fprintf(stderr, "  line %lld: %s\n", (long long)v[0].i, v[1].s);
    }
    return true;
}

static void each_error(struct command *k, struct json_out *w)
{
    struct value args[2] = {v_int(k->run_id), v_int(ERRORS_SHOWN)};
    if (db_each(k->db, print_error, w,
            "select line, error from import_row where run_id = $1 and error is not null order by line "
            "limit $2",
            args, 2) != OK)
        fprintf(stderr, "tandem: %s\n", db_error(k->db));
}

static void print_json(struct command *k, const struct import_run *run)
{
    struct buf b = buf_new(BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_string(&w, "state", run->state);
    out_kv_int(&w, "rows", run->rows_total);
    out_kv_int(&w, "good", run->rows_good);
    out_kv_int(&w, "bad", run->rows_bad);
    out_kv_int(&w, "imported", run->rows_applied);
    out_kv_int(&w, "new", run->rows_made);
    out_kv_int(&w, "changed", run->rows_changed);
    if (run->message)
        out_kv_string(&w, "message", run->message);
    out_key(&w, "mapping");
    out_raw(&w, run->mapping);
    out_key(&w, "errors");
    out_array(&w);
    each_error(k, &w);
    out_end(&w);
    out_end(&w);
    puts(buf_str(&b));
    buf_free(&b);
}

static void print_text(struct command *k, const struct import_run *run)
{
    double seconds = (double)(monotonic_us() - k->began_us) / 1e6;
    if (run->message)
        fprintf(stderr, "tandem: %s\n", run->message);
    if (run->rows_bad) {
        fprintf(stderr, "%lld of %lld rows have errors%s:\n", (long long)run->rows_bad,
            (long long)run->rows_total, run->rows_bad > ERRORS_SHOWN ? "; the first of them" : "");
        each_error(k, NULL);
    }
    if (streq(run->state, "done"))
        printf("Imported %lld rows: %lld new, %lld changed, %lld as they were. %.1f s, %.0f rows a second.\n",
            (long long)run->rows_applied, (long long)run->rows_made, (long long)run->rows_changed,
            (long long)(run->rows_applied - run->rows_made - run->rows_changed), seconds,
            (double)run->rows_total / (seconds > 0 ? seconds : 1));
    else
        printf("Nothing was imported.\n");
}

static void tell(struct command *k)
{
    struct arena *a = arena_new();
    struct import_run run;
    end_progress(k);
    if (load_run(k, a, &run) == OK) {
        if (streq(run.state, "staged"))
            run.message = "a column that is needed was not recognised; name it with --map";
        if (k->json)
            print_json(k, &run);
        else
            print_text(k, &run);
    }
    arena_free(a);
}

/* ---- the way ---- */

static bool state_is(struct command *k, const char *state)
{
    struct arena *a = arena_new();
    struct import_run run;
    bool is = load_run(k, a, &run) == OK && streq(run.state, state);
    arena_free(a);
    return is;
}

/* What was only looked at is not left waiting. */
static void cancel(struct command *k, struct import_worker *w)
{
    struct call *c = app_call(&k->app, &k->viewer);
    c->row_id = k->run_id;
    if (app_do(&k->app, c, &import_cancel, NULL, 0) == OK && import_work(w, k->run_id) != OK)
        fputs("tandem: the staged rows stay until the server deletes them\n", stderr);
    arena_free(c->arena);
}

static int run_import(struct command *k)
{
    const char *slash = strrchr(k->path, '/');
    struct new_run n = {.run = {.kind = k->kind,
                            .file_name = slash ? slash + 1 : k->path,
                            .mapping = k->mapping,
                            .policy = k->policy,
                            .state = "staging",
                            .person_id = {k->viewer.person_id}},
        .owner = secret_new(k->app.arena)};
    struct import_worker w = {.model = &tandem_model,
        .db = k->db,
        .committer = k->app.committer,
        .open_call = programme_open_call,
        .open_ctx = k->app.programme,
        .owner = n.owner,
        .path = k->path,
        .go_on = show_progress,
        .ctx = k};
    if (app_seed(&k->app, make_run, &n) != OK)
        return EXIT_BROKEN;
    k->run_id = n.id;
    enum status s = import_work(&w, n.id);
    if (s == OK && state_is(k, "checked")) {
        enum status applied = apply(k);
        if (applied == OK)
            s = import_work(&w, n.id);
    }
    bool done = s == OK && state_is(k, "done");
    tell(k);
    if (s == OK && (state_is(k, "checked") || state_is(k, "staged")))
        cancel(k, &w);
    return s != OK ? EXIT_BROKEN : done ? EXIT_GOOD : EXIT_REFUSED;
}

static void tell_dry(struct command *k, const struct dry_result *r)
{
    end_progress(k);
    if (k->json) {
        struct buf b = buf_new(BUF_MAX_DEFAULT);
        dry_json(&b, r);
        puts(buf_str(&b));
        buf_free(&b);
        return;
    }
    if (r->refused)
        fprintf(stderr, "tandem: %s\n", r->refused);
    for (size_t i = 0; i < r->n_errors; i++)
        fprintf(stderr, "  line %lld: %s\n", (long long)r->errors[i].line, r->errors[i].reason);
    printf("%lld rows: %lld good, %lld with errors. Nothing was stored.\n", (long long)r->rows,
        (long long)r->good, (long long)r->bad);
}

static int run_dry(struct command *k)
{
    struct dry_result r;
    struct call *c = app_call(&k->app, &k->viewer);
    c->db = k->db;
    enum status s = db_begin_read(k->db);
    if (s == OK)
        s = programme_open_call(k->app.programme, c);
    if (s == OK)
        s = import_dry(c, import_kind_find(k->kind), k->path, k->mapping, &r);
    db_rollback(k->db);
    if (s == OK)
        tell_dry(k, &r);
    arena_free(c->arena);
    return s != OK ? EXIT_BROKEN : r.refused || r.bad ? EXIT_REFUSED : EXIT_GOOD;
}

/* ---- options ---- */

/* Somebody has to have done it: who is named, else the first administrator. */
static bool find_person(struct command *k, const char *email, const char **error)
{
    struct rows rows;
    struct arena *a = k->app.arena;
    if (!email &&
        db_query(k->db, a, &rows,
            "select email from person where role = 'admin' and state <> 'inactive' order by id "
            "limit 1",
            NULL, 0) == OK &&
        rows.n)
        email = cell_text(&rows, 0, 0);
    if (!email || person_viewer(k->db, a, email, &k->viewer) != OK) {
        *error = "there is no such person; give --as EMAIL";
        return false;
    }
    if (!verb_allowed(&import_apply, &k->viewer)) {
        *error = "only administrators and operations may import";
        return false;
    }
    return true;
}

static const char *read_mapping(struct arena *a, const char *path, const char **error)
{
    char text[65536];
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(text, 1, sizeof text, f) : 0;
    if (f)
        fclose(f);
    json_t *map = n ? json_read(a, text, n, error) : NULL;
    if (!json_is_object(map)) {
        *error = arena_printf(a, "%s: no object such as {\"name\": \"Company\"}", path);
        return NULL;
    }
    struct buf b = buf_in(a, 1 << 20);
    json_canonical(&b, map);
    return buf_str(&b);
}

static int run_command(struct command *k, const char *map, const char *email, bool dry)
{
    const char *error = NULL;
    k->mapping = map ? read_mapping(k->app.arena, map, &error) : "{}";
    if (!k->mapping || db_open(&k->db, k->app.arena, k->app.url, DB_READ, &error) != OK ||
        !find_person(k, email, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_USAGE;
    }
    k->began_us = monotonic_us();
    return dry ? run_dry(k) : run_import(k);
}

int command_import(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *key = NULL, *map = NULL, *as = NULL, *dry = NULL, *good = NULL;
    const char *json = NULL, *rest[2], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's private key (beside the database)", &key},
        {"--map", "FILE", "JSON {\"field\": \"heading\"}; guessed without it", &map},
        {"--as", "EMAIL", "who imports (the first administrator)", &as},
        {"--dry-run", NULL, "check and report only; nothing is stored", &dry},
        {"--good-rows", NULL, "import the good rows where others have errors", &good},
        {"--json", NULL, "report as JSON", &json}, {0}};
    if (!options_read(argc, argv,
            "import KIND FILE [OPTIONS]\n"
            "KIND: product-lines, people, accounts, opportunities, partners, certifications",
            options, rest, 2, &n, &status))
        return status;
    if (n != 2 || !import_kind_find(rest[0])) {
        fputs(n ? "tandem: there is no such kind, or no file; see tandem import --help\n"
                : "usage: tandem import KIND FILE [OPTIONS]\n",
            stderr);
        return EXIT_USAGE;
    }
    struct command k = {.kind = rest[0],
        .path = rest[1],
        .policy = good ? "good_rows" : "all_or_nothing",
        .json = json != NULL,
        .terminal = !json && isatty(STDERR_FILENO)};
    if (access(k.path, R_OK) != 0) {
        fprintf(stderr, "tandem: %s cannot be read\n", k.path);
        return EXIT_USAGE;
    }
    if (!app_open(&k.app, &(struct app_options){.url = db, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    status = run_command(&k, map, as, dry != NULL);
    db_close(k.db);
    app_close(&k.app);
    return status;
}
