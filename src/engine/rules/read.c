/* Reading a "rules" array: all of it, with every problem at once. */
#include "base/text.h"
#include "engine/rules/internal.h"

#define PROBLEMS_MAX      200 /* told at once */
#define ID_MAX            48
#define RULE_NAME_MAX     80
#define RULE_SENTENCE_MAX 300
#define DAYS_MAX          730
#define HOURS_MAX         720

static const char *const next_steps[] = {"waitlist", "ask", "dispute", "account_team", "requirement"};

void complain(struct reading *r, const char *path, const char *fmt, ...)
{
    if (!r->problem)
        r->problem = problem_new(r->a, PROBLEM_invalid, NULL);
    if (r->problem->n_fields == PROBLEMS_MAX)
        return;
    va_list args;
    va_start(args, fmt);
    const char *message = arena_vprintf(r->a, fmt, args);
    va_end(args);
    problem_field(r->a, r->problem, path, message);
}

size_t rules_fact(const struct vocabulary *words, const char *name)
{
    size_t i = 0;
    while (i < words->n && !streq(words->facts[i].name, name))
        i++;
    return i;
}

const struct fact *rules_fact_of(const struct vocabulary *words, const char *name)
{
    size_t i = rules_fact(words, name);
    return i < words->n ? &words->facts[i] : NULL;
}

/* One rule while it is read. */
struct entry {
    struct reading *r;
    const char *path; /* "rules[3]" */
    const json_t *j;
    struct rule *rule;
};

static void wrong(struct entry *e, const char *key, const char *message)
{
    complain(e->r, arena_printf(e->r->a, "%s.%s", e->path, key), "%s", message);
}

static const char *too_long(struct reading *r, int max)
{
    return arena_printf(r->a, tr(r->lang, "Enter at most %d characters."), max);
}

/* A text of one line under KEY, copied. NULL when it is missing or not that. */
static const char *line_read(struct entry *e, const char *key, const json_t *j, size_t max)
{
    const char *s = json_string_value(j);
    bool plain = s && *s;
    for (const char *c = s; plain && *c; c++)
        plain = (unsigned char)*c >= ' ' && *c != 0x7f;
    if (!plain)
        wrong(e, key, tr(e->r->lang, "Enter a text of one line."));
    else if (utf8_length(s) > max)
        wrong(e, key, too_long(e->r, (int)max));
    return plain ? arena_strdup(e->r->a, s) : NULL;
}

/* A text, or one per language: { "en": ..., "de": ... } of which English must be there. */
static void text_read(struct entry *e, const char *key, size_t max, const char **en, const char **de)
{
    const json_t *j = json_object_get(e->j, key);
    if (!json_is_object(j)) {
        *en = line_read(e, key, j, max);
        return;
    }
    const char *lang;
    json_t *text;
    json_object_foreach((json_t *)j, lang, text)
    {
        const char *at = arena_printf(e->r->a, "%s.%s", key, lang);
        if (streq(lang, "de"))
            *de = line_read(e, at, text, max);
        else if (streq(lang, "en"))
            *en = line_read(e, at, text, max);
        else
            wrong(e, at, tr(e->r->lang, "Only \"en\" and \"de\" are known here."));
    }
    if (!json_object_get(j, "en"))
        wrong(e, key, tr(e->r->lang, "Add the English text, \"en\"."));
}

static void id_read(struct entry *e)
{
    const char *s = json_string_value(json_object_get(e->j, "id"));
    size_t n = s ? strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;
    if (n == 0 || s[n] || n > ID_MAX)
        wrong(e, "id", tr(e->r->lang, "Enter up to 48 small letters, digits and underscores."));
    else
        e->rule->id = arena_strdup(e->r->a, s);
}

static int whole_read(struct entry *e, const char *key, int max)
{
    const json_t *j = json_object_get(e->j, key);
    json_int_t i = json_integer_value(j);
    if (json_is_integer(j) && i >= 1 && i <= max)
        return (int)i;
    wrong(e, key, arena_printf(e->r->a, tr(e->r->lang, "Enter a whole number from 1 to %d."), max));
    return 0;
}

static double percent_read(struct entry *e, const char *key)
{
    const json_t *j = json_object_get(e->j, key);
    double percent = json_number_value(j);
    if (json_is_number(j) && percent >= 0 && percent <= 100)
        return percent;
    wrong(e, key, tr(e->r->lang, "Enter a number from 0 to 100."));
    return 0;
}

static bool is_among(const char *s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (streq(s, list[i]))
            return true;
    return false;
}

/* One of LIST under KEY. */
static const char *key_read(struct entry *e, const char *key, const char *const *list, size_t n)
{
    const char *s = json_string_value(json_object_get(e->j, key));
    if (s && is_among(s, list, n))
        return arena_strdup(e->r->a, s);
    struct buf options = buf_in(e->r->a, 4096);
    for (size_t i = 0; i < n; i++)
        buf_addf(&options, "%s%s", i ? ", " : "", list[i]);
    wrong(e, key, arena_printf(e->r->a, tr(e->r->lang, "Enter one of: %s."), buf_str(&options)));
    return NULL;
}

static void approve_read(struct entry *e)
{
    e->rule->protection_days = whole_read(e, "protection_days", DAYS_MAX);
    if (!e->r->words->days_only)
        e->rule->benefit_percent = percent_read(e, "benefit_percent");
    else if (json_object_get(e->j, "benefit_percent"))
        wrong(e, "benefit_percent", tr(e->r->lang, "A rule has nothing of this name."));
}

