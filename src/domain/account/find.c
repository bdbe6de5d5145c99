/*
 * Finding a company again: candidates by key from the index, then the match engine decides.
 *
 * The dear part runs before the transaction, on a snapshot. Inside it only the keys' lists and the versions
 * of the matches are read again: what came under a key since, or is of another version, is compared anew, so
 * that the answer is that of the transaction.
 */
#include "domain/account/account.h"

#include <stdlib.h>

#define KEYS_ASKED 12 /* the engine lists the selective ones first */
#define LIST_MAX   60 /* a key that more accounts share says little; its list is left out when others speak */
#define COMPARED   40 /* accounts that share the most and the rarest keys */

/*
 * Each key is asked for itself, with a limit of its own, so that a common one cannot crowd out the rare; all
 * in one statement, because on PostgreSQL a statement costs more than what it finds here. Rows: number of the
 * key, account.
 */
#define LIST(i, arg)                                                                                         \
    "select " i ", account_id from (select account_id from account_key where key = " arg " limit 61) k" i
#define LISTS_1  LIST("0", "$1")
#define LISTS_2  LISTS_1 " union all " LIST("1", "$2")
#define LISTS_3  LISTS_2 " union all " LIST("2", "$3")
#define LISTS_4  LISTS_3 " union all " LIST("3", "$4")
#define LISTS_5  LISTS_4 " union all " LIST("4", "$5")
#define LISTS_6  LISTS_5 " union all " LIST("5", "$6")
#define LISTS_7  LISTS_6 " union all " LIST("6", "$7")
#define LISTS_8  LISTS_7 " union all " LIST("7", "$8")
#define LISTS_9  LISTS_8 " union all " LIST("8", "$9")
#define LISTS_10 LISTS_9 " union all " LIST("9", "$10")
#define LISTS_11 LISTS_10 " union all " LIST("10", "$11")
#define LISTS_12 LISTS_11 " union all " LIST("11", "$12")
static const char *const lists_sql[KEYS_ASKED + 1] = {NULL, LISTS_1, LISTS_2, LISTS_3, LISTS_4, LISTS_5,
    LISTS_6, LISTS_7, LISTS_8, LISTS_9, LISTS_10, LISTS_11, LISTS_12};

/* A list of arguments has one of a few lengths: each is a statement of its own to the database. */
#define TO_4  "$1, $2, $3, $4"
#define TO_12 TO_4 ", $5, $6, $7, $8, $9, $10, $11, $12"
#define TO_40                                                                                                \
    TO_12 ", $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, "     \
          "$31, $32, $33, $34, $35, $36, $37, $38, $39, $40"
static const size_t lengths[] = {1, 4, 12, COMPARED};
#define OF_LENGTHS(head)                                                                                     \
    {                                                                                                        \
        head " in ($1)", head " in (" TO_4 ")", head " in (" TO_12 ")", head " in (" TO_40 ")"               \
    }
static const char *const accounts_sql[] = OF_LENGTHS(
    "select id, version, name, domain, country, city, aliases, parent_id, owner_id, status, contract_until "
    "from account where merged_into is null and id");
static const char *const pairs_sql[] = OF_LENGTHS("select key, account_id from account_key where key");
static const char *const versions_sql[] = OF_LENGTHS("select id, version from account where id");

