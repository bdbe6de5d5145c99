/*
 * The evidence of a pair and the logistic model over it (docs/matching.md): fixed weights, the same for every
 * list.
 */
#ifndef TANDEM_MATCH_MODEL_H
#define TANDEM_MATCH_MODEL_H

#include "engine/match/record.h"

enum feature {
    F_BIAS,
    F_SAME_NAME, /* nothing differs but legal forms */
    F_CONFLICT,  /* words on both sides that the other lacks */
    F_OMISSION,  /* words that only one side has */
    F_GENERIC,   /* generic words that only one side has */
    F_LOSS,      /* what shortening costs */
    F_TYPOS,
    F_OTHER_FIRST, /* the names do not begin with the same word */
    F_MATCHED,     /* weight of the words in common */
    F_SINGLE,      /* the names are not equal and have one proper word in common */
    F_ACRONYM,
    F_REORDERED,
    F_SAME_DOMAIN,
    F_OTHER_DOMAIN,
    F_SPELLED_BY_DOMAIN, /* the one's domain is the other's name or has the same label */
    F_SAME_COUNTRY,
    F_OTHER_COUNTRY,
    F_OTHER_FORM, /* other country and another legal form */
    F_SAME_CITY,
    F_NAMED_BY_DOMAIN, /* no name was given, only a domain */
    F_COUNT
};

struct evidence {
    float f[F_COUNT];
    bool alias, shortened;
    bool other_form; /* both names have a legal form, not the same */
};

/*
 * Compares all names of the two and fills in the evidence of the best pair. SHARE (0..1] weakens the common
 * domain that many companies of a list have; 1 outside of lists.
 */
void evidence_of(
    const struct match_record *x, const struct match_record *y, double share, struct evidence *out);
/*
 * Within lists: log odds corrected by how far the pair stands before the next candidate of either row (in log
 * odds, the rows with equal names left out).
 */
double model_with_margins(double logit, double left, double right);
/* Log odds of "the same company". */
double model_logit(const struct evidence *e);
double logit_to_probability(double logit);
enum match_answer answer_of(double probability);
/* The evidence as comma-separated codes. */
const char *evidence_text(struct arena *a, const struct evidence *e);

#endif
