/*
 * Asking: the subject and its account, what of it is shown before the answer, why this partner. The vendor
 * names a partner and a deal or an account; a partner its registration, a deal it works on, or a company.
 */
#include "base/text.h"
#include "domain/account/account.h"
#include "domain/cosell/candidates.h"
#include "domain/cosell/request.h"
#include "domain/cosell/tell.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/programme/programme.h"
#include "domain/rate/rate.h"
#include "domain/registration/registration.h"
#include "engine/match/match.h"

struct ask_input {
    const char *kind, *text;
    struct ref partner_id;
    const char *shared;
    struct ref opportunity_id, account_id, registration_id;
    const char *company, *country;
    struct ref product_line_id, person_id;
    const char *origin;
};
static const struct field ask_fields[] = {
    FIELD(struct ask_input, partner_id, .label = N_("Partner"), .ref = "partner", .set = VENDOR),
    FIELD(struct ask_input, opportunity_id, .label = N_("Opportunity"),
        .example = "@opportunities?state=open", .ref = "opportunity"),
    FIELD(struct ask_input, account_id, .label = N_("Account"), .ref = "account", .set = VENDOR,
        .hint = N_("Where there is no opportunity yet.")),
    FIELD(struct ask_input, registration_id, .label = N_("Registration"), .ref = "registration",
        .set = PARTNER),
    FIELD(struct ask_input, company, .label = N_("Company"), .example = "Hollenbrook Castings",
        .set = PARTNER, .hint = N_("Where it is about none of the above.")),
    FIELD(struct ask_input, country, .label = N_("Country"), .form = FORM_COUNTRY, .set = PARTNER),
    FIELD(struct ask_input, kind, .label = N_("What is asked"), .form = FORM_CHOICE, .options = cosell_kinds,
        .required = true),
    FIELD(struct ask_input, text, .label = N_("In words"), .form = FORM_LONG, .required = true, .max = 2000,
        .hint = N_("The other side reads it before it answers.")),
    FIELD(struct ask_input, shared, .label = N_("Shown before the answer"), .form = FORM_SET,
        .options = cosell_shares, .set = VENDOR,
        .hint = N_("Of the deal; all that a member of its team sees once it is accepted.")),
    FIELD(struct ask_input, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .hint = N_("The deal's, when left out.")),
    FIELD(struct ask_input, person_id, .label = N_("Asked in person"), .ref = "person", .set = VENDOR,
        .hint = N_("Everybody at the partner, when left out.")),
    FIELD(struct ask_input, origin, .label = N_("Where it began"), .form = FORM_CHOICE,
        .options = cosell_origins, .set = VENDOR, .hint = N_("By hand, when left out.")),
};

/* What it is about, before it is decided how much of that is shown. */
struct subject {
    const char *name, *country, *industry, *currency;
    struct money amount;
    struct ref account_id, opportunity_id, product_line_id;
};

/* ---- the subject ---- */

static enum status take_opportunity(struct call *c, struct ref id, struct subject *s)
{
    struct opportunity o;
    TRY(noun_load_whole(c, &opportunity_noun, id.id, &o)); /* the viewer sees it: the input was checked */
    if (!streq(o.state, "open"))
        return call_field(c, "opportunity_id", TR(c, "is closed"));
    *s = (struct subject){.name = o.name,
        .opportunity_id = id,
        .account_id = o.account_id,
        .product_line_id = o.product_line_id,
        .amount = o.amount,
        .currency = o.currency};
    return OK;
}

static enum status take_registration(struct call *c, struct ref id, struct subject *s)
{
    struct registration r;
    TRY(registration_whole(c, id.id, &r));
    *s = (struct subject){.name = r.company,
        .country = r.country,
        .account_id = r.account_id,
        .opportunity_id = r.opportunity_id,
        .product_line_id = r.product_line_id,
        .amount = r.amount,
        .currency = r.currency};
    return OK;
}

/* To the vendor a company is its account's name, to a partner what it called it itself. */
static enum status take_account(struct call *c, struct subject *s)
{
    struct account a;
    if (!s->account_id.id)
        return OK;
    TRY(noun_load_whole(c, &account_noun, s->account_id.id, &a));
    if (c->viewer->partner_id)
        return OK;
    s->name = a.name;
    s->country = a.country;
    s->industry = a.industry;
    return OK;
}

