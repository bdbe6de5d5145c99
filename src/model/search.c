/*
 * Lists, also with words that many rows have. A rare word's rows come from the index of words. A common one's
 * would all be read and sorted for the first fifty: there the list is read in its own order, and the words
 * are looked for in the rows' texts, which are soon enough. Where they are not, because all that have the
 * word are old, the index is asked after all.
 */
#include "model/search.h"

#include "base/text.h"
#include "model/words.h"

#define WORDS      5
#define BATCH_MOST 2000

struct sought {
    const char *common[WORDS];
    size_t n_common;
    const char *rare; /* the others, with spaces between; NULL: none */
};

/* $1 noun, $2 and $3 whose words, $4 and $5 the word's bounds. */
static const char count_sql[] =
    "select count(*) from (select 1 as one from search_token st where st.noun = $1 and st.scope in ($2, $3) "
    "and st.token >= $4 and st.token < $5 limit $6) counted";

static enum status is_common(
    struct call *c, const struct noun *noun, const char *word, size_t common, bool *out)
{
    bool vendor = role_audience(c->viewer->role) == VENDOR;
    struct value args[6] = {v_text(noun->name), v_int(vendor ? SEARCH_VENDOR : c->viewer->partner_id),
        v_int(vendor ? SEARCH_VENDOR : SEARCH_PARTNERS), v_text(word),
        v_text(arena_printf(c->arena, "%s\xf4\x8f\xbf\xbf", word)), v_int((int64_t)common)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, count_sql, args, COUNT(args)));
    *out = cell_int(&rows, 0, 0) == (int64_t)common;
    return OK;
}

static enum status sought_read(
    struct call *c, const struct noun *noun, const char *search, size_t common_rows, struct sought *out)
{
    const char *p = text_fold(c->arena, search), *word;
    *out = (struct sought){0};
    for (int words = 0; words < WORDS && (word = next_word(c->arena, &p)); words++) {
        bool common;
        TRY(is_common(c, noun, word, common_rows, &common));
        if (common)
            out->common[out->n_common++] = word;
        else
            out->rare =
                arena_printf(c->arena, "%s%s%s", out->rare ? out->rare : "", out->rare ? " " : "", word);
    }
    return OK;
}

static bool fits(struct call *c, const struct noun *noun, const struct row *row, const struct sought *s)
{
    for (size_t i = 0; i < s->n_common; i++)
        if (!row_has_word(c, noun, row, s->common[i]))
            return false;
    return true;
}

static uint64_t searched_fields(const struct noun *noun)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].search)
            mask |= UINT64_C(1) << i;
    return mask;
}

/* OUT takes what fits, up to LIMIT,, and where the list goes on behind them once there is one more. */
static enum status take(struct call *c, const struct noun *noun, const struct list_query *q,
    const struct sought *s, const struct list *batch, size_t limit, struct list *out)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (!fits(c, noun, &batch->rows[i], s))
            continue;
        if (out->n == limit)
            return list_cursor(c, noun, q, &out->rows[limit - 1], &out->next);
        out->rows[out->n++] = batch->rows[i];
    }
    return OK;
}

/* The rest of the list behind the rows that were looked at. */
static enum status ask_index(struct call *c, const struct noun *noun, const struct list_query *q,
    const char *after, size_t limit, struct list *out)
{
    struct list_query rest = *q;
    struct list found;
    rest.after = after;
    rest.limit = limit - out->n + 1; /* never 0, which is another number */
    TRY(list_rows(c, noun, &rest, &found));
    size_t n = found.n < limit - out->n ? found.n : limit - out->n;
    if (n)
        memcpy(out->rows + out->n, found.rows, n * sizeof *found.rows);
    out->n += n;
    if (found.n > n && out->n)
        return list_cursor(c, noun, q, &out->rows[out->n - 1], &out->next);
    return OK;
}

static enum status walk(struct call *c, const struct noun *noun, const struct list_query *q,
    const struct sought *s, const struct search_bounds *bounds, struct list *out)
{
    struct list_query own = *q;
    size_t limit = q->limit ? q->limit : 50, read = 0;
    struct list batch = {.next = q->after};
    out->rows = ARENA_ARRAY(c->arena, limit, struct row);
    own.search = s->rare;
    own.fields = q->fields ? q->fields | searched_fields(noun) : 0;
    own.limit = bounds->batch_rows;
    do {
        own.after = batch.next;
        if (read >= bounds->walk_rows)
            return ask_index(c, noun, q, own.after, limit, out);
        TRY(list_rows(c, noun, &own, &batch));
        TRY(take(c, noun, q, s, &batch, limit, out));
        read += batch.n;
        own.limit = own.limit * 2 < BATCH_MOST ? own.limit * 2 : BATCH_MOST;
    } while (batch.next && !out->next);
    return OK;
}

enum status list_searched(struct call *c, const struct noun *noun, const struct list_query *q,
    const struct search_bounds *bounds, struct list *out)
{
    struct sought s = {0};
    bool searches = role_audience(c->viewer->role) == VENDOR || c->viewer->partner_id; /* who has words */
    *out = (struct list){0};
    if (searches && q->search && *q->search)
        TRY(sought_read(c, noun, q->search, bounds->common_rows, &s));
    return s.n_common ? walk(c, noun, q, &s, bounds, out) : list_rows(c, noun, q, out);
}

enum status noun_list(struct call *c, const struct noun *noun, const struct list_query *q, struct list *out)
{
    static const struct search_bounds bounds = {.common_rows = 4000, .batch_rows = 100, .walk_rows = 20000};
    return list_searched(c, noun, q, &bounds, out);
}
