/* The figures for people and for programs, in public; for the vendor each leads to its rows. */
#include "base/json.h"
#include "domain/fairness/fairness_page.html.h"
#include "domain/fairness/view.h"

#define QUARTERS_SHOWN 4
#define QUARTERS_ALL   40

enum unit { UNIT_COUNT, UNIT_SECONDS, UNIT_PER_MILLE };

/* HREF: the list behind the figure, to which the quarter's days are added; NULL: none. */
static const struct {
    const char *key, *label, *definition, *href;
    enum unit unit;
} figures[FIGURE_COUNT] = {
    [FIGURE_DECISIONS] = {"decisions", N_("Decisions"),
        N_("Registrations that were approved or declined, at once or after a review."),
        "/decisions?kind=registration&outcome=approve,decline"},
    [FIGURE_MEDIAN] = {"median_seconds", N_("Median time to decide"),
        N_("Half of the decisions came within this time; what the rules decide counts as under one second. "
           "Exact to 9%."),
        NULL, UNIT_SECONDS},
    [FIGURE_P95] = {"p95_seconds", N_("95 of 100 decided within"),
        N_("Only 5 of 100 decisions took longer. Exact to 9%."), NULL, UNIT_SECONDS},
    [FIGURE_BY_RULES] = {"without_person_per_mille", N_("Decided without a person"),
        N_("The share of these decisions that the published rules made alone."), NULL, UNIT_PER_MILLE},
    [FIGURE_EXTENSIONS_GRANTED] = {"extensions_granted", N_("Extensions granted"),
        N_("Protections that were extended on evidence."), "/decisions?kind=extension&outcome=approve"},
    [FIGURE_EXTENSIONS_DECLINED] = {"extensions_declined", N_("Extensions declined"),
        N_("Requests to extend that were declined."), "/decisions?kind=extension&outcome=decline"},
    [FIGURE_OVERRIDES_ASKED] = {"overrides_asked", N_("Overrides asked for"),
        N_("Somebody at the vendor wanted to decide against a decision."), "/overrides?"},
    [FIGURE_OVERRIDES_CONFIRMED] = {"overrides_confirmed", N_("Overrides confirmed"),
        N_("A second person agreed: the decision was changed, and both stay in the log."),
        "/decisions?kind=override"},
    [FIGURE_DISPUTES] = {"disputes", N_("Disputes opened"),
        N_("A partner or one of the vendor's sellers said that a claim is not right."), "/disputes?tab=all"},
    [FIGURE_UPHELD] = {"disputes_upheld", N_("Disputes: upheld"), N_("Ruled: nothing moves."),
        "/disputes?tab=ruled&remedy=upheld"},
    [FIGURE_MOVED] = {"disputes_moved", N_("Disputes: moved"), N_("Ruled: the protection changed hands."),
        "/disputes?tab=ruled&remedy=moved"},
    [FIGURE_SHARED] = {"disputes_shared", N_("Disputes: shared"), N_("Ruled: both are protected."),
        "/disputes?tab=ruled&remedy=shared"},
    [FIGURE_COMPENSATED] = {"disputes_compensated", N_("Disputes: compensated"),
        N_("Ruled: an amount is owed."), "/disputes?tab=ruled&remedy=compensated"},
    [FIGURE_WITHDRAWN] = {"disputes_withdrawn", N_("Disputes: withdrawn"), N_("Given up before a ruling."),
        "/disputes?tab=withdrawn"},
};

/* ---- for people ---- */

static const char *duration(struct call *c, struct html *h, int64_t seconds)
{
    if (seconds < 1)
        return TR(c, "at once");
    if (seconds < 120)
        return arena_printf(c->arena, TR(c, "%s s"), fmt_int(h, seconds));
    if (seconds < 120 * 60)
        return arena_printf(c->arena, TR(c, "%s min"), fmt_int(h, (seconds + 30) / 60));
    if (seconds < 72 * 3600)
        return arena_printf(c->arena, TR(c, "%s h"), fmt_int(h, (seconds + 1800) / 3600));
    return arena_printf(c->arena, TR(c, "%s days"), fmt_int(h, (seconds + 43200) / 86400));
}

static const char *value(struct call *c, struct html *h, enum unit unit, int64_t n)
{
    return unit == UNIT_SECONDS     ? duration(c, h, n)
           : unit == UNIT_PER_MILLE ? fmt_percent(h, (double)n / 1000, 1)
                                    : fmt_int(h, n);
}

static struct date quarter_begins(int quarter)
{
    return date_make(quarter / 4, quarter % 4 * 3 + 1, 1);
}

static const char *rows_href(struct call *c, const char *list, int quarter)
{
    return arena_printf(c->arena, "%s%sfrom=%s&until=%s", list, list[strlen(list) - 1] == '?' ? "" : "&",
        date_iso(c->arena, quarter_begins(quarter)), date_iso(c->arena, quarter_begins(quarter + 1)));
}

