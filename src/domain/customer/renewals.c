#include "domain/customer/renewals.h"

#include "domain/customer/satisfaction.h"

/* Contracts read together: a fixed number of placeholders, so that the statement is kept. */
#define BLOCK        50
#define USAGE_MONTHS 13
#define SCORE_DAYS   365

/* ---- facts ---- */

static const char usage_sql[] =
    "select k.id, u.metric, u.month, u.quantity from contract k join usage u on u.account_id = k.account_id "
    "and u.product_line_id = k.product_line_id where u.month >= $1 and k.id in (";
static const char usage_order[] = ") order by k.id, u.metric, u.month";
static const char score_sql[] =
    "select k.id, s.kind, s.score, s.day from contract k join satisfaction s on s.account_id = k.account_id "
    "and (s.product_line_id is null or s.product_line_id = k.product_line_id) where s.day > $1 and k.id in (";
static const char score_order[] = ") order by k.id, s.day desc, s.id desc";
/* Of the partner of record, who is to be in touch; where there is none, of anybody. Not what a stranger only
 * says. */
static const char touch_sql[] =
    "select k.id, max(t.happened) from contract k join touchpoint t on t.account_id = k.account_id where "
    "(k.partner_id is null or t.partner_id = k.partner_id) and t.state <> 'withdrawn' and (t.state = "
    "'confirmed' "
    "or t.source <> 'stranger') and t.happened > $1 and "
    "k.id in (";
static const char touch_group[] = ") group by k.id";
static const char suspended_sql[] =
    "select k.id from contract k join partner p on p.id = k.partner_id where p.standing = 'suspended' and "
    "cast($1 as bigint) = 0 and k.id in (";

/* FROM, the contracts' placeholders, ORDER. */
static struct db_query query_of(
    struct call *c, const char *from, const char *order, int64_t since, const struct renewal *r, size_t n)
{
    struct value *args = ARENA_ARRAY(c->arena, 1 + BLOCK, struct value);
    struct buf b = buf_in(c->arena, 4096);
    args[0] = v_int(since);
    buf_adds(&b, from);
    for (size_t i = 0; i < BLOCK; i++) {
        args[1 + i] = v_int(r[i < n ? i : 0].id);
        buf_addf(&b, "%s$%zu", i ? ", " : "", i + 2);
    }
    buf_adds(&b, order);
    return (struct db_query){.sql = buf_str(&b), .args = args, .n_args = 1 + BLOCK};
}

/* What was asked for came from these. */
static struct renewal *find(struct renewal *r, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (r[i].id == id)
            return &r[i];
    BUG("a row of no contract that was asked for");
}

static void take_usage(struct call *c, const struct rows *rows, struct renewal *r, size_t n)
{
    struct usage_month *all = ARENA_ARRAY(c->arena, rows->n + 1, struct usage_month);
    for (size_t i = 0; i < rows->n; i++) {
        struct renewal *of = find(r, n, cell_int(rows, i, 0));
        all[i] = (struct usage_month){
            cell_string(rows, i, 1), {(int32_t)cell_int(rows, i, 2)}, cell(rows, i, 3)->r};
        if (of->facts.n_usage++ == 0)
            of->facts.usage = &all[i];
    }
}

static void take_scores(const struct rows *rows, struct renewal *r, size_t n)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct sign_facts *f = &find(r, n, cell_int(rows, i, 0))->facts;
        if (f->score_kind)
            continue;
        f->score_kind = cell_string(rows, i, 1);
        f->score = cell_int(rows, i, 2);
        f->score_day.days = (int32_t)cell_int(rows, i, 3);
    }
}

static void take_touches(struct call *c, const struct rows *rows, struct renewal *r, size_t n)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct sign_facts *f = &find(r, n, cell_int(rows, i, 0))->facts;
        struct date day = date_in(c->catalog->zone, (struct instant){cell_int(rows, i, 1)});
        if (day.days > f->touched.days)
            f->touched = day;
    }
}

/*
 * A silence begins with the contract, when it was handed over, or when it became known here, whatever is
 * last. The vendor's own touches leave no row: without a partner of record nobody knows.
 */
static void begin_facts(const struct call *c, struct date today, struct renewal *r)
{
    const struct contract *k = &r->contract;
    struct date since = date_in(c->catalog->zone, r->created);
    if (k->starts.days > since.days)
        since = k->starts;
    if (k->partner_since.days > since.days)
        since = k->partner_since;
    r->facts = (struct sign_facts){.today = today,
        .ends = k->ends,
        .notice_days = k->auto_renew ? k->notice_days : 0,
        .touched = k->partner_id.id ? since : (struct date){DATE_NONE}};
}

static enum status read_block(struct call *c, struct date today, struct renewal *r, size_t n)
{
    struct date months = date_add_months(today, -USAGE_MONTHS);
    struct db_query q[4] = {query_of(c, usage_sql, usage_order, months.days, r, n),
        query_of(c, score_sql, score_order, today.days - SCORE_DAYS, r, n),
        query_of(c, touch_sql, touch_group, 0, r, n), query_of(c, suspended_sql, ")", 0, r, n)};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    take_usage(c, &q[0].rows, r, n);
    take_scores(&q[1].rows, r, n);
    take_touches(c, &q[2].rows, r, n);
    for (size_t i = 0; i < q[3].rows.n; i++)
        find(r, n, cell_int(&q[3].rows, i, 0))->facts.suspended = true;
    return OK;
}

