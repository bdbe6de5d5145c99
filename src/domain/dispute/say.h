/* A statement being written. Private to domain/dispute. */
#ifndef TANDEM_DISPUTE_SAY_H
#define TANDEM_DISPUTE_SAY_H

#include "domain/dispute/dispute.h"

#define STATEMENTS_PER_DAY 50                  /* of one person in one dispute */
#define DISPUTE_FILES_MAX  ((int64_t)50 << 20) /* bytes of all files of one dispute */

struct saying {
    int64_t dispute_id, party_id, partner_id;
    const char *side, *text;
    const struct incoming *files; /* NULL: none */
};
/* Stores it with its files. REFUSED beyond STATEMENTS_PER_DAY and DISPUTE_FILES_MAX. */
enum status dispute_add_statement(struct call *c, const struct saying *s) MUST;

#endif
