/* What I hold, for a partner; all of them, for the vendor. */
#include "base/id.h"
#include "domain/registration/cap.h"
#include "domain/registration/decision_view.h"
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/pages.h"
#include "domain/registration/registrations_page.html.h"
#include "domain/registration/registrations_view.h"
#include "model/custom.h"

#define SOON_DAYS      14
#define CUSTOM_COLUMNS 3 /* the others stand on the registration's page */

/* ---- tiles: a partner's own figures ---- */

struct sums {
    int64_t soon, won, closed;
    struct money held; /* in the programme's currency, by today's rates */
    bool more;         /* there is some in currencies without a rate */
};

static enum status add_held(struct call *c, const char *currency, struct money amount, struct sums *s)
{
    struct converted held;
    TRY(rate_convert(c, amount, currency, date_in(c->catalog->zone, c->now), &held));
    s->held.minor += held.amount.minor;
    s->more |= !held.known;
    return OK;
}

static enum status read_sums(struct call *c, struct sums *s)
{
    struct value args[2] = {v_int(c->viewer->partner_id), v_int(c->now.us + SOON_DAYS * US_PER_DAY)};
    struct rows rows;
    *s = (struct sums){0};
    TRY(db_query(c->db, c->arena, &rows,
        "select state, currency, count(*), cast(sum(amount) as bigint), "
        "sum(case when state = 'approved' and protected_until <= $2 then 1 else 0 end) "
        "from registration where partner_id = $1 group by state, currency",
        args, 2));
    for (size_t i = 0; i < rows.n; i++) {
        const char *state = cell_text(&rows, i, 0);
        int64_t n = cell_int(&rows, i, 2);
        bool won = streq(state, "won"), held = streq(state, "approved");
        s->soon += cell_int(&rows, i, 4);
        s->won += won ? n : 0;
        s->closed += won || streq(state, "lost") || streq(state, "lapsed") ? n : 0;
        if (held)
            TRY(add_held(c, cell_text(&rows, i, 1), (struct money){cell_int(&rows, i, 3)}, s));
    }
    return OK;
}

static struct cap_view *tell_cap(
    struct call *c, struct html *h, const struct programme_caps *k, const struct cap *cap)
{
    struct cap_view *v = ARENA_NEW(c->arena, struct cap_view);
    v->summary = arena_printf(c->arena, TR(c, "Why %s, and how to raise it"), fmt_int(h, cap->allowed));
    v->how = arena_printf(c->arena,
        TR(c, "%s × (%s won + %s) ÷ (%s lapsed + %s), rounded down, at least %s and at most %s."),
        fmt_int(h, k->base), fmt_int(h, cap->won), fmt_int(h, k->weight), fmt_int(h, cap->lapsed),
        fmt_int(h, k->weight), fmt_int(h, k->least), fmt_int(h, k->most));
    const char *win = arena_printf(c->arena, TR(c, "After one more win: %s."), fmt_int(h, cap->after_win));
    v->raise = cap->lapsed ? arena_printf(c->arena,
                                 TR(c, "%s With one lapse less it would be %s: give back what is no longer "
                                       "alive before it lapses."),
                                 win, fmt_int(h, cap->after_lapse))
                           : win;
    return v;
}

static void fill_tiles(
    struct call *c, struct html *h, const struct sums *s, const struct cap *cap, struct registrations_view *v)
{
    struct part_tile *t = ARENA_ARRAY(c->arena, 4, struct part_tile);
    t[0] = (struct part_tile){.label = TR(c, "Open"),
        .value = fmt_int(h, cap->open),
        .beside = arena_printf(c->arena, TR(c, "of %s allowed"), fmt_int(h, cap->allowed)),
        .href = "/registrations?state=approved,review,converted"};
    t[1] = (struct part_tile){.label = TR(c, "Protected amount"),
        .value = fmt_money(h, s->held, c->catalog->currency),
        .beside = s->more ? TR(c, "and other currencies") : NULL,
        .href = "/registrations?state=approved"};
    t[2] = (struct part_tile){.label = arena_printf(c->arena, TR(c, "End within %d days"), SOON_DAYS),
        .value = fmt_int(h, s->soon),
        .href = "/registrations?state=approved&sort=protected_until"};
    t[3] = (struct part_tile){.label = TR(c, "Won of closed"),
        .value = fmt_ratio(h, s->won, s->closed),
        .beside = s->closed
                      ? arena_printf(c->arena, TR(c, "%s of %s"), fmt_int(h, s->won), fmt_int(h, s->closed))
                      : NULL,
        .href = "/registrations?state=won,lost,lapsed"};
    v->tiles = t;
    v->n_tiles = 4;
    v->lead = s->soon ? arena_printf(c->arena,
                            trn(call_lang(c), "%s protection ends within 14 days.",
                                "%s protections end within 14 days.", s->soon),
                            fmt_int(h, s->soon))
                      : TR(c, "No protection ends within 14 days.");
}