/* One of SQL's lengths for N arguments, filled up with the last. */
static struct db_query query_of(struct arena *a, const char *const *sql, const struct value *args, size_t n)
{
    size_t at = 0;
    while (lengths[at] < n)
        at++;
    struct value *filled = ARENA_ARRAY(a, lengths[at], struct value);
    for (size_t i = 0; i < lengths[at]; i++)
        filled[i] = args[i < n ? i : n - 1];
    return (struct db_query){.sql = sql[at], .args = filled, .n_args = lengths[at]};
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
    size_t asked = keys->n < KEYS_ASKED ? keys->n : KEYS_ASKED, length[KEYS_ASKED] = {0};
    struct rows rows;
    for (size_t i = 0; i < asked; i++)
        args[i] = v_text(keys->key[i]);
    TRY(db_query(c->db, c->arena, &rows, lists_sql[asked], args, asked));
    for (size_t r = 0; r < rows.n; r++)
        length[cell_int(&rows, r, 0)]++;
    bool any = false;
    s->lists = ARENA_ARRAY(c->arena, asked, struct account_list);
    for (size_t i = 0; i < asked; i++) {
        bool is_short = length[i] <= LIST_MAX;
        any |= length[i] && (is_short || i < keys->n_exact);
        if (!is_short)
            continue;
        s->lists[s->n_lists++] =
            (struct account_list){keys->key[i], ARENA_ARRAY(c->arena, length[i], int64_t), length[i]};
        for (size_t r = 0, k = 0; r < rows.n; r++)
            if (cell_int(&rows, r, 0) == (int64_t)i)
                s->lists[s->n_lists - 1].ids[k++] = cell_int(&rows, r, 1);
    }
    *out = ARENA_ARRAY(c->arena, rows.n, struct shared);
    *n = 0;
    for (size_t r = 0; r < rows.n; r++) {
        size_t i = (size_t)cell_int(&rows, r, 0);
        if (!any || length[i] <= LIST_MAX || i < keys->n_exact)
            (*out)[(*n)++] = (struct shared){cell_int(&rows, r, 1), 1.0 / (double)length[i]};
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

/* Reads and compares N accounts, at most COMPARED, into OUT; *MADE how many there were. */
static enum status compare(struct call *c, const struct match_record *probe, const int64_t *ids, size_t n,
    struct account_match *out, size_t *made)
{
    struct value args[COMPARED];
    *made = 0;
    if (!n)
        return OK;
    for (size_t i = 0; i < n; i++)
        args[i] = v_int(ids[i]);
    struct db_query q = query_of(c->arena, accounts_sql, args, n);
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
    out->seen = ARENA_ARRAY(c->arena, compared, struct account_match);
    TRY(compare(c, probe, ids, compared, out->seen, &out->n_seen));
    rank(out);
    return OK;
}

/* ---- again, in the transaction ---- */

size_t account_find_queries(struct arena *a, const struct account_search *s, struct db_query q[2])
{
    struct value keys[KEYS_ASKED], ids[COMPARED];
    size_t n = 0;
    for (size_t i = 0; i < s->n_lists; i++)
        keys[i] = v_text(s->lists[i].key);
    for (size_t i = 0; i < s->n; i++)
        ids[i] = v_int(s->seen[i].id);
    if (s->n_lists)
        q[n++] = query_of(a, pairs_sql, keys, s->n_lists);
    if (s->n)
        q[n++] = query_of(a, versions_sql, ids, s->n);
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
    int64_t fresh[COMPARED];
};

static void read_anew(struct second_look *l, int64_t id)
{
    if (l->n_fresh < COMPARED && !listed(l->fresh, l->n_fresh, id))
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
static void look_at_lists(const struct account_search *s, const struct rows *rows, struct second_look *l)
{
    for (size_t r = 0; r < rows->n; r++) {
        size_t i = 0;
        while (!streq(s->lists[i].key, cell_text(rows, r, 0)))
            i++;
        if (!listed(s->lists[i].ids, s->lists[i].n, cell_int(rows, r, 1)))
            read_anew(l, cell_int(rows, r, 1));
    }
}

enum status account_find_again(
    struct call *c, const struct account_search *before, const struct db_query *q, struct account_search *out)
{
    struct second_look l = {.stands = ARENA_ARRAY(c->arena, before->n, bool)};
    size_t made;
    if (before->n)
        look_at_matches(before, &q[before->n_lists > 0].rows, &l);
    if (before->n_lists)
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
