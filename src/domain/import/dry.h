/* A file checked without storing anything: what would be wrong with it. */
#ifndef TANDEM_IMPORT_DRY_H
#define TANDEM_IMPORT_DRY_H

#include "domain/import/kinds.h"

#define DRY_ERRORS 50

struct dry_result {
    const char *refused; /* why the file as a whole cannot be imported; NULL */
    const char *mapping; /* JSON */
    int64_t rows, good, bad;
    size_t n_errors; /* the first of them */
    struct dry_error {
        int64_t line;
        const char *reason;
    } errors[DRY_ERRORS];
};

/* On the call's snapshot; texts live in its arena. MAPPING "{}" is guessed. */
enum status import_dry(struct call *c, const struct import_kind *kind, const char *path, const char *mapping,
    struct dry_result *out) MUST;
void dry_json(struct buf *b, const struct dry_result *r);

#endif
