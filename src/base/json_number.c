#include "base/json_number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The decimal 0.DIGITS x 10^POINT. */
struct decimal {
    char digits[20];
    int n, point;
};

static double decimal_value(const struct decimal *d)
{
    char text[40];
    snprintf(text, sizeof text, "0.%se%d", d->digits, d->point);
    return strtod(text, NULL);
}

/* V rounded to N significant digits. */
static struct decimal decimal_of(double v, int n)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", n - 1, v); /* d.ddde+xx */
    struct decimal d = {.n = n};
    d.digits[0] = text[0];
    if (n > 1)
        memcpy(d.digits + 1, text + 2, (size_t)n - 1);
    d.point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
    return d;
}

/* The next decimal of as many digits. */
static void decimal_step_up(struct decimal *d)
{
    int i = d->n - 1;
    while (i >= 0 && d->digits[i] == '9')
        d->digits[i--] = '0';
    if (i >= 0) {
        d->digits[i]++;
    } else {
        d->digits[0] = '1';
        d->point++;
    }
}

/*
 * The shortest decimal that reads back as V (finite, > 0), and of these the closest: the digits that
 * ECMAScript's Number::toString takes. A normal double holds any 15 digits, so shorter forms are found by
 * cutting zeros. Above a power of two the neighbours lie wider apart than below it, so that the closest
 * decimal may miss V while the next one up does not.
 */
static struct decimal shortest(double v)
{
    int exponent;
    bool power_of_two = frexp(v, &exponent) == 0.5;
    struct decimal d;
    for (int n = v < DBL_MIN ? 1 : DBL_DIG;; n++) {
        d = decimal_of(v, n);
        if (n == DBL_DECIMAL_DIG || decimal_value(&d) == v)
            break;
        decimal_step_up(&d);
        if (power_of_two && decimal_value(&d) == v)
            break;
    }
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.digits[--d.n] = 0;
    return d;
}

static void add_zeros(struct buf *b, int n)
{
    while (n-- > 0)
        buf_addc(b, '0');
}

void json_add_number(struct buf *b, double v)
{
    if (v == 0) { /* negative zero too */
        buf_addc(b, '0');
        return;
    }
    if (fabs(v) < 1e15 && v == (double)(int64_t)v) { /* the same digits, without a search */
        buf_add_int(b, (int64_t)v);
        return;
    }
    if (v < 0)
        buf_addc(b, '-');
    struct decimal d = shortest(fabs(v));
    if (d.point > 21 || d.point <= -6) {
        buf_addc(b, d.digits[0]);
        if (d.n > 1)
            buf_addf(b, ".%s", d.digits + 1);
        buf_addf(b, "e%+d", d.point - 1);
    } else if (d.point <= 0) {
        buf_adds(b, "0.");
        add_zeros(b, -d.point);
        buf_adds(b, d.digits);
    } else if (d.point < d.n) {
        buf_addf(b, "%.*s.%s", d.point, d.digits, d.digits + d.point);
    } else {
        buf_adds(b, d.digits);
        add_zeros(b, d.point - d.n);
    }
}
