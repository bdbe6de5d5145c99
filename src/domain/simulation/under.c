/* One registration under another version: a read verb of the registration, and its page for the vendor. */
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/simulation/pages.html.h"
#include "domain/simulation/simulation.h"
#include "domain/simulation/traces.h"

/* The facts of the first decision by rules, and by which version it was. */
static enum status stored_facts(struct call *c, int64_t id, const char **facts, int64_t *number)
{
    struct row row;
    struct rows rows;
    struct value args[1] = {v_int(id)};
    TRY(noun_get(c, &registration_noun, id, &row)); /* the viewer must see it */
    TRY(db_query(c->db, c->arena, &rows,
        "select facts, programme_number from decision where registration_id = $1 and rule is not null "
        "and kind not in ('extension', 'override', 'ruling') order by id limit 1",
        args, 1));
    if (!rows.n) {
        call_refuse(c, PROBLEM_state, TR(c, "No rule decided this registration."));
        return REFUSED;
    }
    *facts = cell_string(&rows, 0, 0);
    *number = cell_int(&rows, 0, 1);
    return OK;
}

struct under_input {
    int64_t version;
};
static const struct field under_fields[] = {
    FIELD(struct under_input, version, .label = N_("Version"), .required = true, .min = 1, .max = INT32_MAX,
        .example = "1"),
};

static enum status under_run(struct call *c)
{
    const struct under_input *in = c->in;
    const struct programme *p;
    struct explanation e;
    const char *facts;
    int64_t number;
    TRY(stored_facts(c, c->row_id, &facts, &number));
    TRY(simulation_version(c, in->version, "version", &p));
    registration_explain_by(c, p, facts, NULL, &e);
    struct buf b = buf_in(c->arena, 1 << 20);
    struct json_out w = json_out(&b);
    explanation_json(c, &w, &e, (struct instant){0});
    c->result_json = buf_str(&b);
    return OK;
}

const struct verb registration_under = {
    .noun = &registration_noun,
    .name = "under",
    .label = N_("Decide by another version"),
    .summary = N_("What the registration would have got by another version, with the facts stored then."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES,
    .reads = true,
    .hidden = true,
    INPUT(struct under_input, under_fields),
    .run = under_run,
    .example = {.answer = EXPLANATION_EXAMPLE},
};

static const char *version_title(struct call *c, int64_t number)
{
    return arena_printf(c->arena, TR(c, "Version %lld"), (long long)number);
}

static enum status fill_traces(struct call *c, const char *facts, int64_t number, struct under_view *v)
{
    const struct programme *was, *would;
    int64_t asked;
    if (!parse_int(v->version.value, &asked) || asked < 1) {
        v->version.error = TR(c, "enter a whole number above 0");
        return OK;
    }
    TRY(programme_at(c, number, &was));
    enum status s = simulation_version(c, asked, "version", &would);
    if (s == REFUSED) {
        v->version.error = c->problem->fields[0].message;
        c->problem = NULL;
        return OK;
    }
    TRY(s);
    trace_view(c, was, facts, NULL, "u-was", version_title(c, number), &v->was);
    trace_view(c, would, facts, NULL, "u-would", version_title(c, asked), &v->would);
    v->asked = true;
    v->same = streq(v->was.mark, v->would.mark);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct row row;
    const char *facts, *asked = page_query(r, "version");
    int64_t id, number;
    if (!id_parse("reg", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &registration_noun, id, &row));
    TRY(stored_facts(c, id, &facts, &number));
    struct under_view v = {.company = row.name,
        .href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", id)),
        .version = {.id = "version",
            .name = "version",
            .label = TR(c, "Version"),
            .value = asked ? asked : arena_printf(c->arena, "%lld", (long long)number),
            .type = "number",
            .inputmode = "numeric",
            .required = true}};
    v.action = arena_printf(c->arena, "%s/under", v.href);
    if (asked)
        TRY(fill_traces(c, facts, number, &v));
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 3, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Registrations"), "/registrations"};
    crumbs[1] = (struct shell_crumb){row.name, v.href};
    crumbs[2] = (struct shell_crumb){TR(c, "By another version"), NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 3;
    r->shell->title = TR(c, "By another version");
    sim_under(h, &v);
    return OK;
}

const struct page registration_under_page = {.path = "/registrations/:id/under",
    .title = N_("By another version"),
    .roles = VENDOR_ROLES,
    .show = show};
