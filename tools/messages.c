/*
 * messages OUT.c LANG.po...
 *
 * Turns translations into the tables of src/base/messages.h. Reads the PO format of GNU gettext (its manual,
 * "The Format of PO Files"): msgid, msgid_plural, msgstr, msgstr[n], strings over several lines. Fuzzy,
 * obsolete and untranslated entries are left out. A translation whose printf conversions differ from those of
 * its text would read the wrong arguments, so that it fails the build; "no-c-format" exempts a text with a
 * percent sign of its own.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMS_MAX 4 /* MESSAGE_FORMS in src/base/messages.h */
#define ARGS_MAX  16

struct text {
    char *p; /* NULL until its keyword was read */
    size_t n;
};

struct entry {
    struct text id, plural, forms[FORMS_MAX];
    bool fuzzy, no_format;
    int line;
};

struct reader {
    const char *path;
    int line;
    struct entry now;
    struct text *open; /* where a string on the next line goes to */
    struct entry *entries;
    size_t n;
    int plural_forms;
};

static _Noreturn void fail(const char *path, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static _Noreturn void fail(const char *path, int line, const char *fmt, ...)
{
    va_list args;
    fprintf(stderr, "%s:%d: ", path, line);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *grow(void *p, size_t size)
{
    p = realloc(p, size);
    if (!p) {
        perror("messages");
        exit(1);
    }
    return p;
}

static void add(struct text *t, const char *s, size_t n)
{
    t->p = grow(t->p, t->n + n + 1);
    memcpy(t->p + t->n, s, n);
    t->n += n;
    t->p[t->n] = 0;
}

/* --- reading --- */

static char unescaped(const struct reader *r, char c)
{
    static const char from[] = "ntr\"\\abfv", to[] = "\n\t\r\"\\\a\b\f\v";
    const char *at = c ? strchr(from, c) : NULL;
    if (!at)
        fail(r->path, r->line, "unknown escape \\%c", c ? c : ' ');
    return to[at - from];
}

/* xgettext writes the macros of inttypes.h by name; the text that runs has what they stand for. */
static size_t macro_at(const char *s, const char **value)
{
    static const struct {
        const char *name, *value;
    } macros[] = {{"<PRId64>", PRId64}, {"<PRIu64>", PRIu64}, {"<PRIx64>", PRIx64}, {"<PRId32>", PRId32},
        {"<PRIu32>", PRIu32}};
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
        size_t n = strlen(macros[i].name);
        if (strncmp(s, macros[i].name, n) == 0) {
            *value = macros[i].value;
            return n;
        }
    }
    return 0;
}

static void read_string(struct reader *r, const char *s)
{
    s += strspn(s, " \t");
    if (!r->open || *s++ != '"')
        fail(r->path, r->line, "a string in quotes is expected here");
    add(r->open, "", 0);
    while (*s != '"') {
        const char *macro;
        size_t n = macro_at(s, &macro);
        if (n) {
            add(r->open, macro, strlen(macro));
            s += n;
        } else if (*s == '\\') {
            char c = unescaped(r, s[1]);
            add(r->open, &c, 1);
            s += 2;
        } else if (*s) {
            add(r->open, s++, 1);
        } else {
            fail(r->path, r->line, "the string is not closed");
        }
    }
    s++;
    if (s[strspn(s, " \t\r\n")])
        fail(r->path, r->line, "there is text behind the string");
}

static void read_header(struct reader *r)
{
    const char *forms = strstr(r->now.forms[0].p ? r->now.forms[0].p : "", "nplurals=");
    if (forms)
        r->plural_forms = (int)strtol(forms + strlen("nplurals="), NULL, 10);
    if (r->plural_forms < 1 || r->plural_forms > FORMS_MAX)
        fail(r->path, r->now.line, "nplurals must be 1 to %d", FORMS_MAX);
}

static void check_entry(const struct reader *r, const struct entry *e);

static bool translated(const struct reader *r, const struct entry *e)
{
    if (e->fuzzy || !e->forms[0].n)
        return false;
    for (int i = 0; e->plural.p && i < r->plural_forms; i++)
        if (!e->forms[i].n)
            return false;
    return true;
}

static void end_entry(struct reader *r)
{
    struct entry *e = &r->now;
    if (e->id.p && !e->forms[0].p)
        fail(r->path, e->line, "msgid without msgstr");
    if (e->id.p && e->id.n == 0) {
        read_header(r);
    } else if (e->id.p && translated(r, e)) {
        check_entry(r, e);
        r->entries = grow(r->entries, (r->n + 1) * sizeof *r->entries);
        r->entries[r->n++] = *e;
    }
    r->now = (struct entry){0};
    r->open = NULL;
}

static void read_comment(struct reader *r, const char *s)
{
    if (r->now.id.p)
        end_entry(r);
    if (s[1] != ',')
        return;
    r->now.fuzzy |= strstr(s, "fuzzy") != NULL;
    r->now.no_format |= strstr(s, "no-c-format") != NULL;
}

static bool keyword(const char **s, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*s, word, n) != 0 || (*s)[n] == '_')
        return false;
    *s += n;
    return true;
}

