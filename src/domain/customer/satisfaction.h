/*
 * What customers say about us: an answer to the question whether they would recommend us (NPS, 0 to 10) or
 * how content they are (CSAT, 1 to 5). Of one product line, or of all. For the vendor's eyes: a partner of
 * record reads the newest score on its contract, not the words.
 */
#ifndef TANDEM_SATISFACTION_H
#define TANDEM_SATISFACTION_H

#include "model/call.h"

struct satisfaction {
    struct ref account_id, product_line_id; /* product line 0: of all */
    const char *kind;                       /* nps, csat */
    int64_t score;
    struct date day;
    const char *words, *said_by; /* and who said it, in words: a customer's person has no account here */
    const char *external_id;
};
extern const struct noun satisfaction_noun;
extern const struct verb satisfaction_create, satisfaction_update;

/* "NPS 4", "CSAT 2 of 5". */
const char *score_text(struct call *c, enum lang lang, const char *kind, int64_t score);

#endif
