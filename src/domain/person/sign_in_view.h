/* What the pages of signing in and of one's own settings are given. Private to them and their templates. */
#ifndef TANDEM_SIGN_IN_VIEW_H
#define TANDEM_SIGN_IN_VIEW_H

#include "base/time.h"
#include "face/parts.h"

struct sign_in_view {
    const char *vendor, *csrf, *then, *page, *next; /* next: where somebody wanted to go, or NULL */
    struct part_field email, password;
    const char *problem; /* a sentence, or NULL */
    bool sent, by_password;
    const char *again, *other; /* path of the form; of the other way */
};

struct sign_in_link_view {
    const char *vendor, *csrf, *secret, *page, *then;
    const char *problem; /* the link is of no use: then it is not asked again */
    const char *again;
};

struct sign_in_code_view {
    const char *csrf, *page, *next, *problem;
    struct part_field code;
    bool gone; /* nobody waits for a code */
    bool codes, passkeys;
};

struct me_view {
    const char *csrf, *email, *role, *partner, *since;
    bool problem;
    const char *problem_detail;
    const struct part_field *controls;
    const struct part_field **fields;
    size_t n;
};

struct me_passkey_view {
    const char *id, *name;
    struct instant created, last_used; /* 0: never */
};

struct me_session_view {
    const char *id, *device, *method;
    struct instant last_seen;
    bool own;
};

struct me_sign_in_view {
    const char *csrf, *email, *problem;
    bool fresh, password, codes;
    int64_t recovery_left;
    bool second_factor;   /* there is one */
    bool must;            /* there is none, and the viewer's role must have one */
    const char *recovery; /* the codes, one a line, when they were just made; NULL: they are not shown */
    struct part_field prove, set; /* the present password; a new one */
    /* an app that is being set up */
    const char *secret, *address; /* NULL: none is */
    const char *picture;          /* the address as a QR code: the path of its dark squares */
    int picture_side;
    struct part_field code, passkey_name;
    const struct me_passkey_view *passkeys;
    size_t n_passkeys;
    const struct me_session_view *sessions;
    size_t n_sessions;
};

#endif
