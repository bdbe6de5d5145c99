#include "domain/opportunity/team.h"

#include "domain/notice/notice.h"
#include "domain/person/person.h"

#include <math.h>

static const struct state states[] = {
    {"active", N_("On the team"), "ok"}, {"removed", N_("Removed"), "gone"}, {0}};
static const struct option state_options[] = {{"active", N_("On the team")}, {"removed", N_("Removed")}, {0}};

const struct option member_role_options[] = {{"source", N_("Source")}, {"co_sell", N_("Co-sell")},
    {"influence", N_("Influence")}, {"delivery", N_("Delivery")}, {"marketplace", N_("Marketplace")},
    {"seller", N_("Seller")}, {"engineer", N_("Sales engineer")}, {"manager", N_("Partner manager")},
    {"sponsor", N_("Executive sponsor")}, {0}};

/* The first five are a partner's. */
#define PARTNER_ROLE_COUNT 5

static bool is_partner_role(const char *role)
{
    for (size_t i = 0; i < PARTNER_ROLE_COUNT; i++)
        if (streq(member_role_options[i].key, role))
            return true;
    return false;
}

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct opportunity_member, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct opportunity_member, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct opportunity_member, person_id, .label = N_("Person"), .ref = "person", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct opportunity_member, role, .label = N_("Role"), .form = FORM_CHOICE,
        .options = member_role_options, .required = true, .see = BOTH, .list_column = true),
    FIELD(struct opportunity_member, share_percent, .label = N_("Share (%)"), .see = BOTH,
        .list_column = true, .example = "50"),
    FIELD(struct opportunity_member, state, .label = N_("Status"), .form = FORM_CHOICE,
        .options = state_options, .required = true, .see = BOTH, .list_column = true, .filter = true),
};

const struct noun opportunity_member_noun = {
    .name = "opportunity_member",
    .plural = "opportunity-members",
    .prefix = "opm",
    .label = N_("Team member"),
    .labels = N_("Team members"),
    .icon = "people",
    .summary = N_("Who works on an opportunity: a partner with its role and share, or one of the vendor's."),
    .size = sizeof(struct opportunity_member),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "role",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "({t}.partner_id = {partner} or {t}.partner_id is null) and {t}.state = 'active' and "
                     "{t}.opportunity_id in " OPPORTUNITIES_OF_PARTNER,
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"opportunity_id,partner_id", "opportunity_id,person_id", NULL},
};

/* ---- shares ---- */

bool shares_fit(const double *percent, size_t n)
{
    int64_t hundredths = 0;
    for (size_t i = 0; i < n; i++)
        hundredths += llround(percent[i] * 100);
    return hundredths <= 100 * 100;
}

/* Beside those of the others: the opportunity's lock makes it exact. */
static enum status check_share(struct call *c, const struct opportunity_member *m, int64_t except)
{
    struct value args[2] = {v_int(m->opportunity_id.id), v_int(except)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select share_percent from opportunity_member where opportunity_id = $1 and id <> $2 and state = "
        "'active' and share_percent is not null",
        args, 2));
    double *shares = ARENA_ARRAY(c->arena, rows.n + 1, double), others = 0;
    for (size_t i = 0; i < rows.n; i++)
        others += shares[i] = cell(&rows, i, 0)->r;
    shares[rows.n] = m->share_percent;
    if (shares_fit(shares, rows.n + 1))
        return OK;
    return call_field(c, "share_percent",
        arena_printf(c->arena, TR(c, "is too much: the others have %g%% already"), others));
}

static enum status check_source(struct call *c, const struct opportunity_member *m, int64_t except)
{
    struct value args[2] = {v_int(m->opportunity_id.id), v_int(except)};
    struct rows rows;
    if (!streq(m->role, "source"))
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from opportunity_member where opportunity_id = $1 and id <> $2 and state = 'active' and "
        "role = 'source'",
        args, 2));
    return rows.n ? call_field(c, "role", TR(c, "is taken: an opportunity has one source")) : OK;
}

static enum status check_person(struct call *c, const struct opportunity_member *m)
{
    struct person p;
    if (!m->person_id.id)
        return m->partner_id.id ? OK : call_field(c, "person_id", TR(c, "is needed, or a partner"));
    TRY(noun_load_whole(c, &person_noun, m->person_id.id, &p));
    if (p.partner_id.id != m->partner_id.id)
        return call_field(c, "person_id",
            m->partner_id.id ? TR(c, "does not work for this partner")
                             : TR(c, "works for a partner: name it, too"));
    return OK;
}

static enum status check_role(struct call *c, const struct opportunity_member *m)
{
    if (is_partner_role(m->role) != (m->partner_id.id != 0))
        return call_field(c, "role",
            m->partner_id.id ? TR(c, "is one of the vendor's people")
                             : TR(c, "is a partner's: name the partner"));
    if (!m->partner_id.id && m->share_percent > 0)
        return call_field(c, "share_percent", TR(c, "is for partners"));
    return OK;
}

