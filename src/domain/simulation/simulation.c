#include "domain/simulation/simulation.h"

#include "base/json.h"
#include "domain/programme/draft.h"

static const struct state states[] = {{"waiting", N_("Waiting"), "new"}, {"running", N_("Running"), "new"},
    {"done", N_("Done"), "ok"}, {"failed", N_("Failed"), "no"}, {"cancelled", N_("Cancelled"), "gone"}, {0}};
static const struct option events[] = {{"finish", N_("Done")}, {0}};
static const struct option state_options[] = {{"waiting", N_("Waiting")}, {"running", N_("Running")},
    {"done", N_("Done")}, {"failed", N_("Failed")}, {"cancelled", N_("Cancelled")}, {0}};

static const struct field fields[] = {
    FIELD(struct simulation, name, .label = N_("Simulated"), .required = true, .see = VENDOR,
        .list_column = true, .example = "Version 1 again"),
    FIELD(
        struct simulation, changed, .label = N_("Decisions that change"), .see = VENDOR, .list_column = true),
    FIELD(struct simulation, cases, .label = N_("Decisions replayed"), .see = VENDOR, .list_column = true),
    FIELD(struct simulation, against, .label = N_("Compared with version"), .required = true, .see = VENDOR,
        .list_column = true),
    FIELD(struct simulation, period_from, .label = N_("From"), .required = true, .see = VENDOR,
        .list_column = true),
    FIELD(struct simulation, period_to, .label = N_("To"), .required = true, .see = VENDOR,
        .list_column = true),
    FIELD(struct simulation, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct simulation, person_id, .label = N_("Simulated by"), .ref = "person", .required = true,
        .see = VENDOR, .list_column = true),
    FIELD(
        struct simulation, version_number, .label = N_("Version"), .min = 1, .max = INT32_MAX, .see = VENDOR),
    FIELD(struct simulation, document, .label = N_("Document"), .form = FORM_JSON, .see = VENDOR),
    FIELD(struct simulation, hash, .label = N_("Programme fingerprint"), .see = VENDOR,
        .example = "f3f2e6afaf387af4380db5a501824fdf366d57f2c3f00db6db87784b9ec94eb3"),
    FIELD(struct simulation, progress, .label = N_("Progress"), .see = VENDOR),
    FIELD(struct simulation, finished, .label = N_("Finished"), .see = VENDOR),
    FIELD(struct simulation, sums, .label = N_("Results"), .form = FORM_JSON, .see = VENDOR),
    FIELD(
        struct simulation, message, .label = N_("Message"), .form = FORM_LONG, .see = VENDOR, .example = ""),
};

const struct noun simulation_noun = {
    .name = "simulation",
    .plural = "simulations",
    .prefix = "sim",
    .label = N_("Simulation"),
    .labels = N_("Simulations"),
    .icon = "play",
    .summary = N_("What other rules would have decided, had they been in force. It changes nothing."),
    .size = sizeof(struct simulation),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .read = READS_SIMULATIONS,
    .order = "-created",
    .nav = N_("Trust"),
};

/* ---- the cases ---- */

static const struct option outcomes[] = {
    {"approve", N_("Approved")}, {"review", N_("Under review")}, {"decline", N_("Declined")}, {0}};
static const struct option effects[] = {{"better", N_("Better for the partner")},
    {"worse", N_("Worse for the partner")}, {"other", N_("Other")}, {0}};
static const struct option causes[] = {
    {"rules", N_("The rules differ")}, {"knock_on", N_("Knock-on effect")}, {0}};

