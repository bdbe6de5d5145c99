/* Registrations in brief, for pages that are about something else: company, amount, state, days left. */
#ifndef TANDEM_BRIEF_H
#define TANDEM_BRIEF_H

#include "face/page.h"

struct brief_row {
    const char *company, *href, *sub, *amount, *mark, *state, *next, *next_when;
    int left, of; /* days; of 0: nothing is protected */
};
struct brief_view {
    struct brief_row *rows;
    size_t n;
};

/* The columns that brief_add() reads, of registration r with its partner p and product line l. */
#define BRIEF_COLUMNS                                                                                        \
    "r.id, r.company, p.name, l.name, r.amount, r.currency, r.state, r.protected_until, r.created, "         \
    "r.heartbeat_due, r.review_due"
/* What stands below the company. */
enum brief_sub { BRIEF_LINE, BRIEF_PARTNER_LINE };
/* All ROWS of a query of those columns. */
void brief_fill(
    struct call *c, struct html *h, const struct rows *rows, enum brief_sub sub, struct brief_view *out);

#endif
