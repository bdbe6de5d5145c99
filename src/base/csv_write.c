#include "base/csv.h"
#include "base/text.h"

/*
 * OWASP, "CSV Injection": what begins like a formula is run by spreadsheets. A number is no formula; amounts
 * below zero must read back.
 */
static bool is_formula(const char *s)
{
    double number;
    return *s && strchr("=+-@\t\r", *s) && !parse_real(s, &number);
}

static bool needs_quotes(const char *s)
{
    size_t n = strlen(s);
    return s[strcspn(s, ",;|\t\"\r\n")] || *s == ' ' || (n && s[n - 1] == ' ');
}

void csv_write_cell(struct buf *b, const char *text, bool first)
{
    const char *s = text ? text : "";
    bool formula = is_formula(s);
    if (!first)
        buf_addc(b, ',');
    if (!needs_quotes(s) && !(first && !*s)) { /* a lone empty cell would be an empty line */
        if (formula)
            buf_addc(b, '\'');
        buf_adds(b, s);
        return;
    }
    buf_addc(b, '"');
    if (formula)
        buf_addc(b, '\'');
    for (;;) {
        size_t plain = strcspn(s, "\"");
        buf_add(b, s, plain);
        s += plain;
        if (!*s++)
            break;
        buf_adds(b, "\"\"");
    }
    buf_addc(b, '"');
}

void csv_write_end(struct buf *b)
{
    buf_adds(b, "\r\n");
}
