#include "domain/customer/contract.h"

#include "base/id.h"
#include "domain/account/account.h"
#include "domain/customer/partners.h"
#include "domain/customer/signs.h"
#include "domain/programme/programme.h"

static const struct state states[] = {{"active", N_("Active"), "ok"}, {"expired", N_("Expired"), "risk"},
    {"renewed", N_("Renewed"), "ok"}, {"reduced", N_("Renewed for less"), "review"},
    {"lost", N_("Lost"), "no"}, {"ended", N_("Ended early"), "gone"}, {"withdrawn", N_("Withdrawn"), "gone"},
    {0}};
static const struct option state_options[] = {{"active", N_("Active")}, {"expired", N_("Expired")},
    {"renewed", N_("Renewed")}, {"reduced", N_("Renewed for less")}, {"lost", N_("Lost")},
    {"ended", N_("Ended early")}, {"withdrawn", N_("Withdrawn")}, {0}};
static const struct option events[] = {{"look", NULL}, {"signs", N_("Signs changed")},
    {"expire", N_("Expired")}, {"follow_up", N_("Renewed by itself")}, {"withdraw", N_("Withdrawn")}, {0}};

const char *const contract_running[] = {"active", "expired", NULL};

#define NOUN       (&contract_noun)
#define BOTH       (VENDOR | PARTNER)
#define NOTICE_MAX 1095 /* days: three years */

static const struct field fields[] = {
    FIELD(struct contract, account_id, .label = N_("Account"), .ref = "account", .required = true,
        .see = VENDOR, .set = VENDOR, .filter = true),
    FIELD(struct contract, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true, .see = BOTH, .set = VENDOR, .filter = true),
    FIELD(struct contract, name, .label = N_("Name"), .see = BOTH, .set = VENDOR, .list_column = true,
        .search = true, .hint = N_("Account and product line, when left empty."),
        .example = "Tarnhelm Logistik GmbH, Ledgerline"),
    FIELD(struct contract, amount, .label = N_("Amount per year"), .currency = "currency", .required = true,
        .see = BOTH, .set = VENDOR, .list_column = true, .min = 0, .max = AMOUNT_MAX, .example = "64000.00"),
    FIELD(struct contract, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .see = BOTH,
        .set = VENDOR, .hint = N_("The programme's, when left empty.")),
    FIELD(struct contract, starts, .label = N_("Starts"), .required = true, .see = BOTH, .set = VENDOR,
        .example = "-300"),
    FIELD(struct contract, ends, .label = N_("Ends"), .required = true, .see = BOTH, .set = VENDOR,
        .list_column = true, .filter = true, .sort = true, .example = "64"),
    FIELD(struct contract, auto_renew, .label = N_("Renews by itself"), .see = BOTH, .set = VENDOR),
    FIELD(struct contract, notice_days, .label = N_("Notice period (days)"), .see = BOTH, .set = VENDOR,
        .min = 0, .max = NOTICE_MAX, .example = "30"),
    FIELD(struct contract, partner_id, .label = N_("Partner of record"), .ref = "partner", .see = BOTH,
        .set = VENDOR, .list_column = true, .filter = true,
        .hint = N_("Left empty: we sold it ourselves. Later it is handed over, with a reason.")),
    FIELD(struct contract, owner_id, .label = N_("Owner of the renewal"), .ref = "person", .see = BOTH,
        .set = VENDOR, .list_column = true, .filter = true,
        .hint = N_("The account's owner, when left empty."), .example = "@people?role=vendor_seller"),
    FIELD(struct contract, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true, .example = "active"),
    FIELD(struct contract, forecast, .label = N_("Forecast"), .form = FORM_CHOICE,
        .options = forecast_options, .see = BOTH, .filter = true, .example = "best_case"),
    FIELD(struct contract, expected, .label = N_("Expected per year"), .currency = "currency", .see = BOTH,
        .min = 1, .max = AMOUNT_MAX, .example = "72000.00"),
    FIELD(struct contract, signs, .label = N_("Signs"), .form = FORM_SET, .options = sign_options,
        .see = BOTH, .list_column = true, .example = "renewal,usage"),
    FIELD(struct contract, closed, .label = N_("Closed"), .see = BOTH, .example = ""),
    FIELD(struct contract, reason, .label = N_("Why it ended"), .form = FORM_LONG, .max = 1000, .see = VENDOR,
        .example = ""),
    FIELD(struct contract, renews_id, .label = N_("Renews"), .ref = "contract", .see = VENDOR),
    FIELD(struct contract, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true, .example = "CTR-2041"),
    FIELD(struct contract, partner_since, .label = N_("Handed over on"), .see = VENDOR, .example = ""),
    FIELD(struct contract, previous_partner_id, .label = N_("Partner of record before"), .ref = "partner",
        .see = VENDOR),
    FIELD(struct contract, look_due, .label = N_("Looked at next")),
};

