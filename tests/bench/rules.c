/*
 * Decisions by the active programme's rules, over the facts of the decisions that a database holds:
 *     bench-rules URL KEY_FILE
 * Prints lines "name value".
 */
#include "app/app.h"
#include "tests/bench/client.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 1000

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-rules: %s\n", what);
    exit(1);
}

static struct value *facts_of(struct call *c, const struct programme *p, const char *text)
{
    const char *error;
    struct problem *gone = NULL;
    struct value *v = ARENA_ARRAY(c->arena, p->words.n, struct value);
    json_t *json = json_read(c->arena, text, strlen(text), &error);
    if (!json || rules_facts_read(c->arena, json, &p->words, LANG_EN, v, &gone) != OK)
        die("facts that cannot be read");
    return v;
}

static void report(const char *name, int64_t began, uint64_t n)
{
    printf("%s %.0f\n", name, (double)n * 1e6 / (double)(now_us() - began));
}

int main(int argc, char **argv)
{
    struct app app;
    struct rows rows;
    const struct programme *p;
    const char *error;
    if (argc != 3)
        die("usage: bench-rules URL KEY_FILE");
    struct app_options o = {.url = argv[1], .key_path = argv[2], .readers = 1};
    if (!app_open(&app, &o, &error))
        die(error);
    struct call *c = app_call(&app, &system_viewer);
    c->db = db_pool_take(app.pool);
    if (!c->db || db_begin_read(c->db) != OK || programme_active(c, &p) != OK ||
        db_query(c->db, c->arena, &rows, "select facts from decision where rule is not null limit 1000", NULL,
            0) != OK ||
        !rows.n)
        die("no decisions");
    struct value **facts = ARENA_ARRAY(c->arena, rows.n, struct value *);
    for (size_t i = 0; i < rows.n; i++)
        facts[i] = facts_of(c, p, cell_text(&rows, i, 0));
    struct arena *a = arena_new();
    struct decision d;
    struct change changes[4];
    int64_t began = now_us();
    for (size_t round = 0; round < ROUNDS; round++, arena_reset(a))
        for (size_t i = 0; i < rows.n; i++)
            rules_decide(a, &p->rules, facts[i], &d);
    report("decisions", began, ROUNDS * rows.n);
    began = now_us();
    for (size_t i = 0; i < rows.n; i++, arena_reset(a)) {
        rules_decide(a, &p->rules, facts[i], &d);
        (void)rules_would_change(a, &p->rules, facts[i], &d, changes, COUNT(changes));
    }
    report("would_change", began, rows.n);
    printf("rules %zu\n", p->rules.n);
    arena_free(a);
    db_rollback(c->db);
    db_pool_give(app.pool, c->db);
    arena_free(c->arena);
    app_close(&app);
    return 0;
}
