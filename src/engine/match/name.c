#include "engine/match/name.h"

#include "base/text.h"
#include "engine/match/lexer.h"
#include "engine/match/lookalike.h"
#include "engine/match/words.h"

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i++)
        seed = (seed ^ p[i]) * UINT64_C(0x100000001b3);
    return seed;
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
    size_t count = 0;
    struct lexer lx = {.n = 0};
    lex_name(&lx, folded);
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
