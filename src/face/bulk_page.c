/*
 * Acts on many rows in a browser: /<plural>/bulk?verb=..&id=..&id=.. or all=1 with the list's filters shows
 * what would be done and asks for the input; posted, it is done, and each row tells what became of it. What
 * is done is what was shown: the form names the rows, not the filter.
 */
#include "base/id.h"
#include "face/bulk.h"
#include "face/bulk_page.html.h"
#include "face/bulk_view.h"
#include "face/derived_view.h"
#include "face/format.h"
#include "face/web_visit.h"
#include "runtime/session.h"

#define LINES_SHOWN 100
#define UNDO_ROWS   200 /* their ids still fit an address */

const struct noun *visit_bulk_noun(struct visit *v, const char *path)
{
    size_t n = strlen(path), tail = strlen("/bulk");
    if (n <= tail + 1 || !streq(path + n - tail, "/bulk"))
        return NULL;
    return model_noun_by_plural(v->site->model, arena_strndup(v->http->arena, path + 1, n - tail - 1));
}

/* ---- what was asked for ---- */

struct texts {
    const char **text;
    size_t n;
};

static void add_ids(struct arena *a, struct texts *out, const char *list)
{
    for (const char *p = list; *p && out->n <= BULK_MAX; p += strcspn(p, ","), p += *p == ',')
        out->text[out->n++] = arena_strndup(a, p, strcspn(p, ","));
}

/* "id" once for each row, and "ids" with commas. */
static struct texts chosen_ids(struct visit *v, const struct http_pair *pairs, size_t n)
{
    struct texts t = {ARENA_ARRAY(v->http->arena, 2 * BULK_MAX + 2, const char *), 0};
    for (size_t i = 0; i < n; i++)
        if (streq(pairs[i].name, "id") || streq(pairs[i].name, "ids"))
            add_ids(v->http->arena, &t, pairs[i].value);
    return t;
}

static enum status choose(struct visit *v, struct bulk *b, const struct http_pair *pairs, size_t n, bool all)
{
    struct list_query q;
    if (!all) {
        struct texts ids = chosen_ids(v, pairs, n);
        return ids.n ? bulk_pick(v->call, b, ids.text, ids.n) : OK;
    }
    list_query_read(v->call, &v->page, b->verb->noun, &q);
    return bulk_fit(v->call, b, &q);
}

/* ---- what is shown ---- */

static const char *why(struct call *c, const struct bulk_row *r)
{
    const struct problem *p = r->problem;
    if (!p)
        return NULL;
    if (p->n_fields)
        return arena_printf(c->arena, "%s: %s", p->fields[0].field, p->fields[0].message);
    return p->detail ? p->detail : TR(c, problem_title(p->code));
}

/* Those that were refused stand first. */
static void fill_lines(struct call *c, const struct bulk *b, bool done, struct bulk_page_view *v)
{
    const struct noun *noun = b->verb->noun;
    size_t shown = b->n < LINES_SHOWN ? b->n : LINES_SHOWN;
    v->lines = ARENA_ARRAY(c->arena, shown + 1, struct bulk_line_view);
    for (int good = 0; good < 2; good++)
        for (size_t i = 0; i < b->n && v->n < shown; i++) {
            const struct bulk_row *r = &b->rows[i];
            const char *id = id_text(c->arena, noun->prefix, r->id);
            if ((r->status == OK) != good)
                continue;
            v->lines[v->n++] = (struct bulk_line_view){.name = r->name ? r->name : id,
                .href = r->name ? arena_printf(c->arena, "/%s/%s", noun->plural, id) : NULL,
                .mark = !good  ? "no"
                        : done ? "ok"
                               : "new",
                .state = !good  ? TR(c, "Refused")
                         : done ? TR(c, "Done")
                                : TR(c, "Ready"),
                .why = good ? NULL : why(c, r)};
        }
    v->beyond = (int64_t)(b->n - shown);
}

static const char *id_list(struct call *c, const struct bulk *b, bool done_only)
{
    struct buf text = buf_in(c->arena, 1 << 16);
    for (size_t i = 0; i < b->n; i++)
        if (!done_only || b->rows[i].status == OK)
            buf_addf(
                &text, "%s%s", text.len ? "," : "", id_text(c->arena, b->verb->noun->prefix, b->rows[i].id));
    return buf_str(&text);
}

