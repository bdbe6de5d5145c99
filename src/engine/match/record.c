#include "engine/match/record.h"

#include "base/text.h"

#include <stdio.h>

/* --- countries --- */

/* Names that people use beside the English short name. Sorted (the tests look every one up). */
static const struct country_alias {
    const char *alias, *name;
} country_aliases[] = {
    {"america", "united states"},
    {"bosnia", "bosnia and herzegovina"},
    {"brasil", "brazil"},
    {"britain", "united kingdom"},
    {"czech republic", "czechia"},
    {"deutschland", "germany"},
    {"england", "united kingdom"},
    {"espana", "spain"},
    {"great britain", "united kingdom"},
    {"holland", "netherlands"},
    {"hong kong sar", "hong kong"},
    {"italia", "italy"},
    {"korea", "south korea"},
    {"korea, republic of", "south korea"},
    {"macau", "macao"},
    {"northern ireland", "united kingdom"},
    {"osterreich", "austria"},
    {"p.r. china", "china"},
    {"people's republic of china", "china"},
    {"polska", "poland"},
    {"prc", "china"},
    {"republic of korea", "south korea"},
    {"russian federation", "russia"},
    {"schweiz", "switzerland"},
    {"scotland", "united kingdom"},
    {"suisse", "switzerland"},
    {"the netherlands", "netherlands"},
    {"turkey", "turkiye"},
    {"u.k.", "united kingdom"},
    {"u.s.", "united states"},
    {"u.s.a.", "united states"},
    {"uae", "united arab emirates"},
    {"uk", "united kingdom"},
    {"united states of america", "united states"},
    {"usa", "united states"},
    {"viet nam", "vietnam"},
    {"wales", "united kingdom"},
};

static int by_alias(const void *key, const void *entry)
{
    return strcmp(key, ((const struct country_alias *)entry)->alias);
}

static const char *unalias(const char *folded)
{
    const struct country_alias *found =
        bsearch(folded, country_aliases, COUNT(country_aliases), sizeof country_aliases[0], by_alias);
    return found ? found->name : folded;
}

/* The folded English name of a code or name; what is neither stands for itself. NULL when empty. */
static const char *normal_country(struct arena *a, const char *text)
{
    if (!text || !*text)
        return NULL;
    const char *folded = text_squeeze(a, text_fold(a, text));
    if (!*folded)
        return NULL;
    const char *plain = unalias(folded);
    if (plain != folded || strlen(folded) != 2)
        return plain;
    const char code[3] = {(char)(folded[0] & ~32), (char)(folded[1] & ~32), 0};
    const char *name = country_name(code);
    return name ? unalias(text_fold(a, name)) : folded;
}

static uint64_t hash_text(const char *s)
{
    return s && *s ? hash_bytes(HASH_SEED, s, strlen(s)) : 0;
}

static uint64_t city_hash(struct arena *a, const char *city)
{
    return city && *city ? hash_text(text_squeeze(a, text_fold(a, city))) : 0;
}

/* --- names --- */

struct names {
    const struct name *name[RECORD_MAX_NAMES];
    size_t n;
};

static bool add_names(struct arena *a, struct names *names, const char *text)
{
    struct parsed_name parsed[NAME_MAX_PARSED];
    size_t n = text ? name_parse(a, text, parsed) : 0;
    for (size_t i = 0; i < n && names->n < RECORD_MAX_NAMES; i++)
        names->name[names->n++] = name_build(a, &parsed[i]);
    return n > 0;
}

/* The letters of the domain's first label, without hyphens. */
static size_t label_of(const char *domain, char out[64])
{
    size_t n = 0;
    for (const char *p = domain; *p && *p != '.' && n < 63; p++)
        if (*p != '-')
            out[n++] = *p;
    out[n] = 0;
    return n;
}

