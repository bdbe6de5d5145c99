/* tandem export: a list as a file, as everything or as a person sees it. */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "domain/person/person.h"
#include "face/export.h"

#include <stdio.h>

struct export_options {
    const char *db, *key, *format, *search, *sort, *as;
    const char *filters[CLI_MANY + 1];
};

/* "state=active", "amount[at_least]=5000" */
static bool read_filters(struct call *c, const struct export_options *o, struct list_query *q)
{
    *q = (struct list_query){.search = o->search, .sort = o->sort};
    for (size_t i = 0; i < CLI_MANY && o->filters[i]; i++) {
        const char *text = o->filters[i], *is = strchr(text, '=');
        const char *name = is ? arena_strndup(c->arena, text, (size_t)(is - text)) : text;
        const char *open = strchr(name, '['), *close = open ? strchr(open, ']') : NULL;
        if (!is || (open && (!close || close[1])))
            return false;
        q->filters[q->n_filters++] =
            (struct filter){.field = open ? arena_strndup(c->arena, name, (size_t)(open - name)) : name,
                .op = open ? arena_strndup(c->arena, open + 1, (size_t)(close - open - 1)) : "is",
                .value = is + 1};
    }
    return true;
}

static enum status export_for(struct app *app, struct call *c, const struct export_options *o,
    const struct noun *noun, const struct list_query *q)
{
    struct viewer *viewer = ARENA_NEW(c->arena, struct viewer);
    TRY(db_begin_read(c->db));
    TRY(programme_open_call(app->programme, c));
    if (o->as) {
        const char *address;
        TRY(app_address(c, o->as, &address));
        enum status s = person_viewer(c->db, c->arena, address, viewer);
        if (s == REFUSED)
            return call_refuse(c, PROBLEM_not_found, "nobody active has that address");
        TRY(s);
        c->viewer = viewer;
        if (!noun_readable(noun, viewer))
            return call_refuse(c, PROBLEM_forbidden, NULL);
    }
    return export_rows(c, noun, q, export_kind(o->format), stdout);
}

static int run(struct app *app, const struct export_options *o, const struct noun *noun)
{
    struct call *c = app_call(app, &system_viewer);
    struct list_query q;
    if (!read_filters(c, o, &q)) {
        fputs("tandem: a filter is FIELD=VALUE or FIELD[at_least]=VALUE\n", stderr);
        arena_free(c->arena);
        return EXIT_USAGE;
    }
    c->db = db_pool_take(app->pool);
    enum status s = c->db ? export_for(app, c, o, noun, &q) : BROKEN;
    if (s == REFUSED)
        problem_print(c->problem);
    else if (s != OK)
        fprintf(stderr, "tandem: the export failed: %s\n", c->db ? db_error(c->db) : "no database");
    if (c->db) {
        db_rollback(c->db);
        db_pool_give(app->pool, c->db);
    }
    arena_free(c->arena);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

int command_export(int argc, char **argv)
{
    struct export_options o = {.db = "sqlite:tandem.db", .format = "csv"};
    const char *rest[1], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &o.db},
        {"--key", "FILE", "the log's key (beside the database)", &o.key},
        {"--format", "FORMAT", "csv, xlsx, json or jsonl (csv)", &o.format},
        {"--filter", "FIELD=VALUE...", "only rows where it is so; also FIELD[at_least], [below], [in]",
            o.filters},
        {"--search", "TEXT", "only rows that have these words", &o.search},
        {"--sort", "FIELD", "the order; -FIELD the other way round", &o.sort},
        {"--as", "EMAIL", "what this person sees (everything)", &o.as}, {0}};
    if (!options_read(argc, argv, "export NOUN --db URL [--format FORMAT] [--filter FIELD=VALUE] > FILE",
            options, rest, 1, &n, &status))
        return status;
    const struct noun *noun = n == 1 ? model_noun_by_plural(&tandem_model, rest[0]) : NULL;
    if (!noun || noun->hidden || !export_kind(o.format)) {
        fputs(noun && !noun->hidden ? "tandem: the format is csv, xlsx, json or jsonl\n"
                                    : "tandem: export needs a list, such as accounts or registrations\n",
            stderr);
        return EXIT_USAGE;
    }
    struct app app;
    if (!app_open(&app, &(struct app_options){.url = o.db, .key_path = o.key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    status = run(&app, &o, noun);
    app_close(&app);
    return status;
}
