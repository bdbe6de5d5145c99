#include "model/sql.h"

#include <stdarg.h>

struct sql *sql_new(struct call *c)
{
    struct sql *s = ARENA_NEW(c->arena, struct sql);
    s->text = buf_in(c->arena, 64 * 1024);
    s->arena = c->arena;
    return s;
}

void sql_add(struct sql *s, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASSERT(n >= 0 && (size_t)n < sizeof text);
    buf_add(&s->text, text, (size_t)n);
}

void sql_arg(struct sql *s, struct value v)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 16;
        struct value *more = arena_alloc(s->arena, s->cap * sizeof *more);
        if (s->n)
            memcpy(more, s->args, s->n * sizeof *more);
        s->args = more;
    }
    s->args[s->n++] = v;
    buf_addc(&s->text, '$');
    buf_add_int(&s->text, (int64_t)s->n);
}

void sql_args(struct sql *s, const struct value *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(&s->text, ", ");
        sql_arg(s, v[i]);
    }
}

static const char *scope_text(const struct call *c, const struct noun *noun)
{
    if (c->viewer->role == ROLE_SYSTEM)
        return "1=1";
    switch (role_audience(c->viewer->role)) {
    case VENDOR: return noun->vendor_scope;
    case PARTNER: return c->viewer->partner_id ? noun->partner_scope : NULL;
    case PUBLIC: return noun->public_scope;
    }
    return NULL;
}

static void add_scope(
    struct sql *s, const struct call *c, const struct noun *noun, const char *p, const char *alias)
{
    buf_addc(&s->text, '(');
    while (*p) {
        size_t n = strcspn(p, "{");
        buf_add(&s->text, p, n);
        p += n;
        if (!*p)
            break;
        size_t word = strcspn(p, "}") + 1;
        if (strncmp(p, "{t}", word) == 0)
            buf_adds(&s->text, alias);
        else if (strncmp(p, "{partner}", word) == 0)
            sql_arg(s, v_int(c->viewer->partner_id));
        else if (strncmp(p, "{person}", word) == 0)
            sql_arg(s, v_int(c->viewer->person_id));
        else
            BUG("scope of %s: unknown word at %s", noun->name, p);
        p += word;
    }
    buf_addc(&s->text, ')');
}

void sql_scope(struct sql *s, const struct call *c, const struct noun *noun, const char *alias)
{
    const char *p = noun_readable(noun, c->viewer) || role_audience(c->viewer->role) == PUBLIC
                        ? scope_text(c, noun)
                        : NULL;
    if (!p) {
        buf_adds(&s->text, "(1=0)");
        return;
    }
    add_scope(s, c, noun, p, alias);
    if (noun->export_scope && c->viewer->role != ROLE_SYSTEM && (c->exporting || c->viewer->token_id)) {
        buf_adds(&s->text, " and ");
        add_scope(s, c, noun, noun->export_scope, alias);
    }
}

const char *sql_text(struct sql *s)
{
    ASSERT(!s->text.overflow);
    return buf_str(&s->text);
}
