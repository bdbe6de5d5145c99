/*
 * Writing a page: what templates (*.html, compiled by tools/template.c) call. Everything is escaped by the
 * type it has and the place it goes to; html_raw() is the one exception and can be searched for.
 *
 * May include base/ only.
 */
#ifndef TANDEM_HTML_H
#define TANDEM_HTML_H

#include "base/buf.h"
#include "base/i18n.h"
#include "base/time.h"
#include "base/value.h"

/* A page being written, for one viewer. Everything it points to belongs to the caller. */
struct html {
    struct buf *b;           /* where it goes */
    struct arena *arena;     /* what formatters return lives here */
    enum lang lang;          /* of texts, numbers and dates */
    const struct zone *zone; /* of dates and times */
    struct instant now;
    void *page; /* the page's own */
};

/*
 * {{expr}}: text is escaped for markup and quoted attributes (NULL writes nothing), integers are written
 * plain. Any other type does not compile: money, dates and instants go through a formatter of face/format.h.
 */
#define html_put(h, x) HTML_BY_TYPE(x, html_put_text)((h), (x))
/*
 * {{expr}} at the start of href, src or action: a path (/..., ?..., #...) or an http, https, mailto or tel
 * URL; anything else is written as "#".
 */
#define html_put_url(h, x) HTML_BY_TYPE(x, html_put_checked_url)((h), (x))
/* {{url expr}}, and {{expr}} later in a URL: one component, percent-encoded. */
#define html_put_part(h, x) HTML_BY_TYPE(x, html_put_url_part)((h), (x))

#define HTML_BY_TYPE(x, text_fn)                                                                             \
    _Generic((x),                                                                                            \
        char *: (text_fn),                                                                                     \
        const char *: (text_fn),                                                                               \
        short: html_put_int,                                                                                 \
        unsigned short: html_put_int,                                                                        \
        int: html_put_int,                                                                                   \
        unsigned: html_put_int,                                                                              \
        long: html_put_int,                                                                                  \
        long long: html_put_int,                                                                             \
        unsigned long: html_put_size,                                                                        \
        unsigned long long: html_put_size)

void html_put_text(struct html *h, const char *s);
void html_put_checked_url(struct html *h, const char *url);
void html_put_url_part(struct html *h, const char *s);
void html_put_int(struct html *h, int64_t v);
void html_put_size(struct html *h, uint64_t v);
/* {{_ "..." , args}} and {{n_ ...}}: formatted, then escaped as a whole. */
void html_putf(struct html *h, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* {{raw expr}}: markup that was escaped already. NULL writes nothing. */
void html_raw(struct html *h, const char *markup);

/* Whether a link may lead there: see html_put_url. */
bool html_url_allowed(const char *url);

#include "face/format.h"

#endif