static enum status fill_own(struct call *c, struct html *h, struct registrations_view *v)
{
    const struct programme *p;
    struct sums sums;
    struct cap cap;
    TRY(programme_active(c, &p));
    TRY(read_sums(c, &sums));
    TRY(cap_read(c, p, c->viewer->partner_id, &cap));
    fill_tiles(c, h, &sums, &cap, v);
    v->cap = tell_cap(c, h, &p->life.caps, &cap);
    return OK;
}

/* ---- rows ---- */

/* What goes on beside a registration's own state, for the rows of one page. */
struct beside {
    struct rows extensions; /* registration_id of those in review */
    struct rows waits;      /* registration_id, state, offer_due: of the partner's own */
};

static enum status read_beside(struct call *c, struct beside *b)
{
    struct value args[1] = {v_int(c->viewer->partner_id)};
    struct db_query q[2] = {{.sql = "select registration_id from extension where state = 'review' and "
                                    "(partner_id = $1 or $1 = 0)",
                                .args = args,
                                .n_args = 1},
        {.sql = "select registration_id, state, offer_due from waitlist_entry where partner_id = $1 and "
                "state in "
                "('waiting', 'offered')",
            .args = args,
            .n_args = 1}};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    b->extensions = q[0].rows;
    b->waits = q[1].rows;
    return OK;
}

static bool extends(const struct beside *b, int64_t id)
{
    for (size_t i = 0; i < b->extensions.n; i++)
        if (cell_int(&b->extensions, i, 0) == id)
            return true;
    return false;
}

static void next_approved(
    struct call *c, struct html *h, const struct registration *r, bool extending, struct line_view *v)
{
    if (extending) {
        v->next = TR(c, "Extension in review");
    } else if (r->heartbeat_told.us && r->heartbeat_due.us) {
        v->next = TR(c, "Log activity");
        v->next_when = fmt_ago(h, r->heartbeat_due);
        v->next_mark = "risk";
    } else if (v->left <= SOON_DAYS) {
        v->next = TR(c, "Extend or close");
        v->next_when = fmt_ago(h, r->protected_until);
    } else if (r->heartbeat_due.us) {
        v->next = TR(c, "Log activity");
        v->next_when = fmt_ago(h, r->heartbeat_due);
    } else {
        v->next = TR(c, "Closes");
        v->next_when = fmt_month(h, r->close_month);
    }
}

static void next_declined(
    struct call *c, struct html *h, int64_t id, const struct beside *b, struct line_view *v)
{
    v->next = TR(c, "See the way on");
    for (size_t i = 0; i < b->waits.n; i++) {
        if (cell_int(&b->waits, i, 0) != id)
            continue;
        bool offered = streq(cell_text(&b->waits, i, 1), "offered");
        v->next = offered ? TR(c, "Take the offer") : TR(c, "Offered when it is free");
        v->next_when = offered ? fmt_ago(h, (struct instant){cell_int(&b->waits, i, 2)}) : NULL;
        v->next_mark = offered ? "review" : NULL;
        v->mark = offered ? "review" : "new";
        v->state = offered ? TR(c, "Offered to you") : TR(c, "Waitlisted");
    }
}

static void fill_next(struct call *c, struct html *h, const struct registration *r, int64_t id,
    const struct beside *b, struct line_view *v)
{
    if (streq(r->state, "review")) {
        v->next = TR(c, "Answer due");
        v->next_when = fmt_ago(h, r->review_due);
    } else if (streq(r->state, "approved")) {
        next_approved(c, h, r, extends(b, id), v);
    } else if (streq(r->state, "converted")) {
        v->next = TR(c, "Closes");
        v->next_when = fmt_month(h, r->close_month);
    } else if (c->viewer->partner_id && streq(r->state, "declined")) {
        next_declined(c, h, id, b, v);
    } else if (streq(r->state, "lapsed") || streq(r->state, "withdrawn")) {
        v->next = TR(c, "Free again");
    }
}

/* The list as it is shown: filters, order, place. */
static const char *list_now(struct call *c, const struct page_request *r)
{
    return list_href(c, r, &registration_noun, "after", page_query(r, "after"));
}

static const char *with(struct call *c, const char *href, const char *name, const char *value)
{
    return arena_printf(c->arena, "%s%c%s=%s", href, strchr(href, '?') ? '&' : '?', name, value);
}

