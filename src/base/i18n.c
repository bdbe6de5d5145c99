#include "base/i18n.h"

#include "base/messages.h"

#include <stdlib.h>
#include <strings.h>

static const char *const codes_of[LANG_COUNT] = {[LANG_EN] = "en", [LANG_DE] = "de"};

static enum lang checked(enum lang lang)
{
    ASSERT((unsigned)lang < LANG_COUNT);
    return lang;
}

static int compare_text(const void *key, const void *message)
{
    return strcmp(key, ((const struct message *)message)->text);
}

const struct message *message_find(const struct message_table *table, const char *text)
{
    return table->n ? bsearch(text, table->messages, table->n, sizeof *table->messages, compare_text) : NULL;
}

static const struct message *find(enum lang lang, const char *text)
{
    return message_find(&message_tables[checked(lang)], text);
}

const char *tr(enum lang lang, const char *text)
{
    const struct message *m = find(lang, text);
    return m ? m->forms[0] : text;
}

/* "nplurals=2; plural=(n != 1)", which holds for every language there is so far. */
static size_t plural_form(int64_t n)
{
    return n != 1;
}

const char *trn(enum lang lang, const char *one, const char *many, int64_t n)
{
    const struct message *m = find(lang, one);
    size_t form = plural_form(n);
    if (m && m->forms[form])
        return m->forms[form];
    return form ? many : one;
}

const char *lang_code(enum lang lang)
{
    return codes_of[checked(lang)];
}

/* --- RFC 9110, section 12.5.4 --- */

/* Thousandths of "q=0.8"; 1000 where none stands, 0 (never) where it is malformed. S is behind the tag. */
static int quality(const char *s)
{
    s += strspn(s, " \t");
    if (*s != ';')
        return 1000;
    s++;
    s += strspn(s, " \t");
    if ((*s != 'q' && *s != 'Q') || s[1] != '=' || (s[2] != '0' && s[2] != '1'))
        return 0;
    int v = s[2] == '1' ? 1000 : 0, unit = 100;
    if (s[3] == '.')
        for (s += 4; unit && *s >= '0' && *s <= '9'; s++, unit /= 10)
            v += (*s - '0') * unit;
    return v < 1000 ? v : 1000;
}

/* LANG_COUNT when the tag's language is none of ours: "de", "de-AT" and "de_DE.UTF-8" are German. */
static enum lang language(const char *tag, size_t n)
{
    for (int i = 0; i < LANG_COUNT; i++)
        if (strlen(codes_of[i]) == n && strncasecmp(codes_of[i], tag, n) == 0)
            return (enum lang)i;
    return LANG_COUNT;
}

enum lang lang_parse(const char *codes)
{
    enum lang best = LANG_EN;
    int best_quality = 0;
    for (const char *s = codes ? codes : ""; *s; s += *s == ',') {
        s += strspn(s, " \t");
        enum lang lang = language(s, strcspn(s, "-_., ;\t"));
        s += strcspn(s, ",; \t");
        int q = quality(s);
        if (lang < LANG_COUNT && q > best_quality) {
            best = lang;
            best_quality = q;
        }
        s += strcspn(s, ",");
    }
    return best;
}
