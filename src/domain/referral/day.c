/* What came by a link, by day; and the touchpoint that each visit is. */
#include "base/id.h"
#include "domain/referral/referral.h"
#include "domain/touchpoint/touchpoint.h"

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct referral_day, day, .label = N_("Day"), .required = true, .see = BOTH, .list_column = true,
        .filter = true, .sort = true),
    FIELD(struct referral_day, referral_link_id, .label = N_("Referral link"), .ref = "referral_link",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct referral_day, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct referral_day, visits, .label = N_("Visits"), .see = BOTH, .list_column = true),
    FIELD(struct referral_day, leads, .label = N_("Leads"), .see = BOTH, .list_column = true),
};

static const struct option events[] = {{"visit", N_("Visited")}, {"receive", N_("Left a lead")}, {0}};

const struct noun referral_day_noun = {
    .name = "referral_day",
    .plural = "referral-days",
    .prefix = "rfd",
    .label = N_("Day of a referral link"),
    .labels = N_("Days of referral links"),
    .icon = "chart",
    .summary = N_("How often a link was followed on a day, and how many left a lead."),
    .size = sizeof(struct referral_day),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "referral_link_id",
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-day",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"referral_link_id,day", NULL},
};

enum status referral_count(struct call *c, const struct referral *r, int64_t visits, int64_t leads)
{
    struct referral_day d = {.referral_link_id = {r->id},
        .partner_id = r->link.partner_id,
        .day = date_in(c->catalog->zone, c->now),
        .visits = visits,
        .leads = leads};
    const char *name = arena_printf(c->arena, "%s %lld", referral_day_noun.name, (long long)r->id);
    struct value args[2] = {v_int(r->id), v_int(d.day.days)};
    struct rows rows;
    int64_t id = 0, answer = c->result_id;
    TRY(db_lock_names(c->db, &name, 1));
    TRY(db_query(c->db, c->arena, &rows,
        "select id, visits, leads from referral_day where referral_link_id = $1 and day = $2", args, 2));
    if (!rows.n)
        return noun_insert_beside(c, &referral_day_noun, &d, &id);
    d.visits += cell_int(&rows, 0, 1);
    d.leads += cell_int(&rows, 0, 2);
    TRY(noun_update(c, &referral_day_noun, cell_int(&rows, 0, 0), &d,
        FIELD_BIT(&referral_day_noun, visits) | FIELD_BIT(&referral_day_noun, leads), NULL));
    c->result_id = answer;
    return OK;
}

/* ---- a visit ---- */

static enum status visit_run(struct call *c)
{
    struct referral r = {.id = c->row_id};
    TRY(noun_load_whole(c, &referral_link_noun, c->row_id, &r.link));
    struct touchpoint t = {.happened = c->now,
        .partner_id = r.link.partner_id,
        .kind = "referral",
        .channel = "web",
        .evidence = r.link.name};
    TRY(referral_count(c, &r, 1, 0));
    return touchpoint_record(c, &t);
}

static const char *const active[] = {"active", NULL};

const struct verb referral_link_visit = {
    .noun = &referral_link_noun,
    .name = "visit",
    .label = N_("Visited"),
    .summary = N_("Somebody followed the link."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = active,
    .run = visit_run,
};
