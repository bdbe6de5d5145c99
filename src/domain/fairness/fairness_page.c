/* The fairness page, for everybody, signed in or not; and its figures as JSON and CSV. */
#include "base/csv.h"
#include "base/json.h"
#include "domain/fairness/fairness.h"
#include "domain/fairness/fairness_page.html.h"
#include "domain/fairness/fairness_view.h"
#include "domain/fairness/measures.h"

#define QUARTERS_SHOWN 8
#define QUARTERS_SENT  80
#define FEW            5 /* a smaller count than this, but for 0, is not told */

static bool hidden(int64_t n)
{
    return n > 0 && n < FEW;
}

/* ---- for machines ---- */

static const char *quarter_key(struct arena *a, int64_t quarter)
{
    return arena_printf(a, "%lld-Q%lld", (long long)(quarter / 4), (long long)(quarter % 4 + 1));
}

/* A count of all decisions would tell a hidden one of its two parts. */
static bool share_hidden(const struct quarter_counts *q)
{
    return hidden(q->n[MEASURE_RULES]) || hidden(q->n[MEASURE_PERSON]);
}

/* Whether files leave it out: the page tells the sum of two, so that one alone would tell the hidden other.
 */
static bool left_out(const struct quarter_counts *q, int measure)
{
    static const struct {
        enum measure of, other;
    } halves[] = {{MEASURE_RULES, MEASURE_PERSON}, {MEASURE_EXTENSION_RULES, MEASURE_EXTENSION_PERSON}};
    for (size_t i = 0; i < COUNT(halves); i++)
        if (measure == (int)halves[i].of || measure == (int)halves[i].other)
            return hidden(q->n[halves[i].of]) || hidden(q->n[halves[i].other]);
    return hidden(q->n[measure]);
}

static void out_count(struct json_out *w, const struct quarter_counts *q, int measure)
{
    out_key(w, measure_names[measure]);
    if (left_out(q, measure))
        out_null(w);
    else
        out_int(w, q->n[measure]);
}

static void out_seconds(struct json_out *w, const char *key, int64_t us)
{
    out_key(w, key);
    if (us < 0)
        out_null(w);
    else
        out_int(w, us / US_PER_SECOND);
}

static void write_json(struct arena *a, struct buf *b, const struct quarter_counts *all, size_t n)
{
    struct json_out w = json_out(b);
    out_object(&w);
    out_kv_int(&w, "hidden_below", FEW);
    out_key(&w, "quarters");
    out_array(&w);
    for (size_t i = 0; i < n; i++) {
        out_object(&w);
        out_kv_string(&w, "quarter", quarter_key(a, all[i].quarter));
        for (int m = 0; m < MEASURE_COUNT; m++)
            out_count(&w, &all[i], m);
        out_seconds(&w, "median_seconds", all[i].median_us);
        out_seconds(&w, "p95_seconds", all[i].p95_us);
        out_end(&w);
    }
    out_end(&w);
    out_end(&w);
}

static void csv_count(struct arena *a, struct buf *b, const struct quarter_counts *q, int measure)
{
    csv_write_cell(b, left_out(q, measure) ? "" : arena_printf(a, "%lld", (long long)q->n[measure]), false);
}

static void write_csv(struct arena *a, struct buf *b, const struct quarter_counts *all, size_t n)
{
    csv_write_cell(b, "quarter", true);
    for (int m = 0; m < MEASURE_COUNT; m++)
        csv_write_cell(b, measure_names[m], false);
    csv_write_cell(b, "median_seconds", false);
    csv_write_cell(b, "p95_seconds", false);
    csv_write_end(b);
    for (size_t i = 0; i < n; i++) {
        csv_write_cell(b, quarter_key(a, all[i].quarter), true);
        for (int m = 0; m < MEASURE_COUNT; m++)
            csv_count(a, b, &all[i], m);
        csv_write_cell(b,
            all[i].median_us < 0 ? ""
                                 : arena_printf(a, "%lld", (long long)(all[i].median_us / US_PER_SECOND)),
            false);
        csv_write_cell(b,
            all[i].p95_us < 0 ? "" : arena_printf(a, "%lld", (long long)(all[i].p95_us / US_PER_SECOND)),
            false);
        csv_write_end(b);
    }
}

/* ---- for people ---- */

static const char *count_text(struct html *h, int64_t n)
{
    return hidden(n) ? tr(h->lang, "fewer than 5") : fmt_int(h, n);
}

/* "in the request", "40 s", "19 h", "3 days" */
static const char *time_text(struct html *h, int64_t us)
{
    int64_t s = us / US_PER_SECOND;
    if (us < 0)
        return FMT_NONE;
    if (s == 0)
        return tr(h->lang, "in the request");
    if (s < 60)
        return arena_printf(h->arena, "%s s", fmt_int(h, s));
    if (s < 3600)
        return arena_printf(h->arena, "%s min", fmt_int(h, s / 60));
    if (s < 48 * 3600)
        return arena_printf(h->arena, tr(h->lang, "%s h"), fmt_int(h, s / 3600));
    return arena_printf(h->arena, trn(h->lang, "%s day", "%s days", s / 86400), fmt_int(h, s / 86400));
}

/* The rows behind a quarter's figure. */
static const char *rows_href(struct call *c, const struct noun *noun, int64_t quarter, const char *filter)
{
    struct date from = quarter_first(quarter);
    struct date until = {date_add_months(from, 3).days - 1};
    if (!noun || !noun_readable(noun, c->viewer) || role_audience(c->viewer->role) != VENDOR)
        return NULL;
    return arena_printf(c->arena, "/%s?from=%s&until=%s%s", noun->plural, date_iso(c->arena, from),
        date_iso(c->arena, until), filter);
}

