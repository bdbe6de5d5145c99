/*
 * The board: open deals in the lanes of their stages. What stands on a card is what its viewer's scope has:
 * a partner sees its own next step, the vendor every partner on the deal.
 */
#include "base/id.h"
#include "domain/opportunity/board_page.html.h"
#include "domain/opportunity/pages.h"
#include "domain/opportunity/pipeline.h"
#include "face/derived.h"

#include <stdlib.h>

#define SHOWN 500 /* the newest of those that are open */

/* What belongs to the deals shown, by their id. */
struct beside {
    struct rows steps; /* opportunity, text, due: the first that is open */
    struct rows
        people; /* opportunity, name, the partner's role: a partner on it, or for partners its owner */
};

/*
 * $1: the partner, or for the vendor the person whose deals are shown; $2: the oldest deal shown. The
 * vendor's deals are found anew as the list found them, at most as many, so that PostgreSQL keeps one plan.
 * The first of a deal's steps counts.
 */
#define STR(x)     #x
#define SQL_INT(x) STR(x)
#define DEALS_SHOWN(whose)                                                                                   \
    "(select t.id from opportunity t where t.state = 'open' and " whose                                      \
    " and t.created >= $2 order by t.created desc, t.id desc limit " SQL_INT(SHOWN) ") o "
#define STEPS_OF_VENDOR(whose)                                                                               \
    "select s.opportunity_id, s.text, s.due from " DEALS_SHOWN(                                              \
        whose) "join plan_step s on s.opportunity_id = o.id and s.state = 'open' order by s.due, s.id"
#define PEOPLE_OF_VENDOR(whose)                                                                              \
    "select m.opportunity_id, p.name, m.role from " DEALS_SHOWN(                                             \
        whose) "join opportunity_member m on m.opportunity_id = o.id and m.state = 'active' join partner p " \
               "on p.id = m.partner_id order by m.id"
#define ANYBODY "cast($1 as bigint) is not null"
static const char steps_of_partner[] =
    "select s.opportunity_id, s.text, s.due from plan_step s where "
    "s.partner_id = $1 and s.state = 'open' and cast($2 as bigint) > 0 order by s.due, s.id";
/* In this order SQLite goes from its team rows to the deals, not through all open ones. */
static const char people_of_partner[] =
    "select m.opportunity_id, p.name, m.role from opportunity_member m join opportunity o on o.id = "
    "m.opportunity_id left join person p on p.id = o.owner_id where m.partner_id = $1 and m.state = 'active' "
    "and o.state = 'open' and o.created >= $2 order by m.opportunity_id";

static enum status read_beside(struct call *c, const struct list *deals, bool mine, struct beside *out)
{
    static const char *const of_partner[] = {steps_of_partner, people_of_partner},
                             *const of_vendor[] = {STEPS_OF_VENDOR(ANYBODY), PEOPLE_OF_VENDOR(ANYBODY)},
                             *const of_person[] = {
                                 STEPS_OF_VENDOR(DEALS_OF_PERSON), PEOPLE_OF_VENDOR(DEALS_OF_PERSON)};
    int64_t partner = c->viewer->partner_id;
    const char *const *sql = partner ? of_partner : mine ? of_person : of_vendor;
    int64_t oldest = deals->n ? deals->rows[deals->n - 1].created.us : INT64_MAX;
    struct value args[2] = {v_int(partner ? partner : c->viewer->person_id), v_int(oldest)};
    struct db_query q[2] = {
        {.sql = sql[0], .args = args, .n_args = 2}, {.sql = sql[1], .args = args, .n_args = 2}};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    out->steps = q[0].rows;
    out->people = q[1].rows;
    return OK;
}

/* ---- one deal ---- */

struct filling {
    struct call *c;
    struct html *h;
    const struct programme *p;
    struct board_view *v;
    struct money_sum *sums; /* by lane */
    int32_t today;
    int own_lane; /* of stages that are none of the programme's */
};

/* Where each deal of the list stands, so that what belongs to it is found at once. */
struct place {
    int64_t id;
    struct deal_view *deal;
};

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct place *)a)->id, y = ((const struct place *)b)->id;
    return x < y ? -1 : x > y;
}

static struct deal_view *find_deal(struct place *places, size_t n, int64_t id)
{
    struct place key = {.id = id};
    struct place *found = bsearch(&key, places, n, sizeof *places, by_id);
    return found ? found->deal : NULL;
}

