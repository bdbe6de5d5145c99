#include "engine/psi/golomb.h"

struct bit_writer {
    struct buf *out;
    unsigned char byte;
    unsigned n; /* bits in it */
};

static void put_bits(struct bit_writer *w, uint64_t v, unsigned n)
{
    while (n--) {
        w->byte = (unsigned char)(w->byte << 1 | (v >> n & 1));
        if (++w->n == 8) {
            buf_addc(w->out, (char)w->byte);
            *w = (struct bit_writer){w->out, 0, 0};
        }
    }
}

void golomb_write(struct buf *out, const uint64_t *ascending, size_t n, unsigned bits)
{
    struct bit_writer w = {out, 0, 0};
    uint64_t before = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t step = ascending[i] - before;
        for (uint64_t q = step >> bits; q; q--)
            put_bits(&w, 1, 1);
        put_bits(&w, 0, 1);
        put_bits(&w, step, bits);
        before = ascending[i];
    }
    if (w.n)
        put_bits(&w, 0, 8 - w.n);
}

struct bit_reader {
    const unsigned char *data;
    size_t bits, at;
};

/* Past the end there are zeros; whoever reads looks at the position afterwards. */
static unsigned get_bit(struct bit_reader *r)
{
    unsigned bit = r->at < r->bits ? r->data[r->at / 8] >> (7 - r->at % 8) & 1 : 0;
    r->at++;
    return bit;
}

bool golomb_read(
    const unsigned char *data, size_t len, unsigned bits, uint64_t bound, uint64_t *out, size_t n)
{
    struct bit_reader r = {data, len * 8, 0};
    uint64_t before = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t step = 0;
        while (get_bit(&r))
            step++;
        for (unsigned b = 0; b < bits; b++)
            step = step << 1 | get_bit(&r);
        if (r.at > r.bits || step >= bound - before)
            return false;
        out[i] = before += step;
    }
    while (r.at % 8)
        if (get_bit(&r))
            return false;
    return r.at == r.bits;
}
