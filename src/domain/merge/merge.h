/*
 * Merging two rows that are the same company or person, and splitting them again.
 *
 *   kinds.c       what can be merged, and what moves with each kind
 *   plan.c        what a merge would do: values, moves, claims that meet
 *   claims.c      protections that meet on one account
 *   apply.c       the merge       split.c  taking it back
 *   duplicate.c   what may be the same; search.c looks for it in the background, candidates.c compares
 *
 * Whatever refers to the row that goes is moved to the one that is kept, by the nouns' own writing functions,
 * so that each row that moved has its event. What a person has done stays under the name by which it was
 * done. The row that goes stays as it was, hidden (noun.merged).
 */
#ifndef TANDEM_MERGE_H
#define TANDEM_MERGE_H

#include "face/page.h"
#include "runtime/jobs.h"

struct merge {
    const char *kind;        /* account, partner, person */
    const char *kept, *gone; /* ids as people see them */
    const char *kept_name, *gone_name;
    int64_t moved;     /* rows */
    const char *moves; /* JSON: what was moved and changed, for the way back (split.c) */
    const char *why;
    struct ref person_id;
    const char *state; /* done, undone */
};
extern const struct noun merge_noun;
extern const struct verb merge_create, merge_preview, merge_split;

/* Two rows that may be the same. */
struct duplicate {
    const char *kind, *one, *other, *one_name, *other_name;
    int64_t score;        /* percent */
    const char *evidence; /* what speaks for it: codes with commas */
    const char *state;    /* open, dismissed, merged */
    struct ref search_id; /* which search found it */
    struct ref person_id; /* who dismissed it */
};
extern const struct noun duplicate_noun;
extern const struct verb duplicate_dismiss, duplicate_reopen;

/* Somebody had them looked for: all rows are compared in the background (search.c). */
struct duplicate_search {
    const char *name;  /* what was compared, for people */
    const char *kind;  /* account, partner, person; NULL: all */
    const char *state; /* waiting, running, done */
    int64_t progress;  /* percent */
    int64_t found;     /* pairs that nobody knew */
    struct ref person_id;
    struct instant finished;
};
extern const struct noun duplicate_search_noun;
extern const struct verb duplicate_find;
extern const struct job_kind duplicate_search_job;

extern const struct page duplicates_page;       /* /duplicates */
extern const struct page duplicate_search_page; /* /duplicate-searches/:id */
extern const struct page merge_page;            /* /merge?kind=&kept=&gone= */
extern const struct page split_page;            /* /merges/:id/split */

/* How many pairs wait for somebody; for the navigation. */
enum status duplicate_count(struct call *c, int64_t *out) MUST;

#define MERGERS (ADMIN | OPERATIONS)

/* ---- kinds (kinds.c) ---- */

struct merge_kind {
    const char *name;
    const struct noun *noun;
    /*
     * References that move, as "noun.field" with commas; NULL: all of the model. What is not among them is
     * history and stays.
     */
    const char *moves;
    /* REFUSED when these two may not be one. */
    enum status (*check)(struct call *c, const struct row *kept, const struct row *gone);
    /* What follows from the rows that moved, after a merge or a split of these two; NULL: nothing. */
    enum status (*follow)(struct call *c, int64_t kept, int64_t gone);
};
const struct merge_kind *merge_kind(const char *name); /* NULL: there is none */
extern const struct option merge_kinds[];
/* Whether a merge can take the field's value from the row that goes. */
bool merge_takes(const struct merge_kind *k, const struct field *f);
/* The field of that name as a value of the row. */
const struct value *row_value(const struct noun *noun, const struct row *row, const char *field);

/* ---- the plan (plan.c) ---- */

bool merge_same(const struct value *a, const struct value *b);

struct merge_move {
    const struct noun *noun;
    const struct field *field;
    int64_t *ids;
    size_t n;
};

/* A claim of the row that goes, where another stands on the same account and product line. */
struct merge_claim {
    int64_t protection_id, registration_id, account_id, line_id, partner_id;
    int64_t other_id, other_registration_id, other_partner_id; /* of the row that is kept; 0: none stands */
    bool own;                                                  /* both are one partner's (once merged) */
    bool older;                                                /* in log order, than the other */
};

struct merge_plan {
    const struct merge_kind *kind;
    struct row kept, gone;
    uint64_t differ; /* fields that both could give */
    uint64_t take;   /* of them, from the row that goes */
    struct merge_move *moves;
    size_t n_moves;
    struct merge_claim *claims;
    size_t n_claims;
    int64_t total;            /* rows that move */
    int64_t tokens, sessions; /* of a person: they end */
};
#define MERGE_MAX 15000 /* rows that one merge moves */

/* TAKE: names with commas; NULL: whatever the kept row does not have. REFUSED when they cannot be merged. */
enum status merge_plan_read(struct call *c, const char *kind, const char *kept, const char *gone,
    const char *take, struct merge_plan *out) MUST;
/* The plan for machines; ends in an open object's members. */
struct json_out;
void merge_plan_json(struct call *c, const struct merge_plan *p, struct json_out *w);

/* ---- claims (claims.c) ---- */

/* Those of the row that goes, with what stands against each. */
enum status merge_claims_read(struct call *c, struct merge_plan *p) MUST;
/*
 * Moves them: of one partner's two the elder stays, of two partners' both, the younger behind, in a dispute.
 * W gets what is needed to take it back, as members of an open array.
 */
enum status merge_claims_move(struct call *c, const struct merge_plan *p, struct json_out *w) MUST;

/*
 * Locks both rows, by their ids as text, as other verbs lock them: who decides about either company waits,
 * and one merge or split goes at a time. What is no id is left to the plan to refuse.
 */
enum status merge_lock(struct call *c, const struct merge_kind *k, const char *kept, const char *gone) MUST;
/* Sets one reference of a row, as VERB. */
enum status merge_point(struct call *c, const struct noun *noun, const struct field *field, int64_t id,
    int64_t to, const char *verb) MUST;

#endif
