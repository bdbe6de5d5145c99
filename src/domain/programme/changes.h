/*
 * What differs between two documents, in words: "Rule 5 Certified partner, free account: Tier: at least Gold
 * → Silver". Rules are told apart by id, items by key, examples by name.
 */
#ifndef TANDEM_PROGRAMME_CHANGES_H
#define TANDEM_PROGRAMME_CHANGES_H

#include "domain/programme/programme.h"

enum change_kind { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_MOVED, CHANGE_VALUE };

struct programme_change {
    enum change_kind kind;
    const char *part, *key; /* "rules" and the rule's id, "tiers" and the item's key, "limits" and NULL */
    const char *where;      /* "Rule 5 Certified partner, free account" */
    const char *what;       /* "Tier: at least Gold → Silver", "added: approve, 60 days, 8%" */
};

struct programme_changes {
    struct programme_change *items;
    size_t n, cap;
};

/*
 * In the caller's language, FROM's words for what was and TO's for what will be. Both may be read in part, as
 * programme_read() leaves them; what cannot be said in words is said as JSON, so that nothing is left out.
 */
void programme_changes(
    struct call *c, const struct programme *from, const struct programme *to, struct programme_changes *out);
/* A line each. */
const char *programme_changes_text(struct call *c, const struct programme_changes *changes);
/* How many rules, items and values changed: several lines about one count once. */
size_t programme_changes_count(const struct programme_changes *changes);

/* --- shared by changes.c and changes_rules.c --- */

void change_add(struct call *c, struct programme_changes *out, enum change_kind kind, const char *part,
    const char *key, const char *where, const char *what);
/* Which elements of AFTER that BEFORE has, too, were moved: the fewest that explain the order. */
bool *changes_moved(struct call *c, const json_t *before, const json_t *after, const char *key);
const json_t *element_by(const json_t *list, const char *key, const char *value, size_t *place);
void changes_rules(struct call *c, const char *table, const struct programme *from,
    const struct programme *to, struct programme_changes *out);
void changes_examples(struct call *c, const char *table, const struct programme *from,
    const struct programme *to, struct programme_changes *out);

#endif
