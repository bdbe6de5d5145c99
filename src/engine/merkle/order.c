#include "engine/merkle/order.h"

#include "base/i18n.h"
#include "engine/merkle/base64.h"
#include "engine/merkle/proof_json.h"

#define ORDER_TYPE "tandem-order/1"
#define ORDER_MAX  ((size_t)1 << 20)

static void write_place(struct json_out *w, const struct order_place *p)
{
    struct buf leaf = buf_new(64);
    buf_add_base64(&leaf, p->leaf.b, HASH_SIZE);
    out_object(w);
    out_kv_int(w, "index", (int64_t)p->index);
    out_kv_string(w, "leaf", buf_str(&leaf));
    out_key(w, "proof");
    proof_json_write(w, &p->proof);
    out_kv_bool(w, "own", p->own);
    out_end(w);
    buf_free(&leaf);
}

void order_write(struct buf *out, const struct order_place place[2], uint64_t size, const char *checkpoint)
{
    size_t first = place[0].index < place[1].index ? 0 : 1;
    struct json_out w = json_out(out);
    out_object(&w);
    out_kv_string(&w, "type", ORDER_TYPE);
    out_kv_int(&w, "size", (int64_t)size);
    out_key(&w, "entries");
    out_array(&w);
    write_place(&w, &place[first]);
    write_place(&w, &place[1 - first]);
    out_end(&w);
    out_kv_string(&w, "checkpoint", checkpoint);
    out_end(&w);
    buf_addc(out, '\n');
}

static bool read_place(struct order_place *p, const json_t *v)
{
    const json_t *leaf = json_object_get(v, "leaf");
    p->own = json_is_true(json_object_get(v, "own"));
    return proof_json_count(&p->index, json_object_get(v, "index")) && json_is_string(leaf) &&
           base64_decode_exact(json_string_value(leaf), json_string_length(leaf), p->leaf.b, HASH_SIZE) &&
           proof_json_read(&p->proof, json_object_get(v, "proof"));
}

static const char *judge(struct order_verdict *v, const json_t *root, const struct note_keys *keys)
{
    const json_t *entries = json_object_get(root, "entries");
    const char *note = json_string_value(json_object_get(root, "checkpoint"));
    const struct note_term *term;
    struct checkpoint cp;
    if (!streq(json_string_value(json_object_get(root, "type")), ORDER_TYPE))
        return N_("The file does not say that it is a proof of an order.");
    if (json_array_size(entries) != 2 || !note ||
        !proof_json_count(&v->size, json_object_get(root, "size")) ||
        !read_place(&v->place[0], json_array_get(entries, 0)) ||
        !read_place(&v->place[1], json_array_get(entries, 1)))
        return N_("A part of the file is missing or has another form.");
    term = note_keys_open(&cp, note, strlen(note), keys, NULL);
    if (!term)
        return N_("The checkpoint is not signed by this key.");
    if (!streq(cp.origin, term->key.name)) /* the audit's tree is signed with the same key */
        return N_("The checkpoint is of another log than the one the key names.");
    if (cp.size != v->size)
        return N_("The checkpoint is of a log of another size than the file says.");
    for (size_t i = 0; i < 2; i++)
        if (v->place[i].index >= v->size || !merkle_verify_inclusion(&v->place[i].leaf, v->place[i].index,
                                                v->size, &v->place[i].proof, &cp.root))
            return N_("A proof does not lead from its entry to the signed log.");
    return v->place[0].index < v->place[1].index ? NULL
                                                 : N_("The entries are not in the order that the file says.");
}

struct order_verdict order_verify(struct arena *a, const char *json, size_t n, const struct note_keys *keys)
{
    struct order_verdict v = {0};
    const char *error;
    const json_t *root = n <= ORDER_MAX ? json_read(a, json, n, &error) : NULL;
    v.why = root ? judge(&v, root, keys) : N_("The file is not valid JSON.");
    v.good = !v.why;
    return v;
}