static enum status read_subject(struct call *c, const struct ask_input *in, struct subject *s)
{
    *s = (struct subject){0};
    if (in->registration_id.id)
        TRY(take_registration(c, in->registration_id, s));
    else if (in->opportunity_id.id)
        TRY(take_opportunity(c, in->opportunity_id, s));
    else if (in->account_id.id)
        s->account_id = in->account_id;
    else if (in->company)
        *s = (struct subject){.name = in->company, .country = in->country};
    else
        return call_field(c, c->viewer->partner_id ? "registration_id" : "opportunity_id",
            c->viewer->partner_id ? TR(c, "say what it is about: a registration, an opportunity or a company")
                                  : TR(c, "say what it is about: an opportunity or an account"));
    s->product_line_id = in->product_line_id.id ? in->product_line_id : s->product_line_id;
    return take_account(c, s);
}

/* ---- who is asked ---- */

static enum status check_partner(struct call *c, const struct ask_input *in)
{
    struct partner p;
    struct person person;
    if (!in->partner_id.id)
        return call_field(c, "partner_id", TR(c, "say which partner is asked"));
    TRY(noun_load(c, &partner_noun, in->partner_id.id, &p));
    if (streq(p.standing, "suspended"))
        return call_field(c, "partner_id", TR(c, "is suspended"));
    if (!in->person_id.id)
        return OK;
    TRY(noun_load_whole(c, &person_noun, in->person_id.id, &person));
    return person.partner_id.id == in->partner_id.id
               ? OK
               : call_field(c, "person_id", TR(c, "works for another company"));
}

/* Under which a company that somebody typed is the same one: without case, accents and legal form. */
static const char *company_key(struct arena *a, const char *name)
{
    const char *key = match_name_key(a, name);
    return key && *key ? key : text_fold(a, name);
}

/*
 * A partner asks about what it calls a company, with or without an account behind it. Two such questions at
 * once stand one behind the other.
 */
static enum status asks_by_name(struct call *c, int64_t partner_id, const struct subject *s, bool *out)
{
    const char *key = company_key(c->arena, s->name);
    const char *name = arena_printf(c->arena, "cosell %lld %s", (long long)partner_id, key);
    struct value args[2] = {v_int(partner_id), v_int(s->account_id.id)};
    struct rows rows;
    *out = false;
    TRY(db_lock_names(c->db, &name, 1));
    TRY(db_query(c->db, c->arena, &rows,
        "select subject from cosell_request where partner_id = $1 and asked_by = 'partner' and state in "
        "('asked', 'escalated') and opportunity_id is null and (account_id is null or cast($2 as bigint) = "
        "0)",
        args, 2));
    for (size_t r = 0; r < rows.n && !*out; r++)
        *out = streq(company_key(c->arena, cell_string(&rows, r, 0)), key);
    return OK;
}

static enum status asks_already(struct call *c, int64_t partner_id, const struct subject *s, bool *out)
{
    struct value args[4] = {v_int(partner_id), v_int(s->opportunity_id.id), v_int(s->account_id.id),
        v_text(c->viewer->partner_id ? "partner" : "vendor")};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select 1 from cosell_request where partner_id = $1 and asked_by = $4 and state in ('asked', "
        "'escalated') and ((cast($2 as bigint) <> 0 and opportunity_id = $2) or (cast($2 as bigint) = 0 and "
        "opportunity_id is null and account_id = $3)) limit 1",
        args, 4));
    *out = rows.n > 0;
    if (*out || !c->viewer->partner_id || s->opportunity_id.id)
        return OK;
    return asks_by_name(c, partner_id, s, out);
}

/* One question at a time between two sides about one thing; who works on the deal need not be asked. */
static enum status check_once(struct call *c, int64_t partner_id, const struct subject *s)
{
    struct value args[2] = {v_int(partner_id), v_int(s->opportunity_id.id)};
    struct rows rows;
    bool asked;
    TRY(asks_already(c, partner_id, s, &asked));
    if (asked)
        return call_refuse(c, PROBLEM_state, TR(c, "It is asked for this already; wait for the answer."));
    if (c->viewer->partner_id || !s->opportunity_id.id)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select 1 from opportunity_member where partner_id = $1 and opportunity_id = $2 and state = 'active'",
        args, 2));
    return rows.n ? call_field(c, "partner_id", TR(c, "works on this opportunity already")) : OK;
}

/* ---- what is shown ---- */

static bool shows(const char *shared, const char *what)
{
    char key[24];
    snprintf(key, sizeof key, ",%s,", what);
    return shared && strstr(shared, key);
}

