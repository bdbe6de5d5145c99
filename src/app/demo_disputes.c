/* Where people do not agree: overrides and disputes at different stages, at the end of the story. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/dispute/dispute.h"
#include "domain/registration/override.h"

#define LOST_MAX 3

/* Registrations that were lost to another partner's, and some that stand alone. */
struct contested {
    struct {
        int64_t id, partner_id;
    } lost[LOST_MAX], standing[2];
    size_t n_lost, n_standing;
};

static enum status find(struct call *c)
{
    struct contested *out = c->in;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select r.id, r.partner_id from registration r join protection p on p.account_id = r.account_id "
        "and p.product_line_id = r.product_line_id and p.partner_id <> r.partner_id and p.state = 'live' "
        "join registration h on h.id = p.registration_id and h.state = 'approved' join partner t on t.id = "
        "r.partner_id where r.state = 'declined' and not exists (select 1 from dispute d where "
        "d.registration_id = r.id) order by case when t.name = 'Brightwater Integration' then 0 else 1 end, "
        "r.created desc, r.id limit 3",
        NULL, 0));
    for (; out->n_lost < rows.n; out->n_lost++) {
        out->lost[out->n_lost].id = cell_int(&rows, out->n_lost, 0);
        out->lost[out->n_lost].partner_id = cell_int(&rows, out->n_lost, 1);
    }
    TRY(db_query(c->db, c->arena, &rows,
        "select r.id, r.partner_id from registration r join partner t on t.id = r.partner_id where r.state = "
        "'approved' and r.disputed = 0 and t.name <> 'Brightwater Integration' and not exists (select 1 from "
        "registration o where o.account_id = r.account_id and o.id <> r.id) order by r.created desc, r.id "
        "limit 2",
        NULL, 0));
    for (; out->n_standing < rows.n; out->n_standing++) {
        out->standing[out->n_standing].id = cell_int(&rows, out->n_standing, 0);
        out->standing[out->n_standing].partner_id = cell_int(&rows, out->n_standing, 1);
    }
    return OK;
}

/* The newest row of a table, for who goes on with what a verb before has made by the way. */
struct newest {
    const char *sql;
    int64_t of, id;
};
static enum status find_newest(struct call *c)
{
    struct newest *n = c->in;
    struct value args[1] = {v_int(n->of)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, n->sql, args, 1));
    n->id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status newest(struct demo *d, const char *sql, int64_t of, int64_t *id)
{
    struct newest n = {.sql = sql, .of = of};
    TRY(app_seed(d->app, find_newest, &n));
    *id = n.id;
    return OK;
}

static const struct viewer *of_partner(const struct demo *d, int64_t partner_id)
{
    for (size_t i = 0; i < demo_n_partners; i++)
        if (d->firms[i].id == partner_id)
            return &d->firms[i].people[0];
    BUG("no such partner");
}

static enum status open_dispute(
    struct demo *d, const struct viewer *who, int64_t registration_id, const char *text, int64_t *id)
{
    struct given g[] = {demo_given("text", text)};
    TRY(demo_do(d, who, d->now, &registration_dispute, registration_id, g, COUNT(g), false, NULL));
    return newest(
        d, "select id from dispute where registration_id = $1 order by id desc limit 1", registration_id, id);
}

/* The side that opened it adds what shows its words. */
static enum status show_minutes(struct demo *d, const struct viewer *who, int64_t dispute)
{
    static const char minutes[] =
        "Workshop at the plant, second day\n\nPresent: head of production, head of IT, "
        "two of ours.\nAgreed: a pilot of six weeks, then an offer for all three sites.\n";
    struct given given[] = {demo_given("text", "The minutes of the second workshop.")};
    struct sent_file file = {
        .field = SENT_FILE_FIELD, .name = "minutes.txt", .data = minutes, .len = sizeof minutes - 1};
    struct call *c = app_call(d->app, who);
    TRY(newest(d, "select id from dispute_party where dispute_id = $1 and side = 'claimant' limit 1", dispute,
        &c->row_id));
    c->now = d->now;
    c->files = &file;
    c->n_files = 1;
    enum status s = app_do(d->app, c, &dispute_party_say, given, COUNT(given));
    arena_free(c->arena);
    return s;
}

/* Operations names somebody without a stake, who says so. */
static enum status name(struct demo *d, int64_t dispute, const char *decider)
{
    const struct viewer *who = demo_staff_viewer(d, decider);
    struct given named[] = {demo_given("person_id", id_text(d->arena, "per", who->person_id))};
    struct given declared[] = {demo_given("no_stake", "1")};
    TRY(demo_do(
        d, demo_staff_viewer(d, "Ruth Halvorsen"), d->now, &dispute_name, dispute, named, 1, false, NULL));
    return demo_do(d, who, d->now, &dispute_declare, dispute, declared, 1, false, NULL);
}

static enum status rule(struct demo *d, int64_t dispute, const char *decider)
{
    struct given g[] = {demo_given("remedy", "shared"),
        demo_given("ruling",
            "Both worked with this customer before they registered: one with the plant, the other with "
            "purchasing. Both are protected; who closes it earns the margin."),
        demo_given("note", "Offer and minutes of both sides seen. First case of two sites."),
        demo_given("days", "60")};
    return demo_do(
        d, demo_staff_viewer(d, decider), d->now, &dispute_rule, dispute, g, COUNT(g), false, NULL);
}

static enum status override(struct demo *d, int64_t registration, const char *reason, bool confirm)
{
    struct given g[] = {demo_given("registration_id", id_text(d->arena, "reg", registration)),
        demo_given("outcome", "decline"), demo_given("reason", reason)};
    int64_t id;
    TRY(demo_do(d, demo_staff_viewer(d, "Mateo Ferraz"), d->now, &override_ask, 0, g, COUNT(g), false, &id));
    return confirm ? demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), d->now, &override_confirm, id, NULL,
                         0, false, NULL)
                   : OK;
}

enum status demo_disagree(struct demo *d)
{
    static const char *const words[LOST_MAX] = {
        "We have been at their plant since spring: minutes of two workshops and an offer.",
        "Their head of IT asked us for the offer before the other registration can have been made.",
        "We hosted their pilot, and the invoice for it is three months old."};
    static const char decider[] = "Nadia Petrescu";
    struct contested found = {0};
    TRY(app_seed(d->app, find, &found));
    ASSERT(found.n_lost <= LOST_MAX);
    for (size_t i = 0; i < found.n_lost; i++) {
        int64_t id;
        TRY(open_dispute(d, of_partner(d, found.lost[i].partner_id), found.lost[i].id, words[i], &id));
        if (i == 0)
            TRY(show_minutes(d, of_partner(d, found.lost[i].partner_id), id));
        if (i > 0)
            TRY(name(d, id, decider));
        if (i == 2)
            TRY(rule(d, id, decider));
    }
    if (found.n_standing > 0)
        TRY(override(d, found.standing[0].id,
            "They sell to their own parent; the programme leaves that to us.", true));
    if (found.n_standing > 1)
        TRY(override(d, found.standing[1].id, "Their contract with the customer ended last month.", false));
    return OK;
}
