#include "engine/merkle/consistency.h"

#include "base/json.h"
#include "engine/merkle/proof_json.h"

void consistency_write(struct buf *out, const struct consistency_proof *p)
{
    struct json_out w = json_out(out);
    out_object(&w);
    out_kv_int(&w, "old", (int64_t)p->old);
    out_kv_int(&w, "new", (int64_t)p->size);
    out_key(&w, "proof");
    proof_json_write(&w, &p->proof);
    out_end(&w);
    buf_addc(out, '\n');
}

bool consistency_read(struct consistency_proof *out, struct arena *a, const char *json, size_t n)
{
    const char *error;
    const json_t *root = json_read(a, json, n, &error);
    return root && proof_json_count(&out->old, json_object_get(root, "old")) &&
           proof_json_count(&out->size, json_object_get(root, "new")) &&
           proof_json_read(&out->proof, json_object_get(root, "proof"));
}

enum consistency checkpoints_compare(
    const struct checkpoint *old, const struct checkpoint *new, const struct consistency_proof *p)
{
    ASSERT(old->size <= new->size);
    if (!streq(old->origin, new->origin))
        return OTHER_LOG;
    if (old->size == new->size)
        return memcmp(&old->root, &new->root, HASH_SIZE) == 0 ? CONSISTENT : SPLIT_VIEW;
    if (old->size == 0) /* every log continues the empty one */
        return CONSISTENT;
    if (!p)
        return NEEDS_PROOF;
    if (p->old != old->size || p->size != new->size)
        return OTHER_PROOF;
    return merkle_verify_consistency(old->size, &old->root, new->size, &new->root, &p->proof) ? CONSISTENT
                                                                                              : NOT_PROVEN;
}
