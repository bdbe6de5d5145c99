/*
 * Disputes: a partner against a partner, a partner against a seller of the vendor's, or about the commission
 * after the close. The vendor sees one row with both registrations; each side sees a row of its own, its own
 * words, what the decider says to it, and the ruling: nothing of the other side, not even that it is a
 * partner.
 *
 *   open.c       opening and withdrawing          decider.c   who decides: named, without a stake, escalated
 *   say.c        statements and their files       rule.c      the ruling and what it does
 *   order.c      the order of two registrations, proven from the log when both sides agree
 */
#ifndef TANDEM_DISPUTE_H
#define TANDEM_DISPUTE_H

#include "domain/file/file.h"
#include "domain/programme/programme.h"
#include "domain/registration/registration.h"

struct dispute {
    struct ref registration_id; /* whose claim is asserted, or attacked by the vendor's seller */
    struct ref rival_id;        /* the other registration; 0: the other side is the vendor itself */
    struct ref account_id;
    const char *company;
    const char *kind;      /* partners, seller, commission */
    const char *state;     /* open, named, escalated, ruled, withdrawn */
    const char *opened_by; /* partner, vendor, system */
    struct ref opener_id;
    struct ref decider_id;
    struct instant declared; /* when who decides now declared to have no stake; 0: not yet */
    struct instant due;
    struct ref executive_id;
    struct instant escalated;
    const char *remedy; /* upheld, moved, shared, compensated */
    const char *ruling; /* the reasons, as both sides read them */
    const char *note;   /* for the vendor's eyes */
    struct money amount;
    const char *currency;
    struct ref precedent_id;
    struct instant ruled;
    struct ref ruled_by;
};
extern const struct noun dispute_noun;
extern const struct option dispute_remedies[]; /* labels are N_() */

/* One side, as it sees it. */
struct dispute_party {
    struct ref dispute_id, registration_id, partner_id;
    const char *company;
    const char *side;  /* claimant, holder */
    const char *state; /* open, ruled, withdrawn */
    struct instant due;
    bool order_proof;   /* agrees that the order of the registrations is shown */
    const char *effect; /* of the ruling on it: kept, gained, lost, shared, refused, compensated */
    const char *ruling;
    struct money amount;
    const char *currency;
    struct instant ruled;
};
extern const struct noun dispute_party_noun;

struct dispute_statement {
    struct ref dispute_id;
    struct ref party_id;   /* whose words, or to whom; 0: said among the vendor's people */
    struct ref partner_id; /* who sees it beside the vendor */
    struct ref person_id;
    const char *side; /* partner, vendor */
    const char *text;
};
extern const struct noun dispute_statement_noun;

extern const struct verb registration_dispute, dispute_withdraw, dispute_party_withdraw;
extern const struct verb dispute_name, dispute_declare, dispute_escalate, dispute_overdue;
extern const struct verb dispute_say, dispute_party_say;
extern const struct verb dispute_party_agree_order, dispute_party_keep_order;
extern const struct verb dispute_rule;
extern const struct clock dispute_open_clock, dispute_named_clock, dispute_escalated_clock;

/* ---- opening (open.c) ---- */

struct dispute_opening {
    int64_t registration_id;
    int64_t rival_id;             /* 0: the vendor itself is the other side */
    const char *kind;             /* partners, seller, commission */
    const char *opened_by;        /* partner, vendor, system */
    const char *words;            /* what the opener says; NULL: nothing */
    const struct incoming *files; /* that go with it; NULL: none */
};
/*
 * Opens a dispute within the call's transaction: both registrations are marked as disputed, a row for each
 * side, the clock, notices. *ID: the dispute. REFUSED when one between the two is open. The claims are left
 * as they are: who opens it for two claims that meet places them before.
 */
enum status dispute_open(struct call *c, const struct dispute_opening *o, int64_t *id) MUST;

/* Whether the viewer may open one on the registration, for a page that offers it; its state is the verb's. */
enum status dispute_may_open(struct call *c, int64_t registration_id, bool *yes) MUST;

/* The dispute, and its sides, as the system sees them. */
enum status dispute_load(struct call *c, int64_t id, struct dispute *out) MUST;
/* For who has checked that the viewer sees that side. */
enum status dispute_party_load(struct call *c, int64_t id, struct dispute_party *out) MUST;
struct dispute_sides {
    int64_t id[2];
    struct dispute_party party[2];
    size_t n;
};
enum status dispute_sides_load(struct call *c, int64_t id, struct dispute_sides *out) MUST;
bool dispute_is_open(const struct dispute *d);
/* Whether a registration stays in dispute when that one has ended, because of another one. */
enum status dispute_another(struct call *c, int64_t dispute_id, int64_t registration_id, bool *yes) MUST;
/* Reads it so that no verb on the registrations and no other ruling comes in between. REFUSED when it is
 * over. */
enum status dispute_lock(struct call *c, int64_t id, struct dispute *d) MUST;

/* ---- who decides (decider.c) ---- */

/* Why the person may not decide, in the call's language; NULL: it has no stake that is known. */
enum status dispute_stake(struct call *c, int64_t dispute_id, int64_t person_id, const char **why) MUST;
/* The same of N people in one round trip, into WHY. */
enum status dispute_stakes(
    struct call *c, int64_t dispute_id, const int64_t *people, size_t n, const char **why) MUST;
/* Who decides now: 0 when nobody is named. */
int64_t dispute_decides(const struct dispute *d);
/* Somebody's access ended: what they had to decide is open again, its clock goes on, operations is told. */
enum status dispute_person_left(struct call *c, int64_t person_id) MUST;

/* ---- what is said (say.c) ---- */

/*
 * REFUSED at FIELD when TEXT names one of the SIDES, or who registered for it, other than READER (NULL: both
 * read it). Only where there are two.
 */
enum status dispute_check_names(struct call *c, const char *field, const char *text,
    const struct dispute_sides *sides, const struct dispute_party *reader) MUST;

/* ---- told to people (tell.c) ---- */

enum dispute_news {
    NEWS_OPENED,
    NEWS_SAID,
    NEWS_NAMED,
    NEWS_LEFT,
    NEWS_ESCALATED,
    NEWS_OVERDUE,
    NEWS_RULED,
    NEWS_WITHDRAWN,
    NEWS_ORDER
};
/* To one side: its own words only. */
enum status dispute_tell_party(
    struct call *c, int64_t party_id, const struct dispute_party *p, enum dispute_news news) MUST;
/* To operations, and to who decides. */
enum status dispute_tell_vendor(
    struct call *c, int64_t id, const struct dispute *d, enum dispute_news news) MUST;

/* ---- the order of two registrations (order.c) ---- */

struct order_entry {
    bool own; /* the reader's */
    uint64_t index;
    struct instant at;
};
/* Both entries when both sides agreed; *N 0 when they did not, or there is only one. PARTY_ID 0: the vendor.
 */
enum status dispute_order(
    struct call *c, int64_t dispute_id, int64_t party_id, struct order_entry out[2], size_t *n) MUST;

#endif
