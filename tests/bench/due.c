/*
 * Makes the clocks of a seeded database due, for tests/bench/clocks.sh:
 *     bench-due URL KEY_FILE end|quiet|none      protections that ended; every tenth that nobody works on;
 * none
 */
#include "app/app.h"

#include <stdlib.h>

static _Noreturn void die(const char *why)
{
    fprintf(stderr, "bench-due: %s\n", why);
    exit(1);
}

static void run(struct db *db, const char *sql, int64_t at)
{
    struct value args[1] = {v_int(at)};
    if (db_exec(db, sql, args, 1) != OK || db_flush(db) != OK)
        die(db_error(db));
}

int main(int argc, char **argv)
{
    struct app app;
    const char *error;
    struct db *db;
    if (argc != 4)
        die("usage: bench-due URL KEY_FILE end|quiet|none");
    if (!app_open(&app, &(struct app_options){.url = argv[1], .key_path = argv[2]}, &error))
        die(error);
    if (db_open(&db, app.arena, argv[1], DB_WRITE, &error) != OK)
        die(error);
    int64_t now = instant_now().us, past = now - 3600 * US_PER_SECOND, future = now + 60 * US_PER_DAY;
    run(db, "update mail set sent = $1 where sent is null", now); /* sending them would disturb */
    bool end = streq(argv[3], "end"), quiet = streq(argv[3], "quiet");
    run(db, "update registration set protected_until = $1, heartbeat_due = null where state = 'approved'",
        end ? past : future);
    run(db, "update protection set until = $1 where state = 'live'", end ? past : future);
    if (quiet)
        run(db,
            "update registration set heartbeat_due = $1, decided = $1 - 4000000000000 where state = "
            "'approved' and "
            "(id / 4194304 / 180000) % 10 = 0",
            past);
    db_close(db);
    app_close(&app);
    return 0;
}
