/*
 * How many companies, where only counts are told. Rows say little: whoever asks writes as many as he likes of
 * the one company that he is after.
 */
#include "base/arena.h"
#include "domain/import/keyset.h"
#include "domain/mapping/pairs.h"

#include <stdlib.h>

/* ---- of a list ---- */

#define AT_ONCE 1000 /* rows that are read: a list of a hundred companies shows it in its first */

struct counting {
    struct arena *scratch;
    struct keyset keys;            /* of the rows before */
    int64_t companies, rows, last; /* of a page: how many, the identity of its last */
};

/* A row is another company when none of its keys stood before. */
static bool take_row(void *ctx, const struct value *v, size_t n)
{
    struct counting *k = ctx;
    const struct member m = member_read(k->scratch, v);
    int64_t keys[MEMBER_KEYS];
    size_t n_keys = member_keys(member_record(k->scratch, &m), keys);
    bool fresh = n_keys > 0;
    for (size_t i = 0; i < n_keys; i++)
        fresh = keyset_add(&k->keys, keyset_of_hash(keys[i]), 0) && fresh;
    k->companies += fresh;
    k->rows++;
    k->last = v[n - 1].i;
    arena_reset(k->scratch);
    return true;
}

enum status companies_in_list(struct db *db, int64_t population_id, int64_t most, int64_t *out)
{
    struct counting k = {.scratch = arena_new(), .rows = AT_ONCE, .last = INT64_MIN};
    enum status s = OK;
    while (s == OK && k.rows == AT_ONCE && k.companies < most) {
        struct value args[3] = {v_int(population_id), v_int(k.last), v_int(AT_ONCE)};
        k.rows = 0;
        s = db_each(db, take_row, &k,
            "select " MEMBER_COLUMNS ", identity from population_row where population_id = $1 and "
            "identity > $2 order by identity limit $3",
            args, 3);
    }
    *out = k.companies;
    keyset_free(&k.keys);
    arena_free(k.scratch);
    return s;
}

/* ---- of what two lists have in common ---- */

/* Rows that were found the same, of both lists: what hangs together is one company. */
struct rows_alike {
    struct alike {
        int64_t row[2];
    } * pair;
    size_t n, cap;
    int64_t *row; /* of both sides, ascending, once each */
    size_t n_rows;
    size_t *chief; /* by row: another of its company, or itself */
};

static bool take_pair(void *ctx, const struct value *v, size_t n)
{
    struct rows_alike *r = ctx;
    (void)n;
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 1024;
        r->pair = xrealloc(r->pair, r->cap, sizeof *r->pair);
    }
    r->pair[r->n++] = (struct alike){{v[0].i, v[1].i}};
    return true;
}

static int by_number(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static void sort_rows(struct rows_alike *r)
{
    size_t kept = 0;
    r->row = xcalloc(2 * r->n, sizeof *r->row);
    for (size_t i = 0; i < r->n; i++)
        memcpy(&r->row[2 * i], r->pair[i].row, sizeof r->pair[i].row);
    qsort(r->row, 2 * r->n, sizeof *r->row, by_number);
    for (size_t i = 0; i < 2 * r->n; i++)
        if (!kept || r->row[kept - 1] != r->row[i])
            r->row[kept++] = r->row[i];
    r->n_rows = kept;
    r->chief = xcalloc(kept, sizeof *r->chief);
    for (size_t i = 0; i < kept; i++)
        r->chief[i] = i;
}

static size_t chief_of(struct rows_alike *r, int64_t row)
{
    const int64_t *at = bsearch(&row, r->row, r->n_rows, sizeof row, by_number);
    size_t i = (size_t)(at - r->row);
    for (; r->chief[i] != i; i = r->chief[i])
        r->chief[i] = r->chief[r->chief[i]];
    return i;
}

static int64_t count_companies(struct rows_alike *r)
{
    if (!r->n)
        return 0;
    sort_rows(r);
    size_t found = r->n_rows;
    for (size_t i = 0; i < r->n; i++) {
        size_t a = chief_of(r, r->pair[i].row[0]), b = chief_of(r, r->pair[i].row[1]);
        r->chief[a] = b;
        found -= a != b;
    }
    return (int64_t)found;
}

enum status companies_in_both(struct db *db, int64_t count_id, int64_t *out)
{
    struct rows_alike r = {0};
    struct value args[1] = {v_int(count_id)};
    enum status s =
        db_each(db, take_pair, &r, "select row_id, other_row_id from overlap where count_id = $1", args, 1);
    *out = s == OK ? count_companies(&r) : 0;
    free(r.pair);
    free(r.row);
    free(r.chief);
    return s;
}
