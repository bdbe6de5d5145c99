#include "domain/registration/judge.h"

#include "base/id.h"
#include "base/json.h"
#include "domain/registration/facts.h"
#include "model/custom.h"

/* For the vendor: which companies were found alike, and by what. */
static const char *evidence_json(struct call *c, const struct situation *s)
{
    struct buf b = buf_in(c->arena, 1 << 16);
    struct json_out w = json_out(&b);
    out_array(&w);
    for (size_t i = 0; i < s->n_candidates && i < 5; i++) {
        const struct account_match *m = &s->candidates[i];
        out_object(&w);
        out_kv_string(&w, "account", id_text(c->arena, "acc", m->id));
        out_kv_string(&w, "name", m->account.name);
        out_kv_string(&w, "answer", m->result.answer == MATCH_SAME ? "same" : "maybe");
        out_key(&w, "score");
        out_real(&w, (double)(int64_t)(m->result.score * 1000 + 0.5) / 1000);
        out_kv_string(&w, "evidence", m->result.evidence);
        out_end(&w);
    }
    out_end(&w);
    return buf_str(&b);
}

/*
 * Whom the partner calls: the account's owner where the vendor goes on with the deal or sends it to the
 * account team; else its own manager, so that a declined registration does not tell whose account it is.
 */
static int64_t contact(const struct situation *s, const struct rule *rule)
{
    bool goes_on = rule->outcome != OUTCOME_DECLINE || streq(rule->next_step, "account_team");
    int64_t owner = s->match == MATCH_SAME ? s->nearest->account.owner_id.id : 0;
    return goes_on && owner ? owner : s->partner.manager_id.id;
}

enum status registration_judge(struct call *c, const struct wish *w, const struct probe *probe,
    struct registration *r, int64_t *id, const char *event)
{
    struct situation s;
    struct value *facts;
    struct decision d;
    TRY(situation_read(c, w, probe, true, &s));
    TRY(facts_values(c, &s.programme->words, &s, &facts));
    rules_decide(c->arena, &s.programme->rules, facts, &d);
    r->account_id.id = s.match == MATCH_SAME ? s.nearest->id : 0;
    r->contact_id.id = contact(&s, d.rule);
    struct ruling ruling = {.outcome = d.rule->outcome,
        .rule = d.rule,
        .protection_days = d.rule->protection_days,
        .benefit_percent = d.rule->benefit_percent,
        .queue = d.rule->queue,
        .review_hours = d.rule->review_hours,
        .working_hours = d.rule->working_hours,
        .event = event,
        .facts = facts,
        .evidence = evidence_json(c, &s),
        .held = s.held,
        .unclaimed = s.unclaimed && (s.held || !r->account_id.id)};
    return registration_rule(c, s.programme, r, id, &ruling);
}

/* ---- again ---- */

/* Its custom fields as they were given: the rules may ask for them. */
static enum status stored_custom(struct call *c, int64_t id, struct wish *w)
{
    struct custom_field **fields;
    struct row row;
    size_t n;
    TRY(custom_fields(c, &registration_noun, &fields, &n));
    TRY(noun_get(c, &registration_noun, id, &row));
    w->custom = ARENA_ARRAY(c->arena, n + 1, struct custom_input);
    for (size_t i = 0; i < n; i++)
        if (row.custom[i].kind != VALUE_NULL)
            w->custom[w->n_custom++] = (struct custom_input){fields[i], row.custom[i]};
    return OK;
}

enum status again_prepare(struct call *c, int64_t id, struct again *out)
{
    const struct viewer *viewer = c->viewer;
    const struct registration *r = &out->r;
    TRY(registration_whole(c, id, &out->r));
    out->wish = (struct wish){.partner_id = r->partner_id.id,
        .product_line_id = r->product_line_id.id,
        .company = r->company,
        .domain = r->domain,
        .country = r->country,
        .amount = r->amount,
        .currency = r->currency,
        .close_month = r->close_month,
        .relationship = r->relationship};
    c->viewer = &system_viewer;
    enum status s = stored_custom(c, id, &out->wish);
    c->viewer = viewer;
    TRY(s);
    return situation_probe(c, &out->wish, &out->probe);
}

enum status again_account(struct call *c, const struct again *again, struct registration *r)
{
    struct situation s;
    TRY(situation_read(c, &again->wish, &again->probe, true, &s));
    if (!r->account_id.id && s.match == MATCH_SAME)
        r->account_id.id = s.nearest->id;
    return OK;
}
