/*
 * The partner manager's day: which of its partners need it, and why. A row is a partner and a reason:
 * protections that end, registrations and extensions that wait for a person, disputes, silence; and contracts
 * with signs.
 */
#include "base/id.h"
#include "domain/today/view.h"

#define ENDING_MAX  1000
#define WAITING_MAX 30 /* of registrations, and of extensions: the queue has the rest */

/*
 * From the manager's partners to their rows, so that each partner costs a look into an index; the joins say
 * "cross" because SQLite then keeps to that order.
 */
enum { Q_PARTNERS, Q_ENDING, Q_WAITING, Q_EXTENSIONS, Q_DISPUTES, Q_DECIDES, Q_TASKS, Q_COUNT };
static const struct today_query queries[Q_COUNT] = {
    [Q_PARTNERS] =
        {"select p.id, p.name, p.created, "
         "(select max(r.created) from registration r where r.partner_id = p.id), "
         "(select a.created from activity a where a.partner_id = p.id order by a.id desc limit 1), "
         "p.standing "
         "from partner p where p.manager_id = $1 and p.merged_into is null order by p.id limit 2000",
            "v"},
    [Q_ENDING] = {"select r.partner_id, p.name, r.company, r.amount, r.currency, r.protected_until, "
                  "r.last_activity from partner p cross join registration r where p.manager_id = $1 and "
                  "r.partner_id = p.id and r.state = 'approved' and r.protected_until <= $2 "
                  "order by r.partner_id, r.protected_until" LIMIT(ENDING_MAX),
        "vs"},
    /* From what waits, the other way round: the index of the queues knows the partner, too. */
    [Q_WAITING] =
        {"select r.id, p.name, r.company, r.amount, r.currency, r.review_due, r.rule, r.queue from "
         "(select w.id from registration w where w.state = 'review' and w.partner_id + 0 in (select "
         "m.id from partner m where m.manager_id = $1) order by w.review_due + 0" LIMIT(
             WAITING_MAX) ") x join registration r on r.id = x.id join partner p on p.id = r.partner_id "
                          "order by r.review_due",
            "v"},
    [Q_EXTENSIONS] = {"select e.registration_id, p.name, r.company, r.amount, r.currency, e.review_due "
                      "from partner p cross join extension e cross join registration r where p.manager_id = "
                      "$1 and e.partner_id = p.id and e.state = 'review' and r.id = e.registration_id "
                      "order by e.review_due" LIMIT(WAITING_MAX),
        "v"},
    [Q_DISPUTES] =
        {"select d.dispute_id, p.name, d.company, d.due from partner p cross join dispute_party d "
         "where p.manager_id = $1 and d.partner_id = p.id and d.state = 'open' order by d.due limit "
         "30",
            "v"},
    [Q_DECIDES] = {"select d.id, d.company, d.due from dispute d where d.decider_id = $1 and d.state = "
                   "'named' order by d.due limit 10",
        "v"},
    [Q_TASKS] = MY_TASKS,
};

/* ---- protections that end ---- */

static int32_t newest_activity(const struct rows *rows, size_t from, size_t to)
{
    int32_t newest = DATE_NONE;
    for (size_t i = from; i < to; i++)
        if (cell(rows, i, 6)->kind == VALUE_INT && (newest == DATE_NONE || cell_int(rows, i, 6) > newest))
            newest = (int32_t)cell_int(rows, i, 6);
    return newest;
}

static const char *ending_names(
    struct call *c, struct html *h, const struct rows *rows, size_t from, size_t to)
{
    const char **names = ARENA_ARRAY(c->arena, to - from, const char *);
    for (size_t i = from; i < to; i++)
        names[i - from] = cell_string(rows, i, 2);
    return names_text(c, h, names, to - from);
}

