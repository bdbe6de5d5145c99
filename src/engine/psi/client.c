/* The client's steps: request, count, rows, end. */
#include "engine/psi/run.h"

#include <stdlib.h>

static enum psi_refusal read_setup(struct psi *p, const struct message *m)
{
    if (m->by != p->by)
        return PSI_WRONG_KEYS;
    if (m->n < 13 || m->body[12] != SET_BITS)
        return PSI_MALFORMED;
    uint32_t n = get_number(m->body);
    enum psi_refusal r = run_size(n, p->limits.least, p->limits.most);
    if (r)
        return r;
    /* the server's limits are for our list */
    r = run_size((uint32_t)p->n, get_number(m->body + 4), get_number(m->body + 8));
    if (r)
        return r;
    if ((m->n - 13) * 8 < (uint64_t)n * (SET_BITS + 1))
        return PSI_BAD_SET;
    p->n_server = n;
    p->set_len = m->n - 13;
    p->set = memcpy(arena_alloc(p->arena, p->set_len), m->body + 13, p->set_len);
    return PSI_FINE;
}

enum psi_refusal psi_request(struct psi *p, const void *setup, size_t n, struct buf *out)
{
    struct message m;
    if (p->role != PSI_CLIENT || p->due != PSI_SETUP)
        return PSI_WRONG_PHASE;
    enum psi_refusal r = message_parse(&m, PSI_SETUP, setup, n);
    if (!r)
        r = p->n > PSI_MAX_CLIENT ? PSI_TOO_MANY : read_setup(p, &m);
    if (r)
        return r;
    memcpy(p->run, m.run, PSI_RUN);
    message_taken(p, setup, n, PSI_REQUEST);
    p->n_client = (uint32_t)p->n;
    unsigned char scalar[GROUP_SCALAR], (*point)[GROUP_POINT] = xmalloc(p->n * GROUP_POINT);
    uint32_t *to = xmalloc(p->n * sizeof *to);
    group_scalar(scalar, p->secret);
    group_shuffle(to, p->n, p->secret); /* the keys are sorted: their places would tell about them */
    points_of_keys(p, scalar, to, point);
    size_t from = out->len;
    message_begin(p, out, PSI_REQUEST, 4 + p->n * GROUP_POINT);
    put_number(out, p->n_client);
    buf_add(out, point, p->n * GROUP_POINT);
    message_end(p, out, from, PSI_REPLY);
    free(to);
    free(point);
    return PSI_FINE;
}

/* The rank of a place in the set, or PSI_NO_RANK. */
static uint32_t rank_of(const uint64_t *set, uint32_t n, uint64_t place)
{
    uint32_t from = 0, to = n;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (set[middle] < place)
            from = middle + 1;
        else
            to = middle;
    }
    return from < n && set[from] == place ? from : PSI_NO_RANK;
}

/* The ranks of the reply's points, and how many different ones there are, as a bitmap has them. */
static void rank_points(struct psi *p, const uint64_t *set, const unsigned char (*point)[GROUP_POINT])
{
    unsigned char *seen = xcalloc(bitmap_bytes(p->n_server), 1);
    p->rank = ARENA_ARRAY(p->arena, p->n_client, uint32_t);
    p->count = 0;
    for (uint32_t i = 0; i < p->n_client; i++) {
        uint32_t rank = rank_of(set, p->n_server, group_place(point[i], p->run, set_range(p->n_server)));
        p->rank[i] = rank;
        if (rank == PSI_NO_RANK || seen[rank / 8] >> rank % 8 & 1)
            continue;
        seen[rank / 8] |= (unsigned char)(1 << rank % 8);
        p->count++;
    }
    free(seen);
}

static enum psi_refusal count_reply(struct psi *p, const unsigned char (*in)[GROUP_POINT])
{
    unsigned char scalar[GROUP_SCALAR], inverse[GROUP_SCALAR];
    unsigned char(*point)[GROUP_POINT] = xmalloc((size_t)p->n_client * GROUP_POINT);
    uint64_t *set = xmalloc(p->n_server * sizeof *set);
    group_scalar(scalar, p->secret);
    group_inverse(inverse, scalar);
    enum psi_refusal r = golomb_read(p->set, p->set_len, SET_BITS, set_range(p->n_server), set, p->n_server)
                             ? points_multiply(p, inverse, in, p->n_client, NULL, point)
                             : PSI_BAD_SET;
    if (!r)
        rank_points(p, set, (const unsigned char(*)[GROUP_POINT])point);
    free(set);
    free(point);
    return r;
}

