/*
 * Rows by the words that somebody types, for little at any size: the rarest word brings some hundred
 * candidates from the index, the others are looked for in their texts.
 */
#include "base/text.h"
#include "model/call.h"
#include "model/words.h"

#define WORDS           5
#define CANDIDATES      400 /* a word that brings more is common: some of its rows are looked at */
#define CANDIDATES_TEXT "400"

struct sought {
    size_t n;
    const char *word[WORDS], *until[WORDS]; /* tokens from WORD to below UNTIL begin with it */
    const char *whole;                      /* folded */
};

static void split(struct call *c, const char *text, struct sought *out)
{
    out->whole = text_fold(c->arena, text);
    const char *p = out->whole, *word;
    while (out->n < WORDS && (word = next_word(c->arena, &p))) {
        out->word[out->n] = word;
        out->until[out->n++] = arena_printf(c->arena, "%s\xf4\x8f\xbf\xbf", word);
    }
}

/* $1 noun, $2 scope, $3 and $4 the word's bounds. What any partner may find has the scope -1. */
#define TOKENS(scope)                                                                                        \
    "select st.row_id from search_token st where st.noun = $1 and " scope                                    \
    " and st.token >= $3 and st.token < $4 limit " CANDIDATES_TEXT
#define OF_VENDOR      "st.scope = $2"
#define OF_PARTNER     "st.scope in ($2, -1)"
#define COUNTED(scope) "select count(*) from (" TOKENS(scope) ") counted"

static enum status rarest(
    struct call *c, const struct noun *noun, int64_t scope, const struct sought *s, size_t *out)
{
    bool vendor = scope == SEARCH_VENDOR;
    struct db_query q[WORDS];
    *out = 0;
    if (s->n < 2)
        return OK;
    for (size_t i = 0; i < s->n; i++) {
        struct value *args = ARENA_ARRAY(c->arena, 4, struct value);
        args[0] = v_text(noun->name);
        args[1] = v_int(scope);
        args[2] = v_text(s->word[i]);
        args[3] = v_text(s->until[i]);
        q[i] = (struct db_query){
            .sql = vendor ? COUNTED(OF_VENDOR) : COUNTED(OF_PARTNER), .args = args, .n_args = 4};
    }
    TRY(db_query_many(c->db, c->arena, q, s->n));
    for (size_t i = 1; i < s->n; i++)
        if (cell_int(&q[i].rows, 0, 0) < cell_int(&q[*out].rows, 0, 0))
            *out = i;
    return OK;
}

/* ---- the candidates' texts ---- */

static bool fits(
    struct call *c, const struct noun *noun, const struct row *row, const struct sought *s, size_t known)
{
    for (size_t i = 0; i < s->n; i++)
        if (i != known && !row_has_word(c, noun, row, s->word[i]))
            return false;
    return true;
}

/* Those whose names begin as it was typed come first. */
static void take(struct call *c, const struct list *found, const bool *fit, const char *whole, size_t limit,
    struct list *out)
{
    size_t n = strlen(whole);
    out->rows = ARENA_ARRAY(c->arena, limit, struct row);
    for (int begins = 1; begins >= 0; begins--)
        for (size_t i = 0; i < found->n && out->n < limit; i++) {
            const char *name = found->rows[i].name;
            bool first = name && strncmp(text_fold(c->arena, name), whole, n) == 0;
            if (fit[i] && first == (begins == 1))
                out->rows[out->n++] = found->rows[i];
        }
}

enum status noun_find(
    struct call *c, const struct noun *noun, const char *text, size_t limit, struct list *out)
{
    bool vendor = role_audience(c->viewer->role) == VENDOR;
    int64_t scope = vendor ? SEARCH_VENDOR : c->viewer->partner_id;
    struct sought s = {0};
    struct list found;
    size_t word;
    *out = (struct list){0};
    split(c, text, &s);
    if (!s.n || (!vendor && !scope))
        return OK;
    TRY(rarest(c, noun, scope, &s, &word));
    struct list_query q = {
        .where = vendor ? "t.id in (" TOKENS(OF_VENDOR) ")" : "t.id in (" TOKENS(OF_PARTNER) ")",
        .where_args = {v_text(noun->name), v_int(scope), v_text(s.word[word]), v_text(s.until[word])},
        .n_where_args = 4,
        .sort = "-created",
        .limit = s.n > 1 ? CANDIDATES : limit * 5};
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].search)
            q.fields |= UINT64_C(1) << i;
    TRY(noun_list(c, noun, &q, &found));
    bool *fit = ARENA_ARRAY(c->arena, found.n + 1, bool);
    for (size_t i = 0; i < found.n; i++)
        fit[i] = fits(c, noun, &found.rows[i], &s, word);
    take(c, &found, fit, s.whole, limit, out);
    return OK;
}
