/*
 * The demo: an invented vendor's programme, told from two years ago until now. Rows that a CRM or an
 * administrator would have brought are seeded; registrations and what became of them go through the same
 * verbs as everybody's, at past instants in their order, so that decisions, receipts, log and audit are real.
 *
 *   demo.c            the command
 *   demo_programme.c  product lines, custom fields, the vendor's people, partners as they join
 *   demo_draft.c      the programme's versions and the draft of the next
 *   demo_crm.c        accounts and the vendor's own opportunities
 *   demo_deals.c      deals: planned, and what partners and the vendor do with each
 *   demo_life.c       what happens to a protected deal, and the clocks of each day
 *   demo_duplicates.c companies that are there twice
 *   demo_story.c      everything in the order of its instants
 *   demo_disputes.c   overrides and disputes
 *   demo_pipeline.c   what vendor and partners do on open deals together
 *   demo_customers.c  contracts and renewals, usage, what customers say
 *   demo_reviews.c    reviews of partners
 *   demo_leads.c      leads, and what came of them
 *   demo_referrals.c  partners' referral links
 *   demo_touchpoints.c what partners did for deals
 *   demo_mapping.c    lists of accounts, shared and looked at; demo_private.c: compared in private
 *   demo_cosell.c     who asks whom for help
 *   demo_simulation.c a simulation of other rules, finished
 *   demo_notes.c      a note, a task and a view
 *   demo_import.c     a file that waits to be imported
 *   demo_script.c     the deals that the tour of the demo shows, word for word
 *   demo_names.c      names; demo_words.c what they are made of; demo_partners.c who takes part
 */
#ifndef TANDEM_DEMO_H
#define TANDEM_DEMO_H

#include "app/app.h"
#include "app/demo_names.h"
#include "domain/account/account.h"
#include "domain/opportunity/opportunity.h"

#define DEMO_DAYS            730 /* how far back the story goes */
#define DEMO_ACCOUNTS        2000
#define DEMO_TWICE           5 /* accounts that a second import brought once more */
#define DEMO_OPPORTUNITIES   600
#define DEMO_REGISTRATIONS   460 /* besides the scripted ones */
#define DEMO_REVIEWS         2   /* partners that are reviewed each week */
#define DEMO_COSELL          17  /* requests for help with a deal */
#define DEMO_LEADS           30
#define DEMO_REFERRALS       3   /* links of partners */
#define DEMO_VISITS          45  /* of them all */
#define DEMO_PROBES          18  /* companies asked for in a row by one seller */
#define DEMO_CHECKPOINT_DAYS 120 /* for how long weekly checkpoints are kept */
#define DEMO_DOMAIN          "velmora.example"

/* ---- who takes part (demo_partners.c) ---- */

enum { LINE_FLOWGATE, LINE_LEDGERLINE, LINE_VAULTIC, LINE_COUNT };
extern const char *const demo_lines[LINE_COUNT];

/* Somebody at the vendor. */
struct demo_staff {
    const char *name, *role, *language;
};
extern const struct demo_staff demo_staff[];
extern const size_t demo_n_staff;

struct demo_partner {
    const char *name, *domain, *country;
    const char *types, *tier, *territories; /* as the nouns keep them: ",msp,reseller," */
    const char *sells;                      /* "NL|BE|DE": where its customers are */
    const char *manager;
    const char *segment;
    const char *people;        /* "Piet Waalkens|Maya Lindqvist": the first is its admin; NULL: composed */
    const char *parent;        /* its distributor */
    const char *standing;      /* NULL: good */
    int joined;                /* days ago */
    unsigned weight;           /* of its share in the registrations */
    int certified[LINE_COUNT]; /* people */
};
extern const struct demo_partner demo_partners[];
extern const size_t demo_n_partners;

/* ---- the state of the telling ---- */

#define PARTNER_PEOPLE 4

struct demo_firm {
    const struct demo_partner *partner;
    int64_t id;
    struct viewer people[PARTNER_PEOPLE];
    size_t n_people;
};

/* A co-sell request of the demo (demo_cosell.c). */
struct demo_helped {
    int64_t request_id, opportunity_id; /* request: 0 until it is asked */
    const struct viewer *answers, *owner;
};

struct demo {
    struct app *app;
    struct arena *arena; /* of names and plans, for the whole run */
    struct dice dice;
    struct demo_taken taken;
    const struct zone *zone;
    struct instant now;
    struct date today;
    int64_t line_id[LINE_COUNT];
    struct viewer *staff;      /* by demo_staff */
    struct demo_firm *firms;   /* by demo_partners */
    struct demo_known *known;  /* accounts */
    int64_t twice[DEMO_TWICE]; /* once more */
    size_t n_known, n_opportunities, n_registrations;
    int64_t review_id[DEMO_REVIEWS];
    struct demo_helped help[DEMO_COSELL];
    int64_t lead_id[DEMO_LEADS];
    int64_t link_id[DEMO_REFERRALS];
    int64_t draft_id;   /* of the next version */
    bool sent;          /* something was, and nobody has waited since */
    enum status failed; /* of what was sent without waiting; read when the committer has nothing left */
};