enum psi_refusal psi_count(struct psi *p, const void *reply, size_t n, struct buf *out)
{
    struct message m;
    enum psi_refusal r = p->role == PSI_CLIENT ? message_open(&m, p, PSI_REPLY, reply, n) : PSI_WRONG_PHASE;
    if (r)
        return r;
    if (m.n != 4 + (size_t)p->n_client * GROUP_POINT || get_number(m.body) != p->n_client)
        return PSI_MALFORMED;
    const unsigned char(*in)[GROUP_POINT] = (const unsigned char(*)[GROUP_POINT])(m.body + 4);
    if (!points_distinct(in, p->n_client))
        return PSI_REPEATED;
    r = count_reply(p, in);
    if (r)
        return r;
    p->set = NULL;
    p->set_len = 0;
    message_taken(p, reply, n, PSI_COUNT);
    size_t from = out->len;
    message_begin(p, out, PSI_COUNT, 4);
    put_number(out, p->count);
    message_end(p, out, from, PSI_CONSENT);
    return PSI_FINE;
}

enum psi_refusal psi_rows(struct psi *p, const void *consent, size_t n, struct buf *out)
{
    struct message m;
    enum psi_refusal r =
        p->role == PSI_CLIENT ? message_open(&m, p, PSI_CONSENT, consent, n) : PSI_WRONG_PHASE;
    if (r)
        return r;
    if (m.n)
        return PSI_MALFORMED;
    message_taken(p, consent, n, PSI_ROWS);
    size_t bytes = bitmap_bytes(p->n_server), from = out->len;
    unsigned char *bitmap = xcalloc(bytes, 1);
    for (uint32_t i = 0; i < p->n_client; i++)
        if (p->rank[i] != PSI_NO_RANK)
            bitmap[p->rank[i] / 8] |= (unsigned char)(1 << p->rank[i] % 8);
    message_begin(p, out, PSI_ROWS, bytes);
    buf_add(out, bitmap, bytes);
    message_end(p, out, from, PSI_ORDER);
    free(bitmap);
    return PSI_FINE;
}

/* Where the points of the request stood in the reply; false when it is no permutation. */
static bool read_order(const unsigned char *body, uint32_t n, uint32_t *place)
{
    unsigned char *seen = xcalloc(bitmap_bytes(n), 1);
    bool good = true;
    for (uint32_t i = 0; good && i < n; i++) {
        uint32_t at = place[i] = get_number(body + (size_t)i * 4);
        good = at < n && !(seen[at / 8] >> at % 8 & 1);
        if (good)
            seen[at / 8] |= (unsigned char)(1 << at % 8);
    }
    free(seen);
    return good;
}

enum psi_refusal psi_finish(struct psi *p, const void *order, size_t n)
{
    struct message m;
    enum psi_refusal r = p->role == PSI_CLIENT ? message_open(&m, p, PSI_ORDER, order, n) : PSI_WRONG_PHASE;
    if (r)
        return r;
    if (m.n != (size_t)p->n_client * 4)
        return PSI_MALFORMED;
    uint32_t *place = ARENA_ARRAY(p->arena, p->n_client, uint32_t);
    if (!read_order(m.body, p->n_client, place))
        return PSI_BAD_ORDER;
    uint32_t *to = xmalloc(p->n_client * sizeof *to);
    group_shuffle(to, p->n_client, p->secret);
    p->match = ARENA_ARRAY(p->arena, p->n_client, uint32_t);
    for (uint32_t i = 0; i < p->n_client; i++)
        if (p->rank[place[to[i]]] != PSI_NO_RANK)
            p->match[p->n_match++] = i;
    free(to);
    message_taken(p, order, n, PSI_OVER);
    psi_end(p);
    return PSI_FINE;
}
