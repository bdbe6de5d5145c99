/* What the pages of co-selling are given. Private to the pages and their templates. */
#ifndef TANDEM_COSELL_VIEW_H
#define TANDEM_COSELL_VIEW_H

#include "domain/cosell/candidates.h"
#include "domain/cosell/request.h"
#include "face/act_form.h"

/* Why this partner, why now (why.c). */
struct why_line {
    const char *mark, *text, *detail; /* mark: of a state; detail: NULL where there is none */
    bool plain;                       /* what fits, beside why now and the relationship */
};
struct why_part {
    const char *label;
    int points, most;
};
struct why_view {
    int64_t score;
    struct why_part parts[RANK_PARTS];
    struct why_line *lines;
    size_t n;
};
/* From the evidence that is stored with a request or a chance; false where there is none. */
bool why_read(struct call *c, struct html *h, const char *evidence, int64_t score, struct why_view *out);

/* Tabs over the finder and what came of it; CURRENT is the path of one. */
const struct part_tab *cosell_tabs(struct call *c, const char *current, size_t *n);
/* Offers ROWS (id, name) for a reference of the form; NONE is what stands for none of them. */
void cosell_offer(struct call *c, const struct act_form *form, const char *field, const char *prefix,
    const char *none, const struct rows *rows);

/* Where to ask PARTNER (0: none yet) for help with a deal, or where that is 0 at an account. */
const char *cosell_ask_href(
    struct call *c, int64_t partner_id, int64_t opportunity_id, int64_t account_id, const char *origin);

struct request_line {
    const char *subject, *href, *partner, *kind, *sub;
    const char *mark, *state;
    struct instant due, at;
    bool open, partner_side;
};
/* A row of requests as a list shows it. */
struct request_line request_line(struct call *c, struct html *h, const struct row *row);
struct requests_view {
    const struct part_tab *which;
    size_t n_which;
    const char *lead;
    struct request_line *lines;
    size_t n;
    const char *next;
    struct part_empty empty;
};

struct request_view {
    const char *subject, *mark, *state, *path;
    const char *kind, *text, *asker, *asked_of; /* who asks, and who is asked, in words */
    struct instant at, due, answered;
    bool open, asks; /* asks: the viewer's side does */
    struct fact_view *facts;
    size_t n_facts;
    const char *answer, *answer_mark, *answer_word;
    struct act_form accept, decline, withdraw; /* .shown: the viewer may */
    const struct why_view *why;                /* NULL: not the viewer's, or nothing known */
    const char *shown;                         /* to the vendor: what the partner reads before it answers */
};

struct helper_view {
    const char *partner, *partner_href, *ask_href, *asked_href; /* asked: the request that is open */
    struct why_view why;
};
struct help_view {
    const char *name;
    bool open; /* the deal is */
    struct helper_view *helpers;
    size_t n;
    const char *finder_href; /* the same customer there; NULL: the deal has no account */
};

struct chance_view {
    const char *account, *account_href, *partner, *partner_href, *deal, *deal_href;
    const char *line, *amount, *place;
    const char *ask_href, *asked_href; /* ask: NULL where the viewer may not; asked: the open request */
    int64_t score;
    bool known;
    struct why_view why;
};
/* Rows of chances, in their order (chances.c). ORIGIN, of cosell_origins: where a request from there begins.
 */
enum status chance_views(struct call *c, struct html *h, const struct list *list, const char *origin,
    struct chance_view **out) MUST;
struct finder_view {
    struct list_view *list;
    const struct part_tab *tabs;
    size_t n_tabs;
    struct chance_view *rows;
    size_t n;
};

/* Requests that ended, that were accepted; deals of those that are won, that are won or lost
 * (learned_page.c).
 */
enum learned { LEARNED_ENDED, LEARNED_ACCEPTED, LEARNED_WON, LEARNED_CLOSED, LEARNED };
struct learned_line {
    const char *label;
    int64_t n[LEARNED];
    const char *href[LEARNED]; /* its rows; NULL where there are none */
};
struct learned_view {
    const struct part_tab *tabs;
    size_t n_tabs;
    struct learned_line *lines, all;
    size_t n;
    /* Or the rows behind one of the numbers. */
    const char *of; /* what it counts; NULL: the table is shown */
    struct request_line *requests;
    size_t n_requests;
    const char *back, *next;
};

struct ask_view {
    const char *title, *lead;
    struct act_form form;
    struct hidden_value {
        const char *name, *value;
    } hidden[6];
    size_t n_hidden;
    struct part_field shares[8];
    size_t n_shares;
    const char *subject, *partner; /* those that the address named */
    const struct why_view *why;
};

#endif
