#include "domain/registration/extension.h"

#include "base/id.h"
#include "base/json.h"
#include "domain/file/file.h"
#include "domain/registration/life.h"
#include "face/format.h"
#include "face/html.h"

static const struct state states[] = {{"approved", N_("Approved"), "ok"},
    {"review", N_("In review"), "review"}, {"declined", N_("Declined"), "no"}, {0}};
static const struct option state_options[] = {
    {"approved", N_("Approved")}, {"review", N_("In review")}, {"declined", N_("Declined")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct extension, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct extension, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct extension, evidence, .label = N_("Evidence"), .form = FORM_CHOICE,
        .options = extension_evidence, .required = true, .see = BOTH, .list_column = true,
        .example = "meeting"),
    FIELD(struct extension, day, .label = N_("Day"), .required = true, .see = BOTH, .list_column = true,
        .example = "-1"),
    FIELD(
        struct extension, with_whom, .label = N_("With"), .see = BOTH, .example = "Their head of production"),
    FIELD(struct extension, note, .label = N_("Note"), .form = FORM_LONG, .see = BOTH,
        .example = "They asked for a second offer."),
    FIELD(struct extension, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct extension, rule, .label = N_("Decided by rule"), .list = "rules", .see = BOTH,
        .example = "evidence"),
    FIELD(
        struct extension, protected_until, .label = N_("Protected until"), .see = BOTH, .list_column = true),
    FIELD(struct extension, queue, .label = N_("Queue"), .form = FORM_CHOICE, .list = "queues", .see = VENDOR,
        .example = "exceptions"),
    FIELD(struct extension, review_due, .label = N_("Answer due"), .see = BOTH, .filter = true, .sort = true),
    FIELD(struct extension, decided, .label = N_("Decided"), .see = BOTH),
    FIELD(struct extension, decided_by, .label = N_("Decided by"), .ref = "person", .see = VENDOR),
    FIELD(struct extension, reason, .label = N_("Reason"), .form = FORM_LONG, .see = BOTH, .example = ""),
    FIELD(
        struct extension, person_id, .label = N_("Asked by"), .ref = "person", .required = true, .see = BOTH),
};

