/* The end of a contract: renewed, reduced or lost; ended early; and what is expected until then. */
#include "domain/customer/contract.h"
#include "domain/programme/programme.h"

#define NOUN        (&contract_noun)
#define BIT(member) FIELD_BIT(NOUN, member)

static const char *const closed[] = {"renewed", "reduced", "lost", "ended", NULL};

/* REASON is for the vendor. */
static enum status close_as(struct call *c, int64_t id, struct contract *k, const char *state,
    const char *verb, struct date day, const char *reason)
{
    k->state = state;
    k->closed = day;
    k->reason = reason;
    return contract_change(c, id, k, BIT(state) | BIT(closed) | BIT(reason) | BIT(signs), verb, NULL);
}

static struct date today_of(const struct call *c)
{
    return date_in(c->catalog->zone, c->now);
}

/* ---- renewing ---- */

#define TERM_MONTHS_MAX 120 /* longer ones are counted in days */

static int whole_months(const struct contract *k)
{
    struct date after = {k->ends.days + 1};
    for (int months = 1; months <= TERM_MONTHS_MAX; months++)
        if (date_add_months(k->starts, months).days == after.days)
            return months;
    return 0;
}

/* The day after the Nth term from AFTER on. */
static struct date term_end(struct date after, int months, int32_t days, int n)
{
    return months ? date_add_months(after, months * n) : (struct date){after.days + days * n};
}

struct contract_term contract_next_term(const struct contract *k, struct date today)
{
    struct date after = {k->ends.days + 1};
    int months = whole_months(k), n = 1;
    int32_t days = after.days - k->starts.days;
    if (today.days != DATE_NONE && today.days > after.days) {
        /* As many as surely have gone by, then a few steps: months are of unlike lengths. */
        n += months ? (today.days - after.days) / (31 * months) : (today.days - after.days) / days;
        while (term_end(after, months, days, n).days <= today.days)
            n++;
    }
    return (struct contract_term){
        term_end(after, months, days, n - 1), {term_end(after, months, days, n).days - 1}};
}

struct date contract_notice_day(const struct contract *k)
{
    return (struct date){k->notice_days ? k->ends.days - (int32_t)k->notice_days : DATE_NONE};
}

enum status contract_follow_up(struct call *c, int64_t id, struct contract *k, struct money amount,
    struct contract_term term, int64_t *next)
{
    if (term.ends.days > date_last().days)
        return call_field(c, "ends", TR(c, "is beyond the year 9999"));
    struct contract n = *k;
    n.starts = term.starts;
    n.ends = term.ends;
    n.amount = amount;
    n.renews_id.id = id;
    n.forecast = n.signs = n.external_id = n.reason = NULL;
    n.expected.minor = 0;
    n.closed.days = n.partner_since.days = DATE_NONE;
    n.previous_partner_id.id = 0;
    *next = 0;
    TRY(contract_open(c, &n, true, next)); /* first: who resells goes on without a gap */
    k->signs = NULL;
    return close_as(c, id, k, amount.minor < k->amount.minor ? "reduced" : "renewed",
        c->verb->roles == SYSTEM ? "follow_up" : NULL, today_of(c), NULL);
}

struct renew_input {
    struct money amount;
    struct date ends;
};
static const struct field renew_fields[] = {
    FIELD(struct renew_input, amount, .label = N_("Amount per year"), .min = 1, .max = AMOUNT_MAX,
        .hint = N_("As now, when left empty. Less counts as reduced.")),
    FIELD(struct renew_input, ends, .label = N_("Ends"), .hint = N_("As long again, when left empty."),
        .example = "760"),
};

static enum status renew_run(struct call *c)
{
    const struct renew_input *in = c->in;
    struct contract k;
    int64_t next;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    struct contract_term term = contract_next_term(&k, (struct date){DATE_NONE});
    if (in->ends.days != DATE_NONE)
        term.ends = in->ends;
    TRY(contract_follow_up(c, c->row_id, &k, in->amount.minor ? in->amount : k.amount, term, &next));
    c->result_id = c->row_id;
    return OK;
}

/* ---- losing, ending ---- */

struct lose_input {
    const char *reason;
};
static const struct field lose_fields[] = {
    FIELD(struct lose_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .max = 1000,
        .example = "A rival's suite came with their new ERP."),
};

static enum status lose_run(struct call *c)
{
    const struct lose_input *in = c->in;
    struct contract k;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    k.signs = NULL;
    TRY(close_as(c, c->row_id, &k, "lost", NULL, today_of(c), in->reason));
    c->result_id = c->row_id;
    return OK;
}

struct end_input {
    struct date day;
    const char *reason;
};
static const struct field end_fields[] = {
    FIELD(struct end_input, day, .label = N_("Last day"), .hint = N_("Today, when left empty."),
        .example = "0"),
    FIELD(struct end_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .max = 1000,
        .example = "They closed the plant."),
};

