/* A draft of the programme: its rules with what they change, its lists and settings, its way into force. */
#include "base/id.h"
#include "base/json.h"
#include "domain/programme/document_merge.h"
#include "domain/programme/draft_page.html.h"
#include "domain/programme/draft_view.h"
#include "domain/programme/pages.h"
#include "domain/programme/publish.h"
#include "domain/simulation/simulation.h"

#include <stdlib.h>

struct drafting {
    struct call *c;
    struct page_request *r;
    struct html *h;
    int64_t id;
    struct programme_draft row;
    struct row whole;
    struct draft_read read;
    const struct programme *base;
    struct newest_version newest;
    struct draft_view v;
};

/* ---- who and when ---- */

static const char *person_text(struct drafting *d, const char *field)
{
    int at = field_find(programme_draft_noun.fields, programme_draft_noun.n_fields, field);
    return value_text(d->c, d->h, &programme_draft_noun, &d->whole, (size_t)at);
}

static const char *effective_text(struct drafting *d)
{
    const struct zone *zone = d->read.programme.catalog.zone;
    if (d->row.effective_day.days == DATE_NONE || !zone)
        return TR(d->c, "at once");
    struct html there = *d->h; /* its own zone, whoever reads */
    there.zone = zone;
    return fmt_exact(&there, instant_in(zone, d->row.effective_day, 0, 0, 0));
}

