/*
 * Taking a lead in: under the locks of the company's keys what is known of the company is read. All of it
 * happens in the transaction, because imports call a verb's run alone.
 */
#include "base/id.h"
#include "domain/account/account.h"
#include "domain/lead/candidates.h"
#include "domain/referral/referral.h"
#include "domain/touchpoint/touchpoint.h"

#include <stdlib.h>

static const struct key_table lead_keys = {"lead_key", "lead_id"};

const struct match_record *lead_record(struct arena *a, const struct lead *lead, struct match_keys *keys)
{
    bool is_domain = match_looks_like_domain(lead->company);
    struct match_company company = {.name = is_domain ? NULL : lead->company,
        .domain = lead->domain ? lead->domain
                  : is_domain  ? lead->company
                               : lead->contact_email,
        .country = lead->country};
    const struct match_record *record = match_prepare(a, &company);
    match_keys(a, record, keys);
    return record;
}

/* ---- keys ---- */

static enum status store_keys(struct call *c, int64_t id, const struct match_keys *keys)
{
    for (size_t i = 0; i < keys->n; i++) {
        struct value args[2] = {v_text(keys->key[i]), v_int(id)};
        TRY(db_exec(
            c->db, "insert into lead_key (key, lead_id) values ($1, $2) on conflict do nothing", args, 2));
    }
    return OK;
}

enum status lead_rekey(struct call *c, int64_t id, const struct lead *lead)
{
    struct value args[1] = {v_int(id)};
    struct match_keys keys;
    (void)lead_record(c->arena, lead, &keys);
    TRY(db_exec(c->db, "delete from lead_key where lead_id = $1", args, 1));
    return store_keys(c, id, &keys);
}

/* ---- the same company ---- */

static int better_first(const void *a, const void *b)
{
    const struct lead_alike *x = a, *y = b;
    int order = match_result_order(&x->result, &y->result);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void compare(struct call *c, const struct match_record *probe, const struct rows *rows, size_t r,
    struct lead_alike *out)
{
    struct match_keys keys;
    struct lead other = {.company = cell_text(rows, r, 1),
        .domain = cell_text(rows, r, 2),
        .country = cell_text(rows, r, 3),
        .contact_email = cell_text(rows, r, 4)};
    *out = (struct lead_alike){.id = cell_int(rows, r, 0),
        .product_line_id = cell_int(rows, r, 5),
        .company = other.company,
        .state = cell_text(rows, r, 6),
        .result = match_compare(c->arena, probe, lead_record(c->arena, &other, &keys))};
}

static const char going_on_sql[] =
    "select id, company, domain, country, contact_email, product_line_id, state from lead where state in "
    "('new', 'offered', 'review', 'accepted', 'converted') and id";

enum status lead_find_alike(
    struct call *c, const struct lead *lead, int64_t except, struct lead_alike **out, size_t *n)
{
    struct match_keys keys;
    struct shared_keys shared;
    const struct match_record *probe = lead_record(c->arena, lead, &keys);
    *n = 0;
    TRY(shared_keys_read(c, &lead_keys, &keys, &shared));
    *out = ARENA_ARRAY(c->arena, shared.n + 1, struct lead_alike);
    if (!shared.n)
        return OK;
    struct db_query q = listed_ids_query(c->arena, going_on_sql, shared.ids, shared.n);
    TRY(db_query_many(c->db, c->arena, &q, 1));
    for (size_t r = 0; r < q.rows.n; r++) {
        if (cell_int(&q.rows, r, 0) == except)
            continue;
        compare(c, probe, &q.rows, r, &(*out)[*n]);
        *n += (*out)[*n].result.answer != MATCH_DIFFERENT;
    }
    qsort(*out, *n, sizeof **out, better_first);
    return OK;
}

enum status lead_account(struct call *c, const struct lead *lead, int64_t *account_id)
{
    struct account_search found;
    struct match_keys keys;
    const struct match_record *probe = lead_record(c->arena, lead, &keys);
    TRY(account_find(c, probe, &keys, &found));
    *account_id = found.n && found.seen[0].result.answer == MATCH_SAME ? found.seen[0].id : 0;
    return OK;
}

enum status lead_know_account(struct call *c, struct lead *lead)
{
    return lead->account_id.id ? OK : lead_account(c, lead, &lead->account_id.id);
}

/* ---- whose it is ---- */

/* It goes on as the one that is there: the same company, and the same line where both are known. */
static enum status join(struct call *c, struct lead *lead)
{
    struct lead_alike *alike;
    size_t n;
    TRY(lead_find_alike(c, lead, 0, &alike, &n));
    for (size_t i = 0; i < n && !lead->joined_lead_id.id; i++)
        if (alike[i].result.answer == MATCH_SAME &&
            (!lead->product_line_id.id || !alike[i].product_line_id ||
                lead->product_line_id.id == alike[i].product_line_id)) {
            lead->state = "joined";
            lead->joined_lead_id.id = alike[i].id;
        }
    return OK;
}

/* Who refers by a link says there whether it looks after the leads itself. */
static enum status wants(struct call *c, const struct lead *lead, bool *yes)
{
    struct referral_link link;
    *yes = true;
    if (!lead->referral_link_id.id)
        return OK;
    TRY(noun_load_whole(c, &referral_link_noun, lead->referral_link_id.id, &link));
    *yes = link.keeps;
    return OK;
}

/* What a partner brought is its own where nobody else holds the customer, and the vendor sells there through
 * partners. */
static enum status give_to_referrer(struct call *c, struct lead *lead)
{
    bool wanted, may;
    TRY(wants(c, lead, &wanted));
    if (!wanted)
        return OK;
    TRY(lead_may_get(c, lead, lead->referrer_id.id, &may));
    lead->state = may ? "accepted" : "review";
    lead->partner_id.id = may ? lead->referrer_id.id : 0;
    return OK;
}

static void write_brought(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "A lead that you brought is yours: %s"), lead->company);
}

