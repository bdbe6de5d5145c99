#include "store/postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The protocol's pipeline: what was sent and not yet answered stands in pg->pending. After an error the
 * server skips everything up to the next sync. Inside a transaction there is none before its end, so one
 * error takes all the rest with it; outside, every command has a sync of its own and is its own transaction.
 *
 * What is queued is bounded in number and bytes: past either, everything is read before more is queued.
 */
#define PENDING_MAX 1000
#define BYTES_MAX   ((size_t)1 << 20)

static void push(struct pg *pg, enum pg_step step, struct statement *st, struct pg_answer *answer)
{
    if (pg->n == pg->cap) {
        pg->cap = pg->cap ? pg->cap * 2 : 64;
        pg->pending = xrealloc(pg->pending, pg->cap, sizeof *pg->pending);
    }
    pg->pending[pg->n++] = (struct pg_pending){.step = step, .statement = st, .answer = answer};
}

static bool empty(const struct pg *pg)
{
    return pg->head == pg->n;
}

void pg_drop(struct pg *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->head = pg->n = pg->bytes = 0;
    statements_clear(&pg->cache);
}

static enum status report(struct pg *pg)
{
    enum status status = pg->first;
    pg->first = OK;
    return status;
}

/* A failure that was told before the line went dead says more than that it did. */
static void lose(struct pg *pg)
{
    if (pg->first == OK)
        pg->first = db_fail(&pg->db, RETRY, NULL, PQerrorMessage(pg->conn));
    pg_drop(pg);
}

static enum status not_sent(struct pg *pg)
{
    lose(pg);
    return report(pg);
}

/* ---- sending ---- */

enum status pg_sync(struct pg *pg)
{
    if (!PQpipelineSync(pg->conn))
        return not_sent(pg);
    push(pg, PG_SYNC, NULL, NULL);
    return OK;
}

enum status pg_send_plain(struct pg *pg, const char *sql)
{
    if (!PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0))
        return not_sent(pg);
    push(pg, PG_RUN, NULL, NULL);
    return OK;
}

/* Not while something is pending, which may be of a statement that would go. */
enum status pg_trim(struct pg *pg)
{
    if (!empty(pg))
        return OK;
    statements_trim(&pg->cache);
    return empty(pg) ? OK : pg_sync(pg);
}

void pg_forget(void *ctx, struct statement *st)
{
    struct pg *pg = ctx;
    char sql[48];
    snprintf(sql, sizeof sql, "deallocate %s", (const char *)st->own);
    free(st->own);
    if (pg->conn && PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0))
        push(pg, PG_RUN, NULL, NULL);
}

static enum status prepare(struct pg *pg, struct statement *st)
{
    char name[32];
    snprintf(name, sizeof name, "s%" PRIu64, ++pg->named);
    if (!PQsendPrepare(pg->conn, name, st->sql, 0, NULL))
        return not_sent(pg);
    st->own = xstrdup(name);
    push(pg, PG_PREPARE, st, NULL);
    pg->bytes += strlen(st->sql);
    return OK;
}

static size_t weight(const struct value *args, size_t n)
{
    size_t bytes = 64;
    for (size_t i = 0; i < n; i++)
        bytes += 16 + args[i].len;
    return bytes;
}

enum status pg_send(
    struct pg *pg, const char *sql, const struct value *args, size_t n, struct pg_answer *answer)
{
    pg->moot = false;
    if (pg->db.tx == TX_NONE)
        TRY(pg_trim(pg));
    struct statement *st = statements_get(&pg->cache, sql);
    if (!st->own)
        TRY(prepare(pg, st));
    pg_encode(&pg->args, args, n);
    if (!PQsendQueryPrepared(
            pg->conn, st->own, (int)n, pg->args.values, pg->args.lengths, pg->args.formats, 0))
        return not_sent(pg);
    push(pg, PG_RUN, st, answer);
    pg->bytes += weight(args, n);
    if (pg->db.tx == TX_NONE)
        TRY(pg_sync(pg));
    return pg->n - pg->head > PENDING_MAX || pg->bytes > BYTES_MAX ? pg_drain(pg) : OK;
}

/* ---- reading ---- */

/*
 * Waits until the next result is here. Reads while it writes: a server whose answers nobody takes stops
 * taking commands. Under TLS the socket tells not all: what was decrypted may still lie in the library, so it
 * is asked every few milliseconds.
 */
