#include "face/columns.h"

#include "model/custom.h"

/* A partner's people know whose rows they see. */
static bool usual_field(const struct call *c, const struct noun *noun, const struct field *f)
{
    bool own = role_audience(c->viewer->role) == PARTNER && streq(f->name, "partner_id");
    return streq(f->name, noun->title) || (f->list_column && !own);
}

static enum status read_all(
    struct call *c, const struct noun *noun, const struct page_columns *page, struct list_columns *out)
{
    const struct option *made = page ? page->made : NULL;
    size_t n_made = 0;
    struct custom_field **custom = NULL;
    size_t n_custom = 0;
    if (noun->custom)
        TRY(custom_fields(c, noun, &custom, &n_custom));
    while (made && made[n_made].key)
        n_made++;
    out->all = ARENA_ARRAY(c->arena, noun->n_fields + n_custom + n_made + 1, struct list_column);
    out->all[out->n_all++] = (struct list_column){.of = COLUMN_CREATED,
        .name = "created",
        .label = noun->made ? TR(c, noun->made) : TR(c, "Created"),
        .usual = noun->made != NULL};
    for (size_t i = 0; i < noun->n_fields; i++)
        if (field_visible(&noun->fields[i], c->viewer))
            out->all[out->n_all++] = (struct list_column){.of = COLUMN_FIELD,
                .index = i,
                .field = &noun->fields[i],
                .name = noun->fields[i].name,
                .label = TR(c, noun->fields[i].label),
                .usual = usual_field(c, noun, &noun->fields[i])};
    for (size_t i = 0; i < n_made; i++)
        out->all[out->n_all++] = (struct list_column){
            .of = COLUMN_PAGE, .index = i, .name = made[i].key, .label = TR(c, made[i].label)};
    for (size_t i = 0; i < n_custom; i++)
        out->all[out->n_all++] = (struct list_column){.of = COLUMN_CUSTOM,
            .index = i,
            .field = &custom[i]->field,
            .name = custom[i]->field.name,
            .label = custom[i]->label,
            .usual = true,
            .custom = custom[i]};
    return OK;
}

static void choose(struct list_columns *l, const char *name, size_t length)
{
    for (size_t i = 0; i < l->n; i++)
        if (strlen(l->chosen[i].name) == length && strncmp(l->chosen[i].name, name, length) == 0)
            return;
    for (size_t i = 0; i < l->n_all; i++)
        if (strlen(l->all[i].name) == length && strncmp(l->all[i].name, name, length) == 0)
            l->chosen[l->n++] = l->all[i];
}

static void choose_all(struct list_columns *l, const char *names)
{
    for (const char *p = names ? names : ""; *p; p += strcspn(p, ","), p += *p == ',')
        choose(l, p, strcspn(p, ","));
}

static void choose_usual(struct list_columns *l)
{
    for (size_t i = 1; i < l->n_all; i++)
        if (l->all[i].usual)
            choose_all(l, l->all[i].name);
    if (l->all[0].usual)
        choose_all(l, "created");
}

enum status list_columns_read(struct call *c, const struct noun *noun, const struct page_columns *page,
    const char *names, struct list_columns *out)
{
    *out = (struct list_columns){0};
    TRY(read_all(c, noun, page, out));
    out->chosen = ARENA_ARRAY(c->arena, out->n_all, struct list_column);
    choose_all(out, noun->title);
    choose_all(out, names);
    out->own = out->n > 1;
    if (!out->own && page)
        choose_all(out, page->usual);
    else if (!out->own)
        choose_usual(out);
    return OK;
}