/* In whole units of the programme's currency, by today's rate; NULL: nobody knows. */
static enum status band_of(struct call *c, const struct subject *s, const char **out)
{
    static const int64_t bounds[] = {25000, 100000, 500000};
    struct converted sum;
    size_t i = 0;
    *out = NULL;
    if (s->amount.minor <= 0)
        return OK;
    TRY(rate_convert(c, s->amount, s->currency ? s->currency : c->catalog->currency,
        date_in(c->catalog->zone, c->now), &sum));
    if (!sum.known)
        return OK;
    int64_t unit = 1;
    for (int d = currency_digits(c->catalog->currency); d > 0; d--)
        unit *= 10;
    while (i < COUNT(bounds) && sum.amount.minor >= bounds[i] * unit)
        i++;
    *out = cosell_amount_bands[i].key;
    return OK;
}

static enum status show(struct call *c, const struct subject *s, const char *shared, struct cosell_request *q)
{
    bool all = c->viewer->partner_id != 0;
    q->country = all || shows(shared, "country") ? s->country : NULL;
    q->industry = all || shows(shared, "industry") ? s->industry : NULL;
    q->product_line_id.id = all || shows(shared, "product") ? s->product_line_id.id : 0;
    if (all || shows(shared, "amount"))
        TRY(band_of(c, s, &q->amount_band));
    q->subject = all || shows(shared, "company") ? s->name : cosell_masked(c->arena, LANG_EN, q->country);
    q->shared = all ? NULL : shared;
    return OK;
}

/* ---- why this partner ---- */

/* Who the partner is is read before the transaction, as all rosters are. */
static enum status ask_prepare(struct call *c)
{
    const struct ask_input *in = c->in;
    struct cosell_partners *asked = ARENA_NEW(c->arena, struct cosell_partners);
    int64_t id = c->viewer->partner_id ? c->viewer->partner_id : in->partner_id.id;
    c->plan = asked;
    return cosell_partners_read(c, &id, 1, asked);
}

static enum status explain(struct call *c, struct cosell_request *q)
{
    struct cosell_wish wish = {.accounts = &q->account_id.id,
        .n = q->account_id.id ? 1 : 0,
        .opportunity_id = q->opportunity_id.id,
        .strangers = q->opportunity_id.id != 0,
        .owned = true,
        .partners = c->plan,
        .most = SIZE_MAX};
    struct cosell_candidates found;
    TRY(cosell_candidates_read(c, &wish, &found));
    for (size_t i = 0; i < found.n; i++)
        if (found.all[i].partner_id == q->partner_id.id) {
            q->reasons = cosell_reasons(c, &found.all[i]);
            q->score = found.all[i].result.score;
            q->evidence = cosell_evidence(c, &found.all[i]);
        }
    return OK;
}

static enum status ask_run(struct call *c)
{
    const struct ask_input *in = c->in;
    const struct programme *p;
    bool partner = c->viewer->partner_id != 0;
    struct subject s;
    int64_t id = 0;
    struct cosell_request q = {.kind = in->kind,
        .text = in->text,
        .asked_by = partner ? "partner" : "vendor",
        .state = "asked",
        .partner_id = {partner ? c->viewer->partner_id : in->partner_id.id},
        .asker_id = {c->viewer->person_id},
        .person_id = in->person_id,
        .registration_id = in->registration_id,
        .origin = in->origin ? in->origin : "hand"};
    TRY(programme_active(c, &p));
    if (!partner)
        TRY(check_partner(c, in));
    TRY(read_subject(c, in, &s));
    if (s.account_id.id)
        TRY(account_hold(c, s.account_id.id));
    TRY(check_once(c, q.partner_id.id, &s));
    TRY(show(c, &s, in->shared, &q));
    q.account_id = s.account_id;
    q.opportunity_id = s.opportunity_id;
    q.due = programme_due(p, c->now, p->cosell.answer_hours, false);
    TRY(explain(c, &q));
    TRY(noun_insert(c, &cosell_request_noun, &q, &id));
    call_last_event(c)->partner_sees = true;
    TRY(cosell_tell_asked(c, id, &q, COSELL_ASKED));
    c->result_id = id;
    return OK;
}

const struct verb cosell_ask = {
    .noun = &cosell_request_noun,
    .name = "create",
    .label = N_("Ask for help"),
    .summary = N_("Ask the other side for help with a deal. A partner reads what is shown of it, and the "
                  "rest once it accepts."),
    .on = ON_COLLECTION,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .primary = true,
    .undo = &cosell_withdraw,
    INPUT(struct ask_input, ask_fields),
    .prepare = ask_prepare,
    .run = ask_run,
    .example = {.fields = "partner_id,opportunity_id,kind,text,shared"},
    .done = N_("Asked"),
};
