/* Registrations that wait for a person, the next to answer first; and what was decided without one. */
#include "base/id.h"
#include "domain/registration/decision_view.h"
#include "domain/registration/extension.h"
#include "domain/registration/pages.h"
#include "domain/registration/queue_page.html.h"
#include "domain/registration/queue_view.h"
#include "face/derived.h"

#define AT_ONCE 30 /* a page; each row has its own form */

/* ---- rows ---- */

struct due_text {
    const char *text, *exact, *mark;
};

static struct due_text due_text(struct call *c, struct html *h, struct instant due)
{
    struct due_text v;
    bool late = due.us < c->now.us, soon = due.us - c->now.us < 4 * 3600 * US_PER_SECOND;
    int64_t minutes = (late ? c->now.us - due.us : due.us - c->now.us) / (60 * US_PER_SECOND);
    const char *hours = fmt_int(h, minutes / 60);
    if (minutes >= 72 * 60)
        v.text =
            arena_printf(c->arena, late ? TR(c, "Overdue, was due %s") : TR(c, "Due %s"), fmt_ago(h, due));
    else if (minutes >= 60)
        v.text = arena_printf(c->arena, late ? TR(c, "Overdue by %s h") : TR(c, "Due in %s h"), hours);
    else
        v.text = arena_printf(
            c->arena, late ? TR(c, "Overdue by %s min") : TR(c, "Due in %s min"), fmt_int(h, minutes));
    v.exact = fmt_exact(h, due);
    v.mark = late ? "risk" : soon ? "review" : "gone";
    return v;
}

/* The refused form is shown in its row, with what was typed. */
static void fill_controls(
    struct call *c, struct page_request *r, struct html *h, int64_t id, struct waiting_view *v)
{
    static const char *const suffix[] = {"reason", "days", "margin"};
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    bool refused = r->problem && c->row_id == id;
    size_t n;
    const struct part_field *f = verb_controls(c, h, refused ? r : &plain, &registration_approve, 0, &n);
    struct part_field *own[] = {&v->reason, &v->days, &v->margin};
    for (size_t i = 0; i < COUNT(own); i++) {
        *own[i] = f[i];
        own[i]->id = arena_printf(c->arena, "%s-%s", id_text(c->arena, "reg", id), suffix[i]);
        v->fields[i] = own[i];
    }
    v->open = refused;
    v->problem_detail = refused ? r->problem->detail : NULL;
}

static void read_waiting(
    struct call *c, struct page_request *r, struct html *h, const struct row *row, struct waiting_view *v)
{
    struct registration reg;
    row_record(&registration_noun, row, &reg);
    *v = (struct waiting_view){
        .path = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", row->id)),
        .company = row->name,
        .what = registration_what(c, h, row),
        .partner = registration_text(c, h, row, "partner_id"),
        .partner_href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", reg.partner_id.id)),
        .queue = registration_text(c, h, row, "queue"),
        .person = registration_text(c, h, row, "person_id"),
        .since = row->created,
        .by = reg.review_due};
    struct due_text due = due_text(c, h, reg.review_due);
    v->due = due.text;
    v->due_exact = due.exact;
    v->due_mark = due.mark;
    fill_controls(c, r, h, row->id, v);
}

/* Why each is here: the sentence of the rule that sent it, by the version that did, and the nearest company.
 */
static enum status fill_reasons(
    struct call *c, struct html *h, const struct list *list, struct waiting_view *rows)
{
    struct db_query *q = ARENA_ARRAY(c->arena, list->n + 1, struct db_query);
    struct value *args = ARENA_ARRAY(c->arena, list->n + 1, struct value);
    for (size_t i = 0; i < list->n; i++) {
        args[i] = v_int(list->rows[i].id);
        q[i] = (struct db_query){
            .sql = "select rule, programme_number, evidence from decision where registration_id = $1 "
                   "and kind = 'registration' and rule is not null order by id desc limit 1",
            .args = &args[i],
            .n_args = 1};
    }
    if (list->n)
        TRY(db_query_many(c->db, c->arena, q, list->n));
    for (size_t i = 0; i < list->n; i++) {
        const struct programme *p;
        if (!q[i].rows.n)
            continue;
        TRY(programme_at(c, cell_int(&q[i].rows, 0, 1), &p));
        for (size_t k = 0; k < p->rules.n; k++)
            if (streq(p->rules.rules[k].id, cell_text(&q[i].rows, 0, 0))) {
                rows[i].rule = rule_name(&p->rules.rules[k], call_lang(c));
                rows[i].sentence = rule_sentence(&p->rules.rules[k], call_lang(c));
            }
        struct alike_view *alike;
        if (evidence_read(c, h, cell_text(&q[i].rows, 0, 2), &alike))
            rows[i].alike = alike;
    }
    return OK;
}

