/* How many registrations a partner may have open at a time: by its own record of wins and lapses. */
#ifndef TANDEM_CAP_H
#define TANDEM_CAP_H

#include "domain/programme/programme.h"

/* base * (won + weight) / (lapsed + weight), rounded down, within least and most. */
int64_t cap_allowed(const struct programme_caps *caps, int64_t won, int64_t lapsed);

/* A partner's cap with how it came about and what would raise it. */
struct cap {
    int64_t open, allowed, won, lapsed;
    int64_t after_win, after_lapse; /* after one more win; had one lapse less been */
};
enum status cap_read(struct call *c, const struct programme *p, int64_t partner_id, struct cap *out) MUST;

#endif
