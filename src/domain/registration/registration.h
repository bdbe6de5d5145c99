/*
 * Deal registration: a partner's claim on a company for a product line, decided in the request by the
 * programme's rules, with reasons, facts and a receipt.
 */
#ifndef TANDEM_REGISTRATION_H
#define TANDEM_REGISTRATION_H

#include "domain/registration/situation.h"
#include "engine/merkle/merkle.h"
#include "runtime/clocks.h"

struct registration {
    struct ref partner_id, person_id, account_id;
    const char *company, *domain, *country;
    struct ref product_line_id;
    struct money amount;
    const char *currency;
    struct date close_month;
    const char *relationship; /* how the partner knows the customer */
    const char *state;        /* approved, review, declined, withdrawn, lapsed, converted, won, lost */
    const char *rule;         /* the rule's id; NULL when a person decided */
    struct instant protected_until;
    double benefit_percent;
    const char *queue;
    struct instant review_due;
    struct instant decided;
    struct ref decided_by;
    const char *reason;
    struct ref contact_id; /* whom to call at the vendor */
    /* Its life once approved (life.h). */
    int64_t extensions;
    struct date last_activity;     /* the newest day somebody logged; DATE_NONE: none yet */
    struct instant heartbeat_due;  /* without activity until then: a notice, and after it the early lapse */
    struct instant heartbeat_told; /* when that notice went out; 0: it did not */
    struct instant remind_due;     /* the next reminder of the end */
    struct instant ended;
    const char *lapse_reason; /* time, no_activity */
    struct ref opportunity_id;
    struct ref lead_id; /* that it comes from; 0: none */
    bool disputed;      /* set by disputes: its claim is not given up meanwhile */
};
extern const struct noun registration_noun;

/* One decision on a registration; the newest counts, the others stay. */
struct decision_record {
    struct ref registration_id, partner_id;
    const char *kind;    /* registration, extension, override, ruling: what was decided */
    const char *outcome; /* approve, decline, review */
    const char *rule;
    int64_t programme_number;
    const char *rules_hash;
    const char *facts;    /* canonical JSON: every fact of the vocabulary that was known */
    const char *evidence; /* JSON for the vendor: which companies were found alike, by what */
    struct ref decided_by;
    const char *reason;
    struct instant protected_until;
    struct ref extension_id; /* of kind extension: what was asked for */
    /* "salt:hash" in hex, SHA-256 over the salt and the whole (decide.c); the receipt holds the hash only. */
    const char *commitment;
};
extern const struct noun decision_noun;

/* A check without registering, and what it answered. */
struct account_check {
    struct ref person_id, partner_id;
    const char *company, *answer;
};
extern const struct noun account_check_noun;

extern const struct verb registration_register, registration_check;
extern const struct verb registration_approve, registration_decline, registration_withdraw;
extern const struct verb registration_win, registration_lose, registration_lapse, registration_convert;
extern const struct clock registration_lapse_clock;

/* ---- deciding (decide.c): shared by registering and by people ---- */

/* What is decided: the claim itself by rules or in the queue, its extension, an override, a ruling in a
 * dispute. */
enum decision_kind { DECISION_REGISTRATION, DECISION_EXTENSION, DECISION_OVERRIDE, DECISION_RULING };

/* What a decision does to the registration and its claim. */
struct ruling {
    enum decision_kind kind;
    enum outcome outcome;
    const struct rule *rule; /* NULL: a person */
    int protection_days;
    double benefit_percent;
    const char *queue;
    int review_hours;
    bool working_hours;   /* by the programme's calendar */
    const char *reason;   /* a person's */
    int64_t extension_id; /* of an extension: what was asked for */
    const char *event;    /* what the feed calls it; NULL: as the verb */
    /* Of a ruling in a dispute. */
    bool stands;        /* the claim stays as it is: only the decision is written */
    bool hands_over;    /* of a claim that ends: its account goes to somebody at once, nobody is offered it */
    int place;          /* of a claim beside others (protection.place); 0: the only one */
    const char *remedy; /* as the log names it; NULL: it is no ruling */
    struct money compensation;
    const char *compensation_currency; /* NULL: there is none */
    const struct value *facts;         /* in the vocabulary's order; NULL: a person's ruling gathers none */
    const char *evidence;
    bool held;      /* the account is locked, and is none that was merged into another */
    bool unclaimed; /* it is new, or locked and without a claim for the line that is not closed */
};