static enum status add_deal(struct filling *f, const struct row *row, struct deal_view *d)
{
    struct call *c = f->c;
    struct opportunity o;
    row_record(&opportunity_noun, row, &o);
    int at = stage_index(f->p, o.stage),
        line = field_find(opportunity_noun.fields, opportunity_noun.n_fields, "product_line_id");
    struct lane_view *lane = &f->v->lanes[at < 0 ? f->own_lane : at];
    lane->deals[lane->n++] = d;
    *d = (struct deal_view){.id = id_text(c->arena, opportunity_noun.prefix, row->id),
        .name = o.name,
        .line = at < 0 ? stage_label(c, f->p, o.stage) : row->title[line],
        .amount =
            o.amount.minor ? fmt_money(f->h, o.amount, o.currency ? o.currency : c->catalog->currency) : NULL,
        .version = row->version,
        .closes = o.closes.days != DATE_NONE ? fmt_day(f->h, o.closes) : NULL,
        .mark = o.closes.days != DATE_NONE && o.closes.days < f->today ? "risk" : NULL,
        .moves = !c->viewer->partner_id && verb_allowed(&opportunity_move, c->viewer)};
    return money_add(c, o.amount, o.currency, &f->sums[lane - f->v->lanes]);
}

static void add_beside(struct filling *f, const struct beside *b, struct place *places, size_t n)
{
    struct call *c = f->c;
    bool partner = c->viewer->partner_id != 0;
    qsort(places, n, sizeof *places, by_id);
    for (size_t i = 0; i < b->steps.n; i++) {
        struct deal_view *d = find_deal(places, n, cell_int(&b->steps, i, 0));
        struct date due = {(int32_t)cell_int(&b->steps, i, 2)};
        if (!d || d->next)
            continue;
        d->next = cell_text(&b->steps, i, 1);
        d->next_day = fmt_day(f->h, due);
        d->late = due.days < f->today;
    }
    for (size_t i = 0; i < b->people.n; i++) {
        struct deal_view *d = find_deal(places, n, cell_int(&b->people, i, 0));
        const char *name = cell_text(&b->people, i, 1), *role = cell_text(&b->people, i, 2);
        if (!d)
            continue;
        if (name)
            d->who = d->who ? arena_printf(c->arena, "%s, %s", d->who, name) : name;
        if (partner)
            d->moves = verb_allowed(&opportunity_move, c->viewer) &&
                       (streq(role, "source") || streq(role, "co_sell"));
    }
}

/* ---- lanes ---- */

static void make_lanes(struct filling *f, size_t n_deals)
{
    struct call *c = f->c;
    const struct catalog_list *stages = catalog_find(&f->p->catalog, "stages");
    size_t n = stages ? stages->n : 0;
    f->v->lanes = ARENA_ARRAY(c->arena, n + 1, struct lane_view);
    f->sums = ARENA_ARRAY(c->arena, n + 1, struct money_sum);
    for (size_t i = 0; i <= n; i++)
        f->v->lanes[i].deals = ARENA_ARRAY(c->arena, n_deals + 1, const struct deal_view *);
    for (size_t i = 0; i < n; i++) {
        const struct programme_stage *s = &f->p->stages[i];
        f->v->lanes[i].key = stages->items[i].key;
        f->v->lanes[i].label = stages->items[i].label[call_lang(c)];
        f->v->lanes[i].note = arena_printf(c->arena, "%s · %s",
            fmt_percent(f->h, (double)s->probability / 100, 0), TR(c, forecast_options[s->forecast].label));
    }
    f->own_lane = (int)n;
    f->v->lanes[n].label = TR(c, "Other stages");
    f->v->lanes[n].note = TR(c, "as the CRM calls them");
    f->v->n_lanes = n + 1;
}

/* A deal in the order of its lane: what closes first comes first, what has no date last. */
struct dated {
    int64_t day, id;
    const struct row *row;
};

