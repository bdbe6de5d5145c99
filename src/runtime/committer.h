/*
 * The committer: runs writing verbs in groups, one transaction each, and answers after its commit.
 *
 * Waiting verbs are taken together, run one after another, sequenced, committed once. A refusal undoes its
 * own verb only; when something of it was written already, the group runs again with a savepoint each. When a
 * statement fails the whole group is rolled back and its verbs run singly, each with a few tries when the
 * failure was a soft one. SQLite has one lane, PostgreSQL a few.
 */
#ifndef TANDEM_COMMITTER_H
#define TANDEM_COMMITTER_H

#include "runtime/sequencer.h"

struct committer;

/* Starts LANES threads (SQLite: always one). S is not owned. *ERROR in A when the database cannot be opened.
 */
enum status committer_start(struct committer **out, struct arena *a, const char *url, unsigned lanes,
    struct sequencer *s, const char **error) MUST;
/* Lets what waits end, then stops. */
void committer_stop(struct committer *c);

/*
 * Hands over a call whose input is read and prepared. DONE is called once, on a committer's thread, after the
 * commit or the refusal: it must be short. The call must not be touched in between.
 */
typedef void committer_done(void *ctx, struct call *call, enum status status);
void committer_submit(struct committer *c, struct call *call, committer_done *done, void *ctx);
/*
 * The same for what nobody waits for, such as clocks: such verbs go behind the others. They fill up a group
 * of people's verbs for little more than a millisecond, and groups of their own only while nobody waits. The
 * caller bounds how many it hands over.
 */
void committer_submit_background(struct committer *c, struct call *call, committer_done *done, void *ctx);
/* The same two, waiting for the answer: for command line, jobs and tests. */
enum status committer_run(struct committer *c, struct call *call) MUST;
enum status committer_run_background(struct committer *c, struct call *call) MUST;

/*
 * TOLD hears of each verb that was committed, on a committer's thread that holds its lock: it must be short,
 * and not call the committer. One listener; NULL ends it, and then none is under way.
 */
typedef void committer_told(void *ctx, const struct verb *verb);
void committer_tell(struct committer *c, committer_told *told, void *ctx);

struct committer_counts {
    uint64_t groups, verbs, refused, retried, broken;
    int64_t busy_us; /* how long lanes worked at groups with people's verbs, all lanes together */
    unsigned lanes;
    size_t waiting, background; /* verbs that no lane has taken yet: of people, and of the background */
};
struct committer_counts committer_counts(struct committer *c);

#endif
