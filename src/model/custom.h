/*
 * Custom fields: what a customer adds to a noun. Carried through form, list, filter, API, import and rules.
 * Values stand in custom_value(noun, row_id, field_id, text, num), indexed both ways.
 */
#ifndef TANDEM_CUSTOM_H
#define TANDEM_CUSTOM_H

#include "model/call.h"

struct custom_field {
    int64_t id;
    const char *noun, *name, *label;
    enum field_kind kind; /* text, int, real, bool, date */
    enum text_form form;  /* FORM_CHOICE: one of options */
    struct option *options;
    bool required, partner_sees, partner_sets;
    struct field field; /* as any other field; named "custom.<name>" */
};

/*
 * Which there are, kept for the life of the process: they change as seldom as the programme. One a process
 * and database; what is read of a snapshot whose call.programme_stamp is known is kept by it, for what a
 * transaction reads may be undone, and its stamp given to another.
 */
struct custom_keeper *custom_keeper_new(void);
void custom_keeper_free(struct custom_keeper *k); /* NULL is fine */

/* The custom fields of a noun that the viewer may see, in their order; kept per call. */
enum status custom_fields(
    struct call *c, const struct noun *noun, struct custom_field ***out, size_t *n) MUST;
/* Stores what was given for the row; before and after go into the event that follows. */
enum status custom_store(struct call *c, const struct noun *noun, int64_t row_id) MUST;

#endif
