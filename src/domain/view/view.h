/* Saved views: what a list was asked for, kept under a name; one's own, or shared with one's side. */
#ifndef TANDEM_SAVED_VIEW_H
#define TANDEM_SAVED_VIEW_H

#include "model/call.h"

struct saved_view {
    const char *name;
    const char *list;   /* the noun's path: "registrations" */
    const char *query;  /* of its address: "state=approved&sort=protected_until" */
    const char *shared; /* own, side */
    const char *side;   /* vendor, partner: whose it is */
    const char *state;  /* kept, deleted */
    struct ref partner_id, owner_id;
};
extern const struct noun saved_view_noun;
extern const struct verb saved_view_create, saved_view_update, saved_view_delete, saved_view_restore;

#endif
