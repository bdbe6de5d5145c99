/*
 * Template compiler: turns a page of HTML with {{tags}} into C functions that write it.
 *
 *     template IN.html OUT.c OUT.h
 *
 * The file starts with {{include "x.h"}} lines, then holds functions:
 *
 *     {{template register_page(const struct register_view *v)}} ... {{end}}
 *
 * becomes `void register_page(struct html *h, const struct register_view *v)`. Within it:
 *
 *     {{expr}}                     any C expression, escaped by its type; in href, src, action: a checked URL
 *     {{url expr}}                 one component of a URL, percent-encoded
 *     {{raw expr}}                 a string as it is
 *     {{_ "Text %s", args}}        translated, formatted, escaped
 *     {{n_ "%s day" "%s days" n}}  the plural form for n; n itself is the first %s, more arguments may follow
 *     {{if expr}} {{elif expr}} {{else}} {{end}}    {{for (init; test; step)}} {{end}}
 *     {{let const struct row *r = &v->rows[i]}}     {{call other_template(args)}}     {{# comment}}
 *
 * The compiler follows the markup, so it knows where an expression stands: it refuses one in a script, a
 * style, an event handler, an unquoted value or a name, and branches that end in different places. White
 * space shrinks to one space or line break, except in pre and textarea, and is cut at a template's end; a
 * line that holds only a tag of control disappears. #line makes the C compiler speak of the template's lines.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct text {
    char *p;
    size_t len, cap;
};

/* Where in the markup we stand. */
enum where { IN_TEXT, IN_NAME, IN_TAG, AFTER_EQUALS, IN_VALUE, IN_COMMENT };

struct place {
    enum where where;
    char element[24];   /* of the tag we are in */
    char attribute[32]; /* whose value we are in, or the last one read */
    char inside[24];    /* pre, textarea, script, style: the element whose text we are in; else "" */
    char quote;
    bool closing, name_ended, value_begun;
};

enum block_kind { BLOCK_TEMPLATE, BLOCK_IF, BLOCK_FOR };

struct block {
    enum block_kind kind;
    int line;
    bool has_else, begun_everywhere;
    struct place start;
};

#define MAX_BLOCKS 32

struct compiler {
    const char *path;
    const char *src, *p;
    int line;
    struct text includes, prototypes, body, literal;
    struct place place;
    struct block blocks[MAX_BLOCKS];
    int depth;
    char error[400];
    jmp_buf failed;
};

/* ---- text that grows ---- */

static void text_add(struct text *t, const char *s, size_t n)
{
    if (t->len + n + 1 > t->cap) {
        t->cap = (t->cap + n + 64) * 2;
        t->p = realloc(t->p, t->cap);
        if (!t->p)
            abort();
    }
    memcpy(t->p + t->len, s, n);
    t->len += n;
    t->p[t->len] = '\0';
}

