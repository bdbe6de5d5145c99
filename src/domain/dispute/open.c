/* Opening a dispute, and giving it up again. */
#include "base/id.h"
#include "domain/dispute/dispute.h"
#include "domain/dispute/say.h"

/* ---- reading ---- */

enum status dispute_load(struct call *c, int64_t id, struct dispute *out)
{
    return noun_load_whole(c, &dispute_noun, id, out);
}

enum status dispute_party_load(struct call *c, int64_t id, struct dispute_party *out)
{
    return noun_load_whole(c, &dispute_party_noun, id, out);
}

enum status dispute_sides_load(struct call *c, int64_t id, struct dispute_sides *out)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    *out = (struct dispute_sides){0};
    /* The one whose registration the dispute was opened on comes first. */
    TRY(db_query(c->db, c->arena, &rows,
        "select p.id from dispute_party p join dispute d on d.id = p.dispute_id where p.dispute_id = $1 "
        "order by case when p.registration_id = d.registration_id then 0 else 1 end limit 2",
        args, 1));
    for (size_t i = 0; i < rows.n; i++) {
        out->id[i] = cell_int(&rows, i, 0);
        TRY(dispute_party_load(c, out->id[i], &out->party[i]));
        out->n++;
    }
    return OK;
}

bool dispute_is_open(const struct dispute *d)
{
    return streq(d->state, "open") || streq(d->state, "named") || streq(d->state, "escalated");
}

#define IS_OPEN "state in ('open', 'named', 'escalated')"

enum status dispute_another(struct call *c, int64_t dispute_id, int64_t registration_id, bool *yes)
{
    struct value args[2] = {v_int(registration_id), v_int(dispute_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from dispute where (registration_id = $1 or rival_id = $1) and id <> $2 and " IS_OPEN
        " limit 1",
        args, 2));
    *yes = rows.n > 0;
    return OK;
}

/* Sets DISPUTED on the registration, with an event that its partner reads as VERB. */
static enum status mark(struct call *c, int64_t registration_id, bool disputed, const char *verb)
{
    struct registration r = {.disputed = disputed};
    int64_t answer = c->result_id;
    const struct event *before = call_last_event(c);
    TRY(noun_update(
        c, &registration_noun, registration_id, &r, FIELD_BIT(&registration_noun, disputed), verb));
    if (call_last_event(c) != before)
        call_last_event(c)->partner_sees = true;
    c->result_id = answer;
    return OK;
}

enum status dispute_lock(struct call *c, int64_t id, struct dispute *d)
{
    TRY(dispute_load(c, id, d));
    const char *names[2] = {noun_lock_name(c->arena, &registration_noun, d->registration_id.id),
        noun_lock_name(c->arena, &registration_noun, d->rival_id.id)};
    TRY(db_lock_names(c->db, names, d->rival_id.id ? 2 : 1));
    TRY(dispute_load(c, id, d)); /* somebody may have ended it while we waited */
    return dispute_is_open(d) ? OK : call_refuse(c, PROBLEM_state, NULL);
}

/* ---- opening ---- */

