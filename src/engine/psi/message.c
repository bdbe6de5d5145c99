#include "engine/psi/message.h"

#include "base/i18n.h"

#include <sodium.h>

#define VERSION 1
static const char magic[4] = {'T', 'P', 'S', 'I'};

const char *psi_refusal_text(enum psi_refusal r)
{
    static const char *const texts[PSI_REFUSALS] = {
        [PSI_FINE] = N_("good"),
        [PSI_MALFORMED] = N_("this is no message of a private mapping, or it is cut off"),
        [PSI_VERSION] = N_("the message is of a version of the protocol that is not known here"),
        [PSI_WRONG_PHASE] = N_("another message is due now"),
        [PSI_WRONG_RUN] = N_("the message belongs to another run"),
        [PSI_REPLAYED] =
            N_("the message does not follow the last one; it was sent before, or one is missing"),
        [PSI_WRONG_KEYS] = N_("the other side compares by other keys"),
        [PSI_TOO_FEW] = N_("a list has too few keys to hide who is on it"),
        [PSI_TOO_MANY] = N_("a list has more keys than a run takes"),
        [PSI_BAD_SET] = N_("the packed set does not hold what it says"),
        [PSI_BAD_POINT] = N_("a point is not one of the group"),
        [PSI_REPEATED] = N_("a point came twice"),
        [PSI_BAD_COUNT] = N_("the count cannot be right"),
        [PSI_BAD_ORDER] = N_("the order is no permutation"),
        [PSI_BAD_STATE] = N_("the saved run cannot be read, or belongs to another list"),
    };
    return texts[r];
}

void put_number(struct buf *out, uint32_t v)
{
    const unsigned char bytes[4] = {
        (unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8), (unsigned char)v};
    buf_add(out, bytes, sizeof bytes);
}

uint32_t get_number(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

int psi_message_type(const void *data, size_t n)
{
    const unsigned char *p = data;
    bool good = n >= MESSAGE_HEAD && n <= PSI_MAX_MESSAGE && memcmp(p, magic, sizeof magic) == 0 &&
                p[5] >= PSI_SETUP && p[5] < PSI_OVER && p[7] == 0 && get_number(p + 56) == n - MESSAGE_HEAD;
    return good ? p[5] : 0;
}

enum psi_refusal message_parse(struct message *m, enum psi_type type, const void *data, size_t n)
{
    const unsigned char *p = data;
    int found = psi_message_type(data, n);
    if (!found)
        return PSI_MALFORMED;
    if (p[4] != VERSION)
        return PSI_VERSION;
    if (found != (int)type)
        return PSI_WRONG_PHASE;
    if (p[6] < PSI_BY_BEST || p[6] >= PSI_BYS)
        return PSI_MALFORMED;
    *m = (struct message){.run = p + 8, .body = p + MESSAGE_HEAD, .n = n - MESSAGE_HEAD, .by = p[6]};
    return PSI_FINE;
}

static void hash_message(unsigned char out[32], const void *data, size_t n)
{
    crypto_generichash(out, 32, data, n, NULL, 0);
}

enum psi_refusal message_open(
    struct message *m, const struct psi *p, enum psi_type type, const void *data, size_t n)
{
    if (p->due != type)
        return PSI_WRONG_PHASE;
    enum psi_refusal r = message_parse(m, type, data, n);
    if (r)
        return r;
    if (sodium_memcmp(m->run, p->run, PSI_RUN) != 0)
        return PSI_WRONG_RUN;
    if (sodium_memcmp((const unsigned char *)data + 24, p->last, sizeof p->last) != 0)
        return PSI_REPLAYED;
    return m->by == p->by ? PSI_FINE : PSI_WRONG_KEYS;
}

void message_taken(struct psi *p, const void *data, size_t n, enum psi_type next)
{
    hash_message(p->last, data, n);
    p->due = next;
}

void message_begin(const struct psi *p, struct buf *out, enum psi_type type, size_t n)
{
    const unsigned char head[4] = {VERSION, (unsigned char)type, (unsigned char)p->by, 0};
    buf_add(out, magic, sizeof magic);
    buf_add(out, head, sizeof head);
    buf_add(out, p->run, PSI_RUN);
    buf_add(out, p->last, sizeof p->last);
    put_number(out, (uint32_t)n);
}

void message_end(struct psi *p, const struct buf *out, size_t from, enum psi_type next)
{
    ASSERT(!out->overflow);
    ASSERT(psi_message_type(out->p + from, out->len - from));
    message_taken(p, out->p + from, out->len - from, next);
}
