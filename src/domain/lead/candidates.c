#include "domain/lead/candidates.h"

#include "base/id.h"
#include "base/json.h"
#include "domain/account/account.h"
#include "domain/registration/situation.h"
#include "face/format.h"
#include "face/html.h"

const struct option fit_part_options[] = {[FIT_TERRITORY] = {"territory", N_("Territory")},
    [FIT_LANGUAGE] = {"language", N_("Language")},
    [FIT_CERTIFICATION] = {"certification", N_("Certification")},
    [FIT_INDUSTRY] = {"industry", N_("Industry")},
    [FIT_CAPACITY] = {"capacity", N_("Capacity")},
    [FIT_CONVERSION] = {"conversion", N_("Conversion")},
    [FIT_FAIRNESS] = {"fairness", N_("Fairness")},
    [FIT_PARTS] = {0}};

/* ---- claims ---- */

/* The partners that hold an account for the line, or for any where the lead names none; each once. */
static const char holders_sql[] =
    "select distinct partner_id from protection where account_id = $1 and (product_line_id = $2 or $2 = 0) "
    "and state <> 'closed' and " CLAIM_STANDS("$3");

static enum status read_holders(
    struct call *c, const struct lead *lead, bool *direct_only, struct rows *holders)
{
    struct value args[3] = {v_int(lead->account_id.id), v_int(lead->product_line_id.id), v_int(c->now.us)};
    struct db_query q[2] = {{.sql = "select status from account where id = $1", .args = args, .n_args = 1},
        {.sql = holders_sql, .args = args, .n_args = 3}};
    *direct_only = false;
    *holders = (struct rows){0};
    if (!lead->account_id.id)
        return OK;
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    *direct_only = q[0].rows.n && streq(cell_text(&q[0].rows, 0, 0), "direct_only");
    *holders = q[1].rows;
    return OK;
}

static bool holds(const struct rows *holders, int64_t partner_id)
{
    for (size_t i = 0; i < holders->n; i++)
        if (cell_int(holders, i, 0) == partner_id)
            return true;
    return false;
}

enum status lead_may_get(struct call *c, const struct lead *lead, int64_t partner_id, bool *yes)
{
    struct rows holders;
    bool direct_only;
    TRY(read_holders(c, lead, &direct_only, &holders));
    *yes = !direct_only && (!holders.n || holds(&holders, partner_id));
    return OK;
}

/* ---- partners ---- */

/* $1 the line, $2 today, $3 the lead's industry, $4 the lead, $5 since when something was given lately. */
static const char partners_sql[] =
    "select p.id, p.name, p.country, p.territories, p.languages, p.industries, k.people, f.accepted, "
    "f.converted, f.finished, f.won, g.given, g.open, case when a.lead_id is null then 0 else 1 end "
    "from partner p "
    "left join certification k on k.partner_id = p.id and k.product_line_id = $1 and (k.expires is null or "
    "k.expires >= $2) "
    "left join (select partner_id, sum(case when state = 'accepted' then 1 else 0 end) as accepted, "
    "sum(case when state in ('converted', 'won', 'lost') then 1 else 0 end) as converted, "
    "sum(case when state in ('converted', 'won', 'lost', 'closed') then 1 else 0 end) as finished, "
    "sum(case when state = 'won' and industry = $3 then 1 else 0 end) as won "
    "from lead where partner_id is not null group by partner_id) f on f.partner_id = p.id "
    "left join (select partner_id, sum(case when created >= $5 then 1 else 0 end) as given, "
    "sum(case when state = 'offered' then 1 else 0 end) as open "
    "from lead_offer where state <> 'withdrawn' group by partner_id) g on g.partner_id = p.id "
    "left join lead_offer a on a.lead_id = $4 and a.partner_id = p.id "
    "where p.merged_into is null and p.standing <> 'suspended' order by p.id";

static bool set_has(const char *set, const char *key)
{
    char member[80];
    snprintf(member, sizeof member, ",%s,", key);
    return set && strstr(set, member) != NULL;
}

static enum fit_place place(const struct lead_candidates *k, const char *home, const char *territories)
{
    const char *country = k->lead.country;
    if (!country || !*country)
        return FIT_EVERYWHERE; /* nobody knows where it is */
    if (streq(home, country))
        return FIT_HOME;
    if (!territories || !*territories)
        return FIT_EVERYWHERE;
    return programme_covers(k->programme, territories, country) ? FIT_COVERED : FIT_ELSEWHERE;
}

