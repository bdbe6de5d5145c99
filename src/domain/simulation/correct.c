#include "domain/simulation/correct.h"

#include "base/json.h"
#include "engine/rules/coded.h"

struct correction correction_for(const struct vocabulary *words)
{
    return (struct correction){.words = words,
        .taken = rules_fact(words, "conflict.taken"),
        .state = rules_fact(words, "conflict.state"),
        .kind = rules_fact(words, "conflict.kind"),
        .own = rules_fact(words, "conflict.own"),
        .related = rules_fact(words, "conflict.related"),
        .open = rules_fact(words, "partner.open_registrations"),
        .allowed = rules_fact(words, "partner.open_allowed"),
        .room = rules_fact(words, "partner.open_room")};
}

/* NULL: not in the vocabulary, or not known. */
static struct coded *known(const struct correction *c, struct coded *facts, size_t fact)
{
    return fact < c->words->n && facts[fact].known ? &facts[fact] : NULL;
}

static void set_int(const struct correction *c, struct coded *facts, size_t fact, int64_t v)
{
    struct coded *f = known(c, facts, fact);
    if (f)
        f->i = v;
}

static void set_option(const struct correction *c, struct coded *facts, size_t fact, const char *option)
{
    const struct value v = v_text(option);
    if (known(c, facts, fact))
        facts[fact] = code_value(&c->words->facts[fact], &v);
}

static bool is_option(const struct correction *c, struct coded *facts, size_t fact, const char *option)
{
    const struct coded *f = known(c, facts, fact);
    return f && streq(c->words->facts[fact].options[f->i], option);
}

static void correct_conflict(
    const struct correction *c, const struct replay_standing *drawn, struct coded *facts)
{
    static const char *const states[] = {[CLAIM_NONE] = "none", [CLAIM_HOLD] = "hold", [CLAIM_LIVE] = "live"};
    bool others = drawn->others != CLAIM_NONE;
    const struct coded *related = known(c, facts, c->related);
    set_int(c, facts, c->taken, others);
    set_int(c, facts, c->own, drawn->own && !others);
    set_option(c, facts, c->state, states[drawn->others]);
    if (others)
        set_option(c, facts, c->kind, "same");
    else if (is_option(c, facts, c->kind, "same"))
        set_option(c, facts, c->kind, related && related->i ? "related" : "none");
}

void correct_facts(
    void *ctx, const struct replay_standing *real, const struct replay_standing *drawn, struct coded *facts)
{
    const struct correction *c = ctx;
    int64_t more = drawn->open - real->open;
    if (drawn->others != real->others || drawn->own != real->own)
        correct_conflict(c, drawn, facts);
    struct coded *open = known(c, facts, c->open), *room = known(c, facts, c->room);
    const struct coded *allowed = known(c, facts, c->allowed);
    if (open)
        open->i = open->i + more > 0 ? open->i + more : 0;
    if (room && allowed && open)
        room->i = allowed->i > open->i ? allowed->i - open->i : 0;
    else if (room)
        room->i = room->i > more ? room->i - more : 0;
}

const char *corrected_json(
    struct arena *a, const struct correction *c, const char *stored, const struct replay_result *result)
{
    const struct vocabulary *words = c->words;
    const size_t all[] = {c->taken, c->state, c->kind, c->own, c->related, c->open, c->allowed, c->room};
    bool *needed = ARENA_ARRAY(a, words->n, bool);
    struct coded *before = ARENA_ARRAY(a, words->n, struct coded);
    struct coded *after = ARENA_ARRAY(a, words->n, struct coded);
    struct value *values = ARENA_ARRAY(a, words->n, struct value);
    size_t n = 0;
    if (!result->changed_facts)
        return NULL;
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i] < words->n)
            needed[all[i]] = true;
    rules_facts_code(a, words, needed, stored, before);
    memcpy(after, before, words->n * sizeof *after);
    correct_facts((void *)(uintptr_t)c, &result->real, &result->drawn, after);
    for (size_t i = 0; i < words->n; i++)
        if (needed[i] && !coded_equal(words->facts[i].kind, &before[i], &after[i])) {
            values[i] = decode_value(a, &words->facts[i], &after[i]);
            n++;
        }
    struct buf b = buf_in(a, 1 << 16);
    struct json_out w = json_out(&b);
    rules_facts_json(&w, words, values, false);
    return n ? buf_str(&b) : NULL;
}
