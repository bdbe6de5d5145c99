#include "domain/review/deals.h"

#include "base/id.h"
#include "base/json.h"
#include "domain/note/task.h"
#include "domain/opportunity/pipeline.h"
#include "domain/registration/registration.h"

#define DEALS_MAX 300

enum review_reason review_judge(const struct review_facts *f, struct date today)
{
    bool dated = f->expected.days != DATE_NONE;
    if (f->ended)
        return REVIEW_ENDED;
    if (dated && f->expected.days < today.days)
        return REVIEW_PAST;
    if (dated && f->before.days != DATE_NONE && f->expected.days > f->before.days)
        return REVIEW_SLIPPED;
    if (f->active.days == DATE_NONE || today.days - f->active.days >= REVIEW_STALLED_DAYS)
        return REVIEW_STALLED;
    if (!f->has_step)
        return REVIEW_NO_STEP;
    return f->active.days >= f->since.days ? REVIEW_CHANGED : REVIEW_REST;
}

/* ---- reading ---- */

struct reading {
    struct call *c;
    struct html *h;
    const struct programme *programme;
    struct date today, since;
    bool one; /* partner: need not be named */
    struct review_deals *out;
};

static void add_deal(struct reading *r, const struct review_facts *f, const struct review_deal *deal)
{
    struct review_group *g = &r->out->groups[review_judge(f, r->today)];
    struct review_deal *d = &g->deals[g->n++];
    *d = *deal;
    d->late = !f->ended && f->expected.days != DATE_NONE && f->expected.days < r->today.days;
    if (f->before.days != DATE_NONE && f->expected.days > f->before.days)
        d->was = fmt_date(r->h, f->before);
    r->out->n++;
}

static void put_state(struct reading *r, const struct noun *noun, const char *key, struct review_deal *d)
{
    const struct state *s = noun_state(noun, key);
    d->mark = s->mark;
    d->state = TR(r->c, s->label);
}

static void put_step(struct reading *r, const struct rows *rows, size_t i, size_t col, struct review_deal *d)
{
    d->step = cell_text(rows, i, col);
    if (d->step && cell(rows, i, col + 1)->kind == VALUE_INT)
        d->step_when = fmt_day(r->h, (struct date){(int32_t)cell_int(rows, i, col + 1)});
}

static struct date day_at(const struct rows *rows, size_t i, size_t col)
{
    return cell(rows, i, col)->kind == VALUE_INT ? (struct date){(int32_t)cell_int(rows, i, col)}
                                                 : (struct date){DATE_NONE};
}

static struct date day_of(struct reading *r, const struct rows *rows, size_t i, size_t col)
{
    return cell_int(rows, i, col) ? date_in(r->c->catalog->zone, (struct instant){cell_int(rows, i, col)})
                                  : (struct date){DATE_NONE};
}

static const char *joined(struct reading *r, const char *a, const char *b)
{
    return !a ? b : !b ? a : arena_printf(r->c->arena, "%s · %s", a, b);
}

/* Whose deals: of the partner $1, or of every partner that the person $1 manages. */
#define OF(column) "with mine as (select id, name from partner where " column " = $1) "
#define THEIRS                                                                                               \
    "(select m.opportunity_id from opportunity_member m where m.state = 'active' and m.partner_id in "       \
    "(select id from mine))"

/* ---- registrations ---- */

/* $2 the last review, $3 whose tasks. A task without a day comes last. */
#define REGISTRATIONS                                                                                        \
    "select r.id, r.company, p.name, l.name, r.amount, r.currency, r.state, r.close_month, "                 \
    "r.last_activity, r.created, r.ended, (select k.text from task k where k.registration_id = r.id and "    \
    "k.state = 'open' and k.side = $3 order by k.due nulls last, k.id limit 1), (select min(k.due) from "    \
    "task k where k.registration_id = r.id and k.state = 'open' and k.side = $3) from registration r join "  \
    "mine p on p.id = r.partner_id join product_line l on l.id = r.product_line_id where r.state in "        \
    "('approved', 'review') or (r.state <> 'converted' and r.ended >= $2) order by r.protected_until nulls " \
    "last, r.id limit 301"

