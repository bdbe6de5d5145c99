/*
 * Followers: jobs that read the feed behind a position and write down what follows from its events, stretch
 * by stretch. The position moves in one transaction with the last of what a stretch writes. A crash before,
 * or a second process, has it written again: a follower either writes a stretch in one transaction, and each
 * event counts once, or what it writes may be written twice and is judged in the transaction that stores it.
 * The position stands in the table "setting" under the follower's NAME.
 *
 * SQL over a stretch has $1 and $2: events behind the one, up to the other.
 */
#ifndef TANDEM_FOLLOWER_H
#define TANDEM_FOLLOWER_H

#include "runtime/jobs.h"

struct stretch {
    int64_t from, to; /* positions before and after it */
};

/* job_kind.next: there are events behind the position. MORE: "" or SQL of another reason, " or ...". */
#define FOLLOW_NEXT(name, more)                                                                              \
    "select 1 from (select max(seq) as newest from event) f where cast($1 as text) is not null and "         \
    "cast($2 as bigint) > 0 and cast($3 as bigint) = 0 and (coalesce(f.newest, 0) > coalesce((select "       \
    "cast(value as bigint) from setting where name = '" name "'), 0)" more ")"

/*
 * Of a stretch the events of NOUN as "e", joined with ROWS. It names the noun beside '', because SQLite would
 * else walk through all events of the noun.
 */
#define FOLLOW_EVENTS(noun, rows)                                                                            \
    " from event e join " rows " where e.noun || '' = '" noun "' and e.seq > $1 and e.seq <= $2"

/* The next stretch, of MOST events. */
enum status follow_read(struct call *c, const char *name, int64_t most, struct stretch *out) MUST;
/*
 * In the transaction: locks the position. REFUSED: another process has it; nobody waits for that, because
 * people's verbs may be in the same transaction.
 */
enum status follow_lock(struct call *c, const char *name) MUST;
/* The same, and REFUSED where it is not POSITION any more: another process was faster. */
enum status follow_hold(struct call *c, const char *name, int64_t position) MUST;

/* A whole number of the table "setting", such as a position; 0 where there is none. */
enum status setting_number(struct call *c, const char *name, int64_t *out) MUST;
enum status setting_number_set(struct call *c, const char *name, int64_t n) MUST;

/*
 * One step of a follower: READ on a snapshot, then VERB through the committer with the same call, whose plan
 * is PLAN, unless READ leaves *ANY false. READ NULL: all is read. VERB is in no registry: nobody else can
 * call it. Behind people's verbs, and with a rest where these keep the machine busy.
 */
typedef enum status follow_reading(struct call *c, void *plan, bool *any);
enum status follow_step(struct job_worker *w, follow_reading *read, const struct verb *verb, void *plan) MUST;
/* The two halves, for a step that commits otherwise: a call on a snapshot; its end. */
struct call *follow_call(struct job_worker *w, enum status *status);
void follow_read_done(struct job_worker *w, struct call *c);

#endif