const struct noun extension_noun = {
    .name = "extension",
    .beyond = "\"decision\":" EXPLANATION_EXAMPLE,
    .plural = "extensions",
    .prefix = "ext",
    .label = N_("Extension"),
    .labels = N_("Extensions"),
    .icon = "cal",
    .summary = N_("A request for more days of protection, with its evidence, decided by rules of its own."),
    .size = sizeof(struct extension),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "registration_id",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

enum status extension_waits(struct call *c, int64_t registration_id, bool *yes)
{
    struct value args[1] = {v_int(registration_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from extension where registration_id = $1 and state = 'review' limit 1", args, 1));
    *yes = rows.n > 0;
    return OK;
}

/* ---- what is asked, and what the rules say ---- */

struct extend_input {
    const char *evidence;
    struct date day;
    const char *with_whom, *note;
};

static const struct field extend_fields[] = {
    FIELD(struct extend_input, evidence, .label = N_("What happened?"), .form = FORM_CHOICE,
        .options = extension_evidence, .required = true),
    FIELD(struct extend_input, day, .label = N_("Day"), .required = true, .example = "-1"),
    FIELD(struct extend_input, with_whom, .label = N_("With"), .max = 200,
        .hint = N_("Name and role at the customer."), .example = "Their head of production"),
    FIELD(struct extend_input, note, .label = N_("Note"), .form = FORM_LONG, .max = 1000,
        .example = "They asked for a second offer."),
};

#define EVIDENCE_MAX ((int64_t)50 << 20) /* bytes of all files of a registration's extensions */

static enum status room_for(struct call *c, const struct incoming *files)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows extensions;
    int64_t stored;
    if (!files->n)
        return OK;
    TRY(db_query(
        c->db, c->arena, &extensions, "select id from extension where registration_id = $1", args, 1));
    TRY(files_bytes(c, "ext", &extensions, &stored));
    if (stored + (int64_t)files->bytes <= EVIDENCE_MAX)
        return OK;
    return call_field(
        c, SENT_FILE_FIELD, TR(c, "is too much: all evidence for a registration holds at most 50 MB"));
}

/* A request against the registration as it stands. */
struct request {
    const struct programme *programme;
    struct registration r;
    struct extension_wish wish;
    struct value *facts;
    struct decision d;
};

static enum status check_request(struct call *c, const struct request *q)
{
    struct date today = date_in(q->programme->catalog.zone, c->now);
    bool waits;
    if (q->wish.day.days > today.days)
        (void)!call_field(c, "day", TR(c, "is in the future"));
    if (streq(q->wish.evidence, "other") && !q->wish.note)
        (void)!call_field(c, "note", TR(c, "say what it was"));
    if (c->problem)
        return REFUSED;
    if (q->r.protected_until.us < c->now.us)
        return call_refuse(c, PROBLEM_state, TR(c, "The protection has ended; register the customer again."));
    TRY(extension_waits(c, c->row_id, &waits));
    if (waits)
        return call_refuse(c, PROBLEM_state, TR(c, "An extension is in review already."));
    return OK;
}

static enum status read_request(struct call *c, struct request *q)
{
    const struct extend_input *in = c->in;
    *q = (struct request){.wish = {in->evidence, in->day, in->with_whom, in->note}};
    TRY(programme_active(c, &q->programme));
    TRY(registration_whole(c, c->row_id, &q->r));
    TRY(check_request(c, q));
    TRY(extension_values(c, q->programme, c->row_id, &q->r, &q->wish, &q->facts));
    rules_decide(c->arena, &q->programme->extension_rules, q->facts, &q->d);
    return OK;
}

static const char *const state_of[] = {
    [OUTCOME_DECLINE] = "declined", [OUTCOME_REVIEW] = "review", [OUTCOME_APPROVE] = "approved"};

static enum status insert(struct call *c, const struct request *q, int64_t *id)
{
    const struct rule *rule = q->d.rule;
    bool review = rule->outcome == OUTCOME_REVIEW, approved = rule->outcome == OUTCOME_APPROVE;
    struct extension e = {.registration_id = {c->row_id},
        .partner_id = q->r.partner_id,
        .person_id = {c->viewer->person_id},
        .evidence = q->wish.evidence,
        .day = q->wish.day,
        .with_whom = q->wish.with_whom,
        .note = q->wish.note,
        .state = state_of[rule->outcome],
        .rule = rule->id};
    if (review) {
        e.queue = rule->queue;
        e.review_due = programme_due(q->programme, c->now, rule->review_hours, rule->working_hours);
    } else {
        e.decided = c->now;
    }
    if (approved)
        e.protected_until = protection_extended(q->programme, &q->r, rule->protection_days);
    TRY(noun_insert_beside(c, &extension_noun, &e, id));
    call_last_event(c)->partner_sees = true;
    return OK;
}

static enum status extend_run(struct call *c)
{
    struct request q;
    int64_t extension_id = 0;
    TRY(read_request(c, &q));
    TRY(room_for(c, c->plan));
    TRY(insert(c, &q, &extension_id));
    TRY(files_attach(c, c->plan, id_text(c->arena, "ext", extension_id), q.r.partner_id.id, 0));
    const struct rule *rule = q.d.rule;
    struct ruling ruling = {.kind = DECISION_EXTENSION,
        .outcome = rule->outcome,
        .rule = rule,
        .protection_days = rule->protection_days,
        .queue = rule->queue,
        .review_hours = rule->review_hours,
        .working_hours = rule->working_hours,
        .facts = q.facts,
        .extension_id = extension_id,
        .event = "extend"};
    life_active(&q.r, q.wish.day);
    return registration_rule(c, q.programme, &q.r, &c->row_id, &ruling);
}

/* ---- before sending ---- */

static void out_forecast(struct call *c, const struct extension_forecast *f)
{
    struct buf b = buf_in(c->arena, 1 << 16);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_string(&w, "outcome", outcome_names[f->outcome]);
    out_kv_string(&w, "rule", f->explanation.rule_id);
    out_kv_string(&w, "rule_name", f->rule_name);
    out_kv_int(&w, "rule_number", f->rule_number);
    out_kv_string(&w, "protected_until", f->until.us ? instant_iso(c->arena, f->until) : NULL);
    out_kv_string(&w, "review_due", f->review_due.us ? instant_iso(c->arena, f->review_due) : NULL);
    out_key(&w, "reasons");
    out_array(&w);
    for (size_t i = 0; i < f->explanation.n_reasons; i++)
        out_string(&w, f->explanation.reasons[i]);
    out_end(&w);
    out_key(&w, "would_change");
    out_array(&w);
    for (size_t i = 0; i < f->explanation.n_changes; i++) {
        out_object(&w);
        out_kv_string(&w, "condition", f->explanation.changes[i].condition);
        out_kv_string(&w, "outcome", outcome_names[f->explanation.changes[i].outcome]);
        out_end(&w);
    }
    out_end(&w);
    out_end(&w);
    c->result_json = buf_str(&b);
}

static enum status extend_check_run(struct call *c)
{
    struct request q;
    TRY(read_request(c, &q));
    const struct rule *rule = q.d.rule;
    struct extension_forecast *f = ARENA_NEW(c->arena, struct extension_forecast);
    *f = (struct extension_forecast){.registration_id = c->row_id,
        .outcome = rule->outcome,
        .rule_name = rule_name(rule, call_lang(c)),
        .sentence = rule_sentence(rule, call_lang(c)),
        .rule_number = (int)q.d.n_trace};
    if (rule->outcome == OUTCOME_APPROVE) {
        f->days = rule->protection_days;
        f->until = protection_extended(q.programme, &q.r, rule->protection_days);
    } else if (rule->outcome == OUTCOME_REVIEW) {
        f->review_due = programme_due(q.programme, c->now, rule->review_hours, rule->working_hours);
    }
    extension_explain(c, q.programme, q.facts, &f->explanation);
    out_forecast(c, f);
    c->result = f;
    return OK;
}

static const char *const approved[] = {"approved", NULL};

#define EXTENDERS (PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER)

const struct verb registration_extend = {
    .noun = &registration_noun,
    .name = "extend",
    .label = N_("Extend"),
    .summary = N_("Ask for more days of protection with evidence. The extension rules decide at once."),
    .on = ON_ROW,
    .roles = EXTENDERS,
    .from = approved,
    .files = true,
    INPUT(struct extend_input, extend_fields),
    .prepare = files_prepare,
    .run = extend_run,
    .done = N_("Extension asked for"),
    .example = {.fields = "evidence,day,with_whom"},
};

const struct verb registration_extend_check = {
    .noun = &registration_noun,
    .name = "extend_check",
    .label = N_("What would be decided?"),
    .summary = N_("Say what the extension rules would decide now. Changes nothing."),
    .on = ON_ROW,
    .roles = EXTENDERS,
    .reads = true,
    .hidden = true,
    .from = approved,
    INPUT(struct extend_input, extend_fields),
    .run = extend_check_run,
    .example = {.fields = "evidence,day,with_whom",
        .answer = "{\"outcome\":\"approve\",\"rule\":\"first_with_evidence\",\"rule_name\":\"First "
                  "extension, fresh "
                  "evidence\",\"rule_number\":2,\"protected_until\":\"2026-09-16T21:59:59.999Z\",\"review_"
                  "due\":null,\"reasons\":[\"The first extension is yours at once with a meeting or a "
                  "proposal of the last 30 days: 30 days more.\"],\"would_change\":[]}"},
};

/* ---- people decide what the rules left to them ---- */

struct answer_input {
    const char *reason;
    int64_t days;
};
static const struct field approve_fields[] = {
    FIELD(struct answer_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true,
        .max = 1000, .hint = N_("The partner reads it."), .example = "The meeting is convincing."),
    FIELD(struct answer_input, days, .label = N_("Days more"), .required = true, .min = 1, .max = 730,
        .example = "30"),
};
static const struct field decline_fields[] = {
    FIELD(struct answer_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true,
        .max = 1000, .hint = N_("The partner reads it: say what it can do next."),
        .example = "The meeting is convincing."),
};

struct answered {
    const char *company;
    struct instant until; /* 0: declined */
    const char *reason;
    const struct zone *zone;
};

static void write_answer(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct answered *a = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = a->zone, .now = c->now};
    out->subject = a->until.us ? arena_printf(c->arena, tr(lang, "%s: extended until %s."), a->company,
                                     fmt_date(&h, date_in(a->zone, a->until)))
                               : arena_printf(c->arena, tr(lang, "%s: not extended."), a->company);
    out->body = a->reason;
}

static enum status tell_answer(struct call *c, const struct programme *p, const struct extension *e,
    const struct registration *r, bool yes)
{
    struct answered a = {r->company, {yes ? r->protected_until.us : 0}, e->reason, p->catalog.zone};
    struct notice_about about = registration_about(NOTICE_decision, e->registration_id.id);
    return registration_tell(c, &about, e->person_id.id, e->partner_id.id, write_answer, &a);
}

static enum status load(struct call *c, struct extension *e, struct registration *r)
{
    TRY(noun_load_whole(c, &extension_noun, c->row_id, e));
    TRY(noun_lock(c, &registration_noun, e->registration_id.id));
    TRY(registration_whole(c, e->registration_id.id, r));
    if (!streq(r->state, "approved"))
        return call_refuse(c, PROBLEM_state, TR(c, "The registration has ended meanwhile."));
    return OK;
}

static enum status answer(struct call *c, enum outcome outcome)
{
    const struct answer_input *in = c->in;
    const struct programme *p;
    struct extension e;
    struct registration r;
    TRY(programme_active(c, &p));
    TRY(load(c, &e, &r));
    struct ruling ruling = {.kind = DECISION_EXTENSION,
        .outcome = outcome,
        .reason = in->reason,
        .protection_days = (int)in->days,
        .extension_id = c->row_id,
        .event = "extend"};
    TRY(registration_rule(c, p, &r, &e.registration_id.id, &ruling));
    e.state = state_of[outcome];
    e.reason = in->reason;
    e.decided = c->now;
    e.decided_by.id = c->viewer->person_id;
    e.rule = NULL;
    e.review_due.us = 0;
    if (outcome == OUTCOME_APPROVE)
        e.protected_until = r.protected_until;
    TRY(noun_update(c, &extension_noun, c->row_id, &e, UINT64_MAX, NULL));
    call_last_event(c)->partner_sees = true;
    return tell_answer(c, p, &e, &r, outcome == OUTCOME_APPROVE);
}

static enum status approve_run(struct call *c)
{
    return answer(c, OUTCOME_APPROVE);
}

static enum status decline_run(struct call *c)
{
    return answer(c, OUTCOME_DECLINE);
}

static const char *const in_review[] = {"review", NULL};

#define REVIEWERS (ADMIN | OPERATIONS | PARTNER_MANAGER)

const struct verb extension_approve = {
    .noun = &extension_noun,
    .name = "approve",
    .label = N_("Approve"),
    .summary = N_("Give the days that an extension in review asks for."),
    .on = ON_ROW,
    .roles = REVIEWERS,
    .primary = true,
    .from = in_review,
    INPUT(struct answer_input, approve_fields),
    .run = approve_run,
    .done = N_("Extended"),
    .example = {.becomes = "approved"},
};

const struct verb extension_decline = {
    .noun = &extension_noun,
    .name = "decline",
    .label = N_("Decline"),
    .summary = N_("Decline an extension that waits for review."),
    .on = ON_ROW,
    .roles = REVIEWERS,
    .from = in_review,
    INPUT(struct answer_input, decline_fields),
    .run = decline_run,
    .done = N_("Declined"),
    .example = {.becomes = "declined"},
};
