#include "domain/simulation/history.h"

#include "base/text.h"
#include "base/time.h"

#include <math.h>
#include <stdlib.h>

/*
 * The ruling is the first by a person after the rules' decision. "ended" is when a deed ended it before its
 * time; one that lapsed with its last day ended by itself. Kinds are asked for by "not in" where the
 * registration's index must be taken, not the kinds' one.
 */
static const char cases_sql[] =
    "select d.id, d.created, d.outcome, d.facts, d.protected_until, d.registration_id, r.partner_id, "
    "r.account_id, r.product_line_id, r.company, r.domain, r.country, r.state, r.protected_until, "
    "r.benefit_percent, "
    "case when r.state in ('withdrawn', 'won', 'lost') or (r.state = 'lapsed' and r.ended < "
    "r.protected_until) then coalesce(r.ended, r.updated) end, "
    "p.created, p.outcome, p.protected_until, "
    "(select min(l.leaf_index) from log_leaf l join event e on e.seq = l.event_seq "
    "where l.noun = 'registration' and l.row_id = d.registration_id and e.at >= d.created) "
    "from decision d join registration r on r.id = d.registration_id "
    "left join decision p on p.id = (select min(q.id) from decision q where q.registration_id = "
    "d.registration_id and q.kind not in ('extension', 'override', 'ruling') and q.rule is null and "
    "q.created >= d.created) "
    "where d.kind = 'registration' and d.rule is not null and d.created < $2 and (d.created >= $1 or "
    "(d.outcome <> 'decline' and r.state not in ('declined') and coalesce(r.ended, r.protected_until, $1) >= "
    "$1))";

enum {
    C_DECISION,
    C_CREATED,
    C_OUTCOME,
    C_FACTS,
    C_UNTIL,
    C_REGISTRATION,
    C_PARTNER,
    C_ACCOUNT,
    C_LINE,
    C_COMPANY,
    C_DOMAIN,
    C_COUNTRY,
    C_STATE,
    C_UNTIL_NOW,
    C_PERCENT,
    C_ENDED,
    C_RULED,
    C_RULING,
    C_RULED_UNTIL,
    C_LEAF,
    C_COUNT
};

struct raw {
    struct replay_case k;
    struct past past;
    int64_t account, line, leaf;
    const char *domain, *country;
};

/* ---- ids to numbers: an open table, half full at most ---- */

struct slot {
    int64_t a, b, value;
    bool used;
};
struct table {
    struct slot *slots;
    size_t n, cap;
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 31)) * UINT64_C(0x7fb5d329728ea185);
    x = (x ^ (x >> 27)) * UINT64_C(0x81dadef4bc2dd44d);
    return x ^ (x >> 33);
}

static struct slot *table_find(struct table *t, int64_t a, int64_t b)
{
    size_t i = mix((uint64_t)a * 31 + (uint64_t)b) & (t->cap - 1);
    while (t->slots[i].used && (t->slots[i].a != a || t->slots[i].b != b))
        i = (i + 1) & (t->cap - 1);
    return &t->slots[i];
}

/* The value of the key, or VALUE from now on. */
static int64_t table_put(struct table *t, int64_t a, int64_t b, int64_t value)
{
    struct slot *s = table_find(t, a, b);
    if (!s->used) {
        *s = (struct slot){a, b, value, true};
        t->n++;
    }
    return s->value;
}

static struct table table_for(struct arena *a, size_t keys)
{
    struct table t = {.cap = 16};
    while (t.cap < keys * 2 + 2)
        t.cap *= 2;
    t.slots = ARENA_ARRAY(a, t.cap, struct slot);
    return t;
}

/* ---- reading ---- */

struct reading {
    struct arena *a, *scratch;
    const struct programme *p;
    struct raw *raw;
    size_t n, cap;
    int64_t from;
    size_t amount, tier, types; /* facts */
    bool *needed;
    struct coded *codes;
    bool (*go_on)(void *ctx);
    void *ctx;
    bool stopped, full;
};

static const char *text(struct reading *r, const struct value *v)
{
    return v->kind == VALUE_TEXT ? arena_strndup(r->a, v->s, v->len) : NULL;
}

static int64_t number(const struct value *v)
{
    return v->kind == VALUE_INT ? v->i : 0;
}

