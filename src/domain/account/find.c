/*
 * Finding a company again: candidates by key from the index, then the match engine decides.
 *
 * The dear part runs before the transaction, on a snapshot. Inside it only the keys' lists and the versions
 * of the matches are read again: what came under a key since, or is of another version, is compared anew, so
 * that the answer is that of the transaction.
 */
#include "domain/account/account.h"

#include <stdlib.h>

static const struct key_table account_keys = {"account_key", "account_id"};

static const char accounts_sql[] =
    "select id, version, name, domain, country, city, aliases, parent_id, owner_id, status, contract_until "
    "from account where merged_into is null and id";
static const char pairs_sql[] = "select key, account_id from account_key where key";
static const char versions_sql[] = "select id, version from account where id";

/* ---- comparing ---- */

static int better_first(const void *a, const void *b)
{
    const struct account_match *x = a, *y = b;
    int order = match_result_order(&x->result, &y->result);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void take(const struct rows *rows, size_t r, struct account_match *out)
{
    const struct value *until = cell(rows, r, 10);
    out->id = cell_int(rows, r, 0);
    out->version = cell_int(rows, r, 1);
    out->account = (struct account){.name = cell_text(rows, r, 2),
        .domain = cell_text(rows, r, 3),
        .country = cell_text(rows, r, 4),
        .city = cell_text(rows, r, 5),
        .aliases = cell_text(rows, r, 6),
        .parent_id = {cell_int(rows, r, 7)},
        .owner_id = {cell_int(rows, r, 8)},
        .status = cell_text(rows, r, 9),
        .contract_until = {until->kind == VALUE_INT ? (int32_t)until->i : DATE_NONE}};
}

/* Reads and compares N accounts, at most SHARED_ROWS, into OUT; *MADE how many there were. */
static enum status compare(struct call *c, const struct match_record *probe, const int64_t *ids, size_t n,
    struct account_match *out, size_t *made)
{
    *made = 0;
    if (!n)
        return OK;
    struct db_query q = listed_ids_query(c->arena, accounts_sql, ids, n);
    TRY(db_query_many(c->db, c->arena, &q, 1));
    for (size_t r = 0; r < q.rows.n; r++) {
        struct account_match *m = &out[(*made)++];
        take(&q.rows, r, m);
        m->result = match_compare(c->arena, probe, account_record(c->arena, &m->account));
    }
    return OK;
}

/* The best of what was seen stand first. */
static void rank(struct account_search *s)
{
    qsort(s->seen, s->n_seen, sizeof *s->seen, better_first);
    s->n = 0;
    while (s->n < s->n_seen && s->seen[s->n].result.answer != MATCH_DIFFERENT)
        s->n++;
}

enum status account_find(struct call *c, const struct match_record *probe, const struct match_keys *keys,
    struct account_search *out)
{
    *out = (struct account_search){.probe = probe, .shared = ARENA_NEW(c->arena, struct shared_keys)};
    TRY(shared_keys_read(c, &account_keys, keys, out->shared));
    out->seen = ARENA_ARRAY(c->arena, out->shared->n, struct account_match);
    TRY(compare(c, probe, out->shared->ids, out->shared->n, out->seen, &out->n_seen));
    rank(out);
    return OK;
}

/* ---- again, in the transaction ---- */

size_t account_find_queries(struct arena *a, const struct account_search *s, struct db_query q[2])
{
    struct value keys[SHARED_KEYS], ids[SHARED_ROWS];
    size_t n = 0;
    for (size_t i = 0; i < s->shared->n_lists; i++)
        keys[i] = v_text(s->shared->lists[i].key);
    for (size_t i = 0; i < s->n; i++)
        ids[i] = v_int(s->seen[i].id);
    if (s->shared->n_lists)
        q[n++] = listed_query(a, pairs_sql, keys, s->shared->n_lists);
    if (s->n)
        q[n++] = listed_query(a, versions_sql, ids, s->n);
    return n;
}

static bool listed(const int64_t *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* Which matches still stand as they were compared, and which accounts to read. */
struct second_look {
    bool *stands; /* of the N matches */
    size_t n_stand, n_fresh;
    int64_t fresh[SHARED_ROWS];
};

static void read_anew(struct second_look *l, int64_t id)
{
    if (l->n_fresh < SHARED_ROWS && !listed(l->fresh, l->n_fresh, id))
        l->fresh[l->n_fresh++] = id;
}

static void look_at_matches(const struct account_search *s, const struct rows *rows, struct second_look *l)
{
    for (size_t r = 0; r < rows->n; r++) {
        size_t at = 0;
        while (s->seen[at].id != cell_int(rows, r, 0))
            at++;
        l->stands[at] = s->seen[at].version == cell_int(rows, r, 1);
        if (l->stands[at])
            l->n_stand++;
        else
            read_anew(l, s->seen[at].id);
    }
}

/* An account that came under a key since was made or renamed since. */
static void look_at_lists(const struct account_search *s, const struct rows *rows, struct second_look *look)
{
    for (size_t r = 0; r < rows->n; r++) {
        size_t i = 0;
        while (!streq(s->shared->lists[i].key, cell_text(rows, r, 0)))
            i++;
        const struct key_list *l = &s->shared->lists[i];
        if (!listed(l->ids, l->n, cell_int(rows, r, 1)))
            read_anew(look, cell_int(rows, r, 1));
    }
}

enum status account_find_again(
    struct call *c, const struct account_search *before, const struct db_query *q, struct account_search *out)
{
    struct second_look l = {.stands = ARENA_ARRAY(c->arena, before->n, bool)};
    size_t made;
    if (before->n)
        look_at_matches(before, &q[before->shared->n_lists > 0].rows, &l);
    if (before->shared->n_lists)
        look_at_lists(before, &q[0].rows, &l);
    *out = *before;
    if (!l.n_fresh && l.n_stand == before->n)
        return OK;
    out->seen = ARENA_ARRAY(c->arena, l.n_stand + l.n_fresh, struct account_match);
    out->n_seen = 0;
    for (size_t i = 0; i < before->n; i++)
        if (l.stands[i] && !listed(l.fresh, l.n_fresh, before->seen[i].id))
            out->seen[out->n_seen++] = before->seen[i];
    TRY(compare(c, before->probe, l.fresh, l.n_fresh, out->seen + out->n_seen, &made));
    out->n_seen += made;
    rank(out);
    return OK;
}
