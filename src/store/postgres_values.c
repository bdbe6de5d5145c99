#include "store/postgres.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Object identifiers of the built-in types (PostgreSQL: src/include/catalog/pg_type.dat). */
enum pg_type {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_OID = 26,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701,
    TYPE_NUMERIC = 1700,
};

static void grow(struct pg_args *a, size_t n)
{
    if (n <= a->cap)
        return;
    a->cap = n < 16 ? 16 : n;
    a->values = xrealloc(a->values, a->cap, sizeof *a->values);
    a->lengths = xrealloc(a->lengths, a->cap, sizeof *a->lengths);
    a->formats = xrealloc(a->formats, a->cap, sizeof *a->formats);
    a->numbers = xrealloc(a->numbers, a->cap, sizeof *a->numbers);
}

void pg_args_free(struct pg_args *a)
{
    free(a->values);
    free(a->lengths);
    free(a->formats);
    free(a->numbers);
}

/* As text, so that the server finds the type; blobs as they are. Not a number is null, as SQLite has it. */
static const char *encode(char number[32], const struct value *v)
{
    switch (v->kind) {
    case VALUE_INT: snprintf(number, 32, "%" PRId64, v->i); return number;
    case VALUE_REAL:
        if (isnan(v->r))
            return NULL;
        snprintf(number, 32, "%.17g", v->r);
        return number;
    case VALUE_TEXT: return v->s;
    case VALUE_BLOB: return v->len ? v->b : "";
    case VALUE_NULL: break;
    }
    return NULL;
}

void pg_encode(struct pg_args *out, const struct value *args, size_t n)
{
    grow(out, n);
    for (size_t i = 0; i < n; i++) {
        ASSERT(args[i].len <= INT32_MAX);
        out->values[i] = encode(out->numbers[i], &args[i]);
        out->formats[i] = args[i].kind == VALUE_BLOB;
        out->lengths[i] = args[i].kind == VALUE_BLOB ? (int)args[i].len : 0;
    }
}

static unsigned hex_digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* "\x" and two digits a byte: bytea_output is set to hex on every connection. */
static struct value decode_blob(struct arena *a, const char *hex, size_t length)
{
    ASSERT(length >= 2 && length % 2 == 0 && hex[0] == '\\' && hex[1] == 'x');
    size_t n = length / 2 - 1;
    unsigned char *bytes = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(hex_digit(hex[2 * i + 2]) << 4 | hex_digit(hex[2 * i + 3]));
    return v_blob(bytes, n);
}

struct value pg_decode(struct arena *a, const PGresult *r, int row, int column)
{
    if (PQgetisnull(r, row, column))
        return v_null();
    const char *text = PQgetvalue(r, row, column);
    size_t length = (size_t)PQgetlength(r, row, column);
    switch (PQftype(r, column)) {
    case TYPE_BOOL: return v_int(text[0] == 't');
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
    case TYPE_OID: return v_int(strtoll(text, NULL, 10));
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
    case TYPE_NUMERIC: return v_real(strtod(text, NULL));
    case TYPE_BYTEA: return decode_blob(a, text, length);
    default: return (struct value){.kind = VALUE_TEXT, .s = arena_strndup(a, text, length), .len = length};
    }
}

static bool has_prefix(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

/*
 * Worth another try (PostgreSQL, appendix A): serialization_failure, deadlock_detected, lock_not_available;
 * the classes of lost connections and of a server that is going down or coming up. No code: libpq's own, from
 * a connection that broke.
 */
static bool may_pass(const char *code)
{
    static const char *const codes[] = {"40001", "40P01", "55P03", "08", "57P01", "57P02", "57P03"};
    if (!code)
        return true;
    for (size_t i = 0; i < COUNT(codes); i++)
        if (has_prefix(code, codes[i]))
            return true;
    return false;
}

/*
 * "table.column[,table.column]" as SQLite has it, from the detail "Key (a, b)=(1, 2) already exists.": its
 * words are translated, its punctuation is not. The index's name where it is over expressions.
 */
static void violated(char *out, size_t size, const PGresult *r)
{
    const char *index = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
    const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
    const char *from = detail ? strchr(detail, '(') : NULL;
    const char *to = from ? strstr(from, ")=(") : NULL;
    snprintf(out, size, "%s", index ? index : "?");
    if (!table || !to || memchr(from + 1, '(', (size_t)(to - from - 1)))
        return;
    size_t n = 0;
    for (const char *s = from + 1; s < to && n < size; s += strspn(s, ", ")) {
        int length = (int)strcspn(s, ",)");
        n += (size_t)snprintf(out + n, size - n, "%s%s.%.*s", n ? "," : "", table, length, s);
        s += length;
    }
}

enum status pg_failed(struct db *db, const char *sql, const PGresult *r)
{
    const char *code = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorMessage(r);
    if (!code || strcmp(code, "23505") != 0)
        return db_fail(db, may_pass(code) ? RETRY : BROKEN, sql, message);
    char unique[sizeof db->unique];
    violated(unique, sizeof unique, r);
    return db_fail_unique(db, sql, message, unique);
}

void pg_heard(struct pg *pg, const PGresult *r)
{
    pg->leaving |= streq(PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED), "FATAL");
}
