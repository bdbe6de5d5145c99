/* Which rows of a list are asked for: filters, search, a condition of our own code. */
#include "base/text.h"
#include "model/custom.h"
#include "model/sql.h"
#include "model/words.h"

static enum status bad_filter(struct call *c, const struct filter *f, const char *message)
{
    return call_field(c, f->field ? f->field : "filter", message);
}

/* The operand as the field's own value, checked like any other input. */
static enum status operand(
    struct call *c, const struct field *field, const struct filter *f, const char *text, struct value *out)
{
    struct given g = {.name = f->field, .value = v_text(text), .loose = true};
    struct field one = *field;
    one.form = field->form == FORM_SET ? FORM_CHOICE : field->form;
    one.max = one.min = 0;
    const char *message = field_parse(c, &one, &g, out);
    if (!message && out->kind == VALUE_NULL)
        message = TR(c, "is needed");
    return c->unread ? c->unread : message ? bad_filter(c, f, message) : OK;
}

#define ARGS_KEPT 64 /* of SQL_MAX_ARGS, for scopes, search and cursor */

/* Whether rows with a value are asked for, or those without. */
static enum status asks_known(struct call *c, const struct filter *f, bool *known)
{
    static const struct field yes_no = {.name = "known", .kind = KIND_BOOL};
    struct value v;
    TRY(operand(c, &yes_no, f, f->value, &v));
    *known = v.i;
    return OK;
}

/* Members of a set stand between commas: one is there when taking it out changes the text. */
static void add_member(struct sql *s, const char *column, const char *member, bool there)
{
    struct buf with = buf_in(s->text.arena, 4096);
    buf_addf(&with, ",%s,", member);
    sql_add(s, there ? "replace(%s, " : "(%s is null or replace(%s, ", column, column);
    sql_arg(s, v_text(buf_str(&with)));
    sql_add(s, there ? ", '') <> %s" : ", '') = %s)", column);
}

static enum status filter_in(
    struct call *c, struct sql *s, const struct field *field, const struct filter *f, const char *column)
{
    bool set = field->form == FORM_SET;
    const char *p = f->value;
    if (set)
        sql_add(s, " and (1=0");
    else
        sql_add(s, " and %s in (null", column);
    while (*p) {
        size_t len = strcspn(p, ",");
        struct value v;
        if (s->n + ARGS_KEPT >= SQL_MAX_ARGS)
            return bad_filter(c, f, TR(c, "has too many values"));
        TRY(operand(c, field, f, arena_strndup(c->arena, p, len), &v));
        if (set) {
            sql_add(s, " or ");
            add_member(s, column, v.s, true);
        } else {
            sql_add(s, ", ");
            sql_arg(s, v);
        }
        p += len + (p[len] != 0);
    }
    sql_add(s, ")");
    return OK;
}

/* "not" takes in the rows that have no value. */
static enum status filter_column(
    struct call *c, struct sql *s, const struct field *field, const struct filter *f, const char *column)
{
    static const struct {
        const char *op, *sql;
    } compare[] = {{"is", "="}, {"at_least", ">="}, {"at_most", "<="}, {"above", ">"}, {"below", "<"}};
    bool set = field->form == FORM_SET, is = streq(f->op, "is");
    struct value v;
    if (streq(f->op, "known")) {
        bool known;
        TRY(asks_known(c, f, &known));
        sql_add(s, " and %s is %snull", column, known ? "not " : "");
        return OK;
    }
    if (streq(f->op, "in"))
        return filter_in(c, s, field, f, column);
    if (set && (is || streq(f->op, "not"))) {
        TRY(operand(c, field, f, f->value, &v));
        sql_add(s, " and ");
        add_member(s, column, v.s, is);
        return OK;
    }
    if (streq(f->op, "not")) {
        TRY(operand(c, field, f, f->value, &v));
        sql_add(s, " and (%s is null or %s <> ", column, column);
        sql_arg(s, v);
        sql_add(s, ")");
        return OK;
    }
    for (size_t i = 0; i < COUNT(compare) && !set; i++) {
        if (!streq(compare[i].op, f->op))
            continue;
        TRY(operand(c, field, f, f->value, &v));
        sql_add(s, " and %s %s ", column, compare[i].sql);
        sql_arg(s, v);
        return OK;
    }
    return bad_filter(c, f, TR(c, "cannot be filtered like that"));
}

