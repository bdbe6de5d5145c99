/* What the programme's page is given. Private to programme_page.c and its template. */
#ifndef TANDEM_PROGRAMME_VIEW_H
#define TANDEM_PROGRAMME_VIEW_H

#include "domain/programme/changes.h"
#include "face/derived.h"

struct kept_version {
    int64_t number, before; /* before: the version that it changed; 0: none */
    struct instant created, since;
    const char *note, *by, *author; /* author: NULL where it is the same person */
    const char *withdraw;
    bool active, scheduled, withdrawn, alone;
    struct programme_changes changes;
};

struct kept_draft {
    const char *title, *href, *author, *note, *mark, *state;
    int64_t base;
    struct instant updated;
};

struct programme_view {
    const char *csrf, *detail;
    int64_t active;
    bool edits;
    struct kept_version *versions;
    size_t n_versions;
    struct kept_draft *drafts;
    size_t n_drafts;
};

struct compare_view {
    int64_t from, to;
    struct programme_changes changes;
};

#endif
