/* The demo's simulations: what other rules would have changed, some for the worse; and what the draft would.
 */
#include "app/demo.h"
#include "base/id.h"
#include "base/json.h"
#include "domain/programme/draft.h"
#include "domain/simulation/simulation.h"

#include <stdlib.h>

static json_t *rule_called(json_t *document, const char *id)
{
    size_t i;
    json_t *rule;
    json_array_foreach(json_object_get(document, "rules"), i,
        rule) if (streq(json_string_value(json_object_get(rule, "id")), id)) return rule;
    BUG("the programme has no rule %s", id);
}

/* The version in force with two conditions changed; its examples no longer hold and go. */
static enum status other_rules(struct app *app, struct arena *a, const char **out)
{
    struct call *c = app_call(app, &system_viewer);
    const struct programme *p;
    struct db *db = db_pool_take(app->pool);
    c->db = db;
    enum status s = db ? db_begin_read(db) : BROKEN;
    if (s == OK)
        s = programme_active(c, &p);
    if (s == OK) {
        json_t *document = json_deep_copy(p->document);
        json_t *when = json_object_get(rule_called(document, "certified_free"), "when");
        json_object_set_new(when, "partner.tier", json_pack("{s:s}", "at_least", "silver"));
        json_object_set_new(when, "registration.amount", json_pack("{s:i}", "at_most", 60000));
        json_object_del(document, "examples");
        struct buf b = buf_in(a, 4 << 20);
        json_canonical(&b, document);
        *out = buf_str(&b);
        json_decref(document);
    }
    db_rollback(db);
    db_pool_give(app->pool, db);
    arena_free(c->arena);
    return s;
}

/* Orders a simulation and works it off. */
static enum status simulate(
    struct app *app, const struct viewer *viewer, const struct given *given, size_t n_given)
{
    struct call *c = app_call(app, viewer);
    enum status s = app_do(app, c, &simulation_simulate, given, n_given);
    if (s == OK)
        s = demo_work(app, &simulation_job, c->result_id, (struct instant){0});
    if (s == REFUSED)
        problem_print(c->problem);
    arena_free(c->arena);
    return s;
}

enum status demo_simulate(struct app *app, const struct viewer *viewer, int64_t draft_id)
{
    struct arena *a = arena_new();
    const char *text = NULL;
    enum status s = other_rules(app, a, &text);
    struct given other[] = {{.name = "document", .value = v_text(text), .loose = true},
        {.name = "name", .value = v_text("Silver is enough, but only up to 60,000"), .loose = true}};
    struct given draft[] = {{.name = "draft_id",
        .value = v_text(id_text(a, programme_draft_noun.prefix, draft_id)),
        .loose = true}};
    if (s == OK)
        s = simulate(app, viewer, other, COUNT(other));
    if (s == OK)
        s = simulate(app, viewer, draft, COUNT(draft));
    arena_free(a);
    return s;
}