static int by_day(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static struct dated *in_order(struct call *c, const struct list *deals)
{
    int closes = field_find(opportunity_noun.fields, opportunity_noun.n_fields, "closes");
    struct dated *out = ARENA_ARRAY(c->arena, deals->n + 1, struct dated);
    for (size_t i = 0; i < deals->n; i++) {
        const struct value *day = &deals->rows[i].v[closes];
        out[i] =
            (struct dated){day->kind == VALUE_INT ? day->i : INT64_MAX, deals->rows[i].id, &deals->rows[i]};
    }
    qsort(out, deals->n, sizeof *out, by_day);
    return out;
}

static enum status fill(struct filling *f, const struct list *deals, bool mine)
{
    struct call *c = f->c;
    struct beside beside;
    struct place *places = ARENA_ARRAY(c->arena, deals->n + 1, struct place);
    struct deal_view *views = ARENA_ARRAY(c->arena, deals->n + 1, struct deal_view);
    TRY(read_beside(c, deals, mine, &beside));
    make_lanes(f, deals->n);
    struct dated *dated = in_order(c, deals);
    for (size_t i = 0; i < deals->n; i++) {
        places[i] = (struct place){dated[i].id, &views[i]};
        TRY(add_deal(f, dated[i].row, &views[i]));
    }
    add_beside(f, &beside, places, deals->n);
    for (size_t i = 0; i < f->v->n_lanes; i++)
        f->v->lanes[i].sum = money_sum_text(c, f->h, &f->sums[i]);
    if (!f->v->lanes[f->own_lane].n)
        f->v->n_lanes--;
    return OK;
}

/* Beside '' because SQLite would else look through all open deals for the partner's, not from its team rows.
 */
#define OPEN_OF_TEAM "t.state || '' = 'open'"

static enum status read_deals(struct call *c, struct page_request *r, struct list *out)
{
    const struct noun *n = &opportunity_noun;
    struct list_query q = {.sort = "-created",
        .limit = SHOWN,
        .fields = FIELD_BIT(n, name) | FIELD_BIT(n, product_line_id) | FIELD_BIT(n, stage) |
                  FIELD_BIT(n, amount) | FIELD_BIT(n, currency) | FIELD_BIT(n, closes)};
    bool partner = c->viewer->partner_id != 0, mine = streq(page_query(r, "whose"), "mine");
    if (partner)
        q.where = mine ? OPEN_OF_TEAM " and " DEALS_OF_PERSON : OPEN_OF_TEAM;
    else {
        q.filters[q.n_filters++] = (struct filter){"state", "is", "open"};
        q.where = mine ? DEALS_OF_PERSON : NULL;
    }
    if (mine)
        q.where_args[q.n_where_args++] = v_int(c->viewer->person_id);
    return noun_list(c, n, &q, out);
}

/* ---- a move that was not made ---- */

/* Whose change won: a partner reads the names of its own people only, everybody else is the vendor. */
static enum status tell_refused(struct call *c, struct page_request *r, struct html *h, struct board_view *v)
{
    struct row row;
    struct rows rows;
    int64_t id;
    if (!r->problem)
        return OK;
    const char *stage = field_message(r, "stage");
    v->refused = stage ? stage : r->problem->detail ? r->problem->detail : TR(c, "It was not moved.");
    if (r->problem->code != PROBLEM_stale || !id_parse(opportunity_noun.prefix, given_text(r, "row"), &id) ||
        noun_get(c, &opportunity_noun, id, &row) != OK)
        return OK;
    struct value args[3] = {v_text(opportunity_noun.name), v_int(id), v_int(c->viewer->partner_id)};
    TRY(db_query(c->db, c->arena, &rows,
        "select e.at, e.verb, e.payload, case when cast($3 as bigint) = 0 or p.partner_id = $3 then p.name "
        "end from event e "
        "left join person p on p.id = e.actor_id where e.noun = $1 and e.row_id = $2 order by e.seq desc "
        "limit 1",
        args, 3));
    v->refused =
        arena_printf(c->arena, TR(c, "%s was changed meanwhile; it stands as shown here."), row.name);
    if (!rows.n)
        return OK;
    const char *who = cell_text(&rows, 0, 3);
    v->refused_detail = arena_printf(c->arena, "%s, %s: %s", who ? who : c->catalog->vendor,
        fmt_ago(h, (struct instant){cell_int(&rows, 0, 0)}),
        derived_event_text(c, &opportunity_noun, cell_string(&rows, 0, 1), cell_string(&rows, 0, 2)));
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct list deals;
    bool mine = streq(page_query(r, "whose"), "mine");
    struct part_tab whose[2] = {{.label = TR(c, "All"), .href = "/pipeline", .current = !mine},
        {.label = TR(c, "Mine"), .href = "/pipeline?whose=mine", .current = mine}};
    struct board_view v = {.whose = whose,
        .n_whose = COUNT(whose),
        .page = mine ? "/pipeline?whose=mine" : "/pipeline",
        .csrf = r->csrf,
        .vendor = !c->viewer->partner_id};
    struct filling f = {.c = c, .h = h, .v = &v, .today = date_in(c->catalog->zone, c->now).days};
    TRY(programme_active(c, &f.p));
    TRY(read_deals(c, r, &deals));
    TRY(fill(&f, &deals, mine));
    TRY(tell_refused(c, r, h, &v));
    v.tabs = pipeline_tabs(c, "/pipeline", &v.n_tabs);
    v.any = deals.n > 0;
    v.shown = (int64_t)deals.n;
    v.more = deals.next != NULL;
    r->shell->wide = true;
    board_page(h, &v);
    return OK;
}

const struct page pipeline_page = {.path = "/pipeline",
    .title = N_("Pipeline"),
    .roles = ALL_ROLES,
    .nav = "",
    .icon = "board",
    .key = "g o",
    .show = show};
