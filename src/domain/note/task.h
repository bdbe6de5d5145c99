/*
 * Tasks: what somebody will do, until when, and about which row. A task is of one side, the vendor's or a
 * partner's, and only that side sees it.
 */
#ifndef TANDEM_TASK_H
#define TANDEM_TASK_H

#include "domain/note/subject.h"
#include "runtime/clocks.h"

struct task {
    const char *text;
    struct ref partner_id, account_id, registration_id; /* what it is about; it may be about nothing */
    struct ref owner_id;
    struct date due;           /* DATE_NONE: whenever */
    const char *side;          /* vendor, partner: whose it is */
    const char *state;         /* open, done */
    struct instant remind_due; /* the morning of the due day; 0: nobody is reminded any more */
    struct instant finished;
    struct ref author_id;
};
extern const struct noun task_noun;
extern const struct verb task_create, task_update, task_finish, task_reopen, task_remind;
/*
 * Makes a task by the way, within another domain's verb, and tells who does it: T's owner and what it is
 * about are given; its side is the owner's company. The caller has checked that the owner may be given it.
 */
enum status task_give(struct call *c, struct task *t) MUST;
extern const struct clock task_remind_clock;

#endif