/*
 * Writes the decision: the registration's state, its protection, the decision's row, and the event with the
 * log's statement. ID 0 inserts R, else the registration is changed. ACCOUNT 0 makes the company an account
 * first, unless it is declined. An extension moves the protection's end and nothing else; REFUSED when the
 * protection has ended meanwhile.
 */
enum status registration_rule(struct call *c, const struct programme *p, struct registration *r, int64_t *id,
    const struct ruling *ruling) MUST;
/* The end of R's protection with DAYS more. */
struct instant protection_extended(const struct programme *p, const struct registration *r, int days);
/*
 * Ends the registration's claim on its account; an account that is free by it is offered to the next on its
 * waitlist, in the same transaction.
 */
enum status protection_close(struct call *c, int64_t registration_id) MUST;
/* The same without an offer: for who places another claim there at once, or ends the waiting itself. */
enum status protection_clear(struct call *c, int64_t registration_id) MUST;
/* The next place beside those who stand on the account for the line: 1 when there is one. */
enum status protection_next_place(struct call *c, int64_t account_id, int64_t line_id, int *place) MUST;
/* A hold on R's account for a registration that is offered it; nobody else may stand there. */
enum status protection_hold(
    struct call *c, const struct registration *r, int64_t registration_id, struct instant until) MUST;
/* Whether somebody stands on the account for the line (CLAIM_STANDS), another than EXCEPT (0: anybody). */
enum status protection_stands(
    struct call *c, int64_t account_id, int64_t line_id, int64_t except, bool *yes) MUST;
/* When a claim without an end ends: of a converted registration, until its deal is won or lost. */
#define PROTECTION_NO_END INT64_C(253402300799000000)

/* The registration as the system sees it, within a verb or a page that has checked what its viewer may. */
enum status registration_whole(struct call *c, int64_t id, struct registration *out) MUST;
/* Ends it in STATE with its claim; the partner reads it on its timeline. OFFER: the account is free by it. */
enum status registration_end(
    struct call *c, int64_t id, struct registration *r, const char *state, bool offer) MUST;

/* An opportunity was won or lost: what was converted to it ends in the same STATE (convert.c). */
enum status registration_follow(struct call *c, int64_t opportunity_id, const char *state) MUST;

/* ---- explaining (explain.c) ---- */

struct explained_fact {
    const char *name, *label, *text, *source;
    bool used; /* by the deciding rule or by one tried before it */
};
struct explained_step {
    const char *rule, *why; /* the rule's name; the one fact that failed, where the viewer may see it */
    bool hit;
};
struct explained_change {
    const char *condition; /* "Amount: up to €25,000" */
    enum outcome outcome;
    const char *rule;
    const char *then; /* "60 days, 8%" */
};
struct explanation {
    enum outcome outcome;
    const char *rule_id, *rule_name, *sentence; /* NULL when a person decided */
    const char *decided_by, *reason;
    const char *next_step; /* after a decline: waitlist, ask, dispute, account_team, requirement */
    const char *then;      /* what the rule gives: "60 days, 8% margin"; "" for a decline */
    int rule_number, rules_tried, rules_total;
    int64_t programme_number;
    struct instant at;
    struct explained_step *steps;
    size_t n_steps;
    struct explained_fact *facts;
    size_t n_facts;
    struct explained_change *changes;
    size_t n_changes;
    const char **reasons;
    size_t n_reasons;
};
/* The registration's newest decision by the rules, or by a person when LATEST, replayed and told to the
 * viewer. */
enum status registration_explain(
    struct call *c, int64_t registration_id, bool latest, struct explanation *out) MUST;
