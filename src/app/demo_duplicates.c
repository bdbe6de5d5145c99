/* What a second import left: companies that are there twice, one pair merged already, others to be compared.
 */
#include "app/demo.h"
#include "base/id.h"
#include "domain/merge/merge.h"

/* As a second CRM had them. */
static const struct {
    const char *name, *domain, *country, *city, *merged; /* merged: into this account of the script */
} twice[DEMO_TWICE] = {
    {"Glenmorra Dairies", NULL, "IE", "Kilkenny", NULL},
    {"Tarnhelm Logistics GmbH", "tarnhelm.example", "DE", NULL, NULL},
    {"Sablewood Energy Group", NULL, "GB", "Norwich", NULL},
    {"Corvin Laboratories B.V.", "corvin-labs.example", "NL", "Delft", NULL},
    {"Vintry Mutual Insurance", "vintry.example", "GB", NULL, "Vintry Mutual plc"},
};

struct second {
    struct demo *demo;
    struct instant at;
};

static enum status bring(struct call *c)
{
    struct second *s = c->in;
    c->now = s->at;
    for (size_t i = 0; i < COUNT(twice); i++) {
        struct account a = {.name = twice[i].name,
            .domain = twice[i].domain,
            .country = twice[i].country,
            .city = twice[i].city,
            .status = "open",
            .contract_until = {DATE_NONE},
            .external_id = arena_printf(c->arena, "OLD-%zu", 301 + i),
            .source = "crm"};
        s->demo->twice[i] = id_new((struct instant){s->at.us + (int64_t)i * 1000});
        TRY(account_insert(c, &a, &s->demo->twice[i]));
    }
    return OK;
}

static enum status merge(struct demo *d, struct instant at, size_t i)
{
    size_t k = 0;
    while (k < d->n_known && !streq(d->known[k].company.name, twice[i].merged))
        k++;
    ASSERT(k < d->n_known);
    struct given g[] = {demo_given("kind", "account"),
        demo_given("kept", id_text(d->arena, account_noun.prefix, d->known[k].id)),
        demo_given("gone", id_text(d->arena, account_noun.prefix, d->twice[i])),
        demo_given("why", "The same company: it came with the import of the old CRM.")};
    return demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), at, &merge_create, 0, g, COUNT(g), false, NULL);
}

enum status demo_bring_twice(struct demo *d, struct instant at)
{
    struct second s = {d, at};
    return app_seed(d->app, bring, &s);
}

enum status demo_merge_twice(struct demo *d, struct instant at)
{
    int64_t search;
    TRY(demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), at, &duplicate_find, 0, NULL, 0, false, &search));
    TRY(demo_work(d->app, &duplicate_search_job, search, at));
    for (size_t i = 0; i < COUNT(twice); i++)
        if (twice[i].merged)
            TRY(merge(d, at, i));
    return OK;
}