static struct text *form_at(struct reader *r, const char **s)
{
    char *end;
    if (**s != '[')
        return &r->now.forms[0];
    long i = strtol(*s + 1, &end, 10);
    if (*end != ']' || i < 0 || i >= r->plural_forms)
        fail(r->path, r->line, "msgstr[0] to msgstr[%d] are expected", r->plural_forms - 1);
    *s = end + 1;
    return &r->now.forms[i];
}

/* Where the string behind this keyword goes to. */
static void open_text(struct reader *r, const char **s)
{
    if (keyword(s, "msgid_plural")) {
        r->open = &r->now.plural;
    } else if (keyword(s, "msgid")) {
        if (r->now.id.p)
            end_entry(r);
        r->now.line = r->line;
        r->open = &r->now.id;
    } else if (keyword(s, "msgstr")) {
        if (!r->now.id.p)
            fail(r->path, r->line, "msgstr without msgid");
        r->open = form_at(r, s);
    } else {
        fail(r->path, r->line, "this is no line of a PO file: %s", *s);
    }
    if (r->open->p)
        fail(r->path, r->line, "this entry has it already");
}

static void read_line(struct reader *r, const char *s)
{
    s += strspn(s, " \t");
    if (*s == '#') {
        read_comment(r, s);
    } else if (s[strspn(s, "\r\n")]) {
        if (*s != '"')
            open_text(r, &s);
        read_string(r, s);
    }
}

static void read_file(struct reader *r)
{
    FILE *f = fopen(r->path, "r");
    char *line = NULL;
    size_t cap = 0;
    if (!f) {
        perror(r->path);
        exit(1);
    }
    while (getline(&line, &cap, f) >= 0) {
        r->line++;
        read_line(r, line);
    }
    if (ferror(f)) {
        perror(r->path);
        exit(1);
    }
    end_entry(r);
    free(line);
    fclose(f);
}

/* --- checking --- */

/* The arguments that a format takes, in their order: "d", "ls", ... */
struct args {
    char type[ARGS_MAX][4];
    int n;
};

static bool note(struct args *a, long at, const char *type, size_t len)
{
    if (at < 0 || at >= ARGS_MAX || len > 3)
        return false;
    memset(a->type[at], 0, sizeof a->type[at]);
    memcpy(a->type[at], type, len);
    if (strcmp(a->type[at], "i") == 0)
        a->type[at][0] = 'd';
    if (at >= a->n)
        a->n = (int)at + 1;
    return true;
}

/* One conversion behind its percent sign; false when it is none. */
static bool read_conversion(const char **s, struct args *a, long *next)
{
    long at = -1;
    size_t digits = strspn(*s, "0123456789");
    if (digits && (*s)[digits] == '$') {
        at = strtol(*s, NULL, 10) - 1;
        *s += digits + 1;
    }
    *s += strspn(*s, "-+ #0'");
    for (int part = 0; part < 2; part++) { /* width, precision */
        if (part == 1 && **s != '.')
            break;
        *s += part;
        if (**s == '*') {
            if (!note(a, (*next)++, "*", 1))
                return false;
            ++*s;
        }
        *s += strspn(*s, "0123456789");
    }
    size_t length = strspn(*s, "hlLjzt");
    if (!(*s)[length] || !strchr("diouxXeEfFgGaAcspn", (*s)[length]))
        return false;
    if (!note(a, at < 0 ? (*next)++ : at, *s, length + 1))
        return false;
    *s += length + 1;
    return true;
}

