/*
 * Notes: what somebody wrote down about a partner, an account or a registration. Each is of one side, the
 * vendor's or a partner's; the other side reads it only where it is shared, and never another partner.
 */
#ifndef TANDEM_DOMAIN_NOTE_H
#define TANDEM_DOMAIN_NOTE_H

#include "domain/note/subject.h"

struct note {
    const char *text;
    struct ref partner_id, account_id,
        registration_id; /* what it is about: one, or a partner's registration */
    const char *side;    /* vendor, partner: whose it is */
    const char *shared;  /* own, both: who reads it */
    const char *state;   /* kept, deleted */
    struct ref author_id;
};
extern const struct noun note_noun;
extern const struct verb note_create, note_update, note_delete, note_restore;

#endif
