#include "domain/partner/roster.h"

#include "domain/programme/programme.h"

#include <pthread.h>
#include <stdlib.h>

struct kept {
    struct roster roster;
    struct arena *arena;
    int64_t position; /* of the feed: up to here nothing changed it */
    int users;        /* the keeper is one */
};

struct roster_keeper {
    pthread_mutex_t lock;
    struct kept *now; /* NULL: none was read yet */
};

struct roster_keeper *roster_keeper_new(void)
{
    struct roster_keeper *k = xcalloc(1, sizeof *k);
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

/* Under the keeper's lock, or where nobody else can have it. */
static void let_go(struct kept *kept)
{
    if (kept && --kept->users == 0) {
        arena_free(kept->arena);
        free(kept);
    }
}

void roster_keeper_free(struct roster_keeper *k)
{
    if (!k)
        return;
    let_go(k->now);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

/* ---- a call's hold on it ---- */

struct hold {
    struct roster_keeper *keeper;
    struct kept *kept;
};

static void release(void *arg)
{
    struct hold *h = arg;
    pthread_mutex_lock(&h->keeper->lock);
    let_go(h->kept);
    pthread_mutex_unlock(&h->keeper->lock);
}

/* Which counted the call as a user already. */
static void hold(struct call *c, struct roster_keeper *keeper, struct kept *kept)
{
    struct hold *h = ARENA_NEW(c->arena, struct hold);
    *h = (struct hold){keeper, kept};
    arena_cleanup(c->arena, release, h);
}

/* *POSITION: up to where it is right. NULL: none was read yet. */
static struct kept *hold_present(struct call *c, struct roster_keeper *keeper, int64_t *position)
{
    pthread_mutex_lock(&keeper->lock);
    struct kept *kept = keeper->now;
    *position = kept ? kept->position : 0;
    if (kept)
        kept->users++;
    pthread_mutex_unlock(&keeper->lock);
    if (kept)
        hold(c, keeper, kept);
    return kept;
}

static void advance(struct roster_keeper *keeper, struct kept *kept, int64_t position)
{
    pthread_mutex_lock(&keeper->lock);
    if (kept->position < position)
        kept->position = position;
    pthread_mutex_unlock(&keeper->lock);
}

/* A call with an older snapshot keeps what it read for itself. */
static void adopt(struct roster_keeper *keeper, struct kept *kept)
{
    pthread_mutex_lock(&keeper->lock);
    if (!keeper->now || keeper->now->position <= kept->position) {
        let_go(keeper->now);
        keeper->now = kept;
        kept->users++;
    }
    pthread_mutex_unlock(&keeper->lock);
}

/* ---- reading ---- */

static const char partners_sql[] =
    "select id, manager_id, name, country, standing, territories, languages, industries from partner where "
    "merged_into is null order by id";
static const char certificates_sql[] =
    "select partner_id, product_line_id, expires, people from certification order by product_line_id, "
    "partner_id";

static void take_partners(struct kept *kept, const struct rows *rows)
{
    struct arena *a = kept->arena;
    struct roster_partner *p = ARENA_ARRAY(a, rows->n + 1, struct roster_partner);
    for (size_t i = 0; i < rows->n; i++)
        p[i] = (struct roster_partner){.id = cell_int(rows, i, 0),
            .manager_id = cell_int(rows, i, 1),
            .name = arena_strdup(a, cell_string(rows, i, 2)),
            .country = arena_strdup(a, cell_string(rows, i, 3)),
            .standing = arena_strdup(a, cell_string(rows, i, 4)),
            .territories = arena_strdup(a, cell_string(rows, i, 5)),
            .languages = arena_strdup(a, cell_string(rows, i, 6)),
            .industries = arena_strdup(a, cell_string(rows, i, 7))};
    kept->roster.partners = p;
    kept->roster.n = rows->n;
}

static void take_certificates(struct kept *kept, const struct rows *rows)
{
    struct roster_certificate *k = ARENA_ARRAY(kept->arena, rows->n + 1, struct roster_certificate);
    for (size_t i = 0; i < rows->n; i++)
        k[i] = (struct roster_certificate){.partner_id = cell_int(rows, i, 0),
            .product_line_id = cell_int(rows, i, 1),
            .expires = cell(rows, i, 2)->kind == VALUE_INT ? cell_int(rows, i, 2) : INT64_MAX,
            .people = cell_int(rows, i, 3)};
    kept->roster.certificates = k;
    kept->roster.n_certificates = rows->n;
}

static enum status read_all(struct call *c, int64_t position, struct kept **out)
{
    struct db_query q[] = {{.sql = partners_sql}, {.sql = certificates_sql}};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    struct kept *kept = xcalloc(1, sizeof *kept);
    *kept = (struct kept){.arena = arena_new(), .position = position, .users = 1};
    take_partners(kept, &q[0].rows);
    take_certificates(kept, &q[1].rows);
    *out = kept;
    return OK;
}

/* Beside '' because SQLite would else walk through all events of the nouns. */
const char roster_changed_sql[] =
    "select seq from event where seq > $1 and noun || '' in ('partner', 'certification') limit 1";

/* Whether something changed it since, and where the call's snapshot ends. */
static enum status look(struct call *c, int64_t since, bool *changed, int64_t *end)
{
    struct value args[1] = {v_int(since)};
    struct db_query q[] = {{.sql = roster_changed_sql, .args = args, .n_args = 1},
        {.sql = "select seq from event order by seq desc limit 1"}};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    *changed = q[0].rows.n > 0;
    *end = q[1].rows.n ? cell_int(&q[1].rows, 0, 0) : 0;
    return OK;
}

enum status roster_read(struct call *c, const struct roster **out)
{
    struct roster_keeper *keeper = programme_rosters(c);
    int64_t position, end;
    struct kept *kept = hold_present(c, keeper, &position);
    bool changed;
    TRY(look(c, position, &changed, &end));
    if (kept && !changed) {
        advance(keeper, kept, end);
    } else {
        TRY(read_all(c, end, &kept));
        adopt(keeper, kept);
        hold(c, keeper, kept);
    }
    *out = &kept->roster;
    return OK;
}

size_t roster_find(const struct roster *r, int64_t partner_id)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->partners[middle].id < partner_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->n && r->partners[low].id == partner_id ? low : SIZE_MAX;
}

static int by_line_then_partner(const void *x, const void *y)
{
    const struct roster_certificate *a = x, *b = y;
    if (a->product_line_id != b->product_line_id)
        return a->product_line_id < b->product_line_id ? -1 : 1;
    return a->partner_id < b->partner_id ? -1 : a->partner_id > b->partner_id;
}

int64_t roster_certified(
    const struct roster *r, int64_t partner_id, int64_t product_line_id, struct date today)
{
    struct roster_certificate key = {.partner_id = partner_id, .product_line_id = product_line_id};
    const struct roster_certificate *k =
        bsearch(&key, r->certificates, r->n_certificates, sizeof key, by_line_then_partner);
    return k && k->expires >= today.days ? k->people : 0;
}

bool roster_suspended(const struct roster_partner *p)
{
    return streq(p->standing, "suspended");
}
