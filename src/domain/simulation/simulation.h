/*
 * Simulation: what a programme document would have decided, had it been in force. Past registrations are
 * replayed by it and by the version that it is compared with; the report tells what changes, for whom, and at
 * what cost (docs/rules.md, "Simulation"). It runs in the background and changes nothing.
 *
 *   waiting -> running -> done | failed | cancelled
 */
#ifndef TANDEM_SIMULATION_H
#define TANDEM_SIMULATION_H

#include "domain/programme/programme.h"
#include "face/page.h"
#include "model/call.h"
#include "runtime/jobs.h"

struct simulation {
    const char *name;                   /* of what is simulated, for people */
    int64_t version_number;             /* 0: a document */
    const char *document;               /* NULL: that version's */
    const char *hash;                   /* of the document, as programme_version has it */
    int64_t against;                    /* number of the version it is compared with */
    struct date period_from, period_to; /* inclusive, days in the programme's zone */
    const char *state;
    int64_t progress; /* percent */
    int64_t cases, changed;
    struct ref person_id;
    struct instant finished;
    const char *sums;    /* JSON, as sums.h writes it; NULL until it is done */
    const char *message; /* why it failed */
};
extern const struct noun simulation_noun;
extern const struct verb simulation_simulate, simulation_cancel;
extern const struct job_kind simulation_job;

/* A registration that the simulated document decides otherwise. */
struct simulation_case {
    struct ref simulation_id, registration_id, partner_id;
    const char *company;
    struct instant decided;
    struct money amount; /* in the programme's currency; 0: not known then */
    const char *outcome_before, *rule_before, *outcome_after, *rule_after;
    const char *effect;  /* better, worse: for the partner; other: neither */
    const char *cause;   /* rules: the rules differ; knock_on: an earlier case went otherwise */
    const char *fact;    /* by which the rules tell it apart; NULL: none */
    struct ref cause_id; /* the earlier registration */
    double percent_before, percent_after;
    int64_t days_before, days_after;
    double waited_hours; /* for a person's answer in reality; 0: for none */
    const char *became;  /* the registration's state when this was simulated */
    int64_t weight;      /* largest effect first */
    struct ref decision_id;
    const char *facts_before, *facts_after; /* facts that are not as stored, with their values there */
};
extern const struct noun simulation_case_noun;

#define SIMULATIONS_PER_DAY 100 /* of one person */

/* Those who change the rules start simulations; executives and auditors read them, too. */
#define SIMULATES         (ADMIN | OPERATIONS)
#define READS_SIMULATIONS (SIMULATES | EXECUTIVE | AUDITOR)

extern const struct page simulation_page;      /* /simulations/:id, the report */
extern const struct page simulation_case_page; /* /simulation-cases/:id, both traces side by side */

/* The version of that number; where there is none, FIELD says so. */
enum status simulation_version(
    struct call *c, int64_t number, const char *field, const struct programme **out) MUST;

/*
 * What the newest simulation of the document with this fingerprint found against a version, within another
 * page; says so where there is none.
 */
enum status simulation_digest(
    struct call *c, struct page_request *r, struct html *h, const char *hash, int64_t against) MUST;

extern const struct verb registration_under;      /* one registration by another version */
extern const struct page registration_under_page; /* /registrations/:id/under */

#endif
