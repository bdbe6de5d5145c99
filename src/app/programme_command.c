/* tandem programme export | diff | apply: the document as a file */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/changes.h"
#include "domain/programme/draft.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(streq(path, "-") ? "/dev/stdin" : path, "rb");
    char chunk[65536];
    size_t n;
    if (!f)
        return false;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(out, chunk, n);
    bool good = !ferror(f) && !out->overflow;
    fclose(f);
    return good;
}

struct what {
    const char *note, *effective;
    bool dry_run, draft;
};

/* A call of the operator's on a snapshot; ended by close_call(). */
static struct call *open_call(struct app *app, const struct viewer *viewer)
{
    struct call *c = app_call(app, viewer);
    const struct programme *active;
    c->db = db_pool_take(app->pool);
    if (c->db && db_begin_read(c->db) == OK && programme_active(c, &active) == OK)
        return c;
    db_pool_give(app->pool, c->db);
    arena_free(c->arena);
    return NULL;
}

static void close_call(struct app *app, struct call *c)
{
    db_rollback(c->db);
    db_pool_give(app->pool, c->db);
    arena_free(c->arena);
}

/* A version by its number, the one in force for "", else a file, where TEXT has room for it. What does not
 * read in full is compared as far as it does. */
static enum status read_side(struct call *c, const char *name, struct buf *text, struct programme *out)
{
    const struct programme *p;
    int64_t number;
    if (!*name || parse_int(name, &number)) {
        TRY(*name ? programme_at(c, number, &p) : programme_active(c, &p));
        *out = *p;
        return OK;
    }
    if (!text || !read_file(name, text))
        return call_field(c, name, text ? "cannot be read" : "is no version");
    enum status s = programme_read(c, c->arena, buf_str(text), text->len, out);
    return s == REFUSED && out->document ? OK : s;
}

static int export(struct app *app, const char *version)
{
    struct call *c = open_call(app, &system_viewer);
    struct programme p;
    if (!c)
        return EXIT_BROKEN;
    enum status s = read_side(c, version, NULL, &p);
    if (s == OK) {
        char *text = json_dumps(p.document, JSON_INDENT(2));
        puts(text);
        free(text);
    }
    problem_print(c->problem);
    close_call(app, c);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

static enum status print_difference(struct call *c, const char *from, const char *to, struct buf texts[2])
{
    struct programme a, b;
    struct programme_changes changes;
    TRY(read_side(c, from, &texts[0], &a));
    TRY(read_side(c, to, &texts[1], &b));
    programme_changes(c, &a, &b, &changes);
    fputs(changes.n ? programme_changes_text(c, &changes) : "No difference.\n", stdout);
    return c->problem ? REFUSED : OK;
}

static int diff(struct app *app, const char *from, const char *to, enum lang lang)
{
    struct viewer viewer = system_viewer;
    viewer.lang = lang;
    struct call *c = open_call(app, &viewer);
    if (!c)
        return EXIT_BROKEN;
    struct buf texts[2] = {buf_in(c->arena, 4 << 20), buf_in(c->arena, 4 << 20)};
    enum status s = print_difference(c, from, to, texts);
    problem_print(c->problem);
    close_call(app, c);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

static int dry_run(struct app *app, const char *path)
{
    int status = diff(app, "", path, LANG_EN);
    if (status == EXIT_GOOD)
        puts("The document is good; nothing was stored.");
    return status;
}

static int apply(struct app *app, const char *path, const struct what *what)
{
    struct call *c = app_call(app, &system_viewer);
    struct buf file = buf_in(c->arena, 4 << 20);
    if (!read_file(path, &file)) {
        fprintf(stderr, "tandem: %s cannot be read\n", path);
        arena_free(c->arena);
        return EXIT_USAGE;
    }
    struct given given[3] = {{.name = "document", .value = v_text(buf_str(&file)), .loose = true},
        {.name = "note", .value = v_text(what->note), .loose = true}};
    size_t n = 2;
    if (what->effective)
        given[n++] = (struct given){.name = "effective_day", .value = v_text(what->effective), .loose = true};
    enum status s = app_do(app, c, what->draft ? &draft_create : &programme_apply, given, n);
    if (s == OK)
        puts(what->draft ? "Stored as a draft." : what->effective ? "Scheduled." : "Published.");
    problem_print(c->problem);
    arena_free(c->arena);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

static int run(struct app *app, const char *const *word, size_t n, const struct what *what, const char *lang)
{
    if (streq(word[0], "export"))
        return export(app, n == 2 ? word[1] : "");
    if (streq(word[0], "diff"))
        return diff(app, n == 3 ? word[1] : "", word[n - 1], lang_parse(lang));
    return what->dry_run ? dry_run(app, word[1]) : apply(app, word[1], what);
}

#define USAGE "programme export [VERSION] | diff [FROM] TO | apply FILE [OPTIONS]"

int command_programme(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *key = NULL, *dry = NULL, *draft = NULL, *lang = "en", *rest[3],
               *error;
    struct what what = {.note = "Applied from a file"};
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's key (beside the database)", &key},
        {"--note", "TEXT", "why, for the history", &what.note},
        {"--effective", "DATE", "apply: in force from the beginning of that day on", &what.effective},
        {"--draft", NULL, "apply: store it as a draft, for a second person to publish", &draft},
        {"--dry-run", NULL, "apply: say what would change and what is wrong, store nothing", &dry},
        {"--lang", "en|de", "diff: the language of its words", &lang}, {0}};
    if (!options_read(argc, argv, USAGE, options, rest, COUNT(rest), &n, &status))
        return status;
    bool good = (n >= 1 && n <= 2 && streq(rest[0], "export")) || (n >= 2 && streq(rest[0], "diff")) ||
                (n == 2 && streq(rest[0], "apply"));
    if (!good) {
        fputs("usage: tandem " USAGE "\n", stderr);
        return EXIT_USAGE;
    }
    struct app app;
    what.dry_run = dry != NULL;
    what.draft = draft != NULL;
    if (!app_open(&app, &(struct app_options){.url = db, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    status = run(&app, rest, n, &what, lang);
    app_close(&app);
    return status;
}
