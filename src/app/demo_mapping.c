/* Account mapping: the vendor's lists and two partners', what each shares, and who looked. */
#include "app/demo.h"
#include "base/csv.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/mapping/mapping.h"

/* A list, of the vendor's where firm is NULL; rows are shared with their FIELDS, or counts where that is
 * NULL.
 */
static const struct mapped {
    const char *firm, *name, *kind;
    size_t known, every,
        of_own; /* from account KNOWN on each EVERY-th, and so many that no CRM has; 0: what Tandem knows */
    const char *with; /* a partner; NULL: the vendor, or nobody where the list is the vendor's */
    const char *fields;
    bool export;
} mapped[] = {
    {NULL, "Customers", "customers", 0, 0, 0, NULL, NULL, false},
    {NULL, "Open deals", "opportunities", 0, 0, 0, "Brightwater Integration", "owner,stage", true},
    {NULL, "Target accounts", "prospects", 1, 5, 0, "Brightwater Integration", "domain,country", false},
    {"Brightwater Integration", "Managed customers", "customers", 3, 9, 60, NULL, "domain,city,owner", true},
    {"Brightwater Integration", "Pipeline 2026", "opportunities", 7, 14, 30, NULL, NULL, false},
    {"Cedarline Consulting", "Clients", "customers", 5, 11, 40, NULL, "owner", false},
};

static const struct viewer *owner_of(struct demo *d, const struct mapped *m)
{
    return m->firm ? &demo_firm(d, m->firm)->people[0] : demo_staff_viewer(d, "Ruth Halvorsen");
}

/* ---- a file ---- */

static void add_row(struct buf *b, size_t i, const struct demo_company *k, const char *owner)
{
    static const char *const stages[] = {"managed", "project", "support", "renewal"};
    bool formal = i % 3 == 0;
    csv_write_cell(b, formal ? k->name : k->plain, true);
    csv_write_cell(b, i % 4 == 3 ? "" : k->domain, false);
    csv_write_cell(b, k->country, false);
    csv_write_cell(b, k->city, false);
    csv_write_cell(b, owner, false);
    csv_write_cell(b, stages[i % COUNT(stages)], false);
    csv_write_end(b);
}

static const char *owner_name(struct demo *d, const struct mapped *m, size_t i)
{
    const struct demo_firm *firm = m->firm ? demo_firm(d, m->firm) : NULL;
    return firm ? firm->people[i % firm->n_people].name : demo_staff_viewer(d, "Ines Okafor")->name;
}

/* By dice of its own: the deals that come after it are those without it. */
static const char *list_text(struct demo *d, const struct mapped *m)
{
    struct dice own = {(uint64_t)(m - mapped) + 1}, *dice = &own;
    struct buf b = buf_in(d->arena, 1 << 18);
    size_t n = 0;
    buf_adds(&b, "name,website,country,city,owner,status\r\n");
    for (size_t i = m->known; i < d->n_known; i += m->every, n++)
        add_row(&b, n, &d->known[i].company, owner_name(d, m, n));
    for (size_t i = 0; i < m->of_own; i++, n++) {
        struct demo_company k = demo_company_new(d->arena, dice, &d->taken, demo_country_any(dice));
        add_row(&b, n, &k, owner_name(d, m, n));
    }
    return buf_str(&b);
}

/* ---- lists and shares ---- */

static enum status bring(struct demo *d, const struct mapped *m, struct instant at, int64_t *id)
{
    struct given g[] = {demo_given("name", m->name), demo_given("kind", m->kind),
        demo_given("source", m->every ? "file" : "known"),
        m->every ? demo_given("csv", list_text(d, m)) : (struct given){0}};
    return demo_do(d, owner_of(d, m), at, &population_create, 0, g, m->every ? 4 : 3, false, id);
}

static enum status share(struct demo *d, const struct mapped *m, struct instant at, int64_t id)
{
    struct given g[4] = {demo_given("level", m->fields ? "fields" : "counts")};
    size_t n = 1;
    if (!m->firm && !m->with)
        return OK;
    if (m->with)
        g[n++] = demo_given("with_partner_id", id_text(d->arena, "prt", demo_firm(d, m->with)->id));
    if (m->fields)
        g[n++] = demo_given("fields", m->fields);
    if (m->export)
        g[n++] = demo_given("may_export", "1");
    return demo_do(d, owner_of(d, m), at, &population_grant, id, g, n, false, NULL);
}

/* ---- looks ---- */

struct wanted {
    const char *list, *with_list;
    int64_t id;
};

static enum status find_count(struct call *c)
{
    struct wanted *w = c->in;
    struct value args[2] = {v_text(w->list), v_text(w->with_list)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select k.id from overlap_count k join population p on p.id = k.population_id "
        "where p.name = $1 and k.with_population = $2",
        args, 2));
    w->id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return rows.n ? OK : call_refuse(c, PROBLEM_not_found, "the demo's lists did not meet");
}

static enum status look(struct demo *d, const struct viewer *v, const struct verb *verb, struct instant at,
    const char *list, const char *with_list)
{
    struct wanted w = {list, with_list, 0};
    TRY(app_seed(d->app, find_count, &w));
    return demo_do(d, v, at, verb, w.id, NULL, 0, false, NULL);
}

static enum status bring_all(struct demo *d, struct instant at)
{
    int64_t id[COUNT(mapped)];
    for (size_t i = 0; i < COUNT(mapped); i++) {
        TRY(bring(d, &mapped[i], at, &id[i]));
        TRY(share(d, &mapped[i], at, id[i]));
    }
    for (size_t i = 0; i < COUNT(mapped); i++)
        TRY(demo_work(d->app, &mapping_job, id[i], at));
    return OK;
}

enum status demo_map(struct demo *d, size_t part, struct instant at)
{
    const struct viewer *ruth = demo_staff_viewer(d, "Ruth Halvorsen"),
                        *piet = &demo_firm(d, "Brightwater Integration")->people[0];
    switch (part) {
    case 0: return bring_all(d, at);
    case 1: return look(d, ruth, &overlap_look, at, "Target accounts", "Managed customers");
    case 2: return look(d, piet, &overlap_look, at, "Managed customers", "Target accounts");
    case 3: return look(d, ruth, &overlap_export, at, "Open deals", "Managed customers");
    case 4: return look(d, piet, &overlap_export, at, "Managed customers", "Open deals");
    }
    BUG("no such part");
}
