#include "domain/rate/rate.h"

#include "base/text.h"

#include <math.h>

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct currency_rate, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .required = true,
        .see = BOTH, .set = VENDOR, .list_column = true, .filter = true, .example = "CHF"),
    FIELD(struct currency_rate, rate, .label = N_("Rate"), .decimals = 4, .required = true, .see = BOTH,
        .set = VENDOR, .list_column = true,
        .hint = N_("Units of the currency for one unit of the programme's: 1.0842 for 1 EUR = 1.0842 USD."),
        .example = "1.0412"),
    FIELD(struct currency_rate, day, .label = N_("From"), .required = true, .see = BOTH, .set = VENDOR,
        .list_column = true, .filter = true, .sort = true,
        .hint = N_("Holds from this day until the next one that has a rate."), .example = "0"),
    FIELD(struct currency_rate, base, .label = N_("Programme's currency"), .form = FORM_CURRENCY,
        .required = true, .see = BOTH, .list_column = true),
};

static const char *const unique[] = {"currency,base,day", NULL};

const struct noun currency_rate_noun = {
    .name = "currency_rate",
    .plural = "currency-rates",
    .prefix = "fxr",
    .label = N_("Exchange rate"),
    .labels = N_("Exchange rates"),
    .icon = "swap",
    .summary = N_("By these rates amounts in other currencies are compared with the rules' limits."),
    .size = sizeof(struct currency_rate),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "currency",
    .vendor_scope = "1=1",
    .partner_scope = "1=1",
    .read = ALL_ROLES,
    .order = "-day",
    .unique = unique,
    .nav = N_("Programme"),
};

/* ---- entering ---- */

#define RATE_MAX 1e9

static enum status check(struct call *c, const struct currency_rate *r)
{
    if (streq(r->currency, c->catalog->currency))
        (void)call_field(c, "currency", TR(c, "is the programme's own; enter another one"));
    if (!(r->rate > 0) || r->rate > RATE_MAX)
        (void)call_field(c, "rate", TR(c, "enter a number above 0"));
    return c->problem ? REFUSED : OK;
}

/* The day and the currencies say which rate it is; a rate that was entered wrongly is corrected. */
static enum status create_run(struct call *c)
{
    struct currency_rate *r = c->in;
    int64_t id = 0;
    r->base = c->catalog->currency;
    TRY(check(c, r));
    return noun_insert(c, &currency_rate_noun, r, &id);
}

static enum status update_run(struct call *c)
{
    struct currency_rate now;
    const struct currency_rate *in = c->in;
    TRY(noun_load_whole(c, &currency_rate_noun, c->row_id, &now));
    if (c->given & FIELD_BIT(&currency_rate_noun, currency))
        now.currency = in->currency;
    if (c->given & FIELD_BIT(&currency_rate_noun, rate))
        now.rate = in->rate;
    TRY(check(c, &now));
    return verb_update(c);
}

const struct verb currency_rate_create = GENERIC_CREATE_BY(currency_rate_noun, ADMIN | OPERATIONS,
    N_("New rate"), N_("Enter a rate; it holds from its day on."), create_run);
const struct verb currency_rate_update = GENERIC_UPDATE_BY(currency_rate_noun, ADMIN | OPERATIONS,
    N_("Correct a rate. What was decided by it keeps the amount that it was decided on."), update_run,
    .example = {.fields = "rate"});

/* ---- converting ---- */

struct money rate_apply(const struct call *c, struct money amount, const char *currency, double rate)
{
    int from = currency_digits(currency), to = currency_digits(c->catalog->currency);
    double minor = (double)amount.minor / rate * pow(10, to - from);
    return (struct money){fabs(minor) < 9e18 ? (int64_t)llround(minor) : 0};
}

enum status rate_convert(
    struct call *c, struct money amount, const char *currency, struct date day, struct converted *out)
{
    const char *base = c->catalog->currency;
    if (!currency || streq(currency, base)) {
        *out = (struct converted){.known = true, .amount = amount, .rate = 1, .day = {DATE_NONE}};
        return OK;
    }
    struct value args[3] = {v_text(currency), v_text(base), v_int(day.days)};
    struct rows rows;
    *out = (struct converted){.day = {DATE_NONE}};
    TRY(db_query(c->db, c->arena, &rows,
        "select rate, day from currency_rate where currency = $1 and base = $2 and day <= $3 "
        "order by day desc limit 1",
        args, 3));
    if (!rows.n)
        return OK;
    const struct value *rate = cell(&rows, 0, 0);
    out->known = true;
    out->rate = rate->kind == VALUE_REAL ? rate->r : (double)rate->i;
    out->day.days = (int32_t)cell_int(&rows, 0, 1);
    out->amount = rate_apply(c, amount, currency, out->rate);
    return OK;
}
