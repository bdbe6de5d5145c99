/*
 * A decision told to a viewer: its stored facts are decided again by its own version of the rules, so that
 * the trace and what would change the answer are those of that day. What the viewer may not see is left out
 * before anything is written.
 */
#include "base/json.h"
#include "base/text.h"
#include "domain/registration/registration.h"

static bool vendor(const struct call *c)
{
    return role_audience(c->viewer->role) == VENDOR;
}

/* ---- words ---- */

static const char *money_text(void *ctx, struct arena *a, int64_t minor)
{
    const struct call *c = ctx;
    const char *code = c->catalog->currency;
    int digits = currency_digits(code);
    int64_t unit = digits == 0 ? 1 : digits == 3 ? 1000 : 100, whole = minor / unit, rest = minor % unit;
    char plain[32], grouped[48];
    int n = snprintf(plain, sizeof plain, "%lld", (long long)whole), at = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0 && plain[i - 1] != '-')
            grouped[at++] = call_lang(c) == LANG_DE ? '.' : ',';
        grouped[at++] = plain[i];
    }
    grouped[at] = 0;
    const char *cents =
        rest ? arena_printf(a, "%c%0*lld", call_lang(c) == LANG_DE ? ',' : '.', digits, (long long)rest) : "";
    const char *symbol = streq(code, "EUR")   ? "€"
                         : streq(code, "GBP") ? "£"
                         : streq(code, "USD") ? "$"
                                              : NULL;
    if (call_lang(c) == LANG_DE)
        return arena_printf(a, "%s%s\u00a0%s", grouped, cents, symbol ? symbol : code);
    return symbol ? arena_printf(a, "%s%s%s", symbol, grouped, cents)
                  : arena_printf(a, "%s\u00a0%s%s", code, grouped, cents);
}

/* Options that are not the programme's own: in the words of the look. */
static const struct option option_words[] = {{"open", N_("Open")}, {"named", N_("Named account")},
    {"direct_only", N_("Direct only")}, {"none", N_("None")}, {"quiet", N_("Open, but quiet")},
    {"active", N_("Open and active")}, {"related", N_("A group company")},
    {"maybe", N_("May be one we know")}, {"same", N_("The same company")}, {"hold", N_("Under review")},
    {"live", N_("Protected")}, {"new", N_("New to us")}, {"known", N_("Known to us")}, {"good", N_("Good")},
    {"watch", N_("On watch")}, {"suspended", N_("Suspended")}, {"meeting", N_("Meeting")},
    {"proposal", N_("Proposal")}, {"evaluation", N_("Evaluation")}, {"other", N_("Other")}, {0}};

static const char *fact_option(void *ctx, const struct fact *f, const char *option)
{
    const struct call *c = ctx;
    const char *list = streq(f->name, "partner.tier")    ? "tiers"
                       : streq(f->name, "partner.types") ? "types"
                                                         : NULL;
    const struct catalog_item *item = list ? catalog_item(catalog_find(c->catalog, list), option) : NULL;
    if (item)
        return item->label[call_lang(c)];
    const struct option *o = option_find(option_words, option);
    return o ? TR(c, o->label) : NULL;
}

struct rules_words registration_words(struct call *c, const struct programme *p)
{
    (void)p;
    return (struct rules_words){.lang = call_lang(c), .money = money_text, .option = fact_option, .ctx = c};
}

const char *quantity_text(struct call *c, double n, const char *unit)
{
    const struct fact f = {.kind = FACT_REAL, .unit = unit};
    const struct value v = v_real(n);
    return rules_value_text(c->arena, &f, &v, &(struct rules_words){.lang = call_lang(c)});
}

/* Partners read "your", the vendor reads of a partner. */
const char *registration_fact_label(struct call *c, const struct fact *f)
{
    static const struct option vendor_labels[] = {{"conflict.own", N_("The partner holds it already")},
        {"partner.in_territory", N_("In the partner's territory")},
        {"partner.open_registrations", N_("Open registrations")}, {"partner.standing", N_("Standing")},
        {"partner.tier", N_("Tier")}, {"partner.types", N_("Partner types")},
        {"partner.win_percent", N_("Registrations won")},
        {"registration.known_how", N_("Says how they know the customer")}, {0}};
    const struct option *o = vendor(c) ? option_find(vendor_labels, f->name) : NULL;
    return TR(c, o ? o->label : f->label);
}

