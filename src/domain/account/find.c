/* Finding a company again: candidates by key from the index, then the match engine decides. */
#include "domain/account/account.h"

#include <stdlib.h>

/* The engine lists the selective keys first. */
#define KEYS_ASKED 12

static int better_first(const void *a, const void *b)
{
    const struct account_match *x = a, *y = b;
    if (x->result.answer != y->result.answer)
        return x->result.answer > y->result.answer ? -1 : 1;
    if (x->result.score != y->result.score)
        return x->result.score > y->result.score ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Each key is asked for itself, with a limit of its own, so that a common word cannot crowd out the rare
 * ones. */
#define BY_KEY(n)                                                                                            \
    "select account_id from (select account_id from account_key where key = $" #n " limit 60) k" #n
static const char
    candidates_sql[] =
        "select a.id, a.name, a.domain, a.country, a.city, a.aliases, a.parent_id, a.owner_id, a.status, "
        "a.contract_until "
        "from account a where a.id in (" BY_KEY(1) " union " BY_KEY(2) " union " BY_KEY(3) " union " BY_KEY(4) " union " BY_KEY(
            5) " union " BY_KEY(6) " union " BY_KEY(7) " union " BY_KEY(8) " union " BY_KEY(9) " union"
                                                                                               " " BY_KEY(
                                                                                                   10) " unio"
                                                                                                       "n"
                                                                                                       " " BY_KEY(11) " union " BY_KEY(
                                                                                                           12) ")";

static void take(const struct rows *rows, size_t r, struct account_match *out)
{
    const struct value *until = cell(rows, r, 9);
    out->id = cell_int(rows, r, 0);
    out->account = (struct account){.name = cell_text(rows, r, 1),
        .domain = cell_text(rows, r, 2),
        .country = cell_text(rows, r, 3),
        .city = cell_text(rows, r, 4),
        .aliases = cell_text(rows, r, 5),
        .parent_id = {cell_int(rows, r, 6)},
        .owner_id = {cell_int(rows, r, 7)},
        .status = cell_text(rows, r, 8),
        .contract_until = {until->kind == VALUE_INT ? (int32_t)until->i : DATE_NONE}};
}

enum status account_find(struct call *c, const struct match_record *probe, const struct match_keys *keys,
    struct account_match **out, size_t *n)
{
    struct value args[KEYS_ASKED];
    struct rows rows;
    *n = 0;
    *out = NULL;
    if (!keys->n)
        return OK;
    for (size_t i = 0; i < KEYS_ASKED; i++)
        args[i] = v_text(keys->key[i < keys->n ? i : keys->n - 1]);
    TRY(db_query(c->db, c->arena, &rows, candidates_sql, args, KEYS_ASKED));
    *out = ARENA_ARRAY(c->arena, rows.n + 1, struct account_match);
    for (size_t r = 0; r < rows.n; r++) {
        struct account_match *m = &(*out)[*n];
        take(&rows, r, m);
        m->result = match_compare(c->arena, probe, account_record(c->arena, &m->account));
        *n += m->result.answer != MATCH_DIFFERENT;
    }
    qsort(*out, *n, sizeof **out, better_first);
    return OK;
}
