/* The steps of an example, from the declarations. */
#include "face/example.h"

#include "face/dispatch.h"

struct example_step *example_add(struct example *e, const char *method, const char *path)
{
    ASSERT(e->n < EXAMPLE_STEPS);
    struct example_step *step = &e->steps[e->n++];
    *step = (struct example_step){.method = method, .path = path};
    return step;
}

/* ---- lists ---- */

/* A filter that people would use: by a choice that anybody sees, else that something is known. */
static const char *usual_filter(const struct schema *s, const struct noun *noun)
{
    const struct field *best = NULL;
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (!f->filter || !f->see || f->secret)
            continue;
        if (!best || (f->form == FORM_CHOICE && f->options && best->form != FORM_CHOICE))
            best = f;
    }
    if (!best || best->form != FORM_CHOICE || !best->options)
        return best ? arena_printf(s->arena, "%s[known]=true", best->name)
                    : "created[at_least]=2026-01-01T00:00:00Z";
    struct buf b = buf_in(s->arena, 400);
    struct json_out w = json_out(&b);
    sample_value(&w, s, noun, best);
    return arena_printf(s->arena, "%s=%.*s", best->name, (int)b.len - 2, buf_str(&b) + 1);
}

void example_list(const struct schema *s, const struct noun *noun, struct example *out)
{
    *out = (struct example){0};
    example_add(out, "GET",
        arena_printf(s->arena, "/%s?%s&sort=-created&limit=20", noun->plural, usual_filter(s, noun)));
}

void example_export(const struct schema *s, const struct noun *noun, struct example *out)
{
    *out = (struct example){0};
    example_add(
        out, "GET", arena_printf(s->arena, "/%s/export?format=csv&%s", noun->plural, usual_filter(s, noun)))
        ->save = arena_printf(s->arena, "%s.csv", noun->plural);
}

/* ---- what is found before ---- */

/* The first row of LIST ("people?role=executive#email"), or the member that it names. */
static void find_first(
    const struct schema *s, struct example *e, const char *list, const char *name, bool json)
{
    size_t n = strcspn(list, "#");
    const char *member = list[n] ? list + n + 1 : "id";
    bool filtered = memchr(list, '?', n) != NULL;
    struct example_step *step =
        example_add(e, "GET", arena_printf(s->arena, "/%.*s%climit=1", (int)n, list, filtered ? '&' : '?'));
    step->name = name;
    step->take = arena_printf(s->arena, ".items[0].%s", member);
    step->json = json;
}

/* A row from which the verb starts. */
static const char *starting_filter(const struct schema *s, const struct verb *v)
{
    const struct field *state = noun_field(v->noun, "state");
    struct buf b = buf_in(s->arena, 400);
    if (v->example.find)
        return v->example.find;
    if (!v->from || !state || !state->filter)
        return NULL;
    buf_adds(&b, v->from[1] ? "state[in]=" : "state=");
    for (size_t i = 0; v->from[i]; i++)
        buf_addf(&b, "%s%s", i ? "," : "", v->from[i]);
    return buf_str(&b);
}

/* What its id is called: "registration_id". */
static const char *row_name(const struct schema *s, const struct noun *noun)
{
    return arena_printf(s->arena, "%s_id", noun->name);
}

static void find_row(const struct schema *s, struct example *e, const struct noun *noun, const char *filter)
{
    const char *list = filter ? arena_printf(s->arena, "%s?%s", noun->plural, filter) : noun->plural;
    find_first(s, e, list, row_name(s, noun), false);
}

static void find_field(
    const struct schema *s, struct example *e, const struct noun *noun, const struct field *f)
{
    const char *list = sample_lookup(s, f), *name = f->name;
    bool json = f->form == FORM_JSON;
    if (!list)
        return;
    if (*list != '#') {
        find_first(s, e, list, name, json);
        return;
    }
    struct example_step *step =
        example_add(e, "GET", arena_printf(s->arena, "/%s/{{%s_id}}", noun->plural, noun->name));
    step->name = name;
    step->take = arena_printf(s->arena, ".%s", list + 1);
    step->json = json;
}