static enum status end_run(struct call *c)
{
    const struct end_input *in = c->in;
    struct contract k;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    struct date day = in->day.days == DATE_NONE ? today_of(c) : in->day;
    if (day.days < k.starts.days || day.days > k.ends.days)
        return call_field(c, "day", TR(c, "lies outside the contract"));
    k.signs = NULL;
    TRY(close_as(c, c->row_id, &k, "ended", NULL, day, in->reason));
    c->result_id = c->row_id;
    return OK;
}

/* ---- taking it back ---- */

/* The contract that followed goes, unless it has been through something of its own. */
static enum status withdraw_next(struct call *c)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    struct contract next;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from contract where renews_id = $1 and state <> 'withdrawn' order by id", args, 1));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(noun_lock(c, NOUN, cell_int(&rows, i, 0)));
        TRY(noun_load(c, NOUN, cell_int(&rows, i, 0), &next));
        if (!streq(next.state, "active"))
            return call_refuse(
                c, PROBLEM_state, TR(c, "The contract that followed has ended itself: open that one first."));
        next.signs = NULL;
        TRY(close_as(c, cell_int(&rows, i, 0), &next, "withdrawn", "withdraw", today_of(c), NULL));
    }
    return OK;
}

static enum status reopen_run(struct call *c)
{
    struct contract k;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    bool past = k.ends.days < today_of(c).days;
    /* First this one: who resells goes on without a gap. */
    TRY(close_as(c, c->row_id, &k, past && !k.auto_renew ? "expired" : "active", NULL,
        (struct date){DATE_NONE}, NULL));
    TRY(withdraw_next(c));
    c->result_id = c->row_id;
    return OK;
}

/* ---- what is expected ---- */

struct forecast_input {
    const char *forecast;
    struct money expected;
};
static const struct field forecast_fields[] = {
    FIELD(struct forecast_input, forecast, .label = N_("Forecast"), .form = FORM_CHOICE,
        .options = forecast_options, .required = true, .example = "best_case"),
    FIELD(struct forecast_input, expected, .label = N_("Expected per year"), .min = 1, .max = AMOUNT_MAX,
        .hint = N_("As now, when left empty."), .example = "72000.00"),
};

static enum status forecast_run(struct call *c)
{
    const struct forecast_input *in = c->in;
    struct contract k;
    TRY(noun_load(c, NOUN, c->row_id, &k));
    k.forecast = in->forecast;
    k.expected = in->expected;
    const struct event *before = call_last_event(c);
    TRY(noun_update(c, NOUN, c->row_id, &k, BIT(forecast) | BIT(expected), NULL));
    if (call_last_event(c) && call_last_event(c) != before)
        call_last_event(c)->partner_sees = k.partner_id.id != 0;
    return OK;
}

const struct verb contract_renew = {
    .noun = &contract_noun,
    .name = "renew",
    .label = N_("Renew"),
    .summary = N_("The customer goes on: makes the contract that follows, for as much or for less."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .primary = true,
    .from = contract_running,
    .undo = &contract_reopen,
    INPUT(struct renew_input, renew_fields),
    .run = renew_run,
    .done = N_("Renewed"),
    .example = {.find = "state=active", .fields = "ends", .becomes = "renewed"},
};

const struct verb contract_lose = {
    .noun = &contract_noun,
    .name = "lose",
    .label = N_("Mark as lost"),
    .summary = N_("The customer does not renew."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .from = contract_running,
    .undo = &contract_reopen,
    INPUT(struct lose_input, lose_fields),
    .run = lose_run,
    .done = N_("Marked as lost"),
    .example = {.find = "state=active", .becomes = "lost"},
};

const struct verb contract_end = {
    .noun = &contract_noun,
    .name = "end",
    .label = N_("End early"),
    .summary = N_("The contract ends before its day."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .from = contract_running,
    .undo = &contract_reopen,
    INPUT(struct end_input, end_fields),
    .run = end_run,
    .done = N_("Ended"),
    .example = {.find = "state=active", .fields = "day,reason", .becomes = "ended"},
};

const struct verb contract_reopen = {
    .noun = &contract_noun,
    .name = "reopen",
    .label = N_("Open again"),
    .summary = N_("The contract runs again; one that followed it is withdrawn."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .from = closed,
    .run = reopen_run,
    .done = N_("Open again"),
    .example = {.after = &contract_lose, .becomes = "active"},
};

const struct verb contract_forecast = {
    .noun = &contract_noun,
    .name = "forecast",
    .label = N_("Say what you expect"),
    .summary = N_("How sure the renewal is, and of how much a year. The partner of record may say it, too."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES | PARTNER_ROLES,
    .from = contract_running,
    .bulk = true,
    .bulk_fields = "forecast",
    INPUT(struct forecast_input, forecast_fields),
    .run = forecast_run,
    .done = N_("Forecast kept"),
    .example = {.fields = "forecast,expected"},
};
