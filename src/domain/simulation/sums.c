#include "domain/simulation/sums.h"

#include "base/id.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>

#define PARTNERS_SHOWN 200
#define HOUR_US        INT64_C(3600000000)

const char *const effect_names[] = {
    [EFFECT_NONE] = "none", [EFFECT_BETTER] = "better", [EFFECT_WORSE] = "worse", [EFFECT_OTHER] = "other"};

struct verdict verdict_of(const struct history *h, const struct side *s, size_t i)
{
    const struct replay_result *r = &s->results[i];
    const struct past *p = &h->past[i];
    struct verdict v = {.outcome = r->rule->outcome, .rule = r->rule, .clash = r->clash};
    if (v.outcome == OUTCOME_APPROVE && !r->clash) {
        v.percent = r->rule->benefit_percent;
        v.days = r->rule->protection_days;
    } else if (v.outcome == OUTCOME_REVIEW) {
        v.percent = p->percent;
        v.days = p->days;
    }
    return v;
}

enum effect effect_of(const struct verdict *b, const struct verdict *a)
{
    if (b->outcome != a->outcome)
        return a->outcome > b->outcome ? EFFECT_BETTER : EFFECT_WORSE;
    if (b->outcome == OUTCOME_APPROVE && (b->percent != a->percent || b->days != a->days)) {
        bool more = a->percent >= b->percent && a->days >= b->days;
        bool less = a->percent <= b->percent && a->days <= b->days;
        return more ? EFFECT_BETTER : less ? EFFECT_WORSE : EFFECT_OTHER;
    }
    return EFFECT_NONE;
}

static int64_t benefit(const struct past *p, const struct verdict *v)
{
    return llround((double)p->amount * v->percent / 100);
}

int64_t weight_of(const struct past *p, const struct verdict *b, const struct verdict *a)
{
    int64_t steps = llabs((int64_t)a->outcome - (int64_t)b->outcome);
    return steps ? p->amount * steps : llabs(benefit(p, a) - benefit(p, b));
}

double waited_hours(const struct replay_case *k)
{
    return k->ruled_at ? (double)(k->ruled_at - k->at) / (double)HOUR_US : 0;
}

/* ---- tallies ---- */

/* Of a partner, a tier, a type, or all. */
struct tally {
    int64_t cases, better, worse, other;
    int64_t flow[3][3]; /* outcome before, after */
    int64_t money[2], days[2];
};

static void tally_add(struct tally *t, const struct past *p, const struct verdict *b, const struct verdict *a)
{
    enum effect e = effect_of(b, a);
    t->cases++;
    t->better += e == EFFECT_BETTER;
    t->worse += e == EFFECT_WORSE;
    t->other += e == EFFECT_OTHER;
    t->flow[b->outcome][a->outcome]++;
    t->money[0] += benefit(p, b);
    t->money[1] += benefit(p, a);
    t->days[0] += b->days;
    t->days[1] += a->days;
}

static int64_t tally_changed(const struct tally *t)
{
    return t->better + t->worse + t->other;
}

struct sums {
    struct tally all;
    struct tally *partners, *tiers, *types;
    int64_t *partner_tier; /* the newest, as an option of the fact */
    int64_t by_rules[2], reviews[2], knock_ons, clashes, amounts_unknown;
    double review_hours[2];
    double *sooner; /* hours, of each that a person answered and the draft answers at once */
    size_t n_sooner;
};

/* Hours that a case under review waits: as in reality, else what the rule promises. */
static double review_hours(const struct replay_case *k, const struct verdict *v)
{
    double real = waited_hours(k);
    return real > 0 ? real : v->rule->review_hours;
}