/* What can be done in the row. The form for an extension is open below one row at a time. */
static enum status fill_acts(struct call *c, struct page_request *r, struct html *h, const struct row *row,
    const struct registration *reg, const struct beside *b, struct line_view *v)
{
    bool approved = streq(reg->state, "approved"), alive = approved || streq(reg->state, "review");
    v->may_withdraw = verb_allowed(&registration_withdraw, c->viewer) && alive;
    if (verb_allowed(&registration_log_activity, c->viewer) && (alive || streq(reg->state, "converted"))) {
        v->log = ARENA_NEW(c->arena, struct log_view);
        log_view_load(c, r, h, v->href, v->id, v->log);
        v->log->page = list_now(c, r);
        v->log->then = with(c, v->log->page, "did", "registration.log_activity");
        v->log->company = v->company;
    }
    if (!approved || !verb_allowed(&registration_extend, c->viewer) || extends(b, row->id))
        return OK;
    const char *list = list_now(c, r);
    const char *here = with(c, list, "extend", v->id);
    v->extend_href = arena_printf(c->arena, "%s#extend", here);
    if (!streq(page_query(r, "extend"), v->id))
        return OK;
    v->extend = ARENA_NEW(c->arena, struct extend_view);
    TRY(extend_view_load(c, r, h, row, here, v->href, v->extend));
    v->extend->cancel = list;
    return OK;
}

static enum status read_line(struct call *c, struct page_request *request, struct html *h,
    const struct row *row, const struct beside *b, struct line_view *out)
{
    struct registration r;
    row_record(&registration_noun, row, &r);
    const struct state *state = row_state(&registration_noun, row);
    struct line_view v = {.id = id_text(c->arena, "reg", row->id),
        .company = row->name,
        .line = registration_text(c, h, row, "product_line_id"),
        .amount = registration_text(c, h, row, "amount"),
        .mark = state->mark,
        .state = TR(c, state->label),
        .partner = registration_text(c, h, row, "partner_id"),
        .created = row->created};
    v.href = arena_printf(c->arena, "/registrations/%s", v.id);
    if (streq(r.state, "approved")) {
        v.left = days_left(h, r.protected_until);
        v.of = (int)((r.protected_until.us - row->created.us) / US_PER_DAY);
    }
    v.soon = v.of && v.left <= SOON_DAYS;
    fill_next(c, h, &r, row->id, b, &v);
    TRY(fill_acts(c, request, h, row, &r, b, &v));
    *out = v;
    return OK;
}

/* ---- columns ---- */

static const struct option made[] = {{"left", N_("Days left")}, {"next", N_("Next step")}, {0}};

/* What is usual, with the first custom fields; who looks at all partners' sees whose they are. */
static enum status usual(struct call *c, bool vendor, size_t *n_custom, const char **out)
{
    struct custom_field **custom;
    struct buf b = buf_in(c->arena, 4096);
    TRY(custom_fields(c, &registration_noun, &custom, n_custom));
    *n_custom = *n_custom < CUSTOM_COLUMNS ? *n_custom : CUSTOM_COLUMNS;
    buf_addf(&b, "%sproduct_line_id,amount,state,left,next,", vendor ? "partner_id," : "");
    for (size_t i = 0; i < *n_custom; i++)
        buf_addf(&b, "%s,", custom[i]->field.name);
    buf_addf(&b, "%screated", vendor ? "" : "person_id,");
    *out = buf_str(&b);
    return OK;
}

static enum line_cell made_of(const struct list_column *k)
{
    return k->of == COLUMN_PAGE      ? (k->index ? LINE_NEXT : LINE_LEFT)
           : k->of == COLUMN_CREATED ? LINE_CREATED
           : streq(k->name, "state") ? LINE_STATE
                                     : LINE_FIELD;
}

/* Of the usual ones: what matters most stays on the narrowest screen. */
static const char *usual_hide(const struct list_column *k, bool vendor, size_t n_custom)
{
    static const struct {
        const char *name, *hide;
    } fixed[] = {{"company", NULL}, {"partner_id", "hide-tab"}, {"product_line_id", "hide-tab"},
        {"amount", "hide-tab"}, {"next", "hide-tab"}};
    for (size_t i = 0; i < COUNT(fixed); i++)
        if (streq(fixed[i].name, k->name))
            return fixed[i].hide;
    return (k->of == COLUMN_CUSTOM ? vendor : n_custom > 0) ? "hide-phone hide-mid hide-full"
                                                            : "hide-phone hide-mid";
}

