/*
 * Finding a company again: candidates by key from the index, then the match engine decides.
 *
 * The dear part runs before the transaction, on a snapshot. Inside it only the keys' lists are read again:
 * what is new or of another version since is compared anew, so that the answer is that of the transaction.
 */
#include "domain/account/account.h"

#include <stdlib.h>

#define KEYS_ASKED 12 /* the engine lists the selective ones first */
#define LIST_MAX   60 /* a key that more accounts share says little; its list is left out when others speak */
#define COMPARED   40 /* accounts that share the most and the rarest keys */
#define CONFIRMED  4  /* of the best, whatever keys they share */

/*
 * Each key is asked for itself, with a limit of its own, so that a common one cannot crowd out the rare. Many
 * small queries in one round trip: a list of values would cost SQLite a temporary table each time.
 */
static const char list_sql[] = "select account_id from account_key where key = $1 limit 61";
static const char account_sql[] =
    "select id, version, name, domain, country, city, aliases, parent_id, owner_id, status, contract_until "
    "from account where id = $1 and merged_into is null";
/* A subselect, not a join: a plan for any key might read all accounts for it. */
static const char versions_sql[] =
    "select k.account_id, (select a.version from account a where a.id = k.account_id) from account_key k "
    "where k.key = $1";
static const char version_sql[] = "select id, version from account where id = $1";

/* The same statement for each of N arguments. */
static struct db_query *queries_for(struct arena *a, const char *sql, const struct value *args, size_t n)
{
    struct db_query *q = ARENA_ARRAY(a, n + 1, struct db_query);
    for (size_t i = 0; i < n; i++)
        q[i] = (struct db_query){.sql = sql, .args = &args[i], .n_args = 1};
    return q;
}

/* ---- which accounts share keys ---- */

struct shared {
    int64_t id;
    double weight; /* of a key: the shorter its list, the more */
};

