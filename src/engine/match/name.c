#include "engine/match/name.h"

#include "base/text.h"
#include "engine/match/lookalike.h"
#include "engine/match/words.h"

#include <utf8proc.h>

#define MAX_RAW 48 /* tokens before legal forms and descriptors are taken off */

/* A token while the name is taken apart. */
struct raw {
    const char *p;
    uint8_t len;
    bool dot, glued_dot, slash, tail, bracket, initials;
    const struct word *word;
};

struct lexer {
    char buffer[2 * NAME_MAX_TEXT];
    size_t used;
    struct raw raw[MAX_RAW];
    size_t n;
    bool descriptor;  /* something of a securities list was cut off */
    bool legal;       /* the last thing cut off was a legal form */
    const char *form; /* the last legal form of the name, or NULL */
};

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i++)
        seed = (seed ^ p[i]) * UINT64_C(0x100000001b3);
    return seed;
}

/* --- securities lists: par values at the end --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

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

/* --- tokens --- */

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
    while (p < end && lx->n < MAX_RAW) {
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

/* ".com" and the like behind a token. */
static bool is_name_suffix(const struct raw *r)
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

static unsigned flags_of(const struct raw *r)
{
    return r->word ? r->word->flags : 0;
}

static bool is_word(const struct raw *r, const char *s)
{
    return strlen(s) == r->len && memcmp(r->p, s, r->len) == 0;
}

static void remove_raw(struct lexer *lx, size_t at, size_t count)
{
    memmove(lx->raw + at, lx->raw + at + count, (lx->n - at - count) * sizeof *lx->raw);
    lx->n -= count;
}

/* --- what is no part of the name --- */

static bool is_one_of(const struct raw *r, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_word(r, words[i]))
            return true;
    return false;
}

/* "class a", "cl.a", "common stock", a lone "b": returns how many tokens at the end say so. */
static size_t class_at_end(const struct lexer *lx)
{
    static const char *const classes[] = {"class", "cl", "ser", "series"};
    static const char *const kinds[] = {
        "common", "ordinary", "preferred", "registered", "voting", "subordinate"};
    static const char *const shares[] = {"share", "shares", "stock"};
    if (lx->n < 3)
        return 0;
    const struct raw *last = &lx->raw[lx->n - 1], *before = last - 1;
    if (last->len <= 2 && is_one_of(before, classes, COUNT(classes)))
        return 2;
    if (is_one_of(last, shares, COUNT(shares)) && is_one_of(before, kinds, COUNT(kinds)))
        return 2;
    return last->len == 1 && *last->p >= 'a' && *last->p <= 'c' && before->len > 1;
}

static bool is_security_at_end(const struct lexer *lx)
{
    const struct raw *r = &lx->raw[lx->n - 1];
    unsigned flags = flags_of(r);
    if (flags & WORD_SECURITY)
        return true;
    unsigned before = flags_of(r - 1);
    bool marked = lx->descriptor || (before & (WORD_LEGAL | WORD_SECURITY));
    if (is_word(r, "on") && (marked || (before & WORD_SECURITY_WEAK))) /* "INH ON": no par value */
        return true;
    if (marked && r->len == 1 && lx->n > 2 && !is_digit(*r->p))
        return true;
    return marked && (flags & WORD_SECURITY_WEAK);
}

static bool is_legal_at_end(const struct lexer *lx)
{
    const struct raw *r = &lx->raw[lx->n - 1];
    unsigned flags = flags_of(r);
    bool whole = !r->dot || r->initials; /* "en." is energy */
    return (flags & (WORD_LEGAL | WORD_LEGAL_END)) || (lx->legal && whole && (flags & WORD_LEGAL_CHAIN));
}

static void note_form(struct lexer *lx, const struct word *w)
{
    if (!lx->form && (w->flags & (WORD_LEGAL | WORD_LEGAL_END)))
        lx->form = w->canonical ? w->canonical : w->text;
}

/* Takes legal forms, descriptors and registrar's suffixes off the end, the first token excepted. */
static void strip_end(struct lexer *lx)
{
    while (lx->n > 1) {
        const struct raw *last = &lx->raw[lx->n - 1];
        size_t share_class = class_at_end(lx);
        if (share_class) {
            lx->n -= share_class;
            lx->descriptor = true;
        } else if (last->slash && word_is_registrar_suffix(last->p, last->len)) {
            lx->n--;
        } else if (is_legal_at_end(lx)) {
            note_form(lx, last->word);
            lx->n--;
            lx->legal = true;
        } else if (is_security_at_end(lx)) {
            lx->n--;
            lx->descriptor = true;
            lx->legal = false;
        } else if (flags_of(last) & WORD_STOP) { /* "Macerich Co., The" */
            lx->n--;
        } else {
            return;
        }
    }
}