static enum outcome outcome_of(const struct value *v)
{
    for (int i = OUTCOME_DECLINE; i <= OUTCOME_APPROVE; i++)
        if (v->kind == VALUE_TEXT && streq(v->s, outcome_names[i]))
            return (enum outcome)i;
    return OUTCOME_DECLINE;
}

static int64_t days_of(int64_t day_end, int64_t until)
{
    return until > day_end ? llround((double)(until - day_end) / (double)US_PER_DAY) : 0;
}

static void read_words(struct reading *r, struct raw *raw)
{
    arena_reset(r->scratch);
    rules_facts_code(r->scratch, &r->p->words, r->needed, raw->k.facts, r->codes);
    const struct coded *amount = &r->codes[r->amount], *tier = &r->codes[r->tier];
    raw->past.amount_known = amount->known;
    raw->past.amount = amount->known ? amount->i : 0;
    raw->past.tier = tier->known ? tier->i : -1;
    raw->past.types = r->codes[r->types].known ? r->codes[r->types].bits : 0;
}

static void read_case(struct reading *r, const struct value *v, struct raw *raw)
{
    const struct zone *zone = r->p->catalog.zone;
    int64_t at = v[C_CREATED].i, granted = number(&v[C_RULED_UNTIL]);
    bool earlier = at < r->from;
    if (!granted)
        granted = number(&v[C_UNTIL]);
    *raw = (struct raw){.account = number(&v[C_ACCOUNT]),
        .line = number(&v[C_LINE]),
        .leaf = v[C_LEAF].kind == VALUE_INT ? v[C_LEAF].i : -1,
        .domain = text(r, &v[C_DOMAIN]),
        .country = text(r, &v[C_COUNTRY])};
    raw->k = (struct replay_case){.at = at,
        .facts = earlier ? "{}" : text(r, &v[C_FACTS]),
        .earlier = earlier,
        .outcome = outcome_of(&v[C_OUTCOME]),
        .ended = number(&v[C_ENDED]),
        .until = number(&v[C_UNTIL_NOW]),
        .day_end = day_end_in(zone, date_in(zone, (struct instant){at})).us};
    if (raw->k.outcome == OUTCOME_REVIEW && v[C_RULED].kind == VALUE_INT) {
        raw->k.ruled = outcome_of(&v[C_RULING]) == OUTCOME_APPROVE ? RULED_APPROVE : RULED_DECLINE;
        raw->k.ruled_at = v[C_RULED].i;
    }
    if (granted && raw->k.until > granted)
        raw->k.extended = raw->k.until - granted;
    int64_t from = raw->k.ruled_at ? raw->k.ruled_at : at;
    raw->past = (struct past){.decision_id = v[C_DECISION].i,
        .registration_id = number(&v[C_REGISTRATION]),
        .partner_id = number(&v[C_PARTNER]),
        .company = text(r, &v[C_COMPANY]),
        .state = text(r, &v[C_STATE]),
        .percent = granted && v[C_PERCENT].kind == VALUE_REAL ? v[C_PERCENT].r : 0,
        .days = days_of(day_end_in(zone, date_in(zone, (struct instant){from})).us, granted)};
    if (!earlier)
        read_words(r, raw);
}

static bool take_row(void *ctx, const struct value *cells, size_t n)
{
    struct reading *r = ctx;
    ASSERT(n == C_COUNT);
    if (r->n == SIMULATION_MAX_CASES) {
        r->full = true;
        return false;
    }
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 4096;
        r->raw = xrealloc(r->raw, r->cap, sizeof *r->raw);
    }
    read_case(r, cells, &r->raw[r->n++]);
    r->stopped = r->n % 4096 == 0 && r->go_on && !r->go_on(r->ctx);
    return !r->stopped;
}

static size_t fact_named(const struct vocabulary *words, const char *name)
{
    size_t i = rules_fact(words, name);
    ASSERT(i < words->n);
    return i;
}

/* By the log; what stands in none (rows from elsewhere) comes first, by its time. */
static int in_order(const void *a, const void *b)
{
    const struct raw *x = a, *y = b;
    if (x->leaf != y->leaf)
        return (x->leaf > y->leaf) - (x->leaf < y->leaf);
    if (x->k.at != y->k.at)
        return (x->k.at > y->k.at) - (x->k.at < y->k.at);
    return (x->past.decision_id > y->past.decision_id) - (x->past.decision_id < y->past.decision_id);
}

