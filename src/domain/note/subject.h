/* What a note or a task is about, and whose it is. Shared by both nouns. */
#ifndef TANDEM_SUBJECT_H
#define TANDEM_SUBJECT_H

#include "model/call.h"

struct subject {
    int64_t partner_id, account_id, registration_id;
};

/*
 * Checks what was given, as the viewer may name it: at most one, and a registration brings its partner. A
 * partner's people speak about their own company where they name nothing. REFUSED with the field's problem.
 */
enum status subject_read(struct call *c, struct ref partner_id, struct ref account_id,
    struct ref registration_id, struct subject *out) MUST;
/* "vendor" or "partner": whose side the viewer is on. */
const char *subject_side(const struct call *c);
/* The page that shows it; "/tasks" when it is about nothing. */
const char *subject_path(struct call *c, const struct subject *s);

#endif
