#include "engine/rules/replay.h"

#include "engine/rules/internal.h"

#include <stdlib.h>

#define FOR_EVER INT64_MAX
#define NONE     SIZE_MAX
#define DAY_US   INT64_C(86400000000)
#define ASK_AT   1024 /* cases, after which the hook is asked */

/* A claim on a place: held under review until HELD_UNTIL, protected from LIVE_FROM until LIVE_UNTIL. */
struct claim {
    int64_t held_until, live_from, live_until;
};

static bool same_claim(const struct claim *a, const struct claim *b)
{
    return a->held_until == b->held_until && a->live_from == b->live_from && a->live_until == b->live_until;
}

static enum replay_claim claim_at(const struct claim *c, int64_t now)
{
    if (now < c->held_until)
        return CLAIM_HOLD;
    return now >= c->live_from && now < c->live_until ? CLAIM_LIVE : CLAIM_NONE;
}

static int64_t claim_end(const struct claim *c)
{
    return c->held_until > c->live_until ? c->held_until : c->live_until;
}

/* ---- the worlds ---- */

struct tick { /* a partner's open claims in the draft's world, less those in reality, change by so many */
    int64_t at;
    size_t partner;
    int by;
};

struct world {
    const struct ruleset *set;
    const struct replay_history *history;
    const struct replay_hooks *hooks;
    struct claim *real, *drawn; /* of each case */
    size_t *newest, *before;    /* of each place, the last case with a claim; of each case, the one before */
    int64_t *open;              /* of each partner: how many more are open than in reality */
    size_t *differs;            /* of each partner, the last case whose claims differ */
    struct tick *ticks;         /* a heap by time */
    size_t n_ticks;
    bool *needed;                 /* facts that a rule asks for */
    size_t *asked;                /* of each fact, the last case (and one) that missed it */
    struct coded *stored, *facts; /* of the case under way, as stored and corrected */
    struct arena *scratch;
};

static bool tick_before(const struct tick *a, const struct tick *b)
{
    return a->at < b->at;
}

static void tick_swap(struct tick *a, struct tick *b)
{
    struct tick t = *a;
    *a = *b;
    *b = t;
}

static void tick_push(struct world *w, size_t partner, int64_t at, int by)
{
    struct tick *t = w->ticks;
    size_t i = w->n_ticks++;
    t[i] = (struct tick){at, partner, by};
    for (; i && tick_before(&t[i], &t[(i - 1) / 2]); i = (i - 1) / 2)
        tick_swap(&t[i], &t[(i - 1) / 2]);
}

static void tick_pop(struct world *w)
{
    struct tick *t = w->ticks;
    size_t n = --w->n_ticks, i = 0;
    t[0] = t[n];
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
            if (tick_before(&t[child], &t[least]))
                least = child;
        if (least == i)
            return;
        tick_swap(&t[i], &t[least]);
        i = least;
    }
}

static void pass_time(struct world *w, int64_t now)
{
    while (w->n_ticks && w->ticks[0].at <= now) {
        w->open[w->ticks[0].partner] += w->ticks[0].by;
        tick_pop(w);
    }
}

/* At most four a claim: it is held, then protected. */
static void tick_claim(struct world *w, size_t partner, int64_t at, const struct claim *c, int by)
{
    if (c->held_until > at) {
        tick_push(w, partner, at, by);
        tick_push(w, partner, c->held_until, -by);
    }
    if (c->live_until > c->live_from) {
        tick_push(w, partner, c->live_from, by);
        tick_push(w, partner, c->live_until, -by);
    }
}

/* ---- claims ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct claim live(int64_t from, int64_t until)
{
    return until > from ? (struct claim){0, from, until} : (struct claim){0};
}

/* What the claim in reality ended with. */
static int64_t real_end(const struct replay_case *k)
{
    return k->ended ? earlier(k->ended, k->until) : k->until;
}

/* A hold needs a free place; who is approved later stands there from then on. */
static struct claim under_review(const struct replay_case *k, bool free)
{
    struct claim c = {0};
    if (k->ruled == RULED_APPROVE)
        c = live(k->ruled_at, real_end(k));
    if (free)
        c.held_until = k->ruled != RULED_NOT ? k->ruled_at : k->ended ? k->ended : FOR_EVER;
    return c;
}

