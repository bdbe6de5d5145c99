/*
 * Accounts are found by the keys under which the match engine keeps them, partners by keys made of name and
 * domain in the same way, people by their address and by name within one company. What many share says
 * nothing and is left out; the rest is compared in pairs.
 */
#include "domain/merge/candidates.h"
#include "base/text.h"
#include "domain/account/account.h"

#include <stdlib.h>

#define SHARED_MAX   8      /* rows of one key */
#define PAIRS_MAX    200000 /* that are compared */
#define READ_AT_ONCE 200

/* ---- pairs of one key ---- */

struct keyed {
    const char *key;
    int64_t id;
};

struct pair {
    int64_t one, other;
};

struct pairs {
    struct arena *arena;
    struct pair *of;
    size_t n;
    const char *key; /* the one under way, and who has it */
    int64_t ids[SHARED_MAX + 1];
    size_t n_ids;
};

static void end_key(struct pairs *p)
{
    for (size_t i = 0; p->n_ids <= SHARED_MAX && i < p->n_ids; i++)
        for (size_t k = i + 1; k < p->n_ids && p->n < PAIRS_MAX; k++)
            p->of[p->n++] = p->ids[i] < p->ids[k] ? (struct pair){p->ids[i], p->ids[k]}
                                                  : (struct pair){p->ids[k], p->ids[i]};
    p->n_ids = 0;
}

/* In the order of keys. */
static void add_key(struct pairs *p, const char *key, int64_t id)
{
    if (!p->key || !streq(p->key, key)) {
        end_key(p);
        p->key = arena_strdup(p->arena, key);
    }
    if (p->n_ids <= SHARED_MAX)
        p->ids[p->n_ids++] = id;
}

static bool take_key(void *ctx, const struct value *cells, size_t n)
{
    (void)n;
    add_key(ctx, cells[0].s, cells[1].i);
    return true;
}

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static int by_ids(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->one != y->one)
        return x->one < y->one ? -1 : 1;
    return (x->other > y->other) - (x->other < y->other);
}

/* Once each. */
static void finish(struct pairs *p)
{
    size_t kept = 0;
    end_key(p);
    qsort(p->of, p->n, sizeof *p->of, by_ids);
    for (size_t i = 0; i < p->n; i++)
        if (p->of[i].one != p->of[i].other && (!kept || by_ids(&p->of[kept - 1], &p->of[i]) != 0))
            p->of[kept++] = p->of[i];
    p->n = kept;
}

static void pair_up(struct pairs *p, struct keyed *keys, size_t n)
{
    qsort(keys, n, sizeof *keys, by_key);
    for (size_t i = 0; i < n; i++)
        add_key(p, keys[i].key, keys[i].id);
}

/* ---- companies ---- */

struct company {
    int64_t id, parent;
    const char *name;
    const struct match_record *record;
};

