/* "stages": how likely a deal is won there, what it counts for in a forecast, what it must have to enter;
 * left out: evenly likely, in the category "pipeline", and nothing. */
#include "domain/programme/sections.h"

const struct option forecast_options[] = {{"commit", N_("Commit")}, {"best_case", N_("Best case")},
    {"pipeline", N_("Pipeline")}, {"omitted", N_("Omitted")}, {0}};

const struct option stage_need_options[] = {{"amount", N_("Amount")}, {"close_date", N_("Close date")},
    {"next_step", N_("Next step")}, {"owner", N_("Owner")}, {"product_line", N_("Product line")},
    {"partner", N_("Partner")}, {0}};

static int option_index(const struct option *options, const char *key)
{
    const struct option *o = option_find(options, key);
    return o ? (int)(o - options) : -1;
}

static void wrong(struct call *c, size_t stage, const char *member, const char *message)
{
    (void)!call_field(c, arena_printf(c->arena, "stages[%zu].%s", stage, member), message);
}

static int64_t read_probability(struct call *c, const json_t *item, size_t i, size_t n)
{
    const json_t *v = json_object_get(item, "probability");
    if (!v)
        return (int64_t)(100 * (i + 1) / (n + 1));
    if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > 100)
        wrong(c, i, "probability",
            arena_printf(c->arena, TR(c, "enter a whole number from %lld to %lld"), 0LL, 100LL));
    return json_integer_value(v);
}

static enum forecast_category read_forecast(struct call *c, const json_t *item, size_t i)
{
    const json_t *v = json_object_get(item, "forecast");
    int at = v ? option_index(forecast_options, json_string_value(v)) : FORECAST_PIPELINE;
    if (at < 0)
        wrong(c, i, "forecast", TR(c, "enter commit, best_case, pipeline or omitted"));
    return at < 0 ? FORECAST_PIPELINE : (enum forecast_category)at;
}

static unsigned read_needs(struct call *c, const json_t *item, size_t i)
{
    const json_t *list = json_object_get(item, "requires");
    unsigned needs = 0;
    if (list && !json_is_array(list))
        wrong(c, i, "requires", TR(c, "is no list"));
    for (size_t k = 0; k < json_array_size(list); k++) {
        int at = option_index(stage_need_options, json_string_value(json_array_get(list, k)));
        if (at < 0)
            wrong(c, i, arena_printf(c->arena, "requires[%zu]", k),
                TR(c, "enter amount, close_date, next_step, owner, product_line or partner"));
        else
            needs |= 1u << at;
    }
    return needs;
}

void programme_read_stages(struct call *c, struct arena *keep, const json_t *list, struct programme *out)
{
    size_t n = json_array_size(list);
    out->stages = ARENA_ARRAY(keep, n + 1, struct programme_stage);
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(list, i);
        out->stages[i] = (struct programme_stage){
            read_probability(c, item, i, n), read_forecast(c, item, i), read_needs(c, item, i)};
    }
}
