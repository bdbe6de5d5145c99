#include "domain/note/panel.h"

#include "base/id.h"
#include "domain/note/note.h"
#include "domain/note/task.h"
#include "face/derived.h"

#define SHOWN 8 /* of each; the list has the rest */

/* ---- rows ---- */

/* What it is about, where that is not the page's own row. */
static void tell_about(struct call *c, const struct noun *noun, const struct row *row,
    struct ref registration, const char *subject, const char **about, const char **href)
{
    if (!registration.id || streq(subject, "registration_id"))
        return;
    *about = row_title(noun, row, "registration_id");
    *href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", registration.id));
}

static struct note_line note_at(struct call *c, const struct row *row, const char *subject)
{
    struct note n;
    row_record(&note_noun, row, &n);
    const char *author = row_title(&note_noun, row, "author_id");
    struct note_line l = {.text = n.text,
        .author = author                    ? author
                  : streq(n.side, "vendor") ? c->catalog->vendor
                                            : NULL,
        .shared = streq(n.shared, "both") ? TR(c, "Vendor and partner") : NULL,
        .at = row->created};
    tell_about(c, &note_noun, row, n.registration_id, subject, &l.about, &l.about_href);
    if (n.author_id.id == c->viewer->person_id)
        l.path = arena_printf(c->arena, "/notes/%s", id_text(c->arena, note_noun.prefix, row->id));
    return l;
}

static struct task_line task_at(struct call *c, struct html *h, const struct row *row, const char *subject)
{
    struct task t;
    row_record(&task_noun, row, &t);
    struct task_line l = {.text = t.text,
        .owner = row_title(&task_noun, row, "owner_id"),
        .path = arena_printf(c->arena, "/tasks/%s", id_text(c->arena, task_noun.prefix, row->id)),
        .may_finish = verb_allowed(&task_finish, c->viewer)};
    if (t.due.days != DATE_NONE) {
        int32_t today = date_in(c->catalog->zone, c->now).days;
        l.due = t.due.days == today ? TR(c, "today") : fmt_day(h, t.due);
        l.mark = t.due.days < today ? "risk" : t.due.days == today ? "review" : "gone";
    }
    tell_about(c, &task_noun, row, t.registration_id, subject, &l.about, &l.about_href);
    return l;
}

static enum status read_rows(struct call *c, struct html *h, struct notes_panel *v)
{
    struct list_query q = {.filters = {{v->subject, "is", v->subject_id}, {"state", "is", "kept"}},
        .n_filters = 2,
        .sort = "-created",
        .limit = SHOWN};
    struct list notes, tasks;
    TRY(noun_list(c, &note_noun, &q, &notes));
    q.filters[1].value = "open";
    TRY(noun_list(c, &task_noun, &q, &tasks));
    v->notes = ARENA_ARRAY(c->arena, notes.n + 1, struct note_line);
    v->tasks = ARENA_ARRAY(c->arena, tasks.n + 1, struct task_line);
    for (size_t i = 0; i < notes.n; i++)
        v->notes[v->n_notes++] = note_at(c, &notes.rows[i], v->subject);
    for (size_t i = 0; i < tasks.n; i++)
        v->tasks[v->n_tasks++] = task_at(c, h, &tasks.rows[i], v->subject);
    if (notes.next)
        v->all_notes = arena_printf(c->arena, "/notes?%s=%s&state=kept", v->subject, v->subject_id);
    if (tasks.next)
        v->all_tasks = arena_printf(c->arena, "/tasks?%s=%s&state=open", v->subject, v->subject_id);
    return OK;
}

/* ---- forms ---- */

static enum status offer_colleagues(struct call *c, struct part_field *f)
{
    struct value args[1] = {v_int(c->viewer->partner_id)};
    struct rows rows;
    bool vendor = !c->viewer->partner_id;
    TRY(db_query(c->db, c->arena, &rows,
        vendor ? "select p.id, p.name from person p where p.partner_id is null and p.state <> 'inactive' "
                 "order by p.name limit 200"
               : "select p.id, p.name from person p where p.partner_id = $1 and p.state <> 'inactive' "
                 "order by p.name limit 200",
        args, vendor ? 0 : 1));
    struct part_option *o = ARENA_ARRAY(c->arena, rows.n + 1, struct part_option);
    size_t n = 0;
    o[n++] = (struct part_option){"", TR(c, "You")};
    for (size_t i = 0; i < rows.n; i++)
        if (cell_int(&rows, i, 0) != c->viewer->person_id)
            o[n++] =
                (struct part_option){id_text(c->arena, "per", cell_int(&rows, i, 0)), cell_text(&rows, i, 1)};
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = n;
    f->hint = NULL;
    return OK;
}

static bool controls(struct call *c, struct page_request *r, struct html *h, const struct verb *verb,
    const char *form, struct part_field *out, const struct part_field **list, size_t n)
{
    size_t all;
    bool refused;
    const struct part_field *f = form_controls(c, h, r, verb, form, n, &all, &refused);
    ASSERT(n <= all);
    for (size_t i = 0; i < n; i++) {
        out[i] = f[i];
        list[i] = &out[i];
    }
    return refused;
}

static enum status fill_forms(struct call *c, struct page_request *r, struct html *h, struct notes_panel *v)
{
    v->may_write = verb_allowed(&note_create, c->viewer);
    if (!v->may_write)
        return OK;
    v->n_note_fields = streq(v->subject, "account_id") ? 1 : 2; /* nobody else reads of an account */
    v->note_open = controls(c, r, h, &note_create, "note", v->note_fields, v->note_list, v->n_note_fields);
    v->task_open = controls(c, r, h, &task_create, "task", v->task_fields, v->task_list, 3);
    v->problem_detail = v->note_open || v->task_open ? r->problem->detail : NULL;
    static const char *const keys[] = {"own", "both"};
    struct part_option *o = ARENA_ARRAY(c->arena, 2, struct part_option);
    o[0] = (struct part_option){keys[0], TR(c, "Our own side only")};
    o[1] = (struct part_option){keys[1], TR(c, "Vendor and partner")};
    v->note_fields[1].options = o;
    v->note_fields[1].n_options = 2;
    v->note_fields[1].hint = NULL;
    return offer_colleagues(c, &v->task_fields[2]);
}

enum status notes_panel_load(struct call *c, struct page_request *r, struct html *h, const char *page,
    const char *subject, const char *subject_id, struct notes_panel *out)
{
    *out = (struct notes_panel){.page = page, .csrf = r->csrf, .subject = subject, .subject_id = subject_id};
    TRY(read_rows(c, h, out));
    return fill_forms(c, r, h, out);
}
