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

#define WORDS(...)                                                                                           \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }
#define NAMES(...) .needs = WORDS(__VA_ARGS__)

/* ---- product lines ---- */

static const struct import_words line_words[] = {
    {"name", WORDS("product", "productline", "productname", "line", "produkt", "produktlinie", "produktname",
                 "artikel", "bezeichnung")},
    {"active", WORDS("aktiv", "isactive", "enabled")},
    {"external_id", WORDS("id", "productid", "productcode", "sku", "code", "produktid", "produktnummer",
                        "artikelnummer", "externeid")},
    {0}};

static void complete_line(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct product_line *line = row->record;
    (void)c;
    (void)p;
    if (!(row->given & FIELD_BIT(&product_line_noun, active)))
        line->active = true;
}

/* ---- people ---- */

static const struct import_words person_words[] = {
    {"name", WORDS("fullname", "salesagent", "agent", "salesrep", "rep", "owner", "ownername", "user",
                 "username", "employee", "contact", "mitarbeiter", "vertriebsmitarbeiter", "vertriebler",
                 "inhaber", "besitzer", "vollstandigername", "person")},
    {"email", WORDS("emailaddress", "mail", "mailadresse", "emailadresse", "owneremail", "useremail")},
    {"role", WORDS("rolle", "userrole", "profile", "funktion")},
    {"partner_id", WORDS("partner", "partnername", "partnerfirma", "company", "firma", "unternehmen")},
    {"phone", WORDS("telephone", "phonenumber", "mobile", "telefon", "telefonnummer", "mobil", "rufnummer")},
    {"language", WORDS("sprache", "locale")}, {"zone", WORDS("timezone", "zeitzone")}, {0}};

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

static const struct import_words account_words[] = {
    {"name",
        WORDS("account", "accountname", "company", "companyname", "organization", "organisation", "customer",
            "customername", "firma", "firmenname", "unternehmen", "unternehmensname", "kunde", "kundenname")},
    {"domain", WORDS("website", "web", "url", "homepage", "companydomain", "companydomainname", "internet",
                   "webseite", "internetadresse", "domane")},
    {"country", WORDS("land", "billingcountry", "countrycode", "countryregion", "officelocation",
                    "landercode", "staat")},
    {"industry", WORDS("branche", "sector", "industrie", "wirtschaftszweig", "vertical")},
    {"city", WORDS("town", "billingcity", "ort", "stadt", "sitz")},
    {"aliases",
        WORDS("alias", "othername", "formername", "aka", "weiterenamen", "anderenamen", "fruherername")},
    {"parent_id",
        WORDS("parent", "parentaccount", "parentcompany", "parentname", "subsidiaryof", "ultimateparent",
            "mutter", "muttergesellschaft", "mutterkonzern", "mutterfirma", "konzern", "tochtervon")},
    {"owner_id",
        WORDS("owner", "accountowner", "ownername", "owneremail", "salesagent", "salesrep", "accountmanager",
            "inhaber", "besitzer", "kundenbetreuer", "betreuer", "verantwortlich", "zustandig")},
    {"status", WORDS("accountstatus", "kontostatus")},
    {"contract_until", WORDS("contractend", "contractenddate", "vertragsende", "vertragbis")},
    {"external_id", WORDS("id", "accountid", "crmid", "recordid", "companyid", "customerid", "customernumber",
                        "accountnumber", "kundennummer", "kundennr", "kontonummer", "externeid",
                        "firmennummer", "debitor", "debitorennummer")},
    {0}};

static void complete_account(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct account *account = row->record;
    (void)c;
    (void)p;
    if (!account->status)
        account->status = "open";
}

/* ---- partners ---- */

static const struct import_words partner_words[] = {
    {"name", WORDS("partner", "partnername", "company", "companyname", "firma", "firmenname", "unternehmen")},
    {"domain", WORDS("website", "web", "url", "homepage", "webseite", "domane")},
    {"country", WORDS("land", "countrycode", "billingcountry", "landercode", "staat")},
    {"types", WORDS("type", "partnertype", "partnertypes", "typ", "partnertyp", "art")},
    {"tier", WORDS("level", "partnertier", "partnerlevel", "stufe", "partnerstufe", "status")},
    {"territories", WORDS("territory", "region", "regions", "gebiet", "gebiete")},
    {"manager_id",
        WORDS("manager", "partnermanager", "channelmanager", "owner", "betreuer", "partnerbetreuer")},
    {"parent_id", WORDS("parent", "parentpartner", "parentcompany", "distributor", "muttergesellschaft")},
    {"external_id", WORDS("id", "partnerid", "partnernumber", "crmid", "partnernummer", "externeid")}, {0}};

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