static void text_adds(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

__attribute__((format(printf, 2, 3))) static void text_addf(struct text *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *s = malloc((size_t)n + 1);
    if (!s)
        abort();
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    text_add(t, s, (size_t)n);
    free(s);
}

__attribute__((noreturn, format(printf, 3, 4))) static void fail(
    struct compiler *c, int line, const char *fmt, ...)
{
    char message[300];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    snprintf(c->error, sizeof c->error, "%s:%d: error: %s", c->path, line, message);
    longjmp(c->failed, 1);
}

/* ---- following the markup ---- */

static bool is_space(char ch)
{
    return ch == ' ' || ch == '\n' || ch == '\t' || ch == '\r';
}

static bool among(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

static bool keeps_space(const struct place *at)
{
    return at->inside[0] != '\0';
}

/* White space here may shrink. */
static bool shrinks(const struct place *at)
{
    return at->where == IN_TEXT ? !keeps_space(at) : at->where == IN_NAME || at->where == IN_TAG;
}

/* Adds a character to a fixed name, lower-cased; a longer name is cut, which no name that matters is. */
static void name_add(char *name, size_t size, char ch)
{
    size_t n = strlen(name);
    if (n + 1 < size) {
        name[n] = (char)tolower((unsigned char)ch);
        name[n + 1] = '\0';
    }
}

static void tag_ends(struct place *at, bool self_closed)
{
    static const char *const kept[] = {"pre", "textarea", "script", "style", NULL};
    if (at->closing && strcmp(at->element, at->inside) == 0)
        at->inside[0] = '\0';
    else if (!at->closing && !self_closed && among(at->element, kept))
        memcpy(at->inside, at->element, sizeof at->inside);
    at->where = IN_TEXT;
}

/* A '<' in text: opens a tag or a comment. In scripts and the like only their own closing tag counts. */
static void step_angle(struct compiler *c, const char *s)
{
    struct place *at = &c->place;
    bool verbatim = keeps_space(at) && strcmp(at->inside, "pre") != 0;
    if (verbatim && !(s[1] == '/' && strncasecmp(s + 2, at->inside, strlen(at->inside)) == 0))
        return;
    if (strncmp(s, "<!--", 4) == 0) {
        at->where = IN_COMMENT;
        return;
    }
    if (!isalpha((unsigned char)s[1]) && s[1] != '/' && s[1] != '!')
        fail(c, c->line, "write &lt; for a lone <; an element's name cannot be an expression");
    at->where = IN_NAME;
    at->closing = s[1] == '/';
    at->element[0] = '\0';
    at->attribute[0] = '\0';
    at->name_ended = true;
}

static void step_in_tag(struct compiler *c, const char *s)
{
    struct place *at = &c->place;
    if (*s == '>') {
        tag_ends(at, s[-1] == '/');
    } else if (is_space(*s) || *s == '/') {
        at->name_ended = true;
    } else if (*s == '=') {
        at->where = AFTER_EQUALS;
    } else if (*s == '"' || *s == '\'') {
        fail(c, c->line, "a quote where an attribute's name should stand");
    } else {
        if (at->name_ended)
            at->attribute[0] = '\0';
        at->name_ended = false;
        name_add(at->attribute, sizeof at->attribute, *s);
    }
}

static void step(struct compiler *c, const char *s)
{
    struct place *at = &c->place;
    switch (at->where) {
    case IN_TEXT:
        if (*s == '<')
            step_angle(c, s);
        break;
    case IN_NAME:
        if (*s == '>')
            tag_ends(at, s[-1] == '/');
        else if (is_space(*s))
            at->where = IN_TAG;
        else if (*s != '/')
            name_add(at->element, sizeof at->element, *s);
        break;
    case IN_TAG: step_in_tag(c, s); break;
    case AFTER_EQUALS:
        if (*s == '"' || *s == '\'') {
            at->where = IN_VALUE;
            at->quote = *s;
            at->value_begun = false;
        } else if (!is_space(*s)) {
            fail(c, c->line, "quote the value of %s", at->attribute);
        }
        break;
    case IN_VALUE:
        if (*s == at->quote) {
            at->where = IN_TAG;
            at->name_ended = true;
        } else {
            at->value_begun = true;
        }
        break;
    case IN_COMMENT:
        if (*s == '>' && strncmp(s - 2, "-->", 3) == 0)
            at->where = IN_TEXT;
        break;
    }
}

/* The same place for what follows: every branch of a block must lead to it. */
static bool same_place(const struct place *a, const struct place *b)
{
    if (a->where != b->where || strcmp(a->inside, b->inside) != 0)
        return false;
    if (a->where == IN_TEXT || a->where == IN_COMMENT)
        return true;
    if (strcmp(a->element, b->element) != 0)
        return false;
    return a->where == IN_TAG || (strcmp(a->attribute, b->attribute) == 0 && a->quote == b->quote);
}

static const char *place_name(const struct place *at)
{
    switch (at->where) {
    case IN_TEXT: return at->inside[0] ? at->inside : "text";
    case IN_NAME:
    case IN_TAG: return "a tag";
    case AFTER_EQUALS:
    case IN_VALUE: return "an attribute's value";
    case IN_COMMENT: return "a comment";
    }
    return "text";
}

/* ---- writing C ---- */

/* One character of a C string; BEFORE is the one in front of it, for trigraphs. */
static void add_escaped(struct text *t, char ch, char before)
{
    switch (ch) {
    case '"': text_adds(t, "\\\""); break;
    case '\\': text_adds(t, "\\\\"); break;
    case '\n': text_adds(t, "\\n"); break;
    case '\t': text_adds(t, "\\t"); break;
    case '\r': text_adds(t, "\\r"); break;
    case '?': text_adds(t, before == '?' ? "\\?" : "?"); break;
    default: text_add(t, &ch, 1);
    }
}

static void flush_literal(struct compiler *c)
{
    struct text *l = &c->literal;
    if (!l->len)
        return;
    text_adds(&c->body, "buf_add(h->b,\n    \"");
    for (size_t i = 0, column = 0; i < l->len; i++, column++) {
        bool boundary = l->p[i - (i > 0)] == '\n' || (l->p[i] & 0x80) == 0;
        if (i && boundary && (l->p[i - 1] == '\n' || column > 90)) {
            text_adds(&c->body, "\"\n    \"");
            column = 0;
        }
        add_escaped(&c->body, l->p[i], i ? l->p[i - 1] : '\0');
    }
    text_addf(&c->body, "\",\n    %zu);\n", l->len);
    l->len = 0;
}

static void add_line(struct compiler *c, int line)
{
    flush_literal(c);
    text_addf(&c->body, "#line %d \"%s\"\n", line, c->path);
}

/* White space outside values and verbatim elements shrinks: to a line break if one was in it. */
static void add_space(struct compiler *c, char ch)
{
    struct text *l = &c->literal;
    bool in_text = c->place.where == IN_TEXT;
    if (l->len && is_space(l->p[l->len - 1])) {
        if (ch == '\n' && in_text)
            l->p[l->len - 1] = '\n';
        return;
    }
    text_adds(l, ch == '\n' && in_text ? "\n" : " ");
}

static void add_markup(struct compiler *c, const char *s, const char *end)
{
    for (; s < end; s++) {
        bool shrink = shrinks(&c->place);
        step(c, s);
        if (shrink && is_space(*s))
            add_space(c, *s);
        else
            text_add(&c->literal, s, 1);
        c->line += *s == '\n';
    }
}

/* ---- tags ---- */

static const char *skip_space(const char *s, const char *end)
{
    while (s < end && is_space(*s))
        s++;
    return s;
}

/* Past the string literal that starts at S. */
static const char *skip_literal(struct compiler *c, const char *s)
{
    char quote = *s++;
    for (; *s != quote; s++) {
        if (*s == '\\' && s[1])
            s++;
        if (*s == '\0' || *s == '\n')
            fail(c, c->line, "a quote is not closed");
    }
    return s + 1;
}

/* The }} that closes the tag whose inside starts at S; braces and quotes of C are skipped. */
static const char *find_close(struct compiler *c, const char *s)
{
    if (*s == '#') {
        const char *end = strstr(s, "}}");
        if (!end)
            fail(c, c->line, "{{ is not closed");
        return end;
    }
    for (int braces = 0; *s; s++) {
        if (*s == '"' || *s == '\'')
            s = skip_literal(c, s) - 1;
        else if (*s == '{')
            braces++;
        else if (*s == '}' && braces > 0)
            braces--;
        else if (*s == '}' && s[1] == '}')
            return s;
    }
    fail(c, c->line, "{{ is not closed");
}

static bool is_word(const char *s, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - s) < n || memcmp(s, word, n) != 0)
        return false;
    return s + n == end || is_space(s[n]);
}