/* ---- places ---- */

static int64_t key_hash(const char *kind, const char *a, const char *b)
{
    const char *parts[] = {kind, a, b};
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < COUNT(parts); i++)
        for (const char *p = parts[i];; p++) {
            h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
            if (!*p)
                break;
        }
    return (int64_t)(mix(h) >> 1);
}

/* By which a company is found again, as registering locks it: its domain, its country and folded name. */
static size_t company_keys(struct reading *r, const struct raw *raw, int64_t out[2])
{
    size_t n = 0;
    arena_reset(r->scratch);
    if (raw->domain)
        out[n++] = key_hash("domain", raw->domain, "");
    out[n++] = key_hash("name", raw->country ? raw->country : "",
        text_fold(r->scratch, raw->past.company ? raw->past.company : ""));
    return n;
}

/* A declined registration has no account where the company was new: it gets that of its company, or one of
 * its own. */
static void find_accounts(struct reading *r)
{
    struct table known = table_for(r->a, r->n * 2);
    int64_t keys[2];
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = r->raw[i].account ? company_keys(r, &r->raw[i], keys) : 0; k > 0; k--)
            table_put(&known, keys[k - 1], 0, r->raw[i].account);
    for (size_t i = 0; i < r->n; i++) {
        struct raw *raw = &r->raw[i];
        if (raw->account)
            continue;
        size_t n = company_keys(r, raw, keys);
        for (size_t k = 0; k < n && !raw->account; k++) {
            struct slot *s = table_find(&known, keys[k], 0);
            raw->account = s->used ? s->value : 0;
        }
        if (!raw->account)
            raw->account = -keys[0];
        for (size_t k = 0; k < n; k++)
            table_put(&known, keys[k], 0, raw->account);
    }
}

static void number_all(struct reading *r, struct history *out)
{
    struct table places = table_for(r->a, r->n), partners = table_for(r->a, r->n);
    struct replay_case *cases = ARENA_ARRAY(r->a, r->n + 1, struct replay_case);
    out->past = ARENA_ARRAY(r->a, r->n + 1, struct past);
    out->partners = ARENA_ARRAY(r->a, r->n + 1, int64_t);
    for (size_t i = 0; i < r->n; i++) {
        struct raw *raw = &r->raw[i];
        raw->k.place = (size_t)table_put(&places, raw->account, raw->line, (int64_t)places.n);
        raw->k.partner = (size_t)table_put(&partners, raw->past.partner_id, 0, (int64_t)partners.n);
        cases[i] = raw->k;
        out->past[i] = raw->past;
        out->partners[raw->k.partner] = raw->past.partner_id;
        out->n_replayed += !raw->k.earlier;
    }
    out->replay =
        (struct replay_history){.cases = cases, .n = r->n, .n_places = places.n, .n_partners = partners.n};
}

enum status history_read(struct db *db, struct arena *a, const struct programme *p, struct date from,
    struct date to, bool (*go_on)(void *ctx), void *ctx, struct history *out)
{
    struct reading r = {.a = a,
        .scratch = arena_new(),
        .p = p,
        .from = instant_in(p->catalog.zone, from, 0, 0, 0).us,
        .amount = fact_named(&p->words, "registration.amount"),
        .tier = fact_named(&p->words, "partner.tier"),
        .types = fact_named(&p->words, "partner.types"),
        .needed = ARENA_ARRAY(a, p->words.n, bool),
        .codes = ARENA_ARRAY(a, p->words.n, struct coded),
        .go_on = go_on,
        .ctx = ctx};
    r.needed[r.amount] = r.needed[r.tier] = r.needed[r.types] = true;
    struct value args[2] = {v_int(r.from), v_int(day_end_in(p->catalog.zone, to).us + 1)};
    *out = (struct history){0};
    enum status s = db_each(db, take_row, &r, cases_sql, args, COUNT(args));
    if (s == OK && !r.stopped && !r.full) {
        qsort(r.raw, r.n, sizeof *r.raw, in_order);
        find_accounts(&r);
        number_all(&r, out);
    }
    free(r.raw);
    arena_free(r.scratch);
    return s != OK ? s : r.full ? REFUSED : r.stopped ? RETRY : OK;
}
