#include "domain/cosell/candidates.h"

#include "base/json.h"
#include "domain/programme/programme.h"

#include <stdlib.h>

#define FIXED_ARGS 3 /* today, stuck after, contracts within: $1 to $3 of a source */

struct found_row {
    int64_t account_id, partner_id;
    struct cosell_found found;
    const struct value *cells; /* of a foothold: its row */
};

/* What is known of all accounts and partners in question. */
struct gathering {
    const struct cosell_wish *wish;
    const struct programme *programme;
    struct date today;
    struct value
        args[FIXED_ARGS + COSELL_BATCH]; /* the list filled up with its last, so that one text serves */
    struct found_row *footholds, *ties;
    size_t n_footholds, n_ties;
    struct rows accounts;
};

/* ---- asking the sources ---- */

/* SQL with its list of accounts, and naming each argument, as PostgreSQL wants it. */
static const char *source_sql(struct call *c, const char *sql, bool foothold)
{
    struct buf b = buf_in(c->arena, 16384), list = buf_in(c->arena, 1024);
    const char *mark = "{accounts}", *at;
    for (int i = 0; i < COSELL_BATCH; i++)
        buf_addf(&list, "%s$%d", i ? ", " : "", FIXED_ARGS + i + 1);
    buf_addf(&b, "select * from (");
    for (; (at = strstr(sql, mark)); sql = at + strlen(mark)) {
        buf_add(&b, sql, (size_t)(at - sql));
        buf_adds(&b, buf_str(&list));
    }
    buf_adds(&b, sql);
    buf_adds(&b, ") s where cast($1 as bigint) + cast($2 as bigint) + cast($3 as bigint) is not null");
    buf_adds(&b, foothold ? "" : " limit 20000");
    return buf_str(&b);
}

static struct cosell_found found_at(const struct rows *rows, size_t r, size_t day, int source, int64_t n)
{
    const struct value *v = cell(rows, r, day);
    return (struct cosell_found){source, n, {v->kind == VALUE_INT ? (int32_t)v->i : DATE_NONE}};
}

static size_t count_rows(const struct db_query *q, size_t n)
{
    size_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += q[i].rows.n;
    return all;
}

static void take_rows(struct call *c, const struct db_query *q, struct gathering *g)
{
    const struct db_query *ties = q + COSELL_N_FOOTHOLDS;
    g->footholds = ARENA_ARRAY(c->arena, count_rows(q, COSELL_N_FOOTHOLDS) + 1, struct found_row);
    g->ties = ARENA_ARRAY(c->arena, count_rows(ties, COSELL_N_TIES) + 1, struct found_row);
    for (int s = 0; s < COSELL_N_FOOTHOLDS; s++)
        for (size_t r = 0; r < q[s].rows.n; r++)
            g->footholds[g->n_footholds++] = (struct found_row){.account_id = cell_int(&q[s].rows, r, 0),
                .found = found_at(&q[s].rows, r, 6, s, 1),
                .cells = cell(&q[s].rows, r, 0)};
    for (int s = 0; s < COSELL_N_TIES; s++)
        for (size_t r = 0; r < ties[s].rows.n; r++)
            g->ties[g->n_ties++] = (struct found_row){.account_id = cell_int(&ties[s].rows, r, 0),
                .partner_id = cell_int(&ties[s].rows, r, 1),
                .found = found_at(&ties[s].rows, r, 3, s, cell_int(&ties[s].rows, r, 2))};
}

static enum status ask_sources(struct call *c, struct gathering *g)
{
    struct db_query q[COSELL_N_FOOTHOLDS + COSELL_N_TIES + 1];
    size_t n = 0;
    for (int i = 0; i < COSELL_N_FOOTHOLDS; i++)
        q[n++] = (struct db_query){.sql = source_sql(c, cosell_footholds[i].sql, true)};
    for (int i = 0; i < COSELL_N_TIES; i++)
        q[n++] = (struct db_query){.sql = source_sql(c, cosell_ties[i].sql, false)};
    q[n++].sql = source_sql(c,
        "select a.id, a.country, a.industry from account a where a.id in ({accounts}) and a.merged_into is "
        "null and a.status <> 'direct_only'",
        true);
    for (size_t i = 0; i < n; i++) {
        q[i].args = g->args;
        q[i].n_args = COUNT(g->args);
    }
    TRY(db_query_many(c->db, c->arena, q, n));
    take_rows(c, q, g);
    g->accounts = q[n - 1].rows;
    return OK;
}

/* ---- footholds ---- */

static int64_t cells_int(const struct value *cells, size_t i)
{
    return cells[i].kind == VALUE_INT ? cells[i].i : 0;
}