static struct claim real_claim(const struct replay_case *k, bool free)
{
    switch (k->outcome) {
    case OUTCOME_APPROVE: return live(k->at, real_end(k));
    case OUTCOME_REVIEW: return under_review(k, free);
    case OUTCOME_DECLINE: break;
    }
    return (struct claim){0};
}

static struct claim drawn_claim(const struct replay_case *k, const struct rule *rule, bool free)
{
    int64_t until;
    switch (rule->outcome) {
    case OUTCOME_APPROVE:
        until = k->day_end + rule->protection_days * DAY_US + k->extended;
        return live(k->at, k->ended ? earlier(k->ended, until) : until);
    case OUTCOME_REVIEW: return k->outcome == OUTCOME_REVIEW ? under_review(k, free) : real_claim(k, free);
    case OUTCOME_DECLINE: break;
    }
    return (struct claim){0};
}

static void meet(struct replay_standing *s, enum replay_claim claim, bool own)
{
    if (claim == CLAIM_NONE)
        return;
    if (own)
        s->own = true;
    else if (claim > s->others)
        s->others = claim;
}

/*
 * What the case meets on its place, in both worlds; claims that have ended in both are dropped on the way.
 * CAUSE: the newest of the claims that differ.
 */
static void look_around(struct world *w, const struct replay_case *k, struct replay_result *out)
{
    for (size_t *link = &w->newest[k->place]; *link != NONE;) {
        size_t i = *link;
        if (claim_end(&w->real[i]) <= k->at && claim_end(&w->drawn[i]) <= k->at) {
            *link = w->before[i];
            continue;
        }
        bool own = w->history->cases[i].partner == k->partner;
        enum replay_claim real = claim_at(&w->real[i], k->at), drawn = claim_at(&w->drawn[i], k->at);
        meet(&out->real, real, own);
        meet(&out->drawn, drawn, own);
        if (real != drawn && out->cause == NONE)
            out->cause = i;
        link = &w->before[i];
    }
    out->drawn.open = w->open[k->partner];
    if (out->drawn.open && out->cause == NONE)
        out->cause = w->differs[k->partner];
}

static void place(struct world *w, size_t i, struct claim real, struct claim drawn)
{
    const struct replay_case *k = &w->history->cases[i];
    w->real[i] = real;
    w->drawn[i] = drawn;
    if (claim_end(&real) > k->at || claim_end(&drawn) > k->at) {
        w->before[i] = w->newest[k->place];
        w->newest[k->place] = i;
    }
    if (same_claim(&real, &drawn))
        return;
    w->differs[k->partner] = i;
    tick_claim(w, k->partner, k->at, &real, -1);
    tick_claim(w, k->partner, k->at, &drawn, 1);
}

/* ---- deciding ---- */

/* MISSED counts facts that a condition asked for in vain, once a case; NULL: does not. */
static const struct rule *decide(
    const struct world *w, const struct coded *facts, size_t mark, size_t *missed)
{
    const struct ruleset *set = w->set;
    for (size_t r = 0; r < set->n; r++) {
        const struct rule *rule = &set->rules[r];
        size_t failed = rule_first_failed(set->words, rule, facts, NULL);
        if (failed == rule->n_conditions)
            return rule;
        const struct condition *c = &rule->conditions[failed];
        if (missed && !facts[c->fact].known && c->op != OP_KNOWN && w->asked[c->fact] != mark) {
            w->asked[c->fact] = mark;
            missed[c->fact]++;
        }
    }
    BUG("no rule matched: the last one must have no conditions");
}

static bool same_facts(const struct world *w)
{
    for (size_t u = 0; u < w->set->n_uses; u++) {
        size_t f = w->set->uses[u].fact;
        if (!coded_equal(w->set->words->facts[f].kind, &w->stored[f], &w->facts[f]))
            return false;
    }
    return true;
}

static bool differ(const struct replay_standing *a, const struct replay_standing *b)
{
    return a->others != b->others || a->own != b->own || a->open != b->open;
}

