/*
 * The day of operations and administrators: answers that are due, disputes, what needs a second person, and
 * what went wrong; beside it the queues with their clocks, imports, and who probes.
 */
#include "base/id.h"
#include "domain/log/cosigned.h"
#include "domain/today/view.h"

#define DUPLICATES_MAX 1000 /* counted no further */

enum {
    Q_QUEUES,
    Q_EXTENSION_QUEUES,
    Q_WAITING,
    Q_EXTENSIONS,
    Q_DISPUTES,
    Q_OVERRIDES,
    Q_DRAFTS,
    Q_IMPORTS,
    Q_SIMULATIONS,
    Q_MAIL,
    Q_PROBERS,
    Q_DUPLICATES,
    Q_TASKS,
    Q_COUNT
};
static const struct today_query queries[Q_COUNT] = {
    [Q_QUEUES] = {"select queue, count(*), min(review_due), sum(case when review_due < $1 then 1 else 0 end) "
                  "from registration where state = 'review' group by queue order by 3",
        "n"},
    [Q_EXTENSION_QUEUES] = {"select count(*), min(review_due), sum(case when review_due < $1 then 1 else 0 "
                            "end) from extension where state = 'review'",
        "n"},
    [Q_WAITING] =
        {"select r.id, p.name, r.company, r.amount, r.currency, r.review_due from registration r "
         "join partner p on p.id = r.partner_id where r.state = 'review' order by r.review_due, r.id "
         "limit 12",
            ""},
    [Q_EXTENSIONS] = {"select e.registration_id, p.name, r.company, r.amount, r.currency, e.review_due from "
                      "extension e join partner p on p.id = e.partner_id join registration r on r.id = "
                      "e.registration_id where e.state = 'review' order by e.review_due, e.id limit 12",
        ""},
    [Q_DISPUTES] =
        {"select d.id, d.company, d.due, d.state, p.name from dispute d left join person p on p.id = "
         "case when d.state = 'escalated' then d.executive_id else d.decider_id end "
         "where d.state in ('open', 'named', 'escalated') order by d.due limit 12",
            ""},
    [Q_OVERRIDES] =
        {"select o.id, r.company, o.outcome, o.created from override o join registration r on r.id "
         "= o.registration_id where o.state = 'asked' order by o.id limit 10",
            ""},
    [Q_DRAFTS] = {"select d.id, d.title from programme_draft d where d.state = 'asked' order by d.id "
                  "limit 5",
        ""},
    [Q_IMPORTS] =
        {"select i.id, i.file_name, i.state, i.rows_total, i.rows_applied, i.rows_bad, i.message, "
         "i.updated from import_run i where i.created >= $1 and i.state not in ('done', 'cancelled') "
         "order by i.created desc limit 8",
            "w"},
    [Q_SIMULATIONS] = {"select s.id, s.name from simulation s where s.created >= $1 and s.state = "
                       "'failed' order by s.created desc limit 3",
        "w"},
    [Q_MAIL] = {"select count(*), max(m.error), min(m.created) from mail m where m.sent is null and "
                "m.attempts > 0",
        ""},
    [Q_PROBERS] =
        {"select k.person_id, p.name, t.name, count(*) from account_check k join person p on p.id = "
         "k.person_id join partner t on t.id = k.partner_id where k.created >= $1 "
         "group by k.person_id, p.name, t.name order by 4 desc, 1 limit 5",
            "d"},
    [Q_DUPLICATES] = {"select count(*) from (select 1 as one from duplicate d where d.state = 'open'" LIMIT(
                          DUPLICATES_MAX) ") counted",
        ""},
    [Q_TASKS] = MY_TASKS,
};

/* ---- answers ---- */

static enum status tell_answers(
    struct call *c, struct html *h, const struct rows *rows, bool extension, struct today_view *v)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct need_view *n = need_add(c, v);
        struct stake stake = {0};
        if (!n)
            continue;
        stake_add(&stake, cell_string(rows, i, 4), cell_int(rows, i, 3));
        TRY(stake_sum(c, &stake, &n->stake));
        need_due(c, h, n, (struct instant){cell_int(rows, i, 5)});
        n->who = cell_string(rows, i, 2);
        n->href = row_path(c, "registrations", "reg", cell_int(rows, i, 0));
        const char *partner = cell_string(rows, i, 1);
        n->why = extension ? arena_printf(c->arena, TR(c, "%s asks for an extension."), partner)
                           : arena_printf(c->arena, TR(c, "%s registered it; a person answers."), partner);
        n->fig = fmt_money(h, (struct money){cell_int(rows, i, 3)}, cell_string(rows, i, 4));
        n->fig_href = n->href;
        n->act = TR(c, "Decide");
        n->act_href = n->href;
        n->act_key = "e";
    }
    return OK;
}

