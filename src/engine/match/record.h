/* A company prepared for comparing, and the keys by which an index finds it. */
#ifndef TANDEM_MATCH_RECORD_H
#define TANDEM_MATCH_RECORD_H

#include "engine/match/match.h"
#include "engine/match/name.h"

#define RECORD_MAX_NAMES 12

struct match_record {
    const char *domain;               /* registrable, also a shared one; NULL when unknown */
    const char *country;              /* folded English name; NULL when unknown */
    uint64_t domain_hash;             /* 0 when there is none or it is shared */
    uint64_t label_hash;              /* of the letters of its first label, folded as names are */
    uint64_t country_hash, city_hash; /* 0 when unknown */
    bool named_by_domain;             /* no name was given: the domain's first label stands for one */
    uint8_t n_names;
    const struct name *name[]; /* the main one first */
};

/*
 * Calls EMIT for every key of the record, the exact ones first, then by how selective they are. TEXT lives
 * only during the call.
 */
typedef void record_key_fn(void *ctx, const char *text, size_t n, bool exact);
void record_keys(const struct match_record *r, record_key_fn *emit, void *ctx);

#endif
