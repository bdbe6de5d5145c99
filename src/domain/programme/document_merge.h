/*
 * Three documents into one: what a draft changed and what was published meanwhile, both against the version
 * that the draft began with. Rules are matched by id, items by key, examples by name; objects by member.
 */
#ifndef TANDEM_DOCUMENT_MERGE_H
#define TANDEM_DOCUMENT_MERGE_H

#include "model/call.h"

/* Both sides changed the same thing, each in its way. */
struct merge_conflict {
    const char *path;                   /* "rules.certified_free.when.partner.tier" */
    const json_t *base, *mine, *theirs; /* NULL: not there */
};

struct document_merge {
    json_t *document; /* the caller's; MINE wherever there is a conflict that nothing decides */
    struct merge_conflict *conflicts;
    size_t n, cap;
};

/* DECIDE (may be NULL) says of a conflict's path whether theirs is taken: "mine", "theirs", NULL undecided.
 */
void documents_merge(struct call *c, const json_t *base, const json_t *mine, const json_t *theirs,
    const char *(*decide)(void *ctx, const char *path), void *ctx, struct document_merge *out);

#endif
