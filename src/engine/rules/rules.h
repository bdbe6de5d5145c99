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

/* Bounds of a document. A set fact with more options cannot be used in rules. */
#define RULES_MAX             200
#define RULES_MAX_CONDITIONS  20 /* a rule */
#define RULES_MAX_OPERANDS    50 /* a condition */
#define RULES_MAX_EXAMPLES    500
#define RULES_MAX_SET_OPTIONS 64

enum fact_kind {
    FACT_BOOL,   /* value.i 0 or 1 */
    FACT_INT,    /* value.i */
    FACT_REAL,   /* value.r */
    FACT_MONEY,  /* value.i minor units of the programme's currency */
    FACT_TEXT,   /* value.s, compared whole */
    FACT_CHOICE, /* value.s, one of options; ordered where the declaration says so ("at least gold") */
    FACT_SET,    /* value.s, members separated by commas, sorted by bytes, each one of options; "" is none */
    FACT_DATE,   /* value.i days since 1970-01-01 */
};

/* A word of the vocabulary. Options may be filled at run time from the programme. */
struct fact {
    const char *name;           /* "partner.tier" */
    const char *label;          /* N_("Your tier") */
    const char *const *options; /* for choice and set, lowest first when ordered */
    size_t n_options;
    const char *unit;   /* "days", NULL */
    const char *source; /* N_("Partner record"): where its value comes from */
    enum fact_kind kind;
    bool ordered;
    bool partner_sees;       /* shown to the partner in traces, facts and receipts */
    bool partner_can_change; /* eligible for would_change */
};

struct vocabulary {
    const struct fact *facts;
    size_t n;
    const char *currency;      /* ISO 4217: documents say money in whole units, values are minor ones */
    const char *const *queues; /* keys of the queues that a review may name */
    size_t n_queues;
    bool days_only; /* an approval gives days and no benefit */
};

/* Where in the vocabulary the fact of that name stands; words->n: it has none. */
size_t rules_fact(const struct vocabulary *words, const char *name);
const struct fact *rules_fact_of(const struct vocabulary *words, const char *name); /* NULL: it has none */

/*
 * A fact's value is a struct value of the kind named above; VALUE_NULL: not known. An option that the
 * vocabulary does not have counts as not known. Unknown never satisfies a condition, except "known": false.
 */

enum outcome { OUTCOME_DECLINE, OUTCOME_REVIEW, OUTCOME_APPROVE }; /* from worse to better for the partner */
extern const char *const outcome_names[];                          /* "decline", "review", "approve" */

/*
 * One condition: fact, operator, operand. Document form, inside "when": { "FACT": OPERAND, ... } all of which
 * must hold, where OPERAND is a plain value (is; of a set: has it), an array (is one of; of a set: has any
 * of), or an object of operators: "is" "not" "in" "not_in" "at_least" "at_most" "above" "below" "has_any"
 * "has_all" "has_none" "known". Bounds take numbers, money, dates and ordered choices.
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

/* A value made ready to compare: options are numbers, sets are bits. */
struct coded {
    bool known;
    union {
        int64_t i; /* bool, int, money, date; of a choice the option's index */
        double r;
        const char *s;
        uint64_t bits; /* of a set: bit K is the option K */
    };
};

struct condition {
    size_t fact; /* index into the vocabulary */
    enum rule_operator op;
    const struct value *operands;
    size_t n_operands;
    const struct coded *codes; /* the operands; of a set a single one, all members together */
};

struct rule {
    const char *id;   /* "certified_free": stable across versions */
    const char *name; /* "Certified partner, free account"; {"en": ..., "de": ...} or a string */
    const char *name_de;
    const char *sentence; /* as published, one sentence; likewise */
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
    bool working_hours; /* counted by the programme's business calendar */
};

/* In the reader's language; the English one where there is no other. */
const char *rule_name(const struct rule *r, enum lang lang);
const char *rule_sentence(const struct rule *r, enum lang lang);

/* Where a fact is asked for: so that only those facts are looked at, and one is tried without the others. */
struct fact_use {
    size_t fact, n;
    const struct rule_condition {
        size_t rule;
        const struct condition *condition;
    } * at;
};

struct ruleset {
    const struct vocabulary *words;
    struct rule *rules;
    size_t n;
    const struct fact_use *uses; /* one per fact that a condition names */
    size_t n_uses;
};

