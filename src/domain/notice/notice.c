#include "domain/notice/notice.h"

#include "base/id.h"
#include "domain/notice/letter.h"
#include "domain/notice/ways.h"

static const struct state states[] = {{"new", N_("New"), "new"}, {"read", N_("Read"), "gone"}, {0}};
static const struct option state_options[] = {{"new", N_("New")}, {"read", N_("Read")}, {0}};

#define AS_OPTION(name, who, way, text, verbs) {#name, (text)},
static const struct option kind_options[] = {NOTICE_KINDS(AS_OPTION){0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct notice, text, .label = N_("Notice"), .required = true, .max = 300, .see = BOTH,
        .list_column = true, .example = "Hollenbrook Castings: your protection ends in 14 days"),
    FIELD(struct notice, path, .label = N_("Page"), .max = 300, .see = BOTH,
        .example = "/registrations/reg_0002T7WE2Q7A7"),
    FIELD(struct notice, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct notice, person_id, .label = N_("For"), .ref = "person", .required = true, .see = BOTH),
    FIELD(
        struct notice, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = kind_options, .see = BOTH),
    FIELD(struct notice, detail, .label = N_("In detail"), .form = FORM_LONG, .see = BOTH,
        .example = "Log an activity or extend it."),
    FIELD(struct notice, about, .label = N_("About"), .max = 40, .see = BOTH, .example = "reg_0002T7WE2Q7A7"),
    FIELD(struct notice, letter_id, .label = N_("Mail"), .ref = "notice_letter"),
};

const struct noun notice_noun = {
    .name = "notice",
    .plural = "notices",
    .prefix = "ntc",
    .label = N_("Notice"),
    .labels = N_("Notices"),
    .icon = "bell",
    .summary = N_("What you should know: a protection that ends, a decision, something that waits for you."),
    .size = sizeof(struct notice),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "text",
    .states = states,
    .vendor_scope = "{t}.person_id = {person}",
    .partner_scope = "{t}.person_id = {person}",
    .read = ALL_ROLES,
    .order = "-created",
};

/* ---- telling ---- */

/* Whether a call that tells several groups has told this person the same already. */
static enum status told_already(struct call *c, int64_t person_id, const char *path, bool *yes)
{
    struct value args[3] = {v_int(person_id), v_text(path), v_int(c->now.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from notice where person_id = $1 and path = $2 and created = $3", args, 3));
    *yes = rows.n > 0;
    return OK;
}

/* Who is told: a row of PEOPLE. */
static enum status tell(struct call *c, const struct rows *people, size_t i, const struct notice_about *about,
    notice_write *write, const void *ctx)
{
    struct notice_text text = {0};
    const char *id_of = id_text(c->arena, about->noun->prefix, about->id);
    const char *path =
        about->path ? about->path : arena_printf(c->arena, "/%s/%s", about->noun->plural, id_of);
    int64_t person_id = cell_int(people, i, 0), id = 0;
    struct notice n = {.person_id = {person_id},
        .path = path,
        .state = "new",
        .kind = notice_kinds[about->kind].key,
        .about = id_of};
    bool told;
    TRY(told_already(c, person_id, path, &told));
    if (told)
        return OK;
    write(c, lang_parse(cell_text(people, i, 1)), ctx, &text);
    n.text = text.subject;
    n.detail = text.body;
    struct letter_to to = {
        person_id, cell_text(people, i, 3), notice_way_of(c->arena, cell_text(people, i, 4), about->kind)};
    TRY(letter_for(c, &to, &n.letter_id.id));
    return noun_insert_beside(c, &notice_noun, &n, &id);
}

static enum status tell_all(struct call *c, const struct rows *people, const struct notice_about *about,
    notice_write *write, const void *ctx)
{
    for (size_t i = 0; i < people->n; i++)
        if (cell_int(people, i, 0) != c->viewer->person_id)
            TRY(tell(c, people, i, about, write, ctx));
    return OK;
}

#define PEOPLE "select id, language, role, zone, notify from person where state <> 'inactive' and "

enum status notify_person(
    struct call *c, int64_t person_id, const struct notice_about *about, notice_write *write, const void *ctx)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, PEOPLE "id = $1", args, 1));
    return tell_all(c, &rows, about, write, ctx);
}

