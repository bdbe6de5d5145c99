/*
 * The vocabulary of the rules for extensions: what a partner shows for it, how its registration and itself
 * stand. Facts about the partner and the amount are those of the rules of engagement.
 */
#ifndef TANDEM_EXTENSION_FACTS_H
#define TANDEM_EXTENSION_FACTS_H

#include "engine/rules/rules.h"
#include "model/call.h"

extern const struct option extension_evidence[]; /* meeting, proposal, evaluation, other; labels are N_() */

/* WORDS is the vocabulary of the rules of engagement. Lives in KEEP. */
void extension_vocabulary(struct arena *keep, const struct catalog *catalog, const struct vocabulary *words,
    struct vocabulary *out);

struct registration;
struct programme;
/* What is asked for. */
struct extension_wish {
    const char *evidence; /* a key of extension_evidence */
    struct date day;
    const char *with_whom, *note;
};
/* VALUES in the order of P's extension_words, read in C's transaction or snapshot. */
enum status extension_values(struct call *c, const struct programme *p, int64_t registration_id,
    const struct registration *r, const struct extension_wish *wish, struct value **out) MUST;

#endif
