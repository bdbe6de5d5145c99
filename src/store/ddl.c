#include "store/ddl.h"

#include "base/buf.h"

#include <strings.h>

enum token_kind { END, WORD, SIGN, SKIP /* space, comment, quoted text, number */ };

struct token {
    enum token_kind kind;
    const char *s;
    size_t n;
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Doubled quotes inside need no care: they read as one text behind the other. */
static size_t skipped(const char *s)
{
    if (strchr(" \t\r\n", *s))
        return strspn(s, " \t\r\n");
    if (strncmp(s, "--", 2) == 0)
        return strcspn(s, "\n");
    const char *end = NULL;
    if (strncmp(s, "/*", 2) == 0) {
        end = strstr(s + 2, "*/");
        return end ? (size_t)(end - s) + 2 : strlen(s);
    }
    if (*s == '\'' || *s == '"') {
        end = strchr(s + 1, *s);
        return end ? (size_t)(end - s) + 1 : strlen(s);
    }
    size_t n = 0;
    if (digit(*s))
        while (letter(s[n]) || digit(s[n]))
            n++;
    return n;
}

static struct token next_token(const char *s)
{
    size_t n = 0;
    if (!*s)
        return (struct token){.kind = END, .s = s};
    if (letter(*s)) {
        while (letter(s[n]) || digit(s[n]))
            n++;
        return (struct token){.kind = WORD, .s = s, .n = n};
    }
    n = skipped(s);
    return (struct token){.kind = n ? SKIP : SIGN, .s = s, .n = n ? n : 1};
}

static bool is(struct token t, const char *text)
{
    return t.n == strlen(text) && strncasecmp(t.s, text, t.n) == 0;
}

static bool says_something(struct token t)
{
    return t.kind != SKIP || *t.s == '\'' || *t.s == '"' || digit(*t.s);
}

char *ddl_next(struct arena *a, const char **sql)
{
    const char *start = NULL;
    for (;;) {
        struct token t = next_token(*sql);
        if (t.kind == END || is(t, ";")) {
            const char *end = t.s;
            *sql = t.s + t.n;
            if (start)
                return arena_strndup(a, start, (size_t)(end - start));
            if (t.kind == END)
                return NULL;
            continue;
        }
        if (!start && says_something(t))
            start = t.s;
        *sql = t.s + t.n;
    }
}

/* ---- types ---- */

static const struct type {
    const char *name, *column, *cast;
} postgres_types[] = {
    {.name = "integer", .column = "bigint", .cast = "bigint"},
    {.name = "real", .column = "double precision", .cast = "double precision"},
    {.name = "blob", .column = "bytea", .cast = "bytea"},
    {.name = "text", .column = "text collate \"C\"", .cast = "text"},
};

static const struct type *find_type(struct token t)
{
    for (size_t i = 0; i < COUNT(postgres_types); i++)
        if (is(t, postgres_types[i].name))
            return &postgres_types[i];
    return NULL;
}

enum shape { OTHER, CREATE_TABLE, ADD_COLUMN, DROP_CONSTRAINT };

static enum shape shape_of(const char *s)
{
    struct token words[5] = {{0}};
    size_t n = 0;
    while (n < COUNT(words)) {
        struct token t = next_token(s);
        if (t.kind == END)
            return OTHER;
        if (t.kind == WORD)
            words[n++] = t;
        s = t.s + t.n;
        if (n == 2 && is(words[0], "create") && is(words[1], "table"))
            return CREATE_TABLE;
    }
    if (!is(words[0], "alter") || !is(words[1], "table"))
        return OTHER;
    return is(words[3], "add")                                  ? ADD_COLUMN
           : is(words[3], "drop") && is(words[4], "constraint") ? DROP_CONSTRAINT
                                                                : OTHER;
}

/* Where a reader of a statement stands. */
struct reader {
    enum db_engine engine;
    enum shape shape;
    int depth;   /* of parentheses */
    int words;   /* outside of them */
    int in_item; /* words of the column's definition so far; -1: not in one */
    bool after_as;
    struct buf out;
};

static bool in_definitions(const struct reader *r)
{
    return r->in_item >= 0 && r->depth == (r->shape == CREATE_TABLE);
}

static bool ends_cast(const char *rest)
{
    return rest[strspn(rest, " \t\r\n")] == ')';
}

static void put_word(struct reader *r, struct token t)
{
    const struct type *type = r->engine == DB_POSTGRES ? find_type(t) : NULL;
    if (type && in_definitions(r) && r->in_item == 1)
        buf_adds(&r->out, type->column);
    else if (type && r->after_as && ends_cast(t.s + t.n))
        buf_adds(&r->out, type->cast);
    else
        buf_add(&r->out, t.s, t.n);
    r->after_as = is(t, "as");
    r->words += r->depth == 0;
    if (in_definitions(r))
        r->in_item++;
    if (r->shape == ADD_COLUMN && (r->words == 4 || (r->words == 5 && is(t, "column"))))
        r->in_item = 0; /* alter table t add [column]: its name comes next */
}

static void put_sign(struct reader *r, struct token t)
{
    r->after_as = false;
    r->depth += (*t.s == '(') - (*t.s == ')');
    if (r->shape == CREATE_TABLE && r->depth == 1 && (*t.s == ',' || (*t.s == '(' && r->in_item < 0)))
        r->in_item = 0;
    buf_add(&r->out, t.s, 1);
}

/* What stands behind the column list: nothing or "without rowid". */
static void put_options(struct reader *r, const char *options)
{
    options += strspn(options, " \t\r\n");
    if (r->engine == DB_SQLITE)
        buf_addf(&r->out, " strict%s%s", *options ? ", " : "", options);
    else if (strncasecmp(options, "without rowid", 13) != 0)
        buf_adds(&r->out, options);
}

const char *ddl_for(struct arena *a, enum db_engine engine, const char *statement)
{
    struct reader r = {
        .engine = engine, .shape = shape_of(statement), .in_item = -1, .out = buf_in(a, BUF_MAX_DEFAULT)};
    struct token t = next_token(statement);
    if (r.shape == DROP_CONSTRAINT && engine == DB_SQLITE)
        return NULL;
    for (; t.kind != END; t = next_token(t.s + t.n)) {
        if (t.kind == WORD)
            put_word(&r, t);
        else if (t.kind == SIGN)
            put_sign(&r, t);
        else
            buf_add(&r.out, t.s, t.n);
        if (r.shape == CREATE_TABLE && is(t, ")") && r.depth == 0) {
            put_options(&r, t.s + t.n);
            break;
        }
    }
    ASSERT(!r.out.overflow);
    return buf_str(&r.out);
}