static void set_domain(struct arena *a, struct match_record *r, const char *text)
{
    char label[64];
    r->domain = match_domain(a, text);
    if (!r->domain || match_domain_is_shared(r->domain))
        return;
    r->domain_hash = hash_text(r->domain);
    label_of(r->domain, label);
    r->label_hash = hash_text(text_fold(a, label));
}

const struct match_record *match_prepare(struct arena *a, const struct match_company *c)
{
    struct names names = {.n = 0};
    struct match_record head = {.country = normal_country(a, c->country)};
    set_domain(a, &head, c->domain);
    add_names(a, &names, c->name);
    for (size_t i = 0; i < c->n_aliases; i++)
        add_names(a, &names, c->aliases[i]);
    if (names.n == 0 && head.domain_hash) {
        char label[64];
        size_t n = strcspn(head.domain, ".");
        snprintf(label, sizeof label, "%.*s", (int)n, head.domain);
        head.named_by_domain = add_names(a, &names, label);
    }
    head.country_hash = hash_text(head.country);
    head.city_hash = city_hash(a, c->city);
    head.n_names = (uint8_t)names.n;
    struct match_record *r = arena_alloc(a, sizeof *r + names.n * sizeof r->name[0]);
    *r = head;
    if (names.n)
        memcpy(r->name, names.name, names.n * sizeof r->name[0]);
    return r;
}

const char *match_name_key(struct arena *a, const char *name)
{
    struct parsed_name parsed[NAME_MAX_PARSED];
    struct buf out = buf_in(a, 2 * NAME_MAX_TEXT);
    size_t n = name ? name_parse(a, name, parsed) : 0;
    for (size_t i = 0; n && i < parsed[0].n; i++) {
        if (i)
            buf_addc(&out, ' ');
        buf_add(&out, parsed[0].text + parsed[0].token[i].at, parsed[0].token[i].len);
    }
    return buf_str(&out);
}

/* --- keys --- */

/* A key under construction; what does not fit is cut, the same way every time. */
struct key {
    char text[NAME_MAX_TEXT + 80];
    size_t n;
};

static void key_add(struct key *k, const char *p, size_t n)
{
    if (n > sizeof k->text - k->n)
        n = sizeof k->text - k->n;
    memcpy(k->text + k->n, p, n);
    k->n += n;
}

static struct key key_of(const char *kind, const char *p, size_t n)
{
    struct key k;
    k.n = 0; /* the text is not cleared: this runs for every key of every row */
    key_add(&k, kind, strlen(kind));
    key_add(&k, p, n);
    return k;
}

static size_t text_length(const struct name *name)
{
    return name->n ? (size_t)name->token[name->n - 1].at + name->token[name->n - 1].len : 0;
}

/* Bytes of at most COUNT characters of the N bytes at P. */
static size_t characters(const char *p, size_t n, size_t count)
{
    size_t at = 0;
    while (at < n && count--)
        for (at++; at < n && ((unsigned char)p[at] & 0xc0) == 0x80;)
            at++;
    return at;
}

static void emit_country_and_name(
    const struct match_record *r, const struct name *name, record_key_fn *emit, void *ctx)
{
    struct key k = key_of("c:", r->country ? r->country : "", r->country ? strlen(r->country) : 0);
    key_add(&k, ":", 1);
    key_add(&k, name->text, text_length(name));
    emit(ctx, k.text, k.n, true);
}

/* The tokens in alphabetical order, so that "schwab charles" meets "charles schwab". */
static void emit_sorted(const struct name *name, record_key_fn *emit, void *ctx)
{
    char hex[24];
    int n = snprintf(hex, sizeof hex, "s:%016llx", (unsigned long long)name->bag);
    emit(ctx, hex, (size_t)n, false);
}

