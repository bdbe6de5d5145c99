/* What the templates of the report and of its cases are given; all texts in the viewer's language. */
#ifndef TANDEM_SIMULATION_VIEW_H
#define TANDEM_SIMULATION_VIEW_H

#include "face/page.h"
#include "face/parts.h"

/* A figure that opens its rows, and the words behind it. */
struct piece_view {
    const char *figure, *href, *text;
};

struct flow_view {
    const char *mark, *label;
    struct {
        const char *figure, *href; /* href NULL: nothing changes there */
    } to[3];
};

/* A partner, a tier or a type: who wins, who loses. */
struct winner_view {
    const char *name, *href, *sub;
    const char *net, *net_href, *what, *money;
    int bar; /* -50 to 50 */
};

struct figure_view {
    const char *label, *before, *after, *change;
};

struct missing_view {
    const char *fact, *cases;
};

struct changed_view {
    const char *href, *company, *partner, *amount, *decided;
    const char *mark_before, *before, *mark_after, *after;
    const char *why, *became;
};

struct report_view {
    const char *path, *action, *csrf, *name, *period, *state, *mark;
    const char *draft_href,
        *draft; /* the draft whose document it is, as it stands; NULL: none that he reads */
    const char *message, *problem;
    bool running, may_cancel, done, nothing;
    int64_t percent;
    const char *progress;
    const char *replayed;
    struct instant finished;
    struct part_empty empty;
    struct piece_view pieces[5];
    size_t n_pieces;
    const char *from, *to; /* names of both sides */
    struct flow_view flows[3];
    const char *totals[3];
    const char *share_before, *share_after, *fewer;
    struct winner_view *partners, *tiers, *types;
    size_t n_partners, n_tiers, n_types;
    const char *all_partners, *all_partners_href; /* NULL: all are shown */
    const char *knock_ons;
    struct figure_view figures[6];
    size_t n_figures;
    const char *clashes;
    struct missing_view *missing;
    size_t n_missing;
    const char *filter, *filter_off; /* what the cases are cut down to; NULL */
    const char *counted, *csv;
    struct changed_view *cases;
    size_t n_cases;
    const char *next;
    const char *const *assumptions;
    size_t n_assumptions;
};

/* One side of a case: its trace and facts. */
struct trace_view {
    const char *id, *title, *mark, *outcome, *then, *sentence;
    struct {
        const char *rule, *why;
        bool hit;
    } * steps;
    size_t n_steps;
    int64_t version; /* 0: not a published one */
    struct {
        const char *label, *text;
        bool corrected;
    } * facts;
    size_t n_facts;
};

struct case_view {
    const char *company, *what, *href, *report;
    const char *why, *cause_href, *cause;
    struct trace_view sides[2];
};

struct under_view {
    const char *company, *href, *action, *problem;
    struct part_field version;
    struct trace_view was, would;
    bool asked, same;
};

#endif
