#include "domain/log/week.h"

#include "domain/log/cosigned.h"
#include "runtime/mail.h"

#define HOUR 6

static const struct state states[] = {{"waiting", N_("Waiting"), "new"}, {"sent", N_("Sent"), "ok"}, {0}};
static const struct option state_options[] = {{"waiting", N_("Waiting")}, {"sent", N_("Sent")}, {0}};

static const struct field fields[] = {
    FIELD(struct log_week, week, .label = N_("Week"), .required = true, .see = EVERYONE),
    FIELD(struct log_week, due, .label = N_("Due"), .required = true, .see = EVERYONE),
    FIELD(struct log_week, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = EVERYONE, .filter = true),
    FIELD(struct log_week, size, .label = N_("Entries"), .see = EVERYONE),
    FIELD(struct log_week, checkpoint, .label = N_("Checkpoint"), .form = FORM_LONG, .max = 8000,
        .see = EVERYONE),
};

const struct noun log_week_noun = {
    .name = "log_week",
    .plural = "log-weeks",
    .prefix = "lwk",
    .label = N_("Weekly checkpoint"),
    .labels = N_("Weekly checkpoints"),
    .icon = "receipt",
    .summary = N_("The checkpoint of the public log that was mailed in a week."),
    .size = sizeof(struct log_week),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "week",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "1=1",
    .public_scope = "1=1",
    .read = ALL_ROLES,
    .order = "-created",
    .hidden = true,
};

/* ---- waiting ---- */

static struct date monday_of(const struct zone *zone, struct instant t)
{
    struct date d = date_in(zone, t);
    d.days -= civil_in(zone, t).weekday - 1;
    return d;
}

/* The next Monday that is still to come, however long the last one was overdue. */
static enum status await_next(struct call *c)
{
    struct date week = monday_of(c->catalog->zone, c->now);
    struct instant due = instant_in(c->catalog->zone, week, HOUR, 0, 0);
    int64_t id = 0;
    if (due.us <= c->now.us) {
        week.days += 7;
        due = instant_in(c->catalog->zone, week, HOUR, 0, 0);
    }
    struct log_week w = {.week = week, .due = due, .state = "waiting"};
    return noun_insert_beside(c, &log_week_noun, &w, &id);
}

enum status log_week_await(struct call *c)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select id from log_week where state = 'waiting' limit 1", NULL, 0));
    return rows.n ? OK : await_next(c);
}

enum status log_week_keep(struct call *c)
{
    struct date week = monday_of(c->catalog->zone, c->now);
    struct value args[1] = {v_int(week.days)};
    struct tree_head head;
    struct rows rows;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows, "select id from log_week where week = $1", args, 1));
    if (rows.n)
        return OK;
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    struct log_week w = {.week = week,
        .due = c->now,
        .state = "sent",
        .size = (int64_t)head.size,
        .checkpoint = head.checkpoint};
    return noun_insert_beside(c, &log_week_noun, &w, &id);
}

/* ---- mailing ---- */

struct letter {
    const char *checkpoint, *vendor, *week;
    int64_t size;
};

static enum status mail_to(struct call *c, const char *address, enum lang lang, const struct letter *l)
{
    const char *base = c->base_url ? c->base_url : "";
    const char *subject = arena_printf(c->arena, tr(lang, "Checkpoint of the public log of %s"), l->vendor);
    const char *body = arena_printf(c->arena,
        tr(lang,
            "Every registration and decision of this partner programme is entered in a public log. This is "
            "its "
            "newest checkpoint, of size %lld. Keep this mail: it is what nobody can change afterwards.\n\n"
            "%s\n"
            "To compare it with the log of today, open\n%s/log/check\nand paste the lines above there. Your "
            "browser "
            "then proves that today's log continues this one. Or ask a colleague or another partner for "
            "theirs: "
            "two checkpoints of the same size must have the same third line.\n\n"
            "If it is not so, somebody was shown another log than you. Keep this mail and what the page "
            "says, tell "
            "the others who get this mail, and ask %s for an explanation in writing. Two checkpoints that "
            "are "
            "signed by the same key and contradict each other prove it.\n\n"
            "How the log works: %s/log\nTo end these mails: %s/me\n"),
        (long long)l->size, l->checkpoint, base, l->vendor, base, base);
    return mail_queue(c, address, subject, body);
}

/* Who asked for it, and the partners' admins who did not refuse it. */
static enum status mail_all(struct call *c, const struct letter *l)
{
    struct rows people;
    TRY(db_query(c->db, c->arena, &people,
        "select email, language from person where state = 'active' and (checkpoint_mail = 'on' or "
        "(checkpoint_mail is null and role = 'partner_admin')) order by id",
        NULL, 0));
    for (size_t i = 0; i < people.n; i++)
        TRY(mail_to(c, cell_text(&people, i, 0), lang_parse(cell_text(&people, i, 1)), l));
    return OK;
}

static enum status send_run(struct call *c)
{
    struct log_week w;
    struct tree_head head;
    struct letter l = {.vendor = c->catalog->vendor};
    TRY(noun_load(c, &log_week_noun, c->row_id, &w));
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    TRY(log_cosigned(c->db, c->arena, &head, &l.checkpoint));
    w.state = "sent";
    w.size = l.size = (int64_t)head.size;
    w.checkpoint = l.checkpoint;
    TRY(noun_update(c, &log_week_noun, c->row_id, &w,
        FIELD_BIT(&log_week_noun, state) | FIELD_BIT(&log_week_noun, size) |
            FIELD_BIT(&log_week_noun, checkpoint),
        "send"));
    if (l.checkpoint)
        TRY(mail_all(c, &l));
    return await_next(c);
}

static const char *const waiting[] = {"waiting", NULL};

const struct verb log_week_send = {
    .noun = &log_week_noun,
    .name = "send",
    .label = N_("Send"),
    .summary = N_("Mails the log's newest checkpoint to everybody who wants it."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = waiting,
    .run = send_run,
};

const struct clock log_week_clock = {
    .name = "weekly checkpoint", .verb = &log_week_send, .due = "due", .state = "waiting"};

/* ---- reading ---- */

enum status log_weeks_read(struct call *c, struct log_week out[LOG_WEEKS_SHOWN], size_t *n)
{
    struct list_query q = {.n_filters = 1, .filters = {{"state", "is", "sent"}}, .limit = LOG_WEEKS_SHOWN};
    struct list list;
    *n = 0;
    TRY(noun_list(c, &log_week_noun, &q, &list));
    for (size_t i = 0; i < list.n; i++) {
        row_record(&log_week_noun, &list.rows[i], &out[*n]);
        *n += out[*n].checkpoint != NULL;
    }
    return OK;
}

static enum status show_week(struct call *c, struct page_request *r, struct html *h)
{
    struct list_query q = {.limit = 1, .where = "t.week = $1 and t.state = 'sent'", .n_where_args = 1};
    struct list list;
    struct log_week w = {0};
    struct date week;
    if (!date_parse(r->param[0], &week))
        return call_refuse(c, PROBLEM_not_found, NULL);
    q.where_args[0] = v_int(week.days);
    TRY(noun_list(c, &log_week_noun, &q, &list));
    if (list.n)
        row_record(&log_week_noun, &list.rows[0], &w);
    if (!w.checkpoint)
        return call_refuse(c, PROBLEM_not_found, NULL);
    r->type = "text/plain; charset=utf-8";
    buf_adds(h->b, w.checkpoint);
    return OK;
}

const struct page log_week_page = {.path = "/log/checkpoint/:week",
    .title = N_("Weekly checkpoint"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_week};
