/*
 * After the sale: what some customers have, through whom, how they use it and what they say. One of them is
 * at risk: Tarnhelm Logistik uses less each month, is not content, and its contract ends in some weeks.
 */
#include "app/demo.h"
#include "base/id.h"
#include "base/json.h"
#include "domain/customer/look.h"
#include "domain/customer/partners.h"
#include "domain/customer/satisfaction.h"
#include "domain/customer/usage.h"

#define BW          "Brightwater Integration"
#define CEDARLINE   "Cedarline Consulting"
#define TERM_MONTHS 12

struct sold {
    const char *account, *partner; /* partner NULL: sold by the vendor */
    int line, amount, ends;        /* whole units a year; days from today */
    bool auto_renew;
    const char *delivers, *manages;
    int seats, percent; /* used a year ago, and of it in the last month */
    const char *kind;
    int score, days_ago;
    const char *words, *said_by;
};
static const struct sold all_sold[] = {
    {"Tarnhelm Logistik GmbH", BW, LINE_LEDGERLINE, 64000, 38, .delivers = CEDARLINE, .seats = 420,
        .percent = 46, .kind = "nps", .score = 3, .days_ago = 19,
        .words = "Two releases without the interface that we were promised.", .said_by = "Head of dispatch"},
    {"Perrimont Hotels N.V.", BW, LINE_VAULTIC, 31000, 74, .manages = BW, .seats = 90, .percent = 128,
        .kind = "nps", .score = 9, .days_ago = 33, .words = "It simply runs.", .said_by = "Night manager"},
    {"Solhaug Energi AS", "Ostrand & Vale", LINE_LEDGERLINE, 118000, 21, .manages = "Fjordmark", .seats = 640,
        .percent = 101},
    {"Vintry Mutual plc", CEDARLINE, LINE_FLOWGATE, 91000, 55, .seats = 310, .percent = 117, .kind = "csat",
        .score = 4, .days_ago = 61, .words = NULL, .said_by = "Head of claims"},
    {"Thornquay Ports plc", CEDARLINE, LINE_VAULTIC, 45000, 130, .delivers = "Haldane MSP", .seats = 150,
        .percent = 104},
    {"Tallowmere Insurance Inc.", NULL, LINE_LEDGERLINE, 210000, 88, .delivers = "Nimbora Cloud",
        .seats = 980, .percent = 97, .kind = "csat", .score = 2, .days_ago = 12,
        .words = "Support answers, but after two days.", .said_by = "Service desk lead"},
    {"Wendelstamm Chemie AG", "Altenmoor Systeme", LINE_VAULTIC, 84000, 210, true, .seats = 260,
        .percent = 112},
    {"Okapi Retail Group N.V.", "Quillmark", LINE_LEDGERLINE, 38000, -9, .seats = 120, .percent = 88},
    {"Castellane Pharma AG", BW, LINE_LEDGERLINE, 150000, -55, true, .seats = 700, .percent = 109,
        .kind = "nps", .score = 8, .days_ago = 90, .words = "We would like the audit report sooner.",
        .said_by = "CFO"},
    {"Sablewood Energy Ltd", "Haldane MSP", LINE_VAULTIC, 52000, 165, .manages = "Haldane MSP", .seats = 170,
        .percent = 93},
    {"Corvin Labs B.V.", "Quillmark", LINE_VAULTIC, 12400, 12, true, .seats = 24, .percent = 100},
    {"Hollin Bearings Ltd", "Haldane MSP", LINE_LEDGERLINE, 27000, 60, .seats = 75, .percent = 103},
    {"Glenmorra Dairy Ltd", "Tessaly Works", LINE_VAULTIC, 22000, -40, .seats = 60, .percent = 82},
    {"Fjellheim Gruppen AS", "Ostrand & Vale", LINE_FLOWGATE, 73000, -20, .seats = 330, .percent = 35},
};
enum { HANDED_OVER = 11, REDUCED = 12, LOST = 13 };

static int64_t partner_of(struct demo *d, const char *name)
{
    return name ? demo_firm(d, name)->id : 0;
}

/* ---- whose ids the story does not keep ---- */

struct search {
    const char *sql, *name;
    int64_t id, line;
};

static enum status search(struct call *c)
{
    struct search *s = c->in;
    struct value args[2] = {v_text(s->name), v_int(s->line)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, s->sql, args, 2));
    s->id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status account_of(struct demo *d, const struct sold *s, int64_t *id)
{
    struct search q = {
        "select id from account where name = $1 and cast($2 as bigint) = 0 order by id", s->account, 0, 0};
    TRY(app_seed(d->app, search, &q));
    *id = q.id;
    return OK;
}

static enum status contract_of(struct demo *d, const struct sold *s, int64_t *id)
{
    struct search q = {
        "select k.id from contract k join account a on a.id = k.account_id where a.name = $1 and "
        "k.product_line_id = $2 and k.state = 'active' order by k.ends, k.id",
        s->account, 0, d->line_id[s->line]};
    TRY(app_seed(d->app, search, &q));
    *id = q.id;
    return OK;
}

/* ---- contracts and what became of them ---- */

static enum status sell(struct demo *d, const struct sold *s, struct instant at)
{
    struct date ends = {d->today.days + s->ends}, after = {ends.days + 1};
    int64_t account;
    TRY(account_of(d, s, &account));
    struct given g[] = {demo_given("account_id", id_text(d->arena, "acc", account)),
        demo_given("product_line_id", demo_lines[s->line]),
        demo_given("amount", arena_printf(d->arena, "%d", s->amount)),
        demo_given("starts", date_iso(d->arena, date_add_months(after, -TERM_MONTHS))),
        demo_given("ends", date_iso(d->arena, ends)), demo_given("auto_renew", s->auto_renew ? "1" : ""),
        demo_given("notice_days", "30"),
        demo_given("partner_id", s->partner ? id_text(d->arena, "prt", partner_of(d, s->partner)) : "")};
    return demo_do(
        d, demo_staff_viewer(d, "Ruth Halvorsen"), at, &contract_create, 0, g, COUNT(g), false, NULL);
}

