/* JSON Schema (2020-12, as in OpenAPI 3.1) of fields, rows and inputs. */
#ifndef TANDEM_SCHEMA_H
#define TANDEM_SCHEMA_H

#include "base/json.h"
#include "model/call.h"

/* What a schema is for: a field of an answer, or of an input. */
struct custom_field;

/* What a document is written with. */
struct schema {
    struct arena *arena;
    const struct model *model;
    const struct call *call; /* NULL: without the programme's lists; else those that its viewer meets */
    struct date today;       /* from which examples count their days */
};

/* C may be NULL: the built-in part, of always the same day. */
struct schema schema_of(struct arena *a, const struct model *m, const struct call *c);

enum schema_use { SCHEMA_ROW, SCHEMA_INPUT };

/* "product_line" -> "ProductLine", "deal" and "approve" -> "DealApprove". */
char *type_name(struct arena *a, const char *noun, const char *verb);

/* The schema of one field, as an object. NOUN: whose field or verb it is, or NULL. NULLABLE: null is among
 * its values. */
void schema_field(struct json_out *w, const struct schema *s, const struct noun *noun, const struct field *f,
    enum schema_use use, bool nullable);
/* A row of the noun. CUSTOM: the custom fields to list, N of them. */
void schema_row(struct json_out *w, const struct schema *s, const struct noun *noun,
    struct custom_field *const *custom, size_t n);
/* What the verb takes, with an example. */
void schema_input(struct json_out *w, const struct schema *s, const struct verb *v,
    struct custom_field *const *custom, size_t n);

/*
 * The keys of a choice in their order, NULL behind the last: its options, or the programme's list where the
 * viewer meets the field.
 */
const char *schema_choice(const struct schema *s, const struct field *f, size_t i);
/* The same document where it tells of a verb's input: its lists are told to those who may call it. */
struct schema schema_for(const struct schema *s, const struct verb *v);

/* In words: "text, up to 200 characters", "amount", "one of gold, silver", "id of a partner". */
const char *field_type_text(struct arena *a, enum lang lang, const struct model *m, const struct field *f);

/* Whether anybody may set the field through the verb: the fields of its input as documents show them. */
bool field_in_input(const struct verb *v, const struct field *f);

#endif
