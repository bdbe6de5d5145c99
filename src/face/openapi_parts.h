/* The document under construction. Private to openapi*.c. */
#ifndef TANDEM_OPENAPI_PARTS_H
#define TANDEM_OPENAPI_PARTS_H

#include "face/example.h"

struct document {
    struct json_out w;
    struct arena *arena;
    const struct model *model;
    struct call *call;
    struct schema schema;
};

/* Pieces that both parts write. */
void doc_ref(struct json_out *w, const char *kind, const char *name);
void doc_key_ref(struct json_out *w, const char *key, const char *kind, const char *name);
/* "content": {TYPE: {"schema": ...}}, left open behind "schema". */
void doc_open_content(struct json_out *w, const char *type);
void doc_close_content(struct json_out *w);
/* Whether anything can be given to the verb. */
bool doc_has_input(const struct verb *v);

/*
 * An operation, from its method to "tags", left open; then what is its own; then the answer, left open before
 * its content; then its end, with the refusals that it knows (statuses, ended by 0). ROLES: who may do it.
 */
void doc_begin_operation(struct document *d, const char *method, const struct noun *noun, const char *name,
    const char *summary, unsigned roles);
/* Who may do it, in words, behind a sentence. */
const char *doc_with_roles(struct document *d, const char *text, unsigned roles);
void doc_begin_success(struct document *d, const char *status, const char *description);
void doc_end_operation(struct document *d, const int *refusals);
/* x-example: the calls that find what the operation needs, and its own (face/example.h). */
void doc_example(struct document *d, const struct example *e);
/* In open content behind its schema: the answer to the example, as WRITE writes it. */
void doc_answer(struct document *d, sample_noun_fn *write, const struct noun *noun);

/* The operations that do something (openapi_verbs.c). */
void doc_verb_operation(struct document *d, const struct verb *v);
void doc_bulk_path(struct document *d, const struct noun *noun);

/* The addresses of one noun. */
void doc_paths(struct document *d, const struct noun *noun);
/* Parameters, headers, problems, and the schemas of rows and inputs. */
enum status doc_components(struct document *d) MUST;

#endif