/* Of an act that keeps what is not given an empty control says so. */
static void say_left(struct call *c, struct part_field *f)
{
    f->required = f->optional = false;
    if (f->kind != PART_SELECT || !f->n_options || *f->options[0].value)
        return;
    struct part_option *o = ARENA_ARRAY(c->arena, f->n_options, struct part_option);
    memcpy(o, f->options, f->n_options * sizeof *o);
    o[0].label = TR(c, "Leave as it is");
    f->options = o;
}

static void fill_controls(struct visit *v, struct html *h, const struct bulk *b, struct bulk_page_view *out)
{
    struct call *c = v->call;
    const struct field *fields;
    size_t n, made;
    verb_fields(b->verb, &fields, &n);
    const struct part_field *all = verb_controls(c, h, &v->page, b->verb, 0, &made);
    struct part_field *controls = ARENA_ARRAY(c->arena, n + 1, struct part_field);
    out->fields = ARENA_ARRAY(c->arena, n + 1, const struct part_field *);
    for (size_t i = 0; i < n; i++) {
        if (!bulk_takes(b->verb, fields[i].name) || !field_settable(b->verb, &fields[i], c->viewer))
            continue;
        controls[out->n_fields] = all[i];
        if (b->verb->partial)
            say_left(c, &controls[out->n_fields]);
        out->fields[out->n_fields] = &controls[out->n_fields];
        out->n_fields++;
    }
    out->controls = controls;
}

static void frame(struct visit *v, const struct bulk *b, struct bulk_page_view *out)
{
    struct call *c = v->call;
    const struct noun *noun = b->verb->noun;
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    out->list = arena_printf(c->arena, "/%s", noun->plural);
    out->title = arena_printf(c->arena, "%s: %s", TR(c, b->verb->label), TR(c, noun->labels));
    crumbs[0] = (struct shell_crumb){TR(c, noun->labels), out->list};
    crumbs[1] = (struct shell_crumb){TR(c, b->verb->label), NULL};
    v->shell.title = out->title;
    v->shell.crumbs = crumbs;
    v->shell.n_crumbs = 2;
}

static int64_t count_good(const struct bulk *b)
{
    int64_t good = 0;
    for (size_t i = 0; i < b->n; i++)
        good += b->rows[i].status == OK;
    return good;
}

static const char *preview_lead(struct visit *v, struct html *h, const struct bulk *b, int64_t good)
{
    struct call *c = v->call;
    if (!b->n)
        return TR(c, "Nothing is selected. Select rows in the list first.");
    const char *lead = arena_printf(
        c->arena, TR(c, "%s of %s can be done now."), fmt_int(h, good), fmt_int(h, (int64_t)b->n));
    return !b->more ? lead
                    : arena_printf(c->arena, TR(c, "%s %s more fit the filter; do them afterwards."), lead,
                          fmt_int(h, b->more));
}

static void show_preview(struct visit *v, const struct bulk *b)
{
    struct buf inside = buf_in(v->http->arena, BUF_MAX_DEFAULT);
    struct html h = visit_html(v, &inside);
    struct call *c = v->call;
    int64_t good = count_good(b);
    struct bulk_page_view out = {.csrf = v->page.csrf,
        .action = arena_printf(c->arena, "/%s/bulk", b->verb->noun->plural),
        .verb = b->verb->name,
        .ids = id_list(c, b, false),
        .job = b->job ? b->job : secret_new(c->arena),
        .submit = arena_printf(c->arena, "%s (%s)", TR(c, b->verb->label), fmt_int(&h, good)),
        .summary = preview_lead(v, &h, b, good),
        .note = b->verb->undo || b->verb->partial ? NULL : TR(c, "This cannot be undone."),
        .problem = v->page.problem,
        .can = good > 0,
        .whole = b->whole,
        .may_whole = b->n > 1 && b->n <= BULK_WHOLE_MAX};
    frame(v, b, &out);
    fill_controls(v, &h, b, &out);
    fill_lines(c, b, false, &out);
    bulk_preview(&h, &out);
    visit_send_framed(v, &inside, false);
}