static bool read_args(const char *s, struct args *a)
{
    long next = 0;
    *a = (struct args){0};
    while ((s = strchr(s, '%'))) {
        s++;
        if (*s == '%')
            s++;
        else if (!read_conversion(&s, a, &next))
            return false;
    }
    return true;
}

/* Texts that are no format on either side agree as well. */
static bool formats_agree(const char *text, const char *translation)
{
    struct args a, b;
    bool is_format = read_args(text, &a);
    if (!is_format)
        return !read_args(translation, &b) || b.n == 0;
    return read_args(translation, &b) && memcmp(&a, &b, sizeof a) == 0;
}

static void check_entry(const struct reader *r, const struct entry *e)
{
    for (int i = 0; !e->no_format && i < FORMS_MAX; i++) {
        const char *form = e->forms[i].p;
        if (!form)
            continue;
        bool ok =
            (i == 0 && formats_agree(e->id.p, form)) || (e->plural.p && formats_agree(e->plural.p, form));
        if (!ok)
            fail(r->path, e->line, "the conversions of \"%s\" and \"%s\" differ", e->id.p, form);
    }
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->entries[i].id.p, e->id.p) == 0)
            fail(r->path, e->line, "\"%s\" was translated on line %d", e->id.p, r->entries[i].line);
}

/* --- writing --- */

static void write_literal(FILE *f, const struct text *t)
{
    fputc('"', f);
    for (size_t i = 0; i < t->n; i++) {
        unsigned char c = (unsigned char)t->p[i];
        if (c == '"' || c == '\\')
            fprintf(f, "\\%c", c);
        else if (c < 0x20 || c == 0x7f || c == '?') /* ? for trigraphs */
            fprintf(f, "\\%03o", c);
        else
            fputc(c, f);
    }
    fputc('"', f);
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->id.p, ((const struct entry *)b)->id.p);
}

static void write_entries(FILE *f, const char *code, struct reader *r)
{
    qsort(r->entries, r->n, sizeof *r->entries, compare_entries);
    fprintf(f, "static const struct message messages_%s[] = {\n", code);
    for (size_t i = 0; i < r->n; i++) {
        const struct entry *e = &r->entries[i];
        fputs("    {", f);
        write_literal(f, &e->id);
        fputs(", {", f);
        for (int k = 0; k < FORMS_MAX && e->forms[k].p; k++) {
            fputs(k ? ", " : "", f);
            write_literal(f, &e->forms[k]);
        }
        fputs("}},\n", f);
    }
    fputs("};\n\n", f);
}

/* "po/de.po" is "de". */
static void language_code(const char *path, char code[9])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    if (n == 0 || n > 8 || strcmp(name + n, ".po") != 0)
        fail(path, 1, "a file named like de.po is expected");
    memcpy(code, name, n);
    code[n] = 0;
}

static void write_tables(FILE *f, struct reader *readers, size_t n)
{
    char code[9];
    fputs("/* Made by tools/messages from po. */\n#include \"base/messages.h\"\n\n", f);
    for (size_t i = 0; i < n; i++) {
        language_code(readers[i].path, code);
        if (readers[i].n)
            write_entries(f, code, &readers[i]);
    }
    fputs("const struct message_table message_tables[LANG_COUNT] = {\n    [LANG_EN] = {0},\n", f);
    for (size_t i = 0; i < n; i++) {
        language_code(readers[i].path, code);
        char upper[9] = {0};
        for (size_t k = 0; code[k]; k++)
            upper[k] = code[k] == '_' ? '_' : (char)(code[k] - 'a' + 'A');
        if (readers[i].n)
            fprintf(f, "    [LANG_%s] = {messages_%s, %zu},\n", upper, code, readers[i].n);
    }
    fputs("};\n", f);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: messages OUT.c LANG.po...\n", stderr);
        return 2;
    }
    size_t n = (size_t)argc - 2;
    struct reader *readers = grow(NULL, (n + 1) * sizeof *readers);
    for (size_t i = 0; i < n; i++) { /* all of them before OUT is touched: make must not find half a file */
        readers[i] = (struct reader){.path = argv[i + 2], .plural_forms = 2};
        read_file(&readers[i]);
    }
    FILE *f = fopen(argv[1], "w");
    if (!f) {
        perror(argv[1]);
        return 1;
    }
    write_tables(f, readers, n);
    if (fclose(f) != 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
