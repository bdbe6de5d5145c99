/*
 * Who decides: somebody who is named, has no stake and declares it; after the clock a named executive. The
 * clock never stops, whoever leaves.
 */
#include "base/id.h"
#include "base/json.h"
#include "domain/dispute/dispute.h"

int64_t dispute_decides(const struct dispute *d)
{
    return streq(d->state, "escalated") ? d->executive_id.id
           : streq(d->state, "named")   ? d->decider_id.id
                                        : 0;
}

/* ---- stakes ---- */

/* Each answers with a row when person $2 has that stake in dispute $1. */
static const struct {
    const char *sql, *why;
} stakes[] = {
    {"select d.id from dispute d where d.id = $1 and d.opener_id = $2 limit 1", N_("opened the dispute")},
    {"select d.id from dispute d left join registration b on b.id = d.rival_id "
     "join registration r on r.id = d.registration_id join account a on a.id in (r.account_id, b.account_id) "
     "where d.id = $1 and a.owner_id = $2 limit 1",
        N_("owns the account")},
    {"select s.id from dispute_party s join partner p on p.id = s.partner_id "
     "where s.dispute_id = $1 and p.manager_id = $2 limit 1",
        N_("is the manager of one of the sides")},
    {"select x.id from dispute d join decision x on x.registration_id = d.registration_id "
     "or x.registration_id = d.rival_id where d.id = $1 and x.decided_by = $2 limit 1",
        N_("decided on one of the registrations")},
    {"select o.id from dispute d join override o on o.registration_id = d.registration_id "
     "or o.registration_id = d.rival_id where d.id = $1 and (o.asked_by = $2 or o.answered_by = $2) limit 1",
        N_("asked for or confirmed an override")},
};

/* Whose it was before a change: what was somebody's since the opening stays its stake. */
struct handed {
    int64_t manager_id, owner_id;
};

/* Handing it over for a while is no way out. */
static const char handed_sql[] =
    "select e.payload from event e join dispute d on d.id = $1 where e.at >= d.created "
    "and e.noun = 'partner' and e.row_id in (select partner_id from dispute_party where dispute_id = $1) "
    "union all select e.payload from event e join dispute d on d.id = $1 where e.at >= d.created "
    "and e.noun = 'account' and e.row_id in (select r.account_id from registration r where r.id in "
    "(d.registration_id, d.rival_id))";

static struct handed handed(struct call *c, const char *payload)
{
    const char *error;
    const json_t *before = json_object_get(json_read(c->arena, payload, strlen(payload), &error), "before");
    return (struct handed){json_integer_value(json_object_get(before, "manager_id")),
        json_integer_value(json_object_get(before, "owner_id"))};
}

static const char *gave_away(struct call *c, const struct handed *of, size_t n, int64_t person_id)
{
    for (size_t i = 0; i < n; i++) {
        if (of[i].manager_id == person_id)
            return TR(c, "managed one of the sides when the dispute was opened");
        if (of[i].owner_id == person_id)
            return TR(c, "owned the account when the dispute was opened");
    }
    return NULL;
}

enum status dispute_stakes(
    struct call *c, int64_t dispute_id, const int64_t *people, size_t n, const char **why)
{
    struct db_query *q = ARENA_ARRAY(c->arena, n * COUNT(stakes) + 1, struct db_query);
    struct value *args = ARENA_ARRAY(c->arena, n * 2 + 2, struct value);
    size_t last = n * COUNT(stakes);
    for (size_t i = 0; i < n; i++) {
        args[2 * i] = v_int(dispute_id);
        args[2 * i + 1] = v_int(people[i]);
        for (size_t k = 0; k < COUNT(stakes); k++)
            q[i * COUNT(stakes) + k] =
                (struct db_query){.sql = stakes[k].sql, .args = &args[2 * i], .n_args = 2};
    }
    args[2 * n] = v_int(dispute_id);
    q[last] = (struct db_query){.sql = handed_sql, .args = &args[2 * n], .n_args = 1};
    TRY(db_query_many(c->db, c->arena, q, last + 1));
    struct handed *given = ARENA_ARRAY(c->arena, q[last].rows.n + 1, struct handed);
    for (size_t i = 0; i < q[last].rows.n; i++)
        given[i] = handed(c, cell_string(&q[last].rows, i, 0));
    for (size_t i = 0; i < n; i++) {
        why[i] = NULL;
        for (size_t k = 0; k < COUNT(stakes) && !why[i]; k++)
            why[i] = q[i * COUNT(stakes) + k].rows.n ? TR(c, stakes[k].why) : NULL;
        if (!why[i])
            why[i] = gave_away(c, given, q[last].rows.n, people[i]);
    }
    return OK;
}

enum status dispute_stake(struct call *c, int64_t dispute_id, int64_t person_id, const char **why)
{
    return dispute_stakes(c, dispute_id, &person_id, 1, why);
}

/* ---- naming ---- */

