/* The documentation page of the REST interface: /api/v1/docs, written from the declared nouns and verbs. */
#ifndef TANDEM_DOCS_H
#define TANDEM_DOCS_H

#include "face/site.h"

/* C has a snapshot: custom fields are shown as its viewer sees them. THEME as the cookie says, or NULL. */
enum status docs_write(struct buf *out, struct site *s, struct call *c, const char *theme) MUST;

/* ---- what docs.html shows ---- */

struct docs_field {
    const char *name, *label, *type, *hint;
    bool required, vendor_only, filter, sort, search;
};

struct docs_verb {
    const char *id; /* anchor */
    const char *method, *path, *label, *summary, *roles, *states;
    const char *call; /* the curl command */
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
    const char *base; /* "https://host/api/v1" */
    const struct docs_noun *nouns;
    size_t n_nouns;
    const struct docs_problem *problems;
    size_t n_problems;
};

#endif