static struct part_column head(struct call *c, struct page_request *r, const struct list_column *column,
    enum line_cell cell, const char *hide)
{
    const struct noun *noun = &registration_noun;
    struct part_column p = cell == LINE_LEFT
                               ? list_column(c, r, noun, noun_field(noun, "protected_until"), hide)
                               : column_head(c, r, noun, column, hide);
    p.label = column->label;
    p.numeric |= cell == LINE_LEFT || cell == LINE_CREATED;
    return p;
}

static void fill_cells(struct call *c, struct html *h, const struct list *list, const struct list_columns *l,
    struct registrations_view *v)
{
    for (size_t i = 0; i < list->n; i++) {
        v->rows[i].cells = ARENA_ARRAY(c->arena, l->n, struct cell_view);
        for (size_t k = 0; k < l->n; k++)
            v->rows[i].cells[k] =
                v->made[k] == LINE_FIELD
                    ? column_cell(c, h, &registration_noun, &list->rows[i], &l->chosen[k], v->columns[k].hide)
                    : (struct cell_view){.hide = v->columns[k].hide};
    }
}

static enum status fill_columns(struct call *c, struct page_request *r, struct html *h,
    const struct list *list, struct list_view *frame, struct registrations_view *v)
{
    struct page_columns page = {.made = made};
    struct list_columns l;
    size_t n_custom;
    TRY(usual(c, v->vendor, &n_custom, &page.usual));
    TRY(list_columns_read(c, &registration_noun, &page, page_query(r, "columns"), &l));
    list_arrange_fill(c, r, &registration_noun, &l, frame);
    v->columns = ARENA_ARRAY(c->arena, l.n, struct part_column);
    v->made = ARENA_ARRAY(c->arena, l.n, enum line_cell);
    v->n_columns = l.n;
    v->wide = l.own ? l.n > 6 : n_custom > 0;
    v->n_across = (int)l.n + 1 + (frame->bulk.n > 0);
    for (size_t k = 0; k < l.n; k++) {
        v->made[k] = made_of(&l.chosen[k]);
        v->columns[k] = head(c, r, &l.chosen[k], v->made[k],
            v->made[k] == LINE_STATE  ? "hide-phone" /* it stands below the company there */
            : v->made[k] == LINE_LEFT ? NULL
            : l.own                   ? column_hide(&l.chosen[k], k)
                                      : usual_hide(&l.chosen[k], v->vendor, n_custom));
    }
    fill_cells(c, h, list, &l, v);
    return OK;
}

/* The way to a new one, and the list as a file. */
static void fill_actions(struct call *c, struct page_request *r, struct list_view *list)
{
    bool may = verb_allowed(&registration_register, c->viewer);
    struct shell_action *a = ARENA_NEW(c->arena, struct shell_action);
    *a = (struct shell_action){
        .label = TR(c, "Register"), .href = "/register", .icon = "plus", .key = "c", .primary = true};
    r->shell->actions = a;
    r->shell->n_actions = may ? 1 : 0;
    if (!list->filtered && !(list->search && *list->search) && may) {
        list->empty.text = TR(c, "A registration protects a customer for you while you work on the deal. The "
                                 "answer comes at once.");
        list->empty.action = TR(c, "Register the first");
        list->empty.action_href = "/register";
    }
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct list_query q;
    struct list list;
    struct list_view frame;
    struct beside beside;
    if (extend_answer(c, r, h))
        return OK;
    struct registrations_view v = {
        .list = &frame, .csrf = r->csrf, .vendor = !c->viewer->partner_id, .caption = TR(c, "Registrations")};
    TRY(list_view_load(c, r, &registration_noun, &q, &list, &frame));
    if (!v.vendor) {
        TRY(fill_own(c, h, &v));
    } else {
        v.lead = TR(c, "Every claim of every partner, decided by the rules or by a person.");
    }
    r->shell->wide = v.vendor;
    fill_actions(c, r, &frame);
    v.n = frame.n_rows = list.n;
    v.rows = ARENA_ARRAY(c->arena, list.n + 1, struct line_view);
    TRY(read_beside(c, &beside));
    for (size_t i = 0; i < list.n; i++)
        TRY(read_line(c, r, h, &list.rows[i], &beside, &v.rows[i]));
    TRY(fill_columns(c, r, h, &list, &frame, &v));
    registrations_list(h, &v);
    return OK;
}

const struct page registrations_page = {
    .path = "/registrations",
    .title = N_("Registrations"),
    .roles = ALL_ROLES,
    .nav = "",
    .icon = "list",
    .key = "g r",
    .tab = true,
    .show = show,
};
