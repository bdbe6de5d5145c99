#include "model/catalog.h"

const struct catalog_list *catalog_find(const struct catalog *c, const char *name)
{
    for (size_t i = 0; c && i < c->n; i++)
        if (streq(c->lists[i].name, name))
            return &c->lists[i];
    return NULL;
}

const struct catalog_item *catalog_item(const struct catalog_list *l, const char *key)
{
    for (size_t i = 0; l && key && i < l->n; i++)
        if (streq(l->items[i].key, key))
            return &l->items[i];
    return NULL;
}

const char *catalog_label(enum lang lang, const struct catalog *c, const char *list, const char *key)
{
    const struct catalog_item *item = catalog_item(catalog_find(c, list), key);
    return item ? item->label[lang] : key;
}