static const char *ending_why(struct call *c, struct html *h, const struct rows *rows, size_t from, size_t to)
{
    size_t n = to - from;
    const char *who = ending_names(c, h, rows, from, to);
    int32_t newest = newest_activity(rows, from, to), today = date_in(c->catalog->zone, c->now).days;
    if (newest == DATE_NONE)
        return arena_printf(c->arena,
            trn(call_lang(c), "%s ends, and nobody has logged any activity.",
                "%s end, and nobody has logged any activity.", (int64_t)n),
            who);
    int64_t quiet = today - newest;
    if (quiet <= 0)
        return arena_printf(c->arena,
            trn(call_lang(c), "%s ends; the last activity was today.", "%s end; the last activity was today.",
                (int64_t)n),
            who);
    return arena_printf(c->arena,
        n == 1 ? trn(call_lang(c), "%s ends; the last activity was %s day ago.",
                     "%s ends; the last activity was %s days ago.", quiet)
               : trn(call_lang(c), "%s end; the last activity was %s day ago.",
                     "%s end; the last activity was %s days ago.", quiet),
        who, fmt_int(h, quiet));
}

/* A note to the partner, begun: whoever sends it says it in their own words. */
static const char *ask_href(struct call *c, struct html *h, const struct rows *rows, size_t from, size_t to)
{
    struct buf b = buf_in(c->arena, 256);
    const char *until = fmt_date(h, date_in(h->zone, (struct instant){cell_int(rows, from, 5)}));
    buf_addf(&b,
        "/notes/create?partner_id=%s&shared=both&text=", id_text(c->arena, "prt", cell_int(rows, from, 0)));
    buf_add_url(
        &b, to - from > 1
                ? arena_printf(c->arena, TR(c, "What is new at %s? The first of the protections ends on %s."),
                      ending_names(c, h, rows, from, to), until)
                : arena_printf(c->arena, TR(c, "What is new at %s? The protection ends on %s."),
                      cell_string(rows, from, 2), until));
    return buf_str(&b);
}

static enum status tell_ending(
    struct call *c, struct html *h, const struct rows *rows, size_t from, size_t to, struct today_view *v)
{
    struct need_view *n = need_add(c, v);
    struct stake stake = {0};
    struct instant first = {cell_int(rows, from, 5)};
    size_t many = to - from;
    if (!n)
        return OK;
    for (size_t i = from; i < to; i++)
        stake_add(&stake, cell_string(rows, i, 4), cell_int(rows, i, 3));
    TRY(stake_sum(c, &stake, &n->stake));
    const char *id = id_text(c->arena, "prt", cell_int(rows, from, 0));
    n->who = cell_string(rows, from, 1);
    n->href = arena_printf(c->arena, "/partners/%s", id);
    n->partner_side = true;
    n->mark = "risk";
    n->badge =
        arena_printf(c->arena, trn(call_lang(c), "%s protection ends", "%s protections end", (int64_t)many),
            fmt_int(h, (int64_t)many));
    n->badge_exact = fmt_exact(h, first);
    n->why = ending_why(c, h, rows, from, to);
    n->fig = fmt_money_short(h, (struct money){n->stake}, c->catalog->currency);
    n->fig_href =
        arena_printf(c->arena, "/registrations?partner_id=%s&state=approved&sort=protected_until", id);
    n->fig_label = TR(c, "at stake");
    n->meta[0] =
        arena_printf(c->arena, many > 1 ? TR(c, "the first ends %s") : TR(c, "ends %s"), fmt_ago(h, first));
    n->act = TR(c, "Ask for news");
    n->act_href = ask_href(c, h, rows, from, to);
    n->act_key = "a";
    n->due = first;
    return OK;
}

static enum status fill_ending(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    for (size_t from = 0, to; from < rows->n; from = to) {
        for (to = from + 1; to < rows->n && cell_int(rows, to, 0) == cell_int(rows, from, 0);)
            to++;
        TRY(tell_ending(c, h, rows, from, to, v));
    }
    return OK;
}