static void emit_initials(const struct name *name, record_key_fn *emit, void *ctx)
{
    struct key k = key_of("a:", "", 0);
    const struct token *first = &name->token[0];
    if (name->n >= 3)
        for (size_t i = 0; i < name->n && i < 6; i++)
            key_add(&k, name->text + name->token[i].at,
                characters(name->text + name->token[i].at, name->token[i].len, 1));
    else if (name->n == 1 && first->len >= 3 && first->len <= 6)
        key_add(&k, name->text + first->at, first->len);
    else
        return;
    emit(ctx, k.text, k.n, false);
}

/* The beginning of the first token, alone and with the initial of the second. */
static void emit_beginnings(const struct name *name, record_key_fn *emit, void *ctx)
{
    const struct token *first = &name->token[0];
    const char *p = name->text + first->at;
    struct key k;
    if (name->n >= 2) {
        const struct token *second = &name->token[1];
        k = key_of("q:", p, characters(p, first->len, 2));
        key_add(&k, "+", 1);
        key_add(&k, name->text + second->at, characters(name->text + second->at, second->len, 2));
        emit(ctx, k.text, k.n, false);
    }
    k = key_of("p:", p, characters(p, first->len, 4));
    emit(ctx, k.text, k.n, false);
}

static void emit_tokens(const struct name *name, bool common, record_key_fn *emit, void *ctx)
{
    for (size_t i = 0; i < name->n; i++) {
        const struct token *t = &name->token[i];
        if (t->len < 2 || (t->flags & (TOKEN_GENERIC | TOKEN_GLUED_DOT)) ||
            !!(t->flags & TOKEN_COMMON) != common)
            continue;
        const char *p = name->text + t->at;
        size_t n = t->len > 4 && p[t->len - 1] == 's' ? t->len - 1u : t->len;
        struct key k = key_of("t:", p, n);
        emit(ctx, k.text, k.n, false);
    }
}

void record_keys(const struct match_record *r, record_key_fn *emit, void *ctx)
{
    struct key k;
    if (r->domain_hash) {
        k = key_of("d:", r->domain, strlen(r->domain));
        emit(ctx, k.text, k.n, true);
    }
    for (size_t i = 0; i < r->n_names && !r->named_by_domain; i++)
        emit_country_and_name(r, r->name[i], emit, ctx);
    for (size_t i = 0; i < r->n_names; i++) {
        k = key_of("n:", r->name[i]->text, text_length(r->name[i]));
        emit(ctx, k.text, k.n, false);
    }
    if (r->domain_hash && !r->named_by_domain) { /* a name typed as the domain spells it */
        char label[64];
        k = key_of("n:", label, label_of(r->domain, label));
        emit(ctx, k.text, k.n, false);
    }
    for (size_t i = 0; i < r->n_names; i++) {
        if (r->name[i]->n > 1)
            emit_sorted(r->name[i], emit, ctx);
        emit_initials(r->name[i], emit, ctx);
    }
    for (size_t i = 0; i < r->n_names; i++)
        emit_tokens(r->name[i], false, emit, ctx);
    for (size_t i = 0; i < r->n_names; i++)
        emit_beginnings(r->name[i], emit, ctx);
    for (size_t i = 0; i < r->n_names; i++)
        emit_tokens(r->name[i], true, emit, ctx);
}

struct collector {
    struct arena *arena;
    struct match_keys *keys;
};

static void collect(void *ctx, const char *text, size_t n, bool exact)
{
    struct collector *c = ctx;
    struct match_keys *keys = c->keys;
    for (size_t i = 0; i < keys->n; i++)
        if (strlen(keys->key[i]) == n && memcmp(keys->key[i], text, n) == 0)
            return;
    if (keys->n == MATCH_MAX_KEYS)
        return;
    keys->key[keys->n++] = arena_strndup(c->arena, text, n);
    keys->n_exact += exact;
}

void match_keys(struct arena *a, const struct match_record *r, struct match_keys *out)
{
    struct collector c = {a, out};
    *out = (struct match_keys){.n = 0};
    record_keys(r, collect, &c);
}
