/* Receipts and consistency proofs from a stranger: verified, and told as text and as JSON. */
#include "engine/merkle/consistency.h"
#include "engine/merkle/receipt.h"
#include "engine/merkle/report.h"
#include "engine/merkle/statement_text.h"

#define VKEY "log.example/tandem+011b34c2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(struct arena *a, const struct receipt_verdict *v, const struct note_term *term)
{
    struct buf out = buf_in(a, BUF_MAX_DEFAULT);
    struct report r = {.receipt = v, .signer = term};
    report_text(&out, &r, LANG_EN);
    report_json(&out, &r);
    if (v->statement)
        text_statement(&out, v->members, LANG_EN);
    ASSERT(report_status(&r) == (v->good ? 0 : v->failed == RECEIPT_READABLE ? 2 : 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct note_keys *keys = ARENA_NEW(a, struct note_keys);
    const struct note_term *term;
    struct consistency_proof p;
    ASSERT(note_keys_parse(keys, VKEY));
    struct receipt_verdict v = receipt_verify_keys(a, (const char *)data, size, keys, &term);
    ASSERT(v.good == (v.failed == RECEIPT_PASSED) && v.good == !v.why && (!v.good || term));
    tell(a, &v, term);
    if (consistency_read(&p, a, (const char *)data, size)) {
        struct hash root = {{0}};
        ASSERT(!merkle_verify_consistency(p.old, &root, p.size, &root, &p.proof) || p.old == p.size);
    }
    arena_free(a);
    return 0;
}
