#include "engine/merkle/report.h"

#include "engine/merkle/statement_text.h"

static const struct {
    const char *name, *text;
    int status;
} findings[CONSISTENCY_COUNT] = {
    [CONSISTENT] = {"consistent", NULL, 0},
    [SPLIT_VIEW] = {"split_view",
        N_("Split view: the two checkpoints are of the same size, but of different content, and the log's "
           "key "
           "signed both. Different people were shown different logs. Keep both files: together they prove "
           "it."),
        1},
    [NOT_PROVEN] = {"not_proven",
        N_("The proof does not show that the longer log continues the shorter one. Either the proof is "
           "damaged, or earlier entries were changed or removed. Ask for the proof again. If it fails again, "
           "the log was rewritten, and the two signed checkpoints show it."),
        1},
    [OTHER_LOG] = {"other_log", N_("The checkpoints are of two different logs and cannot be compared."), 1},
    [NEEDS_PROOF] = {"needs_proof",
        N_("The checkpoints are of different size. Give the proof between them with --consistency."), 2},
    [OTHER_PROOF] = {"other_proof", N_("The proof is between other sizes than those of the checkpoints."), 2},
};

static const char *unsigned_why(const struct report *r)
{
    return r->replaced ? N_("The checkpoint is signed by a key that did not sign logs of this size.")
                       : N_("The checkpoint is not a checkpoint signed by this key.");
}

int report_status(const struct report *r)
{
    if (r->receipt && !r->receipt->good)
        return r->receipt->failed == RECEIPT_READABLE ? 2 : 1;
    if (r->unsigned_file)
        return 1;
    return r->compared ? findings[r->consistency].status : 0;
}

/* --- for a person --- */

static void text_row(struct buf *out, enum lang lang, const char *label, const char *value)
{
    text_label(out, tr(lang, label));
    text_add_safe(out, value);
    buf_addc(out, '\n');
}

/* Since when the key signs, and until when, where it was not the only one. */
static void text_term(struct buf *out, const struct note_term *t, enum lang lang)
{
    if (t->from) {
        text_label(out, tr(lang, N_("Signs since")));
        buf_addf(out, tr(lang, N_("size %llu")), (unsigned long long)t->from);
        buf_addf(out, "%s%s\n", t->time[0] ? ", " : "", t->time);
    }
    if (t->until < MERKLE_SIZE_MAX) {
        text_label(out, tr(lang, N_("Replaced at")));
        buf_addf(out, tr(lang, N_("size %llu")), (unsigned long long)t->until);
        buf_addc(out, '\n');
    }
}

static void text_signer(struct buf *out, const struct report *r, enum lang lang)
{
    if (!r->signer)
        return;
    text_label(out, tr(lang, N_("Signed by")));
    note_vkey(out, &r->signer->key);
    buf_addc(out, '\n');
    text_term(out, r->signer, lang);
}

static void text_place(struct buf *out, const struct report *r, enum lang lang)
{
    const struct receipt_verdict *v = r->receipt;
    buf_addf(out, "\n%s\n\n", tr(lang, N_("Where it stands")));
    text_label(out, tr(lang, N_("Position")));
    buf_addf(out, tr(lang, N_("%llu of a log of size %llu")), (unsigned long long)v->index + 1,
        (unsigned long long)v->size);
    buf_addc(out, '\n');
    text_row(out, lang, N_("Log"), v->checkpoint.origin);
    text_row(out, lang, N_("As of"),
        v->checkpoint.time[0] ? v->checkpoint.time : tr(lang, N_("the checkpoint names no time")));
    text_signer(out, r, lang);
    text_label(out, tr(lang, N_("Leaf hash")));
    buf_add_hex(out, v->leaf.b, HASH_SIZE);
    buf_addf(out, "\n\n%s\n",
        tr(lang, N_("Whoever runs the log signed that this statement stands at this position. It cannot be "
                    "changed, moved or removed without contradicting this receipt.")));
}

static void text_receipt(struct buf *out, const struct report *r, enum lang lang)
{
    const struct receipt_verdict *v = r->receipt;
    if (!v->good) {
        buf_addf(out, "%s %s\n", tr(lang, N_("Not proven.")), tr(lang, v->why));
        buf_addf(out, "%s\n", tr(lang, receipt_check_meaning(v->failed)));
        return;
    }
    buf_addf(out, "%s\n\n", tr(lang, N_("Proven. The log holds this statement:")));
    text_statement(out, v->members, lang);
    text_place(out, r, lang);
}

