/*
 * Adds deals with their partners, steps and touchpoints to a database that bench-seed has filled:
 *     bench-deals URL PARTNERS DEALS
 * Five touchpoints a deal, every tenth deal open; the later ones are the newer. Partner 1 has the 500 newest
 * open deals beside its share of the others.
 */
#include "base/text.h"
#include "base/time.h"
#include "tests/bench/bulk.h"
#include "tests/bench/workload.h"

#include <stdlib.h>

#define OF_FIRST 500 /* open deals of partner 1: a full board */
#define TOUCHES  5
#define DAYS     1000 /* over which deals came */

struct fill {
    struct db *db;
    struct arena *keep, *rows;
    int64_t partners, deals, now_us;
    int64_t admin, line;
};

static const char *const stages[] = {"discovery", "evaluation", "proposal", "negotiation"};

static bool is_open(int64_t i)
{
    return i % 10 == 0;
}
static int64_t partner_of(const struct fill *f, int64_t i)
{
    return bench_old_id(i >= f->deals - OF_FIRST * 10 && is_open(i) ? 1 : 1 + i / 10 * 7 % f->partners);
}
static struct bulk *into(const struct fill *f, const char *table, const char *columns)
{
    return bulk_into(f->db, f->keep, f->rows, table, columns);
}

static void fill_deals(const struct fill *f)
{
    struct bulk *b = into(f, "opportunity",
        "id, version, created, updated, name, account_id, product_line_id, owner_id, state, stage, amount, "
        "currency, engaged, closes, closed, last_activity, stage_since");
    int32_t today = (int32_t)(f->now_us / US_PER_DAY);
    for (int64_t i = 0; i < f->deals; i++) {
        char name[WORKLOAD_TEXT];
        int32_t engaged = today - (int32_t)((f->deals - i) * DAYS / f->deals);
        workload_company((uint64_t)i, name);
        struct value v[] = {v_int(bench_old_id(i)), v_int(1),
            v_int(f->now_us - (f->deals - i) * (DAYS * US_PER_DAY / f->deals)), v_int(f->now_us),
            v_text(arena_strdup(f->rows, name)), v_int(bench_old_id(i)), v_int(f->line), v_int(f->admin),
            v_text(is_open(i) ? "open"
                   : i % 3    ? "won"
                              : "lost"),
            v_text(stages[i % 4]), v_int(500000 + i % 9000000), v_text("EUR"), v_int(engaged),
            v_int(engaged + 90), is_open(i) ? v_null() : v_int(engaged + 80), v_int(engaged + 30),
            v_int((engaged + 10) * US_PER_DAY)};
        bulk_add(b, v);
    }
    bulk_flush(b);
}

static void fill_members(const struct fill *f)
{
    struct bulk *b = into(f, "opportunity_member",
        "id, version, created, updated, opportunity_id, partner_id, role, share_percent, state");
    for (int64_t i = 0; i < f->deals; i++) {
        struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(f->now_us), v_int(f->now_us),
            v_int(bench_old_id(i)), v_int(partner_of(f, i)), v_text(i % 3 ? "co_sell" : "source"), v_real(60),
            v_text("active")};
        bulk_add(b, v);
    }
    bulk_flush(b);
}

static void fill_steps(const struct fill *f)
{
    struct bulk *b = into(f, "plan_step",
        "id, version, created, updated, opportunity_id, text, due, side, partner_id, author_id, state");
    for (int64_t i = 0; i < f->deals; i++) {
        struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(f->now_us), v_int(f->now_us),
            v_int(bench_old_id(i)), v_text("Agree on the scope of the test"),
            v_int(f->now_us / US_PER_DAY + i % 30), v_text("partner"), v_int(partner_of(f, i)),
            v_int(f->admin), v_text("open")};
        if (is_open(i))
            bulk_add(b, v);
    }
    bulk_flush(b);
}

static void fill_touchpoints(const struct fill *f)
{
    static const char *const kinds[TOUCHES] = {
        "introduction", "meeting", "technical_validation", "campaign", "meeting"};
    struct bulk *b = into(f, "touchpoint",
        "id, version, created, updated, happened, partner_id, account_id, opportunity_id, kind, channel, "
        "source, state");
    for (int64_t i = 0; i < f->deals * TOUCHES; i++) {
        int64_t deal = i / TOUCHES,
                at = f->now_us - (deal % 1000 * TOUCHES - i % TOUCHES) * US_PER_DAY / TOUCHES;
        struct value v[] = {v_int(bench_old_id(i) / TOUCHES), v_int(1), v_int(at), v_int(at), v_int(at),
            v_int(partner_of(f, deal)), v_int(bench_old_id(deal)), v_int(bench_old_id(deal)),
            v_text(kinds[i % TOUCHES]), v_text("portal"), v_text("vendor"), v_text("confirmed")};
        bulk_add(b, v);
    }
    bulk_flush(b);
}

static int64_t first_id(const struct fill *f, const char *sql)
{
    struct rows rows;
    bench_must(f->db, db_query(f->db, f->keep, &rows, sql, NULL, 0), sql);
    if (!rows.n)
        bench_die(sql, "no row");
    return cell_int(&rows, 0, 0);
}

static int64_t number(const char *text)
{
    int64_t n;
    if (!parse_int(text, &n) || n < 1)
        bench_die(text, "is no number above 0");
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: bench-deals URL PARTNERS DEALS\n", stderr);
        return 2;
    }
    struct fill f = {.keep = arena_new(),
        .rows = arena_new(),
        .partners = number(argv[2]),
        .deals = number(argv[3]),
        .now_us = instant_now().us};
    const char *error;
    if (db_open(&f.db, f.keep, argv[1], DB_WRITE, &error) != OK)
        bench_die(argv[1], error);
    f.admin = first_id(&f, "select id from person where role = 'admin'");
    f.line = first_id(&f, "select id from product_line");
    bulk_open(f.db);
    fill_deals(&f);
    fill_members(&f);
    fill_steps(&f);
    fill_touchpoints(&f);
    bulk_close(f.db);
    db_close(f.db);
    arena_free(f.keep);
    arena_free(f.rows);
    return 0;
}
