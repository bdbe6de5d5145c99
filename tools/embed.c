/*
 * embed migrations OUT.c FILES...           NNNN_name.sql, as migrations[] of src/store/store.h
 * embed assets OUT.c NAME=FILE=TYPE...      as assets[] and n_assets of src/http/http.h
 *
 * An asset gets a gzip form, made here, and a brotli form where FILE.br lies beside it; a form that is not
 * smaller is left out. Bytes are written as string literals, which compilers read many times faster than
 * lists of numbers. OUT is written under another name first, so that make never finds half of it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define BYTES_PER_LINE 64

struct bytes {
    unsigned char *p; /* NULL: none */
    size_t n;
};

static _Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static _Noreturn void fail(const char *fmt, ...)
{
    va_list args;
    fputs("embed: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *allocate(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        fail("out of memory");
    return p;
}

static char *joined(const char *a, const char *b)
{
    size_t n = strlen(a) + strlen(b) + 1;
    char *s = allocate(n);
    snprintf(s, n, "%s%s", a, b);
    return s;
}

/* --- files --- */

/* No bytes (p is NULL) when the file is missing and MAY_MISS. */
static struct bytes read_file(const char *path, bool may_miss)
{
    FILE *f = fopen(path, "rb");
    if (!f && may_miss && errno == ENOENT)
        return (struct bytes){0};
    if (!f || fseek(f, 0, SEEK_END) != 0)
        fail("%s: %s", path, strerror(errno));
    long size = ftell(f);
    rewind(f);
    if (size < 0)
        fail("%s: %s", path, strerror(errno));
    struct bytes b = {.p = allocate((size_t)size), .n = (size_t)size};
    if (fread(b.p, 1, b.n, f) != b.n)
        fail("%s: cannot be read", path);
    fclose(f);
    return b;
}

static struct bytes gzipped(struct bytes in)
{
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) /* + 16: gzip's frame */
        fail("zlib cannot start");
    struct bytes out = {.n = deflateBound(&z, in.n)};
    out.p = allocate(out.n);
    z.next_in = in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = out.p;
    z.avail_out = (uInt)out.n;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        fail("zlib cannot compress");
    out.n = z.total_out;
    deflateEnd(&z);
    return out;
}

/* Worth sending only when smaller. */
static struct bytes if_smaller(struct bytes packed, struct bytes plain)
{
    return packed.p && packed.n < plain.n ? packed : (struct bytes){0};
}

/* --- C --- */

static void write_literal(FILE *f, struct bytes b)
{
    if (b.n == 0)
        fputs("\"\"", f);
    for (size_t i = 0; i < b.n; i++) {
        unsigned char c = b.p[i];
        if (i % BYTES_PER_LINE == 0)
            fputs(i ? "\"\n        \"" : "\"", f);
        if (c == '"' || c == '\\')
            fprintf(f, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f || c == '?') /* ? for trigraphs */
            fprintf(f, "\\%03o", c);
        else
            fputc(c, f);
    }
    if (b.n)
        fputc('"', f);
}

static void write_string(FILE *f, const char *s, size_t n)
{
    write_literal(f, (struct bytes){(unsigned char *)s, n});
}

static void write_member(FILE *f, const char *member, struct bytes b)
{
    if (!b.p)
        return;
    fprintf(f, "     .%s = (const unsigned char *)", member);
    write_literal(f, b);
    fputs(",\n", f);
    if (strcmp(member, "data") == 0)
        fprintf(f, "     .len = %zu,\n", b.n);
    else
        fprintf(f, "     .%s_len = %zu,\n", member, b.n);
}

/* --- migrations --- */

/* The number of "migrations/0001_heart.sql"; *NAME and *LEN get "heart". */
static int migration_number(const char *path, const char **name, size_t *len)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    const char *dot = strrchr(file, '.');
    if (strspn(file, "0123456789") != 4 || file[4] != '_' || !dot || strcmp(dot, ".sql") != 0 ||
        dot == file + 5)
        fail("%s: a name like 0001_heart.sql is expected", path);
    *name = file + 5;
    *len = (size_t)(dot - *name);
    return (int)strtol(file, NULL, 10);
}

