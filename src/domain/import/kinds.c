#include "domain/import/headings.h"
#include "domain/import/rows.h"

#include "base/text.h"
#include "domain/account/account.h"
#include "domain/customer/contract.h"
#include "domain/customer/satisfaction.h"
#include "domain/customer/usage.h"
#include "domain/lead/lead.h"
#include "domain/opportunity/opportunity.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/rate/rate.h"
#include "domain/touchpoint/touchpoint.h"

#define NAMES(...) .needs = WORDS(__VA_ARGS__)

/* ---- product lines ---- */

static void complete_line(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct product_line *line = row->record;
    (void)c;
    (void)p;
    if (!(row->given & FIELD_BIT(&product_line_noun, active)))
        line->active = true;
}

/* ---- people ---- */

/* "anna.snelling@velmora.invalid": nobody gets mail there (RFC 2606), and the same name makes the same. */
static const char *made_up_address(struct call *c, const char *name)
{
    struct buf b = buf_in(c->arena, 1000);
    const char *p = text_fold(c->arena, name);
    for (bool gap = false; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || (unsigned char)*p >= 0x80;
        if (letter && gap && b.len)
            buf_addc(&b, '.');
        if (letter)
            buf_addc(&b, *p);
        gap = !letter;
    }
    const char *vendor = import_key(c->arena, c->catalog && c->catalog->vendor ? c->catalog->vendor : "");
    buf_addf(&b, "@%s.invalid", *vendor ? vendor : "vendor");
    return buf_str(&b);
}

/* Somebody with an address is invited: they can ask for a link. Nobody is sent mail by an import. */
static void complete_person(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct person *person = row->record;
    (void)p;
    bool known = person->email != NULL;
    if (!known && person->name)
        row->key = person->email = made_up_address(c, person->name);
    person->state = known ? "invited" : "inactive";
    if (!person->role)
        person->role = person->partner_id.id ? "partner_seller" : "vendor_seller";
    if (!person->language)
        person->language = lang_code(call_lang(c));
}

static void admit_person(struct call *c, struct import_row *row)
{
    const struct person *person = row->record;
    struct call look = *c;
    look.problem = NULL;
    if (person_check_role(&look, role_parse(person->role), person->partner_id.id) != OK)
        row_error(c->arena, row, TR(c, N_("Role")), look.problem->fields[0].message);
}

/* ---- accounts ---- */

static void complete_account(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct account *account = row->record;
    (void)c;
    (void)p;
    if (!account->status)
        account->status = "open";
}

/* ---- partners ---- */

static void complete_partner(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct partner *partner = row->record;
    (void)p;
    const struct catalog_list *tiers = catalog_find(c->catalog, "tiers");
    if (!partner->standing)
        partner->standing = "good";
    if (!partner->tier && tiers && tiers->n)
        partner->tier = tiers->items[0].key;
}

/* ---- opportunities ---- */

/* How CRMs call the two ends; every other stage is on the way. */
static const char *end_of(const char *key)
{
    static const char *const won[] = {"won", "closedwon", "gewonnen", "abgeschlossengewonnen", "win"};
    static const char *const lost[] = {
        "lost", "closedlost", "verloren", "abgeschlossenverloren", "loss", "disqualified", "abandoned"};
    for (size_t i = 0; i < COUNT(won); i++)
        if (streq(key, won[i]))
            return "won";
    for (size_t i = 0; i < COUNT(lost); i++)
        if (streq(key, lost[i]))
            return "lost";
    return NULL;
}

/* One column may tell both the stage and the state. In a column of its own a state must be a known one. */
static const char *rewrite_opportunity(
    const struct import_plan *p, struct arena *a, const struct field *f, const char *text)
{
    if (!streq(f->name, "state"))
        return text;
    const char *end = end_of(import_key(a, text));
    bool shared = plan_column(p, "stage") == plan_column(p, "state");
    return end ? end : shared && *text ? "open" : text;
}

