/* The rules of engagement as published: whoever may register reads what decides, and so may everybody else.
 */
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/pages.h"
#include "domain/programme/parts.h"
#include "domain/programme/programme.h"
#include "domain/programme/rules_page.html.h"
#include "domain/programme/rules_view.h"
#include "domain/registration/registration.h"

static bool vendor_reads(const struct call *c)
{
    return role_audience(c->viewer->role) == VENDOR;
}

/* ---- the table ---- */

static void fill_outcome(
    struct call *c, const struct programme *p, const struct rule *r, bool days_only, struct rule_view *v)
{
    const struct rule_head h = {.outcome = outcome_names[r->outcome],
        .protection_days = r->protection_days,
        .review_hours = r->review_hours,
        .benefit_percent = r->benefit_percent,
        .working_hours = r->working_hours,
        .queue = r->queue,
        .next_step = r->next_step};
    v->outcome = outcome_label(c, h.outcome, &v->mark);
    v->then = outcome_then(c, p, &h, !days_only);
}

static struct rule_view *read_rules(struct call *c, const struct programme *p, const struct ruleset *set)
{
    struct rules_words words = registration_words(c, p);
    struct rule_view *rules = ARENA_ARRAY(c->arena, set->n, struct rule_view);
    for (size_t i = 0; i < set->n; i++) {
        const struct rule *r = &set->rules[i];
        struct rule_view *out = &rules[i];
        out->name = rule_name(r, call_lang(c));
        out->sentence = rule_sentence(r, call_lang(c));
        out->id = r->id;
        out->conditions = ARENA_ARRAY(c->arena, r->n_conditions + 1, struct condition_view);
        for (size_t k = 0; k < r->n_conditions; k++) {
            const struct fact *f = &set->words->facts[r->conditions[k].fact];
            out->conditions[out->n_conditions++] = (struct condition_view){
                TR(c, f->label), rules_condition_text(c->arena, f, &r->conditions[k], &words)};
        }
        fill_outcome(c, p, r, set->words->days_only, out);
    }
    return rules;
}

static void fill_rules(struct call *c, const struct programme *p, struct rules_view *v)
{
    v->n = p->rules.n;
    v->rules = read_rules(c, p, &p->rules);
    v->n_extensions = p->extension_rules.n;
    v->extensions = read_rules(c, p, &p->extension_rules);
}

/* ---- what the words mean ---- */

static const char *values_text(
    struct call *c, const struct programme *p, const struct fact *f, const struct rules_words *words)
{
    static const char *const kinds[] = {[FACT_BOOL] = N_("yes or no"),
        [FACT_INT] = N_("a whole number"),
        [FACT_REAL] = N_("a number"),
        [FACT_MONEY] = N_("an amount"),
        [FACT_TEXT] = N_("a text"),
        [FACT_DATE] = N_("a date"),
        [FACT_CHOICE] = N_("one of a list"),
        [FACT_SET] = N_("some of a list")};
    struct buf b = buf_in(c->arena, 1 << 16);
    if (f->kind == FACT_MONEY)
        return arena_printf(c->arena, TR(c, "an amount in %s"), p->catalog.currency);
    for (size_t i = 0; i < f->n_options; i++) {
        const char *label = words->option(words->ctx, f, f->options[i]);
        buf_addf(&b, "%s%s", i ? ", " : "", label ? label : f->options[i]);
    }
    return f->n_options ? buf_str(&b) : TR(c, kinds[f->kind]);
}

static void fill_words(struct call *c, const struct programme *p, struct rules_view *v)
{
    struct rules_words words = registration_words(c, p);
    const struct vocabulary *more = &p->extension_words;
    v->words = ARENA_ARRAY(c->arena, p->words.n + more->n + 1, struct word_view);
    for (size_t i = 0; i < p->words.n + more->n; i++) {
        const struct fact *f = i < p->words.n ? &p->words.facts[i] : &more->facts[i - p->words.n];
        if (i >= p->words.n && rules_fact_of(&p->words, f->name))
            continue;
        v->words[v->n_words++] = (struct word_view){.label = TR(c, f->label),
            .name = f->name,
            .values = values_text(c, p, f, &words),
            .source = f->source ? TR(c, f->source) : "",
            .public = f->partner_sees || (streq(f->name, "account.status") && p->direct_only_public)};
    }
}