static enum status filter_custom(
    struct call *c, struct sql *s, const struct noun *noun, const struct filter *f)
{
    struct custom_field **fields;
    size_t n;
    TRY(custom_fields(c, noun, &fields, &n));
    for (size_t i = 0; i < n; i++) {
        if (!streq(fields[i]->field.name, f->field))
            continue;
        bool text = fields[i]->kind == KIND_TEXT;
        /* A row without a value has no row there: what takes it in is asked the other way round. */
        bool not = streq(f->op, "not"), known = true;
        if (streq(f->op, "known"))
            TRY(asks_known(c, f, &known));
        struct filter one = *f;
        if (not )
            one.op = "is";
        if (!known)
            one.value = "1";
        sql_add(s, " and t.id %sin (select cv.row_id from custom_value cv where cv.field_id = ",
            not || !known ? "not " : "");
        sql_arg(s, v_int(fields[i]->id));
        TRY(filter_column(c, s, &fields[i]->field, &one, text ? "cv.text" : "cv.num"));
        sql_add(s, ")");
        return OK;
    }
    return bad_filter(c, f, TR(c, "is not a field of this"));
}

static enum status add_filter(struct call *c, struct sql *s, const struct noun *noun, const struct filter *f)
{
    if (strncmp(f->field, "custom.", 7) == 0 && noun->custom)
        return filter_custom(c, s, noun, f);
    static const struct field created = {
        .name = "created", .kind = KIND_TIME, .see = EVERYONE, .filter = true};
    const struct field *field = streq(f->field, created.name) ? &created : noun_field(noun, f->field);
    if (!field || !field_visible(field, c->viewer))
        return bad_filter(c, f, TR(c, "is not a field of this"));
    if (!field->filter)
        return bad_filter(c, f, TR(c, "cannot be filtered"));
    return filter_column(c, s, field, f, arena_printf(c->arena, "t.%s", field->name));
}

static void add_search(struct call *c, struct sql *s, const struct noun *noun, const char *search)
{
    const char *p = text_fold(c->arena, search), *word;
    bool vendor = role_audience(c->viewer->role) == VENDOR;
    if (!vendor && !c->viewer->partner_id) {
        sql_add(s, " and 1=0");
        return;
    }
    for (int words = 0; words < 5 && (word = next_word(c->arena, &p)); words++) {
        sql_add(s, " and t.id in (select st.row_id from search_token st where st.noun = ");
        sql_arg(s, v_text(noun->name));
        sql_add(s, " and st.scope in (");
        sql_arg(s, v_int(vendor ? SEARCH_VENDOR : c->viewer->partner_id));
        sql_add(s, ", ");
        sql_arg(s, v_int(vendor ? SEARCH_VENDOR : SEARCH_PARTNERS));
        sql_add(s, ")");
        sql_add(s, " and st.token >= ");
        sql_arg(s, v_text(word));
        sql_add(s, " and st.token < ");
        sql_arg(s, v_text(arena_printf(c->arena, "%s\xf4\x8f\xbf\xbf", word)));
        sql_add(s, ")");
    }
}

enum status sql_where(struct call *c, struct sql *s, const struct noun *noun, const struct list_query *q)
{
    if (q->where) {
        buf_adds(&s->text, " and (");
        for (const char *p = q->where; *p; p++) {
            if (*p == '$') {
                char *end;
                unsigned long n = strtoul(p + 1, &end, 10);
                ASSERT(n >= 1 && n <= q->n_where_args);
                sql_arg(s, q->where_args[n - 1]);
                p = end - 1;
            } else {
                buf_addc(&s->text, *p);
            }
        }
        buf_addc(&s->text, ')');
    }
    if (noun->merged && !q->merged) {
        sql_put2(s, " and t.", noun->merged);
        sql_put(s, " is null");
    }
    bool refused = false; /* all filters that are wrong at once */
    for (size_t i = 0; i < q->n_filters; i++) {
        enum status added = add_filter(c, s, noun, &q->filters[i]);
        if (added != OK && added != REFUSED)
            return added;
        refused |= added == REFUSED;
    }
    if (refused)
        return REFUSED;
    if (q->search && *q->search)
        add_search(c, s, noun, q->search);
    return OK;
}
