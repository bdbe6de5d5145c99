/* tandem dump, load and copy: all of a database as JSON lines, back into an empty one, and both at once. */
#include "app/backup.h"
#include "app/check.h"
#include "app/commands.h"
#include "app/dump.h"
#include "app/key_file.h"
#include "app/options.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* How it ended, for a person. */
static int told(enum status s, const char *error)
{
    if (s != OK)
        fprintf(stderr, "tandem: %s\n", error ? error : "the database failed; the log says how");
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

/* A SQLite file that is not there is not made by reading from it. */
static enum status open_source(
    struct db **db, struct arena *a, const char *url, struct dump_plan *plan, const char **error)
{
    TRY(db_open(db, a, url, DB_READ, error));
    enum status s = db_begin_read(*db);
    if (s == OK)
        s = dump_plan_read(*db, a, plan, error);
    if (s != OK && !*error)
        *error = arena_strdup(a, db_error(*db));
    return s;
}

/* ---- dump ---- */

static bool line_to_file(void *ctx, const char *line, size_t n)
{
    return fwrite(line, 1, n, ctx) == n;
}

static enum status write_to(struct arena *a, const char *url, FILE *to, const char *name, const char **error)
{
    struct db *db = NULL;
    struct dump_plan plan;
    int64_t rows;
    enum status s = open_source(&db, a, url, &plan, error);
    if (s == OK)
        s = dump_write(db, a, &plan, &(struct dump_sink){line_to_file, to}, &rows, error);
    if (s != OK ? !*error : fflush(to) != 0) {
        *error = arena_printf(a, "%s: %s", name, strerror(errno));
        s = BROKEN;
    }
    if (s == OK && to != stdout)
        printf("%" PRId64 " rows of %zu tables.\n", rows, plan.n);
    db_close(db);
    return s;
}

/* It holds what people sign in with: only its owner reads it. */
static enum status dump_to_file(struct arena *a, const char *url, const char *path, const char **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f) {
        *error = arena_printf(a, "%s: %s", path, strerror(errno));
        return BROKEN;
    }
    enum status s = write_to(a, url, f, path, error);
    if ((fclose(f) != 0 || !backup_flush(a, path)) && s == OK) {
        *error = arena_printf(a, "%s: %s", path, strerror(errno));
        s = BROKEN;
    }
    if (s != OK)
        unlink(path);
    return s;
}

int command_dump(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *rest[1], *error = NULL;
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... (sqlite:tandem.db)", &db}, {0}};
    if (!options_read(argc, argv, "dump FILE|- --db URL", options, rest, 1, &n, &status))
        return status;
    if (n != 1) {
        fputs("tandem: dump needs the file to write, or - for standard output\n", stderr);
        return EXIT_USAGE;
    }
    struct arena *a = arena_new();
    enum status s = streq(rest[0], "-") ? write_to(a, db, stdout, "standard output", &error)
                                        : dump_to_file(a, db, rest[0], &error);
    status = told(s, error);
    arena_free(a);
    return status;
}

/* ---- load ---- */

/* The next line without its newline; what stands behind the last newline is a line, too. */
static enum status next_line(FILE *from, struct buf *line, bool *more)
{
    buf_clear(line);
    int c;
    flockfile(from);
    while ((c = getc_unlocked(from)) != EOF && c != '\n')
        buf_addc(line, (char)c);
    funlockfile(from);
    *more = c != EOF || line->len;
    return ferror(from) ? BROKEN : OK;
}

static enum status load_lines(
    struct dump_load *l, struct arena *a, FILE *from, struct buf *line, const char **error)
{
    for (bool more = true; more;) {
        if (next_line(from, line, &more) != OK) {
            *error = arena_printf(a, "the dump cannot be read: %s", strerror(errno));
            return BROKEN;
        }
        if (line->overflow) {
            *error = "a line is longer than 64 MB";
            return REFUSED;
        }
        if (more)
            TRY(dump_load_line(l, buf_str(line), line->len, error));
    }
    return OK;
}

