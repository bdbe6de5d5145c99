/*
 * What a request must be before a handler sees it. libmicrohttpd 0.9.75 lets much through that other servers
 * understand differently, which is what request smuggling lives on (RFC 9112, 11.2); here such a head is
 * refused and the connection closed.
 */
#include "base/text.h"
#include "http/internal.h"

#include <ctype.h>

static const struct {
    const char *name;
    enum http_method method;
} methods[] = {
    {.name = "GET", .method = HTTP_GET},
    {.name = "HEAD", .method = HTTP_HEAD},
    {.name = "POST", .method = HTTP_POST},
    {.name = "PUT", .method = HTTP_PUT},
    {.name = "PATCH", .method = HTTP_PATCH},
    {.name = "DELETE", .method = HTTP_DELETE},
    {.name = "OPTIONS", .method = HTTP_OPTIONS},
};

static struct refusal check_method(struct exchange *x, const char *method)
{
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (streq(method, methods[i].name)) {
            x->request.head = methods[i].method == HTTP_HEAD;
            x->request.method = x->request.head ? HTTP_GET : methods[i].method;
            return FINE;
        }
    }
    if (streq(method, "TRACE") || streq(method, "CONNECT"))
        return REFUSE(405, "This method is not allowed");
    return REFUSE(501, "This method is not known");
}

/* ---- headers */

static bool one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_token(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)s[i]) && !one_of(s[i], "!#$%&'*+-.^_`|~"))
            return false;
    }
    return n > 0;
}

static bool is_field_value(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_host(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)s[i]) && !one_of(s[i], "-._~:[]"))
            return false;
    }
    return n <= 255;
}

struct reader {
    struct exchange *x;
    struct refusal why;
    const char *expected; /* where the next header's name must begin */
    bool exact;
    unsigned hosts, lengths, codings;
    const char *length;
};

static bool only_blanks(const char *from, const char *to)
{
    for (; from < to; from++) {
        if (*from != ' ' && *from != '\t')
            return false;
    }
    return from == to;
}

/* RAW_LEN counts the white space after the value, with which libmicrohttpd would not know "chunked". */
static struct refusal check_special(struct reader *r, const char *name, const char *value, size_t raw_len)
{
    if (strcasecmp(name, "Host") == 0) {
        if (r->hosts++ || !is_host(value, strlen(value)))
            return REFUSE(400, "The Host header is repeated or malformed");
        r->x->request.host = value;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        if (r->lengths++ || r->codings)
            return REFUSE(400, "The length of the body is said twice");
        r->length = value;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        if (r->codings++ || r->lengths)
            return REFUSE(400, "The length of the body is said twice");
        if (strcasecmp(value, "chunked") != 0 || raw_len != strlen(value))
            return REFUSE(400, "Only chunked is understood as Transfer-Encoding");
    } else if (strcasecmp(name, "Content-Encoding") == 0 && strcasecmp(value, "identity") != 0) {
        return REFUSE(415, "Compressed bodies are not taken");
    }
    return FINE;
}

static struct refusal check_header(
    struct reader *r, const char *name, size_t name_len, const char *value, size_t value_len)
{
    struct exchange *x = r->x;
    if (!is_token(name, name_len) || !is_field_value(value, value_len))
        return REFUSE(400, "A header is malformed");
    if (x->n_headers == HEADERS_MAX)
        return REFUSE(431, "There are too many headers");
    size_t n = value_len;
    while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    struct http_pair *pair = &x->headers[x->n_headers++];
    pair->name = arena_strndup(x->request.arena, name, name_len);
    pair->value = arena_strndup(x->request.arena, value, n);
    return check_special(r, pair->name, pair->value, value_len);
}

static enum MHD_Result read_header(void *reader, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
    (void)kind;
    struct reader *r = reader;
    value = value ? value : "";
    r->exact = r->exact && name == r->expected && only_blanks(name + name_len + 1, value);
    r->expected = value + value_len + 2;
    r->why = check_header(r, name, name_len, value, value_len);
    return r->why.status ? MHD_NO : MHD_YES;
}

/*
 * libmicrohttpd before 1.0 accepts lines that end in a bare CR or LF, folded headers (which it joins to the
 * wrong string), white space before the colon, and cuts lines at a NUL. It parses in place, so that a head as
 * the standard has it leaves its parts at exact distances, and any of those does not.
 */
