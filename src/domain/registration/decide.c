/* A decision is written here, whoever made it: registration, claim, decision, event and the log's statement.
 */
#include "base/id.h"
#include "base/json.h"
#include "domain/registration/life.h"
#include "domain/registration/registration.h"
#include "domain/registration/waitlist.h"

static const char *const state_of[] = {
    [OUTCOME_DECLINE] = "declined", [OUTCOME_REVIEW] = "review", [OUTCOME_APPROVE] = "approved"};

static const char *const kind_names[] = {[DECISION_REGISTRATION] = "registration",
    [DECISION_EXTENSION] = "extension",
    [DECISION_OVERRIDE] = "override",
    [DECISION_RULING] = "ruling"};

/* ---- the claim ---- */

enum status protection_clear(struct call *c, int64_t registration_id)
{
    struct value args[1] = {v_int(registration_id)};
    return db_exec(c->db,
        "update protection set state = 'closed' where registration_id = $1 and state <> 'closed'", args, 1);
}

enum status protection_close(struct call *c, int64_t registration_id)
{
    struct value args[1] = {v_int(registration_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select account_id, product_line_id, partner_id from protection where registration_id = $1 and state "
        "<> 'closed' order by id",
        args, 1));
    TRY(protection_clear(c, registration_id));
    for (size_t i = 0; i < rows.n; i++)
        TRY(waitlist_offer(c, cell_int(&rows, i, 0), cell_int(&rows, i, 1), cell_int(&rows, i, 2)));
    return OK;
}

/*
 * A claim whose day has passed frees the account at once, even before its clock has fired, unless it stands
 * for somebody (CLAIM_STANDS): then the unique index refuses the new claim, and its verb runs again and finds
 * the account taken. Under the lock of those who join the waitlist, so that none comes between.
 */
static enum status close_lapsed(struct call *c, int64_t account_id, int64_t line_id)
{
    struct value args[3] = {v_int(account_id), v_int(line_id), v_int(c->now.us)};
    const char *lock = waitlist_lock_name(c->arena, account_id, line_id);
    TRY(db_lock_names(c->db, &lock, 1));
    return db_exec(c->db,
        "update protection set state = 'closed' "
        "where account_id = $1 and product_line_id = $2 and state <> 'closed' and not " CLAIM_STANDS("$3"),
        args, 3);
}

/* HOLD while people decide, LIVE when approved. The unique index is the second wall: its violation runs us
 * again. */