/* What the new database needs before it serves. */
static int settle(struct arena *a, const char *url, const char *key, int64_t rows)
{
    const char *file = file_of_url(url);
    const char *path = key ? key : file ? arena_printf(a, "%s.key", file) : "tandem.key";
    printf("%" PRId64 " rows are loaded.\n", rows);
    if (access(path, F_OK) == 0)
        return check_database(url, key, NULL);
    printf("The log's key is not there. Copy it to %s, then: tandem check --db %s\n", path, url);
    return EXIT_REFUSED;
}

static enum status load_from(struct arena *a, const char *url, FILE *from, int64_t *rows, const char **error)
{
    struct db *db;
    struct dump_load *l;
    TRY(db_open(&db, a, url, DB_WRITE, error));
    struct buf line = buf_new(DUMP_LINE_MAX);
    enum status s = dump_load_start(&l, a, db, error);
    if (s == OK)
        s = load_lines(l, a, from, &line, error);
    if (s == OK)
        s = dump_load_end(l, rows, error);
    buf_free(&line);
    db_close(db);
    return s;
}

int command_load(int argc, char **argv)
{
    const char *db = NULL, *key = NULL, *rest[1], *error = NULL;
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... of the empty database", &db},
        {"--key", "FILE", "the log's private key (beside the database)", &key}, {0}};
    if (!options_read(argc, argv, "load FILE|- --db URL", options, rest, 1, &n, &status))
        return status;
    if (n != 1 || !db) {
        fputs("tandem: load needs the dump, or - for standard input, and --db URL\n", stderr);
        return EXIT_USAGE;
    }
    bool piped = streq(rest[0], "-");
    FILE *file = piped ? NULL : fopen(rest[0], "re");
    if (!piped && !file) {
        fprintf(stderr, "tandem: %s: %s\n", rest[0], strerror(errno));
        return EXIT_BROKEN;
    }
    struct arena *a = arena_new();
    int64_t rows = 0;
    enum status s = load_from(a, db, piped ? stdin : file, &rows, &error);
    status = told(s, error);
    if (file)
        fclose(file);
    if (status == EXIT_GOOD)
        status = settle(a, db, key, rows);
    arena_free(a);
    return status;
}

/* ---- copy ---- */

struct copying {
    struct dump_load *load;
    enum status status;
    const char *error;
};

static bool line_to_load(void *ctx, const char *line, size_t n)
{
    struct copying *c = ctx;
    c->status = dump_load_line(c->load, line, n - 1, &c->error);
    return c->status == OK;
}

static enum status copy_rows(struct arena *a, struct db *from, const struct dump_plan *plan, struct db *to,
    int64_t *rows, const char **error)
{
    struct copying c = {.status = OK};
    TRY(dump_load_start(&c.load, a, to, error));
    enum status s = dump_write(from, a, plan, &(struct dump_sink){line_to_load, &c}, rows, error);
    if (s != OK && !*error) {
        *error = c.error;
        return c.status;
    }
    TRY(s);
    return dump_load_end(c.load, rows, error);
}

static enum status copy(
    struct arena *a, const char *from_url, const char *to_url, int64_t *rows, const char **error)
{
    struct db *from = NULL, *to = NULL;
    struct dump_plan plan;
    enum status s = open_source(&from, a, from_url, &plan, error);
    if (s == OK)
        s = db_open(&to, a, to_url, DB_WRITE, error);
    if (s == OK)
        s = copy_rows(a, from, &plan, to, rows, error);
    db_close(to);
    db_close(from);
    return s;
}

int command_copy(int argc, char **argv)
{
    const char *from = NULL, *to = NULL, *key = NULL, *rest[1], *error = NULL;
    size_t n;
    int status;
    const struct cli_option options[] = {{"--from", "URL", "sqlite:PATH or postgresql://...", &from},
        {"--to", "URL", "the same, of an empty database", &to},
        {"--key", "FILE", "the log's private key (beside the new database)", &key}, {0}};
    if (!options_read(argc, argv, "copy --from URL --to URL", options, rest, 0, &n, &status))
        return status;
    if (!from || !to) {
        fputs("tandem: copy needs --from URL and --to URL\n", stderr);
        return EXIT_USAGE;
    }
    struct arena *a = arena_new();
    int64_t rows = 0;
    enum status s = copy(a, from, to, &rows, &error);
    status = told(s, error);
    if (status == EXIT_GOOD)
        status = settle(a, to, key, rows);
    arena_free(a);
    return status;
}
