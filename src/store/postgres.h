/*
 * A PostgreSQL connection: its pipeline (postgres_pipeline.c), its values and errors (postgres_values.c), its
 * transactions and its life (postgres.c). Private to store/.
 */
#ifndef TANDEM_STORE_POSTGRES_H
#define TANDEM_STORE_POSTGRES_H

#include "base/buf.h"
#include "store/engine.h"
#include "store/statements.h"

#include <inttypes.h>
#include <libpq-fe.h>

/* Where the outcome of a command goes. Lives until the command was read, or the connection was lost. */
struct pg_answer {
    struct arena *arena; /* for ROWS and READER */
    struct rows *rows;
    const struct row_reader *reader;
    bool stopped; /* READER wants no more */
    int64_t *touched;
    char *xid; /* the one cell, a transaction's id */
};

#define PG_XID_SIZE 24

/* A message of ours whose result has not been read. */
struct pg_pending {
    enum pg_step { PG_PREPARE, PG_RUN, PG_SYNC } step;
    struct statement *statement; /* NULL for a sync and for our own commands */
    struct pg_answer *answer;    /* NULL when nobody waits for it */
};

/* Arguments as libpq takes them; reused from command to command. */
struct pg_args {
    size_t cap;
    const char **values;
    int *lengths, *formats;
    char (*numbers)[32]; /* where the text of a number stands */
};

struct pg {
    struct db db; /* first: a struct db * of this engine points here */
    char *url;
    PGconn *conn; /* NULL: lost, to be opened again */
    bool leaving; /* the server said that it hangs up */
    struct statements cache;
    uint64_t named; /* statements ever named on this connection */
    bool moot;      /* what is pending is no loss */
    struct pg_args args;
    struct pg_pending *pending; /* first in, first out, from HEAD to N */
    size_t head, n, cap;
    size_t bytes;          /* sent since the pipeline was last empty */
    enum status first;     /* the first failure since the last pg_drain() */
    char xid[PG_XID_SIZE]; /* of the open write transaction, "" until it has been read */
    struct pg_answer xid_answer;
};

/* ---- postgres_pipeline.c ---- */

/*
 * Queues a command, prepared if it is new; outside a transaction with a sync of its own, so that it is one.
 * Waits only when too much is queued already.
 */
enum status pg_send(
    struct pg *pg, const char *sql, const struct value *args, size_t n, struct pg_answer *answer) MUST;
/* Queues a command of our own, neither prepared nor synced; and a sync. */
enum status pg_send_plain(struct pg *pg, const char *sql) MUST;
enum status pg_sync(struct pg *pg) MUST;
/* Sends everything, reads every result, and returns the first failure. */
enum status pg_drain(struct pg *pg) MUST;
/* Drops prepared statements beyond those kept, on the server too; pg_forget is for struct statements. */
enum status pg_trim(struct pg *pg) MUST;
void pg_forget(void *ctx, struct statement *st);
/* Reads what has arrived, without waiting; false when the server has hung up or is about to. */
bool pg_collect(struct pg *pg);
/* Drops the connection and everything that belonged to it. */
void pg_drop(struct pg *pg);

/* ---- postgres_values.c ---- */

void pg_encode(struct pg_args *out, const struct value *args, size_t n);
void pg_args_free(struct pg_args *args);
/* One cell of a result, with its memory in the arena. */
struct value pg_decode(struct arena *a, const PGresult *r, int row, int column);
/* Notes a failed result of SQL. */
enum status pg_failed(struct db *db, const char *sql, const PGresult *r);
/* Notes in pg->leaving when R, an error or a notice, is the last that the server says. */
void pg_heard(struct pg *pg, const PGresult *r);

#endif