static bool head_is_exact(const struct exchange *x, const struct head *head, const struct reader *r)
{
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(head->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return r->exact && head->url == head->method + strlen(head->method) + 1 &&
           head->version == head->url + x->target_len + 1 && size &&
           head->method + size->header_size == r->expected + 2;
}

static struct refusal check_size(const struct head *head)
{
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(head->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (size && size->header_size > HEAD_MAX)
        return REFUSE(431, "The headers are too long");
    return FINE;
}

static struct refusal check_headers(struct exchange *x, const struct head *head, struct reader *r)
{
    x->headers = ARENA_ARRAY(x->request.arena, HEADERS_MAX, struct http_pair);
    *r = (struct reader){.x = x, .exact = true, .expected = head->version + strlen(head->version) + 2};
    MHD_get_connection_values_n(head->mhd, MHD_HEADER_KIND, read_header, r);
    if (r->why.status)
        return r->why;
    if (x->server->strict_layout && !head_is_exact(x, head, r))
        return REFUSE(400, "The head of the request is malformed");
    if (r->codings && !streq(head->version, "HTTP/1.1"))
        return REFUSE(400, "Transfer-Encoding needs HTTP/1.1");
    if (!x->request.host)
        x->request.host = "";
    return FINE;
}

/* ---- target */

/* "." and ".." and an empty segment before the last: names of something else, or of nothing. */
static bool segments_plain(const char *path)
{
    for (const char *p = path; *p;) {
        const char *segment = p + 1;
        size_t n = strcspn(segment, "/");
        bool dots = (n == 1 || n == 2) && strspn(segment, ".") >= n;
        if (dots || (n == 0 && segment[0]))
            return false;
        p = segment + n;
    }
    return true;
}

char *path_decode(struct arena *a, const char *text, size_t n, struct refusal *why)
{
    char *path = arena_alloc(a, n + 1);
    size_t len;
    *why = FINE;
    if (n == 0 || text[0] != '/' || !percent_decode(path, text, n, false, &len) || !utf8_valid(path, len))
        *why = REFUSE(400, "The path is malformed");
    else if (memchr(path, '\\', len) || !is_field_value(path, len) || memchr(path, '\t', len) ||
             memmem(text, n, "%2F", 3) || memmem(text, n, "%2f", 3))
        *why = REFUSE(400, "The path has a character that it may not have");
    else if (!segments_plain(path))
        *why = REFUSE(404, "There is nothing here");
    return why->status ? NULL : path;
}

static bool is_printable_ascii(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] <= 0x20 || s[i] >= 0x7f)
            return false;
    }
    return true;
}

static struct refusal check_target(struct exchange *x)
{
    const char *target = x->target;
    if (x->target_len > URI_MAX)
        return REFUSE(414, "The address is too long");
    if (!is_printable_ascii(target, x->target_len) || strchr(target, '#'))
        return REFUSE(400, "The address is malformed");
    size_t path_len = strcspn(target, "?");
    x->request.query = target[path_len] ? target + path_len + 1 : "";
    struct refusal why;
    x->request.path = path_decode(x->request.arena, target, path_len, &why);
    return why;
}

/* ---- body and client */

static struct refusal check_body(struct exchange *x, const struct reader *r)
{
    const struct http_config *config = &x->server->config;
    body_begin(x, config->large_body && config->large_body(x->request.path));
    x->has_body = r->codings > 0;
    if (!r->length)
        return FINE;
    int64_t declared;
    if (strspn(r->length, "0123456789") != strlen(r->length) || !parse_int(r->length, &declared))
        return REFUSE(400, "The Content-Length is malformed");
    if ((uint64_t)declared > x->body.max)
        return REFUSE(413, "The body is too large");
    x->has_body = declared > 0;
    return FINE;
}

/* All values of NAME, joined by commas (RFC 9110, 5.3); NULL when there is none. */
static const char *joined(struct exchange *x, const char *name)
{
    const char *all = NULL;
    for (size_t i = 0; i < x->n_headers; i++) {
        const char *value = x->headers[i].value;
        if (strcasecmp(x->headers[i].name, name) == 0)
            all = all ? arena_printf(x->request.arena, "%s,%s", all, value) : value;
    }
    return all;
}

static bool last_is_https(const char *list)
{
    const char *comma = list ? strrchr(list, ',') : NULL;
    const char *last = comma ? comma + 1 : list;
    return last && strcasecmp(last + strspn(last, " \t"), "https") == 0;
}

/* Letters, digits and a few signs, as proxies make them: it goes into headers, logs and pages. */
static bool is_request_id(const char *s)
{
    size_t n = s ? strlen(s) : 0;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && !one_of(s[i], "-_.:"))
            return false;
    return n >= 8 && n <= 64;
}

/* Fills in who asks; returns the address. */
static struct address find_client(struct exchange *x, struct MHD_Connection *mhd)
{
    const struct http_server *s = x->server;
    struct address peer = connection_of(mhd)->address;
    x->request.tls = s->config.tls_cert != NULL;
    if (networks_contain(&s->trusted, peer)) {
        x->request.tls = x->request.tls || last_is_https(joined(x, "X-Forwarded-Proto"));
        const char *id = joined(x, "X-Request-Id");
        if (is_request_id(id))
            x->request.id = id;
        peer = client_address(&s->trusted, peer, joined(x, "X-Forwarded-For"));
    }
    x->request.peer = address_text(x->request.arena, peer);
    return peer;
}

/* Before the body is read: more than its head is not taken of a flood. */
static struct refusal check_rate(struct exchange *x, struct address client)
{
    struct http_server *s = x->server;
    struct refusal why = REFUSE(429, "Too many requests come from this address");
    if (s->throttle && address_limited(s, client)) {
        const char *who = address_text(x->request.arena, address_shared(client));
        why.retry_after_s = throttle_take(s->throttle, "requests", who, (int)s->config.max_requests,
            HTTP_WINDOW_SECONDS, (struct instant){monotonic_us()});
    }
    return why.retry_after_s ? why : FINE;
}

struct refusal guard_head(struct exchange *x, const struct head *head)
{
    struct reader r;
    struct refusal why = check_size(head);
    if (!why.status)
        why = check_headers(x, head, &r);
    if (!why.status) /* first: refusals tell the request's id */
        why = check_rate(x, find_client(x, head->mhd));
    if (!why.status)
        why = check_method(x, head->method);
    if (!why.status)
        why = check_target(x);
    if (!why.status)
        why = check_body(x, &r);
    return why;
}
