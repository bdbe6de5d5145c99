/* People of the vendor and of its partners, and their API tokens. */
#ifndef TANDEM_PERSON_H
#define TANDEM_PERSON_H

#include "face/page.h"
#include "model/call.h"

struct person {
    const char *name, *email;
    const char *role;      /* role_key() */
    struct ref partner_id; /* of a partner's person */
    const char *phone;
    const char *language; /* en, de */
    const char *zone;
    const char *state; /* invited, active, inactive */
    struct instant last_seen;
    const char *checkpoint_mail; /* on, off; NULL: as usual for the role */
    struct ref merged_into;
    const char *notify; /* JSON: how kinds of notices come that do not come as usual (notice/ways.h) */
};
extern const struct noun person_noun;
/* Whether somebody gets the log's checkpoint each week: partners' admins, unless they said otherwise. */
bool person_gets_checkpoints(const struct person *p);
extern const struct option checkpoint_mail_options[];
extern const struct verb person_invite, person_update, person_update_me, person_deactivate, person_activate;

/*
 * Whether the caller may give somebody that role at that partner (0: the vendor's own); REFUSED with the
 * field's problem. The one place that decides it.
 */
enum status person_check_role(struct call *c, enum role role, int64_t partner_id) MUST;

/* Whether the caller may change that person at all; REFUSED as forbidden. */
enum status person_check_change(struct call *c, const struct person *p) MUST;

extern const struct page me_page; /* /me */

struct token {
    const char *name;
    struct ref person_id;
    const char *scopes; /* ",read,write," */
    struct date expires;
    const char *state; /* active, revoked */
};
extern const struct noun token_noun;
extern const struct verb token_create, token_revoke;
/* Within a transaction: makes a token and its secret, which is shown once. */
enum status token_issue(struct call *c, const char *name, int64_t person_id, const char *scopes,
    struct date expires, int64_t *id, const char **secret) MUST;

#endif
