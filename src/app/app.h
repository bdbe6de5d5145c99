/* A running Tandem: database, key, committer, programme, and the site that the faces answer from. */
#ifndef TANDEM_APP_H
#define TANDEM_APP_H

#include "app/registry.h"
#include "base/throttle.h"
#include "domain/programme/programme.h"
#include "face/site.h"
#include "runtime/heavy.h"
#include "runtime/jobs.h"
#include "runtime/mail.h"
#include "runtime/witnesses.h"

struct app {
    struct arena *arena;
    const char *url, *key_path;
    struct note_key key;
    struct db_pool *pool;
    struct sequencer *sequencer;
    struct committer *committer;
    struct programme_cache *programme;
    struct roster_keeper *rosters;
    struct mailer *mailer;
    struct clocks *clocks;
    struct witnesses *witnesses;
    struct jobs *jobs;
    struct heavy *heavy;
    struct throttle *throttle;
    struct site site;
};

struct app_options {
    const char *url;
    const char *key_path; /* NULL: beside the SQLite file, else ./tandem.key */
    const char *base_url;
    bool create;          /* init: make the database and the key where there are none */
    bool upgrade;         /* serve: apply the migrations that came with a newer version */
    const char *log_name; /* of a key that is made: the log's origin */
    unsigned readers, lanes;
};

/* Opens everything that a command needs. False: *ERROR says why. The database must be migrated, or CREATE
 * set. */
bool app_open(struct app *out, const struct app_options *options, const char **error) MUST;
void app_close(struct app *app);

/*
 * A call with its own read snapshot, catalog and programme. Ends with its arena (arena_free(call->arena)).
 */
struct call *app_call(struct app *app, const struct viewer *viewer);
/* Reads the input and prepares: what comes before the committer. */
enum status app_prepare(
    struct app *app, struct call *c, const struct verb *verb, const struct given *given, size_t n) MUST;
/* Input, prepare, commit. The call's problem says why when REFUSED. */
enum status app_do(
    struct app *app, struct call *c, const struct verb *verb, const struct given *given, size_t n) MUST;
/* Runs FN in one transaction as the system: for init and demo, which make what no verb makes. */
enum status app_seed(struct app *app, enum status (*fn)(struct call *c), void *in) MUST;
/* A mail address as people are kept by it; REFUSED when it is none. */
enum status app_address(struct call *c, const char *given, const char **address) MUST;
/* Prints a problem for a person at a terminal. */
void problem_print(const struct problem *p);

#endif
