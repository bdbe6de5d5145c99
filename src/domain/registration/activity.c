/* Activities: what partner and vendor did for a deal. Each keeps the registration alive. */
#include "domain/registration/life.h"

const struct option activity_kinds[] = {{"call", N_("Call")}, {"meeting", N_("Meeting")},
    {"mail", N_("Mail")}, {"proposal", N_("Proposal")}, {"evaluation", N_("Evaluation")},
    {"other", N_("Other")}, {0}};

#define BOTH      (VENDOR | PARTNER)
#define PAST_DAYS 90 /* what is longer ago does not keep a deal alive */

static const struct field fields[] = {
    FIELD(struct activity, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct activity, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = activity_kinds,
        .required = true, .see = BOTH, .list_column = true, .example = "meeting"),
    FIELD(struct activity, day, .label = N_("Day"), .required = true, .see = BOTH, .list_column = true,
        .example = "-1"),
    FIELD(struct activity, note, .label = N_("Note"), .form = FORM_LONG, .see = BOTH, .list_column = true,
        .example = "Site visit with their head of production."),
    FIELD(struct activity, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct activity, person_id, .label = N_("By"), .ref = "person", .required = true, .see = BOTH,
        .list_column = true),
};

const struct noun activity_noun = {
    .name = "activity",
    .plural = "activities",
    .prefix = "act",
    .label = N_("Activity"),
    .labels = N_("Activities"),
    .icon = "clock",
    .summary = N_("What partner or vendor did for a registered deal. Both sides read it."),
    .size = sizeof(struct activity),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "kind",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- logging one ---- */

struct log_input {
    const char *kind;
    struct date day;
    const char *note;
};

static const struct field log_fields[] = {
    FIELD(struct log_input, kind, .label = N_("What"), .form = FORM_CHOICE, .options = activity_kinds,
        .required = true, .example = "meeting"),
    FIELD(struct log_input, day, .label = N_("Day"), .hint = N_("Today when left empty."), .example = "-1"),
    FIELD(struct log_input, note, .label = N_("Note"), .max = 400, .hint = N_("Both sides read it."),
        .example = "Site visit with their head of production."),
};

static enum status check_day(struct call *c, struct date today, struct date *day)
{
    if (day->days == DATE_NONE)
        *day = today;
    if (day->days > today.days)
        return call_field(c, "day", TR(c, "is in the future"));
    if (day->days < today.days - PAST_DAYS)
        return call_field(c, "day", arena_printf(c->arena, TR(c, "is more than %d days ago"), PAST_DAYS));
    return OK;
}

static enum status log_run(struct call *c)
{
    const struct log_input *in = c->in;
    const struct programme *p;
    struct registration r;
    int64_t id = 0;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    struct date day = in->day, today = date_in(p->catalog.zone, c->now);
    TRY(check_day(c, today, &day));
    struct activity a = {.registration_id = {c->row_id},
        .partner_id = r.partner_id,
        .person_id = {c->viewer->person_id},
        .kind = in->kind,
        .day = day,
        .note = in->note};
    TRY(noun_insert_beside(c, &activity_noun, &a, &id));
    call_last_event(c)->partner_sees = true;
    life_active(&r, day);
    life_wind(p, &r, c->now);
    uint64_t mask = FIELD_BIT(&registration_noun, heartbeat_due) |
                    FIELD_BIT(&registration_noun, heartbeat_told) |
                    FIELD_BIT(&registration_noun, last_activity);
    return noun_update(c, &registration_noun, c->row_id, &r, mask, NULL);
}

static const char *const alive[] = {"approved", "review", "converted", NULL};

const struct verb registration_log_activity = {
    .noun = &registration_noun,
    .name = "log_activity",
    .label = N_("Log activity"),
    .summary = N_("Say what happened in the deal; it keeps the registration alive."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .from = alive,
    INPUT(struct log_input, log_fields),
    .run = log_run,
    .done = N_("Activity logged"),
    .example = {.fields = "kind,day,note"},
};
