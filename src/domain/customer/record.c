/* The partner of record: handed over with a reason, told to both, and back. */
#include "base/id.h"
#include "domain/customer/partners.h"
#include "domain/notice/notice.h"
#include "domain/partner/partner.h"

#define NOUN        (&contract_noun)
#define BIT(member) FIELD_BIT(NOUN, member)

/* ---- telling: each its own side, so that neither learns of the other ---- */

struct told {
    const char *name, *reason;
};

static void write_gained(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s: you are now the partner of record"), t->name);
    out->body = t->reason;
}

static void write_gone(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s: you are no longer the partner of record"), t->name);
    out->body = t->reason;
}

static enum status tell(
    struct call *c, const struct contract *k, int64_t before, int64_t after, const char *reason)
{
    const struct told t = {k->name, reason};
    struct notice_about gained = {.kind = NOTICE_record, .noun = NOUN, .id = c->row_id};
    struct notice_about gone = {.kind = NOTICE_record, .noun = &customer_partner_noun};
    if (after)
        TRY(notify_partner(c, after, PARTNER_ROLES, &gained, write_gained, &t));
    if (!before)
        return OK;
    TRY(reseller_row(c, k, before, &gone.id)); /* what it sees of the contract from now on */
    return gone.id ? notify_partner(c, before, PARTNER_ROLES, &gone, write_gone, &t) : OK;
}

/* ---- handing over ---- */

static enum status hand(struct call *c, struct contract *k, int64_t to, const char *reason)
{
    int64_t before = k->partner_id.id;
    k->previous_partner_id.id = before;
    k->partner_id.id = to;
    k->partner_since = date_in(c->catalog->zone, c->now);
    k->forecast = NULL; /* what the one before thought of it, and asked for, was between us and it */
    k->expected.minor = 0;
    TRY(contract_change(c, c->row_id, k,
        BIT(partner_id) | BIT(previous_partner_id) | BIT(partner_since) | BIT(forecast) | BIT(expected), NULL,
        reason));
    TRY(tell(c, k, before, to, reason));
    c->result_id = c->row_id;
    return OK;
}

struct hand_over_input {
    struct ref partner_id;
    const char *reason;
};
static const struct field hand_over_fields[] = {
    FIELD(struct hand_over_input, partner_id, .label = N_("Partner of record"), .ref = "partner",
        .hint = N_("Left empty: none, the renewal is ours."), .example = "@partners?name=Fjordmark"),
    FIELD(struct hand_over_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true,
        .max = 1000, .hint = N_("Both partners read it: name neither."),
        .example = "Their plant moved to another region."),
};

static enum status check_standing(struct call *c, int64_t partner_id)
{
    struct partner p;
    if (!partner_id)
        return OK;
    TRY(noun_load_whole(c, &partner_noun, partner_id, &p));
    return streq(p.standing, "suspended") ? call_field(c, "partner_id", TR(c, "is suspended")) : OK;
}

static enum status hand_over_run(struct call *c)
{
    const struct hand_over_input *in = c->in;
    struct contract k;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    if (in->partner_id.id == k.partner_id.id)
        return call_field(c, "partner_id", TR(c, "is the partner of record already"));
    TRY(check_standing(c, in->partner_id.id));
    return hand(c, &k, in->partner_id.id, in->reason);
}

static enum status hand_back_run(struct call *c)
{
    struct contract k;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    if (k.partner_since.days == DATE_NONE)
        return call_refuse(c, PROBLEM_state, TR(c, "It was never handed over."));
    return hand(c, &k, k.previous_partner_id.id, NULL);
}

const struct verb contract_hand_over = {
    .noun = &contract_noun,
    .name = "hand_over",
    .label = N_("Change the partner of record"),
    .summary = N_("Another partner gets the renewal; both are told, with the reason."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER,
    .from = contract_running,
    .undo = &contract_hand_back,
    INPUT(struct hand_over_input, hand_over_fields),
    .run = hand_over_run,
    .done = N_("Handed over"),
    .example = {.fields = "partner_id,reason"},
};

const struct verb contract_hand_back = {
    .noun = &contract_noun,
    .name = "hand_back",
    .label = N_("Hand back"),
    .summary = N_("Who was partner of record before is it again; both are told."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER,
    .hidden = true,
    .from = contract_running,
    .undo = &contract_hand_back,
    .run = hand_back_run,
    .done = N_("Handed back"),
    .example = {.after = &contract_hand_over},
};
