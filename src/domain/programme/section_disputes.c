/* "disputes": the clock of an answer, and to whom a dispute goes when nobody answered; left out: as below. */
#include "domain/programme/sections.h"

static int64_t hours(struct call *c, const json_t *section, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(section, key);
    if (!v)
        return otherwise;
    if (json_is_integer(v) && json_integer_value(v) >= 1 && json_integer_value(v) <= 720)
        return json_integer_value(v);
    (void)!call_field(c, arena_printf(c->arena, "disputes.%s", key),
        arena_printf(c->arena, TR(c, "enter a whole number from %lld to %lld"), 1LL, 720LL));
    return otherwise;
}

static const char *executive(struct call *c, const json_t *section)
{
    const json_t *v = json_object_get(section, "executive");
    const char *who = v ? json_string_value(v) : role_key(ROLE_EXECUTIVE);
    if (who && (strchr(who, '@') || (ROLE_BIT(role_parse(who)) & VENDOR_ROLES)))
        return who;
    (void)!call_field(
        c, "disputes.executive", TR(c, "enter a role of the vendor's, such as executive, or a mail address"));
    return role_key(ROLE_EXECUTIVE);
}

void programme_read_disputes(struct call *c, const json_t *section, struct programme_disputes *out)
{
    static const char *const known[] = {"answer_hours", "escalate_hours", "executive"};
    const char *key;
    json_t *v;
    if (section && !json_is_object(section))
        (void)!call_field(c, "disputes", TR(c, "is not a JSON object"));
    json_object_foreach((json_t *)(uintptr_t)section, key, v)
    {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found = found || streq(known[i], key);
        if (!found)
            (void)!call_field(
                c, arena_printf(c->arena, "disputes.%s", key), TR(c, "is not a part of a programme"));
    }
    *out = (struct programme_disputes){.answer_hours = hours(c, section, "answer_hours", 48),
        .escalate_hours = hours(c, section, "escalate_hours", 24),
        .executive = executive(c, section)};
}