static int by_id(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int heavier_first(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return by_id(a, b);
}

static size_t add_up(struct shared *s, size_t n)
{
    size_t kept = 0;
    qsort(s, n, sizeof *s, by_id);
    for (size_t i = 0; i < n; i++) {
        if (kept && s[kept - 1].id == s[i].id)
            s[kept - 1].weight += s[i].weight;
        else
            s[kept++] = s[i];
    }
    qsort(s, kept, sizeof *s, heavier_first);
    return kept;
}

/*
 * The accounts to compare: those of the exact keys, and of keys whose list is short enough to mean something;
 * of all when none is. The short ones are asked again in the transaction; of a long one the first accounts
 * say what there is to say.
 */
static enum status share(
    struct call *c, const struct match_keys *keys, struct account_search *s, struct shared **out, size_t *n)
{
    struct value args[KEYS_ASKED];
    size_t asked = keys->n < KEYS_ASKED ? keys->n : KEYS_ASKED, all = 0;
    for (size_t i = 0; i < asked; i++)
        args[i] = v_text(keys->key[i]);
    struct db_query *list = queries_for(c->arena, list_sql, args, asked);
    TRY(db_query_many(c->db, c->arena, list, asked));
    bool any = false;
    s->keys = ARENA_ARRAY(c->arena, asked, const char *);
    for (size_t i = 0; i < asked; i++) {
        bool is_short = list[i].rows.n <= LIST_MAX;
        any |= list[i].rows.n && (is_short || i < keys->n_exact);
        all += list[i].rows.n;
        if (is_short)
            s->keys[s->n_keys++] = keys->key[i];
    }
    *out = ARENA_ARRAY(c->arena, all, struct shared);
    *n = 0;
    for (size_t i = 0; i < asked; i++) {
        size_t length = list[i].rows.n;
        if (any && length > LIST_MAX && i >= keys->n_exact)
            continue;
        for (size_t r = 0; r < length; r++)
            (*out)[(*n)++] = (struct shared){cell_int(&list[i].rows, r, 0), 1.0 / (double)length};
    }
    *n = add_up(*out, *n);
    return OK;
}

/* ---- comparing ---- */

static int better_first(const void *a, const void *b)
{
    const struct account_match *x = a, *y = b;
    if (x->result.answer != y->result.answer)
        return x->result.answer > y->result.answer ? -1 : 1;
    if (x->result.score != y->result.score)
        return x->result.score > y->result.score ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void take(const struct rows *rows, struct account_match *out)
{
    const struct value *until = cell(rows, 0, 10);
    out->id = cell_int(rows, 0, 0);
    out->version = cell_int(rows, 0, 1);
    out->account = (struct account){.name = cell_text(rows, 0, 2),
        .domain = cell_text(rows, 0, 3),
        .country = cell_text(rows, 0, 4),
        .city = cell_text(rows, 0, 5),
        .aliases = cell_text(rows, 0, 6),
        .parent_id = {cell_int(rows, 0, 7)},
        .owner_id = {cell_int(rows, 0, 8)},
        .status = cell_text(rows, 0, 9),
        .contract_until = {until->kind == VALUE_INT ? (int32_t)until->i : DATE_NONE}};
}

/* Reads and compares N accounts, at most COMPARED, into OUT; *MADE how many there were. */
static enum status compare(struct call *c, const struct match_record *probe, const int64_t *ids, size_t n,
    struct account_match *out, size_t *made)
{
    struct value args[COMPARED];
    *made = 0;
    for (size_t i = 0; i < n; i++)
        args[i] = v_int(ids[i]);
    struct db_query *q = queries_for(c->arena, account_sql, args, n);
    TRY(db_query_many(c->db, c->arena, q, n));
    for (size_t i = 0; i < n; i++) {
        if (!q[i].rows.n)
            continue;
        struct account_match *m = &out[(*made)++];
        take(&q[i].rows, m);
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
    struct shared *shared;
    size_t n;
    *out = (struct account_search){.probe = probe};
    if (!keys->n)
        return OK;
    TRY(share(c, keys, out, &shared, &n));
    int64_t *ids = ARENA_ARRAY(c->arena, n, int64_t);
    for (size_t i = 0; i < n; i++)
        ids[i] = shared[i].id;
    size_t compared = n < COMPARED ? n : COMPARED;
    out->left_out = ids + compared;
    out->n_left_out = n - compared;
    out->seen = ARENA_ARRAY(c->arena, compared, struct account_match);
    TRY(compare(c, probe, ids, compared, out->seen, &out->n_seen));
    rank(out);
    return OK;
}

/* ---- again, in the transaction ---- */

struct db_query *account_find_queries(struct arena *a, const struct account_search *s, size_t *n)
{
    size_t confirmed = s->n < CONFIRMED ? s->n : CONFIRMED;
    struct value *args = ARENA_ARRAY(a, s->n_keys + confirmed, struct value);
    for (size_t i = 0; i < s->n_keys; i++)
        args[i] = v_text(s->keys[i]);
    for (size_t i = 0; i < confirmed; i++)
        args[s->n_keys + i] = v_int(s->seen[i].id);
    *n = s->n_keys + confirmed;
    struct db_query *q = queries_for(a, versions_sql, args, *n);
    for (size_t i = 0; i < confirmed; i++)
        q[s->n_keys + i].sql = version_sql;
    return q;
}

static size_t seen_at(const struct account_search *s, int64_t id)
{
    size_t i = 0;
    while (i < s->n_seen && s->seen[i].id != id)
        i++;
    return i;
}

static bool listed(const int64_t *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* What the second look found: which matches still stand, which accounts are new or changed. */
struct second_look {
    bool *stands; /* of the N matches */
    size_t n_stand, n_fresh;
    int64_t fresh[COMPARED];
};

static void look(const struct account_search *before, const struct rows *rows, struct second_look *out)
{
    for (size_t r = 0; r < rows->n; r++) {
        int64_t id = cell_int(rows, r, 0);
        size_t at = seen_at(before, id);
        if (at < before->n_seen && before->seen[at].version == cell_int(rows, r, 1)) {
            if (at < before->n && !out->stands[at])
                out->n_stand++, out->stands[at] = true;
        } else if (out->n_fresh < COMPARED && !listed(out->fresh, out->n_fresh, id) &&
                   !listed(before->left_out, before->n_left_out, id)) {
            out->fresh[out->n_fresh++] = id;
        }
    }
}

enum status account_find_again(
    struct call *c, const struct account_search *before, const struct db_query *q, struct account_search *out)
{
    struct second_look l = {.stands = ARENA_ARRAY(c->arena, before->n, bool)};
    size_t made, n = before->n_keys + (before->n < CONFIRMED ? before->n : CONFIRMED);
    for (size_t i = 0; i < n; i++)
        look(before, &q[i].rows, &l);
    *out = *before;
    if (!l.n_fresh && l.n_stand == before->n)
        return OK;
    out->seen = ARENA_ARRAY(c->arena, l.n_stand + l.n_fresh, struct account_match);
    out->n_seen = 0;
    for (size_t i = 0; i < before->n; i++)
        if (l.stands[i])
            out->seen[out->n_seen++] = before->seen[i];
    TRY(compare(c, before->probe, l.fresh, l.n_fresh, out->seen + out->n_seen, &made));
    out->n_seen += made;
    rank(out);
    return OK;
}
