/* Accounts: the companies that the vendor sells to, and how one is found again. */
#ifndef TANDEM_ACCOUNT_H
#define TANDEM_ACCOUNT_H

#include "domain/account/shared_keys.h"
#include "model/call.h"

struct account {
    const char *name, *domain, *country, *city;
    const char *industry; /* one of the programme's by its key, or the CRM's own word */
    const char *aliases;  /* other names, one a line */
    struct ref parent_id, owner_id;
    const char *status; /* open, named, direct_only */
    struct date contract_until;
    const char *external_id;
    const char *source; /* crm, registration, lead */
    struct ref merged_into;
};
extern const struct noun account_noun;
extern const struct verb account_create, account_update;

/* A product that is registered for. */
struct product_line {
    const char *name;
    bool active;
    const char *external_id;
    const char *key; /* of the programme's list; NULL: kept by hand */
};
extern const struct noun product_line_noun;
extern const struct verb product_line_create, product_line_update;

/* Inserts the account with its matching keys; as verb_create, for imports and registrations too. */
enum status account_insert(struct call *c, const struct account *a, int64_t *id) MUST;
/* The same by the way, within another noun's verb. */
enum status account_insert_beside(struct call *c, const struct account *a, int64_t *id) MUST;
/* Stores MASK's fields and renews the keys. */
enum status account_change(
    struct call *c, int64_t id, const struct account *a, uint64_t mask, const char *verb) MUST;

/* Whether the account is found by its keys: one that was merged into another is not. */
enum status account_findable(struct call *c, int64_t id, bool yes) MUST;
/*
 * In a transaction that leaves something at the account: a merge waits for it, and where one came before,
 * RETRY has the verb look again.
 */
enum status account_hold(struct call *c, int64_t id) MUST;
/* The same of N accounts, in any order and more than once: all are locked in one order, that of every caller.
 */
enum status account_hold_all(struct call *c, const int64_t *ids, size_t n) MUST;

/* An account as the match engine sees it. */
const struct match_record *account_record(struct arena *a, const struct account *account);

/*
 * The known companies that may be this one: by the keys of the probe, compared, best first. Reads as the
 * system: callers show nothing of it to partners.
 */
struct account_match {
    int64_t id, version;
    struct account account;
    struct match_result result;
};
struct account_search {
    const struct match_record *probe;
    struct account_match *seen; /* all that were compared; the first N are same or maybe */
    size_t n, n_seen;
    struct shared_keys *shared; /* by whose lists it is asked again */
};
/* PROBE and KEYS must live as long as the search. */
enum status account_find(struct call *c, const struct match_record *probe, const struct match_keys *keys,
    struct account_search *out) MUST;
/*
 * The same search in a later transaction, for little: at most two queries for the caller to run beside its
 * own, and what follows from their answers. Only accounts that are new or changed since are read and
 * compared. BEFORE stays as it is.
 */
size_t account_find_queries(struct arena *a, const struct account_search *before, struct db_query q[2]);
enum status account_find_again(struct call *c, const struct account_search *before, const struct db_query *q,
    struct account_search *out) MUST;

#endif