/* By which rules it was decided: those of engagement, or those of extensions. */
struct book {
    const struct programme *programme;
    const struct vocabulary *words;
    const struct ruleset *rules;
};

static bool sees_fact(const struct call *c, const struct book *b, const struct fact *f)
{
    return vendor(c) || f->partner_sees ||
           (streq(f->name, "account.status") && b->programme->direct_only_public);
}

/*
 * By value: a customer may be known to be on the direct-only list, which says nothing of those that are not.
 * "Named account" would.
 */
static bool sees_value(
    const struct call *c, const struct book *b, const struct fact *f, const struct value *v)
{
    if (!sees_fact(c, b, f))
        return false;
    return vendor(c) || f->partner_sees || (v->kind == VALUE_TEXT && streq(v->s, "direct_only"));
}

/* ---- the parts ---- */

/* Why a value fails such a condition needs no more than the value. */
static bool value_says_all(const struct fact *f, enum rule_operator op)
{
    return f->kind == FACT_BOOL || op == OP_KNOWN || op == OP_NOT || op == OP_NOT_IN || op == OP_HAS_NONE;
}

static const char *failed_text(struct call *c, const struct book *b, const struct rules_words *words,
    const struct trace_step *step, const struct value *values)
{
    if (step->failed_condition == step->rule->n_conditions)
        return TR(c, "does not apply here"); /* by what the viewer does not see */
    const struct condition *cond = &step->rule->conditions[step->failed_condition];
    const struct fact *f = &b->words->facts[cond->fact];
    const char *label = registration_fact_label(c, f);
    if (values[cond->fact].kind == VALUE_NULL)
        return arena_printf(c->arena, TR(c, "%s is not known"), label);
    const char *value = rules_value_text(c->arena, f, &values[cond->fact], words);
    if (value_says_all(f, cond->op))
        return arena_printf(c->arena, "%s: %s", label, value);
    return arena_printf(
        c->arena, TR(c, "%s: %s, not %s"), label, value, rules_condition_text(c->arena, f, cond, words));
}

static void explain_steps(struct call *c, const struct book *b, const struct rules_words *words,
    struct decision *d, const struct value *values, struct explanation *out)
{
    bool *seen = ARENA_ARRAY(c->arena, b->words->n, bool);
    for (size_t i = 0; i < b->words->n; i++)
        seen[i] = sees_value(c, b, &b->words->facts[i], &values[i]);
    rules_trace_seen(c->arena, b->rules, values, seen, d);
    out->steps = ARENA_ARRAY(c->arena, d->n_trace, struct explained_step);
    out->n_steps = d->n_trace;
    for (size_t i = 0; i < d->n_trace; i++) {
        const struct trace_step *t = &d->trace[i];
        out->steps[i] = (struct explained_step){.rule = rule_name(t->rule, call_lang(c)),
            .why = t->matched ? NULL : failed_text(c, b, words, t, values),
            .hit = t->matched};
    }
    out->rule_number = (int)d->n_trace;
    out->rules_tried = (int)d->n_trace;
    out->rules_total = (int)b->rules->n;
}

static bool names_fact(const struct rule *r, size_t fact)
{
    for (size_t i = 0; i < r->n_conditions; i++)
        if (r->conditions[i].fact == fact)
            return true;
    return false;
}

static bool fact_used(const struct decision *d, size_t fact)
{
    for (size_t i = 0; i < d->n_trace; i++)
        if (names_fact(d->trace[i].rule, fact))
            return true;
    return false;
}

static void explain_facts(struct call *c, const struct book *b, const struct rules_words *words,
    const struct decision *d, const struct value *values, struct explanation *out)
{
    out->facts = ARENA_ARRAY(c->arena, b->words->n, struct explained_fact);
    for (size_t i = 0; i < b->words->n; i++) {
        const struct fact *f = &b->words->facts[i];
        if (!sees_value(c, b, f, &values[i]) || values[i].kind == VALUE_NULL)
            continue;
        out->facts[out->n_facts++] = (struct explained_fact){.name = f->name,
            .label = registration_fact_label(c, f),
            .text = rules_value_text(c->arena, f, &values[i], words),
            .source = f->source ? TR(c, f->source) : "",
            .used = fact_used(d, i)};
    }
}