/* ---- what waits for a person ---- */

static enum status tell_waiting(
    struct call *c, struct html *h, const struct rows *rows, size_t i, bool extension, struct today_view *v)
{
    struct need_view *n = need_add(c, v);
    struct stake stake = {0};
    if (!n)
        return OK;
    stake_add(&stake, cell_string(rows, i, 4), cell_int(rows, i, 3));
    TRY(stake_sum(c, &stake, &n->stake));
    need_due(c, h, n, (struct instant){cell_int(rows, i, 5)});
    n->who = cell_string(rows, i, 1);
    n->partner_side = true;
    n->href = row_path(c, "registrations", "reg", cell_int(rows, i, 0));
    const char *company = cell_string(rows, i, 2);
    n->why = extension
                 ? arena_printf(c->arena, TR(c, "%s: an extension waits for a person's answer."), company)
                 : arena_printf(c->arena, TR(c, "%s waits for a person's answer."), company);
    n->fig = fmt_money(h, (struct money){cell_int(rows, i, 3)}, cell_string(rows, i, 4));
    n->fig_href = n->href;
    n->act = TR(c, "Decide");
    n->act_href = n->href;
    n->act_key = "e";
    return OK;
}

static void tell_dispute(struct call *c, struct html *h, const char *who, const char *company,
    int64_t dispute_id, struct instant due, bool mine, struct today_view *v)
{
    struct need_view *n = need_add(c, v);
    if (!n)
        return;
    need_due(c, h, n, due);
    n->who = who;
    n->partner_side = !mine;
    n->href = row_path(c, "disputes", "dis", dispute_id);
    n->why =
        mine ? TR(c, "You decide this dispute.")
             : arena_printf(c->arena, TR(c, "Dispute about %s: somebody without a stake decides."), company);
    n->act = mine ? TR(c, "Rule") : TR(c, "Open the dispute");
    n->act_href = n->href;
    n->act_key = "e";
}

static enum status fill_waiting(
    struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    const struct rows *waiting = &q[Q_WAITING].rows, *extensions = &q[Q_EXTENSIONS].rows;
    const struct rows *disputes = &q[Q_DISPUTES].rows, *mine = &q[Q_DECIDES].rows;
    for (size_t i = 0; i < waiting->n; i++)
        TRY(tell_waiting(c, h, waiting, i, false, v));
    for (size_t i = 0; i < extensions->n; i++)
        TRY(tell_waiting(c, h, extensions, i, true, v));
    for (size_t i = 0; i < mine->n; i++)
        tell_dispute(c, h, cell_string(mine, i, 1), NULL, cell_int(mine, i, 0),
            (struct instant){cell_int(mine, i, 2)}, true, v);
    for (size_t i = 0; i < disputes->n; i++)
        tell_dispute(c, h, cell_string(disputes, i, 1), cell_string(disputes, i, 2), cell_int(disputes, i, 0),
            (struct instant){cell_int(disputes, i, 3)}, false, v);
    return OK;
}

/* ---- silence ---- */

static struct instant last_sign(const struct rows *partners, size_t i)
{
    int64_t registered = cell_int(partners, i, 3), active = cell_int(partners, i, 4);
    return (struct instant){registered > active ? registered : active};
}

static size_t fill_silent(struct call *c, struct html *h, const struct rows *partners, struct today_view *v)
{
    int64_t since = c->now.us - SILENT_DAYS * US_PER_DAY;
    size_t silent = 0;
    for (size_t i = 0; i < partners->n; i++) {
        struct instant last = last_sign(partners, i);
        if (last.us >= since || cell_int(partners, i, 2) >= since ||
            streq(cell_text(partners, i, 5), "suspended"))
            continue;
        silent++;
        struct need_view *n = need_add(c, v);
        if (!n)
            continue;
        n->who = cell_string(partners, i, 1);
        n->partner_side = true;
        n->href = row_path(c, "partners", "prt", cell_int(partners, i, 0));
        n->mark = "gone";
        n->badge = TR(c, "Silent");
        n->why = last.us ? arena_printf(c->arena, TR(c, "No registration and no activity since %s."),
                               fmt_date(h, date_in(h->zone, last)))
                         : TR(c, "Has never registered anything.");
        n->act = TR(c, "New task");
        n->act_href = arena_printf(
            c->arena, "/tasks/create?partner_id=%s", id_text(c->arena, "prt", cell_int(partners, i, 0)));
        n->act_key = "t";
    }
    return silent;
}

