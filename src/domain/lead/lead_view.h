/* What the pages of leads are given. Private to them and their templates. */
#ifndef TANDEM_LEAD_VIEW_H
#define TANDEM_LEAD_VIEW_H

#include "face/derived_view.h"

struct lead_candidate_view {
    const char *id, *name, *href, *score;
    const char *reasons; /* "At home in the country · 3 certified people" */
};
struct lead_offer_view {
    const char *id, *path, *partner, *href, *score;
    const char *mark, *state, *when, *reason;
    bool withdrawable;
};
struct lead_alike_view {
    const char *name, *href, *answer, *score;
};

/* What became of it: a registration or an opportunity. */
struct lead_outcome_view {
    const char *kind, *name, *href, *mark, *state; /* mark NULL: its state is told there */
};

struct lead_view {
    struct record_view record;
    const char *path;
    bool vendor, offers_open; /* open: it may be offered now */
    const char *note;         /* why there is no candidate, or only one */
    struct lead_candidate_view *candidates;
    size_t n_candidates;
    struct lead_offer_view *offers;
    size_t n_offers;
    struct lead_alike_view *alike;
    size_t n_alike;
    struct lead_outcome_view *ends;
    size_t n_ends;
    const char *detail;                    /* of an offer that was refused */
    const char *mail_href, *register_href; /* for the partner that has it: what comes next; NULL: not now */
    bool contacted;
};

struct inbox_offer {
    const char *id, *path, *name, *need;
    const char *facts; /* "Manufacturing · 50 to 249 people · German" */
    const char *due, *due_exact, *due_mark;
    struct part_field reason, note;
    const struct part_field *fields[2];
    bool open; /* its decline was refused */
};
struct inbox_lead {
    const char *name, *href, *line, *mark, *state, *since;
    bool quiet; /* nobody spoke with it yet */
};
struct inbox_view {
    const char *csrf;
    struct inbox_offer *offers;
    size_t n_offers;
    struct inbox_lead *leads;
    size_t n_leads;
    const char *detail; /* of what was refused */
    const char *all;
    struct part_empty empty;
};

#endif
