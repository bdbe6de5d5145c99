/*
 * The mails in which notices come: at once one each, or a digest at seven in the morning of the person's
 * zone. A letter is made with its first notice, so that none is empty, and written by a clock when it is due:
 * what was read meanwhile, is no longer wanted by mail, or may no longer be seen, is left out.
 */
#ifndef TANDEM_NOTICE_LETTER_H
#define TANDEM_NOTICE_LETTER_H

#include "domain/notice/ways.h"
#include "runtime/clocks.h"

struct notice_letter {
    struct ref person_id;
    const char *way; /* now, daily, weekly */
    struct instant due;
    const char *state; /* waiting, sent, empty: nothing was left to tell */
};
extern const struct noun notice_letter_noun;
extern const struct verb notice_letter_send; /* the clock's */
extern const struct clock notice_letter_clock;

struct letter_to {
    int64_t person_id;
    const char *zone; /* the person's, or NULL: the programme's */
    enum notice_way way;
};
/* Within a transaction: the letter into which the next notice goes; 0: none. */
enum status letter_for(struct call *c, const struct letter_to *to, int64_t *id) MUST;

#endif