static bool wait_readable(struct pg *pg)
{
    const int timeout_ms = PQsslInUse(pg->conn) ? 10 : -1;
    for (;;) {
        int unsent = PQflush(pg->conn); /* when that fails, reading says why */
        if (!PQisBusy(pg->conn))
            return true;
        struct pollfd fd = {.fd = PQsocket(pg->conn), .events = POLLIN};
        if (unsent == 1)
            fd.events |= POLLOUT;
        int ready = fd.fd < 0 ? -1 : poll(&fd, 1, timeout_ms);
        if (ready < 0 && (fd.fd < 0 || errno != EINTR))
            return false;
        if ((ready == 0 || fd.revents & ~POLLOUT) && !PQconsumeInput(pg->conn))
            return false;
    }
}

static void take_rows(struct pg_answer *answer, const PGresult *r)
{
    struct rows *rows = answer->rows;
    rows->n_columns = (size_t)PQnfields(r);
    rows->n = (size_t)PQntuples(r);
    rows->cells = ARENA_ARRAY(answer->arena, rows->n * rows->n_columns, struct value);
    for (size_t i = 0; i < rows->n; i++)
        for (size_t c = 0; c < rows->n_columns; c++)
            rows->cells[i * rows->n_columns + c] = pg_decode(answer->arena, r, (int)i, (int)c);
}

/* The rows after a stop are read all the same: to cancel them would end the transaction. */
static void pass_row(struct pg_answer *answer, const PGresult *r)
{
    ASSERT(answer && answer->reader);
    if (answer->stopped)
        return;
    arena_reset(answer->arena);
    size_t n = (size_t)PQnfields(r);
    struct value *cells = ARENA_ARRAY(answer->arena, n, struct value);
    for (size_t c = 0; c < n; c++)
        cells[c] = pg_decode(answer->arena, r, 0, (int)c);
    answer->stopped = !answer->reader->fn(answer->reader->ctx, cells, n);
}

static void take(struct pg *pg, struct pg_pending at, PGresult *r)
{
    const char *sql = at.statement ? at.statement->sql : NULL;
    switch (PQresultStatus(r)) {
    case PGRES_SINGLE_TUPLE: pass_row(at.answer, r); return;
    case PGRES_TUPLES_OK:
        if (at.answer && at.answer->rows)
            take_rows(at.answer, r);
        if (at.answer && at.answer->xid)
            snprintf(at.answer->xid, PG_XID_SIZE, "%s", PQgetvalue(r, 0, 0));
        break;
    case PGRES_COMMAND_OK:
    case PGRES_PIPELINE_SYNC: break;
    case PGRES_PIPELINE_ABORTED: /* its reason came before */
        ASSERT(pg->first != OK || pg->db.failed != OK);
        break;
    default:
        pg_heard(pg, r);
        if (pg->first == OK)
            pg->first = pg_failed(&pg->db, sql, r);
    }
    if (at.answer && at.answer->touched)
        *at.answer->touched = strtoll(PQcmdTuples(r), NULL, 10);
    if (at.step == PG_PREPARE && at.statement && PQresultStatus(r) != PGRES_COMMAND_OK) {
        free(at.statement->own);
        at.statement->own = NULL;
    }
}

/*
 * Reads all results of the oldest message; false when the connection broke before they were here. What had
 * arrived before it broke is read all the same.
 */
static bool read_oldest(struct pg *pg)
{
    struct pg_pending at = pg->pending[pg->head];
    if (at.answer && at.answer->reader)
        PQsetSingleRowMode(pg->conn);
    for (bool any = false;; any = true) {
        if (!wait_readable(pg))
            return false;
        PGresult *r = PQgetResult(pg->conn);
        if (!r && !any)
            return false;
        if (!r)
            break;
        take(pg, at, r);
        PQclear(r);
        if (at.step == PG_SYNC) /* the only one that no NULL follows */
            break;
    }
    if (++pg->head == pg->n)
        pg->head = pg->n = pg->bytes = 0;
    return true;
}

enum status pg_drain(struct pg *pg)
{
    if (!empty(pg) && pg->pending[pg->n - 1].step != PG_SYNC && !PQsendFlushRequest(pg->conn))
        lose(pg);
    while (!empty(pg))
        if (!read_oldest(pg))
            lose(pg);
    return report(pg);
}

bool pg_collect(struct pg *pg)
{
    struct pollfd fd = {.fd = PQsocket(pg->conn), .events = POLLIN};
    bool alive = true;
    while (alive && poll(&fd, 1, 0) > 0)
        alive = PQconsumeInput(pg->conn);
    while (!PQisBusy(pg->conn) && !empty(pg)) /* asked first: it makes libpq look at what came */
        if (!read_oldest(pg))
            return false;
    return alive && !pg->leaving;
}