static enum status check(struct call *c, const struct opportunity_member *m, int64_t id)
{
    TRY(check_role(c, m));
    TRY(check_person(c, m));
    TRY(check_source(c, m, id));
    return check_share(c, m, id);
}

/* ---- finding and storing ---- */

static enum status find(struct call *c, const char *sql, int64_t opportunity_id, int64_t of, int64_t *id,
    struct opportunity_member *out)
{
    struct value args[2] = {v_int(opportunity_id), v_int(of)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sql, args, 2));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return rows.n ? noun_load_whole(c, &opportunity_member_noun, *id, out) : OK;
}

enum status member_find(
    struct call *c, int64_t opportunity_id, int64_t partner_id, int64_t *id, struct opportunity_member *out)
{
    return find(c, "select id from opportunity_member where opportunity_id = $1 and partner_id = $2",
        opportunity_id, partner_id, id, out);
}

static enum status find_own(
    struct call *c, int64_t opportunity_id, int64_t person_id, int64_t *id, struct opportunity_member *out)
{
    return find(c,
        "select id from opportunity_member where opportunity_id = $1 and person_id = $2 and partner_id is "
        "null",
        opportunity_id, person_id, id, out);
}

/* Who was on it once is put on it again, so that its history stays one. */
static enum status store(struct call *c, const struct opportunity_member *m, int64_t *id)
{
    struct opportunity_member was;
    int64_t answer = c->result_id;
    if (m->partner_id.id)
        TRY(member_find(c, m->opportunity_id.id, m->partner_id.id, id, &was));
    else
        TRY(find_own(c, m->opportunity_id.id, m->person_id.id, id, &was));
    if (*id && streq(was.state, "active"))
        return call_field(c, m->partner_id.id ? "partner_id" : "person_id", TR(c, "is on the team already"));
    TRY(check(c, m, *id));
    if (*id)
        TRY(noun_update(c, &opportunity_member_noun, *id, m, UINT64_MAX, "restore"));
    else
        TRY(noun_insert_beside(c, &opportunity_member_noun, m, id));
    call_last_event(c)->partner_sees = m->partner_id.id != 0;
    c->result_id = answer;
    return OK;
}

static void write_joined(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct opportunity *o = ctx;
    out->subject = arena_printf(
        c->arena, tr(lang, "%s works on %s with you: see the opportunity"), c->catalog->vendor, o->name);
}

static enum status tell(struct call *c, const struct opportunity_member *m)
{
    struct opportunity o;
    struct notice_about about = {.kind = NOTICE_deal, .noun = &opportunity_noun, .id = m->opportunity_id.id};
    TRY(noun_load_whole(c, &opportunity_noun, m->opportunity_id.id, &o));
    if (m->person_id.id)
        return notify_person(c, m->person_id.id, &about, write_joined, &o);
    return notify_partner(c, m->partner_id.id, PARTNER_ROLES, &about, write_joined, &o);
}

/* Source where the opportunity has none. */
static enum status free_role(struct call *c, int64_t opportunity_id, const char **role)
{
    struct value args[1] = {v_int(opportunity_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from opportunity_member where opportunity_id = $1 and state = 'active' and role = "
        "'source'",
        args, 1));
    *role = rows.n ? "co_sell" : "source";
    return OK;
}

enum status member_join(
    struct call *c, int64_t opportunity_id, int64_t partner_id, int64_t person_id, const char *role)
{
    struct opportunity_member m = {.opportunity_id = {opportunity_id},
                                  .partner_id = {partner_id},
                                  .person_id = {person_id},
                                  .role = role,
                                  .state = "active"},
                              was;
    struct opportunity o;
    int64_t id;
    TRY(opportunity_hold_whole(c, m.opportunity_id, &o));
    TRY(member_find(c, opportunity_id, partner_id, &id, &was));
    if (id && streq(was.state, "active"))
        return OK;
    if (!role)
        TRY(free_role(c, opportunity_id, &m.role));
    TRY(store(c, &m, &id));
    return tell(c, &m);
}

enum status member_join_own(struct call *c, int64_t opportunity_id, int64_t person_id)
{
    struct opportunity_member m = {
        .opportunity_id = {opportunity_id}, .person_id = {person_id}, .role = "seller", .state = "active"};
    struct opportunity_member was;
    struct opportunity o;
    struct person p;
    int64_t id;
    TRY(opportunity_hold_whole(c, m.opportunity_id, &o));
    TRY(find_own(c, opportunity_id, person_id, &id, &was));
    if (o.owner_id.id == person_id || (id && streq(was.state, "active")))
        return OK;
    TRY(noun_load_whole(c, &person_noun, person_id, &p));
    enum role role = role_parse(p.role);
    m.role = role == ROLE_PARTNER_MANAGER ? "manager" : role == ROLE_EXECUTIVE ? "sponsor" : m.role;
    TRY(store(c, &m, &id));
    return tell(c, &m);
}

