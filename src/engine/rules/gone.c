/* A vocabulary for documents of another time: what their rules name and is gone since, always unknown. */
#include "engine/rules/internal.h"

struct gone {
    struct arena *a;
    struct fact *facts;
    size_t n, cap;
};

static struct fact *fact_named(struct gone *g, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (streq(g->facts[i].name, name))
            return &g->facts[i];
    if (g->n == g->cap) {
        struct fact *more = ARENA_ARRAY(g->a, g->cap = g->cap * 2, struct fact);
        memcpy(more, g->facts, g->n * sizeof *more);
        g->facts = more;
    }
    struct fact *f = &g->facts[g->n++];
    *f = (struct fact){.name = arena_strdup(g->a, name), .kind = FACT_BOOL, .ordered = true};
    f->label = f->name;
    return f;
}

static void add_option(struct gone *g, struct fact *f, const char *option)
{
    size_t i;
    if (option_index(f, option, strlen(option), &i))
        return;
    const char **options = ARENA_ARRAY(g->a, f->n_options + 1, const char *);
    if (f->n_options)
        memcpy(options, f->options, f->n_options * sizeof *options);
    options[f->n_options] = arena_strdup(g->a, option);
    f->options = options;
    f->n_options++;
}

/* FRESH: the fact itself is gone, and the operand says what it was. */
static void learn_scalar(struct gone *g, struct fact *f, const json_t *j, bool set, bool fresh)
{
    if (fresh && json_is_number(j))
        f->kind = FACT_REAL;
    if (!json_is_string(j))
        return;
    if (fresh)
        f->kind = set || f->kind == FACT_SET ? FACT_SET : FACT_CHOICE;
    if (f->kind == FACT_CHOICE || f->kind == FACT_SET)
        add_option(g, f, json_string_value(j));
}

static void learn(struct gone *g, struct fact *f, const json_t *operand, bool set, bool fresh)
{
    size_t i;
    json_t *member;
    if (!json_is_array(operand))
        learn_scalar(g, f, operand, set, fresh);
    json_array_foreach(operand, i, member) learn_scalar(g, f, member, set, fresh);
}

static void learn_operand(struct gone *g, struct fact *f, const json_t *operand, bool fresh)
{
    const char *op;
    json_t *j;
    if (!json_is_object(operand)) {
        learn(g, f, operand, false, fresh);
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)operand, op, j) if (!streq(op, "known"))
        learn(g, f, j, strncmp(op, "has_", 4) == 0, fresh);
}

struct vocabulary rules_words_gone(struct arena *a, const json_t *rules, const struct vocabulary *words)
{
    struct gone g = {.a = a, .facts = ARENA_ARRAY(a, words->n + 16, struct fact), .n = words->n};
    size_t i;
    json_t *rule, *operand;
    const char *name;
    g.cap = words->n + 16;
    memcpy(g.facts, words->facts, words->n * sizeof *g.facts);
    json_array_foreach(rules, i, rule)
    {
        json_object_foreach(json_object_get(rule, "when"), name, operand)
            learn_operand(&g, fact_named(&g, name), operand, !rules_fact_of(words, name));
    }
    struct vocabulary out = *words;
    out.facts = g.facts;
    out.n = g.n;
    return out;
}