/*
 * Reads the "rules" array of a programme document. Every problem at once, as fields of *PROBLEM with paths as
 * names ("rules[3].when.partner.tier"): unknown fact or key, operator that does not fit, value outside the
 * options, conditions of one rule that exclude each other, no outcome or one without what it needs, double
 * id, last rule not matching everything, rule that can never be reached because each condition of an earlier
 * one follows from its own. Messages in LANG. The ruleset lives in A and keeps pointing to WORDS.
 */
enum status rules_read(struct arena *a, const json_t *rules, const struct vocabulary *words, enum lang lang,
    struct ruleset *out, struct problem **problem) MUST;

/*
 * The "when" of one rule alone: conditions that are sound go into RULE, what is wrong with the others into
 * *PROBLEM by their path within it. For editors, which show a rule before all of it is good.
 */
enum status rules_when_read(struct arena *a, const json_t *when, const struct vocabulary *words,
    enum lang lang, struct rule *rule, struct problem **problem) MUST;

/* Why a rule did not apply, or did. */
struct trace_step {
    const struct rule *rule;
    bool matched;
    /* index of the first condition that did not hold; n_conditions when it matched */
    size_t failed_condition;
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
 * Makes D's trace one for somebody who sees only the facts of SEEN: a step names the first condition on one
 * of those that did not hold, n_conditions when there is none. A step by all facts would tell that what
 * stands before its condition held.
 */
void rules_trace_seen(struct arena *a, const struct ruleset *set, const struct value *values,
    const bool *seen, struct decision *d);

/*
 * What would change the answer: for each outcome better than DECISION's, the smallest sets of facts with
 * partner_can_change (one fact, else two) that reach it by other values; of the values of one set the
 * nearest. At most MAX of them: best outcome first, then least effort. Returns how many.
 *
 * Values are taken from the conditions of the rules: of a number the nearest of every stretch between their
 * operands, of a choice every option, of a text each operand and another text, of a set the members that a
 * condition names, each and all, added or taken away. Not tried: a set that both gains and loses, and more
 * than 64 values of a fact that differ in the rules they satisfy, or than 1,000 in all. No value below zero
 * is proposed where the present one is not.
 */
struct change {
    size_t n; /* 1 or 2 */
    size_t fact[2];
    struct condition need[2]; /* the condition to be met, for the sentence only: it has no codes */
    struct value value[2];    /* the value that was tried */
    const struct rule *leads_to;
    double effort; /* sum over the facts: of a number the share by which it moves, of an option the steps */
};
size_t rules_would_change(struct arena *a, const struct ruleset *set, const struct value *values,
    const struct decision *decision, struct change *out, size_t max);

/*
 * A condition in words, without its fact's label: "at least Gold", "up to €25,000", "one of reseller, msp".
 * A fact's value in words likewise. MONEY is needed where the vocabulary has amounts, OPTION may be NULL.
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
 * left out are unknown. Each that fails becomes a field of *PROBLEM ("examples[2]"). NULL: there are none.
 */
enum status rules_check_examples(struct arena *a, const struct ruleset *set, const json_t *examples,
    enum lang lang, struct problem **problem) MUST;

/*
 * Facts to and from JSON by name, for storing with the decision and replaying it: an object, not known facts
 * left out, in the order of their names. Money is in whole units (84000.5), a date is "2026-08-17", a set is
 * an array. What is written is canonical (RFC 8785).
 */
void rules_facts_json(
    struct json_out *w, const struct vocabulary *words, const struct value *values, bool partner_only);
/*
 * Fills VALUES (words->n of them). Names, kinds and options that do not fit are fields of *PROBLEM; the other
 * values are filled all the same, so that an old decision replays after a fact or an option has gone.
 */
enum status rules_facts_read(struct arena *a, const json_t *facts, const struct vocabulary *words,
    enum lang lang, struct value *values, struct problem **problem) MUST;
/*
 * The same straight from the text to coded values, for many of them: only facts of NEEDED (words->n), the
 * others stay unknown, as what does not fit. Texts live in A.
 */
void rules_facts_code(
    struct arena *a, const struct vocabulary *words, const bool *needed, const char *json, struct coded *out);
/*
 * For a document whose facts or options are gone since: WORDS with those added that RULES name, of the kind
 * that the operands are of, in A. Nobody has values of theirs, so that they stay unknown.
 */
struct vocabulary rules_words_gone(struct arena *a, const json_t *rules, const struct vocabulary *words);

#endif