/* Whether the partner works on the deal of that foothold already. */
static bool works_on(const struct rows *members, int64_t partner_id, int64_t deal)
{
    for (size_t i = 0; deal && i < members->n; i++)
        if (cell_int(members, i, 0) == deal && cell_int(members, i, 1) == partner_id)
            return true;
    return false;
}

static bool better(const struct found_row *a, const struct found_row *b)
{
    int points_a = cosell_footholds[a->found.source].points,
        points_b = cosell_footholds[b->found.source].points;
    if (points_a != points_b)
        return points_a > points_b;
    if (cells_int(a->cells, 4) != cells_int(b->cells, 4))
        return cells_int(a->cells, 4) > cells_int(b->cells, 4);
    return cells_int(a->cells, 1) < cells_int(b->cells, 1);
}

/* The strongest foothold of the account that the partner does not see to already; NULL: there is none. */
static const struct found_row *foothold_for(
    const struct gathering *g, const struct rows *members, int64_t account_id, int64_t partner_id)
{
    const struct found_row *best = NULL;
    for (size_t i = 0; i < g->n_footholds; i++) {
        const struct found_row *f = &g->footholds[i];
        int64_t deal = cells_int(f->cells, 1);
        if (f->account_id != account_id || (g->wish->opportunity_id && deal != g->wish->opportunity_id) ||
            (!g->wish->owned &&
                (works_on(members, partner_id, deal) || cells_int(f->cells, 7) == partner_id)))
            continue;
        best = !best || better(f, best) ? f : best;
    }
    return best;
}

static void take_foothold(const struct found_row *f, struct cosell_candidate *k)
{
    k->foothold = f->found;
    k->opportunity_id.id = cells_int(f->cells, 1);
    k->product_line_id.id = cells_int(f->cells, 2);
    k->owner_id.id = cells_int(f->cells, 3);
    k->amount.minor = cells_int(f->cells, 4);
    k->currency = f->cells[5].kind == VALUE_TEXT ? f->cells[5].s : NULL;
    k->input.foothold = cosell_footholds[f->found.source].points;
}

/* ---- candidates ---- */

static int by_pair(const void *a, const void *b)
{
    const struct found_row *x = a, *y = b;
    if (x->account_id != y->account_id)
        return x->account_id < y->account_id ? -1 : 1;
    if (x->partner_id != y->partner_id)
        return x->partner_id < y->partner_id ? -1 : 1;
    return x->found.source - y->found.source;
}

static void add_tie(struct cosell_candidate *k, const struct cosell_found *f)
{
    struct cosell_found *last = k->n_ties ? &k->ties[k->n_ties - 1] : NULL;
    if (last && last->source == f->source) {
        last->n += f->n;
        last->day.days =
            f->day.days > last->day.days || last->day.days == DATE_NONE ? f->day.days : last->day.days;
    } else if (f->source != COSELL_TIE_near_win || !last || k->ties[0].source != COSELL_TIE_customer) {
        k->ties[k->n_ties++] = *f; /* who has won there itself has not won near */
    }
}

static struct cosell_candidate *add_candidate(
    const struct gathering *g, size_t account, int64_t partner_id, struct cosell_candidates *out)
{
    struct cosell_candidate *k = &out->all[out->n++];
    *k = (struct cosell_candidate){.account_id = cell_int(&g->accounts, account, 0),
        .partner_id = partner_id,
        .country = cell_text(&g->accounts, account, 1),
        .industry = cell_text(&g->accounts, account, 2),
        .foothold = {.source = -1}};
    return k;
}

static const size_t *account_row(const struct gathering *g, int64_t id, size_t *at)
{
    for (*at = 0; *at < g->accounts.n; (*at)++)
        if (cell_int(&g->accounts, *at, 0) == id)
            return at;
    return NULL;
}

/* Of each pair with a tie one, with its ties. */
static void make_pairs(struct call *c, struct gathering *g, size_t room, struct cosell_candidates *out)
{
    out->all = ARENA_ARRAY(c->arena, g->n_ties + room + 1, struct cosell_candidate);
    qsort(g->ties, g->n_ties, sizeof *g->ties, by_pair);
    struct cosell_candidate *k = NULL;
    for (size_t i = 0; i < g->n_ties; i++) {
        const struct found_row *t = &g->ties[i];
        size_t at;
        if (!account_row(g, t->account_id, &at))
            continue;
        if (!k || k->account_id != t->account_id || k->partner_id != t->partner_id)
            k = add_candidate(g, at, t->partner_id, out);
        add_tie(k, &t->found);
    }
}

