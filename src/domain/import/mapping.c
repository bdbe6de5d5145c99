#include "domain/import/kinds.h"

#include "base/text.h"

static const struct import_words *words_of(const struct import_kind *kind, const char *field)
{
    for (const struct import_words *w = kind->words; w->field; w++)
        if (streq(w->field, field))
            return w;
    return NULL;
}

enum status import_targets(
    struct call *c, const struct import_kind *kind, struct import_target **out, size_t *n)
{
    struct custom_field **custom = NULL;
    size_t n_custom = 0;
    if (kind->noun->custom)
        TRY(custom_fields(c, kind->noun, &custom, &n_custom));
    *out = ARENA_ARRAY(c->arena, kind->noun->n_fields + n_custom + 1, struct import_target);
    *n = 0;
    for (size_t i = 0; i < kind->noun->n_fields; i++) {
        const struct field *f = &kind->noun->fields[i];
        const struct import_words *words = words_of(kind, f->name);
        if ((f->set & VENDOR) || words)
            (*out)[(*n)++] = (struct import_target){f, NULL, words ? words->words : NULL};
    }
    for (size_t i = 0; i < n_custom; i++)
        (*out)[(*n)++] = (struct import_target){&custom[i]->field, custom[i], NULL};
    return OK;
}

/* ---- guessing ---- */

static bool names_it(struct call *c, const struct import_target *t, const char *key)
{
    struct arena *a = c->arena;
    const char *name = t->custom ? t->custom->name : t->field->name;
    if (streq(key, import_key(a, name)))
        return true;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        if (streq(key, import_key(a, tr((enum lang)lang, t->field->label))))
            return true;
    for (const char *const *w = t->words; w && *w; w++)
        if (streq(key, *w))
            return true;
    return false;
}

void mapping_guess(struct import_mapping *m, struct call *c, const struct import_target *targets, size_t n,
    const struct import_columns *columns)
{
    *m = (struct import_mapping){.column = ARENA_ARRAY(c->arena, n + 1, size_t)};
    const char **keys = ARENA_ARRAY(c->arena, columns->n + 1, const char *);
    for (size_t i = 0; i < columns->n; i++)
        keys[i] = import_key(c->arena, columns->heading[i]);
    for (size_t t = 0; t < n; t++) {
        m->column[t] = NO_COLUMN;
        for (size_t i = columns->n; i-- > 0;)
            if (*keys[i] && names_it(c, &targets[t], keys[i]))
                m->column[t] = i;
    }
}

/* ---- as JSON ---- */

static const struct {
    const char *name;
    enum date_order order;
} orders[] = {{"day_first", DATES_DAY_FIRST}, {"month_first", DATES_MONTH_FIRST}};

const char *mapping_write(const struct import_mapping *m, struct arena *a,
    const struct import_target *targets, size_t n, const struct import_columns *columns)
{
    struct buf b = buf_in(a, 1 << 20);
    struct json_out w = json_out(&b);
    out_object(&w);
    for (size_t t = 0; t < n; t++)
        if (m->column[t] != NO_COLUMN)
            out_kv_string(&w, targets[t].field->name, columns->heading[m->column[t]]);
    for (size_t i = 0; i < COUNT(orders); i++)
        if (m->dates == orders[i].order)
            out_kv_string(&w, "dates", orders[i].name);
    if (m->decimal)
        out_kv_string(&w, "decimals", m->decimal == ',' ? "comma" : "point");
    out_end(&w);
    return buf_str(&b);
}

static size_t find_column(struct arena *a, const struct import_columns *columns, const char *heading)
{
    const char *key = import_key(a, heading);
    for (size_t i = 0; i < columns->n; i++)
        if (*key && streq(key, import_key(a, columns->heading[i])))
            return i;
    return NO_COLUMN;
}

/* "dates" and "decimals" stand beside the fields. */
static bool read_choice(struct import_mapping *m, const char *name, const char *value)
{
    if (streq(name, "dates")) {
        for (size_t i = 0; i < COUNT(orders); i++)
            if (streq(value, orders[i].name))
                m->dates = orders[i].order;
        return true;
    }
    if (streq(name, "decimals")) {
        m->decimal = streq(value, "comma") ? ',' : streq(value, "point") ? '.' : 0;
        return true;
    }
    return false;
}

static void read_member(struct import_mapping *m, struct call *c, const struct import_target *targets,
    size_t n, const struct import_columns *columns, const char *name, const char *heading)
{
    if (read_choice(m, name, heading))
        return;
    for (size_t t = 0; t < n; t++) {
        if (!streq(targets[t].field->name, name))
            continue;
        m->column[t] = find_column(c->arena, columns, heading);
        if (m->column[t] == NO_COLUMN)
            (void)call_field(
                c, "mapping", arena_printf(c->arena, TR(c, "the file has no column “%s”"), heading));
        return;
    }
    (void)call_field(
        c, "mapping", arena_printf(c->arena, TR(c, "there is no field “%s” to import into"), name));
}

enum status mapping_read(struct import_mapping *m, struct call *c, const struct import_target *targets,
    size_t n, const struct import_columns *columns, const char *json)
{
    const char *error, *name;
    json_t *all = json_read(c->arena, json, strlen(json), &error), *value;
    *m = (struct import_mapping){.column = ARENA_ARRAY(c->arena, n + 1, size_t)};
    for (size_t t = 0; t < n; t++)
        m->column[t] = NO_COLUMN;
    if (!json_is_object(all))
        return call_field(c, "mapping", TR(c, "send an object such as {\"name\": \"Company\"}"));
    json_object_foreach(all, name, value)
    {
        if (json_is_string(value))
            read_member(m, c, targets, n, columns, name, json_string_value(value));
        else
            (void)call_field(c, "mapping", TR(c, "send an object such as {\"name\": \"Company\"}"));
    }
    return c->problem ? REFUSED : OK;
}

const char *mapping_lack(const struct import_mapping *m, struct call *c, const struct import_kind *kind,
    const struct import_target *targets, size_t n)
{
    struct buf b = buf_in(c->arena, 4096);
    for (const char *const *need = kind->needs; *need; need++)
        for (size_t t = 0; t < n; t++)
            if (streq(targets[t].field->name, *need) && m->column[t] == NO_COLUMN)
                buf_addf(&b, "%s“%s”", b.len ? ", " : "", TR(c, targets[t].field->label));
    if (b.len)
        return arena_printf(c->arena, TR(c, "Say which column holds: %s."), buf_str(&b));
    for (size_t t = 0; t < n; t++)
        if (m->column[t] != NO_COLUMN)
            return NULL;
    return TR(c, "None of the columns was recognised; say what they are.");
}
