/*
 * A checkpoint a week, kept and mailed, so that a log that was shown to people in two forms is found out:
 * what somebody has in his mailbox nobody can change any more.
 */
#ifndef TANDEM_LOG_WEEK_H
#define TANDEM_LOG_WEEK_H

#include "face/page.h"
#include "runtime/clocks.h"

struct log_week {
    struct date week;   /* its Monday */
    struct instant due; /* that day at six in the programme's zone */
    const char *state;  /* waiting, sent */
    int64_t size;
    const char *checkpoint; /* the signed note; NULL: the log was empty */
};
extern const struct noun log_week_noun;
extern const struct verb log_week_send; /* the clock's */
extern const struct clock log_week_clock;

/* Within a transaction: the coming week waits, unless one does already. For the server's start. */
enum status log_week_await(struct call *c) MUST;
/* Keeps the log's newest checkpoint as that week's and mails nobody: for the demo's past. */
enum status log_week_keep(struct call *c) MUST;

#define LOG_WEEKS_SHOWN 12
/* The newest weeks that were sent, at most that many. Public. */
enum status log_weeks_read(struct call *c, struct log_week out[LOG_WEEKS_SHOWN], size_t *n) MUST;

extern const struct page log_week_page; /* /log/checkpoint/<Monday>: what was mailed */

#endif
