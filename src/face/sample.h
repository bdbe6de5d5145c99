/*
 * Believable JSON for documents: values, rows, inputs and answers. Everything comes from the declarations
 * (field.example, verb.example); docs/adding.md tells how to write one.
 */
#ifndef TANDEM_SAMPLE_H
#define TANDEM_SAMPLE_H

#include "face/schema.h"

/* An id of the noun, always the same. */
const char *sample_id(struct arena *a, const struct noun *noun);
/* A value that the field takes. NOUN: whose field or verb it is, or NULL. */
void sample_value(struct json_out *w, const struct schema *s, const struct noun *noun, const struct field *f);
/* What is written of a noun. */
typedef void sample_noun_fn(struct json_out *w, const struct schema *s, const struct noun *noun);
/* A row with all that anybody may see. */
void sample_row(struct json_out *w, const struct schema *s, const struct noun *noun);
/* A page of a list. */
void sample_list(struct json_out *w, const struct schema *s, const struct noun *noun);
/* What many rows answer. */
void sample_bulk(struct json_out *w, const struct schema *s, const struct noun *noun);
/* Whether the verb's example sends the field. */
bool sample_sends(const struct verb *v, const struct field *f);
/* A body for the verb; ids are those of no row. */
void sample_input(struct json_out *w, const struct schema *s, const struct verb *v);
/* What the verb answers to it: the row with what was sent, or what it says of its own. */
void sample_answer(struct json_out *w, const struct schema *s, const struct verb *v);
/* Where the field's example is found, behind its "@"; NULL: it is a value. References are found everywhere.
 */
const char *sample_lookup(const struct schema *s, const struct field *f);
/* What WRITE writes of the noun, and the answer to the verb's example (NULL: a file), as people read them. */
const char *sample_noun_text(const struct schema *s, const struct noun *noun, sample_noun_fn *write);
const char *sample_answer_text(const struct schema *s, const struct verb *v);
/* JSON as people read it. */
const char *sample_indented(struct arena *a, struct buf *b);

#endif