static const char *outcome_then(struct call *c, const struct book *b, const struct rule *r)
{
    switch (r->outcome) {
    case OUTCOME_APPROVE:
        if (b->words->days_only)
            return arena_printf(c->arena, TR(c, "%s more"), quantity_text(c, r->protection_days, "days"));
        return arena_printf(c->arena, TR(c, "%s, %s margin"), quantity_text(c, r->protection_days, "days"),
            quantity_text(c, r->benefit_percent, "%"));
    case OUTCOME_REVIEW:
        return arena_printf(c->arena,
            r->working_hours ? TR(c, "answer within %d working hours") : TR(c, "answer within %d h"),
            r->review_hours);
    case OUTCOME_DECLINE: return "";
    }
    return "";
}

/* The name of a rule that reads the vendor's facts would tell one of them. */
static bool sees_rule(const struct call *c, const struct book *b, const struct rule *r)
{
    for (size_t i = 0; i < r->n_conditions; i++)
        if (!sees_fact(c, b, &b->words->facts[r->conditions[i].fact]))
            return false;
    return true;
}

static void explain_changes(struct call *c, const struct book *b, const struct rules_words *words,
    const struct decision *d, const struct value *values, struct explanation *out)
{
    struct change found[3];
    size_t n = rules_would_change(c->arena, b->rules, values, d, found, COUNT(found));
    out->changes = ARENA_ARRAY(c->arena, n, struct explained_change);
    for (size_t i = 0; i < n; i++) {
        const char *text = "";
        for (size_t k = 0; k < found[i].n; k++) {
            const struct fact *f = &b->words->facts[found[i].fact[k]];
            text = arena_printf(c->arena, k ? TR(c, "%s and %s: %s") : "%s%s: %s", text,
                registration_fact_label(c, f), rules_condition_text(c->arena, f, &found[i].need[k], words));
        }
        out->changes[out->n_changes++] = (struct explained_change){.condition = text,
            .outcome = found[i].leads_to->outcome,
            .rule = sees_rule(c, b, found[i].leads_to) ? rule_name(found[i].leads_to, call_lang(c)) : NULL,
            .then = outcome_then(c, b, found[i].leads_to)};
    }
}

static void add_reason(struct call *c, struct explanation *out, const char *reason)
{
    if (!out->reasons)
        out->reasons = ARENA_ARRAY(c->arena, 4, const char *);
    if (reason && out->n_reasons < 4)
        out->reasons[out->n_reasons++] = reason;
}

/* Decides VALUES again by the book and tells how it went. */
static void explain_values(
    struct call *c, const struct book *b, const struct value *values, struct explanation *out)
{
    struct decision d;
    const struct catalog *catalog = c->catalog;
    c->catalog = &b->programme->catalog;
    rules_decide(c->arena, b->rules, values, &d);
    struct rules_words words = registration_words(c, b->programme);
    out->rule_id = d.rule->id;
    out->rule_name = rule_name(d.rule, call_lang(c));
    out->sentence = rule_sentence(d.rule, call_lang(c));
    out->next_step = d.rule->next_step;
    out->programme_number = b->programme->number;
    out->then = outcome_then(c, b, d.rule);
    add_reason(c, out, out->sentence ? out->sentence : out->rule_name);
    explain_steps(c, b, &words, &d, values, out);
    explain_facts(c, b, &words, &d, values, out);
    explain_changes(c, b, &words, &d, values, out);
    if (!out->at.us) /* not stored: what would be decided */
        out->outcome = d.rule->outcome;
    c->catalog = catalog;
}

static struct book extension_book(const struct programme *p)
{
    return (struct book){p, &p->extension_words, &p->extension_rules};
}

void extension_explain(
    struct call *c, const struct programme *p, const struct value *values, struct explanation *out)
{
    struct book b = extension_book(p);
    *out = (struct explanation){0};
    explain_values(c, &b, values, out);
}

