/*
 * Bodies as they arrive: in memory, from a size on in a file. What all requests together hold is bounded too,
 * since anybody may send, signed in or not.
 */
#include "http/internal.h"

#include <unistd.h>

#define MEMORY_TOTAL ((size_t)256 << 20)
#define FILES_TOTAL  ((size_t)4 << 30)

/* False when all requests together would hold more than MAX. */
static bool account(atomic_size_t *total, size_t *own, size_t n, size_t max)
{
    if (atomic_fetch_add(total, n) + n > max) {
        atomic_fetch_sub(total, n);
        return false;
    }
    *own += n;
    return true;
}

static void leave_memory(struct exchange *x)
{
    buf_free(&x->body.memory);
    atomic_fetch_sub(&x->server->body_memory, x->body.counted_memory);
    x->body.counted_memory = 0;
}

static void body_release(void *exchange)
{
    struct exchange *x = exchange;
    leave_memory(x);
    atomic_fetch_sub(&x->server->body_files, x->body.counted_file);
    if (x->body.fd >= 0)
        close(x->body.fd);
}

void body_begin(struct exchange *x, bool large)
{
    const struct http_config *config = &x->server->config;
    x->body = (struct body){
        .memory = buf_new(config->body_memory_max),
        .fd = -1,
        .max = large ? config->body_max : config->body_memory_max,
    };
    arena_cleanup(x->request.arena, body_release, x);
}

static struct refusal to_memory(struct exchange *x, const char *data, size_t n)
{
    if (!account(&x->server->body_memory, &x->body.counted_memory, n, MEMORY_TOTAL))
        return REFUSE(503, "Too many bodies are under way");
    buf_add(&x->body.memory, data, n);
    return FINE;
}

static struct refusal to_file(struct exchange *x, const char *data, size_t n)
{
    if (!account(&x->server->body_files, &x->body.counted_file, n, FILES_TOTAL))
        return REFUSE(503, "Too many bodies are under way");
    if (!temp_write(x->body.fd, data, n))
        return REFUSE(503, "The body could not be stored");
    return FINE;
}

static struct refusal move_to_file(struct exchange *x)
{
    x->body.fd = temp_file(x->request.arena, x->server->config.temp_dir, &x->body.path);
    if (x->body.fd < 0)
        return REFUSE(503, "The body could not be stored");
    struct refusal why = to_file(x, x->body.memory.p, x->body.memory.len);
    leave_memory(x);
    return why;
}

struct refusal body_add(struct exchange *x, const char *data, size_t n)
{
    struct body *b = &x->body;
    if (n > b->max - b->len)
        return REFUSE(413, "The body is too large");
    b->len += n;
    if (b->fd < 0 && b->len <= b->memory.max)
        return to_memory(x, data, n);
    if (b->fd < 0) {
        struct refusal why = move_to_file(x);
        if (why.status)
            return why;
    }
    return to_file(x, data, n);
}

void body_finish(struct exchange *x)
{
    struct body *b = &x->body;
    x->request.body_len = b->len;
    if (b->fd < 0) {
        x->request.body = buf_str(&b->memory);
        return;
    }
    close(b->fd);
    b->fd = -1;
    x->request.body_path = b->path;
}
