#include "runtime/heavy.h"

#include <pthread.h>
#include <stdlib.h>

struct heavy_job {
    void (*fn)(void *arg);
    void *arg;
};

/* A ring of what waits, in order. */
struct heavy {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct heavy_job *line;
    unsigned cap, first, n;
    bool closed;
    unsigned n_threads;
    pthread_t threads[];
};

static bool next_job(struct heavy *h, struct heavy_job *out)
{
    pthread_mutex_lock(&h->lock);
    while (!h->n && !h->closed)
        pthread_cond_wait(&h->more, &h->lock);
    bool found = h->n > 0;
    if (found) {
        *out = h->line[h->first];
        h->first = (h->first + 1) % h->cap;
        h->n--;
    }
    pthread_mutex_unlock(&h->lock);
    return found;
}

static void *work(void *arg)
{
    struct heavy_job job;
    pthread_setname_np(pthread_self(), "heavy");
    while (next_job(arg, &job))
        job.fn(job.arg);
    return NULL;
}

struct heavy *heavy_start(unsigned threads, unsigned line)
{
    struct heavy *h = xcalloc(1, sizeof *h + threads * sizeof h->threads[0]);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->more, NULL);
    h->line = xcalloc(line, sizeof *h->line);
    h->cap = line;
    for (; h->n_threads < threads; h->n_threads++)
        if (pthread_create(&h->threads[h->n_threads], NULL, work, h) != 0)
            BUG("no thread for heavy work");
    return h;
}

void heavy_stop(struct heavy *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->closed = true;
    pthread_cond_broadcast(&h->more);
    pthread_mutex_unlock(&h->lock);
    for (unsigned i = 0; i < h->n_threads; i++)
        pthread_join(h->threads[i], NULL);
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->more);
    free(h->line);
    free(h);
}

bool heavy_submit(struct heavy *h, void (*fn)(void *arg), void *arg)
{
    pthread_mutex_lock(&h->lock);
    bool taken = h->n < h->cap && !h->closed;
    if (taken) {
        h->line[(h->first + h->n++) % h->cap] = (struct heavy_job){fn, arg};
        pthread_cond_signal(&h->more);
    }
    pthread_mutex_unlock(&h->lock);
    return taken;
}
