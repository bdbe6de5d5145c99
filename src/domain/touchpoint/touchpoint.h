/*
 * Touchpoints: every documented act of a partner is one row: when, which partner and person, at which account
 * and opportunity, what, by which channel, and what shows it. They are entered by people, imported, made from
 * the feed (follow.c), or recorded by another domain within its own transaction.
 *
 * What a partner's people enter is their word (state "claimed") until the vendor confirms it, and so is what
 * a stranger's form says of a partner (source "stranger"); only confirmed ones source or influence a deal
 * (credit.h). A partner sees its own and no other's.
 */
#ifndef TANDEM_TOUCHPOINT_H
#define TANDEM_TOUCHPOINT_H

#include "model/call.h"
#include "runtime/jobs.h"

struct touchpoint {
    struct instant happened;
    struct ref partner_id, person_id; /* person: of the partner's, who did it; 0: nobody in particular */
    struct ref account_id, opportunity_id, registration_id; /* at what; each may be 0 */
    const char *kind;                                       /* one of touchpoint_kinds */
    const char *channel;                                    /* person, phone, ... */
    const char *evidence; /* what shows it, in words; files are attached to the row */
    const char *origin;   /* the row it was made from ("reg_..."), or its id elsewhere; once; NULL: none */
    const char *source;   /* vendor, partner, system, import, stranger: who says so */
    const char *state;    /* claimed, confirmed, withdrawn */
    struct ref author_id; /* who entered it; 0: nobody did */
};
extern const struct noun touchpoint_noun;
extern const struct option touchpoint_kinds[];
extern const struct verb touchpoint_create, touchpoint_confirm, touchpoint_withdraw, touchpoint_restore;
extern const struct verb opportunity_credit; /* POST /api/v1/opportunities/<id>/credit */

/*
 * Records what another domain's verb has just done, in its transaction: T needs partner, kind and time;
 * channel, source and state are filled in where they are NULL ("portal", "system", "confirmed"). The call's
 * answer stays another row. An origin that is there already is left as it is, so that a verb may run again.
 */
enum status touchpoint_record(struct call *c, const struct touchpoint *t) MUST;

/*
 * What was recorded as ORIGIN belongs to that account and deal, as was found out later; nothing where there
 * is no such touchpoint. The call's answer stays another row.
 */
enum status touchpoint_place(
    struct call *c, const char *origin, int64_t account_id, int64_t opportunity_id) MUST;

/*
 * What was recorded as ORIGIN is confirmed, withdrawn or restored, AS that verb does it, because the vendor
 * judged the row it was made from; nothing where it stands otherwise. The call's answer stays another row.
 */
enum status touchpoint_settle(struct call *c, const char *origin, const struct verb *as) MUST;

/* Makes touchpoints of registrations and activities, from where it stood last; nothing in their transactions.
 */
extern const struct job_kind touchpoint_job;
/* Keeps on each deal whether partners sourced or influenced it (opportunity.credit), and the pipeline's sums.
 */
extern const struct job_kind credit_job;
/* Whether it walks over all deals, or is yet to begin with that: what it keeps is not whole meanwhile. */
enum status credit_counting(struct call *c, bool *out) MUST;
/* Whether it has followed all that happened: what it keeps must then be what it follows from. */
enum status credit_is_current(struct db *db, struct arena *a, bool *out) MUST;

#endif
