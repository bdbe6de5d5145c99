/* Worker threads over one queue. Its length is bounded by its feeders: a connection has one request. */
#include "http/internal.h"

struct job {
    STAILQ_ENTRY(job) link;
    void (*fn)(void *arg);
    void *arg;
};

STAILQ_HEAD(job_list, job);

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct job_list queue;
    size_t queued;
    bool closed;
    unsigned n_threads;
    pthread_t threads[];
};

static struct job *next_job(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (STAILQ_EMPTY(&p->queue) && !p->closed)
        pthread_cond_wait(&p->more, &p->lock);
    struct job *job = STAILQ_FIRST(&p->queue);
    if (job)
        STAILQ_REMOVE_HEAD(&p->queue, link);
    p->queued -= job != NULL;
    pthread_mutex_unlock(&p->lock);
    return job;
}

static void *work(void *arg)
{
    struct pool *p = arg;
    pthread_setname_np(pthread_self(), "worker");
    for (struct job *job; (job = next_job(p)); free(job))
        job->fn(job->arg);
    return NULL;
}

void short_lock_init(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(lock, &attr);
    pthread_mutexattr_destroy(&attr);
}

struct pool *pool_new(unsigned threads)
{
    struct pool *p = xcalloc(1, sizeof *p + threads * sizeof p->threads[0]);
    short_lock_init(&p->lock);
    pthread_cond_init(&p->more, NULL);
    STAILQ_INIT(&p->queue);
    for (; p->n_threads < threads; p->n_threads++) {
        if (pthread_create(&p->threads[p->n_threads], NULL, work, p) != 0)
            BUG("no thread for a worker");
    }
    return p;
}

void pool_push(struct pool *p, void (*fn)(void *arg), void *arg)
{
    struct job *job = xmalloc(sizeof *job);
    *job = (struct job){.fn = fn, .arg = arg};
    pthread_mutex_lock(&p->lock);
    bool closed = p->closed;
    if (!closed) {
        STAILQ_INSERT_TAIL(&p->queue, job, link);
        p->queued++;
        pthread_cond_signal(&p->more); /* under the lock: behind it the job may be done and the pool freed */
    }
    pthread_mutex_unlock(&p->lock);
    if (closed) {
        free(job);
        fn(arg);
    }
}

size_t pool_queued(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    size_t n = p->queued;
    pthread_mutex_unlock(&p->lock);
    return n;
}

void pool_close(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->n_threads; i++)
        pthread_join(p->threads[i], NULL);
}

void pool_free(struct pool *p)
{
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->more);
    free(p);
}
