/*
 * Writes an iCalendar (RFC 5545): lines of at most 75 octets folded between characters, texts escaped, CRLF.
 * Times are in UTC, so that no VTIMEZONE is needed; days without a time are dates.
 */
#ifndef TANDEM_ICAL_H
#define TANDEM_ICAL_H

#include "base/buf.h"
#include "base/time.h"

struct ical_event {
    const char *uid;       /* the same for the same thing, however often it is read */
    struct instant stamp;  /* when it was last changed */
    struct instant starts; /* 0: all of DAY */
    int64_t minutes;       /* of one with a time */
    struct date day;
    const char *summary, *description, *location, *url; /* NULL: none, but the summary */
    int64_t sequence;                                   /* how often starts or state changed */
    bool cancelled;
};

void ical_begin(struct buf *b, const char *name);
void ical_event(struct buf *b, const struct ical_event *e);
void ical_end(struct buf *b);

#endif