static enum status judge(struct call *c, struct renewal *r, size_t n)
{
    const struct programme *p;
    struct date today = date_in(c->catalog->zone, c->now);
    TRY(programme_active(c, &p));
    for (size_t i = 0; i < n; i++)
        begin_facts(c, today, &r[i]);
    for (size_t at = 0; at < n; at += BLOCK)
        TRY(read_block(c, today, r + at, n - at < BLOCK ? n - at : BLOCK));
    for (size_t i = 0; i < n; i++)
        signs_judge(&r[i].facts, &p->care, &r[i].signs);
    return OK;
}

/* ---- rows ---- */

static void take_row(struct call *c, const struct row *row, struct renewal *r)
{
    *r = (struct renewal){.id = row->id,
        .created = row->created,
        .name = row->name,
        .href = contract_path(c, row->id),
        .account = row_title(&contract_noun, row, "account_id"),
        .partner = row_title(&contract_noun, row, "partner_id"),
        .owner = row_title(&contract_noun, row, "owner_id"),
        .line = row_title(&contract_noun, row, "product_line_id")};
    row_record(&contract_noun, row, &r->contract);
}

enum status renewals_read(
    struct call *c, const struct list_query *q, struct renewal **out, size_t *n, const char **next)
{
    struct list list;
    TRY(noun_list(c, &contract_noun, q, &list));
    *out = ARENA_ARRAY(c->arena, list.n + 1, struct renewal);
    *n = list.n;
    *next = list.next;
    for (size_t i = 0; i < list.n; i++)
        take_row(c, &list.rows[i], &(*out)[i]);
    return judge(c, *out, *n);
}

enum status renewal_load(struct call *c, int64_t id, struct renewal *out)
{
    struct row row;
    TRY(noun_get_whole(c, &contract_noun, id, &row));
    take_row(c, &row, out);
    return judge(c, out, 1);
}

/* ---- words ---- */

const char *end_words(struct call *c, struct html *h, int32_t days_left)
{
    int64_t days = days_left < 0 ? -days_left : days_left;
    return days_left == 0 ? tr(h->lang, "ends today")
                          : arena_printf(c->arena,
                                days_left > 0 ? trn(h->lang, "ends in %s day", "ends in %s days", days)
                                              : trn(h->lang, "ended %s day ago", "ended %s days ago", days),
                                fmt_int(h, days));
}

const char *notice_words(struct call *c, struct html *h, const struct renewal *r)
{
    struct date day = contract_notice_day(&r->contract);
    if (day.days == DATE_NONE || r->signs.days_left < 0)
        return NULL;
    return arena_printf(c->arena,
        day.days < r->facts.today.days ? tr(h->lang, "notice was until %s") : tr(h->lang, "notice until %s"),
        fmt_day(h, day));
}

const char *sign_words(struct call *c, struct html *h, const struct signs *s, unsigned bit)
{
    if (!(s->bits & bit))
        return NULL;
    switch (bit) {
    case SIGN_RENEWAL: return end_words(c, h, s->days_left);
    case SIGN_USAGE:
        return arena_printf(c->arena, tr(h->lang, "%s fell by %s against the months before"), s->metric,
            fmt_percent(h, (double)s->fell_percent / 100, 0));
    case SIGN_SCORE:
        return arena_printf(
            c->arena, tr(h->lang, "the last answer was %s"), score_text(c, h->lang, s->score_kind, s->score));
    case SIGN_SILENCE:
        return arena_printf(c->arena,
            trn(h->lang, "no touch for %s day", "no touch for %s days", s->silent_days),
            fmt_int(h, s->silent_days));
    case SIGN_SUSPENDED: return tr(h->lang, "the partner of record is suspended");
    default: BUG("no sign has the bit %u", bit);
    }
}

const char *signs_words(struct call *c, struct html *h, const struct signs *s, unsigned bits)
{
    struct buf b = buf_in(c->arena, 4096);
    for (unsigned bit = SIGN_RENEWAL; bit < 1u << SIGNS_N; bit <<= 1) {
        const char *words = bits & bit ? sign_words(c, h, s, bit) : NULL;
        if (words)
            buf_addf(&b, "%s%s", b.len ? "; " : "", words);
    }
    return b.len ? buf_str(&b) : NULL;
}

static int risks(const struct renewal *r)
{
    int n = 0;
    for (unsigned bits = r->signs.bits & SIGNS_RISK; bits; bits &= bits - 1)
        n++;
    return n;
}

int renewal_order(const void *a, const void *b)
{
    const struct renewal *x = a, *y = b;
    int more = risks(y) - risks(x);
    if (more)
        return more;
    if (x->contract.ends.days != y->contract.ends.days)
        return x->contract.ends.days < y->contract.ends.days ? -1 : 1;
    return strcmp(x->name, y->name);
}
