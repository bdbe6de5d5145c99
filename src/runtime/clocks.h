/*
 * Clocks: a due field and the verb that runs when it is due. One thread looks for due rows and submits the
 * verbs as the system, many at a time and behind people's (committer_submit_background()); the verb changes
 * the state or the time, so that it fires once, and late after a downtime.
 */
#ifndef TANDEM_CLOCKS_H
#define TANDEM_CLOCKS_H

#include "runtime/committer.h"

struct clock {
    const char *name;        /* unique: the log and /metrics tell clocks apart by it */
    const struct verb *verb; /* on a row */
    const char *due;         /* the noun's time field; an index stands on (state, due, id) */
    const char *state;       /* only rows in this state */
};

struct clocks;
/* OPEN_CALL completes a fresh call (catalog, programme). TABLE is ended by NULL. */
struct clocks *clocks_start(const char *db_url, const struct model *m, const struct clock *const *table,
    struct committer *c, enum status (*open_call)(void *ctx, struct call *call), void *ctx);
void clocks_stop(struct clocks *c);
/*
 * Runs everything that is due now, once, and waits for it: for tests and the command line. *FIRED counts.
 * BROKEN when some could not be run: they stay due, and those behind them were looked at all the same.
 */
enum status clocks_run(struct db *db, const struct model *m, const struct clock *const *table,
    struct committer *c, enum status (*open_call)(void *ctx, struct call *call), void *ctx,
    struct instant now, size_t *fired) MUST;

#endif