static void text_checkpoint(struct buf *out, enum lang lang, const char *label, const struct checkpoint *c)
{
    text_label(out, tr(lang, label));
    buf_addf(out, tr(lang, N_("size %llu")), (unsigned long long)c->size);
    if (c->time[0])
        buf_addf(out, ", %s", c->time);
    buf_adds(out, ", ");
    text_add_safe(out, c->origin);
    buf_addc(out, '\n');
}

static void text_comparison(struct buf *out, const struct report *r, enum lang lang)
{
    const char *text = findings[r->consistency].text;
    if (!text && r->old.size == r->new.size)
        text = N_("Both checkpoints show the same log.");
    else if (!text)
        text = N_("The longer log continues the shorter one: nothing was changed, moved or removed.");
    buf_addf(out, "%s\n\n", tr(lang, text));
    text_checkpoint(out, lang, N_("Checkpoint"), &r->old);
    text_checkpoint(out, lang, N_("Checkpoint"), &r->new);
}

void report_text(struct buf *out, const struct report *r, enum lang lang)
{
    if (r->receipt)
        text_receipt(out, r, lang);
    if (r->receipt && (r->unsigned_file || r->compared))
        buf_addc(out, '\n');
    if (r->unsigned_file) {
        text_add_safe(out, r->unsigned_file);
        buf_addf(
            out, ": %s %s\n", tr(lang, unsigned_why(r)), tr(lang, receipt_check_meaning(RECEIPT_SIGNATURE)));
    } else if (r->compared) {
        text_comparison(out, r, lang);
    }
}

/* --- for a program --- */

static void json_hash(struct json_out *w, const char *key, const struct hash *h)
{
    struct buf text = buf_new(2 * HASH_SIZE);
    buf_add_hex(&text, h->b, HASH_SIZE);
    out_kv_string(w, key, buf_str(&text));
    buf_free(&text);
}

static void json_checkpoint(struct json_out *w, const char *key, const struct checkpoint *c)
{
    out_key(w, key);
    out_object(w);
    out_kv_string(w, "origin", c->origin);
    out_kv_int(w, "size", (int64_t)c->size);
    json_hash(w, "root", &c->root);
    out_kv_string(w, "time", c->time[0] ? c->time : NULL);
    out_end(w);
}

static void json_term(struct json_out *w, const struct note_term *t)
{
    out_kv_int(w, "key_from", (int64_t)t->from);
    if (t->time[0])
        out_kv_string(w, "key_time", t->time);
    if (t->until < MERKLE_SIZE_MAX)
        out_kv_int(w, "key_until", (int64_t)t->until);
}

static void json_receipt(struct json_out *w, const struct report *r)
{
    const struct receipt_verdict *v = r->receipt;
    out_key(w, "receipt");
    out_object(w);
    out_kv_bool(w, "good", v->good);
    if (!v->good) {
        out_kv_string(w, "failed", receipt_check_name(v->failed));
        out_kv_string(w, "why", v->why);
        out_kv_string(w, "meaning", receipt_check_meaning(v->failed));
    } else {
        struct buf vkey = buf_new(1000);
        note_vkey(&vkey, &r->signer->key);
        out_key(w, "statement");
        out_raw(w, v->statement);
        out_kv_int(w, "index", (int64_t)v->index);
        out_kv_int(w, "position", (int64_t)v->index + 1);
        out_kv_int(w, "size", (int64_t)v->size);
        json_hash(w, "leaf", &v->leaf);
        json_checkpoint(w, "checkpoint", &v->checkpoint);
        out_kv_string(w, "key", buf_str(&vkey));
        json_term(w, r->signer);
        buf_free(&vkey);
    }
    out_end(w);
}

static void json_comparison(struct json_out *w, const struct report *r)
{
    out_key(w, "consistency");
    out_object(w);
    out_kv_bool(w, "good", r->consistency == CONSISTENT);
    out_kv_string(w, "finding", findings[r->consistency].name);
    out_kv_string(w, "why", findings[r->consistency].text);
    json_checkpoint(w, "old", &r->old);
    json_checkpoint(w, "new", &r->new);
    out_end(w);
}

void report_json(struct buf *out, const struct report *r)
{
    struct json_out w = json_out(out);
    out_object(&w);
    out_kv_bool(&w, "good", report_status(r) == 0);
    if (r->receipt)
        json_receipt(&w, r);
    if (r->unsigned_file) {
        out_key(&w, "checkpoint");
        out_object(&w);
        out_kv_bool(&w, "good", false);
        out_kv_string(&w, "file", r->unsigned_file);
        out_kv_string(&w, "why", unsigned_why(r));
        out_end(&w);
    }
    if (r->compared)
        json_comparison(&w, r);
    out_end(&w);
    buf_addc(out, '\n');
}
