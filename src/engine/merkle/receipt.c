#include "engine/merkle/receipt.h"

#include "base/i18n.h"
#include "engine/merkle/base64.h"
#include "engine/merkle/proof_json.h"

#define RECEIPT_TYPE "tandem-receipt/1"
#define SALT_SIZE    32
/* A short number may have a long canonical form: 1e20 is written with 21 digits. */
#define CANONICAL_MAX (8 * RECEIPT_MAX)

struct hash receipt_leaf(const unsigned char salt[32], const char *canonical_statement)
{
    static const unsigned char leaf_prefix = 0x00;
    return sha256_3(&leaf_prefix, 1, salt, SALT_SIZE, canonical_statement, strlen(canonical_statement));
}

void receipt_write(struct buf *out, const char *canonical_statement, const unsigned char salt[32],
    uint64_t index, uint64_t size, const struct merkle_proof *proof, const char *checkpoint)
{
    struct buf salt_text = buf_new(64);
    struct json_out w = json_out(out);
    buf_add_base64(&salt_text, salt, SALT_SIZE);
    out_object(&w);
    out_kv_string(&w, "type", RECEIPT_TYPE);
    out_key(&w, "statement");
    out_raw(&w, canonical_statement);
    out_kv_string(&w, "salt", buf_str(&salt_text));
    out_kv_int(&w, "index", (int64_t)index);
    out_kv_int(&w, "size", (int64_t)size);
    out_key(&w, "proof");
    proof_json_write(&w, proof);
    out_kv_string(&w, "checkpoint", checkpoint);
    out_end(&w);
    buf_addc(out, '\n');
    buf_free(&salt_text);
}

static const struct {
    const char *name, *meaning;
} checks[] = {
    [RECEIPT_PASSED] = {"passed", ""},
    [RECEIPT_READABLE] = {"readable", N_("This file is something else, or it was damaged on its way.")},
    [RECEIPT_FORM] = {"form", N_("The receipt was changed or damaged. Ask for it again.")},
    [RECEIPT_SIGNATURE] = {"signature",
        N_("Either this is not the key of the log, or the checkpoint was changed after it was signed.")},
    [RECEIPT_CHECKPOINT] = {"checkpoint",
        N_("The key signed something else than a state of this log. It proves nothing about the log.")},
    [RECEIPT_SIZE] = {"size",
        N_("The receipt was changed, or put together from two states of the log. Ask for it again.")},
    [RECEIPT_PROOF] = {"proof",
        N_("The statement, its salt, its position or the proof was changed after the log was signed, or the "
           "statement never stood in this log.")},
};

const char *receipt_check_name(enum receipt_check check)
{
    return checks[check].name;
}

const char *receipt_check_meaning(enum receipt_check check)
{
    return checks[check].meaning;
}

/* What the verdict rests on and does not tell. */
struct parts {
    unsigned char salt[SALT_SIZE];
    struct merkle_proof proof;
    const char *note;
};

static bool fail(struct receipt_verdict *v, enum receipt_check check, const char *why)
{
    v->failed = check;
    v->why = why;
    return false;
}

static const json_t *read_root(struct arena *a, struct receipt_verdict *v, const char *json, size_t n)
{
    const char *error;
    const json_t *root = n <= RECEIPT_MAX ? json_read(a, json, n, &error) : NULL;
    const char *type = json_string_value(json_object_get(root, "type"));
    if (n > RECEIPT_MAX)
        fail(v, RECEIPT_READABLE, N_("The file is larger than a receipt can be."));
    else if (!root)
        fail(v, RECEIPT_READABLE, N_("The file is not valid JSON."));
    else if (!streq(type, RECEIPT_TYPE))
        fail(v, RECEIPT_READABLE, N_("The file does not say that it is a receipt of a kind known here."));
    else
        return root;
    return NULL;
}

static bool read_statement(struct arena *a, struct receipt_verdict *v, const json_t *root)
{
    struct buf canonical = buf_in(a, CANONICAL_MAX);
    v->members = json_object_get(root, "statement");
    if (!json_is_object(v->members))
        return fail(v, RECEIPT_FORM, N_("The receipt has no statement."));
    json_canonical(&canonical, v->members);
    if (canonical.overflow)
        return fail(v, RECEIPT_FORM, N_("The statement is too long."));
    v->statement = buf_str(&canonical);
    return true;
}

static bool read_place(struct receipt_verdict *v, struct parts *p, const json_t *root)
{
    const json_t *salt = json_object_get(root, "salt");
    if (!json_is_string(salt) ||
        !base64_decode_exact(json_string_value(salt), json_string_length(salt), p->salt, SALT_SIZE))
        return fail(v, RECEIPT_FORM, N_("The salt is not 32 bytes in base64."));
    if (!proof_json_count(&v->index, json_object_get(root, "index")) ||
        !proof_json_count(&v->size, json_object_get(root, "size")) || v->index >= v->size)
        return fail(v, RECEIPT_FORM, N_("Index and size do not name a position in a log."));
    if (!proof_json_read(&p->proof, json_object_get(root, "proof")))
        return fail(v, RECEIPT_FORM, N_("The proof is not a list of hashes in base64."));
    p->note = json_string_value(json_object_get(root, "checkpoint"));
    if (!p->note)
        return fail(v, RECEIPT_FORM, N_("The receipt has no checkpoint."));
    v->leaf = receipt_leaf(p->salt, v->statement);
    return true;
}

static bool check_log(struct receipt_verdict *v, const struct parts *p, const struct note_key *key)
{
    struct checkpoint c;
    size_t text_len;
    if (!note_verify(p->note, strlen(p->note), key, &text_len))
        return fail(v, RECEIPT_SIGNATURE, N_("The checkpoint is not signed by this key."));
    if (!checkpoint_parse(&c, p->note, text_len))
        return fail(v, RECEIPT_CHECKPOINT, N_("What the key signed is not a checkpoint."));
    if (!streq(c.origin, key->name)) /* the audit's tree is signed with the same key */
        return fail(
            v, RECEIPT_CHECKPOINT, N_("The checkpoint is of another log than the one the key names."));
    v->checkpoint = c;
    if (c.size != v->size)
        return fail(v, RECEIPT_SIZE, N_("The checkpoint is of a log of another size than the receipt says."));
    if (!merkle_verify_inclusion(&v->leaf, v->index, v->size, &p->proof, &c.root))
        return fail(v, RECEIPT_PROOF, N_("The proof does not lead from the statement to the signed log."));
    return true;
}

struct receipt_verdict receipt_verify(struct arena *a, const char *json, size_t n, const struct note_key *key)
{
    struct receipt_verdict v = {0};
    struct parts p = {0};
    const json_t *root = read_root(a, &v, json, n);
    v.good = root && read_statement(a, &v, root) && read_place(&v, &p, root) && check_log(&v, &p, key);
    return v;
}

struct receipt_verdict receipt_verify_keys(
    struct arena *a, const char *json, size_t n, const struct note_keys *keys, const struct note_term **term)
{
    struct receipt_verdict v = {0};
    *term = NULL;
    for (size_t i = 0; i < keys->n; i++) {
        v = receipt_verify(a, json, n, &keys->term[i].key);
        if (v.failed == RECEIPT_SIGNATURE)
            continue;
        if (v.good && !note_term_holds(&keys->term[i], v.size))
            v.good = fail(&v, RECEIPT_SIGNATURE,
                N_("The checkpoint is signed by a key that did not sign logs of this size."));
        else
            *term = &keys->term[i];
        break;
    }
    return v;
}
