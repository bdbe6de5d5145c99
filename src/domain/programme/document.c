/* A programme document read and checked: lists, limits, rules, examples; every problem at once, by its path.
 */
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/programme.h"
#include "domain/programme/sections.h"
#include "domain/registration/facts.h"
#include "engine/merkle/merkle.h"

static enum status problem(struct call *c, const char *path, const char *message)
{
    return call_field(c, path, message);
}

static const char *text_at(struct call *c, const json_t *o, const char *key, const char *path)
{
    const json_t *v = json_object_get(o, key);
    const char *text = json_is_string(v) ? json_string_value(v) : "";
    if (!*text)
        (void)problem(c, path, TR(c, "is needed, as text"));
    if (strpbrk(text, "\r\n\t") || strlen(text) > 400) /* it stands in subjects of mail and in headings */
        (void)problem(c, path, arena_printf(c->arena, TR(c, "enter at most %lld characters"), 400LL));
    return text;
}

static int64_t limit(struct call *c, const json_t *limits, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(limits, key);
    if (!v)
        return otherwise;
    if (json_is_integer(v) && json_integer_value(v) > 0 && json_integer_value(v) <= 1000000)
        return json_integer_value(v);
    (void)problem(c, arena_printf(c->arena, "limits.%s", key), TR(c, "enter a whole number above 0"));
    return otherwise;
}

static struct catalog_item read_item(struct call *c, const json_t *v, const char *path)
{
    struct catalog_item item = {.key = text_at(c, v, "key", arena_printf(c->arena, "%s.key", path))};
    item.label[LANG_EN] = text_at(c, v, "label", arena_printf(c->arena, "%s.label", path));
    const char *german = json_string_value(json_object_get(v, "label_de"));
    item.label[LANG_DE] = german ? german : item.label[LANG_EN];
    if (strspn(item.key, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(item.key))
        (void)problem(
            c, arena_printf(c->arena, "%s.key", path), TR(c, "use lower-case letters, digits and _"));
    return item;
}

static void read_list(struct call *c, struct arena *keep, const json_t *doc, const char *name, bool optional,
    struct catalog_list *out)
{
    const json_t *list = json_object_get(doc, name);
    size_t n = json_array_size(list);
    out->name = name;
    if (optional && (!list || (json_is_array(list) && n == 0)))
        return;
    if (!json_is_array(list) || n == 0 || n > 60) {
        (void)problem(c, name, TR(c, "enter a list of 1 to 60"));
        return;
    }
    out->items = ARENA_ARRAY(keep, n, struct catalog_item);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(c->arena, "%s[%zu]", name, i);
        struct catalog_item item = read_item(c, json_array_get(list, i), path);
        if (catalog_item(out, item.key))
            (void)problem(c, path, TR(c, "has a key that is there already"));
        out->items[out->n++] = item;
    }
}

static void read_territories(struct call *c, struct arena *keep, const json_t *doc, struct programme *p)
{
    const json_t *list = json_object_get(doc, "territories");
    p->territories = ARENA_ARRAY(keep, json_array_size(list) + 1, struct territory);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *countries = json_object_get(json_array_get(list, i), "countries");
        struct territory *t = &p->territories[p->n_territories++];
        const char *key = json_string_value(json_object_get(json_array_get(list, i), "key"));
        t->key = key ? key : "";
        t->countries = ARENA_ARRAY(keep, json_array_size(countries) + 1, const char *);
        for (size_t k = 0; k < json_array_size(countries); k++) {
            const char *code = json_string_value(json_array_get(countries, k));
            if (!code || !country_name(code))
                (void)problem(c, arena_printf(c->arena, "territories[%zu].countries[%zu]", i, k),
                    TR(c, "enter a country by its two letters, such as DE"));
            t->countries[k] = code ? code : "";
        }
    }
}

static const struct {
    const char *name;
    bool optional;
} lists[] = {{"tiers", false}, {"types", false}, {"territories", false}, {"queues", false},
    {"product_lines", true}, {"stages", true}, {"benefits", true}, {"industries", true}, {"languages", true}};

static void read_head(struct call *c, struct arena *keep, const json_t *doc, struct programme *p)
{
    const json_t *head = json_object_get(doc, "programme");
    const char *zone = text_at(c, head, "zone", "programme.zone");
    p->catalog.vendor = text_at(c, head, "vendor", "programme.vendor");
    p->catalog.currency = text_at(c, head, "currency", "programme.currency");
    if (currency_digits(p->catalog.currency) < 0)
        (void)problem(c, "programme.currency", TR(c, "enter a currency by its three letters, such as EUR"));
    p->catalog.zone = zone_get(zone);
    if (!p->catalog.zone)
        (void)problem(c, "programme.zone", TR(c, "enter a time zone such as Europe/Berlin"));
    p->direct_only_public = json_is_true(json_object_get(head, "direct_only_public"));
    p->second_person = !json_is_false(json_object_get(head, "second_person"));
    p->catalog.n = COUNT(lists);
    p->catalog.lists = ARENA_ARRAY(keep, COUNT(lists) + 1, struct catalog_list); /* and the rules */
    for (size_t i = 0; i < COUNT(lists); i++)
        read_list(c, keep, doc, lists[i].name, lists[i].optional, &p->catalog.lists[i]);
    read_territories(c, keep, doc, p);
    programme_read_lists(c, doc, p);
    programme_read_stages(c, keep, json_object_get(doc, "stages"), p);
    programme_read_roles(c, json_object_get(doc, "roles"), &p->roles);
    const json_t *limits = json_object_get(doc, "limits");
    p->limits = (struct programme_limits){
        .checks_per_person_per_day = limit(c, limits, "checks_per_person_per_day", 100),
        .checks_per_partner_per_day = limit(c, limits, "checks_per_partner_per_day", 400),
        .activity_days = limit(c, limits, "activity_days", 90),
        .sourcing_days = limit(c, limits, "sourcing_days", 30),
        .review_approval_days = limit(c, limits, "review_approval_days", 90),
    };
    p->care = (struct programme_care){
        .renewal_days = limit(c, limits, "renewal_days", 90),
        .drop_percent = limit(c, limits, "usage_drop_percent", 30),
        .silent_days = limit(c, limits, "silent_days", 45),
        .low_nps = limit(c, limits, "low_nps", 6),
        .low_csat = limit(c, limits, "low_csat", 2),
    };
    programme_read_calendar(c, keep, json_object_get(doc, "calendar"), &p->calendar);
    programme_read_life(c, json_object_get(doc, "life"), &p->life);
    programme_read_disputes(c, json_object_get(doc, "disputes"), &p->disputes);
    programme_read_cosell(c, json_object_get(doc, "cosell"), &p->cosell);
    programme_read_leads(c, keep, json_object_get(doc, "leads"), &p->leads);
}