static bool is_exactly(const char *s, const char *end, const char *word)
{
    return is_word(s, end, word) && (size_t)(end - s) == strlen(word);
}

static int length(const char *s, const char *end)
{
    return (int)(end - s);
}

static void need_template(struct compiler *c)
{
    if (c->depth == 0)
        fail(c, c->line, "this stands outside a template");
}

static void open_block(struct compiler *c, enum block_kind kind)
{
    if (c->depth == MAX_BLOCKS)
        fail(c, c->line, "blocks are nested too deeply");
    c->blocks[c->depth++] =
        (struct block){.kind = kind, .line = c->line, .start = c->place, .begun_everywhere = true};
}

/* A branch ends here: the markup must stand where the block began. */
static void check_branch(struct compiler *c, struct block *b)
{
    if (!same_place(&b->start, &c->place))
        fail(c, c->line, "the block of line %d starts in %s and ends in %s%s%s", b->line,
            place_name(&b->start), c->place.where == b->start.where ? "another " : "", place_name(&c->place),
            b->kind == BLOCK_TEMPLATE ? "" : "; every branch must end where it began");
    b->begun_everywhere = b->begun_everywhere && c->place.value_begun;
}

static void do_include(struct compiler *c, const char *s, const char *end)
{
    if (c->depth || c->prototypes.len)
        fail(c, c->line, "an include stands before the first template");
    text_addf(&c->includes, "#include %.*s\n", length(s, end), s);
}