static void add_registration(struct reading *r, const struct rows *rows, size_t i)
{
    struct date month = day_at(rows, i, 7), active = day_at(rows, i, 8), made = day_of(r, rows, i, 9);
    struct review_facts f = {.ended = cell_int(rows, i, 10) != 0,
        .has_step = cell_text(rows, i, 11) != NULL,
        .expected = month.days == DATE_NONE ? month : (struct date){date_add_months(month, 1).days - 1},
        .before = {DATE_NONE},
        .active = active.days > made.days ? active : made,
        .since = r->since};
    struct review_deal d = {.name = cell_string(rows, i, 1),
        .href =
            arena_printf(r->c->arena, "/registrations/%s", id_text(r->c->arena, "reg", cell_int(rows, i, 0))),
        .sub = joined(r, r->one ? NULL : cell_string(rows, i, 2), cell_string(rows, i, 3)),
        .amount = fmt_money(r->h, (struct money){cell_int(rows, i, 4)}, cell_string(rows, i, 5)),
        .close = month.days == DATE_NONE ? NULL : fmt_month(r->h, month)};
    put_state(r, &registration_noun, cell_string(rows, i, 6), &d);
    put_step(r, rows, i, 11, &d);
    add_deal(r, &f, &d);
}

/* ---- opportunities ---- */

/* $2 the day of the last review. What is private to vendor and partner counts only where it is this
 * partner's.
 */
#define OPPORTUNITIES                                                                                        \
    "select o.id, o.name, (select min(p.name) from opportunity_member m join mine p on p.id = m.partner_id " \
    "where m.opportunity_id = o.id and m.state = 'active'), o.stage, o.amount, o.currency, o.state, "        \
    "o.closes, o.closed, o.updated, (select max(k.created) from opportunity_comment k where "                \
    "k.opportunity_id = o.id and k.partner_id in (select id from mine)), (select max(k.updated) from "       \
    "plan_step k where k.opportunity_id = o.id and k.partner_id in (select id from mine)), (select "         \
    "max(k.happened) from touchpoint k where k.opportunity_id = o.id and k.partner_id in (select id from "   \
    "mine)), (select k.text from plan_step k where k.opportunity_id = o.id and k.state = 'open' and "        \
    "k.partner_id in (select id from mine) order by k.due, k.id limit 1), (select min(k.due) from "          \
    "plan_step k where k.opportunity_id = o.id and k.state = 'open' and k.partner_id in (select id from "    \
    "mine)) from opportunity o where o.id in " THEIRS " and (o.state = 'open' or o.closed >= $2) order by "  \
    "o.closes nulls last, o.id limit 301"

/* Changes since the last review ($2), oldest first: the first one's "before" is what was expected then. */
#define SLIPS                                                                                                \
    "select e.row_id, e.payload from event e where e.noun = 'opportunity' and e.verb in ('reschedule', "     \
    "'update') and e.at >= $2 and e.row_id in " THEIRS " order by e.seq"

static struct date before_of(struct reading *r, const struct rows *slips, int64_t id)
{
    for (size_t i = 0; i < slips->n; i++) {
        const char *error, *payload = cell_text(slips, i, 1);
        if (!payload || cell_int(slips, i, 0) != id)
            continue;
        const json_t *before =
            json_object_get(json_read(r->c->arena, payload, strlen(payload), &error), "before");
        const json_t *closes = json_object_get(before, "closes");
        if (json_is_integer(closes))
            return (struct date){(int32_t)json_integer_value(closes)};
    }
    return (struct date){DATE_NONE};
}

