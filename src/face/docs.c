#include "face/docs.h"

#include "face/dispatch.h"
#include "face/docs.html.h"
#include "model/custom.h"
#include "web/shell.html.h"

/* ---- examples ---- */

void docs_show(
    struct call *c, const char *base, const struct example *e, const char *answer, struct docs_example *out)
{
    out->answer = answer;
    out->curl = example_curl(c->arena, base, e);
    out->script = example_script(c->arena, base, e);
}

/* ---- tables ---- */

static struct docs_field show_field(struct call *c, const struct field *f)
{
    return (struct docs_field){
        .name = f->name,
        .label = TR(c, f->label),
        .type = field_type_text(c->arena, call_lang(c), c->model, f),
        .hint = f->hint ? TR(c, f->hint) : NULL,
        .required = f->required && f->kind != KIND_BOOL,
        .vendor_only = !(f->see & PARTNER),
        .filter = f->filter,
        .sort = f->sort,
        .search = f->search,
    };
}

static enum status show_fields(struct call *c, const struct noun *noun, struct docs_noun *out)
{
    struct custom_field **custom = NULL;
    size_t n = 0;
    if (noun->custom)
        TRY(custom_fields(c, noun, &custom, &n));
    struct docs_field *fields = ARENA_ARRAY(c->arena, noun->n_fields + n + 1, struct docs_field);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].see && !noun->fields[i].secret)
            fields[out->n_fields++] = show_field(c, &noun->fields[i]);
    for (size_t i = 0; i < n; i++)
        fields[out->n_fields++] = show_field(c, &custom[i]->field);
    out->fields = fields;
    return OK;
}

static void show_inputs(struct call *c, const struct verb *v, struct docs_operation *out)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    struct docs_field *shown = ARENA_ARRAY(c->arena, n + 1, struct docs_field);
    for (size_t i = 0; i < n; i++) {
        if (!field_in_input(v, &fields[i]))
            continue;
        struct docs_field f = show_field(c, &fields[i]);
        f.required &= !v->partial;
        f.vendor_only = !v->in && !(fields[i].set & PARTNER);
        shown[out->n_fields++] = f;
    }
    out->fields = shown;
}

static const char *role_list(struct call *c, unsigned roles)
{
    struct buf b = buf_in(c->arena, 4096);
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        if (roles & ROLE_BIT(r))
            buf_addf(&b, "%s%s", b.len ? ", " : "", TR(c, role_label((enum role)r)));
    return arena_strdup(c->arena, buf_str(&b));
}