static const struct import_words opportunity_words[] = {
    {"name", WORDS("opportunityname", "deal", "dealname", "title", "subject", "chance", "verkaufschance",
                 "titel", "betreff", "thema")},
    {"account_id", WORDS("account", "accountname", "accountid", "company", "companyname", "associatedcompany",
                       "customer", "customername", "firma", "firmenname", "kunde", "kundenname",
                       "unternehmen", "kundennummer")},
    {"product_line_id", WORDS("product", "productname", "productline", "productfamily", "produkt",
                            "produktname", "produktlinie", "artikel")},
    {"owner_id", WORDS("owner", "ownername", "owneremail", "opportunityowner", "dealowner", "salesagent",
                     "salesrep", "rep", "inhaber", "besitzer", "vertriebler", "vertriebsmitarbeiter",
                     "verantwortlich", "bearbeiter")},
    {"state", WORDS("status", "dealstage", "stage", "stagename", "salesstage", "phase", "verkaufsphase",
                  "stufe", "zustand")},
    {"stage", WORDS("dealstage", "stagename", "salesstage", "phase", "verkaufsphase", "stufe", "status")},
    {"amount", WORDS("closevalue", "dealvalue", "dealamount", "value", "revenue", "totalamount", "betrag",
                   "wert", "umsatz", "auftragswert", "volumen", "summe")},
    {"currency", WORDS("currencycode", "currencyisocode", "wahrung")},
    {"engaged", WORDS("engagedate", "createdate", "createddate", "created", "opened", "opendate", "startdate",
                    "erstellt", "erstelltam", "angelegt", "angelegtam", "beginn", "eroffnet")},
    {"closed", WORDS("closedate", "closingdate", "enddate", "abschluss", "abschlussdatum", "geschlossen",
                   "abgeschlossen", "abgeschlossenam")},
    {"last_activity", WORDS("lastactivity", "lastactivitydate", "lastmodified", "lastmodifieddate",
                          "letzteaktivitat", "geandertam")},
    {"external_id", WORDS("id", "opportunityid", "dealid", "crmid", "recordid", "opportunitynumber",
                        "externeid", "vorgangsnummer", "chancennummer")},
    {0}};

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

/* ---- certifications ---- */

static const struct import_words certification_words[] = {
    {"partner_id", WORDS("partner", "partnername", "partnerid", "firma", "company")},
    {"product_line_id", WORDS("product", "productline", "produkt", "produktlinie")},
    {"people", WORDS("certifiedpeople", "count", "number", "personen", "anzahl", "zertifiziertepersonen")},
    {"expires", WORDS("expiry", "expirydate", "validuntil", "ablauf", "gultigbis", "lauftab")}, {0}};

/* ---- exchange rates ---- */

static const struct import_words rate_words[] = {
    {"currency", WORDS("currencycode", "quotecurrency", "symbol", "wahrung", "wahrungscode")},
    {"day", WORDS("date", "validfrom", "since", "datum", "tag", "gultigab")},
    {"rate", WORDS("exchangerate", "value", "price", "kurs", "wechselkurs", "obsvalue")}, {0}};

static void complete_rate(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct currency_rate *rate = row->record;
    (void)p;
    rate->base = c->catalog->currency;
}

/* ---- touchpoints ---- */

static const struct import_words touchpoint_words[] = {
    {"happened", WORDS("date", "time", "day", "at", "when", "datum", "zeit", "tag", "wann", "zeitpunkt")},
    {"kind", WORDS("type", "activity", "activitytype", "was", "art", "typ", "aktivitat")},
    {"partner_id", WORDS("partner", "partnername", "partnerid", "firma")},
    {"person_id", WORDS("person", "contact", "email", "partnercontact", "kontakt", "ansprechpartner")},
    {"account_id", WORDS("account", "accountname", "customer", "company", "kunde", "unternehmen")},
    {"opportunity_id", WORDS("opportunity", "opportunityid", "deal", "dealid", "verkaufschance")},
    {"channel", WORDS("medium", "via", "kanal")},
    {"evidence",
        WORDS("note", "notes", "description", "subject", "notiz", "beschreibung", "beleg", "betreff")},
    {"origin", WORDS("id", "externalid", "activityid", "recordid", "externeid")}, {0}};

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

