#include "base/csv_source.h"

struct guess {
    size_t first; /* separators in the first record */
    size_t agree; /* records with as many */
};

/* As the reader would read it: separators in quotes do not count. At most some lines. */
static struct guess try_separator(const unsigned char *p, size_t n, unsigned char separator)
{
    struct guess g = {0};
    size_t count = 0, records = 0;
    bool in_quotes = false, at_start = true;
    for (size_t i = 0; i < n && records < 50; i++) {
        if (p[i] == '"' && (in_quotes || at_start))
            in_quotes = !in_quotes; /* a doubled one closes and opens */
        at_start = !in_quotes && (p[i] == separator || p[i] == '\n' || p[i] == '\r' || p[i] == '"');
        if (in_quotes)
            continue;
        if (p[i] == separator)
            count++;
        bool line_end = p[i] == '\n' || (p[i] == '\r' && !(i + 1 < n && p[i + 1] == '\n'));
        if (!line_end)
            continue;
        if (records++ == 0)
            g.first = count;
        g.agree += count == g.first;
        count = 0;
    }
    if (records == 0) {
        g.first = count;
        g.agree = 1;
    }
    return g;
}

char csv_guess_separator(const unsigned char *p, size_t n)
{
    static const char candidates[] = ",;\t|";
    char best = ',';
    struct guess best_guess = {0};
    for (const char *s = candidates; *s; s++) {
        struct guess g = try_separator(p, n, (unsigned char)*s);
        bool better =
            g.agree > best_guess.agree || (g.agree == best_guess.agree && g.first > best_guess.first);
        if (g.first && better) {
            best = *s;
            best_guess = g;
        }
    }
    return best;
}
