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
    struct value args[1] = {v_int(partner_id)};
    struct rows holders, partner;
    bool direct_only;
    if (lead->account_id.id)
        TRY(account_hold(c, lead->account_id.id));
    TRY(read_holders(c, lead, &direct_only, &holders));
    TRY(db_query(c->db, c->arena, &partner, "select standing from partner where id = $1", args, 1));
    *yes = !direct_only && (!holders.n || holds(&holders, partner_id)) && partner.n &&
           !streq(cell_text(&partner, 0, 0), "suspended");
    return OK;
}

/* ---- partners ---- */

/* Beside 0 because SQLite would else walk the index of all partners for its order. */
#define BY_PARTNER "group by partner_id + 0"
const char lead_record_sql[] =
    "select partner_id + 0, sum(case when state in ('converted', 'won', 'lost') then 1 else 0 end), "
    "sum(case when state in ('converted', 'won', 'lost', 'closed') then 1 else 0 end), "
    "sum(case when state = 'won' and industry = $1 then 1 else 0 end) "
    "from lead where created >= $2 and partner_id is not null " BY_PARTNER;
const char lead_given_sql[] = "select partner_id + 0, count(*) from lead_offer where created >= $1 and "
                              "state <> 'withdrawn' " BY_PARTNER;
const char lead_accepted_sql[] = "select partner_id + 0, count(*) from lead where state = 'accepted' and "
                                 "partner_id is not null " BY_PARTNER;
static const char offered_sql[] =
    "select partner_id + 0, count(*) from lead_offer where state = 'offered' " BY_PARTNER;
static const char asked_sql[] = "select partner_id from lead_offer where lead_id = $1";

/* What the lead asks for, as sets hold it: ",dach,". Made once, because every partner is looked at. */
struct wanted {
    const char *country, *language, *industry; /* the country as it is; NULL: not asked for */
    const char **territories;                  /* that have the country */
    size_t n_territories;
};

static const char *member(struct call *c, const char *key)
{
    return key && *key ? arena_printf(c->arena, ",%s,", key) : NULL;
}

static struct wanted wanted(struct call *c, const struct lead_candidates *k)
{
    const struct programme *p = k->programme;
    const char *country = k->lead.country && *k->lead.country ? k->lead.country : NULL;
    struct wanted w = {.country = country,
        .language = member(c, k->lead.language),
        .industry = member(c, k->lead.industry),
        .territories = ARENA_ARRAY(c->arena, p->n_territories + 1, const char *)};
    for (size_t i = 0; country && i < p->n_territories; i++) {
        const char *one = member(c, p->territories[i].key);
        if (programme_covers(p, one, country))
            w.territories[w.n_territories++] = one;
    }
    return w;
}

static bool has(const char *set, const char *one)
{
    return one && strstr(set, one) != NULL;
}

static enum fit_place place(const struct wanted *w, const struct roster_partner *p)
{
    if (!w->country)
        return FIT_EVERYWHERE; /* nobody knows where it is */
    if (streq(p->country, w->country))
        return FIT_HOME;
    if (!*p->territories)
        return FIT_EVERYWHERE;
    for (size_t i = 0; i < w->n_territories; i++)
        if (has(p->territories, w->territories[i]))
            return FIT_COVERED;
    return FIT_ELSEWHERE;
}

static void begin(struct call *c, struct lead_candidates *k, const struct rows *holders)
{
    struct wanted w = wanted(c, k);
    k->n_all = k->roster->n;
    k->all = ARENA_ARRAY(c->arena, k->n_all + 1, struct fit_candidate);
    for (size_t i = 0; i < k->n_all; i++) {
        const struct roster_partner *p = &k->roster->partners[i];
        k->all[i] = (struct fit_candidate){.id = p->id,
            .place = place(&w, p),
            .speaks = has(p->languages, w.language),
            .knows_industry = has(p->industries, w.industry),
            .barred = k->direct_only || roster_suspended(p) || (holders->n && !holds(holders, p->id))};
    }
}