static void take(
    struct lead_candidates *k, const struct rows *rows, size_t r, const struct rows *holders, size_t at)
{
    int64_t id = cell_int(rows, r, 0);
    k->names[at] = cell_string(rows, r, 1);
    k->all[at] = (struct fit_candidate){.id = id,
        .place = place(k, cell_text(rows, r, 2), cell_text(rows, r, 3)),
        .speaks = k->lead.language && set_has(cell_text(rows, r, 4), k->lead.language),
        .knows_industry = k->lead.industry && set_has(cell_text(rows, r, 5), k->lead.industry),
        .certified_people = cell_int(rows, r, 6),
        .converted = cell_int(rows, r, 8),
        .finished = cell_int(rows, r, 9),
        .industry_won = cell_int(rows, r, 10),
        .given_lately = cell_int(rows, r, 11),
        .open = cell_int(rows, r, 7) + cell_int(rows, r, 12),
        .barred = k->direct_only || cell_int(rows, r, 13) || (holders->n && !holds(holders, id))};
}

enum status lead_candidates(struct call *c, int64_t lead_id, struct lead_candidates *k)
{
    struct rows rows, holders;
    TRY(programme_active(c, &k->programme));
    TRY(noun_load_whole(c, &lead_noun, lead_id, &k->lead));
    if (!k->lead.account_id.id)
        TRY(lead_account(c, &k->lead, &k->lead.account_id.id));
    TRY(read_holders(c, &k->lead, &k->direct_only, &holders));
    k->held = holders.n > 0;
    struct value args[5] = {v_int(k->lead.product_line_id.id), v_int(date_in(c->catalog->zone, c->now).days),
        v_text(k->lead.industry ? k->lead.industry : ""), v_int(lead_id),
        v_int(c->now.us - k->programme->leads.fairness_days * US_PER_DAY)};
    TRY(db_query(c->db, c->arena, &rows, partners_sql, args, 5));
    k->all = ARENA_ARRAY(c->arena, rows.n + 1, struct fit_candidate);
    k->names = ARENA_ARRAY(c->arena, rows.n + 1, const char *);
    k->n_all = rows.n;
    for (size_t r = 0; r < rows.n; r++)
        take(k, &rows, r, &holders, r);
    k->asked = FIT_ALWAYS | (k->lead.language ? 1u << FIT_LANGUAGE : 0) |
               (k->lead.product_line_id.id ? 1u << FIT_CERTIFICATION : 0) |
               (k->lead.industry ? 1u << FIT_INDUSTRY : 0);
    k->n = fit_rank(&k->programme->leads.fit, k->asked, k->all, k->n_all, k->best, LEAD_CANDIDATES);
    return OK;
}

bool lead_candidate(const struct lead_candidates *k, int64_t partner_id, struct fit *out)
{
    for (size_t i = 0; i < k->n_all; i++)
        if (k->all[i].id == partner_id)
            return fit_of(&k->programme->leads.fit, k->asked, k->all, k->n_all, i, out);
    return false;
}

/* ---- reasons ---- */

static const char *label_of(struct call *c, const char *list, const char *key)
{
    const struct catalog_list *l = catalog_find(c->catalog, list);
    const struct catalog_item *item = l && key ? catalog_item(l, key) : NULL;
    return item ? item->label[call_lang(c)] : key ? key : "";
}

static const char *number(struct call *c, int64_t n)
{
    struct html h = {.arena = c->arena, .lang = call_lang(c), .zone = c->catalog->zone, .now = c->now};
    return fmt_int(&h, n);
}

static const char *place_reason(struct call *c, const struct lead_candidates *k, enum fit_place place)
{
    if (!k->lead.country)
        return TR(c, "The country is not known");
    return place == FIT_HOME      ? TR(c, "At home in the country")
           : place == FIT_COVERED ? TR(c, "Sells in the country")
                                  : TR(c, "Sells everywhere");
}

