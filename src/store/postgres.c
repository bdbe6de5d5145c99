#include "store/postgres.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COMMIT_UNKNOWN_S                                                                                     \
    60 /* how long to ask after a commit whose answer was lost: longer than a failover                       \
        */

static struct pg *of(struct db *db)
{
    return (struct pg *)db;
}

/* ---- the connection ---- */

/* Those before dbname can be set otherwise by the address, those after it cannot. */
static PGconn *dial(const char *url)
{
    static const char *const keywords[] = {"connect_timeout", "tcp_user_timeout", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "fallback_application_name", "dbname", "client_encoding",
        NULL};
    const char *const values[] = {"10", "30000", "30", "10", "3", "tandem", url, "UTF8", NULL};
    return PQconnectdbParams(keywords, values, 1);
}

/*
 * By a command and not by the "options" of the connection, which belong to the address. What the server
 * compiles just in time takes longer than our queries.
 */
static bool configure(PGconn *conn, enum db_mode mode)
{
    static const char common[] = "set standard_conforming_strings = on; set bytea_output = 'hex';"
                                 "set extra_float_digits = 1;"
                                 "set client_min_messages = error; set lock_timeout = 10000; set jit = off;";
    /* What writes looks up rows by their keys: one plan serves, and costs less than one for every key. */
    static const char *const modes[] = {[DB_READ] = "set default_transaction_read_only = on",
        [DB_WRITE] = "set plan_cache_mode = force_generic_plan"};
    _Static_assert(LOCK_WAIT_MS == 10000, "lock_timeout");
    char sql[sizeof common + 100];
    snprintf(sql, sizeof sql, "%s%s", common, modes[mode]);
    PGresult *r = PQexec(conn, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return ok;
}

static void hear(void *ctx, const PGresult *r)
{
    pg_heard(ctx, r);
}

/* Messages without their detail: it holds the values of the row, which no log should. */
static bool enter(struct pg *pg)
{
    PGconn *conn = pg->conn;
    if (PQstatus(conn) != CONNECTION_OK)
        return false;
    PQsetErrorVerbosity(conn, PQERRORS_TERSE);
    PQsetNoticeReceiver(conn, hear, pg);
    return configure(conn, pg->db.mode) && PQsetnonblocking(conn, 1) == 0 && PQenterPipelineMode(conn);
}

static enum status connect_again(struct pg *pg)
{
    if (pg->conn)
        return OK;
    pg->conn = dial(pg->url);
    pg->named = 0;
    pg->leaving = false;
    const char *encoding = PQparameterStatus(pg->conn, "server_encoding");
    enum status status = OK;
    if (!enter(pg))
        status = db_fail(&pg->db, BROKEN, NULL, PQerrorMessage(pg->conn));
    else if (!streq(encoding, "UTF8"))
        status = db_fail(&pg->db, BROKEN, NULL, "the database's encoding must be UTF8");
    if (status != OK)
        pg_drop(pg);
    return status;
}

static void close_postgres(struct db *db)
{
    struct pg *pg = of(db);
    pg_drop(pg);
    pg_args_free(&pg->args);
    free(pg->pending);
    free(pg->url);
    free(pg);
}

/* ---- commands ---- */

static enum status exec(struct db *db, int64_t *touched, const char *sql, const struct value *args, size_t n)
{
    struct pg *pg = of(db);
    struct pg_answer answer = {.touched = touched};
    TRY(connect_again(pg));
    TRY(pg_send(pg, sql, args, n, touched ? &answer : NULL));
    return touched ? pg_drain(pg) : OK;
}

static enum status send_all(struct pg *pg, struct pg_answer *answers, struct db_query *queries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(pg_send(pg, queries[i].sql, queries[i].args, queries[i].n_args, &answers[i]));
    return pg_drain(pg);
}

static enum status query(struct db *db, struct arena *a, struct db_query *queries, size_t n)
{
    struct pg *pg = of(db);
    TRY(connect_again(pg));
    struct pg_answer *answers = xcalloc(n, sizeof *answers);
    for (size_t i = 0; i < n; i++)
        answers[i] = (struct pg_answer){.arena = a, .rows = &queries[i].rows};
    enum status status = send_all(pg, answers, queries, n);
    free(answers);
    return status;
}

static enum status ask(struct db *db, struct arena *a, struct db_query *q)
{
    struct pg *pg = of(db);
    TRY(connect_again(pg));
    struct pg_answer *answer = ARENA_NEW(a, struct pg_answer);
    *answer = (struct pg_answer){.arena = a, .rows = &q->rows};
    return pg_send(pg, q->sql, q->args, q->n_args, answer);
}

static enum status each(
    struct db *db, const struct row_reader *reader, const char *sql, const struct value *args, size_t n)
{
    struct pg *pg = of(db);
    TRY(connect_again(pg));
    struct pg_answer answer = {.arena = arena_new(), .reader = reader};
    enum status status = pg_send(pg, sql, args, n, &answer);
    if (status == OK)
        status = pg_drain(pg);
    arena_free(answer.arena);
    return status;
}

static enum status flush(struct db *db)
{
    return pg_drain(of(db));
}

/* ---- transactions ---- */

/* A connection that died while it lay idle is opened again; one that took commands with it is a failure. */
static enum status wake(struct pg *pg)
{
    if (pg->conn && !pg_collect(pg)) {
        if (pg->head != pg->n && !pg->moot)
            return pg_drain(pg);
        pg_drop(pg);
        if (pg->moot)
            pg->first = OK;
    }
    TRY(connect_again(pg));
    return pg_trim(pg);
}

/* A write transaction learns its id with its first answers, so that commit_fate() can ask after it. */
static enum status begin(struct db *db)
{
    struct pg *pg = of(db);
    TRY(wake(pg));
    pg->xid[0] = 0;
    if (db->tx == TX_READ)
        return pg_send(pg, "begin isolation level repeatable read read only", NULL, 0, NULL);
    TRY(pg_send(pg, "begin isolation level read committed read write", NULL, 0, NULL));
    return pg_send(pg, "select cast(pg_current_xact_id() as text)", NULL, 0, &pg->xid_answer);
}

/*
 * Whether the transaction is at its end, and which: by its id as long as it may still run, then by its sign.
 * After a crash an id whose transaction left nothing in the log is given again, to one that then says
 * "committed", and until then it is an id of the future, which is an error.
 */
static enum status ask_fate(struct pg *pg, bool *known)
{
    struct arena *a = arena_new();
    struct value xid = v_text(pg->xid);
    struct db_query q = {.sql = "select pg_xact_status(cast($1 as xid8))", .args = &xid, .n_args = 1};
    enum status status = query(&pg->db, a, &q, 1);
    const char *fate = status == OK ? cell_text(&q.rows, 0, 0) : NULL;
    bool committed = streq(fate, "committed");
    *known = committed || streq(fate, "aborted");
    if (pg->db.sign.sql && pg->conn && (*known || status == BROKEN)) {
        *known = query(&pg->db, a, &pg->db.sign, 1) == OK;
        committed = *known && pg->db.sign.rows.n > 0;
    }
    arena_free(a);
    return committed ? OK : RETRY;
}

/*
 * The line broke after COMMIT was sent and before its answer came: it may have happened, and to run
 * everything again would do it twice. The server that comes back knows. (Where a failover loses committed
 * transactions, synchronous replication is there against it.)
 */
static enum status commit_fate(struct pg *pg)
{
    pg->db.tx = TX_NONE;
    log_warn("database: asking what became of transaction %s: %s", pg->xid, pg->db.error);
    for (int seconds = 0; seconds < COMMIT_UNKNOWN_S; seconds++) {
        bool known;
        enum status status = ask_fate(pg, &known);
        if (known)
            return status;
        sleep(1);
    }
    return db_fail(&pg->db, BROKEN, NULL, "it is not known whether the transaction was committed");
}

static enum status send_commit(struct pg *pg)
{
    TRY(pg_send(pg, "commit", NULL, 0, NULL));
    return pg_sync(pg);
}

/* Nobody waits for the end of a read transaction whose answers are all here. */
static enum status commit(struct db *db)
{
    struct pg *pg = of(db);
    if (db->tx == TX_READ && pg->head == pg->n) {
        TRY(send_commit(pg));
        pg->moot = true;
        return OK;
    }
    if (db->tx == TX_WRITE && !pg->xid[0])
        TRY(pg_drain(pg));
    enum status status = send_commit(pg);
    if (status == OK)
        status = pg_drain(pg);
    return status == RETRY && db->tx == TX_WRITE && !db->unique[0] ? commit_fate(pg) : status;
}

/* In one round trip: the first sync ends what an error made the server skip. What fails here is no news. */
static void rollback(struct db *db)
{
    struct pg *pg = of(db);
    if (!pg->conn)
        return;
    pg->first = RETRY;
    bool sent = pg_sync(pg) == OK && pg_send_plain(pg, "rollback") == OK && pg_sync(pg) == OK;
    if (!sent || pg_drain(pg) != OK)
        pg->first = OK;
}

static const struct engine postgres_engine = {
    .kind = DB_POSTGRES,
    .close = close_postgres,
    .exec = exec,
    .query = query,
    .ask = ask,
    .each = each,
    .flush = flush,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
};

enum status postgres_open(
    struct db **out, struct arena *a, const char *url, enum db_mode mode, const char **error)
{
    struct pg *pg = xcalloc(1, sizeof *pg);
    pg->db = (struct db){.engine = &postgres_engine, .mode = mode};
    pg->url = xstrdup(url);
    pg->cache = (struct statements){.drop = pg_forget, .ctx = pg};
    pg->xid_answer = (struct pg_answer){.xid = pg->xid};
    enum status status = connect_again(pg);
    if (status == OK) {
        *out = &pg->db;
    } else {
        *error = arena_strdup(a, pg->db.error);
        close_postgres(&pg->db);
    }
    return status;
}