/* Those of ROWS whose role is one of ROLES. */
static void keep_roles(struct rows *rows, unsigned roles)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (ROLE_BIT(role_parse(cell_text(rows, i, 2))) & roles) {
            memmove(&rows->cells[kept * rows->n_columns], &rows->cells[i * rows->n_columns],
                rows->n_columns * sizeof *rows->cells);
            kept++;
        }
    rows->n = kept;
}

enum status notify_partner(struct call *c, int64_t partner_id, unsigned roles,
    const struct notice_about *about, notice_write *write, const void *ctx)
{
    struct value args[1] = {v_int(partner_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, PEOPLE "partner_id = $1 order by id", args, 1));
    keep_roles(&rows, roles);
    return tell_all(c, &rows, about, write, ctx);
}

enum status notify_vendor(
    struct call *c, unsigned roles, const struct notice_about *about, notice_write *write, const void *ctx)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, PEOPLE "partner_id is null order by id", NULL, 0));
    keep_roles(&rows, roles);
    return tell_all(c, &rows, about, write, ctx);
}

enum status notice_count(struct call *c, int64_t *out)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct rows rows;
    *out = 0;
    if (!c->viewer->person_id)
        return OK;
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from notice where person_id = $1 and state = 'new'",
        args, 1));
    *out = cell_int(&rows, 0, 0);
    return OK;
}

/* ---- reading ---- */

#define READ_AT_ONCE "2000" /* with one call, for others wait meanwhile */

static enum status mark(struct call *c, int64_t id, const char *state, const char *verb)
{
    struct notice n = {.state = state};
    return noun_update(c, &notice_noun, id, &n, FIELD_BIT(&notice_noun, state), verb);
}

static enum status read_run(struct call *c)
{
    return mark(c, c->row_id, "read", NULL);
}

static enum status unread_run(struct call *c)
{
    return mark(c, c->row_id, "new", NULL);
}

static const char *const unread[] = {"new", NULL};
static const char *const was_read[] = {"read", NULL};

const struct verb notice_read = {
    .noun = &notice_noun,
    .name = "read",
    .label = N_("Mark as read"),
    .summary = N_("The notice is no longer new."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = unread,
    .undo = &notice_unread,
    .bulk = true,
    .run = read_run,
    .done = N_("Marked as read"),
    .example = {.becomes = "read"},
};

const struct verb notice_unread = {
    .noun = &notice_noun,
    .name = "unread",
    .label = N_("Mark as new"),
    .summary = N_("The notice is new again."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = was_read,
    .undo = &notice_read,
    .bulk = true,
    .run = unread_run,
    .done = N_("Marked as new"),
    .example = {.becomes = "new"},
};

/* Not one statement: each row has its event, else `tandem check` could not tell it from a row that was
 * changed. */
static enum status read_all_run(struct call *c)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct rows rows;
    int64_t left;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from notice where person_id = $1 and state = 'new' order by id limit " READ_AT_ONCE, args,
        1));
    for (size_t i = 0; i < rows.n; i++)
        TRY(mark(c, cell_int(&rows, i, 0), "read", "read"));
    TRY(notice_count(c, &left));
    c->result_json = arena_printf(c->arena, "{\"read\":%zu,\"left\":%lld}", rows.n, (long long)left);
    return OK;
}

const struct verb notice_read_all = {
    .noun = &notice_noun,
    .name = "read_all",
    .label = N_("Mark all as read"),
    .summary = N_("Mark the new notices as read, at most 2,000 at a time; says how many are left."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .answers = true,
    .run = read_all_run,
    .done = N_("Marked as read"),
    .example = {.answer = "{\"read\":6,\"left\":0}"},
};