static const char *record_reason(
    struct call *c, const struct lead_candidates *k, const struct fit_candidate *p, enum fit_part part)
{
    if (part == FIT_CAPACITY)
        return arena_printf(c->arena, TR(c, "%s of %s leads open"), number(c, p->open),
            number(c, k->programme->leads.fit.open_leads));
    if (part == FIT_FAIRNESS)
        return arena_printf(c->arena, TR(c, "%s offered in %s days"), number(c, p->given_lately),
            number(c, k->programme->leads.fairness_days));
    if (!p->finished)
        return TR(c, "No lead finished yet");
    return arena_printf(
        c->arena, TR(c, "%s of %s leads converted"), number(c, p->converted), number(c, p->finished));
}

const char *fit_reason(
    struct call *c, const struct lead_candidates *k, const struct fit *fit, enum fit_part part)
{
    const struct fit_candidate *p = &k->all[fit->at];
    switch (part) {
    case FIT_TERRITORY: return place_reason(c, k, p->place);
    case FIT_LANGUAGE:
        return arena_printf(c->arena, p->speaks ? TR(c, "Speaks %s") : TR(c, "Does not speak %s"),
            label_of(c, "languages", k->lead.language));
    case FIT_CERTIFICATION:
        return p->certified_people
                   ? arena_printf(c->arena,
                         trn(call_lang(c), "%s certified person", "%s certified people", p->certified_people),
                         number(c, p->certified_people))
                   : TR(c, "Nobody is certified");
    case FIT_INDUSTRY:
        return p->knows_industry ? TR(c, "Knows the industry")
               : p->industry_won ? arena_printf(c->arena,
                                       trn(call_lang(c), "%s lead won in the industry",
                                           "%s leads won in the industry", p->industry_won),
                                       number(c, p->industry_won))
                                 : TR(c, "New to the industry");
    default: return record_reason(c, k, p, part);
    }
}

/* ---- for programs ---- */

static void out_candidate(
    struct call *c, struct json_out *w, const struct lead_candidates *k, const struct fit *fit)
{
    out_object(w);
    out_kv_string(w, "partner_id", id_text(c->arena, "prt", k->all[fit->at].id));
    out_kv_string(w, "partner_name", k->names[fit->at]);
    out_kv_int(w, "score_percent", (int64_t)(fit->score * 100 + 0.5));
    out_key(w, "reasons");
    out_array(w);
    for (enum fit_part part = 0; part < FIT_PARTS; part++) {
        if (!(k->asked >> part & 1))
            continue;
        out_object(w);
        out_kv_string(w, "part", fit_part_options[part].key);
        out_kv_int(w, "percent", (int64_t)(fit->part[part] * 100 + 0.5));
        out_kv_int(w, "weight", k->programme->leads.fit.weight[part]);
        out_kv_string(w, "reason", fit_reason(c, k, fit, part));
        out_end(w);
    }
    out_end(w);
    out_end(w);
}

static enum status candidates_run(struct call *c)
{
    struct lead_candidates k = {0};
    struct lead lead;
    TRY(noun_load(c, &lead_noun, c->row_id, &lead)); /* the viewer must see it */
    TRY(lead_candidates(c, c->row_id, &k));
    struct buf b = buf_in(c->arena, 1 << 20);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_bool(&w, "held", k.held);
    out_kv_bool(&w, "direct_only", k.direct_only);
    out_key(&w, "candidates");
    out_array(&w);
    for (size_t i = 0; i < k.n; i++)
        out_candidate(c, &w, &k, &k.best[i]);
    out_end(&w);
    out_end(&w);
    c->result_json = buf_str(&b);
    return OK;
}

const struct verb lead_candidates_verb = {
    .noun = &lead_noun,
    .name = "candidates",
    .label = N_("Who fits"),
    .summary = N_("The partners that fit the lead best, each with its score in parts and the reasons."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES,
    .reads = true,
    .answers = true,
    .hidden = true,
    .run = candidates_run,
    .example = {.answer = "{\"held\":false,\"direct_only\":false,\"candidates\":[{\"partner_id\":"
                          "\"prt_0002T7WE2Q7A7\",\"partner_name\":\"Nordwind Systems\",\"score_percent\":81,"
                          "\"reasons\":[{\"part\":\"territory\",\"percent\":100,\"weight\":20,\"reason\":"
                          "\"At home in the country\"}]}]}"},
};
