/*
 * Derived pages: the list of a noun with filters, sorting, search and export, a row's record with its
 * timeline and what can be done, and a verb's form. All of it follows from the declarations.
 */
#ifndef TANDEM_DERIVED_H
#define TANDEM_DERIVED_H

#include "face/export.h"
#include "face/page.h"

enum status derived_list(
    struct call *c, struct page_request *r, struct html *h, const struct noun *noun) MUST;
enum status derived_record(
    struct call *c, struct page_request *r, struct html *h, const struct noun *noun, int64_t id) MUST;
/* ID 0: a verb on the collection. R->problem and R->given show it again after a refusal. */
enum status derived_form(
    struct call *c, struct page_request *r, struct html *h, const struct verb *verb, int64_t id) MUST;
/* Everything one may see, by words: /search?q= (a fragment for the palette, or a page). */
enum status derived_search(struct call *c, struct page_request *r, struct html *h) MUST;
/* The whole list as a file with the same filters: /<plural>.csv, .xlsx, .json, .jsonl. */
enum status derived_export(
    struct call *c, struct page_request *r, const struct noun *noun, const struct export_kind *kind) MUST;

/* ---- parts for the domains' own pages ---- */

/* A field's value as the viewer reads it, as text; references by title, choices by label. Never NULL. */
const char *value_text(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row, size_t field);
/* What names a row: its title as the viewer reads it; NULL where it has none. */
const char *name_text(struct call *c, struct html *h, const struct noun *noun, const struct row *row);
/* The label and mark of a row's state; NULL where the noun has none. */
const struct state *row_state(const struct noun *noun, const struct row *row);
/*
 * Controls for the first MOST fields of a verb (0: all), filled with what was given; *N how many. A choice
 * among rows costs reading them: ask only for what is shown.
 */
struct part_field;
const struct part_field *verb_controls(struct call *c, struct html *h, const struct page_request *r,
    const struct verb *verb, size_t most, size_t *n);
/*
 * The same for one of several forms of a page, which names itself FORM in a hidden field "form": its controls
 * have ids of their own, and what was given only where it is the one that was refused (*REFUSED).
 */
struct part_field *form_controls(struct call *c, struct html *h, const struct page_request *r,
    const struct verb *verb, const char *form, size_t most, size_t *n, bool *refused);
/* The same for the custom fields that the viewer may set with it; ROW NULL: of a new one. */
const struct part_field *custom_controls(
    struct call *c, const struct page_request *r, const struct verb *verb, const struct row *row, size_t *n);
/* What an event says: "Changed: tier, standing", with the fields that the viewer may see. */
const char *derived_event_text(
    struct call *c, const struct noun *noun, const char *verb, const char *payload);
/* The timeline of a row: its events that the viewer may see, newest first. */
enum status derived_timeline(
    struct call *c, struct html *h, const struct noun *noun, int64_t id, size_t limit) MUST;

#endif