static const char *state_list(struct call *c, const struct verb *v)
{
    struct buf b = buf_in(c->arena, 4096);
    for (size_t i = 0; v->from && v->from[i]; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", v->from[i]);
    return b.len ? arena_strdup(c->arena, buf_str(&b)) : NULL;
}

static void add_read(struct docs_noun *out, struct docs_operation *ops, struct call *c, const char *name,
    const char *label, const char *summary, const char *behind)
{
    const struct noun *noun = out->noun;
    struct docs_operation *o = &ops[out->n_operations++];
    *o = (struct docs_operation){.id = arena_printf(c->arena, "%s_%s", noun->name, name),
        .method = "GET",
        .path = arena_printf(c->arena, API_ROOT "/%s%s", noun->plural, behind),
        .label = label,
        .summary = summary,
        .roles = role_list(c, noun->read),
        .status = 200};
}

static void show_reads(const struct schema *s, struct call *c, const char *base, struct docs_noun *out,
    struct docs_operation *ops)
{
    struct example e;
    const struct noun *noun = out->noun;
    if (!noun->hidden) {
        add_read(out, ops, c, "list", TR(c, N_("List")), TR(c, N_("A page of rows.")), "");
        example_list(s, noun, &e);
        docs_show(c, base, &e, sample_noun_text(s, noun, sample_list), &ops[0].example);
        add_read(out, ops, c, "get", TR(c, N_("Read one")), TR(c, N_("A row as you see it.")), "/{id}");
        example_get(s, noun, &e);
        docs_show(c, base, &e, sample_noun_text(s, noun, sample_row), &ops[1].example);
        add_read(out, ops, c, "export", TR(c, N_("Export")),
            TR(c,
                N_("The whole list as a file: csv, xlsx, json or jsonl, with the list's filters and order.")),
            "/export");
        example_export(s, noun, &e);
        docs_show(c, base, &e, NULL, &ops[2].example);
    }
}

static void show_bulk(const struct schema *s, struct call *c, const char *base, struct docs_noun *out,
    struct docs_operation *ops)
{
    struct example e;
    const struct verb *first = noun_bulk(c->model, out->noun);
    if (!first)
        return;
    struct docs_operation *o = &ops[out->n_operations];
    add_read(out, ops, c, "bulk", TR(c, N_("Act on many")),
        TR(c, N_("Calls one verb on up to 1,000 rows. Each is done or refused by itself.")), "/bulk");
    o->method = "POST";
    o->roles = role_list(c, first->roles);
    example_bulk(s, out->noun, &e);
    docs_show(c, base, &e, sample_noun_text(s, out->noun, sample_bulk), &o->example);
}

static void show_verb(const struct schema *s, struct call *c, const char *base, const struct verb *v,
    struct docs_operation *out)
{
    struct example e;
    *out = (struct docs_operation){.id = arena_printf(c->arena, "%s_%s", v->noun->name, v->name),
        .method = verb_method(v),
        .path = verb_path(c->arena, c->model, v),
        .label = TR(c, v->label),
        .summary = TR(c, v->summary),
        .roles = role_list(c, v->roles),
        .states = state_list(c, v),
        .status = noun_creator(c->model, v->noun) == v ? 201 : 200};
    show_inputs(c, v, out);
    example_verb(s, v, &e);
    docs_show(c, base, &e, sample_answer_text(s, v), &out->example);
}

static void show_operations(struct call *c, const char *base, struct docs_noun *out)
{
    const struct model *m = c->model;
    const struct schema s = schema_of(c->arena, m, c);
    size_t n = 4;
    for (size_t i = 0; m->verbs[i]; i++)
        n += m->verbs[i]->noun == out->noun;
    struct docs_operation *ops = ARENA_ARRAY(c->arena, n, struct docs_operation);
    show_reads(&s, c, base, out, ops);
    for (size_t i = 0; m->verbs[i]; i++)
        if (m->verbs[i]->noun == out->noun && verb_offered(m->verbs[i]))
            show_verb(&s, c, base, m->verbs[i], &ops[out->n_operations++]);
    show_bulk(&s, c, base, out, ops);
    out->operations = ops;
}

static enum status show_noun(struct call *c, const char *base, const struct noun *noun, struct docs_noun *out)
{
    *out = (struct docs_noun){.noun = noun};
    show_operations(c, base, out);
    return show_fields(c, noun, out);
}

/* A noun is found by its verbs, too. */
static const char *find_words(struct call *c, const struct noun *noun)
{
    struct buf b = buf_in(c->arena, 8192);
    buf_addf(&b, "%s %s", TR(c, noun->labels), noun->plural);
    for (size_t i = 0; c->model->verbs[i]; i++) {
        const struct verb *v = c->model->verbs[i];
        if (v->noun == noun && verb_offered(v))
            buf_addf(&b, " %s %s", TR(c, v->label), v->name);
    }
    return arena_strdup(c->arena, buf_str(&b));
}

static void list_nouns(struct call *c, struct docs_view *view)
{
    const struct model *m = c->model;
    size_t n = 0;
    while (m->nouns[n])
        n++;
    const struct noun **nouns = ARENA_ARRAY(c->arena, n + 1, const struct noun *);
    const char **words = ARENA_ARRAY(c->arena, n + 1, const char *);
    for (size_t i = 0; i < n; i++) {
        if (!noun_offered(m, m->nouns[i]))
            continue;
        words[view->n_nouns] = find_words(c, m->nouns[i]);
        nouns[view->n_nouns++] = m->nouns[i];
    }
    view->nouns = nouns;
    view->words = words;
}

static void write_page(
    struct buf *out, struct call *c, const struct shell *shell, const struct docs_view *view)
{
    struct html h = {
        .b = out, .arena = c->arena, .lang = call_lang(c), .zone = c->viewer->zone, .now = c->now};
    shell_public_begin(&h, shell);
    docs_page(&h, view);
    shell_public_end(&h, shell);
}

enum status docs_write(struct buf *out, struct site *s, struct call *c, const char *plural, const char *theme)
{
    struct docs_view view = {
        .base = arena_printf(c->arena, "%s%s", s->base_url ? s->base_url : "", API_ROOT)};
    struct docs_noun shown;
    const struct noun *noun = plural ? model_noun_by_plural(c->model, plural) : NULL;
    bool themed = streq(theme, "light") || streq(theme, "dark");
    const struct shell_item links[] = {
        {.label = TR(c, "OpenAPI"), .href = API_ROOT "/openapi.json"},
        {.label = TR(c, N_("Sign in")), .href = "/sign-in"},
    };
    struct shell shell = {.title = noun ? arena_printf(c->arena, "%s · API", TR(c, noun->labels)) : "API",
        .description = noun ? TR(c, noun->summary) : TR(c, N_("How programs call this programme over HTTP.")),
        .programme = c->catalog ? c->catalog->vendor : NULL,
        .theme = themed ? theme : NULL,
        .wide = true,
        .links = links,
        .n_links = COUNT(links)};
    if (plural && !(noun && noun_offered(c->model, noun)))
        return call_refuse(c, PROBLEM_not_found, NULL);
    list_nouns(c, &view);
    if (noun) {
        TRY(show_noun(c, view.base, noun, &shown));
        view.noun = &shown;
    } else {
        docs_fill_guide(c, &view);
    }
    write_page(out, c, &shell, &view);
    return OK;
}
