/* Registering a deal: from the six fields to the decision, in one transaction. */
#include "base/id.h"
#include "base/json.h"
#include "domain/registration/judge.h"
#include "model/custom.h"

struct register_input {
    const char *company, *domain, *country;
    struct ref product_line_id;
    struct money amount;
    const char *currency;
    struct date close_month;
    const char *relationship;
    struct ref partner_id, lead_id;
};

static const struct field register_fields[] = {
    FIELD(struct register_input, company, .label = N_("Company or web domain"), .required = true, .max = 200),
    FIELD(struct register_input, country, .label = N_("Country"), .form = FORM_COUNTRY, .required = true),
    FIELD(struct register_input, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true),
    FIELD(struct register_input, amount, .label = N_("Amount"), .currency = "currency", .required = true,
        .min = 1, .max = AMOUNT_MAX, .hint = N_("Your best estimate for the first year.")),
    FIELD(struct register_input, close_month, .label = N_("Expected close"), .month = true, .required = true),
    FIELD(struct register_input, relationship, .label = N_("How do you know them?"), .form = FORM_LONG,
        .max = 1000, .hint = N_("One sentence. A meeting, a project, a person.")),
    FIELD(struct register_input, currency, .label = N_("Currency"), .form = FORM_CURRENCY,
        .hint = N_("The programme's currency when left out.")),
    FIELD(struct register_input, domain, .label = N_("Web domain"), .form = FORM_DOMAIN,
        .hint = N_("Besides the company's name, where you know it.")),
    FIELD(struct register_input, partner_id, .label = N_("Partner"), .ref = "partner",
        .hint = N_("Only when the vendor registers on a partner's behalf.")),
    FIELD(struct register_input, lead_id, .label = N_("Lead"), .ref = "lead",
        .hint = N_("That the deal comes from, where the partner has one."), .example = ""),
};

struct plan {
    struct wish wish;
    struct probe probe;
};

/* ---- before the transaction ---- */

static enum status check_company(struct call *c, struct wish *w, const char *field)
{
    if (match_looks_like_domain(w->company)) {
        const char *domain = match_domain(c->arena, w->company);
        if (!domain)
            return call_field(c, field, TR(c, "enter the company's name or its web domain"));
        if (match_domain_is_shared(domain))
            return call_field(
                c, field, TR(c, "is a mail provider; enter the company's own domain or its name"));
        w->company = domain;
        w->domain = domain;
    } else if (!*match_name_key(c->arena, w->company)) {
        return call_field(c, field, TR(c, "enter the company's name or its web domain"));
    }
    if (w->domain && match_domain_is_shared(w->domain))
        return call_field(
            c, "domain", TR(c, "is a mail provider; enter the company's own domain or its name"));
    return OK;
}

static enum status check_month(struct call *c, const struct programme *p, struct date month)
{
    struct date today = date_in(p->catalog.zone, c->now);
    int y, m, d;
    date_split(today, &y, &m, &d);
    if (month.days < date_make(y, m, 1).days)
        return call_field(c, "close_month", TR(c, "is in the past; enter this month or a later one"));
    if (month.days > today.days + 3660)
        return call_field(c, "close_month", TR(c, "is more than ten years away"));
    return OK;
}

static enum status check_lead(struct call *c, int64_t partner_id, int64_t lead_id)
{
    const struct noun *lead = model_noun(c->model, "lead");
    struct row row;
    if (!lead_id)
        return OK;
    TRY(noun_get(c, lead, lead_id, &row));
    const struct value *of = &row.v[field_find(lead->fields, lead->n_fields, lead->partner_ref)];
    return of->kind == VALUE_INT && of->i == partner_id
               ? OK
               : call_field(c, "lead_id", TR(c, "is no lead of this partner"));
}

static enum status register_prepare(struct call *c)
{
    const struct register_input *in = c->in;
    const struct programme *p;
    struct plan *plan = ARENA_NEW(c->arena, struct plan);
    TRY(programme_active(c, &p));
    plan->wish =
        (struct wish){.partner_id = c->viewer->partner_id ? c->viewer->partner_id : in->partner_id.id,
            .product_line_id = in->product_line_id.id,
            .company = in->company,
            .domain = in->domain,
            .country = in->country,
            .amount = in->amount,
            .currency = in->currency ? in->currency : p->catalog.currency,
            .close_month = in->close_month,
            .relationship = in->relationship,
            .custom = c->custom,
            .n_custom = c->n_custom};
    if (c->viewer->partner_id && in->partner_id.id && in->partner_id.id != c->viewer->partner_id)
        (void)call_field(c, "partner_id", TR(c, "you register for your own company"));
    if (!plan->wish.partner_id)
        (void)call_field(c, "partner_id", TR(c, "is needed"));
    (void)!check_company(c, &plan->wish, "company");
    (void)!check_month(c, p, in->close_month);
    enum status of_lead = check_lead(c, plan->wish.partner_id, in->lead_id.id);
    if (c->problem)
        return REFUSED;
    TRY(of_lead);
    TRY(situation_probe(c, &plan->wish, &plan->probe));
    c->plan = plan;
    situation_name_locks(c, &plan->probe);
    return OK;
}

/* ---- inside it ---- */

