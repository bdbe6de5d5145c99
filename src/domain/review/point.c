/* What is decided or promised in a review; a commitment becomes a task. */
#include "domain/note/task.h"
#include "domain/person/person.h"
#include "domain/registration/registration.h"
#include "domain/review/review.h"

static const struct option point_kinds[] = {
    {"decision", N_("Decision")}, {"commitment", N_("Commitment")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field point_fields[] = {
    FIELD(struct review_point, text, .label = N_("What"), .form = FORM_LONG, .required = true, .max = 1000,
        .see = BOTH, .list_column = true, .example = "Introduce their architect"),
    FIELD(struct review_point, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = point_kinds,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct review_point, review_id, .label = N_("Review"), .ref = "review", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct review_point, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct review_point, registration_id, .label = N_("Registration"), .ref = "registration",
        .see = BOTH, .filter = true),
    FIELD(struct review_point, owner_id, .label = N_("Who does it"), .ref = "person", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct review_point, due, .label = N_("Due"), .see = BOTH, .list_column = true),
    FIELD(struct review_point, author_id, .label = N_("Written by"), .ref = "person", .required = true,
        .see = BOTH),
};

const struct noun review_point_noun = {
    .name = "review_point",
    .plural = "review-points",
    .prefix = "rvp",
    .label = N_("Point of a review"),
    .labels = N_("Points of reviews"),
    .icon = "check",
    .summary = N_("What was decided in a review, or promised by whom and until when."),
    .size = sizeof(struct review_point),
    .fields = point_fields,
    .n_fields = COUNT(point_fields),
    .title = "text",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- noting one ---- */

struct note_input {
    const char *kind, *text;
    struct ref owner_id;
    struct date due;
    struct ref registration_id;
};
static const struct field note_fields[] = {
    FIELD(struct note_input, text, .label = N_("What"), .form = FORM_LONG, .required = true, .max = 1000,
        .example = "Introduce their architect"),
    FIELD(struct note_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = point_kinds,
        .required = true),
    FIELD(struct note_input, owner_id, .label = N_("Who does it"), .ref = "person",
        .hint = N_("Of a commitment: it becomes a task of theirs.")),
    FIELD(struct note_input, due, .label = N_("Due"), .example = "14"),
    FIELD(struct note_input, registration_id, .label = N_("Registration"), .ref = "registration"),
};

/* Of the vendor, or of the partner that is reviewed: nobody of another partner is even known here. */
static enum status check_owner(struct call *c, const struct review *r, int64_t id)
{
    struct person p;
    TRY(noun_load_whole(c, &person_noun, id, &p));
    if (p.partner_id.id && p.partner_id.id != r->partner_id.id)
        return call_field(c, "owner_id", TR(c, "is neither of the vendor nor of this partner"));
    return streq(p.state, "inactive")
               ? call_field(c, "owner_id", TR(c, "has no access any more; choose somebody else"))
               : OK;
}

static enum status note_run(struct call *c)
{
    const struct note_input *in = c->in;
    bool commitment = streq(in->kind, "commitment");
    struct review r;
    struct registration g;
    int64_t id = 0;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    if (commitment && !in->owner_id.id)
        return call_field(c, "owner_id", TR(c, "say who does it"));
    if (in->owner_id.id)
        TRY(check_owner(c, &r, in->owner_id.id));
    if (in->registration_id.id) {
        TRY(noun_load(c, &registration_noun, in->registration_id.id, &g));
        if (g.partner_id.id != r.partner_id.id)
            return call_field(c, "registration_id", TR(c, "belongs to another partner"));
    }
    struct review_point p = {.review_id = {c->row_id},
        .partner_id = r.partner_id,
        .kind = in->kind,
        .text = in->text,
        .registration_id = in->registration_id,
        .owner_id = in->owner_id,
        .due = in->due,
        .author_id = {c->viewer->person_id}};
    TRY(noun_insert_beside(c, &review_point_noun, &p, &id));
    call_last_event(c)->partner_sees = true;
    c->result_id = c->row_id;
    if (!commitment)
        return OK;
    struct task t = {.text = in->text,
        .partner_id = r.partner_id,
        .registration_id = in->registration_id,
        .owner_id = in->owner_id,
        .due = in->due};
    return task_give(c, &t);
}

const struct verb review_note = {
    .noun = &review_noun,
    .name = "note",
    .label = N_("Note a point"),
    .summary = N_("Write down a decision, or a commitment, which becomes a task of who gave it."),
    .on = ON_ROW,
    .roles = REVIEW_LEADERS | PARTNER_ROLES,
    .hidden = true,
    .from = review_planned,
    INPUT(struct note_input, note_fields),
    .run = note_run,
    .done = N_("Noted"),
};