static int company_by_id(const void *a, const void *b)
{
    const struct company *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static const struct company *company_find(const struct company *of, size_t n, int64_t id)
{
    struct company key = {.id = id};
    return bsearch(&key, of, n, sizeof *of, company_by_id);
}

static void take_company(struct call *c, const struct rows *rows, struct company *out)
{
    if (!rows->n)
        return;
    struct account a = {.name = cell_text(rows, 0, 1),
        .domain = cell_text(rows, 0, 2),
        .country = cell_text(rows, 0, 3),
        .city = cell_text(rows, 0, 4),
        .aliases = cell_text(rows, 0, 5)};
    *out = (struct company){cell_int(rows, 0, 0), cell_int(rows, 0, 6), a.name, account_record(c->arena, &a)};
}

#define COMPANY(table, city, aliases)                                                                        \
    "select id, name, domain, country, " city ", " aliases ", parent_id from " table                         \
    " where id = $1 and merged_into is null"
static const char account_sql[] = COMPANY("account", "city", "aliases");
static const char partner_sql[] = COMPANY("partner", "null", "null");

/* So many at once. */
static enum status read_some(struct call *c, const char *sql, struct company *of, size_t n)
{
    struct db_query q[READ_AT_ONCE];
    struct value args[READ_AT_ONCE];
    for (size_t i = 0; i < n; i++) {
        args[i] = v_int(of[i].id);
        q[i] = (struct db_query){.sql = sql, .args = &args[i], .n_args = 1};
    }
    TRY(db_query_many(c->db, c->arena, q, n));
    for (size_t i = 0; i < n; i++)
        take_company(c, &q[i].rows, &of[i]);
    return OK;
}

/* Each that is in a pair, read once, by id. */
static enum status read_companies(struct call *c, const char *sql, const struct pairs *p,
    const struct candidate_hook *hook, struct company **out, size_t *n)
{
    struct company *all = ARENA_ARRAY(c->arena, 2 * p->n + 1, struct company);
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i++) {
        all[2 * i].id = p->of[i].one;
        all[2 * i + 1].id = p->of[i].other;
    }
    qsort(all, 2 * p->n, sizeof *all, company_by_id);
    for (size_t i = 0; i < 2 * p->n; i++)
        if (!kept || all[kept - 1].id != all[i].id)
            all[kept++] = all[i];
    for (size_t i = 0; i < kept; i += READ_AT_ONCE) {
        TRY(read_some(c, sql, &all[i], kept - i < READ_AT_ONCE ? kept - i : READ_AT_ONCE));
        if (!hook->go_on(hook->ctx, i, kept + p->n))
            return RETRY;
    }
    *out = all;
    *n = kept;
    return OK;
}

/* A subsidiary is meant to be a row of its own. */
static bool related(const struct company *a, const struct company *b)
{
    return a->parent == b->id || b->parent == a->id || (a->parent && a->parent == b->parent);
}

/* Whole percent; never 100: what is certain needs nobody's eyes. */
static int64_t percent_likely(double score)
{
    int64_t percent = (int64_t)(score * 100 + 0.5);
    return percent < 99 ? percent : 99;
}

static enum status compare_companies(struct call *c, const char *sql, const struct pairs *p,
    const struct candidate_hook *hook, struct candidate *out, size_t *n)
{
    struct company *companies;
    size_t n_companies;
    TRY(read_companies(c, sql, p, hook, &companies, &n_companies));
    for (size_t i = 0; i < p->n; i++) {
        if (i % READ_AT_ONCE == 0 && !hook->go_on(hook->ctx, n_companies + i, n_companies + p->n))
            return RETRY;
        const struct company *a = company_find(companies, n_companies, p->of[i].one);
        const struct company *b = company_find(companies, n_companies, p->of[i].other);
        if (!a->record || !b->record || related(a, b))
            continue;
        struct match_result m = match_compare(c->arena, a->record, b->record);
        if (m.answer == MATCH_DIFFERENT)
            continue;
        out[(*n)++] = (struct candidate){a->id, b->id, a->name, b->name, percent_likely(m.score), m.evidence};
    }
    return OK;
}

static enum status partner_keys(struct call *c, struct pairs *p)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id, name, domain, country from partner where merged_into is null", NULL, 0));
    struct keyed *keys = ARENA_ARRAY(c->arena, rows.n * MATCH_MAX_KEYS + 1, struct keyed);
    size_t n = 0;
    for (size_t r = 0; r < rows.n; r++) {
        struct match_company company = {.name = cell_text(&rows, r, 1),
            .domain = cell_text(&rows, r, 2),
            .country = cell_text(&rows, r, 3)};
        struct match_keys k;
        match_keys(c->arena, match_prepare(c->arena, &company), &k);
        for (size_t i = 0; i < k.n; i++)
            keys[n++] = (struct keyed){k.key[i], cell_int(&rows, r, 0)};
    }
    pair_up(p, keys, n);
    return OK;
}

/* ---- people ---- */

struct somebody {
    int64_t id, partner;
    const char *name, *folded, *mail;
};

