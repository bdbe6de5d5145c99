/* "roles": who may publish, be the second person of an override, decide disputes, and who must have a second
 * factor; left out: as below. */
#include "domain/programme/sections.h"

static unsigned read_roles(
    struct call *c, const json_t *section, const char *name, unsigned allowed, unsigned otherwise)
{
    const json_t *list = json_object_get(section, name);
    unsigned roles = 0;
    if (!list)
        return otherwise;
    for (size_t i = 0; i < json_array_size(list); i++) {
        unsigned bit = ROLE_BIT(role_parse(json_string_value(json_array_get(list, i))));
        if (!(bit & allowed))
            (void)!call_field(c, arena_printf(c->arena, "roles.%s[%zu]", name, i),
                TR(c, "enter a role that may do this, such as operations"));
        roles |= bit & allowed;
    }
    if (!roles && otherwise)
        (void)!call_field(
            c, arena_printf(c->arena, "roles.%s", name), TR(c, "enter a list of at least one role"));
    return roles;
}

void programme_read_roles(struct call *c, const json_t *section, struct programme_roles *out)
{
    static const char *const known[] = {"publish", "second_override", "decide_disputes", "second_factor"};
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)section, key, v)
    {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found = found || streq(known[i], key);
        if (!found)
            (void)!call_field(
                c, arena_printf(c->arena, "roles.%s", key), TR(c, "is not a part of the roles"));
    }
    *out = (struct programme_roles){
        .publish = read_roles(c, section, known[0], PROGRAMME_PUBLISHERS, ADMIN | OPERATIONS),
        .second_override =
            read_roles(c, section, known[1], VENDOR_ROLES, ADMIN | OPERATIONS | PARTNER_MANAGER),
        .decide_disputes =
            read_roles(c, section, known[2], VENDOR_ROLES, ADMIN | OPERATIONS | PARTNER_MANAGER),
        .second_factor = read_roles(c, section, known[3], ALL_ROLES, 0),
    };
}