static void do_template(struct compiler *c, const char *s, const char *end)
{
    if (c->depth)
        fail(c, c->line, "a template within the template of line %d", c->blocks[0].line);
    const char *paren = memchr(s, '(', (size_t)(end - s));
    if (!paren || end[-1] != ')')
        fail(c, c->line, "write {{template name(arguments)}}");
    const char *args = skip_space(paren + 1, end - 1);
    bool none = args == end - 1 || is_word(args, end - 1, "void");
    struct text head = {0};
    text_addf(&head, "void %.*s(struct html *h%s%.*s)", length(s, paren), s, none ? "" : ", ",
        none ? 0 : length(args, end - 1), args);
    text_addf(&c->prototypes, "%s;\n", head.p);
    add_line(c, c->line);
    text_addf(&c->body, "%s\n{\n(void)h;\n", head.p);
    free(head.p);
    c->place = (struct place){.where = IN_TEXT};
    open_block(c, BLOCK_TEMPLATE);
}

static void do_if(struct compiler *c, const char *s, const char *end)
{
    need_template(c);
    open_block(c, BLOCK_IF);
    add_line(c, c->line);
    text_addf(&c->body, "if (%.*s) {\n", length(s, end), s);
}

static void do_else(struct compiler *c, const char *s, const char *end)
{
    need_template(c);
    struct block *b = &c->blocks[c->depth - 1];
    if (b->kind != BLOCK_IF || b->has_else)
        fail(c, c->line, "no {{if}} is open here");
    check_branch(c, b);
    c->place = b->start;
    b->has_else = !s;
    add_line(c, c->line);
    if (s)
        text_addf(&c->body, "} else if (%.*s) {\n", length(s, end), s);
    else
        text_adds(&c->body, "} else {\n");
}

static void do_for(struct compiler *c, const char *s, const char *end)
{
    need_template(c);
    if (*s != '(')
        fail(c, c->line, "write {{for (init; test; step)}}");
    open_block(c, BLOCK_FOR);
    add_line(c, c->line);
    text_addf(&c->body, "for %.*s {\n", length(s, end), s);
}

static void do_end(struct compiler *c)
{
    if (c->depth == 0)
        fail(c, c->line, "{{end}} without a block");
    struct block *b = &c->blocks[c->depth - 1];
    check_branch(c, b);
    c->depth--;
    while (b->kind == BLOCK_TEMPLATE && c->literal.len && is_space(c->literal.p[c->literal.len - 1]))
        c->literal.len--;
    if (b->kind != BLOCK_TEMPLATE)
        c->place.value_begun = b->begun_everywhere && (b->has_else || b->start.value_begun);
    flush_literal(c);
    text_adds(&c->body, b->kind == BLOCK_TEMPLATE ? "}\n\n" : "}\n");
}

static void do_let(struct compiler *c, const char *s, const char *end)
{
    need_template(c);
    add_line(c, c->line);
    text_addf(&c->body, "%.*s;\n", length(s, end), s);
}

static void do_call(struct compiler *c, const char *s, const char *end)
{
    need_template(c);
    if (c->place.where != IN_TEXT || keeps_space(&c->place))
        fail(c, c->line, "a template can be called between tags only");
    const char *paren = memchr(s, '(', (size_t)(end - s));
    if (!paren || end[-1] != ')')
        fail(c, c->line, "write {{call name(arguments)}}");
    const char *args = skip_space(paren + 1, end - 1);
    add_line(c, c->line);
    text_addf(&c->body, "%.*s(h%s%.*s);\n", length(s, paren), s, args < end - 1 ? ", " : "",
        length(args, end - 1), args);
}

/* Refuses places where no escaping can make an expression safe. */
static void check_output(struct compiler *c)
{
    static const char *const code[] = {"style", "srcdoc", "srcset", NULL};
    const struct place *at = &c->place;
    need_template(c);
    if (at->where == IN_TEXT) {
        if (strcmp(at->inside, "script") == 0 || strcmp(at->inside, "style") == 0)
            fail(c, c->line, "no expression in a %s", at->inside);
    } else if (at->where != IN_VALUE) {
        fail(c, c->line, "an expression stands between tags or in a quoted value, not in %s", place_name(at));
    } else if (strncmp(at->attribute, "on", 2) == 0 || among(at->attribute, code)) {
        fail(c, c->line, "no expression in the attribute %s", at->attribute);
    }
}

static bool in_url(const struct place *at)
{
    static const char *const urls[] = {"href", "src", "action", "formaction", "poster", "cite", "data",
        "data-hx-get", "data-hx-post", "data-hx-put", "data-hx-patch", "data-hx-delete", NULL};
    return at->where == IN_VALUE && among(at->attribute, urls);
}