/* Both are in the order of partners. */
static void add_certificates(struct lead_candidates *k, int32_t today)
{
    const struct roster *r = k->roster;
    size_t at = 0, i = 0;
    while (i < r->n_certificates && r->certificates[i].product_line_id != k->lead.product_line_id.id)
        i++;
    for (; i < r->n_certificates && r->certificates[i].product_line_id == k->lead.product_line_id.id; i++) {
        const struct roster_certificate *one = &r->certificates[i];
        while (at < r->n && r->partners[at].id < one->partner_id)
            at++;
        if (at < r->n && r->partners[at].id == one->partner_id && one->expires >= today)
            k->all[at].certified_people = one->people;
    }
}

/* The candidate of a row that begins with a partner; NULL: it is none. */
static struct fit_candidate *of_row(struct lead_candidates *k, const struct rows *rows, size_t r)
{
    size_t at = roster_find(k->roster, cell_int(rows, r, 0));
    return at == SIZE_MAX ? NULL : &k->all[at];
}

static void add_record(struct lead_candidates *k, const struct rows *rows)
{
    struct fit_candidate *one;
    for (size_t r = 0; r < rows->n; r++)
        if ((one = of_row(k, rows, r))) {
            one->converted = cell_int(rows, r, 1);
            one->finished = cell_int(rows, r, 2);
            one->industry_won = cell_int(rows, r, 3);
        }
}

static void add_open(struct lead_candidates *k, const struct rows *rows)
{
    struct fit_candidate *one;
    for (size_t r = 0; r < rows->n; r++)
        if ((one = of_row(k, rows, r)))
            one->open += cell_int(rows, r, 1);
}

static enum status read_records(struct call *c, struct lead_candidates *k, int64_t lead_id)
{
    struct value record[2] = {
        v_text(k->lead.industry ? k->lead.industry : ""), v_int(c->now.us - LEAD_RECORD_DAYS * US_PER_DAY)};
    struct value since[1] = {v_int(c->now.us - k->programme->leads.fairness_days * US_PER_DAY)};
    struct value lead[1] = {v_int(lead_id)};
    struct db_query q[] = {{.sql = lead_record_sql, .args = record, .n_args = 2}, {.sql = lead_accepted_sql},
        {.sql = offered_sql}, {.sql = lead_given_sql, .args = since, .n_args = 1},
        {.sql = asked_sql, .args = lead, .n_args = 1}};
    struct fit_candidate *one;
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    add_record(k, &q[0].rows);
    add_open(k, &q[1].rows);
    add_open(k, &q[2].rows);
    for (size_t r = 0; r < q[3].rows.n; r++)
        if ((one = of_row(k, &q[3].rows, r)))
            one->given_lately = cell_int(&q[3].rows, r, 1);
    for (size_t r = 0; r < q[4].rows.n; r++)
        if ((one = of_row(k, &q[4].rows, r)))
            one->barred = true;
    return OK;
}

enum status lead_candidates(struct call *c, int64_t lead_id, struct lead_candidates *k)
{
    struct rows holders;
    TRY(programme_active(c, &k->programme));
    TRY(noun_load_whole(c, &lead_noun, lead_id, &k->lead));
    if (!k->lead.account_id.id)
        TRY(lead_account(c, &k->lead, &k->lead.account_id.id));
    TRY(read_holders(c, &k->lead, &k->direct_only, &holders));
    TRY(roster_read(c, &k->roster));
    k->held = holders.n > 0;
    begin(c, k, &holders);
    add_certificates(k, date_in(c->catalog->zone, c->now).days);
    TRY(read_records(c, k, lead_id));
    k->asked = FIT_ALWAYS | (k->lead.language ? 1u << FIT_LANGUAGE : 0) |
               (k->lead.product_line_id.id ? 1u << FIT_CERTIFICATION : 0) |
               (k->lead.industry ? 1u << FIT_INDUSTRY : 0);
    k->n = fit_rank(&k->programme->leads.fit, k->asked, k->all, k->n_all, k->best, LEAD_CANDIDATES);
    return OK;
}

bool lead_candidate(const struct lead_candidates *k, int64_t partner_id, struct fit *out)
{
    size_t at = roster_find(k->roster, partner_id);
    return at != SIZE_MAX && fit_of(&k->programme->leads.fit, k->asked, k->all, k->n_all, at, out);
}

/* ---- reasons ---- */

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
            catalog_label(call_lang(c), c->catalog, "languages", k->lead.language));
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
    out_kv_string(w, "partner_name", k->roster->partners[fit->at].name);
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
