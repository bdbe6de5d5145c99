/* The way of an opportunity: through the programme's stages, to another day, won, lost, open again. */
#include "domain/lead/lead.h"
#include "domain/notice/notice.h"
#include "domain/opportunity/team.h"
#include "domain/programme/programme.h"
#include "domain/registration/registration.h"

#define NOUN        (&opportunity_noun)
#define BIT(member) FIELD_BIT(NOUN, member)

static const char *const open[] = {"open", NULL};
static const char *const closed[] = {"won", "lost", NULL};

/* Of the partners on it only who sells moves it. That the others may not says nothing about who else is on
 * it. */
static enum status check_partner(struct call *c)
{
    struct opportunity_member m = {.role = NULL};
    int64_t id;
    if (!c->viewer->partner_id)
        return OK;
    TRY(member_find(c, c->row_id, c->viewer->partner_id, &id, &m));
    if (streq(m.role, "source") || streq(m.role, "co_sell"))
        return OK;
    return call_refuse(c, PROBLEM_forbidden, TR(c, "Only who sells it moves a deal: ask the vendor."));
}

/* ---- what a stage requires ---- */

static enum status count(struct call *c, const char *sql, bool *some)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sql, args, 1));
    *some = rows.n > 0;
    return OK;
}

static enum status what_it_has(struct call *c, const struct opportunity *o, unsigned *has)
{
    bool step, partner;
    TRY(count(c, "select id from plan_step where opportunity_id = $1 and state = 'open' limit 1", &step));
    TRY(count(c,
        "select id from opportunity_member where opportunity_id = $1 and state = 'active' and partner_id is "
        "not null limit 1",
        &partner));
    *has = (o->amount.minor > 0 ? NEEDS_AMOUNT : 0) | (o->closes.days != DATE_NONE ? NEEDS_CLOSE_DATE : 0) |
           (step ? NEEDS_NEXT_STEP : 0) | (o->owner_id.id ? NEEDS_OWNER : 0) |
           (o->product_line_id.id ? NEEDS_PRODUCT_LINE : 0) | (partner ? NEEDS_PARTNER : 0);
    return OK;
}

static enum status check_needs(
    struct call *c, const struct opportunity *o, const struct programme *p, size_t at)
{
    const struct catalog_item *item = &catalog_find(&p->catalog, "stages")->items[at];
    unsigned has, missing;
    struct buf b = buf_in(c->arena, 4096);
    TRY(what_it_has(c, o, &has));
    missing = p->stages[at].needs & ~has;
    for (size_t i = 0; stage_need_options[i].key; i++)
        if (missing >> i & 1)
            buf_addf(&b, "%s%s", b.len ? ", " : "", TR(c, stage_need_options[i].label));
    if (!b.len)
        return OK;
    return call_field(c, "stage",
        arena_printf(
            c->arena, TR(c, "Before %s, %s needs: %s"), item->label[call_lang(c)], o->name, buf_str(&b)));
}

/* ---- telling ---- */

static void write_moved(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct opportunity *o = ctx;
    out->subject = arena_printf(
        c->arena, tr(lang, "%s is now in %s"), o->name, catalog_label(lang, c->catalog, "stages", o->stage));
}

/* The owner, and on each side who works on it; what is told names nobody. */
static enum status tell_moved(struct call *c, const struct opportunity *o)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    struct notice_about about = {.kind = NOTICE_deal, .noun = NOUN, .id = c->row_id};
    TRY(db_query(c->db, c->arena, &rows,
        "select person_id from opportunity_member where opportunity_id = $1 and state = 'active' and "
        "person_id is not null order by id",
        args, 1));
    if (o->owner_id.id)
        TRY(notify_person(c, o->owner_id.id, &about, write_moved, o));
    for (size_t i = 0; i < rows.n; i++)
        TRY(notify_person(c, cell_int(&rows, i, 0), &about, write_moved, o));
    return OK;
}

/* ---- stages ---- */

struct move_input {
    const char *stage;
};
static const struct field move_fields[] = {
    FIELD(struct move_input, stage, .label = N_("Stage"), .form = FORM_CHOICE, .list = "stages",
        .required = true, .example = "proposal"),
};

static enum status to_stage(struct call *c, struct opportunity *o, const char *stage, struct instant since)
{
    o->previous_stage = o->stage;
    o->previous_since = o->stage_since.us ? o->stage_since : c->now;
    o->stage = stage;
    o->stage_since = since;
    TRY(noun_update(c, NOUN, c->row_id, o,
        BIT(stage) | BIT(stage_since) | BIT(previous_stage) | BIT(previous_since), NULL));
    return tell_moved(c, o);
}