/* ---- extensions ---- */

static void extension_controls(
    struct call *c, struct page_request *r, struct html *h, int64_t id, struct extension_wait_view *v)
{
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    bool refused = r->problem && c->row_id == id;
    size_t n;
    const struct part_field *f = verb_controls(c, h, refused ? r : &plain, &extension_approve, 0, &n);
    v->reason = f[0];
    v->days = f[1];
    v->reason.id = arena_printf(c->arena, "%s-reason", id_text(c->arena, "ext", id));
    v->days.id = arena_printf(c->arena, "%s-days", id_text(c->arena, "ext", id));
    v->fields[0] = &v->reason;
    v->fields[1] = &v->days;
    v->open = refused;
    v->problem_detail = refused ? r->problem->detail : NULL;
}

static const char *extension_text(struct call *c, struct html *h, const struct row *row, const char *field)
{
    int at = field_find(extension_noun.fields, extension_noun.n_fields, field);
    return value_text(c, h, &extension_noun, row, (size_t)at);
}

static enum status read_extension(struct call *c, struct page_request *r, struct html *h,
    const struct row *row, struct extension_wait_view *v)
{
    struct extension e;
    struct registration reg;
    struct explanation told;
    row_record(&extension_noun, row, &e);
    TRY(registration_whole(c, e.registration_id.id, &reg));
    struct due_text due = due_text(c, h, e.review_due);
    *v = (struct extension_wait_view){
        .path = arena_printf(c->arena, "/extensions/%s", id_text(c->arena, "ext", row->id)),
        .company = reg.company,
        .href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", e.registration_id.id)),
        .partner = extension_text(c, h, row, "partner_id"),
        .partner_href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", e.partner_id.id)),
        .person = extension_text(c, h, row, "person_id"),
        .evidence = arena_printf(c->arena, "%s, %s%s%s", extension_text(c, h, row, "evidence"),
            fmt_day(h, e.day), e.with_whom ? " · " : "", e.with_whom ? e.with_whom : ""),
        .note = e.note,
        .due = due.text,
        .due_exact = due.exact,
        .due_mark = due.mark,
        .by = e.review_due,
        .until = fmt_date(h, date_in(c->catalog->zone, reg.protected_until))};
    TRY(extension_explain_stored(c, row->id, &told));
    v->rule = told.rule_name;
    v->sentence = told.sentence;
    extension_controls(c, r, h, row->id, v);
    return files_of(c, h, id_text(c->arena, "ext", row->id), &v->files, &v->n_files);
}

static enum status fill_extensions(
    struct call *c, struct page_request *r, struct html *h, const char *queue, struct queue_view *v)
{
    struct list list;
    struct list_query q = {
        .filters = {{"state", "is", "review"}}, .n_filters = 1, .sort = "review_due", .limit = AT_ONCE};
    if (!verb_allowed(&extension_approve, c->viewer))
        return OK;
    if (queue) {
        q.where = "t.queue = $1";
        q.where_args[0] = v_text(queue);
        q.n_where_args = 1;
    }
    TRY(noun_list(c, &extension_noun, &q, &list));
    v->extensions = ARENA_ARRAY(c->arena, list.n + 1, struct extension_wait_view);
    for (size_t i = 0; i < list.n; i++)
        TRY(read_extension(c, r, h, &list.rows[i], &v->extensions[v->n_extensions++]));
    return OK;
}

/* Extensions and registrations in one order, by when they are due. The last page has what is due after its
 * last row, too. */
static void place_extensions(struct queue_view *v)
{
    size_t k = 0;
    for (size_t i = 0; i < v->n; i++) {
        while (k < v->n_extensions && v->extensions[k].by.us < v->rows[i].by.us)
            k++;
        v->rows[i].extensions_before = k;
    }
    if (v->next)
        v->n_extensions = k;
}

/* ---- which queue ---- */

static void fill_tabs(struct call *c, const char *queue, struct queue_view *v)
{
    const struct catalog_list *queues = catalog_find(c->catalog, "queues");
    struct part_tab *t = ARENA_ARRAY(c->arena, queues->n + 1, struct part_tab);
    size_t n = 0;
    t[n++] = (struct part_tab){TR(c, "All"), "/queue", 0, !queue};
    for (size_t i = 0; i < queues->n; i++)
        t[n++] = (struct part_tab){queues->items[i].label[call_lang(c)],
            arena_printf(c->arena, "/queue?queue=%s", queues->items[i].key), 0,
            streq(queue, queues->items[i].key)};
    v->tabs = t;
    v->n_tabs = n;
}

