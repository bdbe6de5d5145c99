#include "domain/cosell/partners.h"

#include "base/buf.h"

#include <stdlib.h>

#define AT_ONCE 50 /* partners that are asked for by their ids */

/* "{of}" narrows to some partners; $1 is a year ago. By partner, sorted, so that what was read is found
 * again.
 */
static const char *const queries[] = {
    "select x.partner_id, count(*), sum(case when x.state in ('accepted', 'declined') then 1 else 0 end), "
    "cast(avg(case when x.state in ('accepted', 'declined') then x.answered - x.created end) as bigint) from "
    "cosell_request x where x.asked_by = 'vendor' and x.state not in ('asked', 'withdrawn') and x.created >= "
    "cast($1 as bigint) and x.partner_id {of} group by x.partner_id order by 1",
    "select x.partner_id, count(*) from opportunity_member x join opportunity o on o.id = x.opportunity_id "
    "where x.state = 'active' and o.state = 'open' and cast($1 as bigint) is not null and x.partner_id {of} "
    "group by x.partner_id order by 1",
    "select x.partner_id, count(*) from cosell_request x where x.asked_by = 'vendor' and x.state in "
    "('asked', 'escalated') and cast($1 as bigint) is not null and x.partner_id {of} group by x.partner_id "
    "order by 1"};
enum { OF_ANSWERS, OF_DEALS, OF_REQUESTS, QUERIES };

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

static void take(const struct db_query *q, struct cosell_partner *p)
{
    const struct value *answers = row_of(&q[OF_ANSWERS].rows, p->who->id);
    p->asked = int_at(answers, 1);
    p->answered = int_at(answers, 2);
    p->answer_hours = int_at(answers, 3) / (3600 * US_PER_SECOND);
    p->load = int_at(row_of(&q[OF_DEALS].rows, p->who->id), 1) +
              int_at(row_of(&q[OF_REQUESTS].rows, p->who->id), 1);
}

/* Of N, at most AT_ONCE of them where SOME are asked for. */
static enum status count(struct call *c, struct cosell_partner *all, size_t n, bool some)
{
    struct value args[AT_ONCE + 1] = {v_int(c->now.us - 365 * US_PER_DAY)};
    struct db_query q[QUERIES];
    for (size_t i = 0; some && i < AT_ONCE; i++) /* filled up with the last, so that one text serves */
        args[i + 1] = v_int(all[i < n ? i : n - 1].who->id);
    for (int i = 0; i < QUERIES; i++)
        q[i] = (struct db_query){
            .sql = narrowed(c, queries[i], some), .args = args, .n_args = some ? AT_ONCE + 1 : 1};
    TRY(db_query_many(c->db, c->arena, q, QUERIES));
    for (size_t i = 0; i < n; i++)
        take(q, &all[i]);
    return OK;
}

enum status cosell_partners_read(struct call *c, const int64_t *ids, size_t n, struct cosell_partners *out)
{
    *out = (struct cosell_partners){.n = 0};
    TRY(roster_read(c, &out->roster));
    size_t most = ids ? n : out->roster->n;
    out->all = ARENA_ARRAY(c->arena, most + 1, struct cosell_partner);
    for (size_t i = 0; i < most; i++) {
        size_t at = ids ? roster_find(out->roster, ids[i]) : i;
        if (at != SIZE_MAX)
            out->all[out->n++].who = &out->roster->partners[at];
    }
    if (!ids)
        return count(c, out->all, out->n, false);
    for (size_t from = 0; from < out->n; from += AT_ONCE)
        TRY(count(c, out->all + from, out->n - from < AT_ONCE ? out->n - from : AT_ONCE, true));
    return OK;
}

static int by_partner(const void *key, const void *row)
{
    int64_t a = *(const int64_t *)key, b = ((const struct cosell_partner *)row)->who->id;
    return a < b ? -1 : a > b;
}

const struct cosell_partner *cosell_partner(const struct cosell_partners *p, int64_t id)
{
    return p->n ? bsearch(&id, p->all, p->n, sizeof *p->all, by_partner) : NULL;
}
