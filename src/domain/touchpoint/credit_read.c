/* Reads what credit.h judges: the confirmed touchpoints of an account and its deals. */
#include "base/id.h"
#include "base/json.h"
#include "domain/opportunity/opportunity.h"
#include "domain/opportunity/quarters.h"
#include "domain/programme/programme.h"
#include "domain/touchpoint/panel.h"
#include "domain/touchpoint/touchpoint.h"

/*
 * A touchpoint that names no deal is of every deal of its account. A registration counts once it was
 * approved; what came after (won, lapsed ...) came after that.
 */
static const char touches_sql[] =
    "select t.id, t.partner_id, p.name, t.happened, t.kind, coalesce(t.opportunity_id, r.opportunity_id), "
    "case when t.kind <> 'registration' or r.state in ('approved', 'converted', 'won', 'lost', 'lapsed') "
    "then 1 else 0 "
    "end from touchpoint t join partner p on p.id = t.partner_id left join registration r on r.id = "
    "t.registration_id "
    "where t.account_id = $1 and t.state = 'confirmed' order by t.happened, t.id limit 2000";

static struct credit_touch touch_at(const struct call *c, const struct rows *rows, size_t i, int64_t deal)
{
    bool approved = cell_int(rows, i, 6) != 0;
    struct credit_touch t = {.partner_id = cell_int(rows, i, 1), .at = {cell_int(rows, i, 3)}};
    t.day = date_in(c->catalog->zone, t.at);
    t.its_own = streq(cell_text(rows, i, 4), "registration") && cell_int(rows, i, 5) == deal;
    credit_kind(cell_text(rows, i, 4), approved, &t.introduces, &t.acts);
    return t;
}

static void add_reason(
    struct call *c, const struct rows *rows, size_t i, enum credit credit, struct credit_view *v)
{
    size_t k = 0;
    while (k < v->n && v->partners[k].partner_id != cell_int(rows, i, 1))
        k++;
    struct credit_partner *p = &v->partners[k];
    if (k == v->n) {
        v->n++;
        *p = (struct credit_partner){.name = cell_string(rows, i, 2),
            .href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", cell_int(rows, i, 1))),
            .partner_id = cell_int(rows, i, 1),
            .credit = credit,
            .reasons = ARENA_ARRAY(c->arena, rows->n, struct credit_reason)};
    }
    p->reasons[p->n++] =
        (struct credit_reason){.kind = option_label(call_lang(c), touchpoint_kinds, cell_text(rows, i, 4)),
            .href = arena_printf(
                c->arena, "/touchpoints/%s", id_text(c->arena, touchpoint_noun.prefix, cell_int(rows, i, 0))),
            .at = {cell_int(rows, i, 3)}};
}

/* The touches of ROWS that bear on one deal, and what each is a reason for. */
struct judged {
    enum credit *reason;
    size_t *at; /* the row of each */
    size_t n;
};

static void judge(const struct call *c, struct arena *a, const struct rows *rows, int64_t id,
    const struct credit_deal *deal, struct judged *out)
{
    struct credit_touch *touches = ARENA_ARRAY(a, rows->n + 1, struct credit_touch);
    *out = (struct judged){ARENA_ARRAY(a, rows->n + 1, enum credit), ARENA_ARRAY(a, rows->n + 1, size_t), 0};
    for (size_t i = 0; i < rows->n; i++)
        if (!cell_int(rows, i, 5) || cell_int(rows, i, 5) == id) {
            touches[out->n] = touch_at(c, rows, i, id);
            out->at[out->n++] = i;
        }
    credit_judge(deal, touches, out->n, out->reason);
}

static struct credit_deal deal_of(
    const struct call *c, const struct opportunity *o, struct instant created, const struct programme *p)
{
    return (struct credit_deal){
        .opened = o->engaged.days == DATE_NONE ? date_in(c->catalog->zone, created) : o->engaged,
        .closed = streq(o->state, "open") ? (struct date){DATE_NONE} : o->closed,
        .window_days = p->limits.sourcing_days};
}

/* ---- for pages ---- */

static enum status view_deal(
    struct call *c, const struct rows *rows, int64_t id, const struct programme *p, struct credit_view *v)
{
    struct row row;
    struct opportunity o;
    struct judged j;
    TRY(noun_get(c, &opportunity_noun, id, &row));
    row_record(&opportunity_noun, &row, &o);
    struct credit_deal deal = deal_of(c, &o, row.created, p);
    judge(c, c->arena, rows, id, &deal, &j);
    *v = (struct credit_view){.deal = row.name,
        .deal_href =
            arena_printf(c->arena, "/opportunities/%s", id_text(c->arena, opportunity_noun.prefix, id)),
        .partners = ARENA_ARRAY(c->arena, j.n + 1, struct credit_partner)};
    for (size_t i = 0; i < j.n; i++)
        if (j.reason[i] != CREDIT_NONE)
            add_reason(c, rows, j.at[i], j.reason[i], v);
    return OK;
}

