/* The document under construction. Private to openapi*.c. */
#ifndef TANDEM_OPENAPI_PARTS_H
#define TANDEM_OPENAPI_PARTS_H

#include "face/schema.h"

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

/* The addresses of one noun. */
void doc_paths(struct document *d, const struct noun *noun);
/* Parameters, headers, problems, and the schemas of rows and inputs. */
enum status doc_components(struct document *d) MUST;

#endif
