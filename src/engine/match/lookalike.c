#include "engine/match/lookalike.h"

#include "base/buf.h"

#include <utf8proc.h>

/* Capitals by the look of the capital, small letters by that of the small one. */
static const struct {
    const char *letters, *latin;
} looks[] = {
    {"аеорсухвнкмтѕіјԁԛԝһүӏАЕОРСУХВНКМТЅІЈԚԜҺҮӀ", "aeopcyxbhkmtsijdqwhylaeopcyxbhkmtsijqwhyl"},
    {"αβικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abikvoptuxabezhikmnoptyx"},
    {"օսոհցզյՕՍ", "ounhgqjou"},
};

static utf8proc_int32_t next_point(const char **p)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*p, -1, &point);
    *p += n > 0 ? n : 1;
    return n > 0 ? point : -1;
}

/* 0: it looks like no Latin letter. */
static char latin_look(utf8proc_int32_t point)
{
    for (size_t i = 0; i < COUNT(looks); i++) {
        const char *latin = looks[i].latin;
        for (const char *p = looks[i].letters; *p; latin++)
            if (next_point(&p) == point)
                return *latin;
    }
    return 0;
}

static bool is_latin(utf8proc_int32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') ||
           (point >= 0xc0 && point < 0x250 && point != 0xd7 && point != 0xf7);
}

/* Greek and Coptic, Cyrillic and its supplement, Armenian */
static bool is_lookalike_script(utf8proc_int32_t point)
{
    return point >= 0x370 && point < 0x590;
}

/* Whether a letter, a digit or a mark on one: what a word consists of. Unseen characters part no words. */
static bool in_word(utf8proc_int32_t point)
{
    if (point < 0)
        return false;
    utf8proc_category_t k = utf8proc_category(point);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO) || k == UTF8PROC_CATEGORY_CF;
}

static void add_word(struct buf *out, const char *p, const char *end)
{
    bool latin = false, alien = false, alike = false;
    for (const char *q = p; q < end;) {
        utf8proc_int32_t point = next_point(&q);
        latin |= is_latin(point);
        if (is_lookalike_script(point)) {
            alike = true;
            alien |= !latin_look(point);
        }
    }
    if (!latin || !alike || alien) {
        buf_add(out, p, (size_t)(end - p));
        return;
    }
    while (p < end) {
        const char *from = p;
        char look = latin_look(next_point(&p));
        if (look)
            buf_addc(out, look);
        else
            buf_add(out, from, (size_t)(p - from));
    }
}

const char *lookalikes_to_latin(struct arena *a, const char *s)
{
    const char *p = s;
    while (*p && (unsigned char)*p < 0x80)
        p++;
    if (!*p)
        return s;
    struct buf out = buf_in(a, strlen(s) + 1);
    for (p = s; *p;) {
        const char *from = p, *end = p;
        while (*p && in_word(next_point(&p)))
            end = p;
        if (end > from)
            add_word(&out, from, end);
        buf_add(&out, end, (size_t)(p - end)); /* what parts the words */
    }
    return buf_str(&out);
}
