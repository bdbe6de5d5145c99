#include "store/engine.h"

#include <pthread.h>
#include <stdlib.h>

struct db_pool {
    char *url;
    pthread_mutex_t lock;
    pthread_cond_t given; /* a connection came back, or room for another */
    size_t size, n_open, n_idle;
    struct db *idle[]; /* the one used last on top: its caches are warm */
};

enum status db_pool_open(
    struct db_pool **out, struct arena *a, const char *url, size_t size, const char **error)
{
    struct db *first;
    ASSERT(size > 0);
    *out = NULL;
    TRY(db_open(&first, a, url, DB_READ, error)); /* a wrong address is told now, not by the first request */
    struct db_pool *p = xcalloc(1, sizeof *p + size * sizeof(void *));
    p->url = xstrdup(url);
    p->size = size;
    p->n_open = p->n_idle = 1;
    p->idle[0] = first;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->given, NULL);
    *out = p;
    return OK;
}

static struct db *open_another(const char *url)
{
    struct arena *a = arena_new();
    const char *error; /* is in the log */
    struct db *db;
    if (db_open(&db, a, url, DB_READ, &error) != OK)
        db = NULL;
    arena_free(a);
    return db;
}

static void forget_one(struct db_pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->n_open--;
    pthread_cond_signal(&p->given);
    pthread_mutex_unlock(&p->lock);
}

struct db *db_pool_take(struct db_pool *p)
{
    struct db *db = NULL;
    pthread_mutex_lock(&p->lock);
    while (p->n_idle == 0 && p->n_open == p->size)
        pthread_cond_wait(&p->given, &p->lock);
    if (p->n_idle > 0)
        db = p->idle[--p->n_idle];
    else
        p->n_open++;
    pthread_mutex_unlock(&p->lock);
    if (db)
        return db;
    db = open_another(p->url); /* without the lock: it may take seconds */
    if (!db)
        forget_one(p);
    return db;
}

void db_pool_give(struct db_pool *p, struct db *db)
{
    db_rollback(db);
    if (db->broken) {
        db_close(db);
        forget_one(p);
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->idle[p->n_idle++] = db;
    pthread_cond_signal(&p->given);
    pthread_mutex_unlock(&p->lock);
}

void db_pool_close(struct db_pool *p)
{
    if (!p)
        return;
    ASSERT(p->n_idle == p->n_open);
    for (size_t i = 0; i < p->n_idle; i++)
        db_close(p->idle[i]);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->given);
    free(p->url);
    free(p);
}