struct name_input {
    struct ref person_id;
};
static const struct field name_fields[] = {
    FIELD(struct name_input, person_id, .label = N_("Decider"), .ref = "person", .required = true,
        .hint = N_("Somebody who neither owns the account nor manages a side nor decided before."),
        .example = "@people?role=operations"),
};

static enum status check_person(struct call *c, const struct dispute *d, int64_t id)
{
    const struct programme *p;
    const char *why;
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(programme_active(c, &p));
    TRY(db_query(c->db, c->arena, &rows,
        "select role, name from person where id = $1 and partner_id is null and state <> 'inactive'", args,
        1));
    unsigned role = rows.n ? ROLE_BIT(role_parse(cell_text(&rows, 0, 0))) : 0;
    unsigned may = streq(d->state, "escalated") ? EXECUTIVE | ADMIN : p->roles.decide_disputes;
    if (!(role & may))
        return call_field(c, "person_id", TR(c, "may not decide this by role"));
    TRY(dispute_stake(c, c->row_id, id, &why));
    return why ? call_field(c, "person_id",
                     arena_printf(c->arena, TR(c, "has a stake: %s %s"), cell_text(&rows, 0, 1), why))
               : OK;
}

static enum status name_run(struct call *c)
{
    const struct name_input *in = c->in;
    struct dispute_sides sides;
    struct dispute d;
    TRY(dispute_load(c, c->row_id, &d));
    TRY(check_person(c, &d, in->person_id.id));
    if (streq(d.state, "escalated")) {
        d.executive_id = in->person_id;
    } else {
        d.decider_id = in->person_id;
        d.state = "named";
    }
    d.declared.us = 0;
    uint64_t mask = FIELD_BIT(&dispute_noun, executive_id) | FIELD_BIT(&dispute_noun, decider_id) |
                    FIELD_BIT(&dispute_noun, state) | FIELD_BIT(&dispute_noun, declared);
    TRY(noun_update(c, &dispute_noun, c->row_id, &d, mask, NULL));
    TRY(dispute_tell_vendor(c, c->row_id, &d, NEWS_NAMED));
    TRY(dispute_sides_load(c, c->row_id, &sides));
    for (size_t i = 0; i < sides.n; i++)
        TRY(dispute_tell_party(c, sides.id[i], &sides.party[i], NEWS_NAMED));
    c->result_id = c->row_id;
    return OK;
}

static const char *const open_states[] = {"open", "named", "escalated", NULL};

