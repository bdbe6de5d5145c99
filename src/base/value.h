/*
 * The typed values of the house. Money, dates, instants and references are one-member structs, so that the
 * compiler keeps them apart; `struct value` is what a row, a parameter or an input holds by field.
 */
#ifndef TANDEM_VALUE_H
#define TANDEM_VALUE_H

#include "base/base.h"

/* Minor units of one amount at most: a trillion in whole units; more is a slip of the keyboard. */
#define AMOUNT_MAX INT64_C(100000000000000)

struct money {
    int64_t minor; /* minor units; the currency stands in a field beside it */
};
struct instant {
    int64_t us; /* microseconds since 1970-01-01 UTC */
};
struct date {
    int32_t days; /* days since 1970-01-01, or DATE_NONE */
};
#define DATE_NONE INT32_MIN
struct ref {
    int64_t id; /* of a row; 0 is none */
};

enum value_kind { VALUE_NULL = 0, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BLOB };

/* What a database column holds. Text is UTF-8 and NUL-terminated; memory belongs to whoever made the value.
 */
struct value {
    enum value_kind kind;
    union {
        int64_t i;
        double r;
        const char *s;
        const void *b;
    };
    size_t len; /* of text and blob */
};

static inline struct value v_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}
static inline struct value v_int(int64_t i)
{
    return (struct value){.kind = VALUE_INT, .i = i};
}
static inline struct value v_real(double r)
{
    return (struct value){.kind = VALUE_REAL, .r = r};
}
/* NULL becomes the null value. */
static inline struct value v_text(const char *s)
{
    return s ? (struct value){.kind = VALUE_TEXT, .s = s, .len = strlen(s)} : v_null();
}
static inline struct value v_blob(const void *b, size_t n)
{
    return (struct value){.kind = VALUE_BLOB, .b = b, .len = n};
}
/* The null value for 0: a reference to nothing. */
static inline struct value v_ref(int64_t id)
{
    return id ? v_int(id) : v_null();
}

#endif