static enum status explain_rules(
    struct call *c, int64_t number, const char *facts, bool extension, struct explanation *out)
{
    const struct programme *p;
    struct problem *gone = NULL;
    const char *error;
    TRY(programme_at(c, number, &p));
    struct book b = extension ? extension_book(p) : (struct book){p, &p->words, &p->rules};
    struct value *values = ARENA_ARRAY(c->arena, b.words->n, struct value);
    json_t *json = json_read(c->arena, facts, strlen(facts), &error);
    /* A fact that is gone since stays unknown; the outcome told is the stored one. */
    (void)!rules_facts_read(c->arena, json, b.words, call_lang(c), values, &gone);
    explain_values(c, &b, values, out);
    return OK;
}

void registration_explain_by(
    struct call *c, const struct programme *p, const char *facts, const char *others, struct explanation *out)
{
    struct book b = {p, &p->words, &p->rules};
    struct value *values = ARENA_ARRAY(c->arena, b.words->n, struct value);
    struct value *corrected = ARENA_ARRAY(c->arena, b.words->n, struct value);
    struct problem *gone = NULL;
    const char *error;
    json_t *json = json_read(c->arena, facts, strlen(facts), &error);
    (void)!rules_facts_read(c->arena, json, b.words, call_lang(c), values, &gone);
    json = others ? json_read(c->arena, others, strlen(others), &error) : NULL;
    if (json)
        (void)!rules_facts_read(c->arena, json, b.words, call_lang(c), corrected, &gone);
    for (size_t i = 0; i < b.words->n; i++)
        if (corrected[i].kind != VALUE_NULL)
            values[i] = corrected[i];
    *out = (struct explanation){0};
    explain_values(c, &b, values, out);
}

static enum outcome outcome_parse(const char *name)
{
    return streq(name, "approve")  ? OUTCOME_APPROVE
           : streq(name, "review") ? OUTCOME_REVIEW
                                   : OUTCOME_DECLINE;
}

enum status registration_explain(
    struct call *c, int64_t registration_id, bool latest, struct explanation *out)
{
    struct row row;
    TRY(noun_get(c, &registration_noun, registration_id, &row)); /* the viewer must see the registration */
    return registration_explain_seen(c, &row, latest, out);
}

/* The newest; REFUSED: there is none. */
static enum status read_decision(struct call *c, int64_t registration_id, bool latest, struct decided *out)
{
    const struct event *e = registration_just_logged(c, registration_id);
    if (e && e->decided) {
        *out = *e->decided;
        return OK;
    }
    struct value args[2] = {v_int(registration_id), v_int(latest)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select d.outcome, d.rule, d.programme_number, d.facts, d.created, d.reason, p.name from decision d "
        "left join person p on p.id = d.decided_by "
        "where d.registration_id = $1 and d.kind <> 'extension' and ($2 = 1 or d.rule is not null) "
        "order by d.id desc limit 1",
        args, 2));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    *out = (struct decided){.outcome = outcome_parse(cell_text(&rows, 0, 0)),
        .rule = cell_text(&rows, 0, 1),
        .programme_number = cell_int(&rows, 0, 2),
        .facts = cell_string(&rows, 0, 3),
        .at = {cell_int(&rows, 0, 4)},
        .reason = cell_text(&rows, 0, 5),
        .by = cell_text(&rows, 0, 6)};
    return OK;
}

enum status registration_explain_seen(
    struct call *c, const struct row *registration, bool latest, struct explanation *out)
{
    struct decided d = {0};
    *out = (struct explanation){0};
    TRY(read_decision(c, registration->id, latest, &d));
    out->outcome = d.outcome;
    out->at = d.at;
    out->programme_number = d.programme_number;
    if (d.rule)
        return explain_rules(c, d.programme_number, d.facts, false, out);
    out->reason = d.reason;
    out->decided_by = vendor(c) ? d.by : NULL;
    add_reason(c, out, out->reason);
    return OK;
}

enum status extension_explain_stored(struct call *c, int64_t extension_id, struct explanation *out)
{
    *out = (struct explanation){0};
    struct value args[1] = {v_int(extension_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select d.outcome, d.rule, d.programme_number, d.facts, d.created from extension e "
        "join decision d on d.registration_id = e.registration_id "
        "where e.id = $1 and d.extension_id = $1 and d.rule is not null order by d.id limit 1",
        args, 1));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    out->outcome = outcome_parse(cell_text(&rows, 0, 0));
    out->at.us = cell_int(&rows, 0, 4);
    return explain_rules(c, cell_int(&rows, 0, 2), cell_string(&rows, 0, 3), true, out);
}