static void write_review(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "A partner brought a lead that needs you: %s"), lead->company);
    out->body = tr(lang, "Somebody else holds the customer, it is sold to directly, or the partner is "
                         "suspended.");
}

static void write_new(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "A lead came by a partner's referral link: %s"), lead->company);
}

/* Who left it stays untold: it may be somebody else's customer. */
static void write_referred(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    (void)c;
    (void)ctx;
    out->subject = tr(lang, "Somebody left a lead by your referral link");
}

static enum status tell_referrer(struct call *c, int64_t id, const struct lead *lead)
{
    struct notice_about about = {.kind = NOTICE_lead, .noun = &lead_noun, .id = id};
    if (lead->partner_id.id)
        return notify_partner(c, lead->partner_id.id, PARTNER_ROLES, &about, write_brought, lead);
    if (!lead->referral_link_id.id)
        return OK;
    about.noun = &referral_link_noun;
    about.id = lead->referral_link_id.id;
    return notify_partner(c, lead->referrer_id.id, PARTNER_ROLES, &about, write_referred, NULL);
}

static enum status tell_of_brought(struct call *c, int64_t id, const struct lead *lead)
{
    if (streq(lead->state, "review"))
        TRY(lead_tell_vendor(c, id, lead, write_review, lead));
    else if (streq(lead->state, "new"))
        TRY(lead_tell_vendor(c, id, lead, write_new, lead));
    return tell_referrer(c, id, lead);
}

/* The act is the partner's whatever becomes of the lead: it counts for whom brought the customer first. What
 * a stranger's form says counts once the vendor takes it for genuine: anybody may name any company there. */
static enum status credit_referrer(struct call *c, int64_t id, const struct lead *lead)
{
    struct touchpoint t = {.happened = c->now,
        .partner_id = lead->referrer_id,
        .account_id = lead->account_id,
        .kind = "lead",
        .channel = lead->referral_link_id.id ? "web" : "other",
        .source = lead->referral_link_id.id ? "stranger" : NULL,
        .state = lead->referral_link_id.id ? "claimed" : NULL,
        .origin = id_text(c->arena, lead_noun.prefix, id)};
    TRY(touchpoint_record(c, &t));
    return tell_of_brought(c, id, lead);
}

static enum status check_company(struct call *c, struct lead *lead, struct match_keys *keys)
{
    (void)lead_record(c->arena, lead, keys);
    if (!keys->n)
        return call_field(c, "company", TR(c, "enter the company's name or its web domain"));
    return OK;
}

/* Of the exact ones; where there is none, the most selective. */
static size_t n_locks(const struct match_keys *keys)
{
    return keys->n_exact ? keys->n_exact : keys->n ? 1 : 0;
}

void lead_name_locks(struct call *c, const struct lead *lead)
{
    struct match_keys *keys = ARENA_NEW(c->arena, struct match_keys);
    (void)lead_record(c->arena, lead, keys);
    c->locks = keys->key;
    c->n_locks = n_locks(keys);
}

enum status lead_take_in(struct call *c, struct lead *lead, int64_t *id)
{
    struct match_keys keys;
    TRY(check_company(c, lead, &keys));
    if (!c->n_locks) /* an import: nobody prepared it */
        TRY(db_lock_names(c->db, keys.key, n_locks(&keys)));
    lead->state = "new";
    lead->source = lead->source ? lead->source : lead->referrer_id.id ? "partner" : "other";
    if (lead->consent && !streq(lead->consent, "none"))
        lead->consent_at = c->now;
    TRY(lead_account(c, lead, &lead->account_id.id));
    TRY(join(c, lead));
    if (lead->referrer_id.id && streq(lead->state, "new"))
        TRY(give_to_referrer(c, lead));
    TRY(noun_insert(c, &lead_noun, lead, id));
    call_last_event(c)->partner_sees = lead->partner_id.id != 0;
    c->indexed_id = 0; /* it was the lead's; nothing else has its words stored ahead */
    TRY(store_keys(c, *id, &keys));
    return lead->referrer_id.id ? credit_referrer(c, *id, lead) : OK;
}
