/*
 * A lead becomes an opportunity or joins one. Its partner comes along: as the source of what it brought
 * itself, for co-selling where the vendor gave it the lead. Whoever else brought the same company keeps its
 * touchpoint, which from then on counts for the deal.
 */
#include "base/id.h"
#include "domain/account/account.h"
#include "domain/lead/lead.h"
#include "domain/opportunity/begin.h"
#include "domain/opportunity/team.h"
#include "domain/touchpoint/touchpoint.h"

#define BIT(member) FIELD_BIT(&lead_noun, member)

struct convert_input {
    struct money amount;
    struct date closes;
    struct ref product_line_id, opportunity_id;
};
static const struct field convert_fields[] = {
    FIELD(struct convert_input, amount, .label = N_("Amount"), .min = 0, .max = AMOUNT_MAX,
        .hint = N_("A first estimate, in the programme's currency.")),
    FIELD(struct convert_input, closes, .label = N_("Expected close"), .example = "60"),
    FIELD(struct convert_input, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .hint = N_("The lead's own, unless you choose another.")),
    FIELD(struct convert_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .hint = N_("Left empty: our open one for this account and product line, else a new one."),
        .example = ""),
};

/* ---- its account ---- */

static enum status make_account(struct call *c, const struct lead *lead, int64_t *id)
{
    bool is_domain = match_looks_like_domain(lead->company);
    const char *domain = match_domain(c->arena, lead->domain          ? lead->domain
                                                : is_domain           ? lead->company
                                                : lead->contact_email ? lead->contact_email
                                                                      : "");
    struct account a = {.name = lead->company,
        .domain = domain && !match_domain_is_shared(domain) ? domain : NULL,
        .country = lead->country,
        .owner_id = lead->owner_id,
        .status = "open",
        .contract_until = {DATE_NONE},
        .source = "lead"};
    return account_insert_beside(c, &a, id);
}

/* As it is known now, under the locks of the company's keys, so that nobody makes it a second time. */
static enum status find_account(struct call *c, struct lead *lead)
{
    struct match_keys keys;
    if (lead->account_id.id)
        return account_hold(c, lead->account_id.id);
    (void)lead_record(c->arena, lead, &keys);
    TRY(db_lock_names(c->db, keys.key, keys.n_exact ? keys.n_exact : 1));
    TRY(lead_account(c, lead, &lead->account_id.id));
    return lead->account_id.id ? account_hold(c, lead->account_id.id)
                               : make_account(c, lead, &lead->account_id.id);
}

/* ---- converting ---- */

/*
 * Of the lead itself and of those that were joined to it. GENUINE: who converts it takes the lead itself for
 * that; a stranger's form that was joined to it stays a claim, which the vendor confirms by itself.
 */
static enum status place_touchpoints(struct call *c, int64_t id, const struct lead *lead, bool genuine)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from lead where (id = $1 or joined_lead_id = $1) and referrer_id is not null order by id",
        args, 1));
    for (size_t i = 0; i < rows.n; i++)
        TRY(touchpoint_place(c, id_text(c->arena, lead_noun.prefix, cell_int(&rows, i, 0)),
            lead->account_id.id, lead->opportunity_id.id));
    return genuine ? touchpoint_settle(c, id_text(c->arena, lead_noun.prefix, id), &touchpoint_confirm) : OK;
}

/* The lead is the opportunity by now, whose account and product line it has. */
static enum status become(struct call *c, int64_t id, struct lead *lead, const char *verb, bool genuine)
{
    lead->state = "converted";
    lead->contacted = lead->contacted.us ? lead->contacted : c->now;
    TRY(lead_change(c, id, lead,
        BIT(state) | BIT(opportunity_id) | BIT(account_id) | BIT(product_line_id) | BIT(contacted), verb));
    return place_touchpoints(c, id, lead, genuine);
}

static const char *const convertible[] = {"accepted", "new", "review", NULL};

static enum status of_account(struct call *c, const struct lead *lead, int64_t account_id, bool *out)
{
    struct account a;
    struct match_keys keys;
    *out = lead->account_id.id == account_id;
    if (*out)
        return OK;
    TRY(noun_load_whole(c, &account_noun, account_id, &a));
    *out = match_compare(c->arena, lead_record(c->arena, lead, &keys), account_record(c->arena, &a)).answer !=
           MATCH_DIFFERENT;
    return OK;
}

/* The vendor converts a registration here, and says nothing of the words of a stranger that came before it.
 */
enum status lead_become(struct call *c, int64_t id, const struct lead_outcome *end)
{
    struct lead lead;
    bool same;
    TRY(lead_hold(c, id, &lead));
    if (!streq(lead.state, "accepted") || lead.partner_id.id != end->partner_id.id)
        return OK;
    TRY(of_account(c, &lead, end->account_id.id, &same));
    if (!same)
        return OK;
    lead.account_id = end->account_id;
    lead.product_line_id = end->product_line_id;
    lead.opportunity_id = end->opportunity_id;
    return become(c, id, &lead, lead_convert.name, false);
}

static enum status convert_run(struct call *c)
{
    const struct convert_input *in = c->in;
    struct lead lead;
    int64_t id = in->opportunity_id.id;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    if (in->product_line_id.id)
        lead.product_line_id = in->product_line_id;
    if (!lead.product_line_id.id)
        return call_field(c, "product_line_id", TR(c, "is needed: the lead names none"));
    TRY(find_account(c, &lead));
    TRY(opportunity_begin(c,
        &(struct opportunity_start){.account_id = lead.account_id.id,
            .product_line_id = lead.product_line_id.id,
            .amount = in->amount,
            .closes = in->closes},
        &id));
    lead.opportunity_id.id = id;
    TRY(become(c, c->row_id, &lead, NULL, true));
    if (lead.partner_id.id)
        TRY(member_join(c, id, lead.partner_id.id, lead.person_id.id,
            lead.referrer_id.id == lead.partner_id.id ? NULL : "co_sell"));
    c->result_id = c->row_id;
    c->leads_to = arena_printf(c->arena, "%s?did=lead.convert.%s", opportunity_path(c, id),
        id_text(c->arena, lead_noun.prefix, c->row_id));
    return OK;
}

const struct verb lead_convert = {
    .noun = &lead_noun,
    .name = "convert",
    .label = N_("Convert to opportunity"),
    .summary = N_("Work on it as an opportunity; the partner that has the lead is on its team."),
    .on = ON_ROW,
    .roles = LEAD_ROLES,
    .from = convertible,
    .present = "product_line_id",
    INPUT(struct convert_input, convert_fields),
    .run = convert_run,
    .done = N_("Converted"),
    .example = {.fields = "amount,closes,product_line_id", .becomes = "converted"},
};

/* ---- its end ---- */

enum status lead_follow(struct call *c, int64_t opportunity_id, const char *state)
{
    bool open = streq(state, "open");
    struct value args[1] = {v_int(opportunity_id)};
    struct lead lead = {.state = open ? "converted" : state};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        open ? "select id from lead where opportunity_id = $1 and state in ('won', 'lost') order by id"
             : "select id from lead where opportunity_id = $1 and state = 'converted' order by id",
        args, 1));
    for (size_t i = 0; i < rows.n; i++)
        TRY(lead_change(c, cell_int(&rows, i, 0), &lead, BIT(state),
            open                  ? "go_on"
            : streq(state, "won") ? "win"
                                  : "lose"));
    return OK;
}
