/* What the pages of signing in and of one's own settings are given. Private to them and their templates. */
#ifndef TANDEM_SIGN_IN_VIEW_H
#define TANDEM_SIGN_IN_VIEW_H

#include "face/parts.h"

struct sign_in_view {
    const char *vendor, *csrf, *then, *page, *next; /* next: where somebody wanted to go, or NULL */
    struct part_field email;
    const char *problem; /* a sentence, or NULL */
    bool sent;
    const char *again; /* path of the form */
};

struct sign_in_link_view {
    const char *vendor, *csrf, *secret, *page, *then;
    const char *problem; /* the link is of no use: then it is not asked again */
    const char *again;
};

struct me_view {
    const char *csrf, *email, *role, *partner, *since;
    bool problem;
    const char *problem_detail;
    const struct part_field *controls;
    const struct part_field **fields;
    size_t n;
};

#endif