static enum status move_run(struct call *c)
{
    const struct move_input *in = c->in;
    const struct programme *p;
    struct opportunity o;
    TRY(check_partner(c));
    TRY(programme_active(c, &p));
    TRY(noun_load_whole(c, NOUN, c->row_id, &o));
    const struct catalog_list *stages = catalog_find(&p->catalog, "stages");
    const struct catalog_item *item = stages ? catalog_item(stages, in->stage) : NULL;
    if (!item)
        return call_field(c, "stage", TR(c, "is no stage of the programme"));
    c->result_id = c->row_id;
    if (streq(o.stage, in->stage))
        return OK;
    TRY(check_needs(c, &o, p, (size_t)(item - stages->items)));
    return to_stage(c, &o, in->stage, c->now);
}

static enum status move_back_run(struct call *c)
{
    struct opportunity o;
    TRY(check_partner(c));
    TRY(noun_load_whole(c, NOUN, c->row_id, &o));
    if (!o.previous_since.us)
        return call_refuse(c, PROBLEM_state, TR(c, "It was not moved yet."));
    return to_stage(c, &o, o.previous_stage, o.previous_since);
}

const struct verb opportunity_move = {
    .noun = NOUN,
    .name = "move",
    .label = N_("Move"),
    .summary = N_("Move the deal to another stage; who works on it is told."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .from = open,
    .undo = &opportunity_move_back,
    .bulk = true,
    INPUT(struct move_input, move_fields),
    .run = move_run,
    .done = N_("Moved"),
    .example = {.find = "state=open&stage=evaluation"},
};

const struct verb opportunity_move_back = {
    .noun = NOUN,
    .name = "move_back",
    .label = N_("Move back"),
    .summary = N_("Take the last move back: the deal is where it was, since then."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .hidden = true,
    .from = open,
    .undo = &opportunity_move_back,
    .run = move_back_run,
    .done = N_("Moved back"),
    .example = {.after = &opportunity_move},
};

/* ---- the day ---- */

struct reschedule_input {
    struct date closes;
};
static const struct field reschedule_fields[] = {
    FIELD(struct reschedule_input, closes, .label = N_("Expected close"), .required = true, .example = "60"),
};

static enum status reschedule_run(struct call *c)
{
    const struct reschedule_input *in = c->in;
    struct opportunity o = {.closes = in->closes};
    TRY(check_partner(c));
    return noun_update(c, NOUN, c->row_id, &o, BIT(closes), NULL);
}

const struct verb opportunity_reschedule = {
    .noun = NOUN,
    .name = "reschedule",
    .label = N_("Change the close date"),
    .summary = N_("Say when the deal is expected to close."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .from = open,
    .bulk = true,
    INPUT(struct reschedule_input, reschedule_fields),
    .run = reschedule_run,
    .done = N_("Close date changed"),
};

/* ---- the end ---- */

static enum status end(struct call *c, const char *state, const char *reason)
{
    struct opportunity o = {.state = state, .closed = date_in(c->catalog->zone, c->now), .reason = reason};
    TRY(noun_update(c, NOUN, c->row_id, &o, BIT(state) | BIT(closed) | BIT(reason), NULL));
    TRY(lead_follow(c, c->row_id, state));
    return registration_follow(c, c->row_id, state);
}

static enum status win_run(struct call *c)
{
    return end(c, "won", NULL);
}

struct lose_input {
    const char *reason;
};
static const struct field lose_fields[] = {
    FIELD(struct lose_input, reason, .label = N_("Why it was lost"), .form = FORM_LONG, .max = 1000,
        .hint = N_("Only the vendor reads it."), .example = "They stay with what they have."),
};

static enum status lose_run(struct call *c)
{
    const struct lose_input *in = c->in;
    return end(c, "lost", in->reason);
}

/* Registrations that ended with it stay as they are: their accounts may belong to somebody else by now. */
static enum status reopen_run(struct call *c)
{
    struct opportunity o = {.state = "open", .closed = {DATE_NONE}};
    TRY(noun_update(c, NOUN, c->row_id, &o, BIT(state) | BIT(closed) | BIT(reason), NULL));
    return lead_follow(c, c->row_id, o.state);
}

const struct verb opportunity_win = {
    .noun = NOUN,
    .name = "win",
    .label = N_("Mark as won"),
    .summary = N_("The deal was signed; registrations that became it are won, too."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = open,
    .run = win_run,
    .done = N_("Marked as won"),
    .example = {.becomes = "won"},
};

const struct verb opportunity_lose = {
    .noun = NOUN,
    .name = "lose",
    .label = N_("Mark as lost"),
    .summary = N_("The deal was lost; registrations that became it are lost, too, and their accounts free."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = open,
    INPUT(struct lose_input, lose_fields),
    .run = lose_run,
    .done = N_("Marked as lost"),
    .example = {.becomes = "lost"},
};

const struct verb opportunity_reopen = {
    .noun = NOUN,
    .name = "reopen",
    .label = N_("Open again"),
    .summary = N_("The deal is open again. A registration that ended with it stays ended."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = closed,
    .run = reopen_run,
    .done = N_("Open again"),
    .example = {.becomes = "open"},
};
