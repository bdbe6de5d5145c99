/* What becomes of a population's rows, written in transactions of some hundred. Private to mapping/. */
#ifndef TANDEM_MAPPING_WRITER_H
#define TANDEM_MAPPING_WRITER_H

#include "domain/mapping/rows.h"

struct row_op {
    enum { ROW_ADD, ROW_CHANGE, ROW_DROP } kind;
    struct member m;
    uint64_t identity, digest;
};

/*
 * A list that was never matched is written in the order of its indexes, rows by their identity and then all
 * keys by their hash: strewn, a million rows would write each page of both indexes hundreds of times.
 */
struct row_writer {
    struct mapping_work *m;
    bool first;            /* the list was never matched: whatever is there is of an attempt that broke off */
    struct arena *scratch; /* of the waiting rows' texts, reset when they are written */
    struct row_op *op;
    size_t n, cap;
    struct row_key {
        int64_t hash, row_id;
    } * key; /* of a first list */
    size_t n_keys, cap_keys;
    int64_t next_id;
};

enum status writer_begin(struct row_writer *w, struct mapping_work *m) MUST;
/* Texts of M live in w->scratch. */
enum status writer_add(struct row_writer *w, struct row_op op) MUST;
/* Whatever waits. */
enum status writer_end(struct row_writer *w) MUST;
void writer_free(struct row_writer *w);

#endif
