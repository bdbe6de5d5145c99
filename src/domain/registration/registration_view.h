/* What a registration's own page is given. Private to registration_page.c and its template. */
#ifndef TANDEM_REGISTRATION_VIEW_H
#define TANDEM_REGISTRATION_VIEW_H

#include "domain/note/panel.h"
#include "domain/registration/decision_view.h"
#include "domain/registration/evidence_view.h"
#include "domain/registration/extend_view.h"
#include "domain/registration/override.h"
#include "domain/registration/timeline_view.h"
#include "face/derived_view.h"

/* What can be done at once, without input. */
struct deed_view {
    const char *label, *action, *note;
    bool danger;
};

/* Who waits for the account, in the order in which they are asked: for the vendor's eyes. */
struct waiter_view {
    const char *partner, *href, *mark, *state;
};

/* The newest override, and where one is asked for: for the vendor's eyes. */
struct override_view {
    const char *ask;         /* NULL: nothing to override, or not for this viewer */
    const char *text, *href; /* of one that waits for a second person; NULL: none does */
};

struct registration_view {
    const struct decision_view *decision;
    const char *path, *csrf;
    struct fact_view *facts;
    size_t n_facts;
    struct alike_view *alike;
    size_t n_alike;
    /* for who rules */
    bool may_rule, problem;
    const char *problem_detail;
    struct part_field reason, days, margin;
    const struct part_field *fields[3];
    struct deed_view deeds[4];
    size_t n_deeds;
    struct decision_view *extensions; /* newest first */
    size_t n_extensions;
    struct extend_view *extend; /* NULL: it cannot be extended now */
    bool extend_open;
    struct log_view *log;
    struct override_view override;
    struct waiter_view *waiters;
    size_t n_waiters;
    int64_t version; /* that decided it, for the vendor's question what another would have; 0: not asked */
    struct timeline_view life;
    struct notes_panel notes;
    /* Who does not agree. */
    const char *dispute_href, *dispute_label, *dispute_note;
};

#endif
