/*
 * The programme: one versioned document with tiers, types, territories, queues, limits and the rules of
 * engagement. The newest version whose day has come is the active one; every decision names the version that
 * made it, and old ones replay for ever.
 */
#ifndef TANDEM_PROGRAMME_H
#define TANDEM_PROGRAMME_H

#include "base/calendar.h"
#include "engine/fit/fit.h"
#include "engine/rules/rules.h"
#include "model/call.h"
#include "runtime/clocks.h"

struct programme_version {
    int64_t number;
    const char *hash;         /* SHA-256 of the canonical document, hex */
    const char *document;     /* canonical JSON */
    const char *state;        /* published, scheduled, withdrawn */
    struct instant effective; /* of one that was scheduled: from when on; 0: from its publishing on */
    struct ref published_by;  /* the second person, or who published alone; 0: the command line */
    struct ref author_id;     /* who wrote the draft */
    bool alone;               /* published without a second person, though the programme wants one */
    const char *note;
};
extern const struct noun programme_version_noun;
extern const struct verb programme_apply, programme_withdraw, programme_take_effect;
extern const struct clock programme_effect_clock;

struct territory {
    const char *key;
    const char **countries; /* ISO codes, ended by NULL */
};

struct programme_limits {
    int64_t checks_per_person_per_day, checks_per_partner_per_day;
    int64_t activity_days;        /* a deal with activity in so many days is active */
    int64_t sourcing_days;        /* an introduction so long before a deal was opened sourced it */
    int64_t review_approval_days; /* what a person's approval protects for unless said otherwise */
};

/* When somebody should look after a contract (domain/customer/signs.h). */
struct programme_care {
    int64_t renewal_days; /* a renewal comes so long before the end */
    int64_t drop_percent; /* usage fell so far below its mean */
    int64_t silent_days;  /* nobody was in touch for so long before a renewal */
    int64_t low_nps, low_csat;
};

/*
 * How many registrations a partner may have open: base * (won + weight) / (lapsed + weight), within least and
 * most.
 */
struct programme_caps {
    int64_t base, least, most, weight;
};

/* "life": clocks of registrations, in days and hours. */
struct programme_life {
    int64_t heartbeat_days; /* without activity until the notice; 0: never */
    int64_t heartbeat_grace_days;
    int remind_days[8]; /* before the end, the most first */
    size_t n_remind;
    int64_t waitlist_offer_hours;
    struct programme_caps caps;
};

/* Among whom a programme may name those who publish. */
#define PROGRAMME_PUBLISHERS (ADMIN | OPERATIONS | PARTNER_MANAGER | EXECUTIVE)

/* Which roles (bits of model/noun.h) may do what beyond a verb's own table. */
struct programme_roles {
    unsigned publish, second_override, decide_disputes;
    unsigned second_factor; /* must sign in with one */
};

/* "disputes": how long an answer may take, and who gives it then. */
struct programme_disputes {
    int64_t answer_hours, escalate_hours;
    const char *executive; /* a role's key, or somebody's mail address */
};

/* "cosell": clocks of co-sell requests, and what its finder looks for (domain/cosell). */
struct programme_cosell {
    int64_t answer_hours, escalate_hours;
    int64_t stuck_days;    /* without activity a deal is stuck */
    int64_t contract_days; /* an end of a contract is near */
};

/* "leads": to whom a lead is offered, how long, how often. */
struct programme_leads {
    struct fit_policy fit;
    int64_t offer_hours;
    bool working_hours;
    int64_t most_offers; /* of one lead, until people look at it again */
    int64_t fairness_days;
    const char *consent[LANG_COUNT]; /* what who leaves a lead agrees to; never NULL */
};

/* What a stage's open deals count for in a forecast. */
enum forecast_category {
    FORECAST_COMMIT,
    FORECAST_BEST_CASE,
    FORECAST_PIPELINE,
    FORECAST_OMITTED,
    FORECASTS
};
extern const struct option forecast_options[]; /* by enum forecast_category; labels are N_() */