static enum status fill_waiting(struct call *c, struct page_request *r, struct html *h, struct queue_view *v)
{
    const char *queue = page_query(r, "queue");
    struct list list;
    struct list_query q = {.filters = {{"state", "is", "review"}, {"queue", "is", queue}},
        .n_filters = queue && *queue ? 2 : 1,
        .sort = "review_due",
        .after = page_query(r, "after"),
        .limit = AT_ONCE};
    queue = q.n_filters == 2 ? queue : NULL;
    if (c->viewer->role == ROLE_VENDOR_SELLER) { /* what waits for them as the account's owner */
        q.where = "t.queue = 'account_owner' and t.account_id in (select a.id from account a where "
                  "a.owner_id = $1)";
        q.where_args[0] = v_int(c->viewer->person_id);
        q.n_where_args = 1;
    }
    TRY(noun_list(c, &registration_noun, &q, &list));
    TRY(fill_extensions(c, r, h, queue, v));
    fill_tabs(c, queue, v);
    v->n = list.n;
    v->rows = ARENA_ARRAY(c->arena, list.n + 1, struct waiting_view);
    for (size_t i = 0; i < list.n; i++)
        read_waiting(c, r, h, &list.rows[i], &v->rows[i]);
    struct buf next = buf_in(c->arena, 4096);
    const char *here = queue ? arena_printf(c->arena, "/queue?queue=%s&", queue) : "/queue?";
    buf_addf(&next, "%safter=", here);
    buf_add_url(&next, list.next ? list.next : "");
    v->next = list.next ? buf_str(&next) : NULL;
    v->first = q.after && *q.after ? arena_strndup(c->arena, here, strlen(here) - 1) : NULL;
    place_extensions(v);
    return fill_reasons(c, h, &list, v->rows);
}

/* ---- beside it ---- */

/* Ids begin with their time, so that today's decisions are a range of the table's key. */
static enum status fill_today(struct call *c, struct queue_view *v)
{
    struct date today = date_in(c->catalog->zone, c->now);
    struct value args[1] = {v_int(id_new(instant_in(c->catalog->zone, today, 0, 0, 0)))};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select outcome, count(*) from decision where id >= $1 and rule is not null group by outcome", args,
        1));
    for (size_t i = 0; i < rows.n; i++) {
        const char *outcome = cell_text(&rows, i, 0);
        int64_t n = cell_int(&rows, i, 1);
        if (streq(outcome, "approve"))
            v->approved = n;
        else if (streq(outcome, "review"))
            v->review = n;
        else
            v->declined = n;
    }
    return OK;
}

static enum status fill_probers(struct call *c, struct queue_view *v)
{
    struct value args[1] = {v_int(c->now.us - US_PER_DAY)};
    struct rows rows;
    v->sees_checks = noun_readable(&account_check_noun, c->viewer);
    if (!v->sees_checks)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select k.person_id, p.name, t.name, count(*) from account_check k join person p on p.id = "
        "k.person_id "
        "join partner t on t.id = k.partner_id where k.created >= $1 "
        "group by k.person_id, p.name, t.name order by 4 desc, 1 limit 5",
        args, 1));
    v->probers = ARENA_ARRAY(c->arena, rows.n + 1, struct prober_view);
    for (size_t i = 0; i < rows.n; i++)
        v->probers[v->n_probers++] = (struct prober_view){.name = cell_text(&rows, i, 1),
            .partner = cell_text(&rows, i, 2),
            .n = cell_int(&rows, i, 3),
            .href = arena_printf(
                c->arena, "/account-checks?person_id=%s", id_text(c->arena, "per", cell_int(&rows, i, 0)))};
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct queue_view v = {.csrf = r->csrf,
        .lead = TR(c, "Registrations that the rules left to a person, the next answer first."),
        .empty = {.icon = "inbox",
            .title = TR(c, "Nothing waits for an answer"),
            .text = TR(
                c, "What the rules send to a person stands here, with the time until it must be answered."),
            .action = TR(c, "All registrations"),
            .action_href = "/registrations"}};
    TRY(fill_waiting(c, r, h, &v));
    TRY(fill_today(c, &v));
    TRY(fill_probers(c, &v));
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Queue");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    queue_whole(h, &v);
    return OK;
}

enum status queue_count(struct call *c, int64_t *out)
{
    struct list_query q = {.n_filters = 1, .filters = {{"state", "is", "review"}}};
    int64_t extensions = 0;
    TRY(noun_count(c, &registration_noun, &q, 999, out));
    if (verb_allowed(&extension_approve, c->viewer))
        TRY(noun_count(c, &extension_noun, &q, 999, &extensions));
    *out += extensions;
    return OK;
}

const struct page queue_page = {
    .path = "/queue",
    .title = N_("Queue"),
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .nav = "",
    .icon = "inbox",
    .key = "g q",
    .tab = true,
    .show = show,
};