static enum status base_since(struct drafting *d)
{
    struct value args[1] = {v_int(d->row.base_number)};
    struct rows rows;
    TRY(db_query(d->c->db, d->c->arena, &rows,
        "select coalesce(effective, created) from programme_version where number = $1", args, 1));
    d->v.base_since.us = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

/* Those who may be asked: the right to publish, and no part in the draft. */
static enum status fill_second(struct drafting *d)
{
    struct call *c = d->c;
    const struct programme *active;
    struct value args[1] = {v_int(d->id)};
    struct rows rows;
    TRY(programme_active(c, &active));
    TRY(db_query(c->db, c->arena, &rows,
        "select p.id, p.name, p.role from person p where p.partner_id is null and p.state <> 'inactive' and "
        "p.id not in (select s.person_id from programme_draft_step s join programme_draft d on d.id = "
        "s.draft_id "
        "where s.draft_id = $1 and s.step <= d.step and s.person_id is not null) order by p.name, p.id limit "
        "200",
        args, 1));
    struct part_option *o = ARENA_ARRAY(c->arena, rows.n + 1, struct part_option);
    d->v.second = (struct part_field){.kind = PART_SELECT,
        .id = "ask-person",
        .name = "person_id",
        .label = TR(c, "Second person"),
        .hint = TR(c, "Somebody who may publish and did not write this."),
        .error = field_message(d->r, "person_id"),
        .value = given_text(d->r, "person_id"),
        .options = o};
    for (size_t i = 0; i < rows.n; i++)
        if (ROLE_BIT(role_parse(cell_text(&rows, i, 2))) & active->roles.publish)
            o[d->v.second.n_options++] =
                (struct part_option){id_text(c->arena, "per", cell_int(&rows, i, 0)), cell_text(&rows, i, 1)};
    d->v.publishes =
        verb_allowed(&draft_publish, c->viewer) && (ROLE_BIT(c->viewer->role) & active->roles.publish);
    TRY(draft_writes(c, d->id, c->viewer->person_id, &d->v.writes));
    d->v.writes = d->v.writes && active->second_person;
    return OK;
}

/* ---- history, problems, changes ---- */

/* A rule by its name, as long as the draft or its base has it. */
static const char *called(struct drafting *d, const char *key)
{
    const json_t *documents[] = {d->read.programme.document, d->base->document};
    for (size_t i = 0; i < COUNT(documents); i++)
        for (size_t t = 0; t < n_rule_tables; t++) {
            const json_t *rule =
                element_by(json_object_get(documents[i], rule_tables[t].name), "id", key, NULL);
            struct rule_head head = rule_head(rule);
            if (rule)
                return rule_title(d->c, &head);
        }
    return key;
}

static const char *step_text(struct drafting *d, const char *what)
{
    struct call *c = d->c;
    size_t n = strcspn(what, " ");
    const struct verb *verb = model_verb(c->model, &programme_draft_noun, arena_strndup(c->arena, what, n));
    const char *label = verb ? TR(c, verb->done ? verb->done : verb->label) : what;
    return what[n] && what[n + 1] ? arena_printf(c->arena, "%s: %s", label, called(d, what + n + 1)) : label;
}

static enum status fill_steps(struct drafting *d)
{
    struct value args[1] = {v_int(d->id)};
    struct rows rows;
    struct call *c = d->c;
    TRY(db_query(c->db, c->arena, &rows,
        "select s.step, s.what, s.created, p.name from programme_draft_step s left join person p on p.id = "
        "s.person_id where s.draft_id = $1 order by s.step desc limit 30",
        args, 1));
    d->v.steps = ARENA_ARRAY(c->arena, rows.n + 1, struct step_view);
    d->v.latest = "";
    for (size_t i = 0; i < rows.n; i++) {
        const char *what = cell_string(&rows, i, 1), *space = strchr(what, ' ');
        if (cell_int(&rows, i, 0) > d->row.step) {
            d->v.can_redo = true;
            continue;
        }
        if (!d->v.n_steps)
            d->v.latest = space ? space + 1 : "";
        d->v.steps[d->v.n_steps++] =
            (struct step_view){step_text(d, what), cell_text(&rows, i, 3), {cell_int(&rows, i, 2)}};
    }
    d->v.can_undo = d->row.step > 1;
    return OK;
}

/* "Rule 5 Certified partner" instead of "rules[4].when.partner.tier", and where it stands. */
static struct line_view problem_line(struct drafting *d, const struct field_error *e)
{
    struct call *c = d->c;
    size_t name = strcspn(e->field, "[."), place = 0;
    const char *list = arena_strndup(c->arena, e->field, name), *where = e->field, *href = NULL;
    const struct list_form *f = list_form(list);
    for (const char *p = e->field + name + 1; e->field[name] == '[' && *p >= '0' && *p <= '9'; p++)
        place = place * 10 + (size_t)(*p - '0');
    const json_t *element = json_array_get(json_object_get(d->read.programme.document, list), place);
    if (rule_table(list) && element) {
        struct rule_head head = rule_head(element);
        where = arena_printf(c->arena, TR(c, "Rule %zu %s"), place + 1, rule_title(c, &head));
        const char *id = head.id ? head.id : "";
        href = arena_printf(c->arena, "%s?part=%s&rule=%s#rule-%s", d->v.path,
            streq(list, "rules") ? "rules" : "extensions", id, id);
    } else if (f) {
        where = TR(c, f->label);
        href = arena_printf(c->arena, "%s?part=lists#%s", d->v.path, list);
    } else if (setting(e->field)) {
        where = TR(c, setting(e->field)->label);
        href = arena_printf(c->arena, "%s?part=settings#s-%s", d->v.path, e->field);
    } else if (element) {
        where = NULL;
        href = "#examples";
    }
    return (struct line_view){where ? arena_printf(c->arena, "%s: %s", where, e->message) : e->message, href};
}

static void fill_problems(struct drafting *d)
{
    const struct problem *p = d->read.problems;
    d->v.problems = ARENA_ARRAY(d->c->arena, (p ? p->n_fields : 0) + 1, struct line_view);
    for (size_t i = 0; p && i < p->n_fields; i++)
        d->v.problems[d->v.n_problems++] = problem_line(d, &p->fields[i]);
}

/* "Amount: enter an amount", where one of the page's forms has the field. */
static const char *with_label(struct call *c, const struct field_error *e)
{
    static const struct verb *const verbs[] = {&draft_set_rule, &draft_set_example, &draft_add_example,
        &draft_set_item, &draft_update, &draft_replace};
    for (size_t i = 0; i < COUNT(verbs); i++) {
        int at = field_find(verbs[i]->in, verbs[i]->n_in, e->field);
        if (at >= 0)
            return arena_printf(c->arena, "%s: %s", TR(c, verbs[i]->in[at].label), e->message);
    }
    return e->message;
}

/* What a form of the page was refused for; a simulation speaks of the draft's own values. */
static void fill_refused(struct drafting *d)
{
    const struct problem *p = d->r->problem;
    d->v.refused = ARENA_ARRAY(d->c->arena, (p ? p->n_fields : 0) + 1, struct line_view);
    for (size_t i = 0; p && i < p->n_fields; i++)
        d->v.refused[d->v.n_refused++] = setting(p->fields[i].field)
                                             ? problem_line(d, &p->fields[i])
                                             : (struct line_view){with_label(d->c, &p->fields[i]), NULL};
}

static void fill_changes(struct drafting *d)
{
    struct programme_changes *changes = ARENA_NEW(d->c->arena, struct programme_changes);
    programme_changes(d->c, d->base, &d->read.programme, changes);
    d->v.changes = changes;
    d->v.n_changes = programme_changes_count(changes);
}

/* ---- another version meanwhile ---- */

static const char *value_line(struct call *c, const json_t *v)
{
    if (!v)
        return TR(c, "not there");
    if (json_is_string(v))
        return json_string_value(v);
    if (json_is_array(v) && json_is_object(json_array_get(v, 0)))
        return TR(c, "this side's order");
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    const char *copy = arena_strdup(c->arena, text ? text : "");
    free(text);
    return copy;
}

static enum status fill_conflicts(struct drafting *d)
{
    const struct programme *theirs;
    const struct catalog *catalog = d->c->catalog;
    struct document_merge m;
    if (d->newest.number == d->row.base_number || !d->v.edits)
        return OK;
    TRY(programme_at(d->c, d->newest.number, &theirs));
    d->c->catalog = catalog;
    documents_merge(d->c, d->base->document, d->read.programme.document, theirs->document, NULL, NULL, &m);
    d->v.conflicts = ARENA_ARRAY(d->c->arena, m.n + 1, struct conflict_view);
    for (size_t i = 0; i < m.n; i++) {
        const char *name = arena_printf(d->c->arena, "keep.%s", m.conflicts[i].path);
        d->v.conflicts[d->v.n_conflicts++] = (struct conflict_view){.name = name,
            .where = m.conflicts[i].path,
            .base = value_line(d->c, m.conflicts[i].base),
            .mine = value_line(d->c, m.conflicts[i].mine),
            .theirs = value_line(d->c, m.conflicts[i].theirs),
            .error = field_message(d->r, name)};
    }
    json_decref(m.document);
    return OK;
}

/* ---- the frame ---- */

static struct part_field about(struct drafting *d, const char *name, const char *label, const char *present)
{
    const char *given = d->r->problem ? given_text(d->r, name) : NULL;
    return (struct part_field){.id = arena_printf(d->c->arena, "about-%s", name),
        .name = name,
        .label = label,
        .value = given     ? given
                 : present ? present
                           : "",
        .error = field_message(d->r, name)};
}

static void fill_about(struct drafting *d)
{
    struct call *c = d->c;
    bool day = d->row.effective_day.days != DATE_NONE;
    d->v.title_field = about(d, "title", TR(c, "Title"), d->row.title);
    d->v.note_field = about(d, "note", TR(c, "Why"), d->row.note);
    d->v.note_field.hint = TR(c, "One sentence; everybody in the programme reads it.");
    d->v.day_field = about(
        d, "effective_day", TR(c, "Takes effect on"), day ? date_iso(c->arena, d->row.effective_day) : "");
    d->v.day_field.type = "date";
    d->v.day_field.optional = true;
    d->v.day_field.hint =
        TR(c, "At the beginning of that day in the programme's time zone; left out: at once.");
}

static void fill_tabs(struct drafting *d)
{
    static const struct option parts[] = {{"rules", N_("Rules")}, {"extensions", N_("Extensions")},
        {"lists", N_("Lists")}, {"settings", N_("Settings")}, {"document", N_("Document")}};
    for (size_t i = 0; i < COUNT(parts); i++)
        d->v.tabs[i] = (struct part_tab){.label = TR(d->c, parts[i].label),
            .href = i ? arena_printf(d->c->arena, "%s?part=%s", d->v.path, parts[i].key) : d->v.path,
            .current = streq(d->v.part, parts[i].key)};
}

/* A refused form is shown on the part where it stood, which its address tells. */
static const char *part_of(const struct page_request *r)
{
    static const char *const parts[] = {"extensions", "lists", "settings", "document"};
    for (size_t i = 0; i < COUNT(parts); i++)
        if (streq(page_query(r, "part"), parts[i]))
            return parts[i];
    return "rules";
}

static const char *short_hash(struct call *c, const char *hex)
{
    size_t n = strlen(hex);
    return n > 16 ? arena_printf(c->arena, "%.8s … %s", hex, hex + n - 8) : hex;
}

static void fill_frame(struct drafting *d)
{
    struct call *c = d->c;
    const struct state *state = row_state(&programme_draft_noun, &d->whole);
    d->v = (struct draft_view){.id = id_text(c->arena, programme_draft_noun.prefix, d->id),
        .csrf = d->r->csrf,
        .hash = d->row.hash,
        .day = d->row.effective_day.days != DATE_NONE ? date_iso(c->arena, d->row.effective_day) : "",
        .hash_short = short_hash(c, d->row.hash),
        .title = d->row.title,
        .note = d->row.note,
        .author = d->row.author_id.id ? person_text(d, "author_id") : TR(c, "the command line"),
        .asked = d->row.asked_id.id ? person_text(d, "asked_id") : NULL,
        .state = TR(c, state->label),
        .mark = state->mark,
        .effective = effective_text(d),
        .part = part_of(d->r),
        .detail = d->r->problem ? d->r->problem->detail     ? d->r->problem->detail
                                  : d->r->problem->n_fields ? NULL
                                                            : TR(c, problem_title(d->r->problem->code))
                                : NULL,
        .number = d->whole.version,
        .base = d->row.base_number,
        .newest = d->newest.number,
        .version = d->row.version_number,
        .open = streq(d->row.state, "draft") || streq(d->row.state, "asked"),
        .final = streq(page_query(d->r, "view"), "final")};
    d->v.path = arena_printf(c->arena, "/programme-drafts/%s", d->v.id);
    d->v.here = streq(d->v.part, "extensions") ? "?part=extensions" : "?part=rules";
    d->v.simulates = d->v.open && verb_allowed(&simulation_simulate, c->viewer);
    d->v.edits = d->v.open && verb_allowed(&draft_set_rule, c->viewer);
    d->v.warning = rules_one_sided(c, &d->read.programme);
}

static void fill_shell(struct drafting *d)
{
    struct call *c = d->c;
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    struct shell_action *acts = ARENA_ARRAY(c->arena, 2, struct shell_action);
    crumbs[0] = (struct shell_crumb){TR(c, "Programme"), "/programme"};
    crumbs[1] = (struct shell_crumb){d->row.title, NULL};
    d->r->shell->crumbs = crumbs;
    d->r->shell->n_crumbs = 2;
    d->r->shell->title = d->row.title;
    d->r->shell->actions = acts;
    size_t n = 0;
    if (d->v.open && d->v.publishes && !d->v.writes)
        acts[n++] = (struct shell_action){.label = TR(c, "Publish"), .href = "#publish", .primary = true};
    else if (d->v.edits)
        acts[n++] =
            (struct shell_action){.label = TR(c, "Ask to publish"), .href = "#publish", .primary = true};
    d->r->shell->n_actions = n;
}

static enum status load(struct drafting *d)
{
    struct call *c = d->c;
    const struct catalog *catalog = c->catalog;
    TRY(noun_get(c, &programme_draft_noun, d->id, &d->whole));
    row_record(&programme_draft_noun, &d->whole, &d->row);
    TRY(draft_read(c, d->id, &d->read));
    TRY(programme_at(c, d->row.base_number, &d->base));
    TRY(programme_newest(c, &d->newest));
    c->catalog = catalog;
    fill_frame(d);
    TRY(base_since(d));
    TRY(fill_second(d));
    c->catalog = catalog;
    TRY(fill_steps(d));
    fill_problems(d);
    fill_refused(d);
    fill_changes(d);
    TRY(fill_conflicts(d));
    fill_about(d);
    fill_tabs(d);
    fill_shell(d);
    if (d->read.programme.catalog.zone) /* it speaks with its own words, as soon as it has them */
        c->catalog = &d->read.programme.catalog;
    return OK;
}

static enum status show_part(struct drafting *d)
{
    if (streq(d->v.part, "lists")) {
        struct lists_part part = {0};
        draft_lists_part(d->c, d->r, &d->v, d->base, &d->read, &part);
        draft_lists(d->h, &d->v, &part);
    } else if (streq(d->v.part, "settings")) {
        struct settings_part part = {0};
        draft_settings_part(d->c, d->r, d->base, &d->read, &part);
        draft_settings(d->h, &d->v, &part);
    } else if (streq(d->v.part, "document")) {
        char *text = json_dumps(d->read.programme.document, JSON_INDENT(2));
        const char *given = d->r->problem ? given_text(d->r, "document") : NULL;
        draft_document(d->h, &d->v, given ? given : text, field_message(d->r, "document"));
        free(text);
    } else {
        struct rules_part part;
        const struct rule_table *t = &rule_tables[streq(d->v.part, "extensions")];
        TRY(draft_rules_part(d->c, d->r, &d->v, t, d->base, &d->read, &part));
        draft_rules(d->h, &d->v, &part);
    }
    return OK;
}

/* Beside the rules, for those who may read simulations: what the draft would have changed. */
static enum status show_simulation(struct drafting *d)
{
    if (!noun_readable(&simulation_noun, d->c->viewer) || !streq(d->v.part, "rules"))
        return OK;
    draft_simulation_begin(d->h, &d->v);
    TRY(simulation_digest(d->c, d->r, d->h, d->row.hash, d->row.base_number));
    draft_simulation_end(d->h);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct drafting d = {.c = c, .r = r, .h = h};
    const struct catalog *catalog = c->catalog;
    if (!id_parse(programme_draft_noun.prefix, r->param[0], &d.id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(load(&d));
    if (streq(page_query(r, "as"), "file")) {
        r->file_name = arena_printf(c->arena, "%s.json", d.v.id);
        r->type = "application/json";
        json_canonical(h->b, d.read.programme.document);
        c->catalog = catalog;
        return OK;
    }
    draft_head(h, &d.v);
    enum status s = show_part(&d);
    c->catalog = catalog;
    TRY(s);
    TRY(show_simulation(&d));
    draft_foot(h, &d.v);
    return OK;
}

const struct page draft_page = {.path = "/programme-drafts/:id",
    .title = N_("Draft of the programme"),
    .roles = DRAFT_READERS,
    .show = show};
