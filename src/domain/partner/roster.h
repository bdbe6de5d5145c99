/*
 * All partners with what ranks them for a lead or for help with a deal, kept in memory by each process: to
 * read ten thousand rows each time would cost more than all the rest. A roster carries the feed position up
 * to which it is right; behind that the feed is asked whether a partner or a certificate changed, and then it
 * is read anew.
 */
#ifndef TANDEM_PARTNER_ROSTER_H
#define TANDEM_PARTNER_ROSTER_H

#include "model/call.h"

struct roster_partner {
    int64_t id, manager_id;
    const char *name, *country, *standing;
    const char *territories, *languages, *industries; /* sets: ",dach,nordics,"; "" where there is none */
};
struct roster_certificate {
    int64_t partner_id, product_line_id, expires, people; /* expires: days since 1970, INT64_MAX: never */
};
struct roster {
    const struct roster_partner *partners;         /* by id; the suspended, too, but none that was merged */
    const struct roster_certificate *certificates; /* by product line, then partner */
    size_t n, n_certificates;
};

struct roster_keeper; /* one a process and database; calls reach it by programme_rosters() */
struct roster_keeper *roster_keeper_new(void);
void roster_keeper_free(struct roster_keeper *k); /* NULL is fine */

/*
 * As the call's snapshot has it, or a little newer; held until the call's arena is freed. Not in a writing
 * transaction: what that has changed would be kept for others, whether it is committed or not.
 */
enum status roster_read(struct call *c, const struct roster **out) MUST;
/* The place of a partner, or SIZE_MAX. */
size_t roster_find(const struct roster *r, int64_t partner_id);
/* How many of its people hold a certificate of the product line on that day. */
int64_t roster_certified(
    const struct roster *r, int64_t partner_id, int64_t product_line_id, struct date today);
bool roster_suspended(const struct roster_partner *p);

/* An event behind $1 that changed it. */
extern const char roster_changed_sql[];

#endif
