/*
 * An example of an operation: the calls that find what it needs, and last its own. Nothing in it is made up:
 * ids are taken from answers, values come from the declarations (face/sample.h). The same steps are a curl
 * command, JavaScript, a request of the Postman collection and x-example of the OpenAPI document.
 */
#ifndef TANDEM_EXAMPLE_H
#define TANDEM_EXAMPLE_H

#include "face/sample.h"

#define EXAMPLE_STEPS 12

struct example_step {
    const char *name;   /* what it finds: "product_line"; NULL: nothing is taken from its answer */
    const char *take;   /* where that stands in the answer: ".items[0].id" */
    bool json;          /* it is JSON, not a text */
    const char *method; /* "GET" */
    const char *path;   /* behind API_ROOT; in it and in the body, {{name}} is what an earlier step found */
    const char *body;   /* JSON as people read it, or NULL */
    const char *header, *header_value; /* one more, or NULL; with names as in the path */
    const char *save; /* the answer is a file that is kept under this name; NULL: it is JSON */
};

struct example {
    struct example_step steps[EXAMPLE_STEPS];
    size_t n;
};

void example_list(const struct schema *s, const struct noun *noun, struct example *out);
void example_export(const struct schema *s, const struct noun *noun, struct example *out);
void example_get(const struct schema *s, const struct noun *noun, struct example *out);
void example_bulk(const struct schema *s, const struct noun *noun, struct example *out);
void example_verb(const struct schema *s, const struct verb *v, struct example *out);
/* One more call at the end. */
struct example_step *example_add(struct example *e, const char *method, const char *path);

/* ---- as people read it (example_text.c); BASE is "https://host/api/v1" ---- */

/* In a shell where TOKEN is set, with curl and jq. */
const char *example_curl(struct arena *a, const char *base, const struct example *e);
/* As an ECMAScript module where token is known. */
const char *example_script(struct arena *a, const char *base, const struct example *e);
/* TEXT with what WITH says for each {{name}}, given the step that finds it; a JSON string that is only such
 * a name goes with its quotes where the step finds JSON, or where BARE says so. */
typedef void example_name_fn(struct buf *b, const struct example_step *step);
const char *example_fill(
    struct arena *a, const struct example *e, const char *text, example_name_fn *with, bool bare);

#endif
