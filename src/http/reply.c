#include "base/log.h"
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* On every reply that does not name them itself. */
static const struct http_pair defaults[] = {
    {"Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"Cache-Control", "no-store"},
};
#define STRICT_TRANSPORT "max-age=31536000"

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    ASSERT(!strpbrk(name, "\r\n:") && !strpbrk(value, "\r\n"));
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        BUG("reply header %s refused", name);
}

static bool names(const struct http_reply *reply, const char *name)
{
    for (size_t i = 0; i < COUNT(reply->headers) && reply->headers[i].name; i++) {
        if (strcasecmp(reply->headers[i].name, name) == 0)
            return true;
    }
    return false;
}

static void add_headers(struct MHD_Response *response, struct exchange *x, const struct http_reply *reply)
{
    for (size_t i = 0; i < COUNT(reply->headers) && reply->headers[i].name; i++)
        add(response, reply->headers[i].name, reply->headers[i].value);
    for (size_t i = 0; i < COUNT(defaults); i++) {
        if (!names(reply, defaults[i].name))
            add(response, defaults[i].name, defaults[i].value);
    }
    if (x->request.tls)
        add(response, MHD_HTTP_HEADER_STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    add(response, "X-Request-Id", x->request.id);
    if (reply->type)
        add(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    if (atomic_load(&x->server->stopping) && !names(reply, MHD_HTTP_HEADER_CONNECTION))
        add(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* The whole file; its name is gone at once, its content when it was sent. NULL when it cannot be opened. */
static struct MHD_Response *from_file(const char *path, uint64_t *len)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        log_error("file of a reply, %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    unlink(path);
    *len = (uint64_t)st.st_size;
    return MHD_create_response_from_fd64((uint64_t)st.st_size, fd);
}

static struct MHD_Response *from_text(
    const struct exchange *x, const struct http_reply *reply, bool compressible, uint64_t *len)
{
    size_t n = reply->len;
    char *small = NULL;
    if (compressible && coding_accepted(http_header(&x->request, "Accept-Encoding"), "gzip"))
        small = compress_gzip(reply->body, reply->len, &n);
    *len = n;
    struct MHD_Response *response = small ? MHD_create_response_from_buffer(n, small, MHD_RESPMEM_MUST_FREE)
                                          : MHD_create_response_from_buffer(reply->len,
                                                (void *)(uintptr_t)reply->body, MHD_RESPMEM_MUST_COPY);
    if (response && small)
        add(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    if (response && compressible)
        add(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    return response;
}

struct MHD_Response *reply_build(
    struct exchange *x, const struct http_reply *reply, enum reply_body body, uint64_t *len)
{
    struct MHD_Response *response;
    *len = reply->len;
    if (reply->file)
        response = from_file(reply->file, len);
    else if (body == REPLY_STATIC)
        response = MHD_create_response_from_buffer(
            reply->len, (void *)(uintptr_t)reply->body, MHD_RESPMEM_PERSISTENT);
    else
        response = from_text(x, reply, !reply->no_compress && compress_worth(reply->type, reply->len), len);
    if (response)
        add_headers(response, x, reply);
    return response;
}

struct MHD_Response *reply_refusal(struct exchange *x, const struct refusal *why, uint64_t *len)
{
    char text[512];
    int n = snprintf(text, sizeof text,
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n",
        MHD_get_reason_phrase_for((unsigned)why->status), why->status, why->detail);
    ASSERT(n > 0 && (size_t)n < sizeof text);
    struct http_reply reply = {
        .status = why->status,
        .type = "application/problem+json",
        .body = text,
        .len = (size_t)n,
        .headers = {{MHD_HTTP_HEADER_CONNECTION, "close"},
            {why->status == 405 ? MHD_HTTP_HEADER_ALLOW : NULL,
                "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}},
    };
    return reply_build(x, &reply, REPLY_COPY, len);
}

void reply_send(struct exchange *x, const struct http_reply *reply, enum reply_body body)
{
    static const struct refusal lost = {500, "The answer could not be read back"};
    int status = reply->status;
    uint64_t len;
    ASSERT(status >= 200 && status <= 599);
    struct MHD_Response *response = reply_build(x, reply, body, &len);
    if (!response) {
        status = lost.status;
        response = reply_refusal(x, &lost, &len);
    }
    exchange_answer(x, status, response, len);
}

void http_send(struct http_request *r, const struct http_reply *reply)
{
    reply_send(exchange_of(r), reply, REPLY_COPY);
}
