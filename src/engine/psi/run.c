#include "engine/psi/run.h"

#include <sodium.h>

/* Hash of the keys with which a run began. */
static void run_hash_keys(unsigned char out[32], const char *const *key, size_t n)
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, 32);
    for (size_t i = 0; i < n; i++)
        crypto_generichash_update(&h, (const unsigned char *)key[i], strlen(key[i]) + 1);
    crypto_generichash_final(&h, out, 32);
}

enum psi_refusal run_size(uint32_t n, uint32_t least, uint32_t most)
{
    if (n < least || n == 0)
        return PSI_TOO_FEW;
    return n > most ? PSI_TOO_MANY : PSI_FINE;
}

void psi_begin(struct psi *p, struct arena *a, enum psi_role role, enum psi_by by, const char *const *key,
    size_t n, const unsigned char *secret, const unsigned char *run)
{
    ASSERT(sodium_init() >= 0);
    *p = (struct psi){.arena = a,
        .role = role,
        .by = by,
        .due = PSI_SETUP,
        .key = key,
        .n = n,
        .limits = {PSI_LEAST, role == PSI_SERVER ? PSI_MAX_CLIENT : PSI_MAX_SERVER}};
    if (secret)
        memcpy(p->secret, secret, sizeof p->secret);
    else
        randombytes_buf(p->secret, sizeof p->secret);
    if (run)
        memcpy(p->run, run, sizeof p->run);
    else
        randombytes_buf(p->run, sizeof p->run);
    run_hash_keys(p->keys_hash, key, n);
}

void psi_end(struct psi *p)
{
    sodium_memzero(p->secret, sizeof p->secret);
    p->due = PSI_OVER;
}

/* ---- a run that waits ---- */

#define STATE_MAGIC "TPSIRUN1"

static void put_array(struct buf *out, const uint32_t *v, size_t n)
{
    put_number(out, v ? (uint32_t)n : 0);
    for (size_t i = 0; v && i < n; i++)
        put_number(out, v[i]);
}

void psi_save(const struct psi *p, struct buf *out)
{
    const unsigned char head[3] = {(unsigned char)p->role, (unsigned char)p->by, (unsigned char)p->due};
    buf_add(out, STATE_MAGIC, 8);
    buf_add(out, head, sizeof head);
    buf_add(out, p->run, sizeof p->run);
    buf_add(out, p->last, sizeof p->last);
    buf_add(out, p->secret, sizeof p->secret);
    buf_add(out, p->keys_hash, sizeof p->keys_hash);
    put_number(out, p->limits.least);
    put_number(out, p->limits.most);
    put_number(out, p->n_server);
    put_number(out, p->n_client);
    put_number(out, p->count);
    put_number(out, (uint32_t)p->set_len);
    buf_add(out, p->set, p->set_len);
    put_array(out, p->order, p->n_server);
    put_array(out, p->rank, p->n_client);
}

/* Reads forward; once something is missing, nothing more is read. */
struct reader {
    const unsigned char *p;
    size_t left;
    bool bad;
};

static const unsigned char *take(struct reader *r, size_t n)
{
    static const unsigned char nothing[32];
    if (r->bad || n > r->left) {
        r->bad = true;
        return nothing;
    }
    const unsigned char *at = r->p;
    r->p += n;
    r->left -= n;
    return at;
}

static uint32_t take_number(struct reader *r)
{
    return get_number(take(r, 4));
}

/* NULL when there is none; all are below BOUND, or NONE. */
static uint32_t *take_array(struct reader *r, struct arena *a, uint32_t n, uint32_t bound, uint32_t none)
{
    uint32_t count = take_number(r);
    r->bad = r->bad || (count && count != n) || (size_t)count * 4 > r->left;
    if (r->bad || !count)
        return NULL;
    uint32_t *v = ARENA_ARRAY(a, count, uint32_t);
    for (uint32_t i = 0; i < count; i++) {
        v[i] = take_number(r);
        r->bad = r->bad || (v[i] >= bound && v[i] != none);
    }
    return v;
}

/* Whether it has what its next step needs. */
static bool plausible(const struct psi *p)
{
    if (p->by < PSI_BY_BEST || p->by >= PSI_BYS || p->due < PSI_SETUP || p->due > PSI_OVER)
        return false;
    if (p->role == PSI_SERVER)
        return p->due == PSI_SETUP || (p->order && p->n_server == p->n);
    return p->role == PSI_CLIENT && (p->due < PSI_REPLY || p->n_client == p->n) &&
           (p->due < PSI_CONSENT || p->due == PSI_OVER || p->rank);
}

enum psi_refusal psi_load(
    struct psi *p, struct arena *a, const void *data, size_t n, const char *const *key, size_t n_keys)
{
    struct reader r = {data, n, false};
    unsigned char hash[32];
    bool known = memcmp(take(&r, 8), STATE_MAGIC, 8) == 0;
    const unsigned char *head = take(&r, 3);
    *p = (struct psi){.arena = a, .role = head[0], .by = head[1], .due = head[2], .key = key, .n = n_keys};
    memcpy(p->run, take(&r, sizeof p->run), sizeof p->run);
    memcpy(p->last, take(&r, sizeof p->last), sizeof p->last);
    memcpy(p->secret, take(&r, sizeof p->secret), sizeof p->secret);
    memcpy(p->keys_hash, take(&r, sizeof p->keys_hash), sizeof p->keys_hash);
    p->limits.least = take_number(&r);
    p->limits.most = take_number(&r);
    p->n_server = take_number(&r);
    p->n_client = take_number(&r);
    p->count = take_number(&r);
    p->set_len = take_number(&r);
    p->set = take(&r, p->set_len);
    p->order = take_array(&r, a, p->n_server, (uint32_t)n_keys, 0);
    p->rank = take_array(&r, a, p->n_client, p->n_server, PSI_NO_RANK);
    run_hash_keys(hash, key, n_keys);
    if (r.bad || r.left || !known || !plausible(p) || memcmp(hash, p->keys_hash, sizeof hash) != 0)
        return PSI_BAD_STATE;
    if (p->set_len)
        p->set = memcpy(arena_alloc(a, p->set_len), p->set, p->set_len);
    return PSI_FINE;
}
