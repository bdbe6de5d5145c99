/* A population's rows, as its job works on them. Private to mapping/. */
#ifndef TANDEM_MAPPING_ROWS_H
#define TANDEM_MAPPING_ROWS_H

#include "domain/mapping/mapping.h"
#include "engine/match/match.h"

struct member {
    int64_t id;
    const char *external_id, *name, *domain, *country, *city, *owner, *stage;
};

struct mapping_work {
    struct job_worker *w;
    int64_t id;
    struct population p;
    struct arena *arena;
    struct call *call; /* under which it reads, on one snapshot */
    bool all;          /* every row is matched anew */
    int64_t upload;    /* the file that waits to be read; 0: none */
    bool part;         /* it holds only what changed */
    int64_t again;     /* how often that was asked for, when the work began */
};

/* Ends the snapshot, runs STEP in a transaction of its own while the population is still ours, and opens the
 * next snapshot. */
enum status mapping_commit(struct mapping_work *m, job_step *step, void *arg) MUST;

#define MEMBER_KEYS 8
/* Hashes of the whole keys of a row; returns how many. */
size_t member_keys(const struct match_record *r, int64_t out[MEMBER_KEYS]);
const struct match_record *member_record(struct arena *a, const struct member *m);
#define MEMBER_COLUMNS "id, external_id, name, domain, country, city, owner, stage"
/* From a row of MEMBER_COLUMNS; texts are copied into A. */
struct member member_read(struct arena *a, const struct value *cells);

/* The list as it is now becomes the population's rows; only what differs is written. */
enum status mapping_read_list(struct mapping_work *m) MUST;
/* Rows that changed, or all, against what others share with the owner and the owner with others. */
enum status mapping_pair(struct mapping_work *m) MUST;

#endif