static void add_sides(struct sums *s, const struct replay_case *k, const struct verdict v[2])
{
    for (int i = 0; i < 2; i++) {
        if (v[i].outcome == OUTCOME_REVIEW) {
            s->reviews[i]++;
            s->review_hours[i] += review_hours(k, &v[i]);
        } else {
            s->by_rules[i]++;
        }
    }
    if (v[0].outcome == OUTCOME_REVIEW && v[1].outcome != OUTCOME_REVIEW && k->ruled_at)
        s->sooner[s->n_sooner++] = waited_hours(k);
    s->clashes += v[1].clash;
}

static void add_case(
    struct sums *s, const struct history *h, const struct side *before, const struct side *after, size_t i)
{
    const struct replay_case *k = &h->replay.cases[i];
    const struct past *p = &h->past[i];
    const struct verdict v[2] = {verdict_of(h, before, i), verdict_of(h, after, i)};
    tally_add(&s->all, p, &v[0], &v[1]);
    tally_add(&s->partners[k->partner], p, &v[0], &v[1]);
    s->partner_tier[k->partner] = p->tier;
    if (p->tier >= 0)
        tally_add(&s->tiers[p->tier], p, &v[0], &v[1]);
    for (size_t t = 0; t < RULES_MAX_SET_OPTIONS; t++)
        if (p->types >> t & 1)
            tally_add(&s->types[t], p, &v[0], &v[1]);
    add_sides(s, k, v);
    s->amounts_unknown += !p->amount_known;
    s->knock_ons += after->results[i].knock_on && effect_of(&v[0], &v[1]) != EFFECT_NONE;
}

/* ---- as JSON ---- */

static void out_pair(struct json_out *w, const char *key, int64_t before, int64_t after)
{
    out_key(w, key);
    out_array(w);
    out_int(w, before);
    out_int(w, after);
    out_end(w);
}

static void out_tally(struct json_out *w, const struct tally *t)
{
    out_kv_int(w, "better", t->better);
    out_kv_int(w, "cases", t->cases);
    out_pair(w, "days", t->days[0], t->days[1]);
    out_key(w, "flow"); /* by outcome before, then after: decline, review, approve */
    out_array(w);
    for (int b = 0; b < 3; b++) {
        out_array(w);
        for (int a = 0; a < 3; a++)
            out_int(w, t->flow[b][a]);
        out_end(w);
    }
    out_end(w);
    out_pair(w, "money", t->money[0], t->money[1]);
    out_kv_int(w, "other", t->other);
    out_kv_int(w, "worse", t->worse);
}

static const struct fact *fact_named(const struct programme *p, const char *name)
{
    const struct fact *f = rules_fact_of(&p->words, name);
    ASSERT(f);
    return f;
}

static void out_groups(struct json_out *w, const char *key, const struct fact *f, const struct tally *t)
{
    out_key(w, key);
    out_array(w);
    for (size_t i = 0; i < f->n_options; i++) {
        if (!t[i].cases)
            continue;
        out_object(w);
        out_kv_string(w, "key", f->options[i]);
        out_tally(w, &t[i]);
        out_end(w);
    }
    out_end(w);
}

struct ranked {
    const struct tally *t;
    size_t partner;
};

/* Who wins most first, who loses most last. */
static int by_net(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int64_t nx = x->t->better - x->t->worse, ny = y->t->better - y->t->worse;
    if (nx != ny)
        return (nx < ny) - (nx > ny);
    return (x->partner > y->partner) - (x->partner < y->partner);
}

static void out_partner(struct json_out *w, struct arena *a, const struct history *h, const struct sums *s,
    const struct fact *tier, const struct ranked *r)
{
    int64_t option = s->partner_tier[r->partner];
    out_object(w);
    out_kv_string(w, "id", id_text(a, "prt", h->partners[r->partner]));
    if (option >= 0)
        out_kv_string(w, "tier", tier->options[option]);
    out_tally(w, r->t);
    out_end(w);
}

