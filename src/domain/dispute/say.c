/* What the sides and the decider say: each side reads its own words and what is said to it. */
#include "domain/dispute/say.h"

#include "base/id.h"
#include "base/text.h"

static enum status room_for(struct call *c, const struct saying *s)
{
    struct value args[1] = {v_int(s->dispute_id)};
    struct rows statements;
    int64_t bytes = s->files ? (int64_t)s->files->bytes : 0, stored;
    if (!bytes)
        return OK;
    TRY(db_query(
        c->db, c->arena, &statements, "select id from dispute_statement where dispute_id = $1", args, 1));
    TRY(files_bytes(c, "dst", &statements, &stored));
    if (bytes + stored <= DISPUTE_FILES_MAX)
        return OK;
    return call_field(c, SENT_FILE_FIELD, TR(c, "is too much: all files of a dispute hold at most 50 MB"));
}

/* Who floods it would keep the decider from reading; the row's lock makes the count exact for each side. */
static enum status not_too_many(struct call *c, const struct saying *s)
{
    struct value args[3] = {v_int(s->dispute_id), v_int(c->viewer->person_id), v_int(c->now.us - US_PER_DAY)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from dispute_statement where dispute_id = $1 and person_id = $2 and created >= $3",
        args, 3));
    if (cell_int(&rows, 0, 0) < STATEMENTS_PER_DAY)
        return OK;
    return call_refuse(c, PROBLEM_too_many,
        TR(c, "You have written as much in this dispute as a day allows. Go on tomorrow."));
}

enum status dispute_add_statement(struct call *c, const struct saying *s)
{
    struct dispute_statement row = {.dispute_id = {s->dispute_id},
        .party_id = {s->party_id},
        .partner_id = {s->partner_id},
        .person_id = {c->viewer->person_id},
        .side = s->side,
        .text = s->text};
    int64_t id = 0;
    TRY(not_too_many(c, s));
    TRY(room_for(c, s));
    TRY(noun_insert_beside(c, &dispute_statement_noun, &row, &id));
    call_last_event(c)->partner_sees = s->partner_id != 0;
    return s->files ? files_attach(c, s->files, id_text(c->arena, "dst", id), s->partner_id, 0) : OK;
}

/* ---- names ---- */

enum status dispute_check_names(struct call *c, const char *field, const char *text,
    const struct dispute_sides *sides, const struct dispute_party *reader)
{
    const char *folded = text_fold(c->arena, text);
    for (size_t i = 0; i < sides->n && sides->n > 1; i++) {
        const struct dispute_party *side = &sides->party[i];
        struct value args[2] = {v_int(side->partner_id.id), v_int(side->registration_id.id)};
        struct rows rows;
        if (side == reader)
            continue;
        TRY(db_query(c->db, c->arena, &rows,
            "select name from partner where id = $1 union select p.name from person p join registration r on "
            "r.person_id = p.id where r.id = $2",
            args, 2));
        for (size_t k = 0; k < rows.n; k++)
            if (strstr(folded, text_fold(c->arena, cell_text(&rows, k, 0))))
                return call_field(c, field,
                    arena_printf(c->arena,
                        TR(c, "names %s, and the other side reads this: leave the name out"),
                        cell_text(&rows, k, 0)));
    }
    return OK;
}

/* ---- a side ---- */

struct party_say_input {
    const char *text;
};
static const struct field party_say_fields[] = {
    FIELD(struct party_say_input, text, .label = N_("Your words"), .form = FORM_LONG, .required = true,
        .max = 4000, .hint = N_("Only the vendor reads it."),
        .example = "The minutes of our meeting name the buyer."),
};

static enum status party_say_run(struct call *c)
{
    const struct party_say_input *in = c->in;
    struct dispute_party p;
    struct dispute d;
    TRY(dispute_party_load(c, c->row_id, &p));
    TRY(dispute_load(c, p.dispute_id.id, &d));
    struct saying s = {.dispute_id = p.dispute_id.id,
        .party_id = c->row_id,
        .partner_id = p.partner_id.id,
        .side = "partner",
        .text = in->text,
        .files = c->plan};
    TRY(dispute_add_statement(c, &s));
    TRY(dispute_tell_vendor(c, p.dispute_id.id, &d, NEWS_SAID));
    c->result_id = c->row_id;
    return OK;
}

static const char *const party_open[] = {"open", NULL};

const struct verb dispute_party_say = {
    .noun = &dispute_party_noun,
    .name = "say",
    .label = N_("Add a statement"),
    .summary = N_("Say what the decider should know, with files that show it."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .hidden = true,
    .files = true,
    .from = party_open,
    INPUT(struct party_say_input, party_say_fields),
    .prepare = files_prepare,
    .run = party_say_run,
    .done = N_("Statement added"),
};

/* ---- the vendor ---- */

static const struct option listeners[] = {{"nobody", N_("Our own people only")},
    {"first", N_("The side that it is about")}, {"second", N_("The other side")}, {0}};

struct say_input {
    const char *text, *to;
};
static const struct field say_fields[] = {
    FIELD(struct say_input, text, .label = N_("Words"), .form = FORM_LONG, .required = true, .max = 4000,
        .example = "Which project is it?"),
    FIELD(struct say_input, to, .label = N_("Who reads it"), .form = FORM_CHOICE, .options = listeners,
        .required = true, .example = "vendor"),
};

static enum status say_run(struct call *c)
{
    const struct say_input *in = c->in;
    struct dispute_sides sides;
    struct dispute d;
    TRY(dispute_load(c, c->row_id, &d));
    TRY(dispute_sides_load(c, c->row_id, &sides));
    size_t to = streq(in->to, "first") ? 0 : streq(in->to, "second") ? 1 : 2;
    if (to == 1 && sides.n < 2)
        return call_field(c, "to", TR(c, "there is only one side: the other one is the vendor itself"));
    struct saying s = {.dispute_id = c->row_id, .side = "vendor", .text = in->text, .files = c->plan};
    if (to < 2) {
        TRY(dispute_check_names(c, "text", in->text, &sides, &sides.party[to]));
        s.party_id = sides.id[to];
        s.partner_id = sides.party[to].partner_id.id;
    }
    TRY(dispute_add_statement(c, &s));
    if (to < 2)
        TRY(dispute_tell_party(c, s.party_id, &sides.party[to], NEWS_SAID));
    c->result_id = c->row_id;
    return OK;
}

static const char *const open_states[] = {"open", "named", "escalated", NULL};

const struct verb dispute_say = {
    .noun = &dispute_noun,
    .name = "say",
    .label = N_("Write"),
    .summary = N_("Say or ask something: to one side, or among the vendor's own people."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER | EXECUTIVE,
    .hidden = true,
    .files = true,
    .from = open_states,
    INPUT(struct say_input, say_fields),
    .prepare = files_prepare,
    .run = say_run,
    .done = N_("Written"),
};
