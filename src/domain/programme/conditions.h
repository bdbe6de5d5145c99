/*
 * Conditions of a rule as people read and pick them: one fact, one operator, its values. From the document to
 * words and controls, and from a form back to the document. Private to the programme's folder.
 */
#ifndef TANDEM_PROGRAMME_CONDITIONS_H
#define TANDEM_PROGRAMME_CONDITIONS_H

#include "domain/programme/programme.h"
#include "face/parts.h"

#define CONDITION_VALUES 64

/*
 * Operators are those of docs/rules.md, but for yes and no, and for what is known: "true", "false", "known",
 * "unknown" stand for themselves and need no value.
 */
struct shown_condition {
    const char *name;        /* the fact's */
    const struct fact *fact; /* NULL: there is none of this name */
    const char *label;
    const char *op;
    const char *value[CONDITION_VALUES]; /* options by key, numbers and dates as a form has them */
    size_t n;
    const char *text;    /* in words; NULL where it is not sound */
    const char *wrong;   /* why not */
    const json_t *plain; /* as the document has it, where the controls cannot hold it */
};

struct shown_rule {
    struct shown_condition *conditions;
    size_t n;
};

/* WHEN may be anything that a document holds there. Words are those of C's catalog. */
void conditions_read(struct call *c, const struct programme *p, const struct vocabulary *words,
    const json_t *when, struct shown_rule *out);
/* All conditions on one fact in words, "at least 2 and fewer than 10"; NULL when there is none. */
const char *conditions_text(struct call *c, const struct shown_rule *r, const char *fact);

/*
 * A form's conditions: PREFIX.K.fact, .op, .value (repeated for several), .plain; .drop leaves it out;
 * PREFIX.add names a fact to add with its first operator. Problems become fields of the call by those names.
 */
void conditions_given(struct call *c, const struct vocabulary *words, const char *prefix,
    const struct given *given, size_t n, struct shown_rule *out);
/* The JSON of what was given; the caller's reference. */
json_t *conditions_json(
    struct call *c, const struct vocabulary *words, const char *prefix, const struct shown_rule *r);

/* One value of a fact from a form as the document has it; NULL with *WRONG when it is none. */
json_t *fact_value_json(struct call *c, const struct vocabulary *words, const struct fact *f,
    const char *text, const char **wrong);

/* The operators of a fact, labelled. */
const struct part_option *condition_operators(struct call *c, const struct fact *f, size_t *n);
bool condition_takes_value(const char *op);
bool condition_takes_many(const char *op);
/* The options of a choice or set, labelled. */
const struct part_option *fact_options(
    struct call *c, const struct programme *p, const struct fact *f, size_t *n);

/* Facts that people pick from, by where they come from: partner, customer, conflict, deal. */
enum fact_group { GROUP_PARTNER, GROUP_CUSTOMER, GROUP_CONFLICT, GROUP_DEAL, GROUP_COUNT };
extern const char *const fact_group_labels[]; /* N_() */
enum fact_group fact_group(const char *name);

#endif