/* "Max.Muster+crm@mail.x.example" and "maxmuster@x.example" are one mailbox's. */
static const char *mail_key(struct arena *a, const char *email)
{
    const char *at = strchr(email, '@'), *domain = match_domain(a, email);
    struct buf b = buf_in(a, 1024);
    if (!at || !domain)
        return NULL;
    const char *local = text_fold(a, arena_strndup(a, email, (size_t)(at - email)));
    for (const char *p = local; *p && *p != '+'; p++)
        if (*p != '.' && *p != '-' && *p != '_' && *p != ' ')
            buf_addc(&b, *p);
    buf_addf(&b, "@%s", domain);
    return buf_str(&b);
}

static int somebody_by_id(const void *a, const void *b)
{
    const struct somebody *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* Pairs are made of these people. */
static const struct somebody *find_somebody(const struct somebody *people, size_t n, int64_t id)
{
    const struct somebody *found =
        bsearch(&(struct somebody){.id = id}, people, n, sizeof *people, somebody_by_id);
    ASSERT(found);
    return found;
}

static enum status compare_people(struct call *c, struct pairs *p, struct candidate **out, size_t *n)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id, name, email, partner_id from person where merged_into is null order by id", NULL, 0));
    struct somebody *people = ARENA_ARRAY(c->arena, rows.n + 1, struct somebody);
    struct keyed *keys = ARENA_ARRAY(c->arena, 2 * rows.n + 1, struct keyed);
    size_t n_keys = 0;
    for (size_t r = 0; r < rows.n; r++) {
        struct somebody *s = &people[r];
        *s = (struct somebody){cell_int(&rows, r, 0), cell_int(&rows, r, 3), cell_text(&rows, r, 1),
            text_fold(c->arena, cell_text(&rows, r, 1)), mail_key(c->arena, cell_string(&rows, r, 2))};
        if (s->mail)
            keys[n_keys++] =
                (struct keyed){arena_printf(c->arena, "m:%lld:%s", (long long)s->partner, s->mail), s->id};
        keys[n_keys++] =
            (struct keyed){arena_printf(c->arena, "n:%lld:%s", (long long)s->partner, s->folded), s->id};
    }
    pair_up(p, keys, n_keys);
    finish(p);
    *out = ARENA_ARRAY(c->arena, p->n + 1, struct candidate);
    for (size_t i = 0; i < p->n; i++) {
        const struct somebody *a = find_somebody(people, rows.n, p->of[i].one);
        const struct somebody *b = find_somebody(people, rows.n, p->of[i].other);
        bool mail = a->mail && b->mail && streq(a->mail, b->mail), name = streq(a->folded, b->folded);
        (*out)[(*n)++] = (struct candidate){a->id, b->id, a->name, b->name,
            mail && name ? 98
            : mail       ? 90
                         : 75,
            mail && name ? "same_mail,same_name"
            : mail       ? "same_mail"
                         : "same_name"};
    }
    return OK;
}

/* ---- the whole ---- */

static int likeliest_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->one != y->one ? (x->one < y->one ? -1 : 1) : (x->other > y->other) - (x->other < y->other);
}

enum status candidates_find(struct call *c, const struct merge_kind *k, size_t max,
    const struct candidate_hook *hook, struct candidate **out, size_t *n)
{
    struct pairs p = {.arena = c->arena, .of = ARENA_ARRAY(c->arena, PAIRS_MAX, struct pair)};
    bool account = streq(k->name, "account");
    *n = 0;
    if (streq(k->name, "person")) {
        TRY(compare_people(c, &p, out, n));
    } else {
        TRY(account ? db_each(c->db, take_key, &p,
                          "select key, account_id from account_key order by key, account_id", NULL, 0)
                    : partner_keys(c, &p));
        finish(&p);
        *out = ARENA_ARRAY(c->arena, p.n + 1, struct candidate);
        TRY(compare_companies(c, account ? account_sql : partner_sql, &p, hook, *out, n));
    }
    qsort(*out, *n, sizeof **out, likeliest_first);
    *n = *n < max ? *n : max;
    return OK;
}