/* "Mon, Tue, Wed, Thu, Fri, 09:00 to 17:00 (Europe/Berlin)" */
static const char *calendar_text(struct call *c, const struct programme *p)
{
    static const char *const days[] = {
        NULL, N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
    const struct calendar *k = &p->calendar;
    struct buf b = buf_in(c->arena, 1000);
    for (size_t d = 1; d < COUNT(days); d++)
        if (k->workday[d])
            buf_addf(&b, "%s, ", TR(c, days[d]));
    buf_addf(&b, TR(c, "%02d:%02d to %02d:%02d (%s)"), k->from_min / 60, k->from_min % 60, k->to_min / 60,
        k->to_min % 60, zone_name(p->catalog.zone));
    if (k->n_holidays)
        buf_addf(&b,
            trn(call_lang(c), ", but for %d holiday", ", but for %d holidays", (int64_t)k->n_holidays),
            (int)k->n_holidays);
    return buf_str(&b);
}

static const char *days_text(struct call *c, struct html *h, int64_t n)
{
    return arena_printf(c->arena, trn(call_lang(c), "%s day", "%s days", n), fmt_int(h, n));
}

static void fill_life(struct call *c, struct html *h, const struct programme_life *l, struct limit_view *out)
{
    struct buf b = buf_in(c->arena, 200);
    for (size_t i = 0; i < l->n_remind; i++)
        buf_addf(&b, "%s%d", i ? ", " : "", l->remind_days[i]);
    out[0] = (struct limit_view){TR(c, "Registrations a partner may hold open"),
        arena_printf(c->arena, TR(c, "%s × (won + %s) ÷ (lapsed + %s), from %s to %s"),
            fmt_int(h, l->caps.base), fmt_int(h, l->caps.weight), fmt_int(h, l->caps.weight),
            fmt_int(h, l->caps.least), fmt_int(h, l->caps.most))};
    out[1] = (struct limit_view){TR(c, "Without activity a protection lapses after"),
        l->heartbeat_days ? arena_printf(c->arena, TR(c, "%s and a notice %s before"),
                                days_text(c, h, l->heartbeat_days + l->heartbeat_grace_days),
                                days_text(c, h, l->heartbeat_grace_days))
                          : TR(c, "never")};
    out[2] = (struct limit_view){TR(c, "Reminders, in days before the end"), buf_str(&b)};
    out[3] = (struct limit_view){TR(c, "An offer from the waitlist stands for"),
        arena_printf(c->arena, TR(c, "%s h"), fmt_int(h, l->waitlist_offer_hours))};
}

static void fill_limits(struct call *c, struct html *h, const struct programme *p, struct rules_view *v)
{
    const struct programme_limits *l = &p->limits;
    v->limits[0] = (struct limit_view){
        TR(c, "Checks a person may make in a day"), fmt_int(h, l->checks_per_person_per_day)};
    v->limits[1] = (struct limit_view){
        TR(c, "Checks a partner may make in a day"), fmt_int(h, l->checks_per_partner_per_day)};
    v->limits[2] = (struct limit_view){TR(c, "Our own deal is active after activity within"),
        arena_printf(c->arena, trn(call_lang(c), "%s day", "%s days", l->activity_days),
            fmt_int(h, l->activity_days))};
    v->limits[3] = (struct limit_view){TR(c, "A person's approval protects for, unless they say otherwise"),
        arena_printf(c->arena, trn(call_lang(c), "%s day", "%s days", l->review_approval_days),
            fmt_int(h, l->review_approval_days))};
    v->limits[4] = (struct limit_view){TR(c, "Working hours"), calendar_text(c, p)};
    fill_life(c, h, &p->life, &v->limits[5]);
}

/* ---- versions ---- */

/* "9c41e07b … 70be33c9": for comparing by eye. */
static const char *short_hash(struct call *c, const char *hex)
{
    size_t n = hex ? strlen(hex) : 0;
    return n > 16 ? arena_printf(c->arena, "%.8s … %s", hex, hex + n - 8) : hex;
}

static enum status fill_versions(struct call *c, struct rules_view *v)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select v.number, coalesce(v.effective, v.created), v.hash, v.note, p.name from programme_version v "
        "left join person p on p.id = v.published_by where v.state <> 'withdrawn' "
        "order by v.number desc limit 50",
        NULL, 0));
    v->versions = ARENA_ARRAY(c->arena, rows.n + 1, struct version_view);
    for (size_t i = 0; i < rows.n; i++) {
        struct version_view *k = &v->versions[v->n_versions++];
        *k = (struct version_view){.number = cell_int(&rows, i, 0),
            .since = {cell_int(&rows, i, 1)},
            .hash_short = short_hash(c, cell_text(&rows, i, 2)),
            .note = cell_text(&rows, i, 3),
            .by = vendor_reads(c) ? cell_text(&rows, i, 4) : NULL,
            .current = cell_int(&rows, i, 0) == v->number};
        k->comes = k->since.us > c->now.us;
        if (!k->comes && k->number > v->newest)
            v->newest = k->number;
        if (k->current) {
            v->comes = k->comes;
            v->since = k->since;
            v->by = k->by;
            v->note = k->note;
        }
    }
    return OK;
}

