#include "domain/cosell/partners.h"

#include "base/buf.h"

#include <stdlib.h>

#define AT_ONCE 50 /* partners that are asked for by their ids */

/* "{of}" narrows to some partners; today, or a year ago, is $1. Sorted, so that what was read is found again.
 */
static const char *const queries[] = {"select x.id, x.name, x.territories, x.country, x.standing, "
                                      "x.manager_id from partner x where x.merged_into "
                                      "is null and cast($1 as bigint) is not null and x.id {of} order by 1",
    "select x.partner_id, x.product_line_id from certification x where x.people > 0 and (x.expires is null "
    "or "
    "x.expires >= cast($1 as bigint)) and x.partner_id {of} order by 1, 2",
    "select x.partner_id, count(*), sum(case when x.state in ('accepted', 'declined') then 1 else 0 end), "
    "cast(avg(case when x.state in ('accepted', 'declined') then x.answered - x.created end) as bigint) from "
    "cosell_request x where x.asked_by = 'vendor' and x.state not in ('asked', 'withdrawn') and x.created >= "
    "cast($1 as bigint) and x.partner_id {of} group by x.partner_id order by 1",
    "select x.partner_id, count(*) from opportunity_member x join opportunity o on o.id = x.opportunity_id "
    "where x.state = 'active' and o.state = 'open' and cast($1 as bigint) is not null and x.partner_id {of} "
    "group by x.partner_id order by 1",
    "select x.partner_id, count(*) from cosell_request x where x.asked_by = 'vendor' and x.state in "
    "('asked', "
    "'escalated') and cast($1 as bigint) is not null and x.partner_id {of} group by x.partner_id order by 1"};
enum { OF_PARTNER, OF_CERTIFICATE, OF_ANSWERS, OF_DEALS, OF_REQUESTS, QUERIES };

static const char *narrowed(struct call *c, const char *sql, bool some)
{
    struct buf b = buf_in(c->arena, 4096);
    const char *mark = "{of}", *at = strstr(sql, mark);
    buf_add(&b, sql, (size_t)(at - sql));
    buf_adds(&b, some ? "in (" : "is not null");
    for (int i = 0; some && i < AT_ONCE; i++)
        buf_addf(&b, "%s$%d", i ? ", " : "", i + 2);
    buf_adds(&b, some ? ")" : "");
    buf_adds(&b, at + strlen(mark));
    return buf_str(&b);
}

static int by_id(const void *key, const void *row)
{
    int64_t a = *(const int64_t *)key, b = ((const struct value *)row)[0].i;
    return a < b ? -1 : a > b;
}

/* The row of a partner: the first column is its id, once each, in order. */
static const struct value *row_of(const struct rows *rows, int64_t id)
{
    return rows->n ? bsearch(&id, rows->cells, rows->n, rows->n_columns * sizeof *rows->cells, by_id) : NULL;
}

static int64_t int_at(const struct value *row, size_t i)
{
    return row && row[i].kind == VALUE_INT ? row[i].i : 0;
}
static const char *text_at(const struct value *row, size_t i)
{
    return row[i].kind == VALUE_TEXT ? row[i].s : NULL;
}

static void take(const struct db_query *q, struct cosell_partners *out)
{
    for (size_t i = 0; i < q[OF_PARTNER].rows.n; i++) {
        const struct value *row = cell(&q[OF_PARTNER].rows, i, 0);
        const struct value *answers = row_of(&q[OF_ANSWERS].rows, row[0].i);
        out->all[out->n++] = (struct cosell_partner){.id = row[0].i,
            .name = text_at(row, 1),
            .territories = text_at(row, 2),
            .home = text_at(row, 3),
            .standing = text_at(row, 4),
            .manager_id = int_at(row, 5),
            .asked = int_at(answers, 1),
            .answered = int_at(answers, 2),
            .answer_hours = int_at(answers, 3) / (3600 * US_PER_SECOND),
            .load = int_at(row_of(&q[OF_DEALS].rows, row[0].i), 1) +
                    int_at(row_of(&q[OF_REQUESTS].rows, row[0].i), 1)};
    }
}

/* Certificates of one more lot behind those that are there: lots come in the order of their ids. */
static void add_certificates(struct call *c, const struct rows *more, struct rows *all)
{
    struct rows sum = {.n = all->n + more->n, .n_columns = 2};
    sum.cells = ARENA_ARRAY(c->arena, sum.n * 2 + 1, struct value);
    for (size_t i = 0; i < all->n * 2; i++)
        sum.cells[i] = all->cells[i];
    for (size_t i = 0; i < more->n * 2; i++)
        sum.cells[all->n * 2 + i] = more->cells[i];
    *all = sum;
}

static enum status read_lot(
    struct call *c, const int64_t *ids, size_t n, struct cosell_partners *out, struct db_query q[QUERIES])
{
    struct value args[AT_ONCE + 1], year_ago[AT_ONCE + 1];
    args[0] = v_int(date_in(c->catalog->zone, c->now).days);
    year_ago[0] = v_int(c->now.us - 365 * US_PER_DAY);
    for (size_t i = 0; ids && i < AT_ONCE; i++) /* filled up with the last, so that one text serves */
        args[i + 1] = year_ago[i + 1] = v_int(ids[i < n ? i : n - 1]);
    for (int i = 0; i < QUERIES; i++)
        q[i] = (struct db_query){.sql = narrowed(c, queries[i], ids != NULL),
            .args = i == OF_ANSWERS ? year_ago : args,
            .n_args = ids ? AT_ONCE + 1 : 1};
    TRY(db_query_many(c->db, c->arena, q, QUERIES));
    if (!ids)
        out->all = ARENA_ARRAY(c->arena, q[OF_PARTNER].rows.n + 1, struct cosell_partner);
    take(q, out);
    add_certificates(c, &q[OF_CERTIFICATE].rows, &out->certificates);
    return OK;
}

enum status cosell_partners_read(struct call *c, const int64_t *ids, size_t n, struct cosell_partners *out)
{
    struct db_query q[QUERIES];
    *out = (struct cosell_partners){.all = ARENA_ARRAY(c->arena, n + 1, struct cosell_partner)};
    if (!ids)
        return read_lot(c, NULL, 0, out, q);
    for (size_t from = 0; from < n; from += AT_ONCE)
        TRY(read_lot(c, ids + from, n - from < AT_ONCE ? n - from : AT_ONCE, out, q));
    return OK;
}

static int by_partner(const void *key, const void *row)
{
    int64_t a = *(const int64_t *)key, b = ((const struct cosell_partner *)row)->id;
    return a < b ? -1 : a > b;
}

const struct cosell_partner *cosell_partner(const struct cosell_partners *p, int64_t id)
{
    return p->n ? bsearch(&id, p->all, p->n, sizeof *p->all, by_partner) : NULL;
}

static int by_pair(const void *key, const void *row)
{
    const int64_t *a = key;
    const struct value *b = row;
    if (a[0] != b[0].i)
        return a[0] < b[0].i ? -1 : 1;
    return a[1] < b[1].i ? -1 : a[1] > b[1].i;
}

bool cosell_is_certified(const struct cosell_partners *p, int64_t id, int64_t product_line_id)
{
    int64_t key[2] = {id, product_line_id};
    return p->certificates.n &&
           bsearch(key, p->certificates.cells, p->certificates.n, 2 * sizeof *p->certificates.cells, by_pair);
}
