/* Writing nouns: columns and bindings from the field table, an event with before and after, search tokens. */
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "model/custom.h"
#include "model/sql.h"
#include "model/words.h"

uint64_t noun_bit(const struct noun *noun, const char *field)
{
    int i = field_find(noun->fields, noun->n_fields, field);
    if (i < 0)
        BUG("noun %s has no field %s", noun->name, field);
    return UINT64_C(1) << i;
}

static bool same_value(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL: return true;
    case VALUE_INT: return a->i == b->i;
    case VALUE_REAL: return a->r == b->r;
    default: return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
    }
}

/* ---- the event's payload: typed as the columns are, so that `tandem check` can compare ---- */

static void out_column(struct json_out *w, const struct value *v)
{
    switch (v->kind) {
    case VALUE_INT: out_int(w, v->i); break;
    case VALUE_REAL: out_real(w, v->r); break;
    case VALUE_TEXT: out_string(w, v->s); break;
    default: out_null(w);
    }
}

/* Fields of MASK whose value is known; secrets, and what a job keeps, are left out. */
static void out_fields(struct json_out *w, const struct noun *noun, const struct value *v, uint64_t mask)
{
    out_object(w);
    for (size_t i = 0; i < noun->n_fields; i++) {
        if (!(mask >> i & 1) || noun->fields[i].secret || noun->fields[i].kept)
            continue;
        out_key(w, noun->fields[i].name);
        out_column(w, &v[i]);
    }
    out_end(w);
}

static void out_custom(struct call *c, struct json_out *w)
{
    for (size_t i = 0; i < c->n_custom; i++) {
        if (!i)
            out_key(w, "custom"), out_object(w);
        out_key(w, c->custom[i].field->name);
        out_column(w, &c->custom[i].value);
    }
    if (c->n_custom)
        out_end(w);
}

/* Whose partner's row it is, by the noun's declaration. */
static int64_t row_partner(const struct noun *noun, int64_t id, const struct value *v)
{
    if (!noun->partner_ref)
        return 0;
    if (streq(noun->partner_ref, "id"))
        return id;
    const struct value *of = &v[field_find(noun->fields, noun->n_fields, noun->partner_ref)];
    return of->kind == VALUE_INT ? of->i : 0;
}

/* What a request may send fits several times, also with every quote escaped: half a payload would be none. */
#define PAYLOAD_MAX ((size_t)16 << 20)

static void leave_event(struct call *c, const struct noun *noun, int64_t id, const char *verb,
    struct buf *payload, const struct value *v)
{
    ASSERT(!payload->overflow);
    struct event *e = call_event(c, noun, id, verb, buf_str(payload));
    e->partner_id = row_partner(noun, id, v);
}

/* ---- search tokens ---- */

/*
 * The vendor finds a row by all its searchable fields, a partner by those that it sees: its own rows only,
 * or, of a noun whose rows belong to no one partner, those that its scope lets it read.
 */
static int64_t partner_words(const struct noun *noun, int64_t id, const struct value *v)
{
    if (noun->partner_ref)
        return row_partner(noun, id, v);
    return noun->partner_scope ? SEARCH_PARTNERS : 0;
}

#define ROW_WORDS 32 /* of a row, each for the vendor and for partners */

struct token_list {
    size_t n;
    struct {
        const char *word;
        int64_t scope;
    } items[2 * ROW_WORDS];
};

static void add_token(struct token_list *l, const char *word, int64_t scope)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i].scope == scope && streq(l->items[i].word, word))
            return;
    if (l->n < COUNT(l->items)) {
        l->items[l->n].word = word;
        l->items[l->n++].scope = scope;
    }
}

static void find_tokens(
    struct call *c, const struct noun *noun, int64_t id, const struct value *v, struct token_list *out)
{
    int64_t partners = partner_words(noun, id, v);
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (!f->search || v[i].kind != VALUE_TEXT)
            continue;
        const char *p = text_fold(c->arena, v[i].s), *word;
        for (int words = 0; words < FIELD_WORDS && (word = next_word(c->arena, &p)); words++) {
            add_token(out, word, SEARCH_VENDOR);
            if (partners && (f->see & PARTNER))
                add_token(out, word, partners);
        }
    }
}

/* All of a row's in one statement. */
static enum status add_tokens(struct call *c, const struct noun *noun, int64_t id, const struct value *v)
{
    struct token_list *l = ARENA_NEW(c->arena, struct token_list);
    find_tokens(c, noun, id, v, l);
    if (!l->n)
        return OK;
    struct sql *s = sql_new(c);
    sql_put(s, "insert into search_token (noun, row_id, token, scope) values ");
    for (size_t i = 0; i < l->n; i++) {
        sql_put(s, i ? ", (" : "(");
        struct value row[] = {
            v_text(noun->name), v_int(id), v_text(l->items[i].word), v_int(l->items[i].scope)};
        sql_args(s, row, COUNT(row));
        sql_put(s, ")");
    }
    sql_put(s, " on conflict do nothing");
    return db_exec(c->db, sql_text(s), s->args, s->n);
}