static void emit_call(struct compiler *c, const char *function, const char *s, const char *end)
{
    check_output(c);
    if (s == end)
        fail(c, c->line, "an empty tag");
    add_line(c, c->line);
    text_addf(&c->body, "%s(h, %.*s);\n", function, length(s, end), s);
    c->place.value_begun = true;
}

static void do_expression(struct compiler *c, const char *s, const char *end)
{
    if (!in_url(&c->place))
        emit_call(c, "html_put", s, end);
    else
        emit_call(c, c->place.value_begun ? "html_put_part" : "html_put_url", s, end);
}

/* Past the string literal that must stand here. */
static const char *literal_end(struct compiler *c, const char *s, const char *end)
{
    if (s == end || *s != '"')
        fail(c, c->line, "a text in quotes is missing");
    return skip_literal(c, s);
}

static void do_translate(struct compiler *c, const char *s, const char *end)
{
    check_output(c);
    if (in_url(&c->place))
        fail(c, c->line, "no translated text in a URL");
    const char *text_end = literal_end(c, s, end);
    const char *rest = skip_space(text_end, end);
    if (rest < end && *rest != ',')
        fail(c, c->line, "a comma is missing after the text");
    add_line(c, c->line);
    text_addf(&c->body, "%s(h, tr(h->lang, %.*s)%.*s);\n", rest < end ? "html_putf" : "html_put",
        length(s, text_end), s, length(rest, end), rest);
    c->place.value_begun = true;
}

/* The first comma at depth 0, or END. */
static const char *find_comma(struct compiler *c, const char *s, const char *end)
{
    for (int depth = 0; s < end; s++) {
        if (*s == '"' || *s == '\'')
            s = skip_literal(c, s) - 1;
        else if (strchr("([{", *s))
            depth++;
        else if (strchr(")]}", *s))
            depth--;
        else if (*s == ',' && depth == 0)
            return s;
    }
    return end;
}

static void do_plural(struct compiler *c, const char *s, const char *end)
{
    check_output(c);
    if (in_url(&c->place))
        fail(c, c->line, "no translated text in a URL");
    const char *one_end = literal_end(c, s, end);
    const char *many = skip_space(one_end, end);
    const char *many_end = literal_end(c, many, end);
    const char *n = skip_space(many_end, end);
    const char *n_end = find_comma(c, n, end);
    if (n == n_end)
        fail(c, c->line, "the number is missing after both texts");
    add_line(c, c->line);
    text_addf(&c->body,
        "html_putf(h, trn(h->lang, %.*s, %.*s, (int64_t)(%.*s)), fmt_int(h, (int64_t)(%.*s))%.*s);\n",
        length(s, one_end), s, length(many, many_end), many, length(n, n_end), n, length(n, n_end), n,
        length(n_end, end), n_end);
    c->place.value_begun = true;
}

/* Tags that write nothing of their own; alone on a line they leave no trace. */
static bool is_control(const char *s, const char *end)
{
    static const char *const words[] = {
        "if", "elif", "else", "end", "for", "let", "template", "include", NULL};
    if (*s == '#')
        return true;
    for (const char *const *w = words; *w; w++)
        if (is_word(s, end, *w))
            return true;
    return false;
}

static void do_tag(struct compiler *c, const char *s, const char *end)
{
    static const struct {
        const char *word;
        void (*run)(struct compiler *c, const char *s, const char *end);
    } tags[] = {{"include", do_include}, {"template", do_template}, {"if", do_if}, {"elif", do_else},
        {"for", do_for}, {"let", do_let}, {"call", do_call}, {"_", do_translate}, {"n_", do_plural}};

    if (*s == '#')
        return;
    if (c->place.where == IN_NAME)
        c->place.where = IN_TAG;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (!is_word(s, end, tags[i].word))
            continue;
        const char *rest = skip_space(s + strlen(tags[i].word), end);
        if (rest == end)
            fail(c, c->line, "something is missing after %s", tags[i].word);
        tags[i].run(c, rest, end);
        return;
    }
    if (is_exactly(s, end, "else"))
        do_else(c, NULL, NULL);
    else if (is_exactly(s, end, "end"))
        do_end(c);
    else if (is_word(s, end, "raw"))
        emit_call(c, "html_raw", skip_space(s + 3, end), end);
    else if (is_word(s, end, "url"))
        emit_call(c, "html_put_part", skip_space(s + 3, end), end);
    else
        do_expression(c, s, end);
}

/* ---- the file ---- */

