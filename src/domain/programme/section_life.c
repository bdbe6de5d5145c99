/* "life", "extension_rules" and "extension_examples": how long a registration lives; left out: as built in.
 */
#include "base/json.h"
#include "domain/programme/sections.h"
#include "domain/registration/extension_facts.h"

#define REMINDERS_MAX 8

static int64_t whole(struct call *c, const json_t *o, const char *path, const char *key, int64_t least,
    int64_t most, int64_t otherwise)
{
    const json_t *v = json_object_get(o, key);
    if (!v)
        return otherwise;
    if (json_is_integer(v) && json_integer_value(v) >= least && json_integer_value(v) <= most)
        return json_integer_value(v);
    (void)!call_field(c, arena_printf(c->arena, "%s.%s", path, key),
        arena_printf(
            c->arena, TR(c, "enter a whole number from %lld to %lld"), (long long)least, (long long)most));
    return otherwise;
}

static void check_keys(struct call *c, const json_t *o, const char *path, const char *const *keys)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)o, key, v)
    {
        size_t i = 0;
        while (keys[i] && !streq(keys[i], key))
            i++;
        if (!keys[i])
            (void)!call_field(
                c, arena_printf(c->arena, "%s.%s", path, key), TR(c, "is not a part of a programme"));
    }
}

static void read_reminders(struct call *c, const json_t *list, struct programme_life *out)
{
    if (!list)
        return;
    out->n_remind = 0;
    for (size_t i = 0; i < json_array_size(list) && i < COUNT(out->remind_days); i++) {
        json_int_t days = json_integer_value(json_array_get(list, i));
        bool falls = i == 0 || days < out->remind_days[i - 1];
        if (days < 1 || days > 365 || !falls)
            (void)!call_field(c, arena_printf(c->arena, "life.remind_days[%zu]", i),
                TR(c, "enter days from 1 to 365, the most first"));
        out->remind_days[out->n_remind++] = (int)days;
    }
    if (!json_is_array(list) || json_array_size(list) > COUNT(out->remind_days))
        (void)!call_field(c, "life.remind_days",
            arena_printf(c->arena, TR(c, "enter a list of at most %d days"), REMINDERS_MAX));
}

static void read_caps(struct call *c, const json_t *caps, struct programme_caps *out)
{
    static const char *const keys[] = {"base", "least", "most", "weight", NULL};
    check_keys(c, caps, "life.caps", keys);
    out->base = whole(c, caps, "life.caps", "base", 1, 1000000, 25);
    out->least = whole(c, caps, "life.caps", "least", 1, 1000000, out->base < 5 ? out->base : 5);
    out->most = whole(c, caps, "life.caps", "most", 1, 1000000, 4 * out->base);
    out->weight = whole(c, caps, "life.caps", "weight", 1, 1000, 5);
    if (out->least > out->base || out->base > out->most)
        (void)!call_field(c, "life.caps.base", TR(c, "must lie between \"least\" and \"most\""));
}

void programme_read_life(struct call *c, const json_t *section, struct programme_life *out)
{
    static const char *const keys[] = {
        "heartbeat_days", "heartbeat_grace_days", "remind_days", "waitlist_offer_hours", "caps", NULL};
    _Static_assert(
        COUNT(((struct programme_life *)0)->remind_days) == REMINDERS_MAX, "as said in the message");
    if (section && !json_is_object(section))
        (void)!call_field(c, "life", TR(c, "is not a JSON object"));
    check_keys(c, section, "life", keys);
    *out = (struct programme_life){.remind_days = {14, 7, 1}, .n_remind = 3};
    out->heartbeat_days = whole(c, section, "life", "heartbeat_days", 0, 730, 45);
    out->heartbeat_grace_days = whole(c, section, "life", "heartbeat_grace_days", 1, 365, 14);
    out->waitlist_offer_hours = whole(c, section, "life", "waitlist_offer_hours", 1, 720, 72);
    read_reminders(c, json_object_get(section, "remind_days"), out);
    read_caps(c, json_object_get(section, "caps"), &out->caps);
}

/* ---- the rules of extensions ---- */

static bool has_queue(const struct vocabulary *words, const char *queue)
{
    for (size_t i = 0; i < words->n_queues; i++)
        if (streq(words->queues[i], queue))
            return true;
    return false;
}

/* The built-in ones; where the programme does not have their queue, its first one answers. */
static const json_t *usual_rules(struct call *c, const struct vocabulary *words)
{
    const char *error;
    const json_t *document = json_read(c->arena, programme_default, strlen(programme_default), &error);
    const json_t *rules = json_object_get(document, "extension_rules");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        json_t *rule = json_array_get(rules, i);
        const char *queue = json_string_value(json_object_get(rule, "queue"));
        if (queue && words->n_queues && !has_queue(words, queue))
            json_object_set_new(rule, "queue", json_string(words->queues[0]));
    }
    return rules;
}

/* The engine names them "rules[2]..." and "examples[2]": here they are the extension's. */
static void take_problems(struct call *c, const struct problem *p)
{
    for (size_t i = 0; p && i < p->n_fields; i++)
        (void)!call_field(
            c, arena_printf(c->arena, "extension_%s", p->fields[i].field), p->fields[i].message);
}

enum status programme_read_extension(
    struct call *c, struct arena *keep, const json_t *document, struct programme *p)
{
    const json_t *rules = json_object_get(document, "extension_rules"),
                 *examples = json_object_get(document, "extension_examples");
    struct problem *found = NULL;
    struct ruleset set;
    extension_vocabulary(keep, &p->catalog, &p->words, &p->extension_words);
    enum status s = rules_read(keep, rules ? rules : usual_rules(c, &p->extension_words), &p->extension_words,
        call_lang(c), &set, &found);
    take_problems(c, found);
    TRY(s);
    p->extension_rules = set;
    found = NULL;
    s = examples ? rules_check_examples(c->arena, &p->extension_rules, examples, call_lang(c), &found) : OK;
    take_problems(c, found);
    return s;
}
