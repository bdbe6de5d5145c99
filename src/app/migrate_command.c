/* tandem migrate: brings a database up to this version without serving it, or says what that would apply. */
#include "app/commands.h"
#include "app/key_file.h"
#include "app/options.h"
#include "store/store.h"

#include <stdio.h>
#include <unistd.h>

/* The head of a migration's file says what it is for. */
static int comment_length(const char *sql)
{
    size_t n = strncmp(sql, "-- ", 3) == 0 ? strcspn(sql + 3, "\n") : 0;
    return (int)n;
}

static int dry_run(struct arena *a, const char *url, const char **error)
{
    struct db *db;
    const struct migration *m;
    if (db_open(&db, a, url, DB_READ, error) != OK)
        return EXIT_BROKEN;
    enum status s = db_missing(db, a, &m, error);
    if (s != OK && !*error)
        *error = arena_strdup(a, db_error(db));
    db_close(db);
    if (s != OK)
        return s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
    if (!m->number)
        puts("Nothing is missing: the database is of this version.");
    for (; m->number; m++) {
        int n = comment_length(m->sql);
        printf("would apply %04d_%s%s%.*s\n", m->number, m->name, n ? ": " : "", n, n ? m->sql + 3 : "");
    }
    return EXIT_GOOD;
}

static int migrate(struct arena *a, const char *url, const char **error)
{
    struct db *db;
    if (db_open(&db, a, url, DB_WRITE, error) != OK)
        return EXIT_BROKEN;
    enum status s = db_migrate(db, a, error);
    if (s != OK && !*error)
        *error = arena_strdup(a, db_error(db));
    db_close(db);
    if (s == OK)
        puts("The database is of this version.");
    return s == OK ? EXIT_GOOD : EXIT_BROKEN;
}

int command_migrate(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *dry = NULL, *rest[1], *error = NULL;
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... (sqlite:tandem.db)", &db},
        {"--dry-run", NULL, "only say what would be applied", &dry}, {0}};
    if (!options_read(argc, argv, "migrate --db URL [--dry-run]", options, rest, 0, &n, &status))
        return status;
    const char *path = file_of_url(db);
    if (path && access(path, F_OK) != 0) {
        fprintf(stderr, "tandem: %s is not there; tandem init makes a database\n", path);
        return EXIT_BROKEN;
    }
    struct arena *a = arena_new();
    status = dry ? dry_run(a, db, &error) : migrate(a, db, &error);
    if (error)
        fprintf(stderr, "tandem: %s\n", error);
    arena_free(a);
    return status;
}
