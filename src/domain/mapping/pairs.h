/* Pairs of rows of two populations, from the keys they share until each side is told. Private to mapping/. */
#ifndef TANDEM_MAPPING_PAIRS_H
#define TANDEM_MAPPING_PAIRS_H

#include "domain/mapping/rows.h"

/* What one side may know. */
struct permit {
    bool counts, fields, export;
    const char *shared; /* fields beside the name */
    int64_t count_id;   /* of the row that tells how many: kept as long as the share is */
};

/* Another population that is shared with the owner, or that the owner shares with. */
struct target {
    int64_t id, partner_id, rows;
    const char *name, *kind, *owner, *domain;
    struct permit to_me, to_them;
};

struct sight {
    int64_t id;
    struct member m;
    const struct match_record *record;
};

struct pairing {
    struct mapping_work *m;
    const char *owner, *domain; /* of the population under way */
    struct target *target;      /* by id */
    size_t n_targets;
    int64_t *changed; /* rows to match, ascending where not all are */
    size_t n_changed, cap_changed;
    struct pair {
        int64_t mine, other;
        struct target *target;
        const struct sight *a, *b;
        struct match_result result;
    } * pair;
    size_t n, cap;
    struct sight *sight; /* the rows that are in a pair, by id */
    size_t n_sights;
    int64_t next_id;
};

/* Whom it is laid over, and what each side may know of it (targets.c). */
enum status pairing_targets(struct pairing *p) MUST;
/* The rows of the pairs, compared; pairs of two companies go (compare.c). */
enum status pairing_compare(struct pairing *p) MUST;
/* How many companies the list names, counted up to MOST (companies.c). */
enum status companies_in_list(struct db *db, int64_t population_id, int64_t most, int64_t *out) MUST;
/* How many companies the pairs told under COUNT_ID are; several rows of one are one, on either side. */
enum status companies_in_both(struct db *db, int64_t count_id, int64_t *out) MUST;
/* What is known of the pairs replaces what was told before (tell.c). */
enum status pairing_tell(struct pairing *p) MUST;

#endif