enum status credit_load(
    struct call *c, int64_t account_id, const int64_t *opportunities, size_t n, struct credit_view *out)
{
    struct value args[1] = {v_int(account_id)};
    const struct programme *p;
    struct rows rows;
    TRY(programme_active(c, &p));
    TRY(db_query(c->db, c->arena, &rows, touches_sql, args, 1));
    for (size_t i = 0; i < n; i++)
        TRY(view_deal(c, &rows, opportunities[i], p, &out[i]));
    return OK;
}

/* ---- of many deals ---- */

static struct date day_of(const struct rows *rows, size_t i, size_t column)
{
    const struct value *v = cell(rows, i, column);
    return (struct date){v->kind == VALUE_INT ? (int32_t)v->i : DATE_NONE};
}

/* DEALS: id, account, created, engaged, state, closed, by account. A holds the touches of one account. */
static enum status judge_deals(struct call *c, struct arena *a, const struct programme *p,
    const struct rows *deals, struct deal_credit *out)
{
    struct rows touches = {0};
    for (size_t i = 0; i < deals->n; i++) {
        if (i == 0 || cell_int(deals, i, 1) != cell_int(deals, i - 1, 1)) {
            struct value args[1] = {v_int(cell_int(deals, i, 1))};
            arena_reset(a);
            TRY(db_query(c->db, a, &touches, touches_sql, args, 1));
        }
        struct opportunity o = {
            .engaged = day_of(deals, i, 3), .closed = day_of(deals, i, 5), .state = cell_string(deals, i, 4)};
        struct credit_deal deal = deal_of(c, &o, (struct instant){cell_int(deals, i, 2)}, p);
        struct judged j;
        judge(c, a, &touches, cell_int(deals, i, 0), &deal, &j);
        out[i] = (struct deal_credit){cell_int(deals, i, 0), credit_of_deal(j.reason, j.n)};
    }
    return OK;
}

enum status credit_of_deals(
    struct call *c, const int64_t *opportunities, size_t n, struct deal_credit *out, size_t *n_out)
{
    struct value args[DEALS_AT_ONCE];
    const struct programme *p;
    struct rows deals;
    deals_args(opportunities, n, args);
    TRY(programme_active(c, &p));
    TRY(db_query(c->db, c->arena, &deals,
        "select o.id, o.account_id, o.created, o.engaged, o.state, o.closed from opportunity o where o.id "
        "in " DEALS_LIST " order by o.account_id, o.id",
        args, COUNT(args)));
    *n_out = deals.n;
    struct arena *a = arena_new();
    enum status status = judge_deals(c, a, p, &deals, out);
    arena_free(a);
    return status;
}

/* ---- for programs ---- */

static enum status credit_run(struct call *c)
{
    struct opportunity o;
    struct credit_view v = {0};
    TRY(noun_load(c, &opportunity_noun, c->row_id, &o));
    TRY(credit_load(c, o.account_id.id, &c->row_id, 1, &v));
    struct buf b = buf_in(c->arena, 1 << 20);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "partners");
    out_array(&w);
    for (size_t i = 0; i < v.n; i++) {
        const struct credit_partner *k = &v.partners[i];
        out_object(&w);
        out_kv_string(&w, "partner_id", id_text(c->arena, "prt", k->partner_id));
        out_kv_string(&w, "partner_name", k->name);
        out_kv_string(&w, "credit", k->credit == CREDIT_SOURCED ? "sourced" : "influenced");
        out_key(&w, "touchpoints");
        out_array(&w);
        for (size_t r = 0; r < k->n; r++)
            out_string(&w, strrchr(k->reasons[r].href, '/') + 1);
        out_end(&w);
        out_end(&w);
    }
    out_end(&w);
    out_end(&w);
    c->result_json = buf_str(&b);
    return OK;
}

const struct verb opportunity_credit = {
    .noun = &opportunity_noun,
    .name = "credit",
    .label = N_("Who gets credit"),
    .summary = N_("Which partner sourced the deal, which influenced it, and the touchpoints that say so."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES,
    .reads = true,
    .hidden = true,
    .run = credit_run,
    .example = {.answer = "{\"partners\":[{\"partner_id\":\"prt_0002T7WE2Q7A7\",\"partner_name\":\"Nordwind "
                          "Systems\",\"credit\":\"sourced\",\"touchpoints\":[\"tch_0002T7WE2Q7A7\"]}]}"},
};