static void tell_disputes(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct need_view *n = need_add(c, v);
        const char *state = cell_text(rows, i, 3), *who = cell_text(rows, i, 4);
        if (!n)
            continue;
        need_due(c, h, n, (struct instant){cell_int(rows, i, 2)});
        n->who = cell_string(rows, i, 1);
        n->href = row_path(c, "disputes", "dis", cell_int(rows, i, 0));
        n->why = streq(state, "open") || !who ? TR(c, "A dispute that nobody decides yet.")
                 : streq(state, "escalated")
                     ? arena_printf(c->arena, TR(c, "A dispute, escalated to %s."), who)
                     : arena_printf(c->arena, TR(c, "A dispute; %s decides."), who);
        n->act = streq(state, "open") ? TR(c, "Name who decides") : TR(c, "Open the dispute");
        n->act_href = n->href;
        n->act_key = "e";
    }
}

/* ---- a second person ---- */

static void tell_second(struct call *c, const struct db_query *q, struct today_view *v)
{
    const struct rows *overrides = &q[Q_OVERRIDES].rows, *drafts = &q[Q_DRAFTS].rows;
    for (size_t i = 0; i < overrides->n + drafts->n; i++) {
        struct need_view *n = need_add(c, v);
        bool draft = i >= overrides->n;
        size_t at = draft ? i - overrides->n : i;
        if (!n)
            continue;
        n->mark = "review";
        n->badge = TR(c, "Second person");
        n->who = cell_string(draft ? drafts : overrides, at, 1);
        n->href = draft ? row_path(c, "programme-drafts", "pgd", cell_int(drafts, at, 0))
                        : row_path(c, "overrides", "ovr", cell_int(overrides, at, 0));
        n->why = draft ? TR(c, "A draft of the programme waits for the person who publishes it.")
                 : streq(cell_text(overrides, at, 2), "approve")
                     ? TR(c, "An override to an approval waits for a second person.")
                     : TR(c, "An override to a decline waits for a second person.");
        n->act = TR(c, "Read it");
        n->act_href = n->href;
        n->act_key = "e";
    }
}

/* ---- what went wrong ---- */

static void tell_error(
    struct call *c, struct today_view *v, const char *who, const char *href, const char *why, const char *act)
{
    struct need_view *n = need_add(c, v);
    if (!n)
        return;
    n->who = who;
    n->href = href;
    n->mark = "no";
    n->badge = TR(c, "Failed");
    n->why = why;
    n->act = act;
    n->act_href = href;
    n->act_key = "e";
    n->due = c->now; /* an error is of today */
}

static enum status tell_errors(struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    const struct rows *imports = &q[Q_IMPORTS].rows, *failed = &q[Q_SIMULATIONS].rows;
    const struct rows *mail = &q[Q_MAIL].rows;
    struct witness_state *witness;
    size_t n;
    for (size_t i = 0; i < imports->n; i++)
        if (streq(cell_text(imports, i, 2), "failed"))
            tell_error(c, v, cell_string(imports, i, 1),
                row_path(c, "import", "imp", cell_int(imports, i, 0)),
                cell_text(imports, i, 6) ? TR(c, cell_text(imports, i, 6)) : TR(c, "The import ended early."),
                TR(c, "Open the import"));
    for (size_t i = 0; i < failed->n; i++)
        tell_error(c, v, cell_string(failed, i, 1), row_path(c, "simulations", "sim", cell_int(failed, i, 0)),
            TR(c, "The simulation ended early."), TR(c, "Open it"));
    if (cell_int(mail, 0, 0))
        tell_error(c, v, TR(c, "Mail"), "/notices",
            arena_printf(c->arena,
                trn(call_lang(c), "%s mail does not go out: %s", "%s mails do not go out: %s",
                    cell_int(mail, 0, 0)),
                fmt_int(h, cell_int(mail, 0, 0)), cell_string(mail, 0, 1)),
            NULL);
    TRY(log_witnesses_read(c, &witness, &n));
    for (size_t i = 0; i < n; i++)
        if (witness[i].trouble)
            tell_error(c, v, witness[i].name, "/log", TR(c, witness[i].trouble), TR(c, "Open the log"));
    return OK;
}

/* ---- beside ---- */

static const char *clock_text(struct call *c, struct html *h, int64_t due, int64_t late)
{
    if (late)
        return arena_printf(c->arena, TR(c, "%s overdue"), fmt_int(h, late));
    return arena_printf(c->arena, TR(c, "the next is due %s"), fmt_ago(h, (struct instant){due}));
}