static void write_migrations(FILE *f, char **paths, int n)
{
    int last = 0;
    fputs("#include \"store/store.h\"\n\nconst struct migration migrations[] = {\n", f);
    for (int i = 0; i < n; i++) {
        const char *name;
        size_t len;
        int number = migration_number(paths[i], &name, &len);
        struct bytes sql = read_file(paths[i], false);
        if (number <= last)
            fail("%s: its number must be greater than %d", paths[i], last);
        if (memchr(sql.p, 0, sql.n))
            fail("%s: holds a NUL byte", paths[i]);
        fprintf(f, "    {.number = %d, .name = ", number);
        write_string(f, name, len);
        fputs(", .sql =\n        ", f);
        write_literal(f, sql);
        fputs("},\n", f);
        last = number;
        free(sql.p);
    }
    fputs("    {.number = 0},\n};\n", f);
}

/* --- assets --- */

/* /static/app.3f2a9c1b.css: the CRC of the content stands before the extension. */
static void write_path(FILE *f, const char *name, struct bytes data)
{
    const char *dot = strrchr(name, '.');
    int stem = (int)(dot ? dot - name : (long)strlen(name));
    unsigned long crc = crc32(0, data.p, (uInt)data.n);
    fprintf(f, "     .path = \"/static/%.*s.%08lx%s\",\n", stem, name, crc, name + stem);
}

static void write_asset(FILE *f, char *spec)
{
    char *file = strchr(spec, '='), *type = file ? strchr(file + 1, '=') : NULL;
    if (!type)
        fail("%s: NAME=FILE=TYPE is expected", spec);
    *file++ = 0;
    *type++ = 0;
    for (const char *p = spec; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("._-/", *p))
            fail("%s: letters, digits and ._-/ make a name", spec);
    char *br = joined(file, ".br");
    struct bytes data = read_file(file, false);
    struct bytes gzip = gzipped(data), brotli = read_file(br, true);
    fprintf(f, "    {.name = \"%s\",\n", spec);
    write_path(f, spec, data);
    fputs("     .type = ", f);
    write_string(f, type, strlen(type));
    fputs(",\n", f);
    write_member(f, "data", data);
    write_member(f, "gzip", if_smaller(gzip, data));
    write_member(f, "brotli", if_smaller(brotli, data));
    fputs("    },\n", f);
    free(br);
    free(data.p);
    free(gzip.p);
    free(brotli.p);
}

static void write_assets(FILE *f, char **specs, int n)
{
    fputs("#include \"http/http.h\"\n\nconst struct asset assets[] = {\n", f);
    for (int i = 0; i < n; i++)
        write_asset(f, specs[i]);
    fprintf(f, "    {.name = NULL},\n};\nconst size_t n_assets = %d;\n", n);
}

/* Text files as strings: NAME=FILE becomes `const char NAME[]`. */
static void write_texts(FILE *f, char **specs, int n)
{
    for (int i = 0; i < n; i++) {
        char *file = strchr(specs[i], '=');
        if (!file)
            fail("%s: should be NAME=FILE", specs[i]);
        *file++ = 0;
        struct bytes b = read_file(file, false);
        fprintf(f, "extern const char %s[];\nconst char %s[] =\n", specs[i], specs[i]);
        write_string(f, (const char *)b.p, b.n);
        fputs(";\n", f);
        free(b.p);
    }
}

int main(int argc, char **argv)
{
    void (*write)(FILE *, char **, int) = NULL;
    if (argc >= 3 && strcmp(argv[1], "migrations") == 0)
        write = write_migrations;
    else if (argc >= 3 && strcmp(argv[1], "assets") == 0)
        write = write_assets;
    else if (argc >= 3 && strcmp(argv[1], "texts") == 0)
        write = write_texts;
    if (!write) {
        fputs("usage: embed migrations OUT.c FILES...\n       embed assets OUT.c NAME=FILE=TYPE...\n"
              "       embed texts OUT.c NAME=FILE...\n",
            stderr);
        return 2;
    }
    char *part = joined(argv[2], ".part");
    FILE *f = fopen(part, "wb");
    if (!f)
        fail("%s: %s", part, strerror(errno));
    fputs("/* Made by tools/embed. */\n", f);
    write(f, argv + 3, argc - 3);
    if (fclose(f) != 0 || rename(part, argv[2]) != 0)
        fail("%s: %s", argv[2], strerror(errno));
    free(part);
    return 0;
}
