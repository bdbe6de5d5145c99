/* What an opportunity's own page is given. Private to deal_page.c, deal_forms.c, deal_history.c and the
 * template. */
#ifndef TANDEM_OPPORTUNITY_DEAL_VIEW_H
#define TANDEM_OPPORTUNITY_DEAL_VIEW_H

#include "domain/cosell/panel.h"
#include "domain/file/file.h"
#include "domain/opportunity/opportunity.h"
#include "domain/touchpoint/panel.h"
#include "face/derived_view.h"

/* One of the page's forms: the summary opens it. */
struct deal_form {
    const char *name, *action, *did; /* did: "noun.verb.{id}", for the toast */
    const char *label, *submit, *key, *note;
    struct part_field *fields;
    const struct part_field **list; /* the same, for the summary of errors */
    size_t n;
    bool open, files, danger, versioned;
    bool of_opportunity; /* its input names the opportunity */
    const char *detail;  /* of the refusal */
};

struct step_view {
    const char *text, *due, *mark, *owner, *with, *path, *id;
    bool done, may_tick, may_change;
};
struct comment_view {
    const char *text, *author, *with, *path, *id;
    struct instant at;
    bool own;
};
struct member_view {
    const char *name, *href, *sub, *share, *path, *id;
    bool removable, partner_side;
};
struct product_view {
    const char *name, *amount, *path, *id;
};

struct deal_page {
    const char *id, *path, *csrf, *name;
    int64_t version;
    const char *mark, *state;
    bool vendor, open;
    struct fact_view *facts;
    size_t n_facts;
    struct step_view *steps;
    size_t n_steps, n_late;
    struct comment_view *comments;
    size_t n_comments;
    const char *all_comments; /* href, where there are more */
    struct file_link *files;
    size_t n_files;
    struct member_view *members;
    size_t n_members;
    const char *left; /* what of the credit is not given: "40%" */
    struct product_view *products;
    size_t n_products;
    struct deal_form *step, *comment, *member, *product, *move, *day, *win, *lose,
        *reopen; /* NULL: not for the viewer */
    struct touch_panel touchpoints;
    struct cosell_panel help;  /* of an open deal, the vendor's */
    struct credit_view credit; /* the vendor's */
    const char *refused;       /* of what no form of the page can tell */
    struct event_view *events;
    size_t n_events;
};

/* deal_forms.c: what the viewer may do, with what was refused. */
enum status deal_forms(
    struct call *c, struct page_request *r, struct html *h, const struct row *row, struct deal_page *v) MUST;
/* deal_history.c: what happened, as far as the viewer sees what it happened to; newest first. */
enum status deal_history(struct call *c, struct html *h, int64_t id, struct deal_page *v) MUST;

#endif
