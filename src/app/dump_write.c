/* Writing a dump: every table in the order of its primary key, row by row, in constant memory. */
#include "app/dump.h"

#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>

struct writer {
    struct db *db;
    struct arena *a;
    const struct dump_sink *to;
    const struct db_table *table;
    struct buf line;
    int64_t rows;
    bool stopped; /* the sink wants no more */
    const char *error;
};

static bool refuse(struct writer *w, const struct value *cells, const char *column, const char *why)
{
    w->error = cells[0].kind == VALUE_INT
                   ? arena_printf(w->a, "%s %" PRId64 ": %s %s", w->table->name, cells[0].i, column, why)
                   : arena_printf(w->a, "%s: %s %s", w->table->name, column, why);
    return false;
}

/* Whole numbers that JSON readers take for integers, too big for 64 bits, get an exponent. */
static void add_real(struct json_out *w, double v)
{
    char text[32];
    if (fabs(v) < 0x1p53) {
        out_real(w, v);
        return;
    }
    snprintf(text, sizeof text, "%.16e", v);
    out_raw(w, text);
}

/* NULL, or what is wrong with it. */
static const char *add_cell(struct json_out *out, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL: out_null(out); return NULL;
    case VALUE_INT: out_int(out, v->i); return NULL;
    case VALUE_REAL:
        if (!isfinite(v->r))
            return "is not finite";
        add_real(out, v->r);
        return NULL;
    case VALUE_TEXT:
        if (memchr(v->s, 0, v->len) || !utf8_valid(v->s, v->len))
            return "is no text in UTF-8";
        out_string(out, v->s);
        return NULL;
    case VALUE_BLOB: {
        struct buf text = buf_new(DUMP_LINE_MAX);
        buf_add_base64(&text, v->b, v->len);
        out_string(out, buf_str(&text));
        buf_free(&text);
        return NULL;
    }
    }
    return "is of no known kind";
}

static bool send_line(struct writer *w)
{
    w->stopped = !w->to->line(w->to->ctx, w->line.p, w->line.len);
    buf_clear(&w->line);
    return !w->stopped;
}

static bool add_row(void *ctx, const struct value *cells, size_t n)
{
    struct writer *w = ctx;
    struct json_out out = json_out(&w->line);
    out_array(&out);
    for (size_t c = 0; c < n; c++) {
        const char *wrong = add_cell(&out, &cells[c]);
        if (wrong)
            return refuse(w, cells, w->table->columns[c].name, wrong);
    }
    out_end(&out);
    buf_addc(&w->line, '\n');
    if (w->line.overflow)
        return refuse(w, cells, "the row", "is longer than 64 MB");
    w->rows++;
    return send_line(w);
}

static const char *select_of(struct arena *a, const struct db_table *t)
{
    struct buf sql = buf_in(a, BUF_MAX_DEFAULT);
    buf_adds(&sql, "select ");
    for (size_t c = 0; c < t->n_columns; c++)
        buf_addf(&sql, "%s%s", c ? ", " : "", t->columns[c].name);
    buf_addf(&sql, " from %s order by ", t->name);
    for (size_t k = 1; k <= t->n_key; k++)
        for (size_t c = 0; c < t->n_columns; c++)
            if (t->columns[c].key == (int)k)
                buf_addf(&sql, "%s%s", k > 1 ? ", " : "", t->columns[c].name);
    return buf_str(&sql);
}

static enum status write_table(struct writer *w, const struct db_table *t)
{
    w->table = t;
    if (!t->n_key) {
        w->error = arena_printf(w->a, "%s has no primary key, and so no order", t->name);
        return REFUSED;
    }
    dump_add_table(&w->line, t);
    if (!send_line(w))
        return REFUSED;
    enum status s = db_each(w->db, add_row, w, select_of(w->a, t), NULL, 0);
    if (s != OK)
        w->error = arena_strdup(w->a, db_error(w->db));
    return s == OK && (w->error || w->stopped) ? REFUSED : s;
}

static enum status write_all_tables(struct writer *w, const struct dump_plan *plan)
{
    dump_add_head(&w->line, plan);
    if (!send_line(w))
        return REFUSED;
    for (size_t i = 0; i < plan->n; i++)
        TRY(write_table(w, &plan->tables[i]));
    dump_add_end(&w->line, w->rows);
    return send_line(w) ? OK : REFUSED;
}

enum status dump_write(struct db *db, struct arena *a, const struct dump_plan *plan,
    const struct dump_sink *to, int64_t *rows, const char **error)
{
    struct writer w = {.db = db, .a = a, .to = to, .line = buf_new(DUMP_LINE_MAX)};
    enum status s = write_all_tables(&w, plan);
    buf_free(&w.line);
    *rows = w.rows;
    *error = w.error;
    return s;
}
