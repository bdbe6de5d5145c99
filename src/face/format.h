/*
 * Figures, money, dates and times as the viewer reads them, by language (docs of the look: "Numbers, money,
 * times"). Each returns text in h->arena, unescaped, never NULL. Included by face/html.h.
 *
 *             English                 German
 *   int       48,213                  48.213
 *   money     €84,000  €14,216.40     84.000 €  14.216,40 €
 *   short     €1.92 M  €744 k         1,92 Mio. €  744 Tsd. €
 *   percent   61%                     61 %
 *   date      17 Aug 2026             17. Aug. 2026
 *
 * Minus is U+2212; spaces inside a figure do not break.
 */
#ifndef TANDEM_FORMAT_H
#define TANDEM_FORMAT_H

#include "base/value.h"

struct html;

#define FMT_NONE "\xE2\x80\x93" /* no value is –, not 0 */

const char *fmt_int(struct html *h, int64_t v);
/* DECIMALS behind the separator, rounded half away from zero; not finite is "n/a". */
const char *fmt_real(struct html *h, double v, int decimals);
/* With its sign: +11.3, −0.4; 0 has none. */
const char *fmt_change(struct html *h, double v, int decimals);
/* RATIO 0.61 is 61%; without a base (not finite) "n/a". */
const char *fmt_percent(struct html *h, double ratio, int decimals);
const char *fmt_ratio(struct html *h, int64_t part, int64_t whole);
/* Bytes: 812 B, 14 kB, 2.1 MB. */
const char *fmt_bytes(struct html *h, int64_t bytes);

/* CURRENCY is an ISO 4217 code. Exact: minor digits only where there are some. */
const char *fmt_money(struct html *h, struct money m, const char *currency);
/* For tiles and leads: thousands without, millions with two decimals; exact below 10,000. */
const char *fmt_money_short(struct html *h, struct money m, const char *currency);
/* "84000.00", for an input or a machine. */
const char *fmt_money_plain(struct html *h, struct money m, const char *currency);

const char *fmt_date(struct html *h, struct date d);     /* 17 Aug 2026 */
const char *fmt_day(struct html *h, struct date d);      /* 17 Aug; with the year when it is not this one */
const char *fmt_date_iso(struct html *h, struct date d); /* 2026-08-17 */
const char *fmt_month(struct html *h, struct date d);    /* Aug 2026 */
const char *fmt_clock(struct html *h, struct instant t); /* 23:59 */
const char *fmt_exact(struct html *h, struct instant t); /* 17 August 2026, 23:59 CEST */
const char *fmt_iso(struct html *h, struct instant t);   /* 2026-08-17T23:59:59+02:00 */
/* Up to a week: 18 min ago, yesterday, Friday, in 3 h, tomorrow; then as fmt_day. */
const char *fmt_ago(struct html *h, struct instant t);

/* Calendar days in the viewer's zone from today to T; negative when it has passed. */
int days_left(const struct html *h, struct instant t);
const char *fmt_days_left(struct html *h, struct instant t); /* 90 days left, ends today, ended 3 days ago */

/* "tel:+4930..." without spaces and "mailto:...", for href; "#" when there is none in it. */
const char *fmt_tel(struct html *h, const char *phone);
const char *fmt_mailto(struct html *h, const char *address);
/* At most two upper-case letters of a name: "ML". */
const char *fmt_initials(struct html *h, const char *name);

/* The first key of "g r" as it is shown: G; a named one (Enter) as it is. */
const char *fmt_key(struct html *h, const char *keys);

/* Markup, by {{call html_time(t)}}: <time datetime="..." title="exact">relative</time>, and its kin. */
void html_time(struct html *h, struct instant t);
void html_deadline(struct html *h, struct instant t); /* 17 Aug, exact on hover */

#endif
