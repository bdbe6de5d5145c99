/* "cosell": how long a co-sell request waits for its answer, and for one after it was told to the manager;
 * from when on a deal is stuck, and an end of a contract near; left out: as below. */
#include "domain/programme/sections.h"

static const struct {
    const char *key;
    int64_t most, otherwise;
    size_t offset;
} members[] = {{"answer_hours", 720, 72, offsetof(struct programme_cosell, answer_hours)},
    {"escalate_hours", 720, 48, offsetof(struct programme_cosell, escalate_hours)},
    {"stuck_days", 730, 30, offsetof(struct programme_cosell, stuck_days)},
    {"contract_days", 1095, 180, offsetof(struct programme_cosell, contract_days)}};

static int64_t *member(struct programme_cosell *out, size_t i)
{
    return (int64_t *)(void *)((char *)out + members[i].offset);
}

static void read_member(struct call *c, const char *key, const json_t *v, struct programme_cosell *out)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        if (!streq(members[i].key, key))
            continue;
        *member(out, i) = json_integer_value(v);
        if (!json_is_integer(v) || *member(out, i) < 1 || *member(out, i) > members[i].most)
            (void)!call_field(c, arena_printf(c->arena, "cosell.%s", key),
                arena_printf(c->arena, TR(c, "enter a whole number from %lld to %lld"), 1LL,
                    (long long)members[i].most));
        return;
    }
    (void)!call_field(c, arena_printf(c->arena, "cosell.%s", key), TR(c, "is not a part of a programme"));
}

void programme_read_cosell(struct call *c, const json_t *section, struct programme_cosell *out)
{
    const char *key;
    json_t *v;
    for (size_t i = 0; i < COUNT(members); i++)
        *member(out, i) = members[i].otherwise;
    if (section && !json_is_object(section))
        (void)!call_field(c, "cosell", TR(c, "is not a JSON object"));
    json_object_foreach((json_t *)(uintptr_t)section, key, v) read_member(c, key, v, out);
}
