/* The lists that a programme configures (tiers, types, territories, queues, rules): keys with labels, in
 * their order. */
#ifndef TANDEM_CATALOG_H
#define TANDEM_CATALOG_H

#include "base/i18n.h"

struct catalog_item {
    const char *key;
    const char *label[LANG_COUNT];
};

struct catalog_list {
    const char *name;
    struct catalog_item *items;
    size_t n;
};

struct catalog {
    struct catalog_list *lists;
    size_t n;
    const char *currency; /* the programme's */
    const struct zone *zone;
    const char *vendor; /* the vendor's name */
};

const struct catalog_list *catalog_find(const struct catalog *c, const char *name);
const struct catalog_item *catalog_item(const struct catalog_list *l, const char *key);
/* What people read for a key of LIST: its label in LANG, or the key itself where the list has none. NULL for
 * NULL. */
const char *catalog_label(enum lang lang, const struct catalog *c, const char *list, const char *key);

#endif