static enum status refuse_twice(struct call *c, const struct dispute_opening *o)
{
    struct value args[2] = {v_int(o->registration_id), v_int(o->rival_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from dispute where " IS_OPEN " and ((registration_id = $1 and coalesce(rival_id, 0) = $2) "
        "or (registration_id = $2 and rival_id = $1)) limit 1",
        args, 2));
    return rows.n ? call_refuse(c, PROBLEM_state, TR(c, "A dispute about it is open already.")) : OK;
}

static enum status add_party(struct call *c, int64_t dispute_id, int64_t registration_id, const char *side,
    struct instant due, int64_t *id)
{
    struct registration r;
    TRY(registration_whole(c, registration_id, &r));
    struct dispute_party p = {.dispute_id = {dispute_id},
        .registration_id = {registration_id},
        .partner_id = r.partner_id,
        .company = r.company,
        .side = side,
        .state = "open",
        .due = due};
    TRY(noun_insert_beside(c, &dispute_party_noun, &p, id));
    call_last_event(c)->partner_sees = true;
    TRY(mark(c, registration_id, true, "dispute"));
    return dispute_tell_party(c, *id, &p, NEWS_OPENED);
}

enum status dispute_open(struct call *c, const struct dispute_opening *o, int64_t *id)
{
    const struct programme *p;
    struct registration r;
    int64_t party = 0, rival = 0;
    TRY(programme_active(c, &p));
    TRY(refuse_twice(c, o));
    TRY(registration_whole(c, o->registration_id, &r));
    bool by_system = streq(o->opened_by, "system"), by_partner = streq(o->opened_by, "partner");
    bool attacked = !by_partner && !o->rival_id && !streq(o->kind, "commission");
    struct dispute d = {.registration_id = {o->registration_id},
        .rival_id = {o->rival_id},
        .account_id = r.account_id,
        .company = r.company,
        .kind = o->kind,
        .state = "open",
        .opened_by = o->opened_by,
        .opener_id = {by_system ? 0 : c->viewer->person_id},
        .due = programme_due(p, c->now, p->disputes.answer_hours, false)};
    *id = 0;
    TRY(noun_insert_beside(c, &dispute_noun, &d, id));
    call_last_event(c)->verb = "open";
    TRY(add_party(c, *id, o->registration_id, attacked ? "holder" : "claimant", d.due, &party));
    if (o->rival_id)
        TRY(add_party(c, *id, o->rival_id, "holder", d.due, &rival));
    struct saying s = {.dispute_id = *id,
        .party_id = by_partner ? party : 0,
        .partner_id = by_partner ? r.partner_id.id : 0,
        .side = by_partner ? "partner" : "vendor",
        .text = o->words,
        .files = o->files};
    if (o->words)
        TRY(dispute_add_statement(c, &s));
    return dispute_tell_vendor(c, *id, &d, NEWS_OPENED);
}

/* ---- by people ---- */

struct dispute_input {
    const char *text;
};
static const struct field dispute_fields[] = {
    FIELD(struct dispute_input, text, .label = N_("What happened"), .form = FORM_LONG, .required = true,
        .max = 4000,
        .hint =
            N_("Say when you met whom and what you agreed; attach what shows it. Only the vendor reads it."),
        .example = "We met their head of production on 12 May, before the other claim was made."),
};

/* Who stands on the account now, for another partner. */
static enum status find_rival(struct call *c, const struct registration *r, int64_t *id)
{
    struct value args[4] = {
        v_int(r->account_id.id), v_int(r->product_line_id.id), v_int(r->partner_id.id), v_int(c->now.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select p.registration_id from protection p join registration r on r.id = p.registration_id "
        "where p.account_id = $1 and p.product_line_id = $2 and p.partner_id <> $3 and p.state <> 'closed' "
        "and (p.state = 'hold' or p.until >= $4) and r.state in ('approved', 'review', 'converted') "
        "order by p.place limit 1",
        args, 4));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

/*
 * A partner disputes a decision once, and what is owed after the close once: a dispute stops what the other
 * side may do with its claim, and without that it could be withdrawn and opened anew for ever.
 */
static enum status refuse_again(struct call *c, int64_t registration_id, bool commission)
{
    struct value args[2] = {v_int(registration_id), v_int(commission)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select d.id from dispute d where d.registration_id = $1 and d.opened_by = 'partner' "
        "and case when d.kind = 'commission' then 1 else 0 end = $2 and d.created >= coalesce((select "
        "max(x.created) from decision x where x.registration_id = $1 and x.kind <> 'ruling'), 0) limit 1",
        args, 2));
    return rows.n ? call_refuse(c, PROBLEM_state, TR(c, "You disputed this already; that has ended.")) : OK;
}

/* Else it is about the commission. */
static bool is_about_claim(const struct registration *r)
{
    return streq(r->state, "declined") || streq(r->state, "approved");
}

static enum status check_open(struct call *c, int64_t registration_id, const struct registration *r)
{
    if (r->disputed)
        return call_refuse(
            c, PROBLEM_state, TR(c, "It is in dispute already: say there what is to be said."));
    return role_audience(c->viewer->role) == PARTNER ? refuse_again(c, registration_id, !is_about_claim(r))
                                                     : OK;
}

enum status dispute_may_open(struct call *c, int64_t registration_id, bool *yes)
{
    struct problem *before = c->problem;
    struct registration r;
    TRY(registration_whole(c, registration_id, &r));
    *yes = verb_allowed(&registration_dispute, c->viewer);
    enum status s = *yes ? check_open(c, registration_id, &r) : OK;
    c->problem = before;
    *yes = *yes && s == OK;
    return s == REFUSED ? OK : s;
}

static enum status dispute_run(struct call *c)
{
    const struct dispute_input *in = c->in;
    bool partner = role_audience(c->viewer->role) == PARTNER;
    struct registration r;
    struct dispute_opening o = {.registration_id = c->row_id,
        .opened_by = partner ? "partner" : "vendor",
        .kind = "commission",
        .words = in->text,
        .files = c->plan};
    int64_t id;
    TRY(registration_whole(c, c->row_id, &r));
    TRY(check_open(c, c->row_id, &r));
    if (is_about_claim(&r))
        o.kind = "seller";
    if (streq(r.state, "declined") && r.account_id.id)
        TRY(find_rival(c, &r, &o.rival_id));
    if (o.rival_id)
        o.kind = "partners";
    TRY(dispute_open(c, &o, &id));
    c->result_id = c->row_id;
    return OK;
}

static const char *const disputable[] = {"declined", "approved", "converted", "won", "lost", "lapsed", NULL};

const struct verb registration_dispute = {
    .noun = &registration_noun,
    .name = "dispute",
    .label = N_("Dispute this"),
    .summary = N_(
        "Say why the decision, the claim or the commission is not right; somebody without a stake decides."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .hidden = true,
    .files = true,
    .from = disputable,
    INPUT(struct dispute_input, dispute_fields),
    .prepare = files_prepare,
    .run = dispute_run,
    .done = N_("Dispute opened"),
};

/* ---- giving it up ---- */

static enum status end_party(struct call *c, int64_t id, struct dispute_party *p)
{
    p->state = "withdrawn";
    TRY(noun_update(c, &dispute_party_noun, id, p, FIELD_BIT(&dispute_party_noun, state), NULL));
    call_last_event(c)->partner_sees = true;
    return dispute_tell_party(c, id, p, NEWS_WITHDRAWN);
}

static enum status withdraw(struct call *c, int64_t id, struct dispute *d)
{
    struct dispute_sides sides;
    bool another;
    TRY(dispute_lock(c, id, d));
    d->state = "withdrawn";
    TRY(noun_update(c, &dispute_noun, id, d, FIELD_BIT(&dispute_noun, state), NULL));
    TRY(dispute_sides_load(c, id, &sides));
    for (size_t i = 0; i < sides.n; i++) {
        TRY(end_party(c, sides.id[i], &sides.party[i]));
        TRY(dispute_another(c, id, sides.party[i].registration_id.id, &another));
        TRY(mark(c, sides.party[i].registration_id.id, another, "dispute_withdrawn"));
    }
    TRY(dispute_tell_vendor(c, id, d, NEWS_WITHDRAWN));
    c->result_id = c->row_id;
    return OK;
}

static enum status withdraw_run(struct call *c)
{
    struct dispute d;
    TRY(dispute_load(c, c->row_id, &d));
    bool runs_it = c->viewer->role == ROLE_ADMIN || c->viewer->role == ROLE_OPERATIONS;
    if (streq(d.opened_by, "partner"))
        return call_refuse(
            c, PROBLEM_state, TR(c, "The partner that opened it may withdraw it; you may rule."));
    if (!runs_it && c->viewer->person_id != d.opener_id.id)
        return call_refuse(c, PROBLEM_state, TR(c, "Who opened it may withdraw it."));
    return withdraw(c, c->row_id, &d);
}

static enum status party_withdraw_run(struct call *c)
{
    struct dispute_party p;
    struct dispute d;
    TRY(dispute_party_load(c, c->row_id, &p));
    TRY(dispute_load(c, p.dispute_id.id, &d));
    if (!streq(d.opened_by, "partner") || d.registration_id.id != p.registration_id.id)
        return call_refuse(c, PROBLEM_state, TR(c, "You did not open it; it ends with the ruling."));
    return withdraw(c, p.dispute_id.id, &d);
}

static const char *const open_states[] = {"open", "named", "escalated", NULL};
static const char *const party_open[] = {"open", NULL};

const struct verb dispute_withdraw = {
    .noun = &dispute_noun,
    .name = "withdraw",
    .label = N_("Withdraw the dispute"),
    .summary = N_("Give up a dispute that the vendor opened; nothing moves."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .from = open_states,
    .run = withdraw_run,
    .done = N_("Dispute withdrawn"),
    .example = {.after = &registration_dispute, .find = "state=open&sort=-created", .becomes = "withdrawn"},
};

const struct verb dispute_party_withdraw = {
    .noun = &dispute_party_noun,
    .name = "withdraw",
    .label = N_("Withdraw the dispute"),
    .summary = N_("Give up a dispute that you opened; nothing moves."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = party_open,
    .run = party_withdraw_run,
    .done = N_("Dispute withdrawn"),
    .example = {.becomes = "withdrawn"},
};
