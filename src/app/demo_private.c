/* Private mappings at three stages. The other side's program is played here, with engine/psi as it has it. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/mapping/private.h"
#include "engine/psi/psi.h"

static const struct played {
    const char *owner, *list, *other; /* firms; NULL: the vendor */
    size_t known, every;              /* the other side's list: accounts from KNOWN on, each EVERY-th */
    const char *until;                /* the state to which it comes */
} played[DEMO_PRIVATE_RUNS] = {
    {NULL, "Customers", "Brightwater Integration", 2, 8, "done"},
    {NULL, "Target accounts", "Cedarline Consulting", 6, 10, "counted"},
    {"Brightwater Integration", "Managed customers", NULL, 0, 1, "open"},
};

static const struct viewer *person_of(struct demo *d, const char *firm)
{
    return firm ? &demo_firm(d, firm)->people[0] : demo_staff_viewer(d, "Ruth Halvorsen");
}

struct wanted {
    const char *list;
    int64_t id;
};

static enum status find_list(struct call *c)
{
    struct wanted *w = c->in;
    struct value args[1] = {v_text(w->list)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select id from population where name = $1", args, 1));
    w->id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return rows.n ? OK : call_refuse(c, PROBLEM_not_found, "the demo has no such list");
}

static enum status open_run(struct demo *d, const struct played *p, struct instant at, int64_t *id)
{
    struct wanted w = {.list = p->list};
    TRY(app_seed(d->app, find_list, &w));
    struct given g[2] = {demo_given("population_id", id_text(d->arena, population_noun.prefix, w.id))};
    if (!p->owner)
        g[1] = demo_given("partner_id", id_text(d->arena, "prt", demo_firm(d, p->other)->id));
    return demo_do(d, person_of(d, p->owner), at, &private_run_create, 0, g, p->owner ? 1 : 2, false, id);
}

/* Sends OUT (empty: asks for what is due) and takes the answer into IN. */
static enum status exchange(struct demo *d, const struct viewer *v, struct instant at, int64_t id,
    const struct buf *out, struct buf *in)
{
    struct call *c = app_call(d->app, v);
    struct sent_file file = {.field = "file", .name = "", .data = out->p, .len = out->len};
    c->now = at;
    c->row_id = id;
    c->files = &file;
    c->n_files = out->len ? 1 : 0;
    enum status s = app_do(d->app, c, &private_run_exchange, NULL, 0);
    buf_clear(in);
    if (s == OK && c->result_file)
        buf_add(in, c->result_file->data, c->result_file->len);
    if (s == REFUSED)
        problem_print(c->problem);
    arena_free(c->arena);
    return s;
}

static void list_keys(struct demo *d, const struct played *p, struct psi_keys *keys)
{
    struct match_company *company = ARENA_ARRAY(d->arena, d->n_known, struct match_company);
    size_t n = 0;
    for (size_t i = p->known; i < d->n_known; i += p->every)
        company[n++] = (struct match_company){.name = d->known[i].company.name,
            .domain = d->known[i].company.domain,
            .country = d->known[i].company.country};
    psi_keys(d->arena, company, n, PSI_BY_BEST, keys);
}

static enum status said(enum psi_refusal r)
{
    return r == PSI_FINE ? OK : BROKEN;
}

static enum status play(struct demo *d, const struct played *p, struct instant at, int64_t id)
{
    const struct viewer *owner = person_of(d, p->owner), *other = person_of(d, p->other);
    struct buf in = buf_in(d->arena, PSI_MAX_MESSAGE), out = buf_in(d->arena, PSI_MAX_MESSAGE);
    struct psi_keys keys;
    struct psi psi;
    list_keys(d, p, &keys);
    psi_begin(&psi, d->arena, PSI_CLIENT, PSI_BY_BEST, keys.key, keys.n, NULL, NULL);
    TRY(exchange(d, other, at, id, &out, &in));
    TRY(said(psi_request(&psi, in.p, in.len, &out)));
    TRY(exchange(d, other, at, id, &out, &in));
    buf_clear(&out);
    TRY(said(psi_count(&psi, in.p, in.len, &out)));
    TRY(exchange(d, other, at, id, &out, &in));
    if (streq(p->until, "counted"))
        return OK;
    TRY(demo_do(d, owner, at, &private_run_agree, id, NULL, 0, false, NULL));
    buf_clear(&out);
    TRY(exchange(d, other, at, id, &out, &in));
    TRY(said(psi_rows(&psi, in.p, in.len, &out)));
    return exchange(d, other, at, id, &out, &in);
}

enum status demo_map_in_private(struct demo *d, size_t run, struct instant at)
{
    const struct played *p = &played[run];
    int64_t id;
    TRY(open_run(d, p, at, &id));
    return streq(p->until, "open") ? OK : play(d, p, at, id);
}
