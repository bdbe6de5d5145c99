/*
 * Everything about a wish to register that decides it: who asks, for which company, who holds it, what the
 * vendor has running there. Gathered in the deciding transaction, in few round trips.
 */
#ifndef TANDEM_SITUATION_H
#define TANDEM_SITUATION_H

#include "domain/account/account.h"
#include "domain/partner/partner.h"
#include "domain/programme/programme.h"
#include "domain/rate/rate.h"

/* What is asked for. */
struct wish {
    int64_t partner_id, product_line_id; /* 0: for any line (a check only) */
    const char *company, *domain, *country;
    struct money amount;
    const char *currency;
    struct date close_month;
    const char *relationship;
    struct custom_input *custom; /* given custom fields of the registration */
    size_t n_custom;
};

/* What is found before the transaction, on a snapshot. */
struct probe {
    struct match_keys keys;
    struct account_search search;
    const char **locks; /* by which deciders stand one behind the other */
    size_t n_locks;
    const char **late_locks; /* of the account that it is */
    size_t n_late_locks;
};
/* What the committer is to lock before the verb of CALL runs. */
void situation_name_locks(struct call *c, const struct probe *p);
enum status situation_probe(struct call *c, const struct wish *w, struct probe *out) MUST;

struct claim {
    int64_t protection_id, registration_id, partner_id;
    const char *state; /* hold, live */
    struct instant until;
};

struct situation {
    const struct programme *programme;
    const struct wish *wish;
    struct converted amount; /* the wish's, in the programme's currency by today's rate */
    struct partner partner;
    int64_t certified_people, open_registrations, won, lost, lapsed;
    enum match_answer match;             /* against known companies */
    const struct account_match *nearest; /* same or maybe; NULL: the company is new */
    bool held;                           /* it was locked before it was found to be the same */
    bool unclaimed;                      /* nothing that is not closed is on it for the line */
    struct account_match *candidates;
    size_t n_candidates;
    struct claim claim;    /* on the same account and line; protection_id 0: none */
    bool claim_own;        /* and it is the partner's own */
    bool related_claim;    /* another partner's live one on a parent, a subsidiary or a sister */
    bool lookalike_claim;  /* another partner holds a company that only may be this one */
    bool contract;         /* one runs for the line */
    bool own_deal;         /* the vendor's own open opportunity for the line */
    int64_t own_deal_days; /* days since its last activity; -1: unknown */
};

/*
 * SQL over the table protection: whether a claim that is not closed stands at the instant NOW ("$3"). One
 * whose day has passed does until its clock has fired, where others have a right to what comes then: somebody
 * waits for the account, or people are at the claim (an extension, a dispute).
 */
#define CLAIM_STANDS(now)                                                                                    \
    "(protection.state = 'hold' or protection.until >= " now " or exists (select 1 from waitlist_entry w "   \
    "where w.account_id = protection.account_id and w.product_line_id = protection.product_line_id and "     \
    "w.state = 'waiting') or exists (select 1 from registration r where r.id = protection.registration_id "  \
    "and r.disputed = 1) or exists (select 1 from extension x where x.registration_id = "                    \
    "protection.registration_id and x.state = 'review'))"

/* Reads under the locks of its company (db_lock_names) when LOCK is set. Claims that stand (CLAIM_STANDS)
 * count. */
enum status situation_read(
    struct call *c, const struct wish *w, const struct probe *p, bool lock, struct situation *out) MUST;

#endif