static enum status place_claim(
    struct call *c, const struct registration *r, int64_t id, bool live, struct instant until, int place)
{
    struct value args[9] = {v_int(id_new(c->now)), v_int(r->account_id.id), v_int(r->product_line_id.id),
        v_int(id), v_int(r->partner_id.id), v_text(live ? "live" : "hold"), v_int(until.us), v_int(c->now.us),
        v_int(place)};
    return db_exec(c->db,
        "insert into protection (id, account_id, product_line_id, registration_id, partner_id, state, until, "
        "created, place) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args, 9);
}

enum status protection_next_place(struct call *c, int64_t account_id, int64_t line_id, int *place)
{
    struct value args[2] = {v_int(account_id), v_int(line_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select coalesce(max(place) + 1, 0) from protection where account_id = $1 and product_line_id = $2 "
        "and state <> 'closed'",
        args, 2));
    *place = (int)cell_int(&rows, 0, 0);
    return OK;
}

enum status protection_hold(
    struct call *c, const struct registration *r, int64_t registration_id, struct instant until)
{
    TRY(close_lapsed(c, r->account_id.id, r->product_line_id.id));
    return place_claim(c, r, registration_id, false, until, 0);
}

enum status protection_stands(struct call *c, int64_t account_id, int64_t line_id, int64_t except, bool *yes)
{
    struct value args[4] = {v_int(account_id), v_int(line_id), v_int(except), v_int(c->now.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from protection where account_id = $1 and product_line_id = $2 and registration_id "
        "<> $3 and state <> 'closed' and " CLAIM_STANDS("$4"),
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

/* The vocabulary that a ruling's facts are of. */
static const struct vocabulary *words_of(const struct programme *p, const struct ruling *ruling)
{
    return ruling->kind == DECISION_EXTENSION ? &p->extension_words : &p->words;
}

static const char *facts_json(struct call *c, const struct programme *p, const struct ruling *ruling)
{
    const struct value *facts = ruling->facts;
    struct buf b = buf_in(c->arena, 1 << 18);
    struct json_out w = json_out(&b);
    if (facts) {
        rules_facts_json(&w, words_of(p, ruling), facts, false);
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
        rules_facts_json(w, words_of(p, ruling), ruling->facts, true);
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

/* Names this partner's side only. */
static void out_dispute(struct json_out *w, const struct ruling *ruling)
{
    out_key(w, "dispute");
    out_object(w);
    if (ruling->compensation_currency) {
        out_key(w, "compensation");
        out_object(w);
        out_kv_string(w, "currency", ruling->compensation_currency);
        out_kv_int(w, "minor", ruling->compensation.minor);
        out_end(w);
    }
    out_kv_string(w, "remedy", ruling->remedy);
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
    if (ruling->remedy)
        out_dispute(&w, ruling);
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
    r->extensions = 0;
    r->ended.us = 0;
    r->lapse_reason = r->queue = NULL;
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

struct instant protection_extended(const struct programme *p, const struct registration *r, int days)
{
    struct date end = date_in(p->catalog.zone, r->protected_until);
    return day_end_in(p->catalog.zone, (struct date){end.days + days});
}

/* More days from the present end on; while people decide at least until they answer. */
static void set_extension(
    struct call *c, const struct programme *p, struct registration *r, const struct ruling *ruling)
{
    const struct zone *zone = p->catalog.zone;
    if (ruling->outcome == OUTCOME_APPROVE) {
        r->protected_until = protection_extended(p, r, ruling->protection_days);
        r->extensions++;
    } else if (ruling->outcome == OUTCOME_REVIEW) {
        struct instant due = programme_due(p, c->now, ruling->review_hours, ruling->working_hours);
        struct instant answer = day_end_in(zone, date_in(zone, due));
        if (answer.us > r->protected_until.us)
            r->protected_until = answer;
    }
}

/* For the answer of this call, where no person's name has to be read for it. */
static const struct decided *just_decided(
    struct call *c, const struct programme *p, const struct ruling *ruling, const char *facts)
{
    if (!ruling->rule || ruling->kind == DECISION_EXTENSION)
        return NULL;
    struct decided *d = ARENA_NEW(c->arena, struct decided);
    *d = (struct decided){.outcome = ruling->outcome,
        .rule = ruling->rule->id,
        .programme_number = p->number,
        .facts = facts,
        .at = c->now,
        .reason = ruling->reason};
    return d;
}

static enum status write_decision(struct call *c, const struct programme *p, const struct registration *r,
    int64_t id, const struct ruling *ruling, struct event *e, const char **commitment)
{
    const char *facts = facts_json(c, p, ruling);
    e->decided = just_decided(c, p, ruling, facts);
    *commitment = commit_whole(c, p, ruling, facts);
    struct value args[16] = {v_int(id_new(c->now)), v_int(c->now.us), v_int(id), v_int(r->partner_id.id),
        v_text(outcome_names[ruling->outcome]), v_text(ruling->rule ? ruling->rule->id : NULL),
        v_int(p->number), v_text(p->hash), v_text(facts), v_text(ruling->evidence ? ruling->evidence : "[]"),
        v_ref(ruling->rule ? 0 : c->viewer->person_id), v_text(ruling->reason),
        r->protected_until.us ? v_int(r->protected_until.us) : v_null(), v_text(*commitment),
        v_text(kind_names[ruling->kind]), v_ref(ruling->extension_id)};
    return db_exec(c->db,
        "insert into decision (id, version, created, updated, registration_id, partner_id, outcome, rule, "
        "programme_number, rules_hash, facts, evidence, decided_by, reason, protected_until, commitment, "
        "kind, extension_id) "
        "values ($1, 1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        args, 16);
}

/* What is left in the feed: a changed row, or where nothing of it changed an event that says it was decided.
 */
static enum status write_change(
    struct call *c, const struct registration *r, int64_t id, const char *verb, struct event **out)
{
    const struct event *before = call_last_event(c);
    TRY(noun_update(c, &registration_noun, id, r, UINT64_MAX, verb));
    *out = call_last_event(c);
    if (*out == before) {
        *out = call_event(c, &registration_noun, id, verb ? verb : c->verb->name, "{}");
        (*out)->partner_id = r->partner_id.id;
    }
    return OK;
}

/* The new claim; what it claimed so far does not count. */
static enum status claim(
    struct call *c, const struct registration *r, int64_t id, const struct ruling *ruling)
{
    bool live = ruling->outcome == OUTCOME_APPROVE, other = false;
    int64_t account = r->account_id.id, line = r->product_line_id.id;
    if (!live && !ruling->unclaimed) /* a review goes without a hold of its own where somebody else stands */
        TRY(protection_stands(c, account, line, id, &other));
    if (!other && !ruling->unclaimed)
        TRY(close_lapsed(c, account, line));
    struct instant until = live ? r->protected_until : r->review_due;
    return other ? OK : place_claim(c, r, id, live, until, ruling->place);
}

static enum status rule_claim(
    struct call *c, struct registration *r, int64_t *id, const struct ruling *ruling, struct event **e)
{
    bool fresh = *id == 0;
    if (r->account_id.id)
        TRY(ruling->held ? OK : account_hold(c, r->account_id.id));
    else if (ruling->outcome != OUTCOME_DECLINE)
        TRY(make_account(c, r));
    if (fresh) {
        TRY(noun_insert(c, &registration_noun, r, id));
        *e = call_last_event(c);
    } else {
        TRY(write_change(c, r, *id, ruling->event, e));
    }
    if (ruling->outcome == OUTCOME_DECLINE && (fresh || !ruling->hands_over))
        return fresh ? OK : protection_close(c, *id);
    if (!fresh)
        TRY(protection_clear(c, *id));
    if (ruling->outcome == OUTCOME_DECLINE)
        return OK;
    TRY(claim(c, r, *id, ruling));
    return fresh ? OK : waitlist_settle(c, r);
}

static enum status rule_extension(
    struct call *c, struct registration *r, int64_t id, const struct ruling *ruling, struct event **e)
{
    struct value args[2] = {v_int(id), v_int(r->protected_until.us)};
    int64_t moved;
    TRY(db_exec_count(c->db, &moved,
        "update protection set until = $2 where registration_id = $1 and state = 'live'", args, 2));
    if (!moved)
        return call_refuse(c, PROBLEM_state, TR(c, "The protection has ended; register the customer again."));
    return write_change(c, r, id, ruling->event, e);
}

enum status registration_rule(struct call *c, const struct programme *p, struct registration *r, int64_t *id,
    const struct ruling *ruling)
{
    bool fresh = *id == 0, extends = ruling->kind == DECISION_EXTENSION;
    struct event *e = NULL;
    if (extends)
        set_extension(c, p, r, ruling);
    else if (!ruling->stands)
        set_outcome(c, p, r, ruling);
    if (!ruling->stands)
        life_wind(p, r, c->now);
    TRY(ruling->stands ? write_change(c, r, *id, ruling->event, &e)
        : extends      ? rule_extension(c, r, *id, ruling, &e)
                       : rule_claim(c, r, id, ruling, &e));
    const char *commitment;
    TRY(write_decision(c, p, r, *id, ruling, e, &commitment));
    /* The public part of the commitment is its hash; the salt stays in the decision's row. */
    e->statement =
        statement(c, p, ruling, r, *id, statement_type(ruling, fresh), strchr(commitment, ':') + 1);
    e->partner_sees = true;
    random_bytes(e->salt, sizeof e->salt);
    return OK;
}
