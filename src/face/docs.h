/*
 * The documentation of the REST interface, written from the declared nouns and verbs: /api/v1/docs is the
 * guide, /api/v1/docs/<plural> a noun with its fields and verbs.
 */
#ifndef TANDEM_DOCS_H
#define TANDEM_DOCS_H

#include "face/example.h"
#include "face/site.h"

/*
 * PLURAL is NULL for the guide; a noun that is not documented is refused. C has a snapshot: custom fields are
 * shown as its viewer sees them. THEME as the cookie says, or NULL.
 */
enum status docs_write(
    struct buf *out, struct site *s, struct call *c, const char *plural, const char *theme) MUST;

/* ---- what docs.html shows ---- */

struct docs_field {
    const char *name, *label, *type, *hint;
    bool required, vendor_only, filter, sort, search;
};

/* How it is called, in both ways, and what it answers. */
struct docs_example {
    const char *curl, *script, *answer; /* answer: NULL where it is a file */
};

/* An operation: what reads, or a verb. */
struct docs_operation {
    const char *id; /* anchor */
    const char *method, *path, *label, *summary, *roles, *states;
    int status; /* of the answer */
    const struct docs_field *fields;
    size_t n_fields;
    struct docs_example example;
};

struct docs_noun {
    const struct noun *noun;
    const struct docs_field *fields;
    size_t n_fields;
    const struct docs_operation *operations;
    size_t n_operations;
};

struct docs_problem {
    const char *code, *title, *cure;
    int status;
};

struct docs_guide_part {
    const char *id, *title; /* N_() */
};
extern const struct docs_guide_part docs_guide_parts[]; /* ended by a NULL id */

enum {
    GUIDE_FIRST,
    GUIDE_PAGES,
    GUIDE_FILTERS,
    GUIDE_SEARCH,
    GUIDE_SORT,
    GUIDE_ONCE,
    GUIDE_UNCHANGED,
    GUIDE_KEPT,
    GUIDE_MANY,
    GUIDE_EXPORT,
    GUIDE_FOLLOW,
    GUIDE_EXAMPLES
};

struct docs_view {
    const char *base;                /* "https://host/api/v1" */
    const struct noun *const *nouns; /* those that are documented */
    const char *const *words;        /* by which the search finds each of them */
    size_t n_nouns;
    const struct docs_noun *noun; /* whose page it is; NULL: the guide */
    struct docs_example guide[GUIDE_EXAMPLES];
    const struct docs_problem *problems;
    size_t n_problems;
};

/* Fills in what the guide shows. */
void docs_fill_guide(struct call *c, struct docs_view *view);
/* An example as it is shown, with its ANSWER or NULL. */
void docs_show(
    struct call *c, const char *base, const struct example *e, const char *answer, struct docs_example *out);

#endif
