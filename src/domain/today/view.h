/*
 * What Today is given, and what its roles share. Private to domain/today.
 *
 * A role's file reads what it needs with one today_ask() and says each thing that waits with need_add();
 * needs_group() puts them in order under the headings of when they are due.
 */
#ifndef TANDEM_TODAY_VIEW_H
#define TANDEM_TODAY_VIEW_H

#include "domain/account/lookup.h"
#include "domain/registration/brief.h"
#include "face/page.h"
#include "face/parts.h"
#include "model/call.h"

#define LAPSE_DAYS  14 /* a protection that ends within so many days is told */
#define SILENT_DAYS 30 /* a partner that did nothing for so long is silent */
#define NEEDS_MAX   60 /* more than a person does in a day: the lists have the rest */

/* Something that waits for the viewer. */
struct need_view {
    const char *who, *href; /* its heading, and what Enter opens */
    bool partner_side;
    const char *mark, *badge, *badge_exact; /* in a few words; mark: of a state; exact: on hover */
    const char *why;
    const char *fig, *fig_href,
        *fig_label; /* the figure behind the order, and its rows; NULL: there is none */
    const char *meta[2];
    const char *act, *act_href, *act_key; /* the one next step; NULL: opening it is */
    const char *done, *done_then; /* an address to post to instead of act_href, and where that leads */
    struct instant due;           /* 0: nothing says when */
    int64_t stake;                /* minor units of the programme's currency */
};

struct need_group {
    const char *label;
    const struct need_view *rows;
    size_t n;
};

/* A line of the panel beside. */
struct side_line {
    const char *label, *href, *sub, *value, *value_href, *mark;
};
struct side_view {
    const char *id, *title, *aside, *aside_href;
    struct side_line *lines;
    size_t n;
    const char *note; /* instead of lines, or below them */
};

/* The pipeline of a quarter: each figure with its deals. */
struct quarter_cell {
    const char *text, *exact, *href; /* text NULL: nothing */
};
struct quarter_table {
    const char *id, *title, *span, *credits[2]; /* credits: heads of the partners' parts */
    struct quarter_line {
        const char *label;
        struct quarter_cell cells[3]; /* all, sourced, influenced */
    } lines[4];
};
/* What stands in no quarter: "2 deals (€84,000) were to close before", with the way there. */
struct quarter_rest {
    const char *text, *href;
};

struct today_view {
    const char *title, *lead, *csrf;
    struct quarter_table *quarters;
    size_t n_quarters;
    struct quarter_rest rest[3];
    size_t n_rest;
    bool counting; /* the quarters are not whole yet */
    struct part_tile *tiles;
    size_t n_tiles;
    struct need_view *needs;
    size_t n_needs, n_more; /* more: left out */
    struct need_group *groups;
    size_t n_groups;
    struct part_empty empty; /* where nothing waits */
    struct brief_view own;   /* registrations, with their days */
    const char *own_title, *own_all, *own_all_href;
    struct side_view *sides;
    size_t n_sides;
    const struct lookup_view *lookup;
};

/*
 * A query with its arguments, a letter each for $1, $2 ...: v the viewer, p its partner, n now, s soon (when
 * what ends is told), d a day ago, w a week ago, m thirty days ago.
 */
struct today_query {
    const char *sql, *args;
};
/* Asks all of them in one round trip; the answers stand in OUT. */
enum status today_ask(struct call *c, const struct today_query *queries, size_t n, struct db_query *out) MUST;

/* A further need, zeroed; NULL when the page is full (it is counted). */
struct need_view *need_add(struct call *c, struct today_view *v);
/* Sorts by when they are due, then by what is at stake, and groups them. */
void needs_group(struct call *c, struct today_view *v);
/* How many different partners stand in the headings. */
size_t needs_partners(const struct today_view *v);
/* A further section beside, with room for MAX lines. */
struct side_view *side_add(
    struct call *c, struct today_view *v, const char *id, const char *title, size_t max);

/* The viewer's open tasks, for a role's queries; and what they ask for. */
#define MY_TASKS                                                                                             \
    {                                                                                                        \
        "select t.id, t.text, t.due, p.name, a.name, r.company from task t left join partner p on p.id = "   \
        "t.partner_id left join account a on a.id = t.account_id left join registration r on r.id = "        \
        "t.registration_id where t.owner_id = $1 and t.state = 'open' order by t.due nulls last, t.id "      \
        "limit 20",                                                                                          \
            "v"                                                                                              \
    }
void tell_tasks(struct call *c, struct html *h, const struct rows *rows, struct today_view *v);

/*
 * Contracts that have signs: those that the viewer sees to or whose partners it manages; a partner's, all of
 * its own. ACT leads to the contract.
 */
enum status tell_renewals(struct call *c, struct html *h, struct today_view *v) MUST;

/* Leads offered and co-sell requests that wait for the viewer's answer, and its reviews of the next days. */
enum status tell_selling(struct call *c, struct html *h, struct today_view *v) MUST;

/* What was won and is expected in this quarter and the next. For the vendor. */
enum status fill_quarters(struct call *c, struct html *h, struct today_view *v) MUST;

/* "12", or "12+" where there are more than were counted. */
const char *count_text(struct call *c, struct html *h, size_t n, bool more);
/* " limit 30" in a query. */
#define LIMIT(n)      " limit " LIMIT_TEXT(n)
#define LIMIT_TEXT(n) #n

/* "Due in 3 h", "Overdue by 20 min", with its mark; ready for a need. */
void need_due(struct call *c, struct html *h, struct need_view *n, struct instant due);
/* Amounts in several currencies as one of the programme's, by today's rates. */
struct stake {
    const char *currency[4];
    int64_t minor[4];
    size_t n;
};
void stake_add(struct stake *s, const char *currency, int64_t minor);
/* In minor units of the programme's currency; what has no rate is left out. */
enum status stake_sum(struct call *c, const struct stake *s, int64_t *out) MUST;
/* "A, B and 3 more". */
const char *names_text(struct call *c, struct html *h, const char *const *names, size_t n);
const char *row_path(struct call *c, const char *plural, const char *prefix, int64_t id);

/* The roles. Each fills V for c->viewer. */
enum status today_manager(struct call *c, struct page_request *r, struct html *h, struct today_view *v) MUST;
enum status today_operations(
    struct call *c, struct page_request *r, struct html *h, struct today_view *v) MUST;
enum status today_seller(struct call *c, struct page_request *r, struct html *h, struct today_view *v) MUST;
enum status today_partner(struct call *c, struct page_request *r, struct html *h, struct today_view *v) MUST;
enum status today_executive(
    struct call *c, struct page_request *r, struct html *h, struct today_view *v) MUST;

#endif
