/* A decision is written here, whoever made it: registration, claim, decision, event and the log's statement.
 */
#include "base/id.h"
#include "base/json.h"
#include "domain/registration/registration.h"

static const char *const state_of[] = {
    [OUTCOME_DECLINE] = "declined", [OUTCOME_REVIEW] = "review", [OUTCOME_APPROVE] = "approved"};

static const char *const kind_names[] = {[DECISION_REGISTRATION] = "registration",
    [DECISION_EXTENSION] = "extension",
    [DECISION_OVERRIDE] = "override",
    [DECISION_RULING] = "ruling"};

/* ---- the claim ---- */

enum status protection_close(struct call *c, int64_t registration_id)
{
    struct value args[1] = {v_int(registration_id)};
    return db_exec(c->db,
        "update protection set state = 'closed' where registration_id = $1 and state <> 'closed'", args, 1);
}

/* A claim whose day has passed frees the account at once, even before its clock has fired. */
static enum status close_lapsed(struct call *c, int64_t account_id, int64_t line_id)
{
    struct value args[3] = {v_int(account_id), v_int(line_id), v_int(c->now.us)};
    return db_exec(c->db,
        "update protection set state = 'closed' "
        "where account_id = $1 and product_line_id = $2 and state <> 'closed' and state <> 'hold' "
        "and until < $3",
        args, 3);
}

/* HOLD while people decide, LIVE when approved. The unique index is the second wall: its violation runs us
 * again. */
static enum status place_claim(
    struct call *c, const struct registration *r, int64_t id, bool live, struct instant until)
{
    TRY(close_lapsed(c, r->account_id.id, r->product_line_id.id));
    struct value args[8] = {v_int(id_new(c->now)), v_int(r->account_id.id), v_int(r->product_line_id.id),
        v_int(id), v_int(r->partner_id.id), v_text(live ? "live" : "hold"), v_int(until.us),
        v_int(c->now.us)};
    return db_exec(c->db,
        "insert into protection (id, account_id, product_line_id, registration_id, partner_id, state, until, "
        "created) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args, 8);
}

/* Whether somebody else stands there: a review then goes without a hold of its own. */
static enum status claimed_by_other(struct call *c, const struct registration *r, int64_t id, bool *yes)
{
    struct value args[4] = {
        v_int(r->account_id.id), v_int(r->product_line_id.id), v_int(id), v_int(c->now.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from protection where account_id = $1 and product_line_id = $2 and registration_id "
        "<> $3 "
        "and state <> 'closed' and (state = 'hold' or until >= $4)",
        args, 4));
    *yes = cell_int(&rows, 0, 0) > 0;
    return OK;
}

/* ---- the company becomes an account ---- */

static enum status make_account(struct call *c, struct registration *r)
{
    struct account a = {.name = r->company,
        .domain = r->domain,
        .country = r->country,
        .status = "open",
        .contract_until = {DATE_NONE},
        .source = "registration"};
    return account_insert_beside(c, &a, &r->account_id.id);
}

/* ---- the log's statement ---- */

static const char *facts_json(
    struct call *c, const struct programme *p, const struct value *facts, bool partner_only)
{
    struct buf b = buf_in(c->arena, 1 << 18);
    struct json_out w = json_out(&b);
    if (facts) {
        rules_facts_json(&w, &p->words, facts, partner_only);
    } else {
        out_object(&w);
        out_end(&w);
    }
    return buf_str(&b);
}

static void out_decision(struct call *c, struct json_out *w, const struct programme *p,
    const struct ruling *ruling, const struct registration *r)
{
    const struct rule *rule = ruling->rule;
    out_object(w);
    out_kv_string(w, "by", rule ? "rules" : "person");
    if (rule) {
        out_key(w, "facts");
        rules_facts_json(w, &p->words, ruling->facts, true);
    }
    out_kv_string(w, "outcome", outcome_names[ruling->outcome]);
    out_kv_int(w, "programme_version", p->number);
    if (r->protected_until.us)
        out_kv_string(w, "protected_until", instant_iso(c->arena, r->protected_until));
    out_key(w, "reasons");
    out_array(w);
    out_string(w, !rule ? ruling->reason : rule->sentence ? rule->sentence : rule->name);
    out_end(w);
    if (rule)
        out_kv_string(w, "rule", rule->id);
    out_kv_string(w, "rules_hash", p->hash);
    out_end(w);
}

static bool is_canonical(struct arena *a, struct buf *json)
{
    const char *error;
    json_t *v = json_read(a, buf_str(json), json->len, &error);
    struct buf out = buf_in(a, 1 << 18);
    if (v)
        json_canonical(&out, v);
    return v && streq(buf_str(&out), buf_str(json));
}

/*
 * People and companies are named by id, the customer as it was typed. Keys are written in the canonical order
 * (RFC 8785), so that nothing is sorted while others wait for the commit.
 */
static const char *statement(struct call *c, const struct programme *p, const struct ruling *ruling,
    const struct registration *r, int64_t id, const char *type, const char *commitment)
{
    struct buf b = buf_in(c->arena, 1 << 18);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "amount");
    out_object(&w);
    out_kv_string(&w, "currency", r->currency);
    out_kv_int(&w, "minor", r->amount.minor);
    out_end(&w);
    out_kv_string(&w, "at", instant_iso(c->arena, c->now));
    out_kv_string(&w, "commitment", commitment);
    out_kv_string(&w, "company", r->company);
    out_kv_string(&w, "country", r->country);
    out_key(&w, "decision");
    out_decision(c, &w, p, ruling, r);
    if (r->domain)
        out_kv_string(&w, "domain", r->domain);
    out_kv_string(&w, "id", id_text(c->arena, "reg", id));
    out_kv_string(&w, "partner", id_text(c->arena, "prt", r->partner_id.id));
    out_kv_string(&w, "person", id_text(c->arena, "per", r->person_id.id));
    out_kv_string(&w, "product_line", id_text(c->arena, "pln", r->product_line_id.id));
    out_kv_string(&w, "type", type);
    out_end(&w);
    DEBUG_ASSERT(is_canonical(c->arena, &b));
    return buf_str(&b);
}

