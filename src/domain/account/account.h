/* Accounts: the companies that the vendor sells to, and how one is found again. */
#ifndef TANDEM_ACCOUNT_H
#define TANDEM_ACCOUNT_H

#include "engine/match/match.h"
#include "model/call.h"

struct account {
    const char *name, *domain, *country, *city;
    const char *aliases; /* other names, one a line */
    struct ref parent_id, owner_id;
    const char *status; /* open, named, direct_only */
    struct date contract_until;
    const char *external_id;
    const char *source; /* crm, registration */
};
extern const struct noun account_noun;
extern const struct verb account_create, account_update;

/* A product that is registered for. */
struct product_line {
    const char *name;
    bool active;
    const char *external_id;
};
extern const struct noun product_line_noun;
extern const struct verb product_line_create, product_line_update;

/* Inserts the account with its matching keys; as verb_create, for imports and registrations too. */
enum status account_insert(struct call *c, const struct account *a, int64_t *id) MUST;
/* Stores MASK's fields and renews the keys. */
enum status account_change(
    struct call *c, int64_t id, const struct account *a, uint64_t mask, const char *verb) MUST;

/* An account as the match engine sees it. */
const struct match_record *account_record(struct arena *a, const struct account *account);

/*
 * The known companies that may be this one: by the keys of PROBE, compared, best first; only same and maybe.
 * Reads as the system: callers show nothing of it to partners.
 */
struct account_match {
    int64_t id;
    struct account account;
    struct match_result result;
};
enum status account_find(struct call *c, const struct match_record *probe, const struct match_keys *keys,
    struct account_match **out, size_t *n) MUST;

#endif
