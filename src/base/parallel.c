#include "base/parallel.h"

#include <pthread.h>

#define LEAST_ROWS 1000 /* fewer are done before a thread has begun */

struct part {
    parallel_work *work;
    void *ctx;
    unsigned worker;
    size_t from, to;
};

static void *part_main(void *arg)
{
    const struct part *p = arg;
    p->work(p->ctx, p->worker, p->from, p->to);
    return NULL;
}

void parallel_run(size_t n, parallel_work *work, void *ctx)
{
    struct part part[PARALLEL_WORKERS];
    pthread_t thread[PARALLEL_WORKERS];
    bool started[PARALLEL_WORKERS] = {false};
    for (unsigned i = 0; i < PARALLEL_WORKERS; i++) {
        part[i] = (struct part){work, ctx, i, n * i / PARALLEL_WORKERS, n * (i + 1) / PARALLEL_WORKERS};
        if (i)
            started[i] = n > LEAST_ROWS && pthread_create(&thread[i], NULL, part_main, &part[i]) == 0;
    }
    for (unsigned i = 0; i < PARALLEL_WORKERS; i++)
        if (!started[i])
            part_main(&part[i]);
    for (unsigned i = 0; i < PARALLEL_WORKERS; i++)
        if (started[i])
            pthread_join(thread[i], NULL);
}