/* Those of the row as it was. */
static enum status drop_tokens(struct call *c, const struct noun *noun, int64_t id, const struct value *v)
{
    struct token_list *l = ARENA_NEW(c->arena, struct token_list);
    find_tokens(c, noun, id, v, l);
    for (size_t i = 0; i < l->n; i++) {
        struct value args[] = {
            v_text(noun->name), v_int(id), v_text(l->items[i].word), v_int(l->items[i].scope)};
        TRY(db_exec(c->db,
            "delete from search_token where noun = $1 and row_id = $2 and token = $3 and scope = $4", args,
            COUNT(args)));
    }
    return OK;
}

/* Whether that changes by which words, or for whom, the row is found. */
static bool searches(const struct noun *noun, uint64_t mask)
{
    if (noun->partner_ref && !streq(noun->partner_ref, "id") && (mask & noun_bit(noun, noun->partner_ref)))
        return true;
    for (size_t i = 0; i < noun->n_fields; i++)
        if ((mask >> i & 1) && noun->fields[i].search)
            return true;
    return false;
}

/* ---- rows ---- */

static struct value *record_values(struct call *c, const struct noun *noun, const void *record)
{
    struct value *v = ARENA_ARRAY(c->arena, noun->n_fields, struct value);
    for (size_t i = 0; i < noun->n_fields; i++)
        v[i] = field_load(&noun->fields[i], record);
    return v;
}

/* Whether a row of these values may share nothing of what is unique. */
static bool is_exclusive(const struct noun *noun, const struct value *v)
{
    const struct value *state =
        noun->unique_states ? &v[field_find(noun->fields, noun->n_fields, "state")] : NULL;
    return !state || (state->kind == VALUE_TEXT && list_has(noun->unique_states, state->s));
}

/* Whether another row has the same values in all fields of SET. */
static enum status is_taken(
    struct call *c, const struct noun *noun, int64_t id, const struct value *v, uint64_t set, bool *taken)
{
    struct sql *s = sql_new(c);
    struct rows rows;
    *taken = false;
    sql_add(s, "select o.id from %s o where o.id <> ", noun->name);
    sql_arg(s, v_int(id));
    for (size_t i = 0; i < noun->n_fields; i++) {
        if (!(set >> i & 1))
            continue;
        if (v[i].kind == VALUE_NULL)
            return OK; /* nothing is like no value */
        sql_add(s, " and o.%s = ", noun->fields[i].name);
        sql_arg(s, v[i]);
    }
    sql_add(s, "%s limit 1", noun_unique_sql(c->arena, noun, "o"));
    TRY(db_query(c->db, c->arena, &rows, sql_text(s), s->args, s->n));
    *taken = rows.n > 0;
    return OK;
}

/*
 * A unique index was hit by this call before: when it was by what was given, that is a problem of the field.
 * Without that nothing is looked up, so that many rows can be written in one go.
 */
static enum status check_unique(
    struct call *c, const struct noun *noun, int64_t id, const struct value *v, uint64_t changed)
{
    enum status status = OK;
    for (size_t i = 0; c->collided && noun->unique && noun->unique[i]; i++) {
        uint64_t set = noun_field_set(noun, noun->unique[i]);
        const char *comma = strrchr(noun->unique[i], ',');
        bool taken = false;
        uint64_t told_by = set | (noun->unique_states ? noun_bit(noun, "state") : 0);
        if ((told_by & changed) && is_exclusive(noun, v))
            TRY(is_taken(c, noun, id, v, set, &taken));
        if (taken)
            status = call_field(c, comma ? comma + 1 : noun->unique[i], TR(c, "is in use already"));
    }
    return status;
}

void noun_words(
    struct call *c, const struct noun *noun, int64_t id, const void *record, noun_word_fn *fn, void *ctx)
{
    struct token_list *l = ARENA_NEW(c->arena, struct token_list);
    find_tokens(c, noun, id, record_values(c, noun, record), l);
    for (size_t i = 0; i < l->n; i++)
        fn(ctx, l->items[i].word, l->items[i].scope);
}