/* ---- verbs ---- */

struct member_input {
    struct ref opportunity_id, partner_id, person_id;
    const char *role;
    double share_percent;
};
#define INPUT_PERSON FIELD(struct member_input, person_id, .label = N_("Person"), .ref = "person")
#define INPUT_ROLE                                                                                           \
    FIELD(struct member_input, role, .label = N_("Role"), .form = FORM_CHOICE,                               \
        .options = member_role_options, .required = true)
#define INPUT_SHARE                                                                                          \
    FIELD(struct member_input, share_percent, .label = N_("Share (%)"), .min = 0, .max = 100,                \
        .hint = N_("Of the credit; the shares of an opportunity add up to at most 100%."))

static const struct field create_fields[] = {
    FIELD(struct member_input, partner_id, .label = N_("Partner"), .ref = "partner",
        .hint = N_("Left empty: one of our own people.")),
    INPUT_ROLE, INPUT_SHARE, INPUT_PERSON,
    FIELD(struct member_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true)};
static const struct field update_fields[] = {INPUT_PERSON, INPUT_ROLE, INPUT_SHARE};

static enum status create_run(struct call *c)
{
    const struct member_input *in = c->in;
    struct opportunity o;
    int64_t id = 0;
    TRY(opportunity_hold(c, in->opportunity_id, &o));
    struct opportunity_member m = {.opportunity_id = in->opportunity_id,
        .partner_id = in->partner_id,
        .person_id = in->person_id,
        .role = in->role,
        .share_percent = in->share_percent,
        .state = "active"};
    TRY(store(c, &m, &id));
    TRY(tell(c, &m));
    c->result_id = id;
    return OK;
}

/* The member, with its opportunity held. */
static enum status hold(struct call *c, struct opportunity_member *m)
{
    struct opportunity o;
    TRY(noun_load(c, &opportunity_member_noun, c->row_id, m));
    return opportunity_hold(c, m->opportunity_id, &o);
}

static enum status change(struct call *c, const struct opportunity_member *m)
{
    TRY(noun_update(c, &opportunity_member_noun, c->row_id, m, UINT64_MAX, NULL));
    struct event *e = call_last_event(c);
    if (e)
        e->partner_sees = m->partner_id.id != 0;
    return OK;
}

static enum status update_run(struct call *c)
{
    const struct member_input *in = c->in;
    struct opportunity_member m;
    TRY(hold(c, &m));
    m.person_id = c->given & 1 ? in->person_id : m.person_id;
    m.role = c->given >> 1 & 1 ? in->role : m.role;
    m.share_percent = c->given >> 2 & 1 ? in->share_percent : m.share_percent;
    TRY(check(c, &m, c->row_id));
    return change(c, &m);
}

static enum status remove_run(struct call *c)
{
    struct opportunity_member m;
    TRY(hold(c, &m));
    m.state = "removed";
    return change(c, &m);
}

static enum status restore_run(struct call *c)
{
    struct opportunity_member m;
    TRY(hold(c, &m));
    m.state = "active";
    TRY(check(c, &m, c->row_id));
    return change(c, &m);
}

static const char *const active[] = {"active", NULL};
static const char *const removed[] = {"removed", NULL};

const struct verb member_create = {
    .noun = &opportunity_member_noun,
    .name = "create",
    .label = N_("Add to the team"),
    .summary = N_("Put a partner or one of the vendor's people on an opportunity."),
    .on = ON_COLLECTION,
    .roles = DEAL_ROLES,
    .primary = true,
    .undo = &member_remove,
    INPUT(struct member_input, create_fields),
    .run = create_run,
    .done = N_("Added to the team"),
    .example = {.fields = "opportunity_id,role,partner_id"},
};

const struct verb member_update = {
    .noun = &opportunity_member_noun,
    .name = "update",
    .label = N_("Edit"),
    .summary = N_("Change role, share or person of a team member."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = active,
    .partial = true,
    INPUT(struct member_input, update_fields),
    .run = update_run,
    .done = N_("Changed"),
};

const struct verb member_remove = {
    .noun = &opportunity_member_noun,
    .name = "remove",
    .label = N_("Take off the team"),
    .summary = N_("The partner no longer sees the opportunity, nor what was said to it there."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = active,
    .undo = &member_restore,
    .run = remove_run,
    .done = N_("Taken off the team"),
    .example = {.becomes = "removed"},
};

const struct verb member_restore = {
    .noun = &opportunity_member_noun,
    .name = "restore",
    .label = N_("Put back on the team"),
    .summary = N_("The partner or person is on the team again."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = removed,
    .undo = &member_remove,
    .run = restore_run,
    .done = N_("Back on the team"),
    .example = {.after = &member_remove, .becomes = "active"},
};
