/* One opportunity, for all who work on it: its facts, team, products, plan, words, files and history. */
#include "base/id.h"
#include "domain/lead/lead.h"
#include "domain/opportunity/comment.h"
#include "domain/opportunity/deal_page.html.h"
#include "domain/opportunity/deal_view.h"
#include "domain/opportunity/line.h"
#include "domain/opportunity/pages.h"
#include "domain/opportunity/pipeline.h"
#include "domain/opportunity/plan.h"
#include "domain/opportunity/team.h"

#define COMMENTS 30

/* ---- facts ---- */

static struct fact_view *add_fact(struct deal_page *v, const char *label, const char *text)
{
    struct fact_view *f = &v->facts[v->n_facts++];
    *f = (struct fact_view){.label = label, .text = text};
    return f;
}

static void fill_account(
    struct call *c, const struct row *row, const struct opportunity *o, struct deal_page *v)
{
    const char *account = row_title(&opportunity_noun, row, "account_id");
    if (account)
        add_fact(v, TR(c, "Account"), account)->href =
            arena_printf(c->arena, "/accounts/%s", id_text(c->arena, "acc", o->account_id.id));
    if (o->external_id)
        add_fact(v, TR(c, "External id"), o->external_id);
    if (o->reason)
        add_fact(v, TR(c, "Why it was lost"), o->reason);
}

/* Registrations that became it: all for the vendor, a partner's own. */
static enum status fill_registrations(struct call *c, int64_t id, struct deal_page *v)
{
    struct value args[2] = {v_int(id), v_int(c->viewer->partner_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select r.id, r.company, p.name from registration r join partner p on p.id = r.partner_id where "
        "r.opportunity_id = $1 and (cast($2 as bigint) = 0 or r.partner_id = $2) order by r.id limit 4",
        args, 2));
    for (size_t i = 0; i < rows.n; i++)
        add_fact(v, TR(c, "Registration"),
            v->vendor ? arena_printf(c->arena, "%s, %s", cell_text(&rows, i, 1), cell_text(&rows, i, 2))
                      : cell_text(&rows, i, 1))
            ->href =
            arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", cell_int(&rows, i, 0)));
    return OK;
}

#define LEADS 3

static enum status list_of(struct call *c, const struct noun *noun, const struct deal_page *v,
    const char *sort, size_t limit, struct list *out)
{
    struct list_query q = {
        .filters = {{"opportunity_id", "is", v->id}}, .n_filters = 1, .sort = sort, .limit = limit};
    return noun_list(c, noun, &q, out);
}

