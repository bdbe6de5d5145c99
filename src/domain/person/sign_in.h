/*
 * Signing in: by a link that is mailed, a password, or a passkey; with a second factor where its person has
 * one; and the sessions that this opens. Secrets stand in tables that no noun reads.
 */
#ifndef TANDEM_SIGN_IN_H
#define TANDEM_SIGN_IN_H

#include "domain/person/person.h"
#include "runtime/session.h"

#define ANYBODY (ROLE_BIT(ROLE_NONE) | ALL_ROLES)

/* ---- the ways in and out (sign_in.c, sign_in_link.c) ---- */

extern const struct verb person_sign_in_link, person_sign_in, person_sign_in_password, person_sign_in_code,
    person_sign_out;
extern const struct page sign_in_page, sign_in_link_page, sign_in_code_page;

/* Mails a link to sign in. NEXT: where to go once signed in; NULL is an invitation, which begins at the start
 * page. */
enum status sign_in_mail_link(struct call *c, int64_t person_id, const char *name, const char *email,
    enum lang lang, const char *next) MUST;

/*
 * The end of every way in: somebody has shown to be PERSON_ID by METHOD. Opens a session with a secret of its
 * own in place of the caller's; where METHOD is one factor and the person has a second, one that waits for
 * it. NEXT: the page where the browser goes on, or NULL.
 */
struct sign_in_done {
    int64_t person_id;
    const char *method, *next;
    bool trusted, whole; /* whole: nothing more is asked for */
};
enum status sign_in_open(struct call *c, const struct sign_in_done *done) MUST;

/* Counts a try, by what names who is meant and by the address that calls; REFUSED for a while when there were
 * too many. sign_in_was_right() takes it back: only guesses count. */
struct sign_in_limit {
    const char *name;
    int tries, tries_of_address, window_s;
};
enum status sign_in_try(struct call *c, const struct sign_in_limit *limit, const char *who) MUST;
void sign_in_was_right(struct call *c, const struct sign_in_limit *limit, const char *who);

/* ---- one's own ways in (password.c, second_factor.c, passkey.c) ---- */

struct sign_in_ways {
    bool password, codes;
    int64_t passkeys, recovery_left;
};
enum status sign_in_ways(struct call *c, int64_t person_id, struct sign_in_ways *out) MUST;

/* Whether people of that role must have a second factor (roles.second_factor of the programme). */
enum status second_factor_required(struct call *c, enum role role, bool *yes) MUST;
/* Whether the viewer's role must have one, and the viewer has none: then nothing but setting it up is
 * allowed. */
enum status second_factor_missing(struct call *c, bool *yes) MUST;

/* What changes how one signs in asks for a session whose person has proven who it is within this time. */
#define FRESH_MINUTES 15
bool sign_in_is_fresh(const struct call *c);
enum status sign_in_check_fresh(struct call *c) MUST;

extern const struct verb person_prove, person_set_password, person_remove_password;
extern const struct verb person_begin_codes, person_confirm_codes, person_stop_codes, person_recovery_codes,
    person_reset_second_factor;
extern const struct page me_sign_in_page; /* /me/sign-in */

/* Whether TEXT is a code of the person's app, or one of its recovery codes; uses it up. REFUSED: neither. */
enum status second_factor_use(struct call *c, int64_t person_id, const char *text) MUST;
/* Ten fresh recovery codes instead of those before, one a line. */
enum status recovery_codes_make(struct call *c, const char **codes) MUST;
/* The secret that is being set up, of TOTP_SECRET bytes; NULL: none is. */
enum status codes_pending(struct call *c, const unsigned char **secret) MUST;

/* The password with its passkeys, codes and sessions: of somebody who is another now, or must begin again. */
enum status sign_in_forget(struct call *c, int64_t person_id) MUST;
/* Tells a person by mail what happened to its ways in; WHAT is N_(). */
enum status sign_in_tell(struct call *c, int64_t person_id, const char *what) MUST;

struct passkey {
    const char *name, *state;
    struct instant last_used;
};
extern const struct noun passkey_noun;
extern const struct verb passkey_ask, passkey_create, passkey_rename, passkey_remove, person_sign_in_passkey;

/* ---- sessions (session_noun.c) ---- */

struct session {
    const char *device, *method;
    struct instant last_seen, expires;
};
extern const struct noun session_noun;
extern const struct verb session_end_one, session_end_everywhere, session_see;

#endif
