#include "base/text.h"
#include "http/internal.h"

const char *http_header(const struct http_request *r, const char *name)
{
    const struct exchange *x = exchange_of(r);
    for (size_t i = 0; i < x->n_headers; i++) {
        const char *value = x->headers[i].value;
        if (strcasecmp(x->headers[i].name, name) == 0)
            return utf8_valid(value, strlen(value)) ? value : NULL;
    }
    return NULL;
}

/* The value of cookie NAME in one Cookie header (RFC 6265, 5.4). */
static const char *cookie_in(struct arena *a, const char *list, const char *name)
{
    size_t name_len = strlen(name);
    while (*list) {
        list += strspn(list, "; \t");
        size_t n = strcspn(list, ";");
        if (n > name_len && strncmp(list, name, name_len) == 0 && list[name_len] == '=')
            return arena_strndup(a, list + name_len + 1, n - name_len - 1);
        list += n;
    }
    return NULL;
}

const char *http_cookie(const struct http_request *r, const char *name)
{
    const struct exchange *x = exchange_of(r);
    for (size_t i = 0; i < x->n_headers; i++) {
        if (strcasecmp(x->headers[i].name, "Cookie") != 0)
            continue;
        const char *value = cookie_in(r->arena, x->headers[i].value, name);
        if (value)
            return utf8_valid(value, strlen(value)) ? value : NULL;
    }
    return NULL;
}

const char *http_query(const struct http_request *r, const char *name)
{
    struct http_pair *pairs;
    size_t count;
    if (!http_form_parse(r->arena, r->query, strlen(r->query), &pairs, &count))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (streq(pairs[i].name, name))
            return pairs[i].value;
    }
    return NULL;
}
