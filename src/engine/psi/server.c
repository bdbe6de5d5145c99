/* The server's steps: set-up, reply, consent, order. */
#include "engine/psi/run.h"

#include <stdlib.h>

struct placed {
    uint64_t place;
    uint32_t key;
};

static int by_place(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    return a->place == b->place ? (a->key > b->key) - (a->key < b->key) : a->place < b->place ? -1 : 1;
}

/* The places of all keys, ascending; p->order remembers whose they are. */
static uint64_t *place_keys(struct psi *p)
{
    unsigned char scalar[GROUP_SCALAR], (*point)[GROUP_POINT] = xmalloc(p->n * GROUP_POINT);
    struct placed *placed = xmalloc(p->n * sizeof *placed);
    uint64_t *place = xmalloc(p->n * sizeof *place);
    group_scalar(scalar, p->secret);
    points_of_keys(p, scalar, NULL, point);
    for (uint32_t i = 0; i < p->n; i++)
        placed[i] = (struct placed){group_place(point[i], p->run, set_range(p->n_server)), i};
    qsort(placed, p->n, sizeof *placed, by_place);
    p->order = ARENA_ARRAY(p->arena, p->n, uint32_t);
    for (size_t i = 0; i < p->n; i++) {
        place[i] = placed[i].place;
        p->order[i] = placed[i].key;
    }
    free(placed);
    free(point);
    return place;
}

/* Body: keys of the server (4), least and most of the client (4, 4), bits of the set (1), the set. */
enum psi_refusal psi_setup(struct psi *p, struct buf *out)
{
    if (p->role != PSI_SERVER || p->due != PSI_SETUP)
        return PSI_WRONG_PHASE;
    enum psi_refusal r = run_size(p->n > UINT32_MAX ? UINT32_MAX : (uint32_t)p->n, 0, PSI_MAX_SERVER);
    if (r)
        return r;
    p->n_server = (uint32_t)p->n;
    uint64_t *place = place_keys(p);
    struct buf set = buf_new(PSI_MAX_MESSAGE);
    golomb_write(&set, place, p->n, SET_BITS);
    free(place);
    size_t from = out->len;
    message_begin(p, out, PSI_SETUP, 13 + set.len);
    put_number(out, p->n_server);
    put_number(out, p->limits.least);
    put_number(out, p->limits.most);
    buf_addc(out, SET_BITS);
    buf_add(out, set.p, set.len);
    buf_free(&set);
    message_end(p, out, from, PSI_REQUEST);
    return PSI_FINE;
}

/* Body of both: how many (4), then the points. */
enum psi_refusal psi_reply(struct psi *p, const void *request, size_t n, struct buf *out)
{
    struct message m;
    enum psi_refusal r =
        p->role == PSI_SERVER ? message_open(&m, p, PSI_REQUEST, request, n) : PSI_WRONG_PHASE;
    if (r)
        return r;
    if (m.n < 4 || (m.n - 4) % GROUP_POINT || (m.n - 4) / GROUP_POINT != get_number(m.body))
        return PSI_MALFORMED;
    uint32_t points = get_number(m.body);
    r = run_size(points, p->limits.least, p->limits.most);
    if (r)
        return r;
    const unsigned char(*in)[GROUP_POINT] = (const unsigned char(*)[GROUP_POINT])(m.body + 4);
    if (!points_distinct(in, points))
        return PSI_REPEATED;
    unsigned char scalar[GROUP_SCALAR], (*shuffled)[GROUP_POINT] = xmalloc(points * GROUP_POINT);
    uint32_t *to = xmalloc(points * sizeof *to);
    group_scalar(scalar, p->secret);
    group_shuffle(to, points, p->secret);
    r = points_multiply(p, scalar, in, points, to, shuffled);
    if (!r) {
        p->n_client = points;
        message_taken(p, request, n, PSI_REPLY);
        size_t from = out->len;
        message_begin(p, out, PSI_REPLY, m.n);
        put_number(out, points);
        buf_add(out, shuffled, points * GROUP_POINT);
        message_end(p, out, from, PSI_COUNT);
    }
    free(to);
    free(shuffled);
    return r;
}

/* Body: how many (4). */
enum psi_refusal psi_counted(struct psi *p, const void *count, size_t n)
{
    struct message m;
    enum psi_refusal r = p->role == PSI_SERVER ? message_open(&m, p, PSI_COUNT, count, n) : PSI_WRONG_PHASE;
    if (r)
        return r;
    if (m.n != 4)
        return PSI_MALFORMED;
    uint32_t k = get_number(m.body);
    if (k > p->n_client || k > p->n_server)
        return PSI_BAD_COUNT;
    p->count = k;
    message_taken(p, count, n, PSI_CONSENT);
    return PSI_FINE;
}

enum psi_refusal psi_consent(struct psi *p, struct buf *out)
{
    if (p->role != PSI_SERVER || p->due != PSI_CONSENT)
        return PSI_WRONG_PHASE;
    size_t from = out->len;
    message_begin(p, out, PSI_CONSENT, 0);
    message_end(p, out, from, PSI_ROWS);
    return PSI_FINE;
}

static int by_number(const void *x, const void *y)
{
    const uint32_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* The keys whose ranks the bitmap has; bit R % 8 of byte R / 8 is rank R. */
static enum psi_refusal read_bitmap(struct psi *p, const unsigned char *bitmap, size_t bits)
{
    uint32_t *match = ARENA_ARRAY(p->arena, (size_t)p->count + 1, uint32_t);
    size_t n = 0;
    for (size_t rank = 0; rank < bits; rank++) {
        if (!(bitmap[rank / 8] >> rank % 8 & 1))
            continue;
        if (n == p->count || rank >= p->n_server)
            return PSI_BAD_COUNT;
        match[n++] = p->order[rank];
    }
    if (n != p->count)
        return PSI_BAD_COUNT;
    qsort(match, n, sizeof *match, by_number);
    p->match = match;
    p->n_match = n;
    return PSI_FINE;
}

/* Body of ROWS: the bitmap; of ORDER: for each point of the request where it stood in the reply (4). */
enum psi_refusal psi_order(struct psi *p, const void *rows, size_t n, struct buf *out)
{
    struct message m;
    enum psi_refusal r = p->role == PSI_SERVER ? message_open(&m, p, PSI_ROWS, rows, n) : PSI_WRONG_PHASE;
    if (r)
        return r;
    if (m.n != bitmap_bytes(p->n_server))
        return PSI_MALFORMED;
    r = read_bitmap(p, m.body, m.n * 8);
    if (r)
        return r;
    message_taken(p, rows, n, PSI_ORDER);
    uint32_t *to = xmalloc(p->n_client * sizeof *to);
    group_shuffle(to, p->n_client, p->secret);
    size_t from = out->len;
    message_begin(p, out, PSI_ORDER, (size_t)p->n_client * 4);
    for (uint32_t i = 0; i < p->n_client; i++)
        put_number(out, to[i]);
    message_end(p, out, from, PSI_OVER);
    free(to);
    psi_end(p);
    return PSI_FINE;
}
