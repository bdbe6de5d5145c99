/* Input: what was given becomes the verb's struct, through its declared fields and no other way. */
#include "model/custom.h"
#include "model/parse.h"

void verb_fields(const struct verb *v, const struct field **fields, size_t *n)
{
    if (v->in) {
        *fields = v->in;
        *n = v->n_in;
    } else if (v->generic) {
        *fields = v->noun->fields;
        *n = v->noun->n_fields;
    } else {
        static const struct field none = {0};
        *fields = &none;
        *n = 0;
    }
}

bool field_settable(const struct verb *v, const struct field *f, const struct viewer *viewer)
{
    if (viewer->role == ROLE_SYSTEM || (v->in && !f->set))
        return true;
    return (f->set & role_audience(viewer->role)) != 0;
}

static size_t input_size(const struct verb *v)
{
    return v->in ? v->in_size : v->generic ? v->noun->size : 1;
}

/* Several values of one name make one comma-separated text: how a form sends a set. */
static struct given joined(struct call *c, const struct given *given, size_t n, const char *name, bool *found)
{
    struct given g = {.name = name};
    for (size_t i = 0; i < n; i++) {
        if (!streq(given[i].name, name))
            continue;
        if (*found && g.value.kind == VALUE_TEXT && given[i].value.kind == VALUE_TEXT)
            g.value = v_text(arena_printf(c->arena, "%s,%s", g.value.s, given[i].value.s));
        else
            g = given[i];
        *found = true;
    }
    return g;
}

static bool known_name(struct call *c, const struct field *fields, size_t n, struct custom_field **custom,
    size_t n_custom, const char *name)
{
    int at = field_find(fields, n, name);
    if (at >= 0)
        return field_settable(c->verb, &fields[at], c->viewer);
    for (size_t i = 0; i < n_custom; i++)
        if (streq(custom[i]->field.name, name))
            return true;
    return false;
}

/* Of the currency field beside an amount: as given, else as the row has it, else the programme's. */
static int amount_digits(struct call *c, const struct field *fields, size_t n, const struct field *f)
{
    const char *code = c->catalog ? c->catalog->currency : NULL;
    int at = f->currency ? field_find(fields, n, f->currency) : -1;
    if (at < 0)
        return digits_of(code);
    struct value v = field_load(&fields[at], c->in);
    if (v.kind == VALUE_TEXT)
        return digits_of(v.s);
    if (c->row_id && c->verb->generic && c->verb->partial) {
        struct call look = *c; /* a row that is not there is refused later */
        struct row row;
        look.problem = NULL;
        if (noun_get(&look, c->verb->noun, c->row_id, &row) == OK && row.v[at].kind == VALUE_TEXT)
            code = row.v[at].s;
    }
    return digits_of(code);
}

static void read_field(struct call *c, const struct field *fields, size_t n_fields, size_t i,
    const struct given *given, size_t n)
{
    const struct field *f = &fields[i];
    bool found = false, settable = field_settable(c->verb, f, c->viewer);
    struct given g = joined(c, given, n, f->name, &found);
    struct value v = v_null();
    const char *message = NULL;
    found = found && settable;
    if (found)
        message =
            parse_value(c, f, &g, f->kind == KIND_MONEY ? amount_digits(c, fields, n_fields, f) : 0, &v);
    field_store(f, c->in, &v);
    if (message)
        (void)call_field(c, f->name, message);
    else if (f->required && v.kind == VALUE_NULL && settable && (found || !c->verb->partial) &&
             f->kind != KIND_BOOL)
        (void)call_field(c, f->name, TR(c, "is needed"));
    if (found)
        c->given |= UINT64_C(1) << i;
}

static void read_custom(
    struct call *c, const struct given *given, size_t n, struct custom_field **custom, size_t n_custom)
{
    bool partner = role_audience(c->viewer->role) == PARTNER;
    c->custom = ARENA_ARRAY(c->arena, n_custom + 1, struct custom_input);
    for (size_t i = 0; i < n_custom; i++) {
        struct custom_field *f = custom[i];
        bool found = false;
        struct given g = joined(c, given, n, f->field.name, &found);
        bool may = !partner || f->partner_sets;
        struct value v = v_null();
        const char *message =
            found ? may ? field_parse(c, &f->field, &g, &v) : TR(c, "you cannot set this") : NULL;
        if (message)
            (void)call_field(c, f->field.name, message);
        else if (f->required && may && v.kind == VALUE_NULL && (found || !c->verb->partial))
            (void)call_field(c, f->field.name, TR(c, "is needed"));
        else if (found)
            c->custom[c->n_custom++] = (struct custom_input){f, v};
    }
}

/* Only from forms: JSON says such things in a field of its own. */
static void read_open(struct call *c, const struct given *given, size_t n)
{
    const char *name = c->verb->open;
    size_t length = name ? strlen(name) : 0;
    struct given *open = ARENA_ARRAY(c->arena, n + 1, struct given);
    c->open = open;
    c->n_open = 0;
    for (size_t i = 0; name && i < n; i++)
        if (strncmp(given[i].name, name, length) == 0 && given[i].name[length] == '.')
            open[c->n_open++] = given[i];
}

enum status input_read(struct call *c, const struct given *given, size_t n, bool strict)
{
    const struct field *fields;
    size_t n_fields, n_custom = 0;
    struct custom_field **custom = NULL;
    verb_fields(c->verb, &fields, &n_fields);
    c->in = arena_calloc(c->arena, 1, input_size(c->verb));
    c->given = 0;
    c->n_custom = 0;
    c->unread = OK;
    if (c->verb->noun->custom && (c->verb->on == ON_COLLECTION || c->verb->partial))
        TRY(custom_fields(c, c->verb->noun, &custom, &n_custom));
    for (size_t i = 0; strict && i < n; i++)
        if (!known_name(c, fields, n_fields, custom, n_custom, given[i].name))
            (void)call_field(c, given[i].name, TR(c, "is not a field of this"));
    for (int amounts = 0; amounts < 2; amounts++) /* after the currencies that they are in */
        for (size_t i = 0; i < n_fields; i++)
            if ((fields[i].kind == KIND_MONEY) == amounts)
                read_field(c, fields, n_fields, i, given, n);
    read_custom(c, given, n, custom, n_custom);
    if (!strict)
        read_open(c, given, n);
    return c->unread ? c->unread : c->problem ? REFUSED : OK;
}
