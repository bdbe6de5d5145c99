/*
 * A registration's decision as people read it: outcome, date and money first, then the reasons, then the
 * facts, last the receipt. The same card stands on the page that registered and on the registration's own.
 */
#ifndef TANDEM_DECISION_VIEW_H
#define TANDEM_DECISION_VIEW_H

#include "domain/file/file.h"
#include "domain/registration/registration.h"
#include "face/page.h"

/* A day on the ruler under the end of the protection. */
struct mark_view {
    struct date day;
    const char *label;
    bool now;
};

/* A button that posts at once; path NULL: there is none. */
struct act_button {
    const char *path, *label;
    bool primary;
};

/* One of the three answers under it: what it is, the answer, and something to do with it. */
struct answer_view {
    const char *label, *strong, *strong_title, *text;
    const char *href, *link; /* link: its text; NULL: there is none */
    const char *href2, *link2;
    struct act_button act, act2;
};

struct change_view {
    const char *condition, *mark, *outcome, *then;
};

struct receipt_view {
    const char *id, *entry, *fingerprint, *signed_at; /* signed_at: ISO; NULL: not told */
    const char *href, *file, *command;
};

struct decision_view {
    const char *prefix;      /* of the ids of its parts: one page may show several */
    const char *csrf, *page; /* for the buttons in it */
    const char *mark, *word; /* of the state: data-s, and the headline */
    const char *company, *what;
    struct instant until; /* 0: no protection */
    const char *until_label, *left;
    struct mark_view marks[4];
    size_t n_marks;
    struct answer_view answers[3];
    /* A person's ruling, when one made the newest decision. */
    const char *ruled, *reason;
    /* What the rules decided; steps 0: nothing is known. */
    const char *decided;
    const struct explained_step *steps;
    size_t n_steps;
    const char *sentence, *hit_mark;
    int rules_left;
    int64_t programme_number;
    const char *rules_href, *rules_label;
    const struct explained_fact **used, **others; /* others: for the vendor */
    size_t n_used, n_others;
    struct instant at;
    struct change_view *changes;
    size_t n_changes;
    const char *no_change;   /* said when there are none */
    bool can_change;         /* the question makes sense: it was not approved */
    struct file_link *files; /* of an extension: its evidence */
    size_t n_files;
    struct receipt_view *receipt;
};

/* ROW as the viewer read it. Fails only as the database does: what is not there is left out. */
enum status decision_view_load(struct call *c, struct page_request *r, struct html *h, const struct row *row,
    struct decision_view *out) MUST;

/* The decision on an extension, by the same card; ROW of extension_noun. */
enum status extension_view_load(
    struct call *c, struct html *h, const struct row *row, struct decision_view *out) MUST;

/* "Flowgate · €84,000" */
const char *registration_what(struct call *c, struct html *h, const struct row *row);
/* A row's value of the registration's field FIELD, as value_text(). */
const char *registration_text(struct call *c, struct html *h, const struct row *row, const char *field);

#endif