static const char *cell_of(const struct import_plan *p, const struct import_row *row, const char *field)
{
    size_t column = plan_column(p, field);
    return column < row->n ? row->cells[column] : "";
}

static void complete_opportunity(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct opportunity *o = row->record;
    if (!o->state)
        o->state = "open";
    if (streq(o->state, "open") && (row->given & FIELD_BIT(&opportunity_noun, closed))) {
        o->closes = o->closed; /* CRMs have one column for both: of an open deal it is what is expected */
        o->closed.days = DATE_NONE;
        row->given |= FIELD_BIT(&opportunity_noun, closes);
    }
    if (o->name)
        return;
    const char *account = text_squeeze(c->arena, cell_of(p, row, "account_id")),
               *product = text_squeeze(c->arena, cell_of(p, row, "product_line_id"));
    if (*account && *product)
        o->name = arena_printf(c->arena, "%s: %s", account, product);
    else
        o->name = *account ? account : *product ? product : o->external_id;
    if (o->name && utf8_length(o->name) > 200)
        o->name = o->external_id ? o->external_id : product;
}

/* ---- exchange rates ---- */

static void complete_rate(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct currency_rate *rate = row->record;
    (void)p;
    rate->base = c->catalog->currency;
}

/* ---- touchpoints ---- */

static void complete_touchpoint(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct touchpoint *t = row->record;
    (void)p;
    t->channel = t->channel ? t->channel : "other";
    t->source = "import";
    t->state = "confirmed";
    t->author_id.id = c->viewer->person_id;
}

/* ---- after the sale ---- */

static void complete_contract(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct contract *k = row->record;
    (void)c;
    (void)p;
    k->state = "active";
}

/* ---- leads ---- */

static void complete_lead(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct lead *lead = row->record;
    (void)c;
    (void)p;
    lead->source = lead->source ? lead->source : "list";
    lead->state = "new";
}

/* ---- the table ---- */

