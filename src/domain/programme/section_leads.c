/* "leads": weights of matchmaking, caps and the clock of an offer; left out: as the settings say (parts.c).
 */
#include "base/text.h"
#include "domain/programme/parts.h"
#include "domain/programme/sections.h"

#define PREFIX      "leads."
#define CONSENT_MAX 400

static void wrong(struct call *c, const char *path, const char *message)
{
    (void)!call_field(c, path, message);
}

/* The settings are the one place that knows bounds and defaults. */
static int64_t whole(struct call *c, const json_t *whole_document, const char *path)
{
    const struct setting *s = setting(path);
    const json_t *v = setting_value(c, whole_document, s);
    if (json_is_integer(v) && json_integer_value(v) >= s->min && json_integer_value(v) <= s->max)
        return json_integer_value(v);
    wrong(c, path,
        arena_printf(
            c->arena, TR(c, "enter a whole number from %lld to %lld"), (long long)s->min, (long long)s->max));
    return s->min;
}

/* Members that no setting names, at any depth. */
static void check_keys(struct call *c, const json_t *o, const char *path)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)o, key, v)
    {
        const char *at = arena_printf(c->arena, "%s.%s", path, key);
        if (json_is_object(v) && streq(at, PREFIX "weights"))
            check_keys(c, v, at);
        else if (!setting(at))
            wrong(c, at, TR(c, "is not a part of a programme"));
    }
}

static const char *line(struct call *c, struct arena *keep, const json_t *whole_document, const char *path)
{
    const json_t *v = setting_value(c, whole_document, setting(path));
    const char *text = json_string_value(v);
    if (text && *text && utf8_length(text) <= CONSENT_MAX)
        return arena_strdup(keep, text);
    wrong(c, path, arena_printf(c->arena, TR(c, "enter a text of 1 to %d characters"), CONSENT_MAX));
    return "";
}

void programme_read_leads(
    struct call *c, struct arena *keep, const json_t *section, struct programme_leads *out)
{
    static const char *const weights[FIT_PARTS] = {[FIT_TERRITORY] = PREFIX "weights.territory",
        [FIT_LANGUAGE] = PREFIX "weights.language",
        [FIT_CERTIFICATION] = PREFIX "weights.certification",
        [FIT_INDUSTRY] = PREFIX "weights.industry",
        [FIT_CAPACITY] = PREFIX "weights.capacity",
        [FIT_CONVERSION] = PREFIX "weights.conversion",
        [FIT_FAIRNESS] = PREFIX "weights.fairness"};
    json_t *document = json_object();
    if (section && !json_is_object(section))
        wrong(c, "leads", TR(c, "is not a JSON object"));
    if (json_is_object(section))
        json_object_set(document, "leads", (json_t *)(uintptr_t)section);
    check_keys(c, section, "leads");
    *out = (struct programme_leads){.consent = {[LANG_EN] = line(c, keep, document, PREFIX "consent"),
                                        [LANG_DE] = line(c, keep, document, PREFIX "consent_de")},
        .offer_hours = whole(c, document, PREFIX "offer_hours"),
        .most_offers = whole(c, document, PREFIX "most_offers"),
        .fairness_days = whole(c, document, PREFIX "fairness_days"),
        .fit = {.open_leads = whole(c, document, PREFIX "open_leads"),
            .prior_percent = whole(c, document, PREFIX "prior_percent"),
            .prior_leads = whole(c, document, PREFIX "prior_leads")}};
    for (int i = 0; i < FIT_PARTS; i++)
        out->fit.weight[i] = whole(c, document, weights[i]);
    const json_t *working = setting_value(c, document, setting(PREFIX "working_hours"));
    if (!json_is_boolean(working))
        wrong(c, PREFIX "working_hours", TR(c, "enter true or false"));
    out->working_hours = json_is_true(working);
    json_decref(document);
}
