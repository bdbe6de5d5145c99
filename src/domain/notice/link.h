/*
 * Links in mails that do one thing for one person, without signing anybody in: a verb on a row, once, within
 * 72 hours, after a form that shows what it is; or no more mails of a kind. The database keeps hashes only.
 */
#ifndef TANDEM_NOTICE_LINK_H
#define TANDEM_NOTICE_LINK_H

#include "face/page.h"
#include "model/call.h"

#define LINK_HOURS 72

struct mail_link {
    int64_t person_id;
    const struct noun *noun; /* with a verb: the row that it is for */
    int64_t row_id;
    const struct verb *verb; /* NULL: it ends mails */
    const char *kind;        /* of notices; of a digest's own link its way, "daily" or "weekly" */
    struct instant expires, used;
};

/* Within a transaction. */
enum status link_make(struct call *c, const struct mail_link *link, const char **secret) MUST;
enum status link_forget_old(struct call *c) MUST;
/* REFUSED as not found: unknown, or too old. One that was used is found. */
enum status link_find(struct call *c, const char *secret, struct mail_link *out) MUST;
/* Whoever it is for, as that person signs in; REFUSED as not found when nobody may any more. */
enum status link_viewer(struct call *c, const struct mail_link *link, struct viewer *out) MUST;

/*
 * Whether links act for that viewer: not where there is, or must be, a second factor, which whoever reads the
 * mail would get around.
 */
enum status link_may_act(struct call *c, const struct viewer *viewer, bool *yes) MUST;

/* The noun of an id as people see it ("reg_..."), and the row's number; NULL: none. */
const struct noun *link_noun(const struct model *m, const char *about, int64_t *row_id);

/* A form names the fields of the link's verb "with.<field>". */
#define LINK_OPEN "with"
extern const struct verb notice_act, notice_unsubscribe;
extern const struct page act_page, unsubscribe_page; /* /act/:secret, /unsubscribe/:secret */

#endif