static void replay_one(struct world *w, size_t i, struct replay_result *out, size_t *unknown)
{
    const struct replay_case *k = &w->history->cases[i];
    size_t n = w->set->words->n;
    *out = (struct replay_result){.cause = NONE};
    pass_time(w, k->at);
    look_around(w, k, out);
    struct claim real = real_claim(k, out->real.others == CLAIM_NONE);
    if (k->earlier) {
        place(w, i, real, real);
        return;
    }
    arena_reset(w->scratch);
    rules_facts_code(w->scratch, w->set->words, w->needed, k->facts, w->stored);
    memcpy(w->facts, w->stored, n * sizeof *w->facts);
    if (differ(&out->real, &out->drawn)) {
        w->hooks->correct(w->hooks->ctx, &out->real, &out->drawn, w->facts);
        out->changed_facts = !same_facts(w);
    }
    out->rule = decide(w, w->facts, i + 1, unknown);
    out->knock_on = out->changed_facts && decide(w, w->stored, 0, NULL) != out->rule;
    if (!out->changed_facts)
        out->cause = NONE;
    out->clash = out->rule->outcome == OUTCOME_APPROVE && out->drawn.others != CLAIM_NONE;
    struct claim drawn = {0};
    if (!out->clash)
        drawn = drawn_claim(k, out->rule, out->drawn.others == CLAIM_NONE);
    /* Approved as in reality, for as long: nothing differs, whatever the hour at which days end. */
    if (out->rule->outcome == OUTCOME_APPROVE && k->outcome == OUTCOME_APPROVE && !out->clash &&
        llabs(drawn.live_until - real.live_until) < DAY_US / 2)
        drawn = real;
    place(w, i, real, drawn);
}

static void all_none(size_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = NONE;
}

bool replay(const struct ruleset *set, const struct replay_history *history, const struct replay_hooks *hooks,
    struct replay_result *out, size_t *unknown)
{
    struct arena *a = arena_new();
    size_t n = history->n, facts = set->words->n;
    struct world w = {.set = set,
        .history = history,
        .hooks = hooks,
        .real = ARENA_ARRAY(a, n + 1, struct claim),
        .drawn = ARENA_ARRAY(a, n + 1, struct claim),
        .newest = arena_alloc(a, (history->n_places + 1) * sizeof(size_t)),
        .before = arena_alloc(a, (n + 1) * sizeof(size_t)),
        .open = ARENA_ARRAY(a, history->n_partners + 1, int64_t),
        .differs = arena_alloc(a, (history->n_partners + 1) * sizeof(size_t)),
        .ticks = arena_alloc(a, (8 * n + 1) * sizeof(struct tick)),
        .needed = ARENA_ARRAY(a, facts, bool),
        .asked = ARENA_ARRAY(a, facts, size_t),
        .stored = ARENA_ARRAY(a, facts, struct coded),
        .facts = ARENA_ARRAY(a, facts, struct coded),
        .scratch = arena_new()};
    bool more = true;
    all_none(w.newest, history->n_places);
    all_none(w.differs, history->n_partners);
    for (size_t u = 0; u < set->n_uses; u++)
        w.needed[set->uses[u].fact] = true;
    for (size_t i = 0; i < n && more; i++) {
        replay_one(&w, i, &out[i], unknown);
        more = (i + 1) % ASK_AT || !hooks->go_on || hooks->go_on(hooks->ctx, i + 1);
    }
    arena_free(w.scratch);
    arena_free(a);
    return more;
}

/* ---- why ---- */

static const struct rule *rule_called(const struct ruleset *set, const char *id)
{
    for (size_t i = 0; i < set->n; i++)
        if (streq(set->rules[i].id, id))
            return &set->rules[i];
    return NULL;
}

/* The fact by which SET's rule of that name fails; NULL: it holds, or is not there. */
static const struct fact *fails_by(const struct ruleset *set, const char *id, const struct coded *facts)
{
    const struct rule *rule = rule_called(set, id);
    size_t failed = rule ? rule_first_failed(set->words, rule, facts, NULL) : 0;
    return rule && failed < rule->n_conditions ? &set->words->facts[rule->conditions[failed].fact] : NULL;
}

const struct fact *replay_difference(const struct ruleset *before, const struct rule *rule_before,
    const struct coded *facts_before, const struct ruleset *after, const struct rule *rule_after,
    const struct coded *facts_after)
{
    const struct fact *f = fails_by(after, rule_before->id, facts_after);
    if (!f)
        f = fails_by(before, rule_after->id, facts_before);
    if (!f && !rule_called(before, rule_after->id) && rule_after->n_conditions)
        f = &after->words->facts[rule_after->conditions[0].fact];
    return f;
}
