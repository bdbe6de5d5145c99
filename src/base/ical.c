#include "base/ical.h"

#define LINE_OCTETS 75

/* One content line, folded: each further line begins with a space, which counts (RFC 5545, 3.1). */
static void put_line(struct buf *b, const char *line)
{
    size_t room = LINE_OCTETS;
    for (const char *p = line; *p;) {
        size_t n = 1;
        while (((unsigned char)p[n] & 0xC0) == 0x80)
            n++;
        if (n > room) {
            buf_adds(b, "\r\n ");
            room = LINE_OCTETS - 1;
        }
        buf_add(b, p, n);
        room -= n;
        p += n;
    }
    buf_adds(b, "\r\n");
}

/* TEXT values (3.3.11); a control character has no form there and is left out. */
static void put_text(struct buf *b, const char *name, const char *text)
{
    struct buf line = buf_new(BUF_MAX_DEFAULT);
    buf_addf(&line, "%s:", name);
    for (const char *p = text; *p; p++) {
        if (*p == '\n')
            buf_adds(&line, "\\n");
        else if (*p == '\\' || *p == ';' || *p == ',')
            buf_addf(&line, "\\%c", *p);
        else if ((unsigned char)*p >= ' ' && *p != 0x7f)
            buf_addc(&line, *p);
    }
    put_line(b, buf_str(&line));
    buf_free(&line);
}

static void put_time(struct buf *b, const char *name, struct instant t)
{
    struct civil c = civil_in(zone_get("UTC"), t);
    buf_addf(
        b, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour, c.minute, c.second);
}

static void put_date(struct buf *b, const char *name, struct date d)
{
    int year, month, day;
    date_split(d, &year, &month, &day);
    buf_addf(b, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, year, month, day);
}

void ical_begin(struct buf *b, const char *name)
{
    buf_adds(b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tandem//Tandem//EN\r\nCALSCALE:GREGORIAN\r\n"
                "METHOD:PUBLISH\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n");
    put_text(b, "NAME", name);
    put_text(b, "X-WR-CALNAME", name);
}

void ical_event(struct buf *b, const struct ical_event *e)
{
    buf_adds(b, "BEGIN:VEVENT\r\n");
    put_text(b, "UID", e->uid);
    put_time(b, "DTSTAMP", e->stamp);
    put_time(b, "LAST-MODIFIED", e->stamp);
    if (e->starts.us) {
        put_time(b, "DTSTART", e->starts);
        put_time(b, "DTEND", (struct instant){e->starts.us + e->minutes * 60 * US_PER_SECOND});
    } else {
        put_date(b, "DTSTART", e->day);
        put_date(b, "DTEND", (struct date){e->day.days + 1}); /* the first day after it */
        buf_adds(b, "TRANSP:TRANSPARENT\r\n");
    }
    buf_addf(b, "SEQUENCE:%lld\r\nSTATUS:%s\r\n", (long long)e->sequence,
        e->cancelled ? "CANCELLED" : "CONFIRMED");
    put_text(b, "SUMMARY", e->summary);
    if (e->description)
        put_text(b, "DESCRIPTION", e->description);
    if (e->location)
        put_text(b, "LOCATION", e->location);
    if (e->url) {
        struct buf line = buf_new(4096);
        buf_addf(&line, "URL:%s", e->url); /* a URI: not escaped as a text is */
        put_line(b, buf_str(&line));
        buf_free(&line);
    }
    buf_adds(b, "END:VEVENT\r\n");
}

void ical_end(struct buf *b)
{
    buf_adds(b, "END:VCALENDAR\r\n");
}