/* ---- bodies ---- */

static void out_input(struct json_out *w, const struct schema *s, const struct verb *v, const char *only)
{
    const struct schema own = schema_for(s, v);
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    out_object(w);
    for (size_t i = 0; i < n; i++) {
        if (!sample_sends(v, &fields[i]) || (only && !strstr(only, fields[i].name)))
            continue;
        out_key(w, fields[i].name);
        if (sample_lookup(s, &fields[i]))
            out_string(w, arena_printf(s->arena, "{{%s}}", fields[i].name));
        else
            sample_value(w, &own, v->noun, &fields[i]);
    }
    out_end(w);
}

static bool takes_input(const struct verb *v)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    for (size_t i = 0; i < n; i++)
        if (field_in_input(v, &fields[i]))
            return true;
    return false;
}

static const char *body_of(const struct schema *s, const struct verb *v)
{
    struct buf b = buf_in(s->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    if (!takes_input(v))
        return NULL;
    out_input(&w, s, v, NULL);
    return sample_indented(s->arena, &b);
}

/* ---- operations ---- */

/* The path with the row that was found. */
static const char *filled_path(const struct schema *s, const struct verb *v)
{
    const char *path = verb_path(s->arena, s->model, v) + strlen(API_ROOT), *id = strstr(path, "{id}");
    return id ? arena_printf(s->arena, "%.*s{{%s_id}}%s", (int)(id - path), path, v->noun->name, id + 4)
              : path;
}

static void add_verb(const struct schema *s, struct example *e, const struct verb *v)
{
    const struct verb *after = v->example.after;
    const struct field *fields;
    size_t n;
    if (after) {
        add_verb(s, e, after);
        if (after->on == ON_COLLECTION) {
            e->steps[e->n - 1].name = row_name(s, after->noun);
            e->steps[e->n - 1].take = ".id";
        }
    }
    if (v->on == ON_ROW && (!after || v->example.find))
        find_row(s, e, v->noun, starting_filter(s, v));
    verb_fields(v, &fields, &n);
    for (size_t i = 0; i < n; i++)
        if (sample_sends(v, &fields[i]))
            find_field(s, e, v->noun, &fields[i]);
    struct example_step *call = example_add(e, verb_method(v), filled_path(s, v));
    call->body = body_of(s, v);
    call->save = v->downloads ? v->noun->name : NULL;
}

void example_get(const struct schema *s, const struct noun *noun, struct example *out)
{
    *out = (struct example){0};
    if (noun->shown_by)
        add_verb(s, out, noun->shown_by);
    find_row(s, out, noun, NULL);
    example_add(out, "GET", arena_printf(s->arena, "/%s/{{%s_id}}", noun->plural, noun->name));
}

void example_verb(const struct schema *s, const struct verb *v, struct example *out)
{
    *out = (struct example){0};
    add_verb(s, out, v);
}

void example_bulk(const struct schema *s, const struct noun *noun, struct example *out)
{
    const struct verb *v = noun_bulk(s->model, noun);
    struct buf b = buf_in(s->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    *out = (struct example){0};
    add_verb(s, out, v);
    out->n--; /* the same before, then many instead of one */
    out_object(&w);
    out_kv_string(&w, "verb", v->name);
    out_key(&w, "ids");
    out_array(&w);
    out_string(&w, arena_printf(s->arena, "{{%s}}", row_name(s, noun)));
    out_end(&w);
    if (takes_input(v)) {
        out_key(&w, "input");
        out_input(&w, s, v, v->bulk_fields);
    }
    out_end(&w);
    example_add(out, "POST", arena_printf(s->arena, "/%s/bulk", noun->plural))->body =
        sample_indented(s->arena, &b);
}
