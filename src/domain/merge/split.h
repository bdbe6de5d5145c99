/* What a split would do; for split.c and its page. Private to merge/. */
#ifndef TANDEM_SPLIT_H
#define TANDEM_SPLIT_H

#include "domain/merge/merge.h"

enum split_way {
    SPLIT_BACK,      /* as the merge left it: goes back */
    SPLIT_CHANGED,   /* was changed since: a person decides */
    SPLIT_ELSEWHERE, /* belongs to somebody else by now: stays there */
};

struct split_row {
    const struct noun *noun;
    const struct field *field;
    int64_t id;
    const char *text; /* its id as people see it */
    enum split_way way;
};

struct split_plan {
    int64_t id;
    struct merge merge;
    const struct merge_kind *kind;
    int64_t kept, gone;
    json_t *moves;
    struct split_row *rows;
    size_t n, n_way[3];
};

/* REFUSED when one of the two was merged again since: that merge is split first. */
enum status split_plan_read(struct call *c, int64_t merge_id, struct split_plan *out) MUST;

#endif
