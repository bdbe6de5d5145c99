/* A statement under construction: text without values, and the values that go with it. Private to model/. */
#ifndef TANDEM_SQL_H
#define TANDEM_SQL_H

#include "base/buf.h"
#include "model/call.h"

#define SQL_MAX_ARGS 160 /* more than this no filter may ask for */

struct sql {
    struct buf text;
    struct arena *arena;
    struct value *args;
    size_t n, cap;
};

struct sql *sql_new(struct call *c);
void sql_add(struct sql *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same for one text or two, without looking for anything in them: for what is built per column. */
static inline void sql_put(struct sql *s, const char *text)
{
    buf_adds(&s->text, text);
}
static inline void sql_put2(struct sql *s, const char *text, const char *more)
{
    buf_adds(&s->text, text);
    buf_adds(&s->text, more);
}
/* Appends the placeholder of V. */
void sql_arg(struct sql *s, struct value v);
/* N of them, with commas between. */
void sql_args(struct sql *s, const struct value *v, size_t n);
/* Appends the viewer's scope of NOUN over ALIAS, in brackets; "(1=0)" where there is none. */
void sql_scope(struct sql *s, const struct call *c, const struct noun *noun, const char *alias);
/* Appends " and ..." for the query's filters, search and condition (filter.c); REFUSED with all that is
 * wrong. */
enum status sql_where(
    struct call *c, struct sql *s, const struct noun *noun, const struct list_query *q) MUST;
const char *sql_text(struct sql *s);

#endif
