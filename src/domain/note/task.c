#include "domain/note/task.h"

#include "base/id.h"
#include "domain/notice/notice.h"
#include "domain/person/person.h"

static const struct state states[] = {{"open", N_("Open"), "new"}, {"done", N_("Done"), "ok"}, {0}};
static const struct option state_options[] = {{"open", N_("Open")}, {"done", N_("Done")}, {0}};
static const struct option sides[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct task, text, .label = N_("Task"), .required = true, .max = 300, .see = BOTH,
        .list_column = true, .search = true, .example = "Send the pricing for 200 seats"),
    FIELD(struct task, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH, .list_column = true,
        .filter = true),
    FIELD(struct task, registration_id, .label = N_("Registration"), .ref = "registration", .see = BOTH,
        .filter = true),
    FIELD(struct task, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR, .filter = true),
    FIELD(struct task, owner_id, .label = N_("Who does it"), .ref = "person", .required = true, .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(
        struct task, due, .label = N_("Due"), .see = BOTH, .list_column = true, .sort = true, .example = "7"),
    FIELD(struct task, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct task, side, .label = N_("Whose"), .form = FORM_CHOICE, .options = sides, .required = true,
        .see = BOTH),
    FIELD(struct task, remind_due, .label = N_("Next reminder"), .see = BOTH),
    FIELD(struct task, finished, .label = N_("Finished"), .see = BOTH),
    FIELD(struct task, author_id, .label = N_("Made by"), .ref = "person", .required = true, .see = BOTH),
};

const struct noun task_noun = {
    .name = "task",
    .plural = "tasks",
    .prefix = "tsk",
    .label = N_("Task"),
    .labels = N_("Tasks"),
    .icon = "check",
    .summary = N_("What somebody will do, and until when."),
    .size = sizeof(struct task),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "text",
    .states = states,
    .vendor_scope = "{t}.side = 'vendor'",
    .partner_scope = "{t}.side = 'partner' and {t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .nav = N_("Partners"),
    .partner_ref = "partner_id",
};

/* ---- telling who does it ---- */

static void write_given(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct task *t = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = c->catalog->zone, .now = c->now};
    out->subject = arena_printf(c->arena, tr(lang, "A task for you: %s"), t->text);
    if (t->due.days != DATE_NONE)
        out->body = arena_printf(c->arena, tr(lang, "Due on %s."), fmt_date(&h, t->due));
}

static void write_due(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct task *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "Due today: %s"), t->text);
}

static enum status tell(
    struct call *c, enum notice_kind kind, int64_t id, const struct task *t, notice_write *write)
{
    struct subject s = {t->partner_id.id, t->account_id.id, t->registration_id.id};
    struct notice_about about = {.kind = kind, .noun = &task_noun, .id = id, .path = subject_path(c, &s)};
    return notify_person(c, t->owner_id.id, &about, write, t);
}

/* ---- making and changing ---- */

#define MORNING_HOUR 8

/* The morning of the due day, when that is still to come. */
static struct instant reminder(const struct call *c, struct date due)
{
    struct instant at = {0};
    if (due.days != DATE_NONE)
        at = instant_in(c->catalog->zone, due, MORNING_HOUR, 0, 0);
    return at.us > c->now.us ? at : (struct instant){0};
}

/* Somebody of the task's own side, who can sign in. */
static enum status check_owner(struct call *c, int64_t owner_id)
{
    struct person p;
    TRY(noun_load_whole(c, &person_noun, owner_id, &p));
    if (p.partner_id.id != c->viewer->partner_id)
        return call_field(c, "owner_id", TR(c, "works for another company; choose one of your colleagues"));
    if (streq(p.state, "inactive"))
        return call_field(c, "owner_id", TR(c, "has no access any more; choose somebody else"));
    return OK;
}

struct task_input {
    const char *text;
    struct date due;
    struct ref owner_id;
    struct ref partner_id, account_id, registration_id;
};
#define INPUT_TEXT FIELD(struct task_input, text, .label = N_("Task"), .required = true, .max = 300)
#define INPUT_DUE  FIELD(struct task_input, due, .label = N_("Due"))
#define INPUT_OWNER                                                                                          \
    FIELD(struct task_input, owner_id, .label = N_("Who does it"), .ref = "person",                          \
        .hint = N_("You, when left out."))

static const struct field create_fields[] = {
    INPUT_TEXT,
    INPUT_DUE,
    INPUT_OWNER,
    FIELD(struct task_input, partner_id, .label = N_("Partner"), .ref = "partner"),
    FIELD(struct task_input, account_id, .label = N_("Account"), .ref = "account"),
    FIELD(struct task_input, registration_id, .label = N_("Registration"), .ref = "registration"),
};
static const struct field update_fields[] = {INPUT_TEXT, INPUT_DUE, INPUT_OWNER};