static const struct import_words contract_words[] = {
    {"account_id", WORDS("account", "accountname", "customer", "customername", "company", "kunde",
                       "kundenname", "firma", "unternehmen")},
    {"product_line_id",
        WORDS("product", "productname", "subscription", "plan", "produkt", "produktlinie", "abo")},
    {"amount", WORDS("arr", "acv", "annualamount", "amountperyear", "value", "jahresbetrag", "betragprojahr",
                   "betrag", "wert")},
    {"currency", WORDS("currencycode", "currencyisocode", "wahrung")},
    {"starts", WORDS("start", "startdate", "contractstart", "begins", "beginn", "vertragsbeginn", "von")},
    {"ends", WORDS("end", "enddate", "contractend", "renewaldate", "expires", "ende", "vertragsende", "bis",
                 "laufzeitende")},
    {"auto_renew", WORDS("autorenewal", "autorenews", "renewsautomatically", "automatischeverlangerung")},
    {"notice_days", WORDS("notice", "noticeperiod", "kundigungsfrist", "kundigungsfristtage")},
    {"partner_id", WORDS("partner", "partnerofrecord", "reseller", "partnername", "wiederverkaufer")},
    {"owner_id", WORDS("owner", "renewalowner", "accountmanager", "csm", "verantwortlich", "betreuer")},
    {"external_id",
        WORDS("id", "contractid", "contractnumber", "subscriptionid", "vertragsnummer", "externeid")},
    {0}};

static void complete_contract(struct call *c, const struct import_plan *p, struct import_row *row)
{
    struct contract *k = row->record;
    (void)c;
    (void)p;
    k->state = "active";
}

static const struct import_words usage_words[] = {
    {"account_id", WORDS("account", "accountname", "customer", "company", "kunde", "unternehmen")},
    {"product_line_id", WORDS("product", "productname", "produkt", "produktlinie")},
    {"metric", WORDS("meter", "unit", "measure", "kennzahl", "einheit", "metrik")},
    {"month", WORDS("period", "date", "monat", "zeitraum", "datum")},
    {"quantity", WORDS("usage", "used", "value", "amount", "count", "menge", "verbrauch", "nutzung", "wert")},
    {0}};

static const struct import_words satisfaction_words[] = {
    {"account_id", WORDS("account", "accountname", "customer", "company", "kunde", "unternehmen")},
    {"product_line_id", WORDS("product", "productname", "produkt", "produktlinie")},
    {"kind", WORDS("type", "survey", "metric", "art", "typ", "umfrage")},
    {"score", WORDS("rating", "value", "answer", "bewertung", "punkte", "wert")},
    {"day", WORDS("date", "answered", "when", "datum", "tag")},
    {"words", WORDS("comment", "comments", "text", "feedback", "kommentar", "anmerkung")},
    {"said_by", WORDS("contact", "respondent", "person", "name", "email", "kontakt", "ansprechpartner")},
    {"external_id", WORDS("id", "responseid", "answerid", "antwortid", "externeid")}, {0}};

/* ---- leads ---- */

static const struct import_words lead_words[] = {
    {"company", WORDS("account", "accountname", "companyname", "organization", "organisation", "name",
                    "firma", "firmenname", "unternehmen", "kunde")},
    {"domain", WORDS("website", "web", "url", "homepage", "companydomain", "webseite", "internetadresse")},
    {"country", WORDS("land", "countrycode", "countryregion", "staat")},
    {"contact_name", WORDS("contact", "contactperson", "fullname", "person", "kontakt", "ansprechpartner")},
    {"contact_email", WORDS("email", "mail", "emailaddress", "contactemail", "emailadresse")},
    {"contact_phone", WORDS("phone", "phonenumber", "mobile", "telefon", "telefonnummer")},
    {"product_line_id", WORDS("product", "productline", "productinterest", "produkt", "produktlinie")},
    {"need",
        WORDS("needs", "description", "notes", "message", "comments", "bedarf", "beschreibung", "nachricht")},
    {"industry", WORDS("sector", "branche")},
    {"size", WORDS("employees", "companysize", "mitarbeiter", "groesse")},
    {"language", WORDS("preferredlanguage", "sprache")},
    {"source", WORDS("leadsource", "origin", "herkunft", "quelle")},
    {"referrer_id", WORDS("referrer", "referredby", "partner", "broughtby", "vermittler")},
    {"consent", WORDS("optin", "marketingconsent", "einwilligung")},
    {"owner_id", WORDS("owner", "leadowner", "ownername", "owneremail", "inhaber", "betreuer")},
    {"external_id", WORDS("id", "leadid", "crmid", "recordid", "externeid")}, {0}};

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