const struct noun contract_noun = {
    .name = "contract",
    .plural = "contracts",
    .prefix = "ctr",
    .label = N_("Contract"),
    .labels = N_("Contracts"),
    .icon = "doc",
    .summary = N_("What a customer has from us, at which amount and until when. A partner sees those whose "
                  "partner of record it is."),
    .size = sizeof(struct contract),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .natural = "external_id",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner} and {t}.state <> 'withdrawn'",
    .read = ALL_ROLES,
    .order = "ends",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"external_id", NULL},
};

const char *contract_path(struct call *c, int64_t id)
{
    return arena_printf(c->arena, "/contracts/%s", id_text(c->arena, contract_noun.prefix, id));
}

/* ---- making one ---- */

static enum status check_dates(struct call *c, const struct contract *k)
{
    return k->ends.days >= k->starts.days ? OK : call_field(c, "ends", TR(c, "comes before the start"));
}

static enum status complete(struct call *c, struct contract *k)
{
    struct account a;
    struct product_line line;
    TRY(noun_load_whole(c, &account_noun, k->account_id.id, &a));
    TRY(noun_load_whole(c, &product_line_noun, k->product_line_id.id, &line));
    k->name = k->name ? k->name : arena_printf(c->arena, "%s, %s", a.name, line.name);
    k->currency = k->currency ? k->currency : c->catalog->currency;
    k->owner_id = k->owner_id.id ? k->owner_id : a.owner_id;
    return OK;
}

enum status contract_open(struct call *c, struct contract *k, bool beside, int64_t *id)
{
    TRY(check_dates(c, k));
    TRY(account_hold(c, k->account_id.id));
    TRY(complete(c, k));
    k->state = "active";
    k->look_due = c->now;
    TRY(beside ? noun_insert_beside(c, NOUN, k, id) : noun_insert(c, NOUN, k, id));
    call_last_event(c)->partner_sees = k->partner_id.id != 0;
    c->indexed_id = 0; /* was the contract's: what follows is other rows */
    return resellers_follow(c, k->account_id.id, k->product_line_id.id, NULL);
}

enum status contract_change(
    struct call *c, int64_t id, struct contract *k, uint64_t mask, const char *verb, const char *reason)
{
    const struct event *before = call_last_event(c);
    k->look_due = streq(k->state, "active") ? c->now : (struct instant){0};
    TRY(noun_update(c, NOUN, id, k, mask | FIELD_BIT(NOUN, look_due), verb));
    struct event *e = call_last_event(c);
    if (e && e != before) /* who was partner of record before is nobody else's affair */
        e->partner_sees = e->partner_id != 0 && !(mask & FIELD_BIT(NOUN, previous_partner_id));
    return resellers_follow(c, k->account_id.id, k->product_line_id.id, reason);
}

static enum status create_run(struct call *c)
{
    struct contract *k = c->in;
    int64_t id = 0;
    k->closed.days = k->partner_since.days = DATE_NONE;
    TRY(contract_open(c, k, false, &id));
    c->result_id = id;
    return OK;
}

/* The partner of record is told when it changes, with the reason: that has a verb of its own. */
static enum status update_run(struct call *c)
{
    struct contract k, was, *in = c->in;
    uint64_t mask = c->given;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    was = k;
    if ((mask & FIELD_BIT(NOUN, partner_id)) && in->partner_id.id != k.partner_id.id)
        return call_field(
            c, "partner_id", TR(c, "is handed over, with a reason: “Change the partner of record”"));
    call_merge_given(c, &k);
    TRY(check_dates(c, &k));
    TRY(account_hold(c, k.account_id.id));
    TRY(complete(c, &k));
    TRY(contract_change(c, c->row_id, &k,
        mask | FIELD_BIT(NOUN, name) | FIELD_BIT(NOUN, currency) | FIELD_BIT(NOUN, owner_id), NULL, NULL));
    return resellers_follow(c, was.account_id.id, was.product_line_id.id, NULL);
}

const struct verb contract_create = GENERIC_CREATE_BY(contract_noun, CUSTOMER_ROLES, N_("New contract"),
    N_("Enter what a customer bought, until when, and through which partner."), create_run,
    .example = {.fields = "account_id,product_line_id,amount,starts,ends,partner_id"});

const struct verb contract_update = {
    .noun = &contract_noun,
    .name = "update",
    .label = N_("Edit"),
    .done = N_("Changed"),
    .summary = N_("Change a contract."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .from = contract_running,
    .generic = true,
    .partial = true,
    .bulk = true,
    .bulk_fields = "owner_id",
    .run = update_run,
    .example = {.fields = "owner_id,notice_days"},
};
