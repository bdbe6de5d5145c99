/*
 * Which kinds of notices there are, and how each person is told: in the portal only, or there and by mail, at
 * once or gathered. The one table of kinds.
 */
#ifndef TANDEM_NOTICE_WAYS_H
#define TANDEM_NOTICE_WAYS_H

#include "domain/notice/notice.h"
#include "face/page.h"

enum notice_way { WAY_OFF, WAY_NOW, WAY_DAILY, WAY_WEEKLY };
extern const struct option notice_way_options[]; /* by enum notice_way */

struct notice_kind_info {
    const char *key, *label; /* N_() */
    unsigned roles;          /* who is told such things */
    enum notice_way usual;   /* until the person chooses */
    const char *acts;        /* verbs that the mail offers on the row, with commas; NULL: none */
};
extern const struct notice_kind_info notice_kinds[NOTICE_KINDS_N];

/* The kind of that key; -1: none. */
int notice_kind_find(const char *key);
/* How a person whose choices are CHOICES (person.notify; NULL: none were made) is told KIND. */
enum notice_way notice_way_of(struct arena *a, const char *choices, enum notice_kind kind);
/* Within a transaction: the kinds in the set KINDS come to that person by WAY from now on. */
enum status notice_set_way(struct call *c, int64_t person_id, uint64_t kinds, enum notice_way way) MUST;

extern const struct verb notice_set;
extern const struct page notifications_page; /* /me/notifications */

#endif