/* What an opportunity must have before it enters a stage. */
enum stage_need {
    NEEDS_AMOUNT = 1,
    NEEDS_CLOSE_DATE = 2,
    NEEDS_NEXT_STEP = 4,
    NEEDS_OWNER = 8,
    NEEDS_PRODUCT_LINE = 16,
    NEEDS_PARTNER = 32
};
extern const struct option stage_need_options[]; /* the bits in their order; labels are N_() */

/* What a stage says beyond key and label, in the order of the catalog's list "stages". */
struct programme_stage {
    int64_t probability; /* percent that such a deal is won */
    enum forecast_category forecast;
    unsigned needs; /* enum stage_need */
};

/* Read and checked; immutable; kept for the life of the process. */
struct programme {
    int64_t number;
    const char *hash;
    const json_t *document;
    bool lists_good; /* all but rules and examples; only a draft is kept where this is false */
    struct catalog catalog;
    bool direct_only_public;
    bool second_person; /* a draft is published by somebody who did not write it */
    struct programme_roles roles;
    struct territory *territories;
    size_t n_territories;
    struct programme_stage *stages;
    struct programme_limits limits;
    struct programme_care care;
    struct programme_disputes disputes;
    struct programme_cosell cosell;
    struct programme_leads leads;
    struct calendar calendar; /* by which working hours are counted */
    struct vocabulary
        words; /* with the custom fields of partner and registration as they were when it was read */
    struct ruleset rules;
    struct programme_life life;
    struct vocabulary extension_words; /* domain/registration/extension_facts.h */
    struct ruleset extension_rules;
};

/*
 * What the process keeps in memory of one database. ROSTERS (domain/partner/roster.h) is only carried,
 * because whoever has a call has this; it stays the caller's.
 */
struct roster_keeper;
struct programme_cache *programme_cache_new(struct roster_keeper *rosters);
void programme_cache_free(struct programme_cache *p);
struct roster_keeper *programme_rosters(const struct call *c);

/* The version in force at c->now as c->db sees it; also sets c->catalog. BROKEN before `init`. */
enum status programme_active(struct call *c, const struct programme **out) MUST;
/* Version NUMBER, to replay what it decided. */
enum status programme_at(struct call *c, int64_t number, const struct programme **out) MUST;
/* For struct site's ask_call and open_call: the catalog of the active programme. */
enum status programme_ask_call(void *ctx, struct call *c) MUST;
enum status programme_open_call(void *ctx, struct call *c) MUST;

/*
 * Reads a document. Problems are collected in c->problem as fields named by their path, all at once; OUT then
 * holds what could be read: the catalog, the vocabulary, the document (NULL when it is no JSON object), and
 * rules only where all of them are good.
 */
enum status programme_read(
    struct call *c, struct arena *keep, const char *text, size_t n, struct programme *out) MUST;
/* The canonical text of a document, and its fingerprint in hex. */
const char *programme_canonical(struct arena *a, const json_t *document, const char **hash);
/*
 * The same for a document that need not be in force: facts and options that its rules name and that are gone
 * since become words that nobody knows a value of, and its examples are not tried.
 */
enum status programme_read_past(
    struct call *c, struct arena *keep, const char *text, size_t n, struct programme *out) MUST;
/*
 * Whether every version still reads with the custom fields as C's transaction has them; else REFUSED with the
 * problem at FIELD. For who changes custom fields: an active version that does not read would stop
 * everything. Nobody publishes until the transaction ends.
 */
enum status programme_still_reads(struct call *c, const char *field) MUST;
/*
 * Whether the lists of NEXT still have every tier, type and territory that a row says, and every queue in
 * which something waits; else REFUSED, with each of them and how many rows say it.
 */
enum status programme_keeps_used(struct call *c, const struct catalog *next) MUST;
/* The built-in document, for init and export. */
extern const char programme_default[];
/* HOURS from now on: of working time by the programme's calendar, or by the clock. */
struct instant programme_due(const struct programme *p, struct instant now, int64_t hours, bool working);

bool programme_covers(const struct programme *p, const char *territories, const char *country);

#endif