/* The same of a registration that the viewer was given already. */
enum status registration_explain_seen(
    struct call *c, const struct row *registration, bool latest, struct explanation *out) MUST;
/* A decision as it was stored. */
struct decided {
    enum outcome outcome;
    const char *rule; /* its id; NULL: a person decided */
    int64_t programme_number;
    const char *facts; /* canonical JSON */
    struct instant at;
    const char *reason, *by; /* a person's, and who that is */
};
/*
 * What a decision's stored FACTS lead to by the rules of P; OTHERS (NULL: none) are facts that are not as
 * stored, as JSON. For the vendor: nothing is hidden. OUT's outcome is that of the rule.
 */
void registration_explain_by(struct call *c, const struct programme *p, const char *facts, const char *others,
    struct explanation *out);
/* A fact's name as the viewer reads it. */
const char *registration_fact_label(struct call *c, const struct fact *f);
/*
 * What VALUES lead to by the rules of extensions in P, told to the viewer: of a stored decision, or of one
 * that would be made. OUT's outcome is that of the rule.
 */
void extension_explain(
    struct call *c, const struct programme *p, const struct value *values, struct explanation *out);
/* The newest decision of that extension by the rules. REFUSED when there is none. */
enum status extension_explain_stored(struct call *c, int64_t extension_id, struct explanation *out) MUST;
/* The programme's words in the call's language, for conditions and values. */
struct rules_words registration_words(struct call *c, const struct programme *p);
/* "90 days", "12%", in the call's language; UNIT is one of a fact's. */
const char *quantity_text(struct call *c, double n, const char *unit);

/* ---- receipt (receipt.c) ---- */

/*
 * The receipt of an entry of the registration in the log as JSON (engine/merkle/receipt.h): the one at leaf
 * ENTRY, or the newest. REFUSED when there is none.
 */
#define RECEIPT_NEWEST (-1)
enum status registration_receipt(struct call *c, int64_t registration_id, int64_t entry, struct buf *out,
    uint64_t *index, uint64_t *size, struct hash *leaf) MUST;
/* What was logged of it in this very call, the last; NULL: nothing. Its answer needs nothing from the
 * database. */
const struct event *registration_just_logged(const struct call *c, int64_t registration_id);
enum status registration_receipt_seen(struct call *c, const struct row *registration, int64_t entry,
    struct buf *out, uint64_t *index, uint64_t *size, struct hash *leaf) MUST;
/* An explanation as REST tells it; UNTIL 0: nothing is protected by it. */
void explanation_json(struct call *c, struct json_out *w, const struct explanation *e, struct instant until);
/* What REST adds to a registration's row: decision and receipt. */
/* What they say, as documents show it. */
#define EXPLANATION_EXAMPLE                                                                                  \
    "{\"outcome\":\"approve\",\"rule\":\"certified_free\",\"rule_name\":\"Certified partner, free "          \
    "account\",\"programme_version\":2,\"at\":\"2026-05-19T08:12:44.031Z\",\"reasons\":[\"From Gold on and " \
    "with two certified people you get a free account at once, up to 250,000: protected for 90 days, with "  \
    "12% more margin.\"],\"trace\":[{\"rule\":\"Taken by another "                                           \
    "partner\",\"matched\":false,\"why\":\"Registered by another partner: no\"},{\"rule\":\"Certified "      \
    "partner, free "                                                                                         \
    "account\",\"matched\":true,\"why\":null}],\"facts\":[{\"name\":\"partner.tier\",\"label\":\"Your "      \
    "tier\",\"value\":\"Gold\",\"source\":\"Partner "                                                        \
    "record\",\"used\":true}],\"would_change\":[{\"condition\":\"Amount: above "                             \
    "250,000\",\"outcome\":\"review\",\"rule\":\"Every other registration\",\"then\":\"Your partner "        \
    "manager answers within 24 "                                                                             \
    "hours.\"}],\"next_step\":null,\"protected_until\":\"2026-08-17T21:59:59.999Z\"}"
void registration_json(struct call *c, const struct noun *noun, const struct row *row, struct json_out *w);

#endif