static void decline_read(struct entry *e)
{
    e->rule->next_step = key_read(e, "next_step", next_steps, COUNT(next_steps));
}

static void review_read(struct entry *e)
{
    e->rule->queue = key_read(e, "queue", e->r->words->queues, e->r->words->n_queues);
    e->rule->review_hours = whole_read(e, "review_hours", HOURS_MAX);
    const json_t *working = json_object_get(e->j, "working_hours");
    if (working && !json_is_boolean(working))
        wrong(e, "working_hours", tr(e->r->lang, "Enter true or false."));
    e->rule->working_hours = json_is_true(working);
}

/* What an outcome needs; keys of the others are out of place. */
static const struct {
    void (*read)(struct entry *e);
    const char *keys[3];
} outcomes[] = {
    [OUTCOME_DECLINE] = {.read = decline_read, .keys = {"next_step"}},
    [OUTCOME_REVIEW] = {.read = review_read, .keys = {"queue", "review_hours", "working_hours"}},
    [OUTCOME_APPROVE] = {.read = approve_read, .keys = {"protection_days", "benefit_percent"}},
};

static void outcome_read(struct entry *e)
{
    const char *name = key_read(e, "outcome", outcome_names, COUNT(outcomes));
    if (!name)
        return;
    for (size_t o = 0; o < COUNT(outcomes); o++) {
        if (streq(name, outcome_names[o])) {
            e->rule->outcome = (enum outcome)o;
            outcomes[o].read(e);
            continue;
        }
        for (size_t k = 0; k < COUNT(outcomes[o].keys); k++)
            if (outcomes[o].keys[k] && json_object_get(e->j, outcomes[o].keys[k]))
                wrong(e, outcomes[o].keys[k],
                    arena_printf(
                        e->r->a, tr(e->r->lang, "This belongs to the outcome \"%s\"."), outcome_names[o]));
    }
}

static void unknown_keys(struct entry *e)
{
    static const char *const keys[] = {"id", "name", "sentence", "when", "outcome", "protection_days",
        "benefit_percent", "next_step", "queue", "review_hours", "working_hours"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)e->j, key, value) if (!is_among(key, keys, COUNT(keys)))
        wrong(e, key, tr(e->r->lang, "A rule has nothing of this name."));
}

/* Whether its conditions were read in full. */
static bool rule_read(struct reading *r, const char *path, const json_t *j, struct rule *rule)
{
    struct entry e = {.r = r, .path = path, .j = j, .rule = rule};
    if (!json_is_object(j)) {
        complain(r, path, "%s", tr(r->lang, "A rule is an object."));
        return false;
    }
    unknown_keys(&e);
    id_read(&e);
    text_read(&e, "name", RULE_NAME_MAX, &rule->name, &rule->name_de);
    text_read(&e, "sentence", RULE_SENTENCE_MAX, &rule->sentence, &rule->sentence_de);
    outcome_read(&e);
    return when_read(r, arena_printf(r->a, "%s.when", path), json_object_get(j, "when"), rule);
}

/* The conditions sorted by fact, so that deciding looks only at facts that are asked for. */
static void index_uses(struct arena *a, struct ruleset *set)
{
    size_t *count = ARENA_ARRAY(a, set->words->n, size_t);
    for (size_t i = 0; i < set->n; i++)
        for (size_t k = 0; k < set->rules[i].n_conditions; k++)
            set->n_uses += count[set->rules[i].conditions[k].fact]++ == 0;
    struct fact_use *uses = ARENA_ARRAY(a, set->n_uses, struct fact_use);
    set->uses = uses;
    for (size_t f = 0; f < set->words->n; f++) {
        if (!count[f])
            continue;
        struct rule_condition *at = ARENA_ARRAY(a, count[f], struct rule_condition);
        size_t n = 0;
        for (size_t i = 0; i < set->n; i++)
            for (size_t k = 0; k < set->rules[i].n_conditions; k++)
                if (set->rules[i].conditions[k].fact == f)
                    at[n++] = (struct rule_condition){i, &set->rules[i].conditions[k]};
        *uses++ = (struct fact_use){.fact = f, .n = n, .at = at};
    }
}

enum status rules_read(struct arena *a, const json_t *rules, const struct vocabulary *words, enum lang lang,
    struct ruleset *out, struct problem **problem)
{
    struct reading r = {.a = a, .words = words, .lang = lang};
    size_t n = json_array_size(rules);
    *out = (struct ruleset){.words = words, .n = n};
    *problem = NULL;
    if (n == 0 || n > RULES_MAX) {
        complain(&r, "rules", tr(lang, "Give a list of 1 to %d rules."), RULES_MAX);
        *problem = r.problem;
        return REFUSED;
    }
    out->rules = ARENA_ARRAY(a, n, struct rule);
    bool sound[RULES_MAX];
    for (size_t i = 0; i < n; i++)
        sound[i] = rule_read(&r, arena_printf(a, "rules[%zu]", i), json_array_get(rules, i), &out->rules[i]);
    rules_check(&r, out, sound);
    *problem = r.problem;
    if (r.problem)
        return REFUSED;
    index_uses(a, out);
    return OK;
}
