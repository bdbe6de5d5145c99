#include "model/custom.h"

#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>

/* Kept on the call: those that its viewer may see, one list a noun and audience: a call reads as the system,
 * too. */
struct custom_cache {
    struct custom_cache *next;
    const struct noun *noun;
    enum audience audience;
    struct custom_field **fields;
    size_t n;
};

/* All of a noun. */
struct custom_list {
    struct custom_field **fields;
    size_t n;
};

/* Kept by the process: all of a noun, as of one stamp. */
struct kept {
    struct kept *next;
    struct arena *arena;
    const struct noun *noun;
    int64_t stamp;
    struct custom_list list;
};

struct custom_keeper {
    pthread_mutex_t lock;
    struct kept *kept;
};

struct custom_keeper *custom_keeper_new(void)
{
    struct custom_keeper *k = xcalloc(1, sizeof *k);
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void custom_keeper_free(struct custom_keeper *k)
{
    while (k && k->kept) {
        struct arena *a = k->kept->arena; /* where it stands itself */
        k->kept = k->kept->next;
        arena_free(a);
    }
    if (k)
        pthread_mutex_destroy(&k->lock);
    free(k);
}

static enum field_kind kind_of(const char *name)
{
    static const struct {
        const char *name;
        enum field_kind kind;
    } kinds[] = {{"number", KIND_REAL}, {"integer", KIND_INT}, {"yes_no", KIND_BOOL}, {"date", KIND_DATE}};
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (streq(kinds[i].name, name))
            return kinds[i].kind;
    return KIND_TEXT;
}

/* One key a line. */
static struct option *read_options(struct arena *a, const char *lines)
{
    size_t n = 1;
    for (const char *p = lines; *p; p++)
        n += *p == '\n';
    struct option *options = ARENA_ARRAY(a, n + 1, struct option);
    size_t at = 0;
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        const char *key = text_squeeze(a, arena_strndup(a, lines, len));
        if (*key)
            options[at++] = (struct option){key, key};
        lines += len + (lines[len] != 0);
    }
    return options;
}

static struct custom_field *read_one(
    struct arena *a, const struct noun *noun, const struct rows *rows, size_t r)
{
    struct custom_field *f = ARENA_NEW(a, struct custom_field);
    const char *kind = cell_text(rows, r, 3), *options = cell_text(rows, r, 4);
    f->id = cell_int(rows, r, 0);
    f->noun = noun->name;
    f->name = cell_text(rows, r, 1);
    f->label = cell_text(rows, r, 2);
    f->kind = kind_of(kind);
    f->form = streq(kind, "choice") ? FORM_CHOICE : FORM_LINE;
    f->options = options && f->form == FORM_CHOICE ? read_options(a, options) : NULL;
    f->required = cell_int(rows, r, 5) != 0;
    f->partner_sees = cell_int(rows, r, 6) != 0;
    f->partner_sets = f->partner_sees && cell_int(rows, r, 7) != 0;
    f->field = (struct field){
        .name = arena_printf(a, "custom.%s", f->name),
        .kind = f->kind,
        .label = f->label,
        .form = f->form,
        .options = f->options,
        .required = f->required,
        .see = VENDOR | (f->partner_sees ? PARTNER : 0),
        .set = VENDOR | (f->partner_sets ? PARTNER : 0),
        .filter = true,
    };
    return f;
}

static enum status read_list(struct db *db, struct arena *a, const struct noun *noun, struct custom_list *out)
{
    struct value args[1] = {v_text(noun->name)};
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select id, name, label, kind, options, required, partner_sees, partner_sets from custom_field "
        "where noun = $1 order by id",
        args, 1));
    out->fields = ARENA_ARRAY(a, rows.n + 1, struct custom_field *);
    for (out->n = 0; out->n < rows.n; out->n++)
        out->fields[out->n] = read_one(a, noun, &rows, out->n);
    return OK;
}

static const struct custom_list *find_kept(struct custom_keeper *k, const struct noun *noun, int64_t stamp)
{
    pthread_mutex_lock(&k->lock);
    struct kept *kept = k->kept;
    while (kept && !(kept->noun == noun && kept->stamp == stamp))
        kept = kept->next;
    pthread_mutex_unlock(&k->lock);
    return kept ? &kept->list : NULL;
}

/* What two calls read at the same time is kept twice. */
static enum status keep(struct call *c, const struct noun *noun, const struct custom_list **out)
{
    struct custom_keeper *k = c->custom_keeper;
    struct arena *a = arena_new();
    struct kept *kept = ARENA_NEW(a, struct kept);
    *kept = (struct kept){.arena = a, .noun = noun, .stamp = c->programme_stamp.custom};
    enum status s = read_list(c->db, a, noun, &kept->list);
    if (s != OK) {
        arena_free(a);
        return s;
    }
    pthread_mutex_lock(&k->lock);
    kept->next = k->kept;
    k->kept = kept;
    pthread_mutex_unlock(&k->lock);
    *out = &kept->list;
    return OK;
}

static enum status all_fields(struct call *c, const struct noun *noun, const struct custom_list **out)
{
    if (!c->custom_keeper || !c->programme_stamp.known || db_writing(c->db)) {
        struct custom_list *list = ARENA_NEW(c->arena, struct custom_list);
        *out = list;
        return read_list(c->db, c->arena, noun, list);
    }
    *out = find_kept(c->custom_keeper, noun, c->programme_stamp.custom);
    return *out ? OK : keep(c, noun, out);
}

enum status custom_fields(struct call *c, const struct noun *noun, struct custom_field ***out, size_t *n)
{
    enum audience audience = role_audience(c->viewer->role);
    for (struct custom_cache *k = c->custom_cache; k; k = k->next) {
        if (k->noun == noun && k->audience == audience) {
            *out = k->fields;
            *n = k->n;
            return OK;
        }
    }
    const struct custom_list *all;
    TRY(all_fields(c, noun, &all));
    struct custom_cache *k = ARENA_NEW(c->arena, struct custom_cache);
    k->noun = noun;
    k->audience = audience;
    k->fields = ARENA_ARRAY(c->arena, all->n + 1, struct custom_field *);
    for (size_t i = 0; i < all->n; i++)
        if (all->fields[i]->field.see & audience)
            k->fields[k->n++] = all->fields[i];
    k->next = c->custom_cache;
    c->custom_cache = k;
    *out = k->fields;
    *n = k->n;
    return OK;
}

enum status custom_store(struct call *c, const struct noun *noun, int64_t row_id)
{
    for (size_t i = 0; i < c->n_custom; i++) {
        const struct custom_field *f = c->custom[i].field;
        const struct value *v = &c->custom[i].value;
        struct value text = v->kind == VALUE_TEXT ? *v : v_null(), num = v_null();
        if (!streq(f->noun, noun->name))
            continue;
        if (v->kind == VALUE_INT || v->kind == VALUE_REAL)
            num = v_real(v->kind == VALUE_INT ? (double)v->i : v->r);
        struct value args[5] = {v_text(noun->name), v_int(row_id), v_int(f->id), text, num};
        if (v->kind == VALUE_NULL)
            TRY(db_exec(c->db, "delete from custom_value where noun = $1 and row_id = $2 and field_id = $3",
                args, 3));
        else
            TRY(db_exec(c->db,
                "insert into custom_value (noun, row_id, field_id, text, num) values ($1, $2, $3, $4, $5) "
                "on conflict (noun, row_id, field_id) do update set text = excluded.text, num = excluded.num",
                args, 5));
    }
    return OK;
}
