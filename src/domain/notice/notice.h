/* Notices: what somebody should know, told in the portal and by mail, in the reader's language. */
#ifndef TANDEM_NOTICE_H
#define TANDEM_NOTICE_H

#include "face/shell.h"
#include "model/call.h"

struct notice {
    struct ref person_id;
    const char *text;     /* one sentence */
    const char *path;     /* of the page that it is about, "/registrations/reg_..." */
    const char *state;    /* new, read */
    const char *kind;     /* of NOTICE_KINDS; NULL: from before there were kinds */
    const char *detail;   /* what stands below it, or NULL */
    const char *about;    /* "reg_...": whose row it is told about; who may not see that is not mailed it */
    struct ref letter_id; /* the mail that it goes into, or none */
};
/*
 * Every kind: its key, who is told such things, how they come until somebody chooses (ways.h), its name, and
 * what the mail offers to do on the row.
 */
#define NOTICE_KINDS(X)                                                                                      \
    X(protection, PARTNER_ROLES, WAY_NOW, N_("A protection ends soon"), "extend")                            \
    X(activity, PARTNER_ROLES, WAY_NOW, N_("A deal was quiet for long"), "log_activity")                     \
    X(waitlist, PARTNER_ROLES, WAY_NOW, N_("The waitlist has an offer for you, or it ended"), "accept,pass") \
    X(decision, PARTNER_ROLES, WAY_NOW, N_("An extension was answered, or a decision changed"), NULL)        \
    X(override, ADMIN | OPERATIONS | PARTNER_MANAGER, WAY_NOW, N_("An override waits, or was answered"),     \
        "confirm,refuse")                                                                                    \
    X(dispute, ALL_ROLES, WAY_NOW, N_("News of a dispute"), NULL)                                            \
    X(note, ALL_ROLES, WAY_DAILY, N_("Somebody wrote you a note"), NULL)                                     \
    X(task, ALL_ROLES, WAY_NOW, N_("Somebody gave you a task"), "finish")                                    \
    X(task_due, ALL_ROLES, WAY_NOW, N_("A task of yours is due"), "finish")                                  \
    X(deal, ALL_ROLES, WAY_DAILY, N_("A deal that you work on moved, or you joined one"), NULL)              \
    X(step, ALL_ROLES, WAY_NOW, N_("A step of an action plan is yours"), NULL)                               \
    X(mention, ALL_ROLES, WAY_NOW, N_("Somebody mentioned you in a comment"), NULL)                          \
    X(mapping, ADMIN | OPERATIONS | PARTNER_MANAGER | PARTNER_ADMIN, WAY_NOW,                                \
        N_("A private mapping waits for you"), NULL)                                                         \
    X(cosell, ALL_ROLES, WAY_NOW, N_("Somebody asks for your help with a deal"), "accept,decline")           \
    X(cosell_news, ALL_ROLES, WAY_NOW, N_("News of a co-sell request"), NULL)                                \
    X(review, ALL_ROLES, WAY_NOW, N_("A review is planned or moved"), NULL)                                  \
    X(renewal, ALL_ROLES, WAY_NOW, N_("A renewal comes, or a customer is at risk"), NULL)                    \
    X(record, PARTNER_ROLES, WAY_NOW, N_("A contract was handed over to you, or to another"), NULL)          \
    X(lead, PARTNER_ROLES, WAY_NOW, N_("A lead is offered to you, or the offer ended"), "accept,decline")    \
    X(lead_news, ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER, WAY_NOW,                              \
        N_("A lead needs you, or was answered"), NULL)                                                       \
    X(draft, VENDOR_ROLES, WAY_NOW, N_("A draft of the programme waits for you, or was published"), NULL)
#define NOTICE_ENUM(name, who, way, text, verbs) NOTICE_##name,
enum notice_kind { NOTICE_KINDS(NOTICE_ENUM) NOTICE_KINDS_N };

/* What a notice is about. */
struct notice_about {
    enum notice_kind kind;
    const struct noun *noun;
    int64_t id;
    const char *path; /* the page that shows it; NULL: the row's own */
};
extern const struct noun notice_noun;
extern const struct verb notice_read, notice_unread, notice_read_all;

/* What is told, in one language. */
struct notice_text {
    const char *subject; /* one sentence: the notice, and the mail's subject */
    const char *body;    /* what there is to say beyond it, or NULL */
};
/* Composes the text in LANG with tr(); values are formatted for that language. */
typedef void notice_write(struct call *c, enum lang lang, const void *ctx, struct notice_text *out);

/*
 * Tells people within the transaction: a notice each, and a mail as each wants it (letter.h). Inactive
 * people, whoever acts, and those that were told of the same page by this call already are left out.
 */
enum status notify_person(struct call *c, int64_t person_id, const struct notice_about *about,
    notice_write *write, const void *ctx) MUST;
/* All active people of the partner whose role is in ROLES. */
enum status notify_partner(struct call *c, int64_t partner_id, unsigned roles,
    const struct notice_about *about, notice_write *write, const void *ctx) MUST;
/* All active people of the vendor whose role is in ROLES. */
enum status notify_vendor(struct call *c, unsigned roles, const struct notice_about *about,
    notice_write *write, const void *ctx) MUST;

/* How many are new to the viewer; 0 when nobody is signed in. */
enum status notice_count(struct call *c, int64_t *out) MUST;

#endif