/* An account as the CRM brought it. */
struct demo_known {
    struct demo_company company;
    int64_t id;
    size_t parent;      /* index + 1 */
    size_t owner;       /* index into demo_staff + 1 */
    const char *status; /* open, named, direct_only */
    int contract_days;  /* from today; 0: never had one */
    const char *alias;
    bool scripted; /* random deals keep away */
};

/* That day at that hour and minute in the programme's zone. */
struct instant demo_instant(const struct demo *d, int days_ago, int hour, int minute);
const struct viewer *demo_staff_viewer(const struct demo *d, const char *name);
struct demo_firm *demo_firm(struct demo *d, const char *name);

/* ---- the parts, in their order ---- */

/* Product lines, custom fields, the vendor's people, version 1 of the programme. */
enum status demo_programme(struct demo *d) MUST;
/* Version 2, the built-in one: drafted by one person, published by another. */
enum status demo_publish(struct demo *d, struct instant at) MUST;
/* The draft of version 3, with three changes. */
enum status demo_draft(struct demo *d, struct instant at) MUST;
/* A partner joins: its row, its people, its certificates. */
enum status demo_join(struct demo *d, struct demo_firm *firm, struct instant at) MUST;
/* All accounts. */
enum status demo_accounts(struct demo *d) MUST;
/* What a second import brought twice; later found, and partly merged (demo_duplicates.c). */
enum status demo_bring_twice(struct demo *d, struct instant at) MUST;
enum status demo_merge_twice(struct demo *d, struct instant at) MUST;
/* The vendor's own deals: planned here, brought by the CRM's import of each week. */
struct demo_own_deals;
struct demo_own_deals *demo_own_deals_plan(struct demo *d);
enum status demo_own_deals_import(
    struct demo *d, struct demo_own_deals *o, struct instant from, struct instant to) MUST;

/* Who works on the newest open deals; their plans; their words; how far they are: a part each, some days
 * apart. */
#define DEMO_PIPELINE_PARTS 4
enum status demo_pipeline(struct demo *d, size_t part, struct instant at) MUST;

/* ---- deals (demo_deals.c) ---- */

/* What becomes of a deal once it is approved; a protection that nobody ended lapses. */
enum demo_fate { FATE_OPEN, FATE_WIN, FATE_LOSE, FATE_WITHDRAW };

struct demo_deal {
    struct instant at;
    struct demo_firm *firm;
    const char *person; /* NULL: any of the firm's */
    const char *company, *domain, *country;
    int line;
    int64_t amount; /* whole units */
    int months;     /* until it closes */
    const char *relationship, *project;
    bool asks;        /* checks the company before */
    bool waits;       /* nobody answers a review */
    bool agree;       /* how a review is answered */
    int answer_hours; /* after how long */
    enum demo_fate fate;
    int fate_days; /* after the approval */
    unsigned pick; /* chooses between wordings */
    /* As it stands in the database. */
    int64_t id;
    enum { DEAL_NONE, DEAL_REVIEW, DEAL_APPROVED, DEAL_ENDED } state;
    const char *queue;
    bool taken; /* declined because another partner stands there */
    struct instant protected_until;
};

/* All deals, oldest first; *N how many. Room for DEMO_PROBES more stands behind them. */
struct demo_deal *demo_deals_plan(struct demo *d, size_t *n);
/* The verbs of one deal at an instant. Registering and answering leave the deal as it stands afterwards. */
enum status demo_deal_check(struct demo *d, const struct demo_deal *deal, struct instant at) MUST;
enum status demo_deal_register(struct demo *d, struct demo_deal *deal, struct instant at) MUST;
enum status demo_deal_answer(struct demo *d, struct demo_deal *deal, struct instant at) MUST;
enum status demo_deal_end(struct demo *d, const struct demo_deal *deal, struct instant at) MUST;
/* Who registered it. */
const struct viewer *demo_deal_seller(const struct demo_deal *deal);

/* ---- its life (demo_life.c); what came too late is left out without a word ---- */

enum status demo_deal_active(struct demo *d, const struct demo_deal *deal, struct instant at) MUST;
enum status demo_deal_extend(struct demo *d, struct demo_deal *deal, struct instant at, size_t evidence) MUST;
enum status demo_deal_convert(struct demo *d, const struct demo_deal *deal, struct instant at) MUST;
enum status demo_deal_join_waitlist(struct demo *d, const struct demo_deal *deal, struct instant at) MUST;
/* Nothing that was mailed in the demo goes out. */
enum status demo_mail(struct demo *d) MUST;
/* Waits until all that was sent is done. */
enum status demo_settle(struct demo *d) MUST;
/* The clocks at AT; during OFFICE hours people also answer offers and extensions. */
enum status demo_tick(struct demo *d, struct instant at, bool office) MUST;

