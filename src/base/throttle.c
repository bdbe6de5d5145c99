#include "base/throttle.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

/* A name has WAYS places, chosen by a keyed hash that nobody outside can compute; the one whose window began
 * first makes room. */
#define SETS 4096
#define WAYS 8

struct place {
    uint64_t name; /* 0: free */
    int64_t since_us;
    int count;
};

struct throttle {
    pthread_mutex_t lock;
    unsigned char key[crypto_shorthash_KEYBYTES];
    struct place places[SETS][WAYS];
};

struct throttle *throttle_new(void)
{
    struct throttle *t = xcalloc(1, sizeof *t);
    pthread_mutex_init(&t->lock, NULL);
    crypto_shorthash_keygen(t->key);
    return t;
}

void throttle_free(struct throttle *t)
{
    if (!t)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static uint64_t name_of(const struct throttle *t, const char *what, const char *who)
{
    unsigned char half[2][crypto_shorthash_BYTES], name[crypto_shorthash_BYTES];
    uint64_t n;
    crypto_shorthash(half[0], (const unsigned char *)what, strlen(what), t->key);
    crypto_shorthash(half[1], (const unsigned char *)who, strlen(who), t->key);
    crypto_shorthash(name, &half[0][0], sizeof half, t->key);
    memcpy(&n, name, sizeof n);
    return n ? n : 1;
}

/* The name's place, or the oldest of its set, emptied. */
static struct place *find(struct throttle *t, uint64_t name)
{
    struct place *set = t->places[name % SETS], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].name == name)
            return &set[i];
        if (set[i].since_us < oldest->since_us)
            oldest = &set[i];
    }
    *oldest = (struct place){.name = name};
    return oldest;
}

int throttle_take(
    struct throttle *t, const char *what, const char *who, int max, int window_s, struct instant now)
{
    int wait_s = 0;
    if (!t)
        return 0;
    pthread_mutex_lock(&t->lock);
    struct place *p = find(t, name_of(t, what, who));
    int64_t end_us = p->since_us + window_s * US_PER_SECOND;
    if (!p->count || now.us >= end_us)
        *p = (struct place){.name = p->name, .since_us = now.us, .count = 1};
    else if (p->count < max)
        p->count++;
    else
        wait_s = (int)((end_us - now.us) / US_PER_SECOND) + 1;
    pthread_mutex_unlock(&t->lock);
    return wait_s;
}

void throttle_give(struct throttle *t, const char *what, const char *who)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    struct place *p = find(t, name_of(t, what, who));
    if (p->count)
        p->count--;
    pthread_mutex_unlock(&t->lock);
}

const char *throttle_address(struct arena *a, const char *peer)
{
    unsigned char v6[16];
    if (!peer || strncmp(peer, "127.", 4) == 0 || streq(peer, "::1"))
        return NULL;
    if (inet_pton(AF_INET6, peer, v6) != 1)
        return peer;
    struct buf b = buf_in(a, 64);
    buf_add_hex(&b, v6, 8);
    return buf_str(&b);
}
