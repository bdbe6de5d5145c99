#include "engine/psi/points.h"

#include "base/parallel.h"

#include <stdatomic.h>
#include <stdlib.h>

#define TELL_EVERY 512

struct work {
    const struct psi *p;
    const unsigned char *scalar;
    const unsigned char (*in)[GROUP_POINT]; /* NULL: the keys */
    const uint32_t *to;
    unsigned char (*out)[GROUP_POINT];
    size_t n;
    atomic_size_t done;
    atomic_bool bad;
};

static bool one(struct work *w, size_t i)
{
    unsigned char *out = w->out[w->to ? w->to[i] : i], point[GROUP_POINT];
    if (w->in)
        return group_multiply(out, w->scalar, w->in[i]);
    group_hash(point, w->p->key[i], strlen(w->p->key[i]));
    /* a key whose hash is the neutral element does not occur: one in 2^252 */
    return group_multiply(out, w->scalar, point);
}

static void some(void *ctx, unsigned worker, size_t from, size_t to)
{
    struct work *w = ctx;
    const struct psi_progress *progress = &w->p->progress;
    for (size_t i = from; i < to && !atomic_load(&w->bad); i++) {
        if (!one(w, i))
            atomic_store(&w->bad, true);
        size_t done = atomic_fetch_add(&w->done, 1) + 1;
        if (worker == 0 && progress->tell && i % TELL_EVERY == 0)
            progress->tell(progress->ctx, done, w->n);
    }
}

void points_of_keys(const struct psi *p, const unsigned char scalar[GROUP_SCALAR], const uint32_t *to,
    unsigned char (*out)[GROUP_POINT])
{
    struct work w = {.p = p, .scalar = scalar, .to = to, .out = out, .n = p->n};
    parallel_run(p->n, some, &w);
    ASSERT(!atomic_load(&w.bad));
}

enum psi_refusal points_multiply(const struct psi *p, const unsigned char scalar[GROUP_SCALAR],
    const unsigned char (*in)[GROUP_POINT], size_t n, const uint32_t *to, unsigned char (*out)[GROUP_POINT])
{
    struct work w = {.p = p, .scalar = scalar, .in = in, .to = to, .out = out, .n = n};
    parallel_run(n, some, &w);
    return atomic_load(&w.bad) ? PSI_BAD_POINT : PSI_FINE;
}

static int by_bytes(const void *x, const void *y)
{
    return memcmp(x, y, GROUP_POINT);
}

bool points_distinct(const unsigned char (*in)[GROUP_POINT], size_t n)
{
    unsigned char(*sorted)[GROUP_POINT] = xmalloc(n * GROUP_POINT + 1);
    bool distinct = true;
    memcpy(sorted, in, n * GROUP_POINT);
    qsort(sorted, n, GROUP_POINT, by_bytes);
    for (size_t i = 1; i < n; i++)
        distinct = distinct && memcmp(sorted[i - 1], sorted[i], GROUP_POINT) != 0;
    free(sorted);
    return distinct;
}
