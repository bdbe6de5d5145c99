#include "domain/account/lookup.h"

#include "base/id.h"
#include "base/text.h"
#include "domain/account/account.h"
#include "domain/registration/evidence_view.h"
#include "domain/registration/registration.h"

#define ANSWERS 6
#define LONGEST 200

static const char claims_sql[] =
    "select l.name, p.name, pr.partner_id, pr.registration_id, pr.state, pr.until, r.state, w.name, w.phone, "
    "w.email, m.name, m.phone, m.email from protection pr join registration r on r.id = pr.registration_id "
    "join partner p on p.id = pr.partner_id join product_line l on l.id = pr.product_line_id "
    "join person w on w.id = r.person_id left join person m on m.id = p.manager_id "
    "where pr.account_id = $1 and pr.state <> 'closed' order by l.name, pr.place";
static const char account_sql[] =
    "select a.name, a.domain, a.city, a.country, a.status, o.name, o.phone, o.email from account a "
    "left join person o on o.id = a.owner_id where a.id = $1";

static struct lookup_person person_at(const struct rows *rows, size_t r, size_t column)
{
    return (struct lookup_person){
        cell_text(rows, r, column), cell_text(rows, r, column + 1), cell_text(rows, r, column + 2)};
}

static struct lookup_claim claim_at(struct call *c, struct html *h, const struct rows *rows, size_t r)
{
    struct instant until = {cell_int(rows, r, 5)};
    bool hold = streq(cell_text(rows, r, 4), "hold"), review = streq(cell_text(rows, r, 6), "review");
    return (struct lookup_claim){.line = cell_string(rows, r, 0),
        .partner = cell_string(rows, r, 1),
        .partner_href =
            arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", cell_int(rows, r, 2))),
        .href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", cell_int(rows, r, 3))),
        .mark = hold ? "review" : "ok",
        .state = !hold    ? TR(c, "Protected")
                 : review ? TR(c, "In review")
                          : TR(c, "Offered"),
        .until = until.us < PROTECTION_NO_END ? fmt_date(h, date_in(c->catalog->zone, until)) : NULL,
        .who = person_at(rows, r, 7),
        .manager = person_at(rows, r, 10)};
}

static void say_state(struct call *c, const char *status, struct lookup_answer *out)
{
    bool live = false;
    for (size_t i = 0; i < out->n; i++)
        live |= streq(out->claims[i].mark, "ok");
    out->mark = live ? "ok" : out->n ? "review" : streq(status, "direct_only") ? "no" : "gone";
    out->word = live                           ? TR(c, "Protected")
                : out->n                       ? TR(c, "Waits for an answer")
                : streq(status, "direct_only") ? TR(c, "Direct only")
                                               : TR(c, "Nobody stands on it");
}

enum status lookup_account(struct call *c, struct html *h, int64_t id, struct lookup_answer *out)
{
    struct value args[1] = {v_int(id)};
    struct db_query q[2] = {
        {.sql = account_sql, .args = args, .n_args = 1}, {.sql = claims_sql, .args = args, .n_args = 1}};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    if (!q[0].rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    const struct rows *a = &q[0].rows, *claims = &q[1].rows;
    const char *domain = cell_text(a, 0, 1), *city = cell_text(a, 0, 2), *country = cell_text(a, 0, 3);
    const char *land = country && country_name(country) ? TR(c, country_name(country)) : NULL;
    *out = (struct lookup_answer){.name = cell_string(a, 0, 0),
        .href = arena_printf(c->arena, "/accounts/%s", id_text(c->arena, account_noun.prefix, id)),
        .sub =
            arena_printf(c->arena, "%s%s%s%s%s", domain ? domain : "", domain && (city || land) ? " · " : "",
                city ? city : "", city && land ? ", " : "", land ? land : ""),
        .owner = person_at(a, 0, 5),
        .claims = ARENA_ARRAY(c->arena, claims->n + 1, struct lookup_claim)};
    for (size_t i = 0; i < claims->n; i++)
        out->claims[out->n++] = claim_at(c, h, claims, i);
    say_state(c, cell_text(a, 0, 4), out);
    return OK;
}

/* ---- which accounts ---- */

static enum status add(
    struct call *c, struct html *h, int64_t id, const char *how, struct lookup_view *v, int64_t *ids)
{
    for (size_t i = 0; i < v->n; i++)
        if (ids[i] == id)
            return OK;
    if (v->n == ANSWERS)
        return OK;
    TRY(lookup_account(c, h, id, &v->answers[v->n]));
    v->answers[v->n].how = how;
    ids[v->n++] = id;
    return OK;
}

/* The same company as the engine judges it, then those whose names hold the words. */
enum status lookup_load(struct call *c, struct html *h, const char *company, struct lookup_view *out)
{
    const char *asked = company ? text_squeeze(c->arena, company) : "";
    int64_t ids[ANSWERS] = {0};
    struct match_keys keys;
    struct account_search found;
    struct list list;
    *out =
        (struct lookup_view){.query = asked, .answers = ARENA_ARRAY(c->arena, ANSWERS, struct lookup_answer)};
    if (!*asked || strlen(asked) > LONGEST)
        return OK;
    bool domain = match_looks_like_domain(asked);
    struct match_company probe = {.name = asked, .domain = domain ? asked : NULL};
    const struct match_record *record = match_prepare(c->arena, &probe);
    match_keys(c->arena, record, &keys);
    TRY(account_find(c, record, &keys, &found));
    for (size_t i = 0; i < found.n; i++)
        TRY(add(c, h, found.seen[i].id, evidence_words(c, found.seen[i].result.evidence), out, ids));
    if (out->n == ANSWERS)
        return OK;
    TRY(noun_find(c, &account_noun, asked, ANSWERS, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(add(c, h, list.rows[i].id, NULL, out, ids));
    return OK;
}