static void fill_queues(struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    const struct rows *rows = &q[Q_QUEUES].rows, *extensions = &q[Q_EXTENSION_QUEUES].rows;
    struct side_view *s = side_add(c, v, "t-queues", TR(c, "Queues"), rows->n + 2);
    for (size_t i = 0; i < rows->n; i++) {
        const char *key = cell_string(rows, i, 0);
        s->lines[s->n++] = (struct side_line){.label = catalog_label(call_lang(c), c->catalog, "queues", key),
            .sub = clock_text(c, h, cell_int(rows, i, 2), cell_int(rows, i, 3)),
            .value = fmt_int(h, cell_int(rows, i, 1)),
            .value_href = arena_printf(c->arena, "/queue?queue=%s", key)};
    }
    if (cell_int(extensions, 0, 0))
        s->lines[s->n++] = (struct side_line){.label = TR(c, "Extensions"),
            .sub = clock_text(c, h, cell_int(extensions, 0, 1), cell_int(extensions, 0, 2)),
            .value = fmt_int(h, cell_int(extensions, 0, 0)),
            .value_href = "/extensions?state=review"};
    if (cell_int(&q[Q_DUPLICATES].rows, 0, 0))
        s->lines[s->n++] = (struct side_line){.label = TR(c, "Duplicates"),
            .value = count_text(c, h, (size_t)cell_int(&q[Q_DUPLICATES].rows, 0, 0),
                cell_int(&q[Q_DUPLICATES].rows, 0, 0) == DUPLICATES_MAX),
            .value_href = "/duplicates"};
    s->note = s->n ? NULL : TR(c, "Nothing waits.");
    s->aside = TR(c, "Queue");
    s->aside_href = "/queue";
}

static void fill_imports(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    struct side_view *s = side_add(c, v, "t-imports", TR(c, "Imports"), rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        const char *state = cell_text(rows, i, 2);
        bool applies = streq(state, "applying");
        if (streq(state, "failed"))
            continue;
        s->lines[s->n++] = (struct side_line){.label = cell_string(rows, i, 1),
            .href = row_path(c, "import", "imp", cell_int(rows, i, 0)),
            .sub = applies                   ? arena_printf(c->arena, TR(c, "%s of %s rows written"),
                                                   fmt_int(h, cell_int(rows, i, 4)), fmt_int(h, cell_int(rows, i, 3)))
                   : streq(state, "checked") ? TR(c, "Checked; waits for you")
                   : streq(state, "staged")  ? TR(c, "Needs a mapping")
                                             : TR(c, "Is being read")};
    }
    s->note = s->n ? NULL : TR(c, "None runs and none waits.");
    s->aside = TR(c, "All");
    s->aside_href = "/import";
}

static void fill_probers(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    struct side_view *s = side_add(c, v, "t-probing", TR(c, "Probing"), rows->n);
    for (size_t i = 0; i < rows->n; i++)
        s->lines[s->n++] = (struct side_line){.label = cell_string(rows, i, 1),
            .sub = cell_string(rows, i, 2),
            .value = fmt_int(h, cell_int(rows, i, 3)),
            .value_href = arena_printf(
                c->arena, "/account-checks?person_id=%s", id_text(c->arena, "per", cell_int(rows, i, 0)))};
    s->aside = TR(c, "checks in 24 h");
    s->note = s->n ? NULL : TR(c, "Nobody checked a company without registering it.");
}

enum status today_operations(struct call *c, struct page_request *r, struct html *h, struct today_view *v)
{
    struct db_query q[Q_COUNT];
    (void)r;
    TRY(today_ask(c, queries, Q_COUNT, q));
    tell_tasks(c, h, &q[Q_TASKS].rows, v);
    TRY(tell_errors(c, h, q, v));
    TRY(tell_answers(c, h, &q[Q_WAITING].rows, false, v));
    TRY(tell_answers(c, h, &q[Q_EXTENSIONS].rows, true, v));
    tell_disputes(c, h, &q[Q_DISPUTES].rows, v);
    tell_second(c, q, v);
    fill_queues(c, h, q, v);
    fill_imports(c, h, &q[Q_IMPORTS].rows, v);
    fill_probers(c, h, &q[Q_PROBERS].rows, v);
    v->title =
        v->n_needs
            ? arena_printf(c->arena,
                  trn(call_lang(c), "%s thing waits for you", "%s things wait for you", (int64_t)v->n_needs),
                  fmt_int(h, (int64_t)v->n_needs))
            : TR(c, "Nothing waits for you");
    v->lead = TR(c, "What went wrong first, then the next answer that is due.");
    v->empty = (struct part_empty){.icon = "inbox",
        .title = TR(c, "All is answered"),
        .text = TR(c, "What the rules send to a person, disputes and errors stand here."),
        .action = TR(c, "All registrations"),
        .action_href = "/registrations"};
    return OK;
}
