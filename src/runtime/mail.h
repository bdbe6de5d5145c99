/*
 * Mail: put into the database with the verb's transaction, sent after the commit by a job through SMTP
 * (libcurl), with tries at growing intervals. Without SMTP configured it is printed to the log, so that a
 * demo works.
 */
#ifndef TANDEM_MAIL_H
#define TANDEM_MAIL_H

#include "model/call.h"

/* RECIPIENT, SUBJECT and the plain text BODY; header injection is refused (a bug of ours). In a transaction.
 */
enum status mail_queue(struct call *c, const char *recipient, const char *subject, const char *body) MUST;

/* The same with what not every mail has. */
struct mail {
    const char *recipient, *subject, *text;
    const char *html;        /* the same as HTML, a whole document; NULL: text only */
    const char *unsubscribe; /* a POST there ends such mails (RFC 8058); NULL: nobody asked for them */
};
enum status mail_queue_whole(struct call *c, const struct mail *m) MUST;

struct mail_config {
    const char *smtp;            /* "smtp://host:587", "smtps://..."; NULL: printed to the log */
    const char *user, *password; /* NULL: none; given only over TLS */
    const char *from;            /* "Velmora partners <partners@velmora.example>" */
};
struct mailer;
struct mailer *mailer_start(const char *db_url, const struct mail_config *config);
void mailer_wake(struct mailer *m); /* something may be waiting */
void mailer_stop(struct mailer *m);

#endif
