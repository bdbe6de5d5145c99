/*
 * The ruling: reasons, a remedy, and what it does to the claims, in one transaction. Each registration gets a
 * decision of its own and an entry in the log that names nobody else; each side reads the reasons.
 */
#include "base/id.h"
#include "domain/dispute/dispute.h"
#include "domain/registration/judge.h"
#include "domain/registration/waitlist.h"

struct rule_input {
    const char *remedy, *ruling, *note;
    int64_t days;
    double benefit_percent;
    struct money amount;
    const char *currency;
    struct ref precedent_id;
};
static const struct field rule_fields[] = {
    FIELD(struct rule_input, remedy, .label = N_("Remedy"), .form = FORM_CHOICE, .options = dispute_remedies,
        .required = true),
    FIELD(struct rule_input, ruling, .label = N_("Reasons"), .form = FORM_LONG, .required = true, .max = 4000,
        .hint = N_("Both sides read the same words: name neither of them.")),
    FIELD(struct rule_input, note, .label = N_("Note"), .form = FORM_LONG, .max = 4000,
        .hint = N_("For our eyes only; later deciders find it.")),
    FIELD(struct rule_input, days, .label = N_("Days of protection"), .min = 1, .max = 730,
        .hint = N_("For who is protected by it. The programme's usual when left empty.")),
    FIELD(struct rule_input, benefit_percent, .label = N_("Registration margin in percent"), .min = 0,
        .max = 100),
    FIELD(struct rule_input, amount, .label = N_("Compensation"), .currency = "currency",
        .hint = N_("To the side that the dispute is about; paid later.")),
    FIELD(struct rule_input, currency, .label = N_("Currency"), .form = FORM_CURRENCY),
    FIELD(struct rule_input, precedent_id, .label = N_("Precedent"), .ref = "dispute",
        .hint = N_("An earlier ruling that this one follows.")),
};

/* ---- what is asked for ---- */

static const char *const of_partners[] = {"upheld", "moved", "shared", "compensated", NULL};
static const char *const of_seller[] = {"upheld", "moved", "compensated", NULL};
static const char *const of_commission[] = {"upheld", "compensated", NULL};

static bool possible(const struct dispute *d, const char *remedy)
{
    const char *const *list = streq(d->kind, "partners")     ? of_partners
                              : streq(d->kind, "commission") ? of_commission
                                                             : of_seller;
    while (*list && !streq(*list, remedy))
        list++;
    return *list != NULL;
}

static enum status check_precedent(struct call *c, int64_t id)
{
    struct dispute d;
    if (!id)
        return OK;
    TRY(dispute_load(c, id, &d));
    return streq(d.state, "ruled") ? OK : call_field(c, "precedent_id", TR(c, "has not been ruled on"));
}

static enum status check_input(
    struct call *c, const struct dispute *d, const struct rule_input *in, const struct dispute_sides *sides)
{
    bool pays = streq(in->remedy, "compensated");
    if (!possible(d, in->remedy))
        (void)!call_field(c, "remedy", TR(c, "is not possible in a dispute of this kind"));
    if (pays != (in->amount.minor > 0))
        (void)!call_field(c, "amount",
            pays ? TR(c, "is needed: what is owed") : TR(c, "goes with the remedy “compensated” only"));
    enum status names = dispute_check_names(c, "ruling", in->ruling, sides, NULL),
                precedent = check_precedent(c, in->precedent_id.id);
    if (names == BROKEN || precedent == BROKEN)
        return BROKEN;
    return c->problem ? REFUSED : OK;
}

