#include "engine/match/align.h"

/* One side, its tokens in the order in which they are compared. */
struct side {
    const struct name *name;
    const struct token *token[NAME_MAX_TOKENS];
    size_t n;
};

enum step {
    STEP_NONE,
    STEP_SKIP_X,
    STEP_SKIP_Y,
    STEP_WORD,
    STEP_JOIN_X,
    STEP_JOIN_Y,
    STEP_INITIALS_X,
    STEP_INITIALS_Y
};

enum likeness { LIKE_NOT, LIKE_SAME, LIKE_SHORT, LIKE_TYPO };

struct quality {
    float q; /* 0..1 */
    enum likeness how;
};

static const struct quality unlike = {0, LIKE_NOT};

static const char *letters(const struct side *s, size_t i)
{
    return s->name->text + s->token[i]->at;
}

/* --- two tokens --- */

/* Length without a plural ending: "stores" 5, "companies" 6 (compan), "gas" 3. */
static size_t stem_length(const char *p, size_t n)
{
    if (n > 4 && memcmp(p + n - 3, "ies", 3) == 0)
        return n - 3;
    if (n > 3 && p[n - 1] == 's' && p[n - 2] != 's')
        return n - 1;
    return n > 4 && p[n - 1] == 'y' ? n - 1 : n;
}

static bool has_digit(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= '0' && p[i] <= '9')
            return true;
    return false;
}

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* Quality of a prefix of N letters, less where nothing says that it was shortened. */
static float prefix_quality(size_t n, bool marked)
{
    static const float with_mark[] = {0, .62f, .76f, .85f, .9f, .92f},
                       without[] = {0, 0, 0, .45f, .65f, .75f};
    size_t at = n < COUNT(with_mark) ? n : COUNT(with_mark) - 1;
    return marked ? with_mark[at] : without[at];
}

/* Quality of S as L with letters left out, in order, the first one kept: pwr, bkg, rueckvers. */
static float subsequence_quality(const char *s, size_t n, const char *l, size_t m, bool marked)
{
    size_t at = 0, vowels = 0;
    for (size_t i = 0; i < m && at < n; i++)
        if (s[at] == l[i])
            at++;
    for (size_t i = 1; i < n; i++)
        vowels += is_vowel(s[i]);
    size_t stem = stem_length(l, m);
    bool ends = s[n - 1] == l[m - 1] || s[n - 1] == l[stem - 1];
    if (at < n || n < 2 || n >= m || (n == 2 && !(ends && marked)))
        return 0;
    if (!marked && (vowels || n < 4 || !ends)) /* skeletons only: dvlpmnt */
        return 0;
    return (n == 2 ? .5f : ends ? .78f : .6f) - (vowels ? .05f : 0);
}

/* Whether one insertion, deletion, substitution or exchange of neighbours makes one of the other. */
static bool is_one_edit(const char *x, size_t n, const char *y, size_t m)
{
    size_t front = 0, back = 0, least = n < m ? n : m;
    while (front < least && x[front] == y[front])
        front++;
    while (back < least - front && x[n - 1 - back] == y[m - 1 - back])
        back++;
    size_t dx = n - front - back, dy = m - front - back;
    if (dx <= 1 && dy <= 1)
        return true;
    return dx == 2 && dy == 2 && x[front] == y[front + 1] && x[front + 1] == y[front];
}

static struct quality compare_tokens(const struct side *x, size_t i, const struct side *y, size_t j)
{
    const struct token *a = x->token[i], *b = y->token[j];
    const char *p = letters(x, i), *r = letters(y, j);
    if (a->hash == b->hash && a->len == b->len)
        return (struct quality){1, LIKE_SAME};
    if (*p != *r)
        return unlike;
    size_t sa = stem_length(p, a->len), sb = stem_length(r, b->len);
    if (sa == sb && memcmp(p, r, sa) == 0)
        return (struct quality){
            (a->flags | b->flags) & (TOKEN_GENERIC | TOKEN_COMMON) ? .98f : .92f, LIKE_SAME};
    if (has_digit(p, a->len) || has_digit(r, b->len))
        return unlike;
    bool a_short = a->len <= b->len;
    const struct token *s = a_short ? a : b;
    const struct side *side = a_short ? x : y;
    bool last = (a_short ? i : j) + 1 == side->n;
    bool marked = (s->flags & TOKEN_DOTTED) || (side->name->shortened && last && side->n > 1);
    const char *ps = a_short ? p : r, *pl = a_short ? r : p;
    size_t n = a_short ? a->len : b->len, m = a_short ? b->len : a->len;
    size_t stem = n >= 4 ? stem_length(ps, n) : n;
    float q = prefix_quality(n, marked);
    if (q > 0 && n < m && memcmp(ps, pl, marked ? stem : n) == 0)
        return (struct quality){q, LIKE_SHORT};
    if (n >= 5 && is_one_edit(ps, n, pl, m))
        return (struct quality){.8f, LIKE_TYPO};
    q = subsequence_quality(ps, n, pl, m, marked);
    return q > 0 ? (struct quality){q, LIKE_SHORT} : unlike;
}

