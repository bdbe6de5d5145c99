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

static void add_headers(struct MHD_Response *response, struct exchange *x)
{
    const struct outgoing *out = &x->outgoing;
    const struct http_reply *reply = &out->reply;
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
    if (out->coding)
        add(response, MHD_HTTP_HEADER_CONTENT_ENCODING, out->coding);
    if (out->varies)
        add(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (atomic_load(&x->server->stopping) && !names(reply, MHD_HTTP_HEADER_CONNECTION))
        add(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* ---- making a reply ready */

static void compress(const struct http_request *r, struct outgoing *out)
{
    struct http_reply *reply = &out->reply;
    out->varies = !reply->no_compress && compress_worth(reply->type, reply->len);
    if (!out->varies || !coding_accepted(http_header(r, "Accept-Encoding"), "gzip"))
        return;
    size_t n;
    char *small = compress_gzip(reply->body, reply->len, &n);
    if (!small)
        return;
    arena_cleanup(r->arena, free, small);
    reply->body = small;
    reply->len = n;
    out->coding = "gzip";
}

/* The caller's texts may be gone when the reply is sent. */
static void copy_texts(struct arena *a, struct http_reply *reply)
{
    reply->type = arena_strdup(a, reply->type);
    reply->file = arena_strdup(a, reply->file);
    for (size_t i = 0; i < COUNT(reply->headers) && reply->headers[i].name; i++) {
        reply->headers[i].name = arena_strdup(a, reply->headers[i].name);
        reply->headers[i].value = arena_strdup(a, reply->headers[i].value);
    }
}

void reply_send(struct exchange *x, const struct http_reply *reply, enum reply_body body)
{
    ASSERT(reply->status >= 200 && reply->status <= 599);
    ASSERT(reply->type || reply->len == 0);
    struct arena *a = x->request.arena;
    struct outgoing out = {.reply = *reply};
    copy_texts(a, &out.reply);
    if (body == REPLY_COPY && reply->len) {
        compress(&x->request, &out);
        if (!out.coding)
            out.reply.body = arena_strndup(a, reply->body, reply->len);
    }
    exchange_answer(x, &out);
}

void http_send(struct http_request *r, const struct http_reply *reply)
{
    reply_send(exchange_of(r), reply, REPLY_COPY);
}

static struct outgoing problem(int status, const char *text, struct http_pair cure)
{
    return (struct outgoing){.reply = {
                                 .status = status,
                                 .type = "application/problem+json",
                                 .body = text,
                                 .len = strlen(text),
                                 .headers = {{MHD_HTTP_HEADER_CONNECTION, "close"}, cure},
                             }};
}

/* What would be taken, or when. */
static struct http_pair cure_of(struct arena *a, const struct refusal *why)
{
    if (why->status == 405)
        return (struct http_pair){MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"};
    if (why->status == 415)
        return (struct http_pair){MHD_HTTP_HEADER_ACCEPT_ENCODING, "identity"};
    if (why->retry_after_s)
        return (struct http_pair){MHD_HTTP_HEADER_RETRY_AFTER, arena_printf(a, "%d", why->retry_after_s)};
    return (struct http_pair){0};
}

#define PROBLEM_TEXT(title, status, detail)                                                                  \
    "{\"type\":\"about:blank\",\"title\":\"" title "\",\"status\":" status ",\"detail\":\"" detail "\""

struct outgoing reply_refusal(const struct exchange *x, const struct refusal *why)
{
    const char *title = MHD_get_reason_phrase_for((unsigned)why->status);
    return problem(why->status,
        arena_printf(x->request.arena, PROBLEM_TEXT("%s", "%d", "%s") ",\"request_id\":\"%s\"}\n", title,
            why->status, why->detail, x->request.id),
        cure_of(x->request.arena, why));
}

struct outgoing reply_stopping(void)
{
    return problem(503, PROBLEM_TEXT("Service Unavailable", "503", "The server is stopping") "}\n",
        (struct http_pair){0});
}

/* ---- handing it to libmicrohttpd */

/* The whole file; its name is gone at once, its content when it was sent. NULL when it cannot be opened. */
static struct MHD_Response *from_file(const char *path)
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
    return MHD_create_response_from_fd64((uint64_t)st.st_size, fd);
}

/* The body is the arena's, or lives for ever: it outlives the response. */
static struct MHD_Response *from_text(const struct http_reply *reply)
{
    return MHD_create_response_from_buffer(
        reply->len, (void *)(uintptr_t)reply->body, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result reply_queue(struct exchange *x, struct MHD_Connection *mhd)
{
    static const struct refusal lost = {.status = 500, .detail = "The answer could not be read back"};
    const struct http_reply *reply = &x->outgoing.reply;
    struct MHD_Response *response = reply->file ? from_file(reply->file) : from_text(reply);
    if (!response) {
        x->outgoing = reply_refusal(x, &lost);
        response = from_text(reply);
    }
    add_headers(response, x);
    enum MHD_Result queued = MHD_queue_response(mhd, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return queued;
}