static const struct field case_fields[] = {
    FIELD(struct simulation_case, company, .label = N_("Company"), .required = true, .see = VENDOR,
        .list_column = true, .example = "Hollenbrook Castings"),
    FIELD(struct simulation_case, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct simulation_case, amount, .label = N_("Amount"), .see = VENDOR, .list_column = true),
    FIELD(struct simulation_case, decided, .label = N_("Decided"), .required = true, .see = VENDOR,
        .list_column = true),
    FIELD(struct simulation_case, outcome_before, .label = N_("Outcome before"), .form = FORM_CHOICE,
        .options = outcomes, .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct simulation_case, outcome_after, .label = N_("Outcome after"), .form = FORM_CHOICE,
        .options = outcomes, .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct simulation_case, effect, .label = N_("Effect"), .form = FORM_CHOICE, .options = effects,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct simulation_case, cause, .label = N_("Why"), .form = FORM_CHOICE, .options = causes,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct simulation_case, simulation_id, .label = N_("Simulation"), .ref = "simulation",
        .required = true, .see = VENDOR, .filter = true),
    FIELD(struct simulation_case, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = VENDOR, .filter = true),
    FIELD(struct simulation_case, rule_before, .label = N_("Rule before"), .required = true, .see = VENDOR,
        .example = "certified_free"),
    FIELD(struct simulation_case, rule_after, .label = N_("Rule after"), .required = true, .see = VENDOR,
        .example = "named_account"),
    FIELD(struct simulation_case, fact, .label = N_("Fact that tells it apart"), .see = VENDOR,
        .example = "account.status"),
    FIELD(struct simulation_case, cause_id, .label = N_("Earlier registration"), .ref = "registration",
        .see = VENDOR),
    FIELD(struct simulation_case, percent_before, .label = N_("Margin before, percent"), .see = VENDOR),
    FIELD(struct simulation_case, percent_after, .label = N_("Margin after, percent"), .see = VENDOR),
    FIELD(struct simulation_case, days_before, .label = N_("Days of protection before"), .see = VENDOR),
    FIELD(struct simulation_case, days_after, .label = N_("Days of protection after"), .see = VENDOR),
    FIELD(struct simulation_case, waited_hours, .label = N_("Hours until a person answered"), .see = VENDOR),
    FIELD(struct simulation_case, became, .label = N_("What became of it"), .required = true, .see = VENDOR,
        .example = "won"),
    FIELD(
        struct simulation_case, weight, .label = N_("Weight"), .required = true, .see = VENDOR, .sort = true),
    FIELD(struct simulation_case, decision_id, .label = N_("Decision"), .ref = "decision", .required = true,
        .see = VENDOR),
    FIELD(struct simulation_case, facts_before, .label = N_("Other facts before"), .form = FORM_JSON,
        .see = VENDOR),
    FIELD(struct simulation_case, facts_after, .label = N_("Other facts after"), .form = FORM_JSON,
        .see = VENDOR),
};

const struct noun simulation_case_noun = {
    .name = "simulation_case",
    .plural = "simulation-cases",
    .prefix = "sic",
    .label = N_("Simulated decision"),
    .labels = N_("Simulated decisions"),
    .icon = "play",
    .summary = N_("A registration that a simulated document decides otherwise."),
    .size = sizeof(struct simulation_case),
    .fields = case_fields,
    .n_fields = COUNT(case_fields),
    .title = "company",
    .vendor_scope = "1=1",
    .read = READS_SIMULATIONS,
    .order = "-created",
};

/* ---- simulate ---- */

struct simulate_input {
    const char *name;
    int64_t version;
    const char *document;
    struct ref draft_id;
    int64_t against;
    struct date from, to;
};
static const struct field simulate_fields[] = {
    FIELD(struct simulate_input, name, .label = N_("Name"), .max = 120,
        .hint = N_("What stands over the report. When left empty, the version's or the draft's.")),
    FIELD(struct simulate_input, version, .label = N_("Version"), .min = 1, .max = INT32_MAX,
        .hint = N_("The number of a version, or give a document below."), .example = "1"),
    FIELD(struct simulate_input, document, .label = N_("Document"), .form = FORM_JSON,
        .hint = N_("The whole programme as JSON, as export gives it.")),
    FIELD(struct simulate_input, draft_id, .label = N_("Draft"), .ref = "programme_draft",
        .hint = N_("Or a draft of the programme.")),
    FIELD(struct simulate_input, against, .label = N_("Compared with version"), .min = 1, .max = INT32_MAX,
        .hint = N_("The version in force when left empty.")),
    FIELD(struct simulate_input, from, .label = N_("From"), .hint = N_("A year ago when left empty.")),
    FIELD(struct simulate_input, to, .label = N_("To"), .hint = N_("Today when left empty.")),
};

enum status simulation_version(
    struct call *c, int64_t number, const char *field, const struct programme **out)
{
    enum status s = programme_at(c, number, out);
    if (s != REFUSED)
        return s;
    c->problem = NULL;
    return call_field(c, field, TR(c, "There is no version of this number."));
}

/* While rules are being changed, examples say what they said before: that keeps nobody from trying them. */
static bool only_examples(const struct problem *p)
{
    for (size_t i = 0; i < p->n_fields; i++)
        if (strncmp(p->fields[i].field, "examples", 8) != 0 &&
            strncmp(p->fields[i].field, "extension_examples", 18) != 0)
            return false;
    return p->n_fields > 0;
}

static enum status take_document(struct call *c, const struct simulate_input *in, struct simulation *out)
{
    struct programme *p = ARENA_NEW(c->arena, struct programme);
    enum status s = programme_read(c, c->arena, in->document, strlen(in->document), p);
    if (s == REFUSED && only_examples(c->problem)) {
        c->problem = NULL;
        s = OK;
    }
    TRY(s);
    struct buf canonical = buf_in(c->arena, 4 << 20);
    json_canonical(&canonical, p->document);
    out->name = TR(c, "A document");
    out->document = buf_str(&canonical);
    out->hash = p->hash;
    return OK;
}