static enum status check_decider(struct call *c, const struct dispute *d)
{
    const char *why;
    if (!c->viewer->person_id || dispute_decides(d) != c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Who is named decides this."));
    if (!d->declared.us)
        return call_refuse(c, PROBLEM_state, TR(c, "Declare first that you have no stake in it."));
    TRY(dispute_stake(c, c->row_id, c->viewer->person_id, &why));
    return why ? call_refuse(c, PROBLEM_forbidden,
                     arena_printf(c->arena, TR(c, "You have a stake: %s %s"), c->viewer->name, why))
               : OK;
}

/* ---- what it does ---- */

/* A ruling on its way. */
struct judging {
    const struct programme *p;
    const struct rule_input *in;
    const struct dispute *d;
    const struct again *again; /* of the registration that the dispute is about */
    struct dispute_sides sides;
    struct registration r[2];
    const char *effect[2];
};

static bool stands_now(const struct registration *r)
{
    return streq(r->state, "approved") || streq(r->state, "converted") || streq(r->state, "review");
}

static struct ruling ruling_of(const struct judging *j, enum outcome outcome)
{
    return (struct ruling){.kind = DECISION_RULING,
        .outcome = outcome,
        .reason = j->in->ruling,
        .remedy = j->in->remedy,
        .event = "ruling",
        .hands_over = true};
}

static enum status write_ruling(
    struct call *c, struct judging *j, size_t i, const struct ruling *ruling, const char *effect)
{
    int64_t id = j->sides.party[i].registration_id.id;
    j->effect[i] = effect;
    return registration_rule(c, j->p, &j->r[i], &id, ruling);
}

/* The claim is as it was; the decision says so. */
static enum status leave(struct call *c, struct judging *j, size_t i, const char *effect)
{
    const struct registration *r = &j->r[i];
    bool up = streq(r->state, "approved") || streq(r->state, "converted") || streq(r->state, "won");
    struct ruling ruling = ruling_of(j, up                          ? OUTCOME_APPROVE
                                        : streq(r->state, "review") ? OUTCOME_REVIEW
                                                                    : OUTCOME_DECLINE);
    ruling.stands = true;
    if (streq(j->in->remedy, "compensated") && i == 0) {
        ruling.compensation = j->in->amount;
        ruling.compensation_currency = j->in->currency ? j->in->currency : j->p->catalog.currency;
    }
    return write_ruling(c, j, i, &ruling, effect);
}

static enum status end_claim(struct call *c, struct judging *j, size_t i)
{
    struct ruling ruling = ruling_of(j, OUTCOME_DECLINE);
    return stands_now(&j->r[i]) ? write_ruling(c, j, i, &ruling, "lost") : leave(c, j, i, "lost");
}

/* Beside whoever stands there still. */
static enum status protect(struct call *c, struct judging *j, size_t i, const char *effect)
{
    struct registration *r = &j->r[i];
    int64_t line = r->product_line_id.id;
    struct ruling ruling = ruling_of(j, OUTCOME_APPROVE);
    if (streq(r->state, "approved") || streq(r->state, "converted"))
        return leave(c, j, i, effect);
    if (j->sides.n > 1)
        r->account_id = j->r[1 - i].account_id;
    else
        TRY(again_account(c, j->again, r));
    TRY(protection_clear(c, j->sides.party[i].registration_id.id));
    if (r->account_id.id)
        TRY(protection_next_place(c, r->account_id.id, line, &ruling.place));
    ruling.protection_days = (int)(j->in->days ? j->in->days : j->p->limits.review_approval_days);
    ruling.benefit_percent = j->in->benefit_percent > 0 ? j->in->benefit_percent
                             : j->sides.n > 1           ? j->r[1 - i].benefit_percent
                                                        : 0;
    return write_ruling(c, j, i, &ruling, effect);
}

/* Between two partners. */
static enum status rule_partners(struct call *c, struct judging *j)
{
    const char *remedy = j->in->remedy;
    if (streq(remedy, "moved")) {
        double margin = j->r[1].benefit_percent;
        TRY(end_claim(c, j, 1)); /* first: it makes room */
        j->r[1].benefit_percent = margin;
        return protect(c, j, 0, "gained");
    }
    if (streq(remedy, "shared")) {
        TRY(leave(c, j, 1, "shared"));
        return protect(c, j, 0, "shared");
    }
    TRY(leave(c, j, 1, "kept"));
    if (streq(remedy, "compensated"))
        return leave(c, j, 0, "compensated");
    /* Two claims that met: the holder's is upheld, the other one ends. */
    return stands_now(&j->r[0]) ? end_claim(c, j, 0) : leave(c, j, 0, "refused");
}

/* Between a partner and the vendor. */
static enum status rule_alone(struct call *c, struct judging *j)
{
    const char *remedy = j->in->remedy;
    bool attacked = streq(j->sides.party[0].side, "holder");
    if (streq(remedy, "moved")) {
        if (!attacked)
            return protect(c, j, 0, "gained");
        TRY(end_claim(c, j, 0)); /* to the vendor itself: nobody will be offered it */
        return waitlist_end(c, j->r[0].account_id.id, j->r[0].product_line_id.id);
    }
    if (streq(remedy, "compensated"))
        return leave(c, j, 0, "compensated");
    return leave(c, j, 0, attacked ? "kept" : "refused");
}

/* ---- publishing ---- */

static enum status publish_to(struct call *c, struct judging *j, size_t i)
{
    struct dispute_party *p = &j->sides.party[i];
    p->state = "ruled";
    p->effect = j->effect[i];
    p->ruling = j->in->ruling;
    p->ruled = c->now;
    if (streq(p->effect, "compensated")) {
        p->amount = j->in->amount;
        p->currency = j->in->currency ? j->in->currency : j->p->catalog.currency;
    }
    TRY(noun_update(c, &dispute_party_noun, j->sides.id[i], p, UINT64_MAX, NULL));
    call_last_event(c)->partner_sees = true;
    return dispute_tell_party(c, j->sides.id[i], p, NEWS_RULED);
}

static enum status close_dispute(struct call *c, const struct judging *j, struct dispute *d)
{
    const struct rule_input *in = j->in;
    d->state = "ruled";
    d->remedy = in->remedy;
    d->ruling = in->ruling;
    d->note = in->note;
    d->precedent_id = in->precedent_id;
    d->ruled = c->now;
    d->ruled_by.id = c->viewer->person_id;
    if (streq(in->remedy, "compensated")) {
        d->amount = in->amount;
        d->currency = in->currency ? in->currency : j->p->catalog.currency;
    }
    TRY(noun_update(c, &dispute_noun, c->row_id, d, UINT64_MAX, NULL));
    return dispute_tell_vendor(c, c->row_id, d, NEWS_RULED);
}

static enum status rule_prepare(struct call *c)
{
    struct again *again = ARENA_NEW(c->arena, struct again);
    struct dispute d;
    TRY(noun_load(c, &dispute_noun, c->row_id, &d)); /* the viewer must see it */
    TRY(again_prepare(c, d.registration_id.id, again));
    c->plan = again;
    return OK;
}

static enum status rule_run(struct call *c)
{
    struct dispute d;
    struct judging j = {.in = c->in, .d = &d, .again = c->plan};
    TRY(programme_active(c, &j.p));
    TRY(dispute_lock(c, c->row_id, &d));
    TRY(check_decider(c, &d));
    TRY(dispute_sides_load(c, c->row_id, &j.sides));
    TRY(check_input(c, &d, j.in, &j.sides));
    for (size_t i = 0; i < j.sides.n; i++) {
        int64_t id = j.sides.party[i].registration_id.id;
        TRY(registration_whole(c, id, &j.r[i]));
        TRY(dispute_another(c, c->row_id, id, &j.r[i].disputed));
    }
    TRY(j.sides.n > 1 ? rule_partners(c, &j) : rule_alone(c, &j));
    for (size_t i = 0; i < j.sides.n; i++)
        TRY(publish_to(c, &j, i));
    TRY(close_dispute(c, &j, &d));
    c->result_id = c->row_id;
    return OK;
}

static const char *const decided_states[] = {"named", "escalated", NULL};

const struct verb dispute_rule = {
    .noun = &dispute_noun,
    .name = "rule",
    .label = N_("Give the ruling"),
    .summary = N_("End the dispute: reasons, a remedy, and what it does to the claims, at once."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES & ~AUDITOR,
    .primary = true,
    .hidden = true,
    .from = decided_states,
    INPUT(struct rule_input, rule_fields),
    .prepare = rule_prepare,
    .run = rule_run,
    .done = N_("Ruled"),
    .example = {.fields = "remedy,ruling,days", .becomes = "ruled"},
};
