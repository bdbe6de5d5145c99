/*
 * Rules of engagement: an ordered decision table over declared facts. First match wins.
 *
 * Pure: a document and facts go in, a decision with its trace comes out. The document's form is described in
 * docs/rules.md; the facts are declared by whoever decides (domain/registration/facts.c).
 */
#ifndef TANDEM_RULES_H
#define TANDEM_RULES_H

#include "base/arena.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/problem.h"
#include "base/value.h"

enum fact_kind {
    FACT_BOOL,   /* value.i 0 or 1 */
    FACT_INT,    /* value.i */
    FACT_REAL,   /* value.r */
    FACT_MONEY,  /* value.i minor units of the programme's currency */
    FACT_TEXT,   /* value.s, compared whole */
    FACT_CHOICE, /* value.s, one of options; ordered where the declaration says so ("at least gold") */
    FACT_SET,    /* value.s, members separated by commas, sorted, each one of options */
    FACT_DATE,   /* value.i days */
};

/* A word of the vocabulary. Options may be filled at run time from the programme. */
struct fact {
    const char *name;  /* "partner.tier" */
    const char *label; /* N_("Your tier") */
    enum fact_kind kind;
    const char *const *options; /* for choice and set, lowest first when ordered */
    size_t n_options;
    bool ordered;
    const char *unit;        /* "days", NULL */
    bool partner_sees;       /* shown to the partner in traces, facts and receipts */
    bool partner_can_change; /* eligible for would_change */
    const char *source;      /* N_("Partner record"): where its value comes from */
};

struct vocabulary {
    const struct fact *facts;
    size_t n;
};

/* A fact's value; kind VALUE_NULL: not known. Unknown never satisfies a condition, except "known": false. */

enum outcome { OUTCOME_DECLINE, OUTCOME_REVIEW, OUTCOME_APPROVE }; /* from worse to better for the partner */
extern const char *const outcome_names[];                          /* "decline", "review", "approve" */

/*
 * One condition: fact, operator, operand. Document form, inside "when": { "FACT": OPERAND, ... } all of which
 * must hold, where OPERAND is a plain value (is), an array (is one of), or an object of operators: "is" "not"
 * "in" "not_in" "at_least" "at_most" "above" "below" "has_any" "has_all" "has_none" "known"
 */
enum rule_operator {
    OP_IS,
    OP_NOT,
    OP_IN,
    OP_NOT_IN,
    OP_AT_LEAST,
    OP_AT_MOST,
    OP_ABOVE,
    OP_BELOW,
    OP_HAS_ANY,
    OP_HAS_ALL,
    OP_HAS_NONE,
    OP_KNOWN,
};

struct condition {
    size_t fact; /* index into the vocabulary */
    enum rule_operator op;
    struct value *operands;
    size_t n_operands;
};

struct rule {
    const char *id;       /* "certified_free": stable across versions */
    const char *name;     /* "Certified partner, free account" */
    const char *sentence; /* as published, one sentence; {"en": ..., "de": ...} or a string in the document */
    const char *sentence_de;
    struct condition *conditions;
    size_t n_conditions;
    enum outcome outcome;
    /* approve */
    int protection_days;
    double benefit_percent;
    /* decline: what the partner can do next: "waitlist", "ask", "dispute", "account_team", "requirement" */
    const char *next_step;
    /* review */
    const char *queue;
    int review_hours;
};

struct ruleset {
    const struct vocabulary *words;
    struct rule *rules;
    size_t n;
};

/*
 * Reads the "rules" array of a programme document. Every problem at once, as fields of *PROBLEM with paths as
 * names
 * ("rules[3].when.partner.tier"): unknown fact, operator that does not fit, value outside the options, no
 * outcome, double id, last rule not matching everything, rule that can never be reached because an earlier
 * one has no more conditions than it. The ruleset lives in A and keeps pointing to WORDS.
 */
enum status rules_read(struct arena *a, const json_t *rules, const struct vocabulary *words,
    struct ruleset *out, struct problem **problem) MUST;

/* Why a rule did not apply, or did. */
struct trace_step {
    const struct rule *rule;
    bool matched;
    size_t
        failed_condition; /* index of the first condition that did not hold; n_conditions when it matched */
};

struct decision {
    const struct rule *rule;  /* the one that matched */
    struct trace_step *trace; /* one per rule tried, in order; the last is the one that matched */
    size_t n_trace;
};

/* VALUES in the vocabulary's order. A ruleset that was read always decides. */
void rules_decide(
    struct arena *a, const struct ruleset *set, const struct value *values, struct decision *out);

/*
 * What would change the answer: the smallest sets (one fact, else two) of facts with partner_can_change
 * which, given other values, lead to a better outcome than DECISION's; at most MAX of them, the best outcome
 * first. Values are taken from the conditions of the rules (the nearest that satisfies).
 */
struct change {
    size_t n; /* 1 or 2 */
    size_t fact[2];
    struct condition need[2]; /* the condition to be met, for the sentence */
    struct value value[2];    /* the value that was tried */
    const struct rule *leads_to;
};
size_t rules_would_change(struct arena *a, const struct ruleset *set, const struct value *values,
    const struct decision *decision, struct change *out, size_t max);

/*
 * A condition in words, without its fact's label: "at least Gold", "up to €25,000", "one of reseller, msp".
 * Money through FORMAT_MONEY. A fact's value in words likewise. English or German by LANG (base/i18n.h).
 */
struct rules_words {
    enum lang lang;
    const char *(*money)(void *ctx, struct arena *a, int64_t minor);
    const char *(*option)(
        void *ctx, const struct fact *f, const char *option); /* label of an option; NULL: itself */
    void *ctx;
};
const char *rules_condition_text(
    struct arena *a, const struct fact *f, const struct condition *c, const struct rules_words *w);
const char *rules_value_text(
    struct arena *a, const struct fact *f, const struct value *v, const struct rules_words *w);

/*
 * The "examples" of a document: { "name", "facts": {..}, "expect": "approve", "rule": "id"? }. Facts that are
 * left out are unknown. Each that fails becomes a field of *PROBLEM ("examples[2]").
 */
enum status rules_check_examples(
    struct arena *a, const struct ruleset *set, const json_t *examples, struct problem **problem) MUST;

/* Facts to and from JSON by name, for storing with the decision and replaying it. Unknown facts are left out.
 */
void rules_facts_json(
    struct json_out *w, const struct vocabulary *words, const struct value *values, bool partner_only);
enum status rules_facts_read(struct arena *a, const json_t *facts, const struct vocabulary *words,
    struct value *values, struct problem **problem) MUST;

#endif