static void show_result(struct visit *v, const struct bulk *b)
{
    struct buf inside = buf_in(v->http->arena, BUF_MAX_DEFAULT);
    struct html h = visit_html(v, &inside);
    struct call *c = v->call;
    const struct verb *undo = b->verb->undo;
    struct bulk_page_view out = {.summary = arena_printf(c->arena, TR(c, "%s of %s done."),
                                     fmt_int(&h, (int64_t)b->n_done), fmt_int(&h, (int64_t)b->n))};
    frame(v, b, &out);
    fill_lines(c, b, true, &out);
    if (undo && undo->bulk && b->n_done && b->n_done <= UNDO_ROWS && verb_allowed(undo, c->viewer)) {
        out.undo = arena_printf(
            c->arena, "/%s/bulk?verb=%s&ids=%s", undo->noun->plural, undo->name, id_list(c, b, true));
        out.undo_label = TR(c, "Undo");
    }
    bulk_result(&h, &out);
    visit_send_framed(v, &inside, false);
}

/* ---- the two requests ---- */

static struct bulk *begin(struct visit *v, const struct noun *noun, const char *verb)
{
    struct bulk *b = ARENA_NEW(v->http->arena, struct bulk);
    b->verb = bulk_verb(v->call, noun, verb);
    if (!b->verb)
        visit_send_problem(v, problem_new(v->call->arena, PROBLEM_not_found, NULL));
    return b->verb ? b : NULL;
}

void visit_bulk_show(struct visit *v, const struct noun *noun)
{
    struct http_pair *pairs;
    size_t n;
    const char *query = v->http->query;
    struct bulk *b = begin(v, noun, page_query(&v->page, "verb"));
    if (!b)
        return;
    enum status s = OK;
    v->page.path = arena_printf(v->http->arena, "/%s/bulk", noun->plural);
    if (!http_form_parse(v->http->arena, query, strlen(query), &pairs, &n))
        n = 0;
    s = choose(v, b, pairs, n, streq(page_query(&v->page, "all"), "1"));
    if (s == OK)
        s = bulk_judge(v->call, b);
    if (s == OK)
        show_preview(v, b);
    else
        visit_send_problem(v, s == REFUSED ? v->call->problem : NULL);
}

static void after_bulk(void *ctx, struct call *c, enum status s)
{
    struct visit *v = ctx;
    if (s == OK) {
        show_result(v, v->bulk);
    } else if (s == REFUSED) {
        v->page.problem = c->problem;
        v->page.status = problem_status(c->problem->code);
        c->problem = NULL;
        if (bulk_judge(c, v->bulk) == OK)
            show_preview(v, v->bulk);
        else
            visit_send_problem(v, NULL);
    } else {
        visit_send_problem(v, NULL);
    }
}

static bool is_own(const char *name)
{
    static const char *const own[] = {"csrf", "verb", "ids", "id", "job", "whole"};
    for (size_t i = 0; i < COUNT(own); i++)
        if (streq(own[i], name))
            return true;
    return false;
}

/* What is left empty stays as it is. */
static void take_given(struct visit *v, struct bulk *b)
{
    struct given *given = ARENA_ARRAY(v->http->arena, v->n_pairs + 1, struct given);
    for (size_t i = 0; i < v->n_pairs; i++) {
        const struct http_pair *p = &v->pairs[i];
        if (!is_own(p->name) && bulk_takes(b->verb, p->name) && (!b->verb->partial || !streq(p->value, "")))
            given[b->n_given++] = (struct given){.name = p->name, .value = v_text(p->value), .loose = true};
    }
    b->given = v->page.given = given;
    v->page.n_given = b->n_given;
}

static const char *posted(const struct visit *v, const char *name)
{
    for (size_t i = 0; i < v->n_pairs; i++)
        if (streq(v->pairs[i].name, name))
            return v->pairs[i].value;
    return NULL;
}

void visit_bulk_post(struct visit *v, const struct noun *noun)
{
    struct bulk *b = v->bulk = begin(v, noun, posted(v, "verb"));
    if (!b)
        return;
    const char *job = posted(v, "job");
    v->page.path = v->http->path;
    b->job = job && strlen(job) >= 8 && strlen(job) <= 100 ? job : NULL;
    b->whole = streq(posted(v, "whole"), "1");
    take_given(v, b);
    enum status s = choose(v, b, v->pairs, v->n_pairs, false);
    if (s != OK)
        visit_send_problem(v, s == REFUSED ? v->call->problem : NULL);
    else if (!b->n)
        show_preview(v, b);
    else
        bulk_run(v->site, v->call, b, after_bulk, v);
}
