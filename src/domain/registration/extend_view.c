#include "domain/registration/extend_view.h"

#include "base/id.h"
#include "domain/registration/decision_view.h"
#include "domain/registration/extend_form.html.h"
#include "domain/registration/life.h"
#include "face/act_form.h"
#include "face/derived.h"

/* ---- the answer before it is sent ---- */

static const char *rest_of(struct call *c, struct html *h, const struct extension_forecast *f)
{
    const char *by = arena_printf(c->arena, TR(c, "by extension rule %d, %s"), f->rule_number, f->rule_name);
    if (f->outcome == OUTCOME_APPROVE)
        return arena_printf(
            c->arena, TR(c, "%s: protected until %s."), by, fmt_date(h, date_in(c->catalog->zone, f->until)));
    if (f->outcome == OUTCOME_REVIEW)
        return arena_printf(c->arena, TR(c, "%s: the answer comes by %s, %s; you stay protected until then."),
            by, fmt_date(h, date_in(h->zone, f->review_due)), fmt_clock(h, f->review_due));
    return arena_printf(c->arena, "%s. %s", by, f->sentence ? f->sentence : "");
}

static struct forecast_view *told(struct call *c, struct html *h, const struct extension_forecast *f)
{
    static const char *const marks[] = {
        [OUTCOME_DECLINE] = "no", [OUTCOME_REVIEW] = "review", [OUTCOME_APPROVE] = "ok"};
    static const char *const words[] = {[OUTCOME_DECLINE] = N_("Would be declined"),
        [OUTCOME_REVIEW] = N_("Would go to a person"),
        [OUTCOME_APPROVE] = N_("Would be approved")};
    struct forecast_view *v = ARENA_NEW(c->arena, struct forecast_view);
    *v = (struct forecast_view){marks[f->outcome], TR(c, words[f->outcome]), rest_of(c, h, f), NULL};
    if (f->outcome != OUTCOME_APPROVE && f->explanation.n_changes)
        v->change = arena_printf(
            c->arena, TR(c, "It would be better with: %s."), f->explanation.changes[0].condition);
    return v;
}

static struct forecast_view *missing(struct call *c, const struct page_request *r)
{
    struct forecast_view *v = ARENA_NEW(c->arena, struct forecast_view);
    const struct problem *p = r->problem;
    const char *text = p->detail;
    for (size_t i = 0; i < p->n_fields && !text; i++) {
        const struct verb *verb = &registration_extend;
        int at = field_find(verb->in, verb->n_in, p->fields[i].field);
        text = at >= 0 ? arena_printf(c->arena, "%s: %s", TR(c, verb->in[at].label), p->fields[i].message)
                       : p->fields[i].message;
    }
    *v = (struct forecast_view){"gone", NULL, text ? text : "", NULL};
    return v;
}

static bool asked(const struct page_request *r)
{
    return r->n_given && (given_text(r, "evidence") || given_text(r, "with_whom"));
}

bool extend_answer(struct call *c, struct page_request *r, struct html *h)
{
    if (!r->fragment || !(r->result || (r->problem && asked(r))))
        return false;
    r->status = 200; /* else the script does not show it */
    extend_forecast(h, r->result ? told(c, h, r->result) : missing(c, r));
    return true;
}

/* ---- the form ---- */

static void fill_choices(struct call *c, struct extend_view *v)
{
    static const char *const hints[] = {N_("Day and who was there"), N_("Day and to whom it went"),
        N_("Since when, and who runs it"), N_("Say what in the note")};
    for (size_t i = 0; extension_evidence[i].key; i++)
        v->choices[v->n_choices++] =
            (struct evidence_view_choice){extension_evidence[i].key, TR(c, extension_evidence[i].label),
                TR(c, hints[i]), streq(v->evidence.value, extension_evidence[i].key)};
}

static const char *submit_text(struct call *c, const struct extension_forecast *f)
{
    if (!f || f->outcome == OUTCOME_DECLINE)
        return TR(c, "Ask for the extension");
    if (f->outcome == OUTCOME_REVIEW)
        return TR(c, "Send to a person");
    return arena_printf(
        c->arena, trn(call_lang(c), "Extend by %d day", "Extend by %d days", f->days), f->days);
}

enum status extend_view_load(struct call *c, struct page_request *r, struct html *h, const struct row *row,
    const char *page, const char *then, struct extend_view *out)
{
    struct registration reg;
    const struct extension_forecast *f = r->result;
    const char *id = id_text(c->arena, "reg", row->id);
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    bool ours = c->row_id == row->id && asked(r);
    size_t n;
    TRY(registration_whole(c, row->id, &reg));
    const struct part_field *k = verb_controls(c, h, ours ? r : &plain, &registration_extend, 0, &n);
    *out = (struct extend_view){.path = arena_printf(c->arena, "/registrations/%s", id),
        .page = page,
        .then = then,
        .csrf = r->csrf,
        .legend = arena_printf(c->arena, TR(c, "What happened since %s?"),
            fmt_day(h, date_in(c->catalog->zone, reg.decided.us ? reg.decided : row->created))),
        .evidence = k[0],
        .day = k[1],
        .with = k[2],
        .note = k[3],
        .file = act_file_control(c, ours ? r : &plain, "extend"),
        .problem = ours && r->problem,
        .problem_detail = ours && r->problem ? r->problem->detail : NULL};
    if (ours && f && f->registration_id == row->id)
        out->forecast = told(c, h, f);
    out->submit = submit_text(c, out->forecast ? f : NULL);
    if (!*out->day.value)
        out->day.value = date_iso(c->arena, date_in(c->catalog->zone, c->now));
    out->note.rows = 2;
    fill_choices(c, out);
    const struct part_field *all[] = {&out->evidence, &out->day, &out->with, &out->note, &out->file};
    memcpy(out->fields, all, sizeof all);
    return OK;
}

/* ---- activities ---- */

void log_view_load(struct call *c, struct page_request *r, struct html *h, const char *path, const char *id,
    struct log_view *out)
{
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    size_t n;
    const struct part_field *k = verb_controls(c, h, &plain, &registration_log_activity, 0, &n);
    *out = (struct log_view){
        .path = path, .page = path, .csrf = r->csrf, .kind = k[0], .day = k[1], .note = k[2]};
    out->kind.id = arena_printf(c->arena, "%s-kind", id);
    out->day.id = arena_printf(c->arena, "%s-day", id);
    out->note.id = arena_printf(c->arena, "%s-note", id);
    out->kind.value = "call";
    out->day.value = date_iso(c->arena, date_in(c->catalog->zone, c->now));
    out->day.optional = out->note.optional = false;
    out->day.hint = NULL;
}