/* --- two tokens for one, initials --- */

/* Quality of the tokens I and I+1 of X as token J of Y: "control plane" controlplane, "famil.vers." */
static float joined_quality(const struct side *x, size_t i, const struct side *y, size_t j)
{
    const char *p = letters(x, i), *q = letters(x, i + 1), *r = letters(y, j);
    size_t n = x->token[i]->len, k = x->token[i + 1]->len, m = y->token[j]->len;
    if (*p != *r || n >= m || memcmp(p, r, n) != 0)
        return 0;
    if (n + k == m && memcmp(q, r + n, k) == 0)
        return .97f;
    bool marked = x->name->shortened || (x->token[i]->flags & TOKEN_DOTTED);
    if (!marked || n < 3 || k < 2)
        return 0;
    for (size_t at = n; at + k <= m; at++)
        if (memcmp(q, r + at, k) == 0 && (k >= 3 || at + k == m))
            return .8f;
    return 0;
}

#define MAX_INITIALS 6

/* How many tokens of Y from J on have the letters of token I of X as initials; 0 when they have not. */
static size_t initials(const struct side *x, size_t i, const struct side *y, size_t j)
{
    size_t n = x->token[i]->len;
    const char *p = letters(x, i);
    if (n < 3 || n > MAX_INITIALS || j + n > y->n)
        return 0;
    for (size_t k = 0; k < n; k++)
        if (letters(y, j + k)[0] != p[k] || y->token[j + k]->len < 2)
            return 0;
    return n;
}

/* --- the alignment --- */

#define GRID (NAME_MAX_TOKENS + 1)

struct cell {
    float score;
    uint8_t step, count; /* how this cell was reached; tokens on the longer side */
    struct quality quality;
};

static float weight(const struct side *s, size_t from, size_t count)
{
    float sum = 0;
    for (size_t i = from; i < from + count; i++)
        sum += (float)s->token[i]->weight / 100;
    return sum;
}

static void improve(struct cell *c, float score, enum step step, size_t count, struct quality quality)
{
    if (score > c->score)
        *c = (struct cell){score, (uint8_t)step, (uint8_t)count, quality};
}

#define INITIALS_QUALITY .6f

/* Reaches forward from (I,J) by every step that begins there. */
static void extend(
    struct cell grid[GRID][GRID], const struct side *x, size_t i, const struct side *y, size_t j)
{
    float here = grid[i][j].score;
    bool in_x = i < x->n, in_y = j < y->n;
    if (in_x)
        improve(&grid[i + 1][j], here, STEP_SKIP_X, 1, unlike);
    if (in_y)
        improve(&grid[i][j + 1], here, STEP_SKIP_Y, 1, unlike);
    if (!in_x || !in_y)
        return;
    struct quality q = compare_tokens(x, i, y, j);
    if (q.q > 0)
        improve(&grid[i + 1][j + 1], here + q.q * (weight(x, i, 1) + weight(y, j, 1)) / 2, STEP_WORD, 1, q);
    if (i + 1 < x->n && (q.q = joined_quality(x, i, y, j)) > 0)
        improve(&grid[i + 2][j + 1], here + q.q * (weight(x, i, 2) + weight(y, j, 1)) / 2, STEP_JOIN_X, 2, q);
    if (j + 1 < y->n && (q.q = joined_quality(y, j, x, i)) > 0)
        improve(&grid[i + 1][j + 2], here + q.q * (weight(x, i, 1) + weight(y, j, 2)) / 2, STEP_JOIN_Y, 2, q);
    q.q = INITIALS_QUALITY;
    size_t k = initials(x, i, y, j);
    if (k)
        improve(
            &grid[i + 1][j + k], here + q.q * (weight(x, i, 1) + weight(y, j, k)) / 2, STEP_INITIALS_Y, k, q);
    k = initials(y, j, x, i);
    if (k)
        improve(
            &grid[i + k][j + 1], here + q.q * (weight(x, i, k) + weight(y, j, 1)) / 2, STEP_INITIALS_X, k, q);
}