static void strip_front(struct lexer *lx)
{
    while (lx->n > 1 && (flags_of(&lx->raw[0]) & WORD_STOP))
        remove_raw(lx, 0, 1);
    if (lx->n > 1 && (flags_of(&lx->raw[0]) & WORD_LEGAL_FRONT))
        remove_raw(lx, 0, 1);
}

/* "... Aktiengesellschaft in Munchen": cuts off where it has its seat. */
static void strip_seat(struct lexer *lx)
{
    for (size_t i = 2; i + 1 < lx->n; i++)
        if (is_word(&lx->raw[i], "in") && (flags_of(&lx->raw[i - 1]) & WORD_LEGAL)) {
            lx->n = i;
            return;
        }
}

/*
 * Drops the stop words and the legal forms in the middle, but leaves something. What stands behind a legal
 * form tells less.
 */
static void strip_middle(struct lexer *lx)
{
    size_t to = 0;
    bool tail = false;
    for (size_t i = 0; i < lx->n; i++) {
        unsigned flags = flags_of(&lx->raw[i]);
        bool legal = to && (flags & WORD_LEGAL) && i + 1 < lx->n;
        bool last_chance = to == 0 && i + 1 == lx->n;
        tail |= legal;
        if (((flags & WORD_STOP) || legal) && !last_chance)
            continue;
        lx->raw[to] = lx->raw[i];
        lx->raw[to++].tail |= tail;
    }
    lx->n = to;
}

/* Brackets that say nothing of the name: (the), (member), (class a). */
static void strip_brackets(struct lexer *lx)
{
    static const char *const empty[] = {"the", "member", "contributor", "supporter", "class", "series",
        "demat", "fria", "publ", "new", "old", "prom", "sub", "inc", "company", "co", "hk", "ltd"};
    for (size_t i = 0; i < lx->n;) {
        bool drop = lx->raw[i].bracket && is_one_of(&lx->raw[i], empty, COUNT(empty));
        size_t count = 1;
        while (drop && i + count < lx->n && lx->raw[i + count].bracket && lx->raw[i + count].len <= 2)
            count++;
        if (drop && lx->n > count)
            remove_raw(lx, i, count);
        else
            i++;
    }
}

/* --- further names in the text --- */

/* Whether the token spells the initials of the N tokens before it, in order ("information systems (is)"). */
static bool is_acronym_of(const struct raw *acronym, const struct raw *before, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n && at < acronym->len; i++)
        at += before[i].p[0] == acronym->p[at];
    return acronym->len >= 2 && acronym->len <= 8 && n >= 2 && at == acronym->len;
}

/* Where another name begins: behind "formerly", "dba", "fka" ... or at an acronym in brackets. 0: nowhere. */
static size_t second_name(const struct lexer *lx, size_t *skip)
{
    static const char *const marks[] = {"formerly", "dba", "fka", "aka", "previously", "vormals"};
    for (size_t i = 1; i < lx->n; i++) {
        const struct raw *r = &lx->raw[i];
        bool marked = i + 1 < lx->n && is_one_of(r, marks, COUNT(marks));
        *skip = marked;
        if (marked || (r->bracket && i + 1 == lx->n && is_acronym_of(r, lx->raw, i)))
            return i;
    }
    return 0;
}

/* --- building --- */

static bool add_letters(struct parsed_name *out, const char *p, size_t n, unsigned flags)
{
    if (out->n == NAME_MAX_TOKENS || out->text_len + n > sizeof out->text || n == 0)
        return false;
    memcpy(out->text + out->text_len, p, n);
    out->token[out->n++] =
        (struct parsed_token){.at = (uint8_t)out->text_len, .len = (uint8_t)n, .flags = (uint8_t)flags};
    out->text_len += n;
    return true;
}

static unsigned token_flags(const struct raw *r, const struct word *meaning)
{
    unsigned word = meaning ? meaning->flags : 0, flags = 0;
    flags |= word & WORD_GENERIC ? TOKEN_GENERIC : 0;
    flags |= word & WORD_COMMON ? TOKEN_COMMON : 0;
    flags |= r->dot ? TOKEN_DOTTED : 0;
    flags |= r->tail ? TOKEN_TAIL : 0;
    flags |= r->slash ? TOKEN_SLASH : 0;
    flags |= is_name_suffix(r) ? TOKEN_GLUED_DOT : 0;
    return flags;
}

/* "united states" is us, as people write it. */
static bool is_united_states(const struct raw *r, const struct raw *end)
{
    return r + 1 < end && is_word(r, "united") && is_word(r + 1, "states");
}

