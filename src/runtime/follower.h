/*
 * Followers of the feed: what is derived from events is kept up behind them, in the feed's order, each event
 * once. A follower keeps in `setting` (follower.NAME) up to which seq it has read, in the transaction that
 * also stores what it made of the events: so it goes on after a crash, one process at a time, and begins anew
 * when its setting is deleted (it then clears what it had). Its figures are behind the feed by moments.
 */
#ifndef TANDEM_FOLLOWER_H
#define TANDEM_FOLLOWER_H

#include "runtime/committer.h"

struct feed_event {
    int64_t seq, row_id;
    struct instant at;
    const char *noun, *verb, *payload;
    const char *statement; /* what it entered in the log, or NULL */
};

struct follower {
    const char *name;
    enum status (*clear)(struct call *c); /* before the first event: what was derived before goes */
    enum status (*take)(struct call *c, const struct feed_event *events, size_t n);
};

struct followers;
/* TABLE is ended by NULL. OPEN_CALL completes a fresh call, as for clocks. */
struct followers *followers_start(const char *db_url, const struct model *m,
    const struct follower *const *table, struct committer *c,
    enum status (*open_call)(void *ctx, struct call *call), void *ctx);
void followers_stop(struct followers *f); /* NULL-safe */
/* Reads everything that is there, once, and waits for it: for tests, the command line and the demo. */
enum status followers_run(struct db *db, const struct model *m, const struct follower *const *table,
    struct committer *c, enum status (*open_call)(void *ctx, struct call *call), void *ctx) MUST;
/* Up to which seq follower NAME has read; 0: nothing. */
enum status follower_position(struct db *db, struct arena *a, const char *name, int64_t *out) MUST;

#endif