static bool is_word(const struct token *t)
{
    return t->len > 1 && !(t->flags & (TOKEN_GENERIC | TOKEN_GLUED_DOT));
}

/* Adds to MISSING, or to the generic words. */
static void account_missing(struct alignment *out, const struct token *t, float *missing)
{
    float w = (float)t->weight / 100;
    *(t->flags & (TOKEN_GENERIC | TOKEN_GLUED_DOT) ? &out->generic : missing) += w;
}

/* Adds what the step from (I,J), over NX and NY tokens, means. */
static void account(struct alignment *out, const struct cell *c, const struct side *x, size_t i, size_t nx,
    const struct side *y, size_t j, size_t ny)
{
    float wx = weight(x, i, nx), wy = weight(y, j, ny), mean = (wx + wy) / 2;
    enum step step = (enum step)c->step;
    switch (step) {
    case STEP_SKIP_X: account_missing(out, x->token[i], &out->missing_x); return;
    case STEP_SKIP_Y: account_missing(out, y->token[j], &out->missing_y); return;
    case STEP_JOIN_X:
    case STEP_JOIN_Y: out->joined = true; break;
    case STEP_INITIALS_X:
    case STEP_INITIALS_Y: out->acronym = true; break;
    case STEP_WORD:
    case STEP_NONE: break;
    }
    bool initial = step == STEP_INITIALS_X || step == STEP_INITIALS_Y; /* judged by a feature of its own */
    out->matched += c->quality.q * mean;
    out->loss += initial ? 0 : (1 - c->quality.q) * mean;
    out->typos += c->quality.how == LIKE_TYPO;
    out->shortened |=
        c->quality.how == LIKE_SHORT || ((x->token[i]->flags ^ y->token[j]->flags) & TOKEN_WRITTEN_OUT);
    out->words += is_word(x->token[i]) && is_word(y->token[j]);
    out->first |= i == 0 && j == 0;
}

static void trace(
    struct cell grid[GRID][GRID], const struct side *x, const struct side *y, struct alignment *out)
{
    for (size_t i = x->n, j = y->n; i || j;) {
        const struct cell *c = &grid[i][j];
        /* A path leads over cells that were set. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
        enum step step = (enum step)c->step;
        size_t nx = step == STEP_SKIP_Y ? 0 : step == STEP_JOIN_X || step == STEP_INITIALS_X ? c->count : 1;
        size_t ny = step == STEP_SKIP_X ? 0 : step == STEP_JOIN_Y || step == STEP_INITIALS_Y ? c->count : 1;
        i -= nx;
        j -= ny;
        account(out, c, x, i, nx, y, j, ny);
    }
}

static void align_sides(const struct side *x, const struct side *y, struct alignment *out)
{
    struct cell grid[GRID][GRID];
    for (size_t i = 0; i <= x->n; i++)
        for (size_t j = 0; j <= y->n; j++)
            grid[i][j].score = -1;
    grid[0][0].score = 0;
    for (size_t i = 0; i <= x->n; i++)
        for (size_t j = 0; j <= y->n; j++)
            extend(grid, x, i, y, j);
    *out = (struct alignment){0};
    trace(grid, x, y, out);
}

static struct side side_of(const struct name *name)
{
    struct side s = {.name = name, .n = name->n};
    for (size_t i = 0; i < s.n; i++)
        s.token[i] = &name->token[i];
    return s;
}

/* Moves the first token behind the COUNT following ones: "price t rowe" t rowe price. */
static void turn(struct side *s, size_t count)
{
    const struct token *first = s->token[0];
    for (size_t i = 0; i < count; i++)
        s->token[i] = s->token[i + 1];
    s->token[count] = first;
}

/* By how many places the first token of X must move to stand as in Y; 0 when that is not what differs. */
static size_t surname_first(const struct name *x, const struct name *y)
{
    if (x->n < 2 || y->n < 2 || x->token[0].hash == y->token[0].hash || x->token[1].hash != y->token[0].hash)
        return 0;
    for (size_t k = 1; k <= 2 && k < x->n && k < y->n; k++)
        if (x->token[0].hash == y->token[k].hash)
            return k;
    return 0;
}

void name_align(const struct name *x, const struct name *y, struct alignment *out)
{
    struct side sx = side_of(x), sy = side_of(y);
    size_t turn_x = surname_first(x, y), turn_y = turn_x ? 0 : surname_first(y, x);
    if (turn_x)
        turn(&sx, turn_x);
    if (turn_y)
        turn(&sy, turn_y);
    align_sides(&sx, &sy, out);
    out->reordered = turn_x || turn_y;
}
