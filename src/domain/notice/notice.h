/* Notices: what somebody should know, told in the portal and by mail, in the reader's language. */
#ifndef TANDEM_NOTICE_H
#define TANDEM_NOTICE_H

#include "face/shell.h"
#include "model/call.h"

struct notice {
    struct ref person_id;
    const char *text;  /* one sentence */
    const char *path;  /* of the page that it is about, "/registrations/reg_..." */
    const char *state; /* new, read */
};
extern const struct noun notice_noun;
extern const struct verb notice_read, notice_unread, notice_read_all;

/* What is told, in one language. */
struct notice_text {
    const char *subject; /* one sentence: the notice, and the mail's subject */
    const char *body;    /* what the mail says beyond it, or NULL */
};
/* Composes the text in LANG with tr(); values are formatted for that language. */
typedef void notice_write(struct call *c, enum lang lang, const void *ctx, struct notice_text *out);

/*
 * Tells people within the transaction: a notice each, and a mail that goes out after the commit and ends with
 * the link. Inactive people, whoever acts, and those that were told by this call already are left out.
 */
enum status notify_person(
    struct call *c, int64_t person_id, const char *path, notice_write *write, const void *ctx) MUST;
/* All active people of the partner whose role is in ROLES. */
enum status notify_partner(struct call *c, int64_t partner_id, unsigned roles, const char *path,
    notice_write *write, const void *ctx) MUST;
/* All active people of the vendor whose role is in ROLES. */
enum status notify_vendor(
    struct call *c, unsigned roles, const char *path, notice_write *write, const void *ctx) MUST;

/* How many are new to the viewer; 0 when nobody is signed in. */
enum status notice_count(struct call *c, int64_t *out) MUST;

#endif