/* One value of a verb's input, as a form gives it. */
struct given demo_given(const char *name, const char *value);
/* What stands in the database; ROWS live in A. */
enum status demo_ask(struct demo *d, struct arena *a, const char *sql, struct rows *rows) MUST;
/* Runs a verb as VIEWER at AT. *RESULT (NULL: not asked) is its row. QUIET: a refusal is not printed. */
enum status demo_do(struct demo *d, const struct viewer *viewer, struct instant at, const struct verb *verb,
    int64_t row_id, const struct given *given, size_t n, bool quiet, int64_t *result) MUST;

/* Works the row of a job off at AT (0: now), as the server's thread would. */
enum status demo_work(struct app *app, const struct job_kind *kind, int64_t id, struct instant at) MUST;

/*
 * The same without waiting, for what no later step looks at; demo.failed says afterwards that one did not go.
 * QUIET: a refusal is no failure.
 */
enum status demo_send(struct demo *d, const struct viewer *viewer, struct instant at, const struct verb *verb,
    int64_t row_id, const struct given *given, size_t n, bool quiet) MUST;

/*
 * The whole, into a database that is migrated and empty: the programme, the accounts, and everything that
 * happened since in the order of its instants. OUT tells how much it was. The same seed on the same day makes
 * the same demo, but for ids, salts and keys. One lane only: the committer must keep the order.
 */
enum status demo_tell(struct app *app, uint64_t seed, struct demo *out) MUST;

/* Touchpoints: those of the feed, and some that people entered (demo_touchpoints.c). */
enum status demo_touchpoints(struct demo *d) MUST;

/* Co-sell requests (demo_cosell.c): when each is asked and answered, and its deal won; INT64_MAX: never. */
enum demo_help { HELP_ASKED, HELP_ANSWERED, HELP_WON, HELP_PARTS };
struct instant demo_cosell_at(const struct demo *d, size_t which, enum demo_help part);
enum status demo_cosell(struct demo *d, size_t which, enum demo_help part, struct instant at) MUST;
/* What the finder shows at AT. */
enum status demo_cosell_find(struct demo *d, struct instant at) MUST;
/* Leads (demo_leads.c): what happens to each, some days apart; OF is lead * LEAD_STEPS + step. */
enum demo_lead_step {
    LEAD_TAKE,
    LEAD_OFFER,
    LEAD_ANSWER,
    LEAD_AGAIN,
    LEAD_CONTACT,
    LEAD_CONVERT,
    LEAD_END,
    LEAD_STEPS
};
enum status demo_lead(struct demo *d, size_t of, struct instant at) MUST;

/* Referral links (demo_referrals.c): made, followed again and again, and a lead by each. */
enum status demo_referral_make(struct demo *d, size_t which, struct instant at) MUST;
enum status demo_referral_visit(struct demo *d, size_t visit, struct instant at) MUST;
enum status demo_referral_lead(struct demo *d, size_t which, struct instant at) MUST;

/* Contracts as they were sold, what became of some, and how customers use them now (demo_customers.c). */
enum status demo_sell(struct demo *d, struct instant at) MUST;
enum status demo_renew(struct demo *d, struct instant at) MUST;
enum status demo_customers(struct demo *d) MUST;

/* Weekly reviews of two partners: planned, and held with minutes so many days ago (demo_reviews.c). */
int demo_review_days_ago(size_t which);
enum status demo_review_plan(struct demo *d, size_t which, struct instant at) MUST;
enum status demo_review_hold(struct demo *d, size_t which, struct instant at) MUST;

/* Overrides and disputes at different stages (demo_disputes.c). */
enum status demo_disagree(struct demo *d) MUST;

/* Lists of accounts, shared and looked at (demo_mapping.c). PART is below DEMO_MAP_PARTS. */
#define DEMO_MAP_PARTS 5
enum status demo_map(struct demo *d, size_t part, struct instant at) MUST;
/* Lists compared in private (demo_private.c). RUN is below DEMO_PRIVATE_RUNS. */
#define DEMO_PRIVATE_RUNS 3
enum status demo_map_in_private(struct demo *d, size_t run, struct instant at) MUST;

/* ---- the script (demo_script.c) ---- */

struct demo_script {
    const char *partner, *person;
    const char *company, *domain, *country;
    int line;
    int amount;              /* whole units */
    int days_ago, hours_ago; /* hours count when the days are 0 */
    const char *relationship, *project;
    bool waits; /* nobody decides it */
};
extern const struct demo_script demo_script[];
extern const size_t demo_n_script;

struct demo_script_account {
    const char *name, *plain, *domain, *country, *city, *status, *owner, *parent;
    int contract_days;
    int own_deal_days; /* the vendor's own deal had activity so many days ago; 0: there is none */
};
extern const struct demo_script_account demo_script_accounts[];
extern const size_t demo_n_script_accounts;

/* ---- a simulation (demo_simulation.c) ---- */

/* The draft, and other rules that some partners would lose by. */
enum status demo_simulate(struct app *app, const struct viewer *viewer, int64_t draft_id) MUST;

/* ---- what else people have left (demo_notes.c, demo_import.c) ---- */

enum status demo_notes(struct demo *d) MUST;

enum status demo_import(struct app *app, const struct viewer *viewer) MUST;

#endif