/* As it stands now; what is changed later needs another simulation. */
static enum status take_draft(struct call *c, const struct simulate_input *in, struct simulation *out)
{
    struct programme_draft d;
    struct simulate_input of = {0};
    TRY(noun_load(c, &programme_draft_noun, in->draft_id.id, &d));
    TRY(draft_text(c, in->draft_id.id, &of.document));
    TRY(take_document(c, &of, out));
    out->name = d.title;
    return OK;
}

static enum status take_version(struct call *c, const struct simulate_input *in, struct simulation *out)
{
    const struct programme *p;
    TRY(simulation_version(c, in->version, "version", &p));
    out->name = arena_printf(c->arena, TR(c, "Version %lld"), (long long)in->version);
    out->version_number = in->version;
    out->hash = p->hash;
    return OK;
}

static enum status take_period(struct call *c, const struct simulate_input *in, struct simulation *out)
{
    struct date today = date_in(c->catalog->zone, c->now);
    out->period_to = in->to.days == DATE_NONE ? today : in->to;
    out->period_from = in->from.days == DATE_NONE ? date_add_months(out->period_to, -12) : in->from;
    return out->period_from.days <= out->period_to.days
               ? OK
               : call_field(c, "to", TR(c, "lies before the first day"));
}

static enum status simulate_prepare(struct call *c)
{
    const struct simulate_input *in = c->in;
    struct simulation *s = ARENA_NEW(c->arena, struct simulation);
    const struct programme *active, *against;
    c->plan = s;
    TRY(programme_active(c, &active));
    *s = (struct simulation){.state = "waiting", .person_id = {c->viewer->person_id}};
    TRY(take_period(c, in, s));
    s->against = in->against ? in->against : active->number;
    TRY(simulation_version(c, s->against, "against", &against));
    if ((in->document != NULL) + (in->version != 0) + (in->draft_id.id != 0) != 1)
        return call_field(c, "version", TR(c, "Give a version, a draft or a document."));
    TRY(in->draft_id.id ? take_draft(c, in, s)
        : in->document  ? take_document(c, in, s)
                        : take_version(c, in, s));
    if (in->name)
        s->name = in->name;
    return OK;
}

/* Each reads the whole past and keeps its result. */
static enum status not_too_many(struct call *c)
{
    const char *one_by_one = arena_printf(c->arena, "simulations:%lld", (long long)c->viewer->person_id);
    struct value args[2] = {v_int(c->viewer->person_id), v_int(c->now.us - US_PER_DAY)};
    struct rows rows;
    TRY(db_lock_names(c->db, &one_by_one, 1));
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from simulation where created >= $2 and person_id = $1", args, 2));
    if (cell_int(&rows, 0, 0) < SIMULATIONS_PER_DAY)
        return OK;
    return call_refuse(
        c, PROBLEM_too_many, TR(c, "You have simulated as often as a day allows. Go on tomorrow."));
}

static enum status simulate_run(struct call *c)
{
    int64_t id = 0;
    TRY(not_too_many(c));
    return noun_insert(c, &simulation_noun, c->plan, &id);
}

const struct verb simulation_simulate = {
    .noun = &simulation_noun,
    .name = "simulate",
    .label = N_("Simulate"),
    .summary = N_("Replay past registrations by a version or a document, and see what would change."),
    .on = ON_COLLECTION,
    .roles = SIMULATES,
    .creates = true,
    .primary = true,
    INPUT(struct simulate_input, simulate_fields),
    .prepare = simulate_prepare,
    .run = simulate_run,
    .done = N_("Simulating."),
    .example = {.fields = "name,version"},
};

/* ---- cancel ---- */

static enum status cancel_run(struct call *c)
{
    struct simulation s = {.state = "cancelled"};
    struct value args[1] = {v_int(c->row_id)};
    TRY(db_exec(c->db,
        "update simulation set position = coalesce(position, 0), owner = null, owner_until = null "
        "where id = $1",
        args, 1));
    return noun_update(c, &simulation_noun, c->row_id, &s, FIELD_BIT(&simulation_noun, state), "cancel");
}

static const char *const unfinished[] = {"waiting", "running", NULL};

const struct verb simulation_cancel = {
    .noun = &simulation_noun,
    .name = "cancel",
    .label = N_("Cancel"),
    .summary = N_("Stop the simulation; nothing of it is kept."),
    .on = ON_ROW,
    .roles = SIMULATES,
    .from = unfinished,
    .run = cancel_run,
    .done = N_("Cancelled."),
    .example = {.after = &simulation_simulate, .becomes = "cancelled"},
};