static enum status find_version(struct call *c, struct page_request *r, const struct programme **out)
{
    const char *version = page_query(r, "version");
    int64_t number;
    TRY(programme_active(c, out));
    if (!version)
        return OK;
    if (!parse_int(version, &number) || number < 1)
        return call_refuse(c, PROBLEM_not_found, NULL);
    struct value args[1] = {v_int(number)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select state from programme_version where number = $1", args, 1));
    if (!rows.n || (streq(cell_text(&rows, 0, 0), "withdrawn") && !vendor_reads(c)))
        return call_refuse(c, PROBLEM_not_found, NULL);
    return programme_at(c, number, out);
}

/* The document itself, as `tandem programme apply` reads it. */
static bool send_file(struct call *c, struct page_request *r, struct html *h, const struct programme *p)
{
    bool may = vendor_reads(c) && noun_readable(&programme_version_noun, c->viewer);
    if (!may || !streq(page_query(r, "as"), "file"))
        return false;
    r->file_name = arena_printf(c->arena, "programme-%lld.json", (long long)p->number);
    r->type = "application/json";
    json_canonical(h->b, p->document);
    return true;
}

static void fill_benefits(struct call *c, const struct programme *p, struct rules_view *v)
{
    const json_t *list = json_object_get(p->document, "benefits");
    v->benefits = ARENA_ARRAY(c->arena, json_array_size(list) + 1, struct limit_view);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *key = json_string_value(json_object_get(item, "key"));
        const struct catalog_item *named = catalog_item(catalog_find(&p->catalog, "benefits"), key);
        v->benefits[v->n_benefits++] = (struct limit_view){
            named->label[call_lang(c)], member_text(c, p, "tiers", json_object_get(item, "tiers"))};
    }
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    const struct programme *p;
    TRY(find_version(c, r, &p));
    if (send_file(c, r, h, p))
        return OK;
    const struct catalog *catalog = c->catalog;
    c->catalog = &p->catalog; /* an old version speaks with its own words */
    struct rules_view v = {.vendor = p->catalog.vendor,
        .number = p->number,
        .hash = p->hash,
        .hash_short = short_hash(c, p->hash),
        .file = vendor_reads(c) ? arena_printf(c->arena, "/rules?version=%lld&as=file", (long long)p->number)
                                : NULL};
    TRY(fill_versions(c, &v));
    fill_rules(c, p, &v);
    fill_words(c, p, &v);
    fill_limits(c, h, p, &v);
    fill_benefits(c, p, &v);
    c->catalog = catalog;
    r->shell->wide = !c->viewer->role;
    r->shell->description = TR(c, "The rules by which deal registrations are decided, as published.");
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Rules of engagement");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    rules_whole(h, &v);
    return OK;
}

const struct page rules_page = {
    .path = "/rules",
    .title = N_("Rules"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .nav = N_("Trust"),
    .icon = "rules",
    .key = "g u",
    .show = show,
};
