/*
 * Who may be offered a lead: partners of the programme, ranked by engine/fit with the weights that it says.
 * Where somebody holds the customer only that partner is a candidate; nobody is where it is sold to directly.
 */
#ifndef TANDEM_LEAD_CANDIDATES_H
#define TANDEM_LEAD_CANDIDATES_H

#include "domain/lead/lead.h"
#include "domain/partner/roster.h"
#include "domain/programme/programme.h"

#define LEAD_CANDIDATES 10
/* How a partner converts, and what it won of an industry, is counted of leads taken in within so many days.
 */
#define LEAD_RECORD_DAYS INT64_C(365)

struct lead_candidates {
    const struct programme *programme;
    struct lead lead; /* with its account as it is known now */
    bool direct_only; /* the vendor sells there itself */
    bool held;        /* a partner holds the customer: no other is a candidate */
    unsigned asked;   /* the parts that the lead asks for, as fit_rank() takes them */
    const struct roster *roster;
    struct fit_candidate *all; /* one of each partner of the roster */
    size_t n_all;
    struct fit best[LEAD_CANDIDATES]; /* best first; at: of ALL */
    size_t n;
};
/* Reads as the system, on a snapshot or in a transaction: for the vendor. */
enum status lead_candidates(struct call *c, int64_t lead_id, struct lead_candidates *out) MUST;
/* The place of a partner among all of them, with its score; false: it is no candidate. */
bool lead_candidate(const struct lead_candidates *k, int64_t partner_id, struct fit *out);

/* Why a candidate has so much of a part: "3 certified people". */
const char *fit_reason(
    struct call *c, const struct lead_candidates *k, const struct fit *fit, enum fit_part part);
extern const struct option fit_part_options[]; /* by enum fit_part; labels are N_() */

/*
 * Whether a partner may have the lead as things stand: it is not suspended, nobody else holds the customer,
 * and that is not sold to directly. In a transaction: until its commit nobody registers the customer.
 */
enum status lead_may_get(struct call *c, const struct lead *lead, int64_t partner_id, bool *yes) MUST;

/*
 * By partner: what became of the leads that it had ($1 the industry, $2 since when), how many offers it was
 * given ($1 since when), and how many leads it works on.
 */
extern const char lead_record_sql[], lead_given_sql[], lead_accepted_sql[];
extern const struct verb lead_candidates_verb; /* GET-like: POST /api/v1/leads/<id>/candidates */

#endif