enum status demo_sell(struct demo *d, struct instant at)
{
    for (size_t i = 0; i < COUNT(all_sold); i++)
        TRY(sell(d, &all_sold[i], at));
    return OK;
}

static enum status act(struct demo *d, size_t which, struct instant at, const struct verb *verb,
    const struct given *given, size_t n)
{
    int64_t id;
    TRY(contract_of(d, &all_sold[which], &id));
    return demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), at, verb, id, given, n, false, NULL);
}

enum status demo_renew(struct demo *d, struct instant at)
{
    struct given less[] = {demo_given("amount", "18000")},
                 why[] = {demo_given("reason", "A rival's suite came with their new ERP.")},
                 to[] = {demo_given("partner_id", id_text(d->arena, "prt", partner_of(d, "Tessaly Works"))),
                     demo_given("reason", "The plant in Sheffield moved to another region.")};
    TRY(act(d, REDUCED, at, &contract_renew, less, COUNT(less)));
    TRY(act(d, LOST, at, &contract_lose, why, COUNT(why)));
    return act(d, HANDED_OVER, at, &contract_hand_over, to, COUNT(to));
}

/* ---- usage, satisfaction, who else is there ---- */

/* From 100 to the last month's percent, a little up and down on the way; the last quarter falls or rises
 * most. */
static double seats_in(const struct sold *s, int month)
{
    static const int sway[] = {0, 2, -1, 1, 3, -2};
    int towards = s->percent - 100, share = month < 9 ? month * 3 : 27 + (month - 8) * 24;
    int percent = 100 + towards * share / 99 + (month < 11 ? sway[month % 6] : 0);
    int64_t seats = (int64_t)s->seats * percent / 100;
    return (double)seats;
}

static enum status record_usage(struct demo *d)
{
    struct buf b = buf_in(d->arena, 1 << 20);
    struct json_out w = json_out(&b);
    int year, month, day;
    date_split(d->today, &year, &month, &day);
    out_array(&w);
    for (size_t i = 0; i < COUNT(all_sold); i++) {
        int64_t account;
        TRY(account_of(d, &all_sold[i], &account));
        for (int k = 0; k < TERM_MONTHS; k++) {
            struct date of = date_add_months(date_make(year, month, 1), k - TERM_MONTHS);
            out_object(&w);
            out_kv_string(&w, "account_id", id_text(d->arena, "acc", account));
            out_kv_string(&w, "product_line_id", demo_lines[all_sold[i].line]);
            out_kv_string(&w, "metric", "seats");
            out_kv_string(&w, "month", date_iso(d->arena, of));
            out_key(&w, "quantity");
            out_real(&w, seats_in(&all_sold[i], k));
            out_end(&w);
        }
    }
    out_end(&w);
    struct given g[] = {demo_given("rows", buf_str(&b))};
    return demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), d->now, &usage_record, 0, g, 1, false, NULL);
}

static enum status add_partner(
    struct demo *d, const struct sold *s, int64_t account, const char *partner, const char *role)
{
    struct given g[] = {demo_given("account_id", id_text(d->arena, "acc", account)),
        demo_given("product_line_id", demo_lines[s->line]),
        demo_given("partner_id", id_text(d->arena, "prt", partner_of(d, partner))), demo_given("role", role),
        demo_given("since", date_iso(d->arena, (struct date){d->today.days - 200}))};
    return demo_do(d, demo_staff_viewer(d, "Jonas Adeyemi"), d->now, &customer_partner_create, 0, g, COUNT(g),
        false, NULL);
}

static enum status tell_one(struct demo *d, const struct sold *s)
{
    int64_t account;
    TRY(account_of(d, s, &account));
    if (s->delivers)
        TRY(add_partner(d, s, account, s->delivers, "deliver"));
    if (s->manages)
        TRY(add_partner(d, s, account, s->manages, "manage"));
    if (!s->kind)
        return OK;
    struct given g[] = {demo_given("account_id", id_text(d->arena, "acc", account)),
        demo_given("product_line_id", demo_lines[s->line]), demo_given("kind", s->kind),
        demo_given("score", arena_printf(d->arena, "%d", s->score)),
        demo_given("day", date_iso(d->arena, (struct date){d->today.days - s->days_ago})),
        demo_given("words", s->words ? s->words : ""), demo_given("said_by", s->said_by)};
    return demo_do(
        d, demo_staff_viewer(d, "Jonas Adeyemi"), d->now, &satisfaction_create, 0, g, COUNT(g), false, NULL);
}

enum status demo_customers(struct demo *d)
{
    const struct given sure[] = {demo_given("forecast", "commit")},
                       not_sure[] = {demo_given("forecast", "pipeline")};
    for (size_t i = 0; i < COUNT(all_sold); i++)
        TRY(tell_one(d, &all_sold[i]));
    TRY(record_usage(d));
    TRY(act(d, 0, d->now, &contract_forecast, not_sure, 1));
    TRY(act(d, 1, d->now, &contract_forecast, sure, 1));
    TRY(act(d, 3, d->now, &contract_forecast, sure, 1));
    return demo_work(d->app, &contract_job, 1, d->now);
}