const struct verb dispute_name = {
    .noun = &dispute_noun,
    .name = "name",
    .label = N_("Name the decider"),
    .summary = N_("Name who decides; somebody with a stake is refused."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS,
    .from = open_states,
    INPUT(struct name_input, name_fields),
    .run = name_run,
    .done = N_("Decider named"),
    .example = {.find = "state[in]=open,named", .becomes = "named"},
};

/* ---- declaring ---- */

struct declare_input {
    bool no_stake;
};
static const struct field declare_fields[] = {
    FIELD(struct declare_input, no_stake,
        .label = N_("I have no stake in this: neither side is mine, and nothing of it is to my gain")),
};

static enum status declare_run(struct call *c)
{
    const struct declare_input *in = c->in;
    const char *why;
    struct dispute d;
    TRY(dispute_load(c, c->row_id, &d));
    if (!c->viewer->person_id || dispute_decides(&d) != c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Who decides declares this."));
    if (!in->no_stake)
        return call_field(c, "no_stake", TR(c, "say so, or ask operations to name somebody else"));
    TRY(dispute_stake(c, c->row_id, c->viewer->person_id, &why));
    if (why)
        return call_refuse(c, PROBLEM_forbidden,
            arena_printf(c->arena, TR(c, "You have a stake: %s %s"), c->viewer->name, why));
    d.declared = c->now;
    return noun_update(c, &dispute_noun, c->row_id, &d, FIELD_BIT(&dispute_noun, declared), NULL);
}

static const char *const decided_states[] = {"named", "escalated", NULL};

const struct verb dispute_declare = {
    .noun = &dispute_noun,
    .name = "declare",
    .label = N_("Declare to have no stake"),
    .summary = N_("Who decides says so before ruling."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES & ~AUDITOR,
    .hidden = true,
    .from = decided_states,
    INPUT(struct declare_input, declare_fields),
    .run = declare_run,
    .done = N_("Declared"),
    .example = {.becomes = "named"},
};

/* ---- somebody leaves ---- */

/* As a verb on it locks it: it may have been ruled on or handed on while we waited. */
static enum status left(struct call *c, int64_t id, int64_t person_id)
{
    struct dispute d;
    TRY(noun_lock(c, &dispute_noun, id));
    TRY(dispute_load(c, id, &d));
    if (dispute_decides(&d) != person_id)
        return OK;
    d.declared.us = 0;
    if (streq(d.state, "escalated")) {
        d.executive_id.id = 0;
    } else {
        d.decider_id.id = 0;
        d.state = "open";
    }
    uint64_t mask = FIELD_BIT(&dispute_noun, executive_id) | FIELD_BIT(&dispute_noun, decider_id) |
                    FIELD_BIT(&dispute_noun, state) | FIELD_BIT(&dispute_noun, declared);
    TRY(noun_update(c, &dispute_noun, id, &d, mask, "decider_left"));
    return dispute_tell_vendor(c, id, &d, NEWS_LEFT);
}

enum status dispute_person_left(struct call *c, int64_t person_id)
{
    struct value args[1] = {v_int(person_id)};
    int64_t answer = c->result_id;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from dispute where decider_id = $1 and state = 'named' union "
        "select id from dispute where executive_id = $1 and state = 'escalated' order by 1",
        args, 1));
    for (size_t i = 0; i < rows.n; i++)
        TRY(left(c, cell_int(&rows, i, 0), person_id));
    c->result_id = answer;
    return OK;
}

/* ---- the clock ---- */

/* The executive that the programme names, by mail or as the first of a role without a stake; 0: there is
 * none. */
static enum status find_executive(struct call *c, const struct programme *p, int64_t *id)
{
    const char *who = p->disputes.executive;
    struct value args[1] = {v_text(who)};
    struct rows rows;
    *id = 0;
    TRY(db_query(c->db, c->arena, &rows,
        strchr(who, '@')
            ? "select id from person where email = $1 and partner_id is null and state <> 'inactive'"
            : "select id from person where role = $1 and partner_id is null and state <> "
              "'inactive' order by id limit 20",
        args, 1));
    int64_t *people = ARENA_ARRAY(c->arena, rows.n + 1, int64_t);
    const char **why = ARENA_ARRAY(c->arena, rows.n + 1, const char *);
    for (size_t i = 0; i < rows.n; i++)
        people[i] = cell_int(&rows, i, 0);
    TRY(dispute_stakes(c, c->row_id, people, rows.n, why));
    for (size_t i = 0; i < rows.n && !*id; i++)
        *id = why[i] ? 0 : people[i];
    return OK;
}

static enum status set_due(struct call *c, struct dispute *d, struct instant due)
{
    struct dispute_sides sides;
    d->due = due;
    TRY(noun_update(c, &dispute_noun, c->row_id, d, UINT64_MAX, NULL));
    TRY(dispute_sides_load(c, c->row_id, &sides));
    for (size_t i = 0; i < sides.n; i++) {
        sides.party[i].due = due;
        TRY(noun_update(
            c, &dispute_party_noun, sides.id[i], &sides.party[i], FIELD_BIT(&dispute_party_noun, due), NULL));
        call_last_event(c)->partner_sees = true;
        TRY(dispute_tell_party(c, sides.id[i], &sides.party[i], NEWS_ESCALATED));
    }
    c->result_id = c->row_id;
    return OK;
}

static enum status escalate_run(struct call *c)
{
    const struct programme *p;
    struct dispute d;
    TRY(programme_active(c, &p));
    TRY(dispute_load(c, c->row_id, &d));
    if (d.due.us > c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    TRY(find_executive(c, p, &d.executive_id.id));
    d.state = "escalated";
    d.escalated = c->now;
    d.declared.us = 0;
    TRY(set_due(c, &d, programme_due(p, c->now, p->disputes.escalate_hours, false)));
    return dispute_tell_vendor(c, c->row_id, &d, NEWS_ESCALATED);
}

/* The sides are told once, when it was escalated; the vendor's people each time. */
static enum status overdue_run(struct call *c)
{
    const struct programme *p;
    struct dispute d;
    TRY(programme_active(c, &p));
    TRY(dispute_load(c, c->row_id, &d));
    if (d.due.us > c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    d.due = programme_due(p, c->now, p->disputes.escalate_hours, false);
    TRY(noun_update(c, &dispute_noun, c->row_id, &d, FIELD_BIT(&dispute_noun, due), NULL));
    return dispute_tell_vendor(c, c->row_id, &d, NEWS_OVERDUE);
}

static const char *const waiting[] = {"open", "named", NULL};
static const char *const escalated[] = {"escalated", NULL};

const struct verb dispute_escalate = {
    .noun = &dispute_noun,
    .name = "escalate",
    .label = N_("Escalate"),
    .summary = N_("Nobody answered in time: a named executive decides."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = waiting,
    .run = escalate_run,
    .done = N_("Escalated"),
};

const struct verb dispute_overdue = {
    .noun = &dispute_noun,
    .name = "overdue",
    .label = N_("Remind of the escalation"),
    .summary = N_("The executive has not answered in time."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = escalated,
    .run = overdue_run,
    .done = N_("Reminded of the escalation"),
};

const struct clock dispute_open_clock = {
    .name = "dispute unanswered", .verb = &dispute_escalate, .due = "due", .state = "open"};
const struct clock dispute_named_clock = {
    .name = "dispute undecided", .verb = &dispute_escalate, .due = "due", .state = "named"};
const struct clock dispute_escalated_clock = {
    .name = "escalation overdue", .verb = &dispute_overdue, .due = "due", .state = "escalated"};