enum status noun_insert(struct call *c, const struct noun *noun, const void *record, int64_t *id)
{
    struct value *v = record_values(c, noun, record);
    if (!*id)
        *id = c->indexed_id ? c->indexed_id : id_new(c->now);
    TRY(check_unique(c, noun, *id, v, UINT64_MAX));
    struct sql *s = sql_new(c);
    sql_put2(s, "insert into ", noun->name);
    sql_put(s, " (id, version, created, updated");
    for (size_t i = 0; i < noun->n_fields; i++)
        if (!noun->fields[i].kept)
            sql_put2(s, ", ", noun->fields[i].name);
    sql_put(s, ") values (");
    struct value fixed[] = {v_int(*id), v_int(1), v_int(c->now.us), v_int(c->now.us)};
    sql_args(s, fixed, COUNT(fixed));
    for (size_t i = 0; i < noun->n_fields; i++) {
        if (noun->fields[i].kept)
            continue;
        sql_put(s, ", ");
        sql_arg(s, v[i]);
    }
    sql_put(s, ")");
    TRY(db_exec(c->db, sql_text(s), s->args, s->n));
    if (noun->custom)
        TRY(custom_store(c, noun, *id));
    if (!c->indexed_id)
        TRY(add_tokens(c, noun, *id, v));

    struct buf b = buf_in(c->arena, PAYLOAD_MAX);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "after");
    out_fields(&w, noun, v, UINT64_MAX);
    if (noun->custom)
        out_custom(c, &w);
    out_end(&w);
    leave_event(c, noun, *id, c->verb ? c->verb->name : "create", &b, v);
    c->result_id = *id;
    return OK;
}

enum status noun_insert_beside(struct call *c, const struct noun *noun, const void *record, int64_t *id)
{
    const struct verb *verb = c->verb;
    int64_t answer = c->result_id;
    c->verb = NULL;
    enum status s = noun_insert(c, noun, record, id);
    c->verb = verb;
    c->result_id = answer;
    return s;
}

static enum status update_row(
    struct call *c, const struct noun *noun, const struct row *row, const struct value *v, uint64_t changed)
{
    struct sql *s = sql_new(c);
    sql_add(s, "update %s set version = version + 1, updated = ", noun->name);
    sql_arg(s, v_int(c->now.us));
    for (size_t i = 0; i < noun->n_fields; i++) {
        if (!(changed >> i & 1))
            continue;
        sql_add(s, ", %s = ", noun->fields[i].name);
        sql_arg(s, v[i]);
    }
    sql_add(s, " where id = ");
    sql_arg(s, v_int(row->id));
    sql_add(s, " and version = ");
    sql_arg(s, v_int(row->version));
    int64_t touched;
    TRY(db_exec_count(c->db, &touched, sql_text(s), s->args, s->n));
    return touched == 1 ? OK : RETRY; /* somebody was in between: the verb runs again on the new row */
}

enum status noun_update(
    struct call *c, const struct noun *noun, int64_t id, const void *record, uint64_t mask, const char *verb)
{
    struct row row;
    TRY(noun_get_whole(c, noun, id, &row)); /* the verb has checked what its caller may */
    struct value *v = record_values(c, noun, record);
    uint64_t changed = 0;
    for (size_t i = 0; i < noun->n_fields; i++)
        if ((mask >> i & 1) && !noun->fields[i].kept && !same_value(&v[i], &row.v[i]))
            changed |= UINT64_C(1) << i;
    for (size_t i = 0; i < noun->n_fields; i++)
        if (!(mask >> i & 1))
            v[i] = row.v[i];
    bool with_custom = noun->custom && c->n_custom && c->verb && c->verb->noun == noun;
    c->result_id = id;
    if (!changed && !with_custom)
        return OK;
    TRY(check_unique(c, noun, id, v, changed));
    TRY(update_row(c, noun, &row, v, changed));
    if (with_custom)
        TRY(custom_store(c, noun, id));
    if (searches(noun, changed)) {
        TRY(drop_tokens(c, noun, id, row.v));
        TRY(add_tokens(c, noun, id, v));
    }

    struct buf b = buf_in(c->arena, PAYLOAD_MAX);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "before");
    out_fields(&w, noun, row.v, changed);
    out_key(&w, "after");
    out_fields(&w, noun, v, changed);
    if (with_custom)
        out_custom(c, &w);
    out_end(&w);
    leave_event(c, noun, id, verb ? verb : c->verb ? c->verb->name : "update", &b, v);
    return OK;
}

enum status verb_create(struct call *c)
{
    int64_t id = 0;
    return noun_insert(c, c->verb->noun, c->in, &id);
}

void call_merge_given(const struct call *c, void *record)
{
    const struct noun *noun = c->verb->noun;
    for (size_t i = 0; i < noun->n_fields; i++)
        if (c->given >> i & 1) {
            struct value v = field_load(&noun->fields[i], c->in);
            field_store(&noun->fields[i], record, &v);
        }
}

enum status verb_update(struct call *c)
{
    return noun_update(c, c->verb->noun, c->row_id, c->in, c->given, NULL);
}
