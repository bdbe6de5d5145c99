/* Documents of another time: what they name and is gone since is a fact that nobody knows. */
#include "base/json.h"
#include "domain/programme/programme.h"
#include "domain/programme/sections.h"

enum status programme_read_past(
    struct call *c, struct arena *keep, const char *text, size_t n, struct programme *out)
{
    struct problem *before = c->problem, *found = NULL;
    enum status s = programme_read(c, keep, text, n, out);
    if (s != REFUSED || !out->lists_good)
        return s;
    /* Its lists are good: read the rules again with the words that they had. */
    const json_t *rules = json_object_get(out->document, "rules");
    out->words = rules_words_gone(keep, rules, &out->words);
    TRY(rules_read(keep, rules, &out->words, call_lang(c), &out->rules, &found));
    s = programme_read_extension(c, keep, out->document, out);
    if (s != OK && (s != REFUSED || !out->extension_rules.n)) /* only its examples may be wrong */
        return s;
    c->problem = before;
    if (!catalog_find(&out->catalog, "rules"))
        programme_list_rules(keep, out);
    (void)programme_canonical(keep, out->document, &out->hash);
    return OK;
}