/* Leads that became it, with whom to speak there: as far as the viewer sees them. */
static enum status fill_leads(struct call *c, struct deal_page *v)
{
    struct list list;
    TRY(list_of(c, &lead_noun, v, "created", LEADS, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct lead lead;
        row_record(&lead_noun, &list.rows[i], &lead);
        const char *who = lead.contact_name ? lead.contact_name : lead.contact_email;
        add_fact(v, TR(c, "Lead"), who ? arena_printf(c->arena, "%s, %s", lead.company, who) : lead.company)
            ->href = lead_path(c, list.rows[i].id);
    }
    return OK;
}

static enum status fill_facts(struct call *c, struct html *h, const struct row *row, struct deal_page *v)
{
    const struct programme *p;
    struct opportunity o;
    TRY(programme_active(c, &p));
    row_record(&opportunity_noun, row, &o);
    int at = stage_index(p, o.stage);
    const char *stage = stage_label(c, p, o.stage),
               *since = o.stage_since.us ? fmt_date(h, date_in(c->catalog->zone, o.stage_since)) : NULL;
    v->facts = ARENA_ARRAY(c->arena, 20, struct fact_view);
    add_fact(v, TR(c, "Stage"), since ? arena_printf(c->arena, TR(c, "%s, since %s"), stage, since) : stage);
    if (at >= 0)
        add_fact(v, TR(c, "Forecast"),
            arena_printf(c->arena, "%s, %s", TR(c, forecast_options[p->stages[at].forecast].label),
                fmt_percent(h, (double)p->stages[at].probability / 100, 0)));
    if (o.amount.minor)
        add_fact(v, TR(c, "Amount"), fmt_money(h, o.amount, o.currency ? o.currency : c->catalog->currency));
    if (o.closes.days != DATE_NONE) {
        struct fact_view *f = add_fact(v, TR(c, "Expected close"), fmt_date(h, o.closes));
        f->mark = v->open && o.closes.days < date_in(c->catalog->zone, c->now).days ? "risk" : NULL;
    }
    if (o.closed.days != DATE_NONE)
        add_fact(v, TR(c, "Closed"), fmt_date(h, o.closed));
    if (row_title(&opportunity_noun, row, "product_line_id"))
        add_fact(v, TR(c, "Product line"), row_title(&opportunity_noun, row, "product_line_id"));
    fill_account(c, row, &o, v);
    if (v->vendor && o.account_id.id) {
        TRY(credit_load(c, o.account_id.id, &row->id, 1, &v->credit));
        v->credit.deal = NULL; /* the page is about it */
    }
    TRY(fill_leads(c, v));
    return fill_registrations(c, row->id, v);
}

/* ---- names, of rows that the viewer was given already ---- */

static const char *name_in(const struct rows *names, int64_t id)
{
    for (size_t i = 0; i < names->n; i++)
        if (cell_int(names, i, 0) == id)
            return cell_text(names, i, 1);
    return NULL;
}

/* Who the vendor's people are that a partner works with; the persons' own scope does not tell it. */
static enum status read_names(struct call *c, const char *sql, int64_t id, struct rows *out)
{
    struct value args[2] = {v_int(id), v_int(c->viewer->partner_id)};
    return db_query(c->db, c->arena, out, sql, args, 2);
}

static const char member_names[] =
    "select m.id, p.name from opportunity_member m join person p on p.id = "
    "m.person_id where m.opportunity_id "
    "= $1 and (cast($2 as bigint) = 0 or m.partner_id = $2 or m.partner_id is null)";
static const char step_names[] =
    "select s.id, p.name from plan_step s join person p on p.id = s.owner_id where s.opportunity_id = $1 and "
    "(cast($2 as bigint) = 0 or s.partner_id = $2)";
static const char comment_names[] =
    "select m.id, p.name from opportunity_comment m join person p on p.id = m.author_id where "
    "m.opportunity_id = $1 and (cast($2 as bigint) = 0 or m.partner_id = $2)";
static const char owner_name[] = "select o.id, p.name from opportunity o join person p on p.id = o.owner_id "
                                 "where o.id = $1 and cast($2 as bigint) >= 0";

/* ---- team and products ---- */

static void add_member(struct call *c, struct html *h, const struct row *row, const char *person,
    struct deal_page *v, double *shares)
{
    struct opportunity_member m;
    row_record(&opportunity_member_noun, row, &m);
    if (!streq(m.state, "active"))
        return;
    const char *partner = row_title(&opportunity_member_noun, row, "partner_id"),
               *label = option_label(call_lang(c), member_role_options, m.role);
    struct member_view *k = &v->members[v->n_members++];
    *k = (struct member_view){.name = m.partner_id.id ? partner : person,
        .sub = m.partner_id.id && person ? arena_printf(c->arena, "%s · %s", label, person) : label,
        .share = m.share_percent > 0 ? fmt_percent(h, m.share_percent / 100, m.share_percent < 1) : NULL,
        .id = id_text(c->arena, opportunity_member_noun.prefix, row->id),
        .partner_side = m.partner_id.id != 0,
        .removable = v->open && verb_allowed(&member_remove, c->viewer)};
    k->path = arena_printf(c->arena, "/%s/%s", opportunity_member_noun.plural, k->id);
    if (m.partner_id.id && v->vendor)
        k->href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", m.partner_id.id));
    *shares += m.share_percent;
}

static enum status fill_team(struct call *c, struct html *h, int64_t id, struct deal_page *v)
{
    struct list list;
    struct rows names, owner;
    double shares = 0;
    TRY(list_of(c, &opportunity_member_noun, v, "created", 100, &list));
    TRY(read_names(c, member_names, id, &names));
    TRY(read_names(c, owner_name, id, &owner));
    v->members = ARENA_ARRAY(c->arena, list.n + 1, struct member_view);
    if (owner.n)
        v->members[v->n_members++] =
            (struct member_view){.name = cell_text(&owner, 0, 1), .sub = TR(c, "Owner")};
    for (size_t i = 0; i < list.n; i++)
        add_member(c, h, &list.rows[i], name_in(&names, list.rows[i].id), v, &shares);
    if (v->vendor && shares > 0 && shares < 100)
        v->left = fmt_percent(h, 1 - shares / 100, 0);
    return OK;
}

static enum status fill_products(struct call *c, struct html *h, struct deal_page *v)
{
    struct list list;
    TRY(list_of(c, &opportunity_line_noun, v, "created", 100, &list));
    v->products = ARENA_ARRAY(c->arena, list.n + 1, struct product_view);
    for (size_t i = 0; i < list.n; i++) {
        struct opportunity_line line;
        row_record(&opportunity_line_noun, &list.rows[i], &line);
        if (!streq(line.state, "kept"))
            continue;
        struct product_view *p = &v->products[v->n_products++];
        *p = (struct product_view){.name = list.rows[i].name,
            .amount = fmt_money(h, line.amount, line.currency),
            .id = id_text(c->arena, opportunity_line_noun.prefix, list.rows[i].id)};
        p->path = arena_printf(c->arena, "/%s/%s", opportunity_line_noun.plural, p->id);
    }
    return OK;
}

/* ---- plan and words ---- */

/* With whom it is shared, for the vendor, who may share with several. */
static const char *with(struct call *c, const struct noun *noun, const struct row *row)
{
    const char *partner = row_title(noun, row, "partner_id");
    if (c->viewer->partner_id)
        return NULL;
    return partner ? arena_printf(c->arena, TR(c, "with %s"), partner)
                   : arena_printf(c->arena, TR(c, "only %s"), c->catalog->vendor);
}

static void add_step(
    struct call *c, struct html *h, const struct row *row, const char *owner, struct deal_page *v)
{
    struct plan_step s;
    row_record(&plan_step_noun, row, &s);
    int32_t today = date_in(c->catalog->zone, c->now).days;
    bool late = streq(s.state, "open") && s.due.days < today;
    const char *own =
        c->viewer->partner_id ? c->viewer->partner_name : row_title(&plan_step_noun, row, "partner_id");
    const char *side = streq(s.side, "vendor") ? c->catalog->vendor : own;
    struct step_view *k = &v->steps[v->n_steps++];
    *k = (struct step_view){.text = s.text,
        .due = fmt_day(h, s.due),
        .mark = streq(s.state, "done") ? "ok"
                : late                 ? "risk"
                : s.due.days == today  ? "review"
                                       : "new",
        .owner = owner ? arena_printf(c->arena, "%s · %s", owner, side) : side,
        .with = with(c, &plan_step_noun, row),
        .done = streq(s.state, "done"),
        .id = id_text(c->arena, plan_step_noun.prefix, row->id),
        .may_tick = v->open && verb_allowed(&step_finish, c->viewer)};
    k->may_change = k->may_tick && !k->done && (v->vendor || row_title(&plan_step_noun, row, "author_id"));
    k->path = arena_printf(c->arena, "/%s/%s", plan_step_noun.plural, k->id);
    v->n_late += late;
}

/* Open steps by their day, then what is done: a plan's order is that of its days. */
static enum status fill_plan(struct call *c, struct html *h, int64_t id, struct deal_page *v)
{
    struct list list;
    struct rows names;
    TRY(list_of(c, &plan_step_noun, v, "due", 200, &list));
    TRY(read_names(c, step_names, id, &names));
    v->steps = ARENA_ARRAY(c->arena, list.n + 1, struct step_view);
    for (int done = 0; done < 2; done++)
        for (size_t i = 0; i < list.n; i++) {
            const char *state =
                list.rows[i].v[field_find(plan_step_noun.fields, plan_step_noun.n_fields, "state")].s;
            if (streq(state, done ? "done" : "open"))
                add_step(c, h, &list.rows[i], name_in(&names, list.rows[i].id), v);
        }
    return OK;
}

static enum status fill_comments(struct call *c, int64_t id, struct deal_page *v)
{
    struct list list;
    struct rows names;
    TRY(list_of(c, &opportunity_comment_noun, v, "-created", COMMENTS, &list));
    TRY(read_names(c, comment_names, id, &names));
    v->comments = ARENA_ARRAY(c->arena, list.n + 1, struct comment_view);
    for (size_t i = 0; i < list.n; i++) {
        struct opportunity_comment m;
        row_record(&opportunity_comment_noun, &list.rows[i], &m);
        if (!streq(m.state, "kept"))
            continue;
        struct comment_view *k = &v->comments[v->n_comments++];
        *k = (struct comment_view){.text = m.text,
            .author = name_in(&names, list.rows[i].id),
            .with = with(c, &opportunity_comment_noun, &list.rows[i]),
            .id = id_text(c->arena, opportunity_comment_noun.prefix, list.rows[i].id),
            .at = list.rows[i].created,
            .own = m.author_id.id == c->viewer->person_id};
        k->path = arena_printf(c->arena, "/%s/%s", opportunity_comment_noun.plural, k->id);
    }
    if (list.next)
        v->all_comments =
            arena_printf(c->arena, "/%s?opportunity_id=%s", opportunity_comment_noun.plural, v->id);
    return OK;
}

/* ---- the page ---- */

static void fill_frame(struct call *c, struct page_request *r, const char *name)
{
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Pipeline"), "/pipeline"};
    crumbs[1] = (struct shell_crumb){name, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    r->shell->title = name;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct row row;
    int64_t id;
    if (!id_parse(opportunity_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &opportunity_noun, id, &row));
    const struct state *state = row_state(&opportunity_noun, &row);
    struct deal_page v = {.id = id_text(c->arena, opportunity_noun.prefix, id),
        .path = opportunity_path(c, id),
        .csrf = r->csrf,
        .name = row.name,
        .version = row.version,
        .mark = state->mark,
        .state = TR(c, state->label),
        .vendor = !c->viewer->partner_id,
        .open = streq(state->key, "open")};
    TRY(fill_facts(c, h, &row, &v));
    TRY(fill_team(c, h, id, &v));
    TRY(fill_products(c, h, &v));
    TRY(fill_plan(c, h, id, &v));
    TRY(fill_comments(c, id, &v));
    TRY(files_of(c, h, v.id, &v.files, &v.n_files));
    TRY(deal_forms(c, r, h, &row, &v));
    TRY(touch_panel_load(c, r, h, v.path, "opportunity_id", id, &v.touchpoints));
    if (v.open)
        TRY(cosell_panel_load(c, h, "opportunity_id", id, &v.help));
    TRY(deal_history(c, h, id, &v));
    fill_frame(c, r, row.name);
    deal_whole_page(h, &v);
    return OK;
}

const struct page opportunity_page = {
    .path = "/opportunities/:id", .title = N_("Opportunity"), .roles = ALL_ROLES, .show = show};
