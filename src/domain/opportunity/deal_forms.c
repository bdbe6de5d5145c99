/* What the viewer may do on an opportunity's page: a form each, of the verb's own fields. */
#include "base/id.h"
#include "domain/opportunity/comment.h"
#include "domain/opportunity/deal_view.h"
#include "domain/opportunity/line.h"
#include "domain/opportunity/plan.h"
#include "domain/opportunity/team.h"

/* The first MOST of the verb's fields; the page gives the others itself. */
static struct deal_form *make(struct call *c, struct page_request *r, struct html *h, const struct verb *verb,
    const char *name, size_t most, const struct deal_page *v)
{
    struct deal_form *f = ARENA_NEW(c->arena, struct deal_form);
    if (!verb_allowed(verb, c->viewer))
        return NULL;
    f->fields = form_controls(c, h, r, verb, name, most, &f->n, &f->open);
    f->name = name;
    f->label = f->submit = TR(c, verb->label);
    f->did =
        arena_printf(c->arena, "%s.%s.%s", verb->noun->name, verb->name, verb->on == ON_ROW ? v->id : "{id}");
    f->action = verb->on == ON_ROW ? arena_printf(c->arena, "%s/%s", v->path, verb->name)
                                   : arena_printf(c->arena, "/%s/%s", verb->noun->plural, verb->name);
    f->of_opportunity = verb->on == ON_COLLECTION;
    f->files = verb->files;
    f->detail = f->open ? r->problem->detail : NULL;
    f->list = ARENA_ARRAY(c->arena, f->n + 1, const struct part_field *);
    for (size_t i = 0; i < f->n; i++)
        f->list[i] = &f->fields[i];
    return f;
}

static struct part_field *field_of(struct deal_form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (streq(f->fields[i].name, name))
            return &f->fields[i];
    BUG("form %s has no field %s", f->name, name);
}

/* The partners on the team, and first that none of them reads it: the safe choice is the one that stands. */
static void offer_partners(struct call *c, struct deal_form *f, const struct rows *partners)
{
    struct part_field *p = field_of(f, "partner_id");
    struct part_option *o = ARENA_ARRAY(c->arena, partners->n + 1, struct part_option);
    o[0] = (struct part_option){"", arena_printf(c->arena, TR(c, "Only %s"), c->catalog->vendor)};
    for (size_t i = 0; i < partners->n; i++)
        o[i + 1] = (struct part_option){id_text(c->arena, "prt", cell_int(partners, i, 0)),
            arena_printf(c->arena, TR(c, "%s and %s"), c->catalog->vendor, cell_text(partners, i, 1))};
    p->kind = PART_SELECT;
    p->options = o;
    p->n_options = partners->n + 1;
    p->hint = NULL;
    p->optional = false;
}

/* "Velmora", and to a partner its own name. */
static void name_sides(struct call *c, struct deal_form *f)
{
    struct part_field *p = field_of(f, "side");
    struct part_option *o = ARENA_ARRAY(c->arena, 2, struct part_option);
    const char *partner = c->viewer->partner_id ? c->viewer->partner_name : TR(c, "The partner");
    o[c->viewer->partner_id ? 1 : 0] = (struct part_option){"vendor", c->catalog->vendor};
    o[c->viewer->partner_id ? 0 : 1] = (struct part_option){"partner", partner};
    p->options = o;
    p->n_options = 2;
}

static void offer_partner_roles(struct call *c, struct deal_form *f)
{
    struct part_field *p = field_of(f, "role");
    struct part_option *o = ARENA_ARRAY(c->arena, 6, struct part_option);
    size_t n = 0;
    o[n++] = (struct part_option){"", TR(c, "Choose")};
    for (const struct option *k = member_role_options; k->key && n < 6; k++)
        o[n++] = (struct part_option){k->key, TR(c, k->label)};
    p->options = o;
    p->n_options = n;
}

static enum status word_forms(
    struct call *c, struct page_request *r, struct html *h, int64_t id, struct deal_page *v)
{
    struct value args[1] = {v_int(id)};
    struct rows partners = {0};
    if (v->vendor)
        TRY(db_query(c->db, c->arena, &partners,
            "select p.id, p.name from opportunity_member m join partner p on p.id = m.partner_id where "
            "m.opportunity_id = $1 and m.state = 'active' order by m.id",
            args, 1));
    v->step = make(c, r, h, &step_create, "step", v->vendor ? 4 : 3, v);
    v->comment = make(c, r, h, &comment_create, "comment", v->vendor ? 2 : 1, v);
    if (v->step) {
        v->step->key = "s";
        name_sides(c, v->step);
    }
    if (v->comment)
        v->comment->key = "c";
    if (v->vendor && v->step)
        offer_partners(c, v->step, &partners);
    if (v->vendor && v->comment)
        offer_partners(c, v->comment, &partners);
    return OK;
}

static void way_forms(
    struct call *c, struct page_request *r, struct html *h, const struct opportunity *o, struct deal_page *v)
{
    v->move = make(c, r, h, &opportunity_move, "move", 1, v);
    v->day = make(c, r, h, &opportunity_reschedule, "day", 1, v);
    v->win = make(c, r, h, &opportunity_win, "win", 0, v);
    v->lose = make(c, r, h, &opportunity_lose, "lose", 1, v);
    if (v->move) {
        struct part_field *stage = field_of(v->move, "stage");
        stage->value = v->move->open || !o->stage ? stage->value : o->stage;
        v->move->versioned = true;
    }
    if (v->day && !v->day->open && o->closes.days != DATE_NONE)
        field_of(v->day, "closes")->value = fmt_date_iso(h, o->closes);
    if (v->win)
        v->win->note =
            TR(c, "The deal was signed. A registration that became it is won, too; its claim ends.");
    if (v->lose) {
        v->lose->note =
            TR(c, "A registration that became it is lost, too, and its customer free for others.");
        v->lose->danger = true;
    }
}

static enum status may_move(struct call *c, int64_t id, bool *yes)
{
    struct opportunity_member m = {.role = NULL};
    int64_t member;
    *yes = true;
    if (!c->viewer->partner_id)
        return OK;
    TRY(member_find(c, id, c->viewer->partner_id, &member, &m));
    *yes = streq(m.role, "source") || streq(m.role, "co_sell");
    return OK;
}

enum status deal_forms(
    struct call *c, struct page_request *r, struct html *h, const struct row *row, struct deal_page *v)
{
    struct opportunity o;
    bool moves;
    row_record(&opportunity_noun, row, &o);
    if (v->open) {
        TRY(word_forms(c, r, h, row->id, v));
        way_forms(c, r, h, &o, v);
        TRY(may_move(c, row->id, &moves));
        v->move = moves ? v->move : NULL;
        v->day = moves ? v->day : NULL;
        v->member = make(c, r, h, &member_create, "member", 3, v);
        v->product = make(c, r, h, &line_create, "product", 2, v);
        if (v->member) {
            offer_partner_roles(c, v->member);
            field_of(v->member, "partner_id")->hint = NULL;
        }
    } else {
        v->reopen = make(c, r, h, &opportunity_reopen, "reopen", 0, v);
        if (v->reopen)
            v->reopen->note = TR(c, "A registration that ended with it stays ended.");
    }
    const char *form = r->problem ? given_text(r, "form") : NULL;
    if (r->problem && !form)
        v->refused = r->problem->detail     ? r->problem->detail
                     : r->problem->n_fields ? r->problem->fields[0].message
                                            : TR(c, problem_title(r->problem->code));
    return OK;
}
