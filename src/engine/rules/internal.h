/* What the files of this folder share. */
#ifndef TANDEM_RULES_INTERNAL_H
#define TANDEM_RULES_INTERNAL_H

#include "engine/rules/coded.h"

#define RULES_INTEGER_MAX INT64_C(9007199254740992) /* 2^53: what every reader of JSON keeps exactly */

/* --- decide.c --- */

bool condition_holds(const struct vocabulary *words, const struct condition *c, const struct coded *value);
/* Index of the first condition that does not hold; n_conditions when all do. SEEN: of these facts only. */
size_t rule_first_failed(
    const struct vocabulary *words, const struct rule *rule, const struct coded *values, const bool *seen);

/* --- imply.c: what conditions on one fact say about each other --- */

/* Whether B holds whenever A does. May say no where it is so, never yes where it is not. */
bool condition_implies(const struct vocabulary *words, const struct condition *a, const struct condition *b);
/* Whether A and B cannot both hold; likewise careful. */
bool condition_excludes(const struct vocabulary *words, const struct condition *a, const struct condition *b);

/* --- reading --- */

struct reading {
    struct arena *a;
    const struct vocabulary *words;
    enum lang lang;
    struct problem *problem; /* NULL as long as there is none */
};

void complain(struct reading *r, const char *path, const char *fmt, ...) PRINTF_LIKE(3, 4);

/*
 * One value of fact F: of a set, one member. What is wrong with it otherwise, in words (scalar.c). An unknown
 * option is wrong but read all the same.
 */
const char *scalar_read(struct reading *r, const struct fact *f, const json_t *j, struct value *out);
/* Powers of ten for the currency of the vocabulary. */
int64_t money_scale(const struct vocabulary *words);

/* The "when" of a rule: its conditions, as many as are sound. False when something was wrong (when.c). */
bool when_read(struct reading *r, const char *path, const json_t *when, struct rule *rule);
/* Problems between rules: double ids, gaps, what is never reached. SOUND says whose conditions were read. */
void rules_check(struct reading *r, const struct ruleset *set, const bool *sound);
/* An object of facts at PATH ("" for the whole) into VALUES (facts.c). */
void facts_read(struct reading *r, const char *path, const json_t *facts, struct value *values);

#endif
