/*
 * Which partners could help at which accounts, with the score of each and what it is made of. What ranks is
 * rank.h; what is known is read here, for many accounts in a few statements. For the vendor's eyes and for
 * jobs: it tells of several partners.
 */
#ifndef TANDEM_COSELL_CANDIDATES_H
#define TANDEM_COSELL_CANDIDATES_H

#include "domain/cosell/partners.h"
#include "domain/cosell/rank.h"
#include "domain/cosell/sources.h"
#include "model/call.h"

#define COSELL_BATCH 50 /* accounts that are asked for at once */

/* What a source says of an account, or of a partner there. */
struct cosell_found {
    int source; /* index into cosell_footholds or cosell_ties; -1: nothing */
    int64_t n;
    struct date day;
};
struct cosell_candidate {
    int64_t account_id, partner_id, manager_id;
    const char *partner; /* NULL: it is there no more */
    bool suspended;
    struct cosell_found foothold;
    struct ref opportunity_id, product_line_id, owner_id; /* of the foothold */
    struct money amount;
    const char *currency, *country, *industry; /* of the deal; of the account */
    struct cosell_found ties[COSELL_N_TIES];
    size_t n_ties;
    struct rank_input input;
    struct rank_result result;
};

struct cosell_wish {
    const int64_t *accounts;
    size_t n;               /* at most COSELL_BATCH */
    int64_t opportunity_id; /* of one account: this deal is the foothold, whatever else there is; 0: any */
    bool strangers; /* also partners without a tie that are certified for the deal's product and cover it */
    bool owned;     /* also those that work on the deal already */
    /* Those of whom it may speak, where they were read before; NULL: all in question, on a snapshot. */
    const struct cosell_partners *partners;
    size_t most; /* for each account, the best ones */
    int least;   /* with so many points */
};
struct cosell_candidates {
    struct cosell_candidate *all; /* account by account, best first */
    size_t n;
};
enum status cosell_candidates_read(
    struct call *c, const struct cosell_wish *wish, struct cosell_candidates *out) MUST;

/* ",stuck,customer,certified,": for a field of cosell_reason_options. */
const char *cosell_reasons(struct call *c, const struct cosell_candidate *k);
/* The points and figures behind it, as JSON; and such a text, for documents. */
const char *cosell_evidence(struct call *c, const struct cosell_candidate *k);
#define COSELL_EVIDENCE_EXAMPLE                                                                              \
    "{\"points\":{\"foothold\":26,\"tie\":40,\"fit\":8,\"speed\":10,\"load\":0},"                            \
    "\"foothold\":{\"key\":\"contract\",\"n\":1,\"day\":\"2026-11-30\"},"                                    \
    "\"ties\":[{\"key\":\"customer\",\"n\":2,\"day\":\"2026-06-12\"}],"                                      \
    "\"certified\":false,\"covers\":true,\"asked\":3,\"answered\":3,\"answer_hours\":9,\"open\":2}"

#endif