/* At most PARTNERS_SHOWN, half from each end. */
static void out_partners(struct json_out *w, struct arena *a, const struct history *h, const struct sums *s,
    const struct fact *tier)
{
    struct ranked *ranked = ARENA_ARRAY(a, h->replay.n_partners + 1, struct ranked);
    size_t n = 0;
    for (size_t i = 0; i < h->replay.n_partners; i++)
        if (tally_changed(&s->partners[i]))
            ranked[n++] = (struct ranked){&s->partners[i], i};
    qsort(ranked, n, sizeof *ranked, by_net);
    out_kv_int(w, "partners_changed", (int64_t)n);
    out_key(w, "partners");
    out_array(w);
    for (size_t i = 0; i < n; i++)
        if (n <= PARTNERS_SHOWN || i < PARTNERS_SHOWN / 2 || i >= n - PARTNERS_SHOWN / 2)
            out_partner(w, a, h, s, tier, &ranked[i]);
    out_end(w);
}

static void out_unknown(struct json_out *w, const struct side *side)
{
    const struct vocabulary *words = &side->programme->words;
    out_key(w, "unknown");
    out_array(w);
    for (size_t i = 0; i < words->n; i++) {
        if (!side->unknown[i])
            continue;
        out_object(w);
        out_kv_string(w, "fact", words->facts[i].name);
        out_kv_int(w, "cases", (int64_t)side->unknown[i]);
        out_end(w);
    }
    out_end(w);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Rounded hours; half of them waited longer. */
static int64_t median_hours(struct sums *s)
{
    if (!s->n_sooner)
        return 0;
    qsort(s->sooner, s->n_sooner, sizeof *s->sooner, by_size);
    size_t m = s->n_sooner / 2;
    double v = s->n_sooner % 2 ? s->sooner[m] : (s->sooner[m - 1] + s->sooner[m]) / 2;
    return llround(v);
}

static const char *write_sums(
    struct arena *a, const struct history *h, const struct side *after, struct sums *s)
{
    const struct fact *tier = fact_named(after->programme, "partner.tier");
    struct buf b = buf_in(a, 4 << 20);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "all");
    out_object(&w);
    out_tally(&w, &s->all);
    out_end(&w);
    out_kv_int(&w, "amounts_unknown", s->amounts_unknown);
    out_pair(&w, "by_rules", s->by_rules[0], s->by_rules[1]);
    out_kv_int(&w, "clashes", s->clashes);
    out_kv_int(&w, "knock_ons", s->knock_ons);
    out_partners(&w, a, h, s, tier);
    out_pair(&w, "review_hours", llround(s->review_hours[0]), llround(s->review_hours[1]));
    out_pair(&w, "reviews", s->reviews[0], s->reviews[1]);
    out_kv_int(&w, "sooner", (int64_t)s->n_sooner);
    out_kv_int(&w, "sooner_hours", median_hours(s));
    out_groups(&w, "tiers", tier, s->tiers);
    out_groups(&w, "types", fact_named(after->programme, "partner.types"), s->types);
    out_unknown(&w, after);
    out_end(&w);
    return buf_str(&b);
}

const char *sums_json(struct arena *a, const struct history *h, const struct side *before,
    const struct side *after, int64_t *changed)
{
    struct sums s = {.partners = ARENA_ARRAY(a, h->replay.n_partners + 1, struct tally),
        .partner_tier = ARENA_ARRAY(a, h->replay.n_partners + 1, int64_t),
        .tiers = ARENA_ARRAY(a, fact_named(after->programme, "partner.tier")->n_options + 1, struct tally),
        .types = ARENA_ARRAY(a, RULES_MAX_SET_OPTIONS, struct tally),
        .sooner = ARENA_ARRAY(a, h->replay.n + 1, double)};
    for (size_t i = 0; i < h->replay.n; i++)
        if (!h->replay.cases[i].earlier)
            add_case(&s, h, before, after, i);
    *changed = tally_changed(&s.all);
    return write_sums(a, h, after, &s);
}