/* Commits to the whole decision, facts of the vendor's side included, without telling it. */
static const char *commit_whole(
    struct call *c, const struct programme *p, const struct ruling *ruling, const char *facts)
{
    unsigned char salt[32];
    random_bytes(salt, sizeof salt);
    struct buf whole = buf_in(c->arena, 1 << 18), hex = buf_in(c->arena, 256);
    buf_addf(&whole, "%s\n%s\n%s\n%s", outcome_names[ruling->outcome], ruling->rule ? ruling->rule->id : "",
        p->hash, facts);
    struct hash h = sha256_3(salt, sizeof salt, whole.p, whole.len, NULL, 0);
    buf_add_hex(&hex, salt, sizeof salt);
    buf_addc(&hex, ':');
    buf_add_hex(&hex, h.b, HASH_SIZE);
    return buf_str(&hex);
}

/* What the log calls it: a first decision is the registration's own entry. */
static const char *statement_type(const struct ruling *ruling, bool fresh)
{
    if (ruling->kind != DECISION_REGISTRATION)
        return kind_names[ruling->kind];
    return fresh ? "registration" : "decision";
}

/* ---- the whole ---- */

static void set_outcome(
    struct call *c, const struct programme *p, struct registration *r, const struct ruling *ruling)
{
    r->state = state_of[ruling->outcome];
    r->rule = ruling->rule ? ruling->rule->id : NULL;
    r->reason = ruling->reason;
    r->protected_until.us = r->review_due.us = r->decided.us = 0;
    r->benefit_percent = 0;
    r->queue = NULL;
    r->decided_by.id = ruling->rule ? 0 : c->viewer->person_id;
    if (ruling->outcome == OUTCOME_REVIEW) {
        r->queue = ruling->queue;
        r->review_due = programme_due(p, c->now, ruling->review_hours, ruling->working_hours);
        return;
    }
    r->decided = c->now;
    if (ruling->outcome == OUTCOME_APPROVE) {
        struct date today = date_in(p->catalog.zone, c->now);
        r->protected_until = day_end_in(p->catalog.zone, (struct date){today.days + ruling->protection_days});
        r->benefit_percent = ruling->benefit_percent;
    }
}

static enum status write_decision(struct call *c, const struct programme *p, const struct registration *r,
    int64_t id, const struct ruling *ruling, const char **commitment)
{
    const char *facts = facts_json(c, p, ruling->facts, false);
    *commitment = commit_whole(c, p, ruling, facts);
    struct value args[16] = {v_int(id_new(c->now)), v_int(c->now.us), v_int(id), v_int(r->partner_id.id),
        v_text(outcome_names[ruling->outcome]), v_text(r->rule), v_int(p->number), v_text(p->hash),
        v_text(facts), v_text(ruling->evidence ? ruling->evidence : "[]"), v_ref(r->decided_by.id),
        v_text(ruling->reason), r->protected_until.us ? v_int(r->protected_until.us) : v_null(),
        v_text(*commitment), v_text(kind_names[ruling->kind])};
    return db_exec(c->db,
        "insert into decision (id, version, created, updated, registration_id, partner_id, outcome, rule, "
        "programme_number, rules_hash, facts, evidence, decided_by, reason, protected_until, commitment, "
        "kind) values ($1, 1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        args, 15);
}

enum status registration_rule(struct call *c, const struct programme *p, struct registration *r, int64_t *id,
    const struct ruling *ruling)
{
    bool fresh = *id == 0;
    set_outcome(c, p, r, ruling);
    if (!r->account_id.id && ruling->outcome != OUTCOME_DECLINE)
        TRY(make_account(c, r));
    if (fresh)
        TRY(noun_insert(c, &registration_noun, r, id));
    else
        TRY(noun_update(c, &registration_noun, *id, r, UINT64_MAX, NULL));
    struct event *e = call_last_event(c);
    if (!fresh) /* what it claimed so far; claimed_by_other() does not count it */
        TRY(protection_close(c, *id));
    if (ruling->outcome != OUTCOME_DECLINE) {
        bool live = ruling->outcome == OUTCOME_APPROVE, other = false;
        if (!live)
            TRY(claimed_by_other(c, r, *id, &other));
        if (!other)
            TRY(place_claim(c, r, *id, live, live ? r->protected_until : r->review_due));
    }
    const char *commitment;
    TRY(write_decision(c, p, r, *id, ruling, &commitment));
    /* The public part of the commitment is its hash; the salt stays in the decision's row. */
    e->statement =
        statement(c, p, ruling, r, *id, statement_type(ruling, fresh), strchr(commitment, ':') + 1);
    e->partner_sees = true;
    random_bytes(e->salt, sizeof e->salt);
    return OK;
}
