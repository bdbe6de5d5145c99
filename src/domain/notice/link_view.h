/* What the pages behind links in mails, and the page of notifications, are given. Private to them. */
#ifndef TANDEM_NOTICE_LINK_VIEW_H
#define TANDEM_NOTICE_LINK_VIEW_H

#include "face/derived_view.h"

struct link_fact {
    const char *label, *text;
};

struct link_act_view {
    const char *title, *person, *company, *problem, *csrf, *secret, *page, *href;
    bool done, gone;
    const char *name; /* of the row */
    struct link_fact *facts;
    size_t n_facts;
    struct part_field *fields;
    const struct part_field **list;
    size_t n;
};

struct off_view {
    const char *kind, *address, *page, *csrf, *problem;
    bool done;
};

struct notifications_view {
    const char *csrf, *problem, *email;
    struct part_field *fields;
    const struct part_field **list;
    size_t n;
};

#endif
