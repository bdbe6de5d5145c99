#include "face/html.h"

#include <stdarg.h>
#include <strings.h>

void html_put_text(struct html *h, const char *s)
{
    if (s)
        buf_add_html(h->b, s);
}

/* Browsers drop tabs and line breaks from a URL and read \ as /: no control characters, and // is refused
 * however it is spelt. */
bool html_url_allowed(const char *url)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:"};
    if (!url)
        return false;
    for (const char *s = url; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return false;
    if (url[0] == '/')
        return url[1] != '/' && url[1] != '\\';
    if (url[0] == '?' || url[0] == '#')
        return true;
    for (size_t i = 0; i < COUNT(schemes); i++)
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return false;
}

void html_put_checked_url(struct html *h, const char *url)
{
    buf_add_html(h->b, html_url_allowed(url) ? url : "#");
}

void html_put_url_part(struct html *h, const char *s)
{
    if (s)
        buf_add_url(h->b, s);
}

void html_put_int(struct html *h, int64_t v)
{
    buf_add_int(h->b, v);
}

void html_put_size(struct html *h, uint64_t v)
{
    buf_addf(h->b, "%llu", (unsigned long long)v);
}

void html_putf(struct html *h, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_add_html(h->b, arena_vprintf(h->arena, fmt, args));
    va_end(args);
}

void html_raw(struct html *h, const char *markup)
{
    if (markup)
        buf_adds(h->b, markup);
}
