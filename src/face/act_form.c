#include "face/act_form.h"

struct part_field *act_form_field(const struct act_form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (streq(f->fields[i].name, name))
            return &f->fields[i];
    BUG("no field %s", name);
}

struct part_field act_file_control(struct call *c, const struct page_request *r, const char *key)
{
    return (struct part_field){.kind = PART_FILE,
        .id = arena_printf(c->arena, "%s-file", key),
        .name = SENT_FILE_FIELD,
        .label = TR(c, "File"),
        .hint = TR(c, "PDF, PNG, JPEG, text, CSV or an office file, at most 10 MB."),
        .optional = true,
        .error = field_message(r, SENT_FILE_FIELD)};
}

void act_form_load(struct call *c, struct page_request *r, struct html *h, const struct verb *verb,
    const char *row_path, const char *page, const char *key, struct act_form *out)
{
    struct page_request own = *r;
    size_t n;
    bool asked = streq(page_query(r, "form"), key);
    if (!asked) { /* what was given elsewhere is not this form's */
        own.given = NULL;
        own.n_given = 0;
        own.problem = NULL;
    }
    const struct part_field *controls = verb_controls(c, h, &own, verb, 0, &n);
    *out = (struct act_form){.path = arena_printf(c->arena, "%s/%s", row_path, verb->name),
        .page = arena_printf(c->arena, "%s?form=%s", page, key),
        .then = arena_printf(c->arena, "%s?did=%s.%s", page, verb->noun->name, verb->name),
        .csrf = r->csrf,
        .submit = TR(c, verb->label),
        .prefix = key,
        .fields = ARENA_ARRAY(c->arena, n + 1, struct part_field),
        .list = ARENA_ARRAY(c->arena, n + 2, const struct part_field *),
        .n = n,
        .shown = true,
        .open = asked,
        .problem = own.problem != NULL,
        .detail = own.problem ? own.problem->detail : NULL,
        .files = verb->files,
        .file = act_file_control(c, &own, key)};
    for (size_t i = 0; i < n; i++) {
        out->fields[i] = controls[i];
        out->fields[i].id = arena_printf(c->arena, "%s-%s", key, controls[i].id);
        out->list[i] = &out->fields[i];
    }
    out->list[n] = &out->file;
}