static const char *rulings_text(struct call *c, struct html *h, const struct quarter_counts *q)
{
    static const struct {
        enum measure measure;
        const char *label;
    } parts[] = {{MEASURE_DISPUTE_UPHELD, N_("upheld")}, {MEASURE_DISPUTE_MOVED, N_("moved")},
        {MEASURE_DISPUTE_SHARED, N_("shared")}, {MEASURE_DISPUTE_COMPENSATED, N_("compensated")},
        {MEASURE_DISPUTE_WITHDRAWN, N_("withdrawn")}};
    struct buf b = buf_in(c->arena, 1000);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (q->n[parts[i].measure])
            buf_addf(&b, "%s%s %s", b.len ? ", " : "", count_text(h, q->n[parts[i].measure]),
                TR(c, parts[i].label));
    return b.len ? buf_str(&b) : NULL;
}

static struct figure_view alone_figure(struct call *c, struct html *h, const struct quarter_counts *q)
{
    int64_t rules = q->n[MEASURE_RULES], all = rules + q->n[MEASURE_PERSON];
    const char *text = !all               ? FMT_NONE
                       : !share_hidden(q) ? fmt_ratio(h, rules, all)
                       : hidden(all)      ? TR(c, "fewer than 5")
                       : hidden(rules)    ? TR(c, "fewer than 5")
                                          : TR(c, "all but fewer than 5");
    return (struct figure_view){.text = text};
}

static struct quarter_view view_of(struct call *c, struct html *h, const struct quarter_counts *q)
{
    const struct noun *decisions = model_noun(c->model, "decision"),
                      *overrides = model_noun(c->model, "override"),
                      *disputes = model_noun(c->model, "dispute"),
                      *extensions = model_noun(c->model, "extension");
    int64_t all = q->n[MEASURE_RULES] + q->n[MEASURE_PERSON];
    int64_t extended = q->n[MEASURE_EXTENSION_RULES] + q->n[MEASURE_EXTENSION_PERSON];
    int64_t asked = q->n[MEASURE_OVERRIDE_ASKED], confirmed = q->n[MEASURE_OVERRIDE_CONFIRMED];
    bool few = hidden(all);
    return (struct quarter_view){.name = arena_printf(c->arena, TR(c, "Q%lld %lld"),
                                     (long long)(q->quarter % 4 + 1), (long long)(q->quarter / 4)),
        .decisions = {count_text(h, all), rows_href(c, decisions, q->quarter, "&kind=registration")},
        .alone = alone_figure(c, h, q),
        .median = {few ? FMT_NONE : time_text(h, q->median_us), NULL},
        .p95 = {few ? FMT_NONE : time_text(h, q->p95_us), NULL},
        .extensions = {count_text(h, extended), rows_href(c, extensions, q->quarter, "")},
        .overrides = {count_text(h, confirmed), rows_href(c, overrides, q->quarter, "")},
        .overrides_of = asked ? arena_printf(c->arena, TR(c, "of %s asked"), count_text(h, asked)) : NULL,
        .disputes = {count_text(h, q->n[MEASURE_DISPUTE_OPENED]), rows_href(c, disputes, q->quarter, "")},
        .rulings = rulings_text(c, h, q)};
}

static const char *lead(struct call *c, struct html *h, const struct quarter_counts *q)
{
    int64_t rules = q->n[MEASURE_RULES], all = rules + q->n[MEASURE_PERSON];
    if (all < FEW || share_hidden(q))
        return arena_printf(
            c->arena, TR(c, "How %s decides on deal registrations, by quarter."), c->catalog->vendor);
    if (q->p95_us < US_PER_SECOND)
        return arena_printf(c->arena,
            TR(c,
                "%s of the %s registrations of this quarter were decided in the request, without a person."),
            fmt_ratio(h, rules, all), fmt_int(h, all));
    return arena_printf(c->arena,
        TR(c,
            "%s of the %s registrations of this quarter were decided in the request, without a person; 95%% "
            "had their answer within %s."),
        fmt_ratio(h, rules, all), fmt_int(h, all), time_text(h, q->p95_us));
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct quarter_counts *all = NULL;
    size_t n;
    const char *as = page_query(r, "as");
    bool json = streq(as, "json"), csv = streq(as, "csv");
    TRY(fairness_read(c, json || csv ? QUARTERS_SENT : QUARTERS_SHOWN, &all, &n));
    if (json || csv) {
        r->file_name = json ? "fairness.json" : "fairness.csv";
        r->type = json ? "application/json" : "text/csv; charset=utf-8";
        (json ? write_json : write_csv)(c->arena, h->b, all, n);
        return OK;
    }
    struct quarter_view *quarters = ARENA_ARRAY(c->arena, n + 1, struct quarter_view);
    for (size_t i = 0; i < n; i++)
        quarters[i] = view_of(c, h, &all[i]);
    struct fairness_view v = {.vendor = c->catalog->vendor,
        .lead = n ? lead(c, h, &all[0]) : NULL,
        .quarters = quarters,
        .n = n,
        .empty = {.icon = "gauge",
            .title = TR(c, "Nothing has been decided yet"),
            .text = TR(c, "Here stands how registrations are decided: how fast, by whom, and how often a "
                          "decision is changed.")}};
    r->shell->wide = !c->viewer->role;
    r->shell->description = TR(c, "How deal registrations are decided: counted by quarter, for everybody.");
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Fairness");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
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