/* ---- beside ---- */

static void fill_side(
    struct call *c, struct html *h, const struct db_query *q, size_t silent, struct today_view *v)
{
    const char *mine = id_text(c->arena, "per", c->viewer->person_id);
    struct side_view *s = side_add(c, v, "t-mine", TR(c, "Your partners"), 4);
    size_t ending = q[Q_ENDING].rows.n, waiting = q[Q_WAITING].rows.n, extensions = q[Q_EXTENSIONS].rows.n;
    const struct {
        const char *label, *mark;
        size_t n;
        bool more; /* than were read */
        const char *href;
    } lines[] = {{TR(c, "All of them"), "ok", q[Q_PARTNERS].rows.n, false,
                     arena_printf(c->arena, "/partners?manager_id=%s", mine)},
        {TR(c, "Protections that end"), "risk", ending, ending == ENDING_MAX, NULL},
        {TR(c, "Answers that wait"), "review", waiting + extensions,
            waiting == WAITING_MAX || extensions == WAITING_MAX, "/queue"},
        {TR(c, "Silent"), "gone", silent, false, NULL}};
    for (size_t i = 0; i < COUNT(lines); i++)
        s->lines[s->n++] = (struct side_line){.label = lines[i].label,
            .mark = lines[i].mark,
            .value = count_text(c, h, lines[i].n, lines[i].more),
            .value_href = lines[i].href};
    s->note = arena_printf(c->arena,
        TR(c, "Ends: within %d days. Silent: no registration and no activity for %d days."), LAPSE_DAYS,
        SILENT_DAYS);
}

enum status today_manager(struct call *c, struct page_request *r, struct html *h, struct today_view *v)
{
    struct db_query q[Q_COUNT];
    (void)r;
    TRY(today_ask(c, queries, Q_COUNT, q));
    tell_tasks(c, h, &q[Q_TASKS].rows, v);
    TRY(fill_ending(c, h, &q[Q_ENDING].rows, v));
    TRY(fill_waiting(c, h, q, v));
    TRY(tell_selling(c, h, v));
    TRY(tell_renewals(c, h, v));
    size_t silent = fill_silent(c, h, &q[Q_PARTNERS].rows, v);
    size_t whos = needs_partners(v), all = q[Q_PARTNERS].rows.n;
    v->title = all == 0    ? TR(c, "No partner is yours yet")
               : whos == 0 ? TR(c, "Nobody needs you now")
                           : arena_printf(c->arena,
                                 trn(call_lang(c), "%s of your %s partners needs you",
                                     "%s of your %s partners need you", (int64_t)whos),
                                 fmt_int(h, (int64_t)whos), fmt_int(h, (int64_t)all));
    v->lead = TR(c, "Ordered by days left, then by the money at stake.");
    v->empty = (struct part_empty){.icon = "today",
        .title = all ? TR(c, "Nothing waits") : TR(c, "Become somebody's manager"),
        .text =
            all ? TR(c, "No protection of your partners ends soon, nothing waits for an answer, and nobody "
                        "is silent.")
                : TR(c, "A partner's record names its manager. What your partners need then stands here."),
        .action = TR(c, "All partners"),
        .action_href = "/partners"};
    fill_side(c, h, q, silent, v);
    return OK;
}