/* Certified for the deal's product; whether they cover the country is seen with the others. */
static void add_strangers(
    const struct gathering *g, const struct rows *certified, struct cosell_candidates *out)
{
    size_t known = out->n;
    for (size_t i = 0; g->accounts.n && i < certified->n; i++) {
        bool there = false;
        for (size_t k = 0; k < known && !there; k++)
            there = out->all[k].partner_id == cell_int(certified, i, 0);
        if (!there)
            (void)add_candidate(g, 0, cell_int(certified, i, 0), out);
    }
}

/* ---- partners ---- */

static void take_partner(
    const struct gathering *g, const struct cosell_partners *partners, struct cosell_candidate *k)
{
    const struct cosell_partner *p = cosell_partner(partners, k->partner_id);
    if (!p)
        return;
    const struct roster_partner *who = p->who;
    k->partner = who->name;
    k->suspended = roster_suspended(who);
    k->manager_id = who->manager_id;
    k->input.covers =
        k->country &&
        (streq(who->country, k->country) ||
            (*who->territories && programme_covers(g->programme, who->territories, k->country)));
    k->input.certified = roster_certified(partners->roster, who->id, k->product_line_id.id, g->today) > 0;
    k->input.asked = p->asked;
    k->input.answered = p->answered;
    k->input.answer_hours = p->answer_hours;
    k->input.load = p->load;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The candidates' partners, once each, in order. */
static size_t partner_ids(struct call *c, const struct cosell_candidates *all, int64_t **out)
{
    int64_t *ids = *out = ARENA_ARRAY(c->arena, all->n + 1, int64_t);
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        ids[i] = all->all[i].partner_id;
    qsort(ids, all->n, sizeof *ids, by_id);
    for (size_t i = 0; i < all->n; i++)
        if (!n || ids[n - 1] != ids[i])
            ids[n++] = ids[i];
    return n;
}

static enum status read_partners(struct call *c, const struct gathering *g, struct cosell_candidates *all)
{
    const struct cosell_partners *known = g->wish->partners;
    struct cosell_partners read;
    int64_t *ids;
    if (!known) {
        size_t n = partner_ids(c, all, &ids);
        TRY(cosell_partners_read(c, ids, n, &read));
        known = &read;
    }
    for (size_t i = 0; i < all->n; i++)
        take_partner(g, known, &all->all[i]);
    return OK;
}

/* ---- ranking ---- */

static void score(struct call *c, const struct gathering *g, struct cosell_candidate *k)
{
    struct rank_tie *ties = ARENA_ARRAY(c->arena, k->n_ties + 1, struct rank_tie);
    for (size_t i = 0; i < k->n_ties; i++)
        ties[i] = (struct rank_tie){cosell_ties[k->ties[i].source].points,
            k->ties[i].day.days == DATE_NONE ? -1 : g->today.days - k->ties[i].day.days};
    k->input.ties = ties;
    k->input.n_ties = k->n_ties;
    rank_score(&k->input, &k->result);
}

static int by_rank(const void *a, const void *b)
{
    const struct cosell_candidate *x = a, *y = b;
    if (x->account_id != y->account_id)
        return x->account_id < y->account_id ? -1 : 1;
    return rank_compare(
        x->result.score, x->input.load, x->partner_id, y->result.score, y->input.load, y->partner_id);
}

/* Each account's best MOST with at least LEAST points, of those for which KEEP holds. */
static void keep_best(
    struct cosell_candidates *all, size_t most, int least, bool (*keep)(const struct cosell_candidate *))
{
    size_t n = 0, of_account = 0;
    qsort(all->all, all->n, sizeof *all->all, by_rank);
    for (size_t i = 0; i < all->n; i++) {
        const struct cosell_candidate *k = &all->all[i];
        of_account = n && all->all[n - 1].account_id == k->account_id ? of_account : 0;
        if (of_account < most && k->result.score >= least && keep(k)) {
            all->all[n++] = *k;
            of_account++;
        }
    }
    all->n = n;
}

static bool has_foothold(const struct cosell_candidate *k)
{
    return k->foothold.source >= 0;
}

/* Who has no tie must fit in both respects. */
static bool could_help(const struct cosell_candidate *k)
{
    return k->partner && !k->suspended && (k->n_ties || (k->input.certified && k->input.covers));
}

/* Who already works on which of the accounts' deals; who is certified for the product of the one deal. */
static enum status read_around(
    struct call *c, struct gathering *g, struct rows *members, struct rows *certified)
{
    struct value deal[2] = {v_int(g->wish->opportunity_id), v_int(g->today.days)};
    TRY(db_query(c->db, c->arena, members,
        source_sql(c,
            "select m.opportunity_id, m.partner_id from opportunity o join opportunity_member m on "
            "m.opportunity_id = o.id where o.account_id in ({accounts}) and o.state = 'open' and m.state = "
            "'active' and m.partner_id is not null",
            true),
        g->args, COUNT(g->args)));
    *certified = (struct rows){0};
    if (!g->wish->strangers)
        return OK;
    return db_query(c->db, c->arena, certified,
        "select k.partner_id from opportunity o join certification k on k.product_line_id = "
        "o.product_line_id where o.id = $1 and k.people > 0 and (k.expires is null or k.expires >= cast($2 "
        "as "
        "bigint)) order by k.partner_id limit 5000",
        deal, 2);
}

enum status cosell_candidates_read(
    struct call *c, const struct cosell_wish *wish, struct cosell_candidates *out)
{
    struct gathering g = {.wish = wish, .today = date_in(c->catalog->zone, c->now)};
    struct rows members, certified;
    *out = (struct cosell_candidates){0};
    ASSERT(wish->n <= COSELL_BATCH);
    if (!wish->n)
        return OK;
    TRY(programme_active(c, &g.programme));
    g.args[0] = v_int(g.today.days);
    g.args[1] = v_int(g.programme->cosell.stuck_days);
    g.args[2] = v_int(g.programme->cosell.contract_days);
    for (size_t i = 0; i < COSELL_BATCH; i++)
        g.args[FIXED_ARGS + i] = v_int(wish->accounts[i < wish->n ? i : wish->n - 1]);
    TRY(ask_sources(c, &g));
    TRY(read_around(c, &g, &members, &certified));
    make_pairs(c, &g, certified.n, out);
    add_strangers(&g, &certified, out);
    for (size_t i = 0; i < out->n; i++) {
        struct cosell_candidate *k = &out->all[i];
        const struct found_row *f = foothold_for(&g, &members, k->account_id, k->partner_id);
        if (f)
            take_foothold(f, k);
        score(c, &g, k);
    }
    keep_best(out, SIZE_MAX, 0, has_foothold);
    TRY(read_partners(c, &g, out));
    for (size_t i = 0; i < out->n; i++)
        score(c, &g, &out->all[i]);
    keep_best(out, wish->most, wish->least, could_help);
    return OK;
}

/* ---- telling ---- */

static bool speaks(const struct cosell_candidate *k, int fit)
{
    switch (fit) {
    case COSELL_FIT_certified: return k->input.certified;
    case COSELL_FIT_covers: return k->input.covers;
    case COSELL_FIT_fast: return rank_is_fast(&k->input);
    default: return k->input.load <= RANK_FREE_LOAD;
    }
}

const char *cosell_reasons(struct call *c, const struct cosell_candidate *k)
{
    struct buf b = buf_in(c->arena, 1024);
    buf_addc(&b, ',');
    if (k->foothold.source >= 0)
        buf_addf(&b, "%s,", cosell_footholds[k->foothold.source].key);
    for (size_t i = 0; i < k->n_ties; i++)
        buf_addf(&b, "%s,", cosell_ties[k->ties[i].source].key);
    for (int i = 0; i < COSELL_N_FITS; i++)
        if (speaks(k, i))
            buf_addf(&b, "%s,", cosell_fits[i].key);
    return b.len > 1 ? buf_str(&b) : NULL;
}

static void write_found(
    struct call *c, struct json_out *w, const struct cosell_source *source, const struct cosell_found *f)
{
    out_object(w);
    out_kv_string(w, "key", source->key);
    out_kv_int(w, "n", f->n);
    if (f->day.days != DATE_NONE)
        out_kv_string(w, "day", date_iso(c->arena, f->day));
    out_end(w);
}

const char *cosell_evidence(struct call *c, const struct cosell_candidate *k)
{
    static const char *const parts[RANK_PARTS] = {"foothold", "tie", "fit", "speed", "load"};
    struct buf b = buf_in(c->arena, 8192);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "points");
    out_object(&w);
    for (int i = 0; i < RANK_PARTS; i++)
        out_kv_int(&w, parts[i], k->result.part[i]);
    out_end(&w);
    if (k->foothold.source >= 0) {
        out_key(&w, "foothold");
        write_found(c, &w, &cosell_footholds[k->foothold.source], &k->foothold);
    }
    out_key(&w, "ties");
    out_array(&w);
    for (size_t i = 0; i < k->n_ties; i++)
        write_found(c, &w, &cosell_ties[k->ties[i].source], &k->ties[i]);
    out_end(&w);
    out_kv_bool(&w, "certified", k->input.certified);
    out_kv_bool(&w, "covers", k->input.covers);
    out_kv_int(&w, "asked", k->input.asked);
    out_kv_int(&w, "answered", k->input.answered);
    out_kv_int(&w, "answer_hours", k->input.answer_hours);
    out_kv_int(&w, "open", k->input.load);
    out_end(&w);
    return buf_str(&b);
}
