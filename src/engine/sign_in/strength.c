#include "engine/sign_in/strength.h"

#include "base/text.h"

/* Folded. What the published lists of leaked passwords are made of, and their German like. */
static const char *const common[] = {"password", "passwort", "passw0rd", "kennwort", "welcome", "willkommen",
    "letmein", "iloveyou", "ichliebedich", "monkey", "dragon", "master", "football", "fussball", "baseball",
    "princess", "sunshine", "shadow", "superman", "trustno", "admin", "administrator", "login", "changeme",
    "secret", "geheim", "default", "summer", "sommer", "winter", "spring", "fruehling", "fruhling", "autumn",
    "herbst", "january", "januar", "monday", "montag", "hallo", "hello", "qwerty", "qwertz", "asdf", "yxcv",
    "zxcv", "tandem", "partner", "portal", "2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027",
    "correct", "horse", "battery", "staple"};

static const char *const rows[] = {"qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"};

/* Length of the word of the text at P that is longest; 0: it begins with none. */
static size_t known(const char *p, const char *const *words, size_t n)
{
    size_t best = 0;
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(words[i]);
        if (len > best && strncmp(p, words[i], len) == 0)
            best = len;
    }
    return best;
}

/* The text's words of three bytes and more, divided by anything that is no letter and no digit. */
static void take_words(struct arena *a, const char *text, const char **words, size_t cap, size_t *n)
{
    const char *folded = text_fold(a, text);
    while (*folded && *n < cap) {
        size_t len = 0;
        while (((unsigned char)folded[len] & 0x80) || (folded[len] >= 'a' && folded[len] <= 'z') ||
               (folded[len] >= '0' && folded[len] <= '9'))
            len++;
        if (len >= 3)
            words[(*n)++] = arena_strndup(a, folded, len);
        folded += len ? len : 1;
    }
}

static bool beside_on_keyboard(char a, char b)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = strchr(rows[i], a);
        if (at && (at[1] == b || (at > rows[i] && at[-1] == b)))
            return true;
    }
    return false;
}

/* aaaa, 1234, 4321, qwer. */
static bool follows(char before, char now)
{
    int step = now - before;
    return (step >= -1 && step <= 1) || beside_on_keyboard(before, now);
}

size_t password_guesses(struct arena *a, const char *password, const char *const *own, size_t n)
{
    const char *words[64], *p = text_fold(a, password);
    size_t n_words = 0, guesses = 0;
    char before = 0;
    for (size_t i = 0; i < n; i++)
        if (own[i])
            take_words(a, own[i], words, COUNT(words), &n_words);
    while (*p) {
        size_t c = known(p, common, COUNT(common)), o = known(p, words, n_words);
        size_t len = c > o ? c : o;
        if (len) {
            guesses++;
            before = p[len - 1];
            p += len;
            continue;
        }
        if (((unsigned char)*p & 0xC0) != 0x80) /* a letter of several bytes is one */
            guesses += !before || !follows(before, *p);
        before = *p++;
    }
    return guesses;
}
