/* How a letter of notices reads: as text, as HTML, with its links. */
#ifndef TANDEM_NOTICE_LETTER_MAIL_H
#define TANDEM_NOTICE_LETTER_MAIL_H

#include "domain/notice/link.h"
#include "domain/notice/ways.h"

struct letter_link {
    const char *label, *href;
};

struct letter_line {
    enum notice_kind kind;
    const char *text, *detail, *href;
    const struct noun *noun; /* what it is about, as its reader sees it */
    int64_t row_id;
    struct row *row;
};

struct letter {
    const struct viewer *reader;
    const char *way, *choices;
    bool digest;
    struct letter_line *lines;
    size_t n;
    uint64_t kinds; /* that are in it, a bit each */
    /* filled by letter_mail() */
    const char *vendor, *settings;
    struct letter_link acts[4]; /* of the one notice of a letter that comes at once */
    size_t n_acts;
    struct letter_link off[NOTICE_KINDS_N]; /* no more mails of a kind */
    size_t n_off;
};

/* Within a transaction: makes the letter's links, and queues it. */
enum status letter_mail(struct call *c, struct letter *l) MUST;

#endif
