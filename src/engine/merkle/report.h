/* What `tandem verify` found out, told to a person or as JSON. */
#ifndef TANDEM_MERKLE_REPORT_H
#define TANDEM_MERKLE_REPORT_H

#include "base/i18n.h"
#include "engine/merkle/consistency.h"
#include "engine/merkle/receipt.h"

struct report {
    const struct receipt_verdict *receipt; /* NULL: none was given */
    const struct note_term *signer;        /* who signed the checkpoint of a good receipt */
    const char *unsigned_file;             /* a checkpoint that carries no good signature, or NULL */
    bool replaced;                         /* a key signed it that had been replaced by then */
    bool compared;                         /* then: */
    enum consistency consistency;
    struct checkpoint old, new;
};

/* The exit status that the findings mean: 0, 1 or 2. */
int report_status(const struct report *r);
void report_text(struct buf *out, const struct report *r, enum lang lang);
void report_json(struct buf *out, const struct report *r);

#endif