const struct import_kind import_kinds[] = {
    {
        .name = "product-lines",
        .label = N_("Product lines"),
        .deed = N_("Import {n} product lines"),
        .intro = N_("What deals are registered for. One line a product line: its name."),
        .noun = &product_line_noun,
        .create = &product_line_create,
        .update = &product_line_update,
        .words = line_words,
        NAMES("name"),
        .key = {"external_id", "name"},
        .key_unique = true,
        .complete = complete_line,
    },
    {
        .name = "people",
        .label = N_("People"),
        .deed = N_("Import {n} people"),
        .intro =
            N_("Who owns accounts and opportunities. One line a person: name, and mail address if known."),
        .noun = &person_noun,
        .words = person_words,
        NAMES("name"),
        .once = WORDS("email", "role", "partner_id"),
        .key = {"email"},
        .complete = complete_person,
        .admit = admit_person,
    },
    {
        .name = "accounts",
        .label = N_("Accounts"),
        .deed = N_("Import {n} accounts"),
        .intro = N_("The companies you sell to, with parent, owner, web domain and country."),
        .noun = &account_noun,
        .create = &account_create,
        .update = &account_update,
        .words = account_words,
        NAMES("name"),
        .key = {"external_id", "name"},
        .parent = "parent_id",
        .complete = complete_account,
    },
    {
        .name = "opportunities",
        .label = N_("Opportunities"),
        .deed = N_("Import {n} opportunities"),
        .intro = N_("Your own deals, open and closed: account, product line, owner, stage, dates, amount."),
        .noun = &opportunity_noun,
        .create = &opportunity_create,
        .update = &opportunity_update,
        .words = opportunity_words,
        .needs = (const char *const[]){NULL},
        .key = {"external_id"},
        .rewrite = rewrite_opportunity,
        .complete = complete_opportunity,
    },
    {
        .name = "partners",
        .label = N_("Partners"),
        .deed = N_("Import {n} partners"),
        .intro = N_("The companies of the programme, with country, tier, types and your own fields."),
        .noun = &partner_noun,
        .create = &partner_create,
        .update = &partner_update,
        .words = partner_words,
        NAMES("name", "country"),
        .key = {"external_id", "name"},
        .parent = "parent_id",
        .complete = complete_partner,
    },
    {
        .name = "certifications",
        .label = N_("Certifications"),
        .deed = N_("Import {n} certifications"),
        .intro = N_("How many people of which partner are certified for which product line."),
        .noun = &certification_noun,
        .create = &certification_create,
        .update = &certification_update,
        .words = certification_words,
        NAMES("partner_id", "product_line_id", "people"),
        .key = {"partner_id", "product_line_id"},
        .together = true,
    },
    {
        .name = "rates",
        .label = N_("Exchange rates"),
        .deed = N_("Import {n} rates"),
        .intro = N_("What one unit of the programme's currency was worth in others: currency, day, rate."),
        .noun = &currency_rate_noun,
        .create = &currency_rate_create,
        .update = &currency_rate_update,
        .words = rate_words,
        NAMES("currency", "day", "rate"),
        .key = {"currency", "day"},
        .together = true,
        .complete = complete_rate,
    },
    {
        .name = "touchpoints",
        .label = N_("Touchpoints"),
        .deed = N_("Import {n} touchpoints"),
        .intro =
            N_("What partners did: one line an act, with time, partner, kind, account and what shows it."),
        .noun = &touchpoint_noun,
        .words = touchpoint_words,
        NAMES("happened", "kind", "partner_id"),
        .key = {"origin"},
        .complete = complete_touchpoint,
    },
    {
        .name = "contracts",
        .label = N_("Contracts"),
        .deed = N_("Import {n} contracts"),
        .intro =
            N_("What customers have from you: account, product line, amount per year, start, end, partner "
               "of record."),
        .noun = &contract_noun,
        .create = &contract_create,
        .update = &contract_update,
        .words = contract_words,
        NAMES("account_id", "product_line_id", "amount", "starts", "ends"),
        .once = WORDS("partner_id"),
        .key = {"external_id"},
        .complete = complete_contract,
    },
    {
        .name = "usage",
        .label = N_("Usage"),
        .deed = N_("Import {n} months of usage"),
        .intro = N_("How much customers use: account, product line, metric, month, quantity."),
        .noun = &usage_noun,
        .create = &usage_create,
        .update = &usage_update,
        .words = usage_words,
        NAMES("account_id", "product_line_id", "metric", "month", "quantity"),
        .key = {"account_id", "product_line_id", "metric", "month"},
        .together = true,
    },
    {
        .name = "satisfaction",
        .label = N_("Satisfaction"),
        .deed = N_("Import {n} answers"),
        .intro = N_("What customers say about you: account, kind (NPS or CSAT), score, day, words."),
        .noun = &satisfaction_noun,
        .create = &satisfaction_create,
        .update = &satisfaction_update,
        .words = satisfaction_words,
        NAMES("account_id", "kind", "score", "day"),
        .key = {"external_id"},
    },
    {
        .name = "leads",
        .label = N_("Leads"),
        .deed = N_("Import {n} leads"),
        .intro = N_("Companies that may buy, with contact, product, industry, country and language."),
        .noun = &lead_noun,
        .create = &lead_create,
        .update = &lead_update,
        .words = lead_words,
        NAMES("company"),
        .key = {"external_id"},
        .complete = complete_lead,
    },
    {0}};

const struct option import_kind_options[] = {{"product-lines", N_("Product lines")}, {"people", N_("People")},
    {"accounts", N_("Accounts")}, {"opportunities", N_("Opportunities")}, {"partners", N_("Partners")},
    {"certifications", N_("Certifications")}, {"rates", N_("Exchange rates")},
    {"touchpoints", N_("Touchpoints")}, {"contracts", N_("Contracts")}, {"usage", N_("Usage")},
    {"satisfaction", N_("Satisfaction")}, {"leads", N_("Leads")}, {0}};

const struct import_kind *import_kind_find(const char *name)
{
    for (const struct import_kind *k = import_kinds; k->name; k++)
        if (streq(k->name, name))
            return k;
    return NULL;
}
