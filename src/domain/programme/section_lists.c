/* What items of the lists say beyond key and label: which tiers a benefit is for, whether a line is active.
 */
#include "domain/programme/sections.h"

static void read_benefits(struct call *c, const json_t *list, const struct programme *p)
{
    const struct catalog_list *tiers = catalog_find(&p->catalog, "tiers");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *of = json_object_get(json_array_get(list, i), "tiers");
        for (size_t k = 0; k < json_array_size(of); k++) {
            const char *key = json_string_value(json_array_get(of, k));
            if (!key || !catalog_item(tiers, key))
                (void)!call_field(c, arena_printf(c->arena, "benefits[%zu].tiers[%zu]", i, k),
                    TR(c, "enter a tier of this programme by its key"));
        }
    }
}

static void read_lines(struct call *c, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *active = json_object_get(json_array_get(list, i), "active");
        if (active && !json_is_boolean(active))
            (void)!call_field(
                c, arena_printf(c->arena, "product_lines[%zu].active", i), TR(c, "enter true or false"));
    }
}

void programme_read_lists(struct call *c, const json_t *document, const struct programme *p)
{
    read_benefits(c, json_object_get(document, "benefits"), p);
    read_lines(c, json_object_get(document, "product_lines"));
}
