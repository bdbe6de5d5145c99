/* Documents of another time: what they name and is gone since is a fact that nobody knows. */
#include "base/json.h"
#include "domain/programme/programme.h"
#include "domain/programme/sections.h"
#include "engine/merkle/merkle.h"

static const char *fingerprint(struct arena *keep, const json_t *document)
{
    struct buf canonical = buf_in(keep, 4 << 20), hex = buf_in(keep, 128);
    json_canonical(&canonical, document);
    struct hash h = sha256(canonical.p, canonical.len);
    buf_add_hex(&hex, h.b, HASH_SIZE);
    return buf_str(&hex);
}

enum status programme_read_past(
    struct call *c, struct arena *keep, const char *text, size_t n, struct programme *out)
{
    struct problem *before = c->problem, *found = NULL;
    enum status s = programme_read(c, keep, text, n, out);
    if (s != REFUSED || !out->words.n)
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
    out->hash = fingerprint(keep, out->document);
    return OK;
}