static enum status create_run(struct call *c)
{
    const struct task_input *in = c->in;
    struct subject s;
    int64_t id = 0, owner = in->owner_id.id ? in->owner_id.id : c->viewer->person_id;
    TRY(subject_read(c, in->partner_id, in->account_id, in->registration_id, &s));
    TRY(check_owner(c, owner));
    struct task t = {.text = in->text,
        .partner_id = {s.partner_id},
        .account_id = {s.account_id},
        .registration_id = {s.registration_id},
        .owner_id = {owner},
        .due = in->due,
        .side = subject_side(c),
        .state = "open",
        .remind_due = reminder(c, in->due),
        .author_id = {c->viewer->person_id}};
    TRY(noun_insert(c, &task_noun, &t, &id));
    return tell(c, NOTICE_task, id, &t, write_given);
}

enum status task_give(struct call *c, struct task *t)
{
    struct person p;
    int64_t id = 0;
    TRY(noun_load_whole(c, &person_noun, t->owner_id.id, &p));
    t->side = p.partner_id.id ? "partner" : "vendor";
    t->state = "open";
    t->remind_due = reminder(c, t->due);
    t->author_id.id = c->viewer->person_id;
    TRY(noun_insert_beside(c, &task_noun, t, &id));
    return tell(c, NOTICE_task, id, t, write_given);
}

#define WRITERS (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER | EXECUTIVE | PARTNER_ROLES)

const struct verb task_create = {
    .noun = &task_noun,
    .name = "create",
    .label = N_("New task"),
    .summary = N_("Write down what somebody of your side will do, and until when."),
    .on = ON_COLLECTION,
    .roles = WRITERS,
    .primary = true,
    INPUT(struct task_input, create_fields),
    .run = create_run,
    .done = N_("Task made"),
    .example = {.fields = "text,due"},
};

static enum status update_run(struct call *c)
{
    const struct task_input *in = c->in;
    struct task t;
    TRY(noun_load(c, &task_noun, c->row_id, &t));
    bool other = c->given >> 2 & 1 && in->owner_id.id && in->owner_id.id != t.owner_id.id;
    if (c->given & 1)
        t.text = in->text;
    if (c->given >> 1 & 1 && t.due.days != in->due.days) {
        t.due = in->due;
        t.remind_due = reminder(c, t.due);
    }
    if (other) {
        TRY(check_owner(c, in->owner_id.id));
        t.owner_id = in->owner_id;
    }
    TRY(noun_update(c, &task_noun, c->row_id, &t,
        FIELD_BIT(&task_noun, text) | FIELD_BIT(&task_noun, due) | FIELD_BIT(&task_noun, remind_due) |
            FIELD_BIT(&task_noun, owner_id),
        NULL));
    return other ? tell(c, NOTICE_task, c->row_id, &t, write_given) : OK;
}

static const char *const open[] = {"open", NULL};
static const char *const done[] = {"done", NULL};

const struct verb task_update = {
    .noun = &task_noun,
    .name = "update",
    .label = N_("Edit"),
    .summary = N_("Change what is to be done, by whom and until when."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = open,
    .partial = true,
    INPUT(struct task_input, update_fields),
    .run = update_run,
    .done = N_("Changed"),
    .example = {.after = &task_create, .fields = "due"},
};

static enum status finish_run(struct call *c)
{
    struct task t = {.state = "done", .finished = c->now};
    return noun_update(c, &task_noun, c->row_id, &t,
        FIELD_BIT(&task_noun, state) | FIELD_BIT(&task_noun, finished), "finish");
}

static enum status reopen_run(struct call *c)
{
    struct task t = {.state = "open"};
    return noun_update(c, &task_noun, c->row_id, &t,
        FIELD_BIT(&task_noun, state) | FIELD_BIT(&task_noun, finished), "reopen");
}

const struct verb task_finish = {
    .noun = &task_noun,
    .name = "finish",
    .label = N_("Done"),
    .summary = N_("It was done."),
    .on = ON_ROW,
    .roles = WRITERS,
    .primary = true,
    .from = open,
    .undo = &task_reopen,
    .bulk = true,
    .run = finish_run,
    .done = N_("Task done"),
    .example = {.after = &task_create, .becomes = "done"},
};

const struct verb task_reopen = {
    .noun = &task_noun,
    .name = "reopen",
    .label = N_("Open again"),
    .summary = N_("It is still to be done."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = done,
    .undo = &task_finish,
    .bulk = true,
    .run = reopen_run,
    .done = N_("Task opened again"),
    .example = {.after = &task_finish, .becomes = "open"},
};

/* ---- the morning of the day ---- */

static enum status remind_run(struct call *c)
{
    struct task t;
    TRY(noun_load_whole(c, &task_noun, c->row_id, &t));
    t.remind_due = (struct instant){0};
    TRY(noun_update(c, &task_noun, c->row_id, &t, FIELD_BIT(&task_noun, remind_due), "remind"));
    return tell(c, NOTICE_task_due, c->row_id, &t, write_due);
}

const struct verb task_remind = {
    .noun = &task_noun,
    .name = "remind",
    .label = N_("Remind"),
    .summary = N_("The task is due today."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = open,
    .run = remind_run,
};

const struct clock task_remind_clock = {
    .name = "task due", .verb = &task_remind, .due = "remind_due", .state = "open"};
