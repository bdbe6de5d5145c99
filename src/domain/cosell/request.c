#include "domain/cosell/request.h"

#include "base/text.h"
#include "domain/cosell/candidates.h"

const struct option cosell_kinds[] = {{"introduction", N_("Introduction")},
    {"technical_validation", N_("Technical validation")}, {"meeting", N_("Joint meeting")},
    {"presence", N_("Local presence")}, {"delivery", N_("Delivery")}, {"other", N_("Something else")}, {0}};
const struct option cosell_shares[] = {{"company", N_("The company's name")}, {"country", N_("Its country")},
    {"industry", N_("Its industry")}, {"product", N_("The product line")},
    {"amount", N_("About how much it is")}, {0}};
const struct option cosell_origins[] = {
    {"finder", N_("The finder")}, {"deal", N_("A deal's page")}, {"hand", N_("By hand")}, {0}};
const struct option cosell_decline_reasons[] = {{"capacity", N_("No people free")},
    {"relationship", N_("No relationship there")}, {"conflict", N_("A conflict with other work")},
    {"timing", N_("The wrong time")}, {"other", N_("Another reason")}, {0}};
const struct option cosell_amount_bands[] = {{"under_25k", N_("Below 25,000")},
    {"under_100k", N_("25,000 to 100,000")}, {"under_500k", N_("100,000 to 500,000")},
    {"above", N_("500,000 or more")}, {0}};

static const struct state states[] = {{"asked", N_("Waits for an answer"), "review"},
    {"escalated", N_("Not answered, manager told"), "risk"}, {"accepted", N_("Accepted"), "ok"},
    {"declined", N_("Declined"), "no"}, {"withdrawn", N_("Withdrawn"), "gone"},
    {"expired", N_("Never answered"), "gone"}, {0}};
static const struct option state_options[] = {{"asked", N_("Waits for an answer")},
    {"escalated", N_("Not answered, manager told")}, {"accepted", N_("Accepted")},
    {"declined", N_("Declined")}, {"withdrawn", N_("Withdrawn")}, {"expired", N_("Never answered")}, {0}};
static const struct option sides[] = {{"vendor", N_("The vendor")}, {"partner", N_("The partner")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct cosell_request, subject, .label = N_("About"), .example = "Hollenbrook Castings GmbH",
        .required = true, .see = BOTH, .list_column = true, .search = true),
    FIELD(struct cosell_request, kind, .label = N_("What is asked"), .form = FORM_CHOICE,
        .options = cosell_kinds, .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct cosell_request, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct cosell_request, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct cosell_request, due, .label = N_("Answer until"), .required = true, .see = BOTH,
        .list_column = true),
    FIELD(struct cosell_request, asked_by, .label = N_("Who asks"), .form = FORM_CHOICE, .options = sides,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct cosell_request, text, .label = N_("In words"),
        .example = "Their head of purchasing does not call back. Could you open the door?", .form = FORM_LONG,
        .required = true, .max = 2000, .see = BOTH),
    FIELD(struct cosell_request, asker_id, .label = N_("Asked by"), .ref = "person", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct cosell_request, person_id, .label = N_("Asked in person"), .ref = "person", .see = BOTH),
    FIELD(struct cosell_request, country, .label = N_("Country"), .form = FORM_COUNTRY, .see = BOTH),
    FIELD(struct cosell_request, industry, .label = N_("Industry"), .example = "manufacturing",
        .list = "industries", .see = BOTH),
    FIELD(struct cosell_request, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .see = BOTH),
    FIELD(struct cosell_request, amount_band, .label = N_("About how much"), .form = FORM_CHOICE,
        .options = cosell_amount_bands, .see = BOTH),
    FIELD(struct cosell_request, registration_id, .label = N_("Registration"), .ref = "registration",
        .see = BOTH, .filter = true),
    FIELD(struct cosell_request, answered, .label = N_("Answered"), .see = BOTH),
    FIELD(struct cosell_request, answered_by, .label = N_("Answered by"), .ref = "person", .see = BOTH),
    FIELD(struct cosell_request, reason, .label = N_("Why not"), .form = FORM_CHOICE,
        .options = cosell_decline_reasons, .see = BOTH),
    FIELD(struct cosell_request, answer, .label = N_("Answer"),
        .example = "We see them on Thursday and bring you along.", .form = FORM_LONG, .max = 1000,
        .see = BOTH),
    FIELD(struct cosell_request, deal_id, .label = N_("Works together on"), .ref = "opportunity", .see = BOTH,
        .filter = true),
    FIELD(struct cosell_request, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR,
        .filter = true),
    FIELD(struct cosell_request, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .see = VENDOR, .filter = true),
    FIELD(struct cosell_request, shared, .label = N_("Shown before the answer"), .form = FORM_SET,
        .options = cosell_shares, .see = VENDOR),
    FIELD(struct cosell_request, origin, .label = N_("Where it began"), .form = FORM_CHOICE,
        .options = cosell_origins, .required = true, .see = VENDOR, .filter = true),
    FIELD(struct cosell_request, reasons, .label = N_("Why this partner"), .form = FORM_SET,
        .options = cosell_reason_options, .see = VENDOR, .filter = true),
    FIELD(struct cosell_request, score, .label = N_("Score"), .see = VENDOR),
    FIELD(struct cosell_request, evidence, .label = N_("Points and figures"),
        .example = COSELL_EVIDENCE_EXAMPLE, .form = FORM_JSON, .see = VENDOR),
};

const struct noun cosell_request_noun = {
    .name = "cosell_request",
    .plural = "cosell-requests",
    .prefix = "csr",
    .label = N_("Co-sell request"),
    .labels = N_("Co-sell requests"),
    .icon = "swap",
    .summary = N_("One side asks the other for help with a deal. Until it accepts, a partner reads of the "
                  "deal what the request shows."),
    .size = sizeof(struct cosell_request),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "subject",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

const char *cosell_masked(struct arena *a, enum lang lang, const char *country)
{
    return country ? arena_printf(a, tr(lang, "A company (%s)"), tr(lang, country_name(country)))
                   : tr(lang, "A company that is not named yet");
}

const char *cosell_subject(struct arena *a, enum lang lang, const struct cosell_request *q)
{
    return streq(q->subject, cosell_masked(a, LANG_EN, q->country)) ? cosell_masked(a, lang, q->country)
                                                                    : q->subject;
}

bool cosell_is_open(const struct cosell_request *q)
{
    return streq(q->state, "asked") || streq(q->state, "escalated");
}

bool cosell_viewer_asks(const struct call *c, const struct cosell_request *q)
{
    return streq(q->asked_by, "partner") == (c->viewer->partner_id != 0);
}

enum status cosell_waiting_count(struct call *c, int64_t *out)
{
    struct list_query q = {.where = "t.state in ('asked', 'escalated') and t.asked_by = $1",
        .where_args = {v_text(c->viewer->partner_id ? "vendor" : "partner")},
        .n_where_args = 1};
    return noun_count(c, &cosell_request_noun, &q, 99, out);
}
