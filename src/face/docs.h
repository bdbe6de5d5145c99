/*
 * The documentation of the REST interface, written from the declared nouns and verbs: /api/v1/docs is the
 * guide, /api/v1/docs/<plural> a noun with its fields and verbs.
 */
#ifndef TANDEM_DOCS_H
#define TANDEM_DOCS_H

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

struct docs_verb {
    const char *id; /* anchor */
    const char *method, *path, *label, *summary, *roles, *states;
    const char *call, *script; /* the same as a curl command and in JavaScript */
    const struct docs_field *fields;
    size_t n_fields;
};

struct docs_noun {
    const struct noun *noun;
    const char *path, *roles;
    const char *list, *row; /* a curl command, an example of a row */
    const struct docs_field *fields;
    size_t n_fields;
    const struct docs_verb *verbs;
    size_t n_verbs;
};

struct docs_problem {
    const char *code, *title, *cure;
    int status;
};

struct docs_view {
    const char *base;                /* "https://host/api/v1" */
    const struct noun *const *nouns; /* those that are documented */
    size_t n_nouns;
    const struct docs_noun *noun; /* whose page it is; NULL: the guide */
    const struct docs_problem *problems;
    size_t n_problems;
};

#endif