static void check_outside(struct compiler *c, const char *s, const char *end)
{
    for (; s < end; s++) {
        if (!is_space(*s))
            fail(c, c->line, "markup outside a template");
        c->line += *s == '\n';
    }
}

static const char *line_start(const struct compiler *c, const char *s)
{
    while (s > c->src && (s[-1] == ' ' || s[-1] == '\t'))
        s--;
    return s == c->src || s[-1] == '\n' ? s : NULL;
}

static const char *line_end(const char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    return *s == '\n' || *s == '\0' ? s + (*s == '\n') : NULL;
}

static int count_lines(const char *s, const char *end)
{
    int n = 0;
    for (; s < end; s++)
        n += *s == '\n';
    return n;
}

static void compile_source(struct compiler *c)
{
    for (;;) {
        const char *open = strstr(c->p, "{{");
        const char *text_end = open ? open : c->p + strlen(c->p);
        const char *inside = NULL, *close = NULL, *indent = NULL, *next = NULL;
        if (open) {
            int here = c->line;
            c->line += count_lines(c->p, open);
            inside = skip_space(open + 2, open + strlen(open));
            close = find_close(c, inside);
            c->line = here;
            next = close + 2;
            if (is_control(inside, close) && (indent = line_start(c, open)) && line_end(next)) {
                text_end = indent < c->p ? c->p : indent;
                next = line_end(next);
                while (shrinks(&c->place) && (*next == ' ' || *next == '\t'))
                    next++;
            }
        }
        if (c->depth)
            add_markup(c, c->p, text_end);
        else
            check_outside(c, c->p, text_end);
        if (!open)
            break;
        while (close > inside && is_space(close[-1]))
            close--;
        if (close == inside)
            fail(c, c->line, "an empty tag");
        do_tag(c, inside, close);
        c->line += count_lines(text_end, next);
        c->p = next;
    }
    if (c->depth)
        fail(c, c->line, "the block of line %d is not closed", c->blocks[c->depth - 1].line);
}

static const char *or_empty(const struct text *t)
{
    return t->p ? t->p : "";
}

/* False with c->error set. */
static bool template_compile(struct compiler *c, const char *path, const char *source)
{
    memset(c, 0, sizeof *c);
    c->path = path;
    c->src = c->p = source;
    c->line = 1;
    if (setjmp(c->failed))
        return false;
    compile_source(c);
    return true;
}

static void template_free(struct compiler *c)
{
    free(c->includes.p);
    free(c->prototypes.p);
    free(c->body.p);
    free(c->literal.p);
}

#ifndef TEMPLATE_NO_MAIN /* the unit test includes this file */

static char *read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return NULL;
    }
    struct text t = {0};
    char chunk[8192];
    size_t n;
    text_add(&t, "", 0);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        text_add(&t, chunk, n);
    fclose(f);
    return t.p;
}

static bool write_whole(const char *path, const struct text *t)
{
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(t->p, 1, t->len, f) == t->len;
    if (f && fclose(f) != 0)
        good = false;
    if (!good)
        perror(path);
    return good;
}

static bool write_outputs(const struct compiler *c, const char *out_c, const char *out_h)
{
    struct text source = {0}, header = {0};
    const char *slash = strrchr(out_h, '/');
    text_addf(&source, "/* From %s; do not edit. */\n#include \"%s\"\n\n%s", c->path,
        slash ? slash + 1 : out_h, or_empty(&c->body));
    text_addf(&header, "/* From %s; do not edit. */\n#ifndef TEMPLATE_", c->path);
    struct text guard = {0};
    for (const char *s = c->path; *s; s++)
        text_addf(&guard, "%c", isalnum((unsigned char)*s) ? toupper((unsigned char)*s) : '_');
    text_addf(&header, "%s\n#define TEMPLATE_%s\n\n#include \"face/html.h\"\n%s\n%s\n#endif\n",
        or_empty(&guard), or_empty(&guard), or_empty(&c->includes), or_empty(&c->prototypes));
    bool good = write_whole(out_c, &source) && write_whole(out_h, &header);
    free(source.p);
    free(header.p);
    free(guard.p);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: template IN.html OUT.c OUT.h\n");
        return 2;
    }
    char *source = read_whole(argv[1]);
    if (!source)
        return 1;
    static struct compiler c;
    bool good = template_compile(&c, argv[1], source);
    if (!good)
        fprintf(stderr, "%s\n", c.error);
    else
        good = write_outputs(&c, argv[2], argv[3]);
    template_free(&c);
    free(source);
    return good ? 0 : 1;
}
#endif
