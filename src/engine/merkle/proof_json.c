#include "engine/merkle/proof_json.h"

#include "engine/merkle/base64.h"

void proof_json_write(struct json_out *w, const struct merkle_proof *p)
{
    struct buf text = buf_new(64);
    out_array(w);
    for (unsigned i = 0; i < p->n; i++) {
        buf_clear(&text);
        buf_add_base64(&text, p->h[i].b, HASH_SIZE);
        out_string(w, buf_str(&text));
    }
    out_end(w);
    buf_free(&text);
}

bool proof_json_read(struct merkle_proof *out, const json_t *v)
{
    size_t n = json_array_size(v); /* 0 for what is no array */
    if (!json_is_array(v) || n > MERKLE_PROOF_MAX)
        return false;
    out->n = (unsigned)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *h = json_array_get(v, i);
        if (!json_is_string(h) ||
            !base64_decode_exact(json_string_value(h), json_string_length(h), out->h[i].b, HASH_SIZE))
            return false;
    }
    return true;
}

bool proof_json_count(uint64_t *out, const json_t *v)
{
    json_int_t n = json_integer_value(v);
    if (!json_is_integer(v) || n < 0)
        return false;
    *out = (uint64_t)n;
    return true;
}
