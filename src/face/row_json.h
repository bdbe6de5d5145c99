/*
 * A row as JSON, for REST and the command line: id and references as prefixed text with the name beside
 * ("partner_id", "partner_name"), money as a decimal string, dates and times in ISO 8601, sets and lists as
 * arrays. What the viewer may not see is not there.
 */
#ifndef TANDEM_ROW_JSON_H
#define TANDEM_ROW_JSON_H

#include "base/json.h"
#include "model/call.h"

/* Which members of a row are wanted; id always is. */
struct row_select {
    bool some; /* false: all of them */
    bool version, created, updated, custom;
    uint64_t fields; /* by the noun's field index */
};

/* Comma-separated names; a name that the viewer cannot see is a problem of "fields". */
enum status row_select_parse(
    struct call *c, const struct noun *noun, const char *names, struct row_select *out) MUST;

/* The fields that must be read for it: those selected, and the currency beside an amount. */
uint64_t row_select_fields(const struct noun *noun, const struct row_select *select);

/* Writes the row's members into an object that is open already. The custom fields were read with the row. */
enum status row_members(struct call *c, const struct noun *noun, const struct row *row,
    const struct row_select *select, struct json_out *w) MUST;

/* The member that carries a reference's name: "partner_id" -> "partner_name". */
const char *ref_name_key(struct arena *a, const struct field *f);
/* "84000.00" of minor units. */
const char *money_decimal(struct arena *a, int64_t minor, int digits);

/* Minor digits of the currency that stands beside an amount. */
int row_digits(const struct call *c, const struct noun *noun, const struct row *row, const struct field *f);
/* "2026-09-01", or without its day where only the month counts. */
const char *field_date(struct arena *a, const struct field *f, const struct value *v);

#endif