static void check_members(struct call *c, const json_t *doc)
{
    static const char *const known[] = {"programme", "tiers", "types", "territories", "queues", "limits",
        "calendar", "rules", "examples", "life", "extension_rules", "extension_examples", "product_lines",
        "stages", "benefits", "industries", "languages", "roles", "disputes", "cosell", "leads"};
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)doc, key, v)
    {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found = found || streq(known[i], key);
        if (!found)
            (void)problem(c, key, TR(c, "is not a part of a programme"));
    }
}

static void add_rules(const struct ruleset *set, struct catalog_list *out)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct rule *r = &set->rules[i];
        if (catalog_item(out, r->id))
            continue;
        out->items[out->n].key = r->id;
        for (int lang = 0; lang < LANG_COUNT; lang++)
            out->items[out->n].label[lang] = rule_name(r, (enum lang)lang);
        out->n++;
    }
}

void programme_list_rules(struct arena *keep, struct programme *p)
{
    struct catalog_list *out = &p->catalog.lists[p->catalog.n++];
    *out = (struct catalog_list){
        .name = "rules", .items = ARENA_ARRAY(keep, p->rules.n + p->extension_rules.n, struct catalog_item)};
    add_rules(&p->rules, out);
    add_rules(&p->extension_rules, out);
}

static void take_problems(struct call *c, const struct problem *p)
{
    for (size_t i = 0; p && i < p->n_fields; i++)
        (void)problem(c, p->fields[i].field, p->fields[i].message);
}

const char *programme_canonical(struct arena *a, const json_t *document, const char **hash)
{
    struct buf canonical = buf_in(a, 4 << 20), hex = buf_in(a, 128);
    json_canonical(&canonical, document);
    struct hash h = sha256(canonical.p, canonical.len);
    buf_add_hex(&hex, h.b, HASH_SIZE);
    *hash = buf_str(&hex);
    return buf_str(&canonical);
}

/* The rules, then their examples: those say nothing about rules that are not good. */
static enum status read_examples(struct call *c, struct programme *out)
{
    const json_t *examples = json_object_get(out->document, "examples");
    struct problem *found = NULL;
    if (!examples)
        return OK;
    enum status s = rules_check_examples(c->arena, &out->rules, examples, call_lang(c), &found);
    take_problems(c, found);
    return s;
}

static enum status read_rules(struct call *c, struct arena *keep, struct programme *out)
{
    struct problem *found = NULL;
    struct ruleset rules;
    TRY(facts_vocabulary(c, keep, &out->catalog, &out->words));
    enum status s =
        rules_read(keep, json_object_get(out->document, "rules"), &out->words, call_lang(c), &rules, &found);
    take_problems(c, found);
    if (s == OK)
        out->rules = rules;
    enum status extension = programme_read_extension(c, keep, out->document, out);
    if (extension != OK && extension != REFUSED)
        return extension;
    if (s != OK)
        return s;
    programme_list_rules(keep, out);
    return read_examples(c, out);
}

enum status programme_read(
    struct call *c, struct arena *keep, const char *text, size_t n, struct programme *out)
{
    const char *error;
    *out = (struct programme){0};
    json_t *doc = json_read(keep, text, n, &error);
    if (!json_is_object(doc))
        return problem(c, "document", doc ? TR(c, "is not a JSON object") : error);
    out->document = doc;
    check_members(c, doc);
    read_head(c, keep, doc, out);
    out->lists_good = !c->problem;
    enum status s = read_rules(c, keep, out);
    if (s != OK && s != REFUSED)
        return s;
    (void)programme_canonical(keep, doc, &out->hash);
    return c->problem ? REFUSED : OK;
}

bool programme_covers(const struct programme *p, const char *territories, const char *country)
{
    if (!territories || !*territories)
        return true;
    for (size_t i = 0; country && i < p->n_territories; i++) {
        char member[80];
        snprintf(member, sizeof member, ",%s,", p->territories[i].key);
        if (!strstr(territories, member))
            continue;
        for (const char **code = p->territories[i].countries; *code; code++)
            if (streq(*code, country))
                return true;
    }
    return false;
}