static void add_tokens(const struct lexer *lx, struct parsed_name *out)
{
    const struct raw *end = lx->raw + lx->n;
    for (const struct raw *r = lx->raw; r < end; r++) {
        const struct word *meaning = r->word;
        const char *p = r->p;
        size_t n = r->len;
        unsigned flags = token_flags(r, meaning);
        if (is_united_states(r, end)) {
            p = "us";
            n = 2;
            r++;
        } else if (meaning && meaning->canonical) {
            p = meaning->canonical;
            n = strlen(p);
            flags = token_flags(r, word_find(p, n));
            flags &= ~(unsigned)TOKEN_DOTTED;
            flags |= meaning->flags & WORD_ABBREVIATION ? TOKEN_WRITTEN_OUT : 0;
        }
        if (!add_letters(out, p, n, flags))
            return;
        out->shortened |= r->dot && r->len > 1;
    }
}

/* Takes off the glued legal forms of scripts without spaces. */
static void strip_glued(struct lexer *lx)
{
    if (lx->n == 0)
        return;
    struct raw *first = &lx->raw[0], *last = &lx->raw[lx->n - 1];
    size_t front = word_glued_front(first->p, first->len);
    first->p += front;
    first->len = (uint8_t)(first->len - front);
    last->len = (uint8_t)(last->len - word_glued_end(last->p, last->len));
}

static void finish(struct lexer *lx, struct parsed_name *out)
{
    *out = (struct parsed_name){.n = 0};
    strip_brackets(lx);
    strip_glued(lx);
    strip_seat(lx);
    strip_front(lx);
    strip_end(lx);
    strip_middle(lx);
    add_tokens(lx, out);
    out->shortened |= lx->descriptor;
    out->form = lx->form;
}

size_t name_parse(struct arena *scratch, const char *text, struct parsed_name out[NAME_MAX_PARSED])
{
    const char *folded = text_fold(scratch, lookalikes_to_latin(scratch, text));
    size_t n = strnlen(folded, 2 * NAME_MAX_TEXT), cut = cut_no_par(folded, cut_par_value(folded, n)),
           count = 0;
    struct lexer lx = {.descriptor = cut < n};
    lex(&lx, folded, folded + cut);
    join_initials(&lx);
    while (lx.n && count < NAME_MAX_PARSED) {
        size_t skip = 0, at = count + 1 < NAME_MAX_PARSED ? second_name(&lx, &skip) : 0;
        struct lexer rest = lx;
        if (at)
            lx.n = at;
        finish(&lx, &out[count]);
        count += out[count].n > 0;
        if (!at)
            break;
        remove_raw(&rest, 0, at + skip);
        lx = rest;
    }
    return count;
}

/*
 * Appends the letters with ae, oe, ue and (not at the beginning) aa as a, o, u, a: how umlauts and å are
 * written without them, in names that have lost them and in names that have not.
 */
static size_t transliterate(char *to, const char *from, size_t n)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        to[len++] = from[i];
        bool umlaut = from[i] == 'a' || from[i] == 'o' || from[i] == 'u', ring = i && from[i] == 'a';
        while (i + 1 < n && ((umlaut && from[i + 1] == 'e') || (ring && from[i + 1] == 'a')))
            i++;
    }
    return len;
}

static unsigned weight_of(unsigned flags, size_t len, bool first)
{
    unsigned weight = flags & TOKEN_GENERIC ? 30 : flags & TOKEN_COMMON ? 65 : 100;
    if (flags & TOKEN_GLUED_DOT)
        weight = 15;
    if (len == 1)
        weight = first ? 60 : 25;
    if (flags & TOKEN_TAIL)
        weight = weight / 2;
    return weight;
}

const struct name *name_build(struct arena *a, const struct parsed_name *p)
{
    struct name *name = arena_alloc(a, sizeof *name + p->n * sizeof name->token[0] + p->text_len);
    char *text = (char *)(name->token + p->n);
    size_t used = 0;
    *name = (struct name){.exact = hash_bytes(HASH_SEED, p->text, p->text_len),
        .n = (uint8_t)p->n,
        .shortened = p->shortened,
        .form = p->form ? (uint32_t)hash_bytes(HASH_SEED, p->form, strlen(p->form)) : 0,
        .text = text};
    for (size_t i = 0; i < p->n; i++) {
        const struct parsed_token *from = &p->token[i];
        size_t len = transliterate(text + used, p->text + from->at, from->len);
        struct token *t = &name->token[i];
        *t = (struct token){.hash = (uint32_t)hash_bytes(HASH_SEED, text + used, len),
            .at = (uint8_t)used,
            .len = (uint8_t)len,
            .flags = from->flags,
            .weight = (uint8_t)weight_of(from->flags, len, i == 0)};
        used += len;
        name->weight = (uint16_t)(name->weight + t->weight);
        name->bag += (uint64_t)t->hash * UINT64_C(0x9e3779b97f4a7c15);
    }
    name->loose = hash_bytes(HASH_SEED, text, used);
    return name;
}
