#include "engine/match/lexer.h"

#include <utf8proc.h>

/* ---- securities lists: par values at the end ---- */

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static size_t trim_end(const char *s, size_t n)
{
    while (n && (s[n - 1] == ' ' || s[n - 1] == '.' || s[n - 1] == ','))
        n--;
    return n;
}

/* Cuts "O.N." (no par value) off the end. */
static size_t cut_no_par(const char *s, size_t n)
{
    size_t end = trim_end(s, n);
    bool found = end > 5 && memcmp(s + end - 3, "o.n", 3) == 0 && !is_letter(s[end - 4]);
    return found ? end - 3 : n;
}

/*
 * Cuts a par value off the end, as German securities lists write it: "DL-,01", "EO 1,60", "LS -,10", "DL1",
 * "-,00001", also written onto the last word. Returns the new length.
 */
static size_t cut_par_value(const char *s, size_t n)
{
    size_t end = trim_end(s, n), p = end;
    while (p && is_digit(s[p - 1]))
        p--;
    if (p == end)
        return n;
    bool fraction = p && (s[p - 1] == ',' || s[p - 1] == '.');
    if (fraction) {
        p--;
        while (p && is_digit(s[p - 1]))
            p--;
    }
    bool dash = p && s[p - 1] == '-';
    p -= dash;
    bool comma = p && s[p - 1] == ','; /* "DL,-001" */
    p -= comma;
    while (p && s[p - 1] == ' ')
        p--;
    if (p < 4)
        return n;
    bool code = word_is_list_currency(s + p - 2);
    bool apart = !is_letter(s[p - 3]) && !is_digit(s[p - 3]);
    if (code && (apart || dash || fraction))
        return p - 2;
    return dash && fraction ? p : n;
}

/* ---- tokens ---- */

/* Bytes of the letter or digit at P, 0 when it is a separator. */
static size_t token_char(const char *p, const char *end)
{
    unsigned char c = (unsigned char)*p;
    if (c < 0x80)
        return is_letter(*p) || is_digit(*p);
    utf8proc_int32_t point;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p, &point);
    if (used <= 0)
        return 0;
    utf8proc_category_t k = utf8proc_category(point);
    bool word = (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO);
    return word ? (size_t)used : 0;
}

static bool is_apostrophe(char c)
{
    return c == '\'' || c == '`';
}

/* Appends the token at P to the lexer; returns where it ends. */
static const char *lex_token(struct lexer *lx, const char *p, const char *end, struct raw *r)
{
    char *to = lx->buffer + lx->used;
    size_t len = 0, step;
    for (; p < end; p += step) {
        step = token_char(p, end);
        if (!step && is_apostrophe(*p)) {
            step = 1;
            continue;
        }
        if (!step)
            break;
        if (len + step <= 64 && lx->used + len + step <= sizeof lx->buffer) {
            memcpy(to + len, p, step);
            len += step;
        }
    }
    r->p = to;
    r->len = (uint8_t)len;
    lx->used += len;
    return p;
}

static void lex(struct lexer *lx, const char *p, const char *end)
{
    bool tail = false;
    int depth = 0;
    const char *separator = p; /* of the run of separators before the token */
    while (p < end && lx->n < LEXER_TOKENS) {
        if (!token_char(p, end)) {
            depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
            depth = depth < 0 ? 0 : depth;
            p += 1;
            while (p < end && ((unsigned char)*p & 0xc0) == 0x80)
                p++;
            continue;
        }
        size_t gap = (size_t)(p - separator);
        struct raw r = {.bracket = depth > 0};
        r.slash = memchr(separator, '/', gap) || memchr(separator, '\\', gap);
        r.glued_dot = gap == 1 && *separator == '.' && lx->n;
        tail |= lx->n && gap >= 3 && *separator == ' ' && p[-1] == ' ' &&
                (separator[1] == '-' || (unsigned char)separator[1] >= 0x80);
        r.tail = tail;
        p = lex_token(lx, p, end, &r);
        r.dot = p < end && *p == '.';
        separator = p;
        if (r.len)
            lx->raw[lx->n++] = r;
    }
}

bool is_name_suffix(const struct raw *r)
{
    return r->glued_dot && word_is_name_suffix(r->p, r->len);
}

/* Single letters in a row become one token: "s.a." sa, "j. b." jb, "3 d" 3d, "a/s" as. */
static void join_initials(struct lexer *lx)
{
    size_t to = 0;
    for (size_t i = 0; i < lx->n; i++) {
        struct raw *last = to ? &lx->raw[to - 1] : NULL;
        struct raw r = lx->raw[i];
        r.initials = r.len == 1;
        bool joins =
            last && last->initials && r.initials && last->bracket == r.bracket && last->p + last->len == r.p;
        if (joins) {
            last->len++;
            last->dot = r.dot;
        } else {
            lx->raw[to++] = r;
        }
    }
    lx->n = to;
    for (size_t i = 0; i < lx->n; i++) {
        lx->raw[i].word = word_find(lx->raw[i].p, lx->raw[i].len);
        if (i && is_name_suffix(&lx->raw[i])) /* "robin.io": that dot shortens nothing */
            lx->raw[i - 1].dot = false;
    }
}

void lex_name(struct lexer *lx, const char *folded)
{
    size_t n = strnlen(folded, 2 * NAME_MAX_TEXT), cut = cut_no_par(folded, cut_par_value(folded, n));
    lx->descriptor = cut < n;
    lex(lx, folded, folded + cut);
    join_initials(lx);
}