static enum status register_run(struct call *c)
{
    const struct register_input *in = c->in;
    const struct plan *plan = c->plan;
    const struct wish *w = &plan->wish;
    int64_t id = 0;
    struct registration r = {.partner_id = {w->partner_id},
        .person_id = {c->viewer->person_id},
        .company = w->company,
        .domain = w->domain,
        .country = w->country,
        .product_line_id = {w->product_line_id},
        .amount = w->amount,
        .currency = w->currency,
        .close_month = w->close_month,
        .relationship = w->relationship,
        .lead_id = in->lead_id,
        .last_activity = {DATE_NONE}};
    return registration_judge(c, w, &plan->probe, &r, &id, NULL);
}

const struct verb registration_register = {
    .noun = &registration_noun,
    .name = "register",
    .label = N_("Register"),
    .summary =
        N_("Register a deal. It is decided at once by the rules of engagement, with reasons and a receipt."),
    .on = ON_COLLECTION,
    .roles = PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER,
    .creates = true,
    .primary = true,
    .hidden = true,
    INPUT(struct register_input, register_fields),
    .prepare = register_prepare,
    .run = register_run,
    .done = N_("Registered"),
    .example = {.fields = "company,country,product_line_id,amount,close_month,relationship"},
};

/* ---- the check: the same look without a claim, and with less of an answer ---- */

struct check_input {
    const char *company, *country;
    struct ref product_line_id;
};

static const struct field check_fields[] = {
    FIELD(struct check_input, company, .label = N_("Company or web domain"), .required = true),
    FIELD(struct check_input, country, .label = N_("Country"), .form = FORM_COUNTRY),
    FIELD(struct check_input, product_line_id, .label = N_("Product line"), .ref = "product_line"),
};

static enum status check_prepare(struct call *c)
{
    const struct check_input *in = c->in;
    struct plan *plan = ARENA_NEW(c->arena, struct plan);
    plan->wish = (struct wish){.partner_id = c->viewer->partner_id,
        .product_line_id = in->product_line_id.id,
        .company = in->company,
        .country = in->country,
        .close_month = {DATE_NONE}};
    TRY(check_company(c, &plan->wish, "company"));
    TRY(situation_probe(c, &plan->wish, &plan->probe));
    c->plan = plan;
    return OK;
}

static enum status check_limits(struct call *c, const struct programme *p)
{
    const char *one_by_one = arena_printf(c->arena, "checks:%lld", (long long)c->viewer->partner_id);
    TRY(db_lock_names(c->db, &one_by_one, 1));
    struct value args[3] = {
        v_int(c->viewer->person_id), v_int(c->viewer->partner_id), v_int(c->now.us - US_PER_DAY)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select count(*) from account_check where person_id = $1 and created >= $3), "
        "(select count(*) from account_check where partner_id = $2 and created >= $3)",
        args, 3));
    if (cell_int(&rows, 0, 0) < p->limits.checks_per_person_per_day &&
        cell_int(&rows, 0, 1) < p->limits.checks_per_partner_per_day)
        return OK;
    TRY(call_refuse(c, PROBLEM_too_many,
        TR(c, "You have checked as many companies as a day allows. Register the ones you work on.")));
    return REFUSED;
}

/* One of five words, from which nothing of others can be read: no date, party or count. */
static const char *check_answer(const struct situation *s)
{
    bool same = s->match == MATCH_SAME;
    if (same && streq(s->nearest->account.status, "direct_only"))
        return s->programme->direct_only_public ? "direct_only" : "person";
    if (s->claim.protection_id)
        return s->claim_own ? "yours" : "not_open";
    bool look = s->match == MATCH_MAYBE || s->own_deal || s->related_claim ||
                (same && !streq(s->nearest->account.status, "open"));
    return look ? "person" : "open";
}

static enum status check_run(struct call *c)
{
    const struct plan *plan = c->plan;
    struct situation s;
    TRY(situation_read(c, &plan->wish, &plan->probe, false, &s));
    TRY(check_limits(c, s.programme));
    struct account_check record = {.person_id = {c->viewer->person_id},
        .partner_id = {c->viewer->partner_id},
        .company = plan->wish.company,
        .answer = check_answer(&s)};
    int64_t id = 0;
    TRY(noun_insert(c, &account_check_noun, &record, &id));
    struct buf b = buf_in(c->arena, 4096);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_string(&w, "company", plan->wish.company);
    out_kv_string(&w, "answer", record.answer);
    out_end(&w);
    c->result_json = buf_str(&b);
    c->result = (void *)(uintptr_t)record.answer;
    return OK;
}

const struct verb registration_check = {
    .noun = &registration_noun,
    .name = "check",
    .label = N_("Check"),
    .summary = N_("Ask whether a company is open for registration: open, not_open, yours (already), person "
                  "(a person must "
                  "look) or direct_only. Checks are counted and logged."),
    .on = ON_COLLECTION,
    .roles = PARTNER_ROLES,
    .answers = true,
    .hidden = true,
    INPUT(struct check_input, check_fields),
    .prepare = check_prepare,
    .run = check_run,
    .example = {.answer = "{\"company\":\"Hollenbrook Castings\",\"answer\":\"open\"}"},
};