static void add_opportunity(struct reading *r, const struct rows *rows, size_t i, const struct rows *slips)
{
    struct date active = day_of(r, rows, i, 9);
    for (size_t col = 10; col <= 12; col++)
        if (day_of(r, rows, i, col).days > active.days)
            active = day_of(r, rows, i, col);
    struct review_facts f = {.ended = !streq(cell_text(rows, i, 6), "open"),
        .has_step = cell_text(rows, i, 13) != NULL,
        .expected = day_at(rows, i, 7),
        .before = before_of(r, slips, cell_int(rows, i, 0)),
        .active = active,
        .since = r->since};
    const char *currency = cell_text(rows, i, 5);
    struct date day = f.ended ? day_at(rows, i, 8) : f.expected;
    struct review_deal d = {.name = cell_string(rows, i, 1),
        .href = opportunity_path(r->c, cell_int(rows, i, 0)),
        .sub = joined(r, r->one ? NULL : cell_text(rows, i, 2),
            f.ended ? NULL : stage_label(r->c, r->programme, cell_text(rows, i, 3))),
        .amount = cell_int(rows, i, 4) ? fmt_money(r->h, (struct money){cell_int(rows, i, 4)},
                                             currency ? currency : r->c->catalog->currency)
                                       : NULL,
        .close = day.days == DATE_NONE ? NULL : fmt_date(r->h, day)};
    put_state(r, &opportunity_noun, cell_string(rows, i, 6), &d);
    put_step(r, rows, i, 13, &d);
    add_deal(r, &f, &d);
}

/* ---- both ---- */

static void name_groups(struct reading *r, size_t room)
{
    static const struct {
        const char *id, *label, *lead;
    } names[REVIEW_REASONS] = {
        [REVIEW_PAST] = {"r-past", N_("Past the close date"), N_("Expected to close before today.")},
        [REVIEW_SLIPPED] = {"r-slipped", N_("Slipped"),
            N_("Expected to close later than at the last review.")},
        [REVIEW_STALLED] = {"r-stalled", N_("Stalled"), N_("Nobody did anything for three weeks.")},
        [REVIEW_NO_STEP] = {"r-step", N_("Without a next step"), N_("No step and no task is open for it.")},
        [REVIEW_CHANGED] = {"r-changed", N_("Changed"), N_("Something happened since the last review.")},
        [REVIEW_ENDED] = {"r-ended", N_("Ended"),
            N_("Won, lost, lapsed or withdrawn since the last review.")},
        [REVIEW_REST] = {"r-rest", N_("On its way"), N_("Nothing to worry about.")}};
    for (size_t i = 0; i < REVIEW_REASONS; i++)
        r->out->groups[i] = (struct review_group){.id = names[i].id,
            .label = TR(r->c, names[i].label),
            .lead = TR(r->c, names[i].lead),
            .deals = ARENA_ARRAY(r->c->arena, room + 1, struct review_deal)};
}

static const struct {
    const char *registrations, *opportunities, *slips;
} queries[2] = {{OF("id") REGISTRATIONS, OF("id") OPPORTUNITIES, OF("id") SLIPS},
    {OF("manager_id") REGISTRATIONS, OF("manager_id") OPPORTUNITIES, OF("manager_id") SLIPS}};

enum status review_deals_load(struct call *c, struct html *h, int64_t partner_id, int64_t person,
    struct instant since, struct review_deals *out)
{
    struct reading r = {.c = c,
        .h = h,
        .today = date_in(c->catalog->zone, c->now),
        .since = date_in(c->catalog->zone, since),
        .one = partner_id != 0,
        .out = out};
    struct value who = v_int(partner_id ? partner_id : person), at = v_int(since.us);
    struct value of_registrations[3] = {who, at, v_text(subject_side(c))},
                 of_opportunities[2] = {who, v_int(r.since.days)}, of_slips[2] = {who, at};
    struct rows registrations, opportunities, slips;
    *out = (struct review_deals){0};
    TRY(programme_active(c, &r.programme));
    TRY(db_query(c->db, c->arena, &registrations, queries[!r.one].registrations, of_registrations, 3));
    TRY(db_query(c->db, c->arena, &opportunities, queries[!r.one].opportunities, of_opportunities, 2));
    TRY(db_query(c->db, c->arena, &slips, queries[!r.one].slips, of_slips, 2));
    name_groups(&r, registrations.n + opportunities.n);
    for (size_t i = 0; i < opportunities.n && i < DEALS_MAX; i++)
        add_opportunity(&r, &opportunities, i, &slips);
    for (size_t i = 0; i < registrations.n && i < DEALS_MAX; i++)
        add_registration(&r, &registrations, i);
    out->more = registrations.n > DEALS_MAX || opportunities.n > DEALS_MAX;
    return OK;
}