static struct fairness_value tell(
    struct call *c, struct html *h, size_t figure, const struct fairness_quarter *q)
{
    const struct fairness_cell *cell = &q->cell[figure];
    struct fairness_value v = {0};
    if (cell->state == CELL_SHOWN)
        v.text = value(c, h, figures[figure].unit, cell->n);
    if (cell->state == CELL_HIDDEN) {
        v.text = TR(c, "fewer than 5");
        v.few = true;
    }
    if (v.text && role_audience(c->viewer->role) == VENDOR && figures[figure].href)
        v.href = rows_href(c, figures[figure].href, q->quarter);
    return v;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct fairness_quarter *q;
    struct fairness_view v = {.vendor = c->catalog->vendor};
    TRY(fairness_read(c, QUARTERS_SHOWN, &q, &v.n_quarters));
    v.quarters = ARENA_ARRAY(c->arena, v.n_quarters + 1, const char *);
    for (size_t i = 0; i < v.n_quarters; i++)
        v.quarters[i] = arena_printf(c->arena, TR(c, "Q%d %d"), q[i].quarter % 4 + 1, q[i].quarter / 4);
    for (size_t f = 0; f < FIGURE_COUNT; f++) {
        v.lines[f] = (struct fairness_line){.label = TR(c, figures[f].label),
            .definition = TR(c, figures[f].definition),
            .values = ARENA_ARRAY(c->arena, v.n_quarters + 1, struct fairness_value)};
        for (size_t i = 0; i < v.n_quarters; i++)
            v.lines[f].values[i] = tell(c, h, f, &q[i]);
    }
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Fairness");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    r->shell->description = TR(c, "How registrations are decided: figures per quarter, for everybody.");
    fairness_whole(h, &v);
    return OK;
}

const struct page fairness_page = {
    .path = "/fairness",
    .title = N_("Fairness"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .nav = N_("Trust"),
    .icon = "gauge",
    .show = show,
};

/* ---- for programs ---- */

static const char *quarter_key(struct call *c, int quarter)
{
    return arena_printf(c->arena, "%d-Q%d", quarter / 4, quarter % 4 + 1);
}

static enum status show_csv(struct call *c, struct page_request *r, struct html *h)
{
    struct fairness_quarter *q;
    size_t n;
    TRY(fairness_read(c, QUARTERS_ALL, &q, &n));
    buf_adds(h->b, "quarter");
    for (size_t f = 0; f < FIGURE_COUNT; f++)
        buf_addf(h->b, ",%s", figures[f].key);
    buf_adds(h->b, "\r\n");
    for (size_t i = 0; i < n; i++) {
        buf_adds(h->b, quarter_key(c, q[i].quarter));
        for (size_t f = 0; f < FIGURE_COUNT; f++) {
            const struct fairness_cell *cell = &q[i].cell[f];
            buf_addc(h->b, ',');
            if (cell->state == CELL_SHOWN)
                buf_addf(h->b, "%lld", (long long)cell->n);
            else if (cell->state == CELL_HIDDEN)
                buf_adds(h->b, "fewer than 5");
        }
        buf_adds(h->b, "\r\n");
    }
    r->file_name = "fairness.csv";
    r->type = "text/csv; charset=utf-8";
    return OK;
}

const struct page fairness_csv_page = {.path = "/fairness.csv",
    .title = N_("Fairness"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_csv};

static void out_quarter(struct call *c, struct json_out *w, const struct fairness_quarter *q)
{
    out_object(w);
    out_kv_string(w, "quarter", quarter_key(c, q->quarter));
    for (size_t f = 0; f < FIGURE_COUNT; f++) {
        const struct fairness_cell *cell = &q->cell[f];
        if (cell->state == CELL_SHOWN)
            out_kv_int(w, figures[f].key, cell->n);
        else
            out_kv_string(w, figures[f].key, cell->state == CELL_HIDDEN ? "fewer than 5" : NULL);
    }
    out_end(w);
}

static enum status show_json(struct call *c, struct page_request *r, struct html *h)
{
    struct fairness_quarter *q;
    size_t n;
    struct json_out w = json_out(h->b);
    TRY(fairness_read(c, QUARTERS_ALL, &q, &n));
    out_object(&w);
    out_key(&w, "definitions");
    out_object(&w);
    for (size_t f = 0; f < FIGURE_COUNT; f++)
        out_kv_string(&w, figures[f].key, TR(c, figures[f].definition));
    out_end(&w);
    out_key(&w, "quarters");
    out_array(&w);
    for (size_t i = 0; i < n; i++)
        out_quarter(c, &w, &q[i]);
    out_end(&w);
    out_end(&w);
    buf_addc(h->b, '\n');
    r->file_name = "fairness.json";
    r->type = "application/json";
    return OK;
}

const struct page fairness_json_page = {.path = "/fairness.json",
    .title = N_("Fairness"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_json};
