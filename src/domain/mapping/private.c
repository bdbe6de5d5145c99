#include "domain/mapping/private.h"

#include "base/id.h"
#include "domain/notice/notice.h"
#include "engine/psi/psi.h"

#define BOTH       (VENDOR | PARTNER)
#define DAYS       7
#define RUNS_A_DAY 5 /* with one company: each run tells the other side a little (docs/mapping.md) */

static const struct state states[] = {{"open", N_("Waits for the other side"), "new"},
    {"counted", N_("Counted"), "review"}, {"agreed", N_("Names agreed"), "new"}, {"done", N_("Done"), "ok"},
    {"declined", N_("Count only"), "gone"}, {"ended", N_("Ended"), "gone"}, {0}};
static const struct option state_options[] = {{"open", N_("Waits for the other side")},
    {"counted", N_("Counted")}, {"agreed", N_("Names agreed")}, {"done", N_("Done")},
    {"declined", N_("Count only")}, {"ended", N_("Ended")}, {0}};
static const struct option sides[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")}, {0}};
static const struct option key_rules[] = {{"best", N_("Web domain, else name and country")},
    {"domain", N_("Web domain")}, {"name", N_("Name and country")}, {0}};

static const struct field fields[] = {
    FIELD(struct private_run, name, .label = N_("List"), .required = true, .see = BOTH, .list_column = true,
        .example = "Customers"),
    FIELD(struct private_run, population_id, .label = N_("Mapped list"), .ref = "population",
        .required = true, .see = BOTH),
    FIELD(struct private_run, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct private_run, side, .label = N_("Whose list"), .form = FORM_CHOICE, .options = sides,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct private_run, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct private_run, key_rule, .label = N_("Compared by"), .form = FORM_CHOICE, .options = key_rules,
        .required = true, .see = BOTH),
    FIELD(struct private_run, own_keys, .label = N_("Companies of the list"), .see = BOTH, .none = true),
    FIELD(struct private_run, other_keys, .label = N_("Companies of the other side"), .see = BOTH,
        .none = true),
    FIELD(struct private_run, matches, .label = N_("In common"), .see = BOTH, .list_column = true,
        .none = true),
    FIELD(struct private_run, until, .label = N_("Open until"), .required = true, .see = BOTH),
    FIELD(struct private_run, person_id, .label = N_("Opened by"), .ref = "person", .required = true,
        .see = BOTH),
    FIELD(struct private_run, other_person_id, .label = N_("Answered by"), .ref = "person", .see = BOTH),
};

const struct noun private_run_noun = {
    .name = "private_run",
    .plural = "private-runs",
    .prefix = "pvr",
    .label = N_("Private mapping"),
    .labels = N_("Private mappings"),
    .icon = "lock",
    .summary = N_("Counts, and if both agree tells, the companies on a list of yours and on one that never "
                  "leaves the other side's machine."),
    .size = sizeof(struct private_run),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = MAPPING_READERS,
    .order = "-created",
    .partner_ref = "partner_id",
};

static const struct field match_fields[] = {
    FIELD(struct private_match, name, .label = N_("Company"), .required = true, .see = BOTH,
        .list_column = true, .example = "Kronholm AB"),
    FIELD(struct private_match, domain, .label = N_("Web domain"), .see = BOTH, .list_column = true,
        .example = "kronholm.example"),
    FIELD(struct private_match, country, .label = N_("Country"), .see = BOTH, .list_column = true,
        .example = "SE"),
    FIELD(struct private_match, run_id, .label = N_("Private mapping"), .ref = "private_run",
        .required = true, .see = BOTH, .filter = true),
    FIELD(struct private_match, partner_id, .label = N_("Owner"), .ref = "partner", .see = BOTH),
};

const struct noun private_match_noun = {
    .name = "private_match",
    .plural = "private-matches",
    .prefix = "pvm",
    .label = N_("Company in common"),
    .labels = N_("Companies in common"),
    .icon = "list",
    .summary = N_("Companies of your list that a private mapping found on the other side's."),
    .size = sizeof(struct private_match),
    .fields = match_fields,
    .n_fields = COUNT(match_fields),
    .title = "name",
    .vendor_scope = "{t}.partner_id is null",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = MAPPING_READERS,
    .order = "-created",
    .partner_ref = "partner_id",
};

bool private_run_owns(const struct call *c, const struct private_run *r)
{
    return streq(r->side, c->viewer->partner_id ? "partner" : "vendor");
}

const char *private_run_command(struct call *c, int64_t id)
{
    return arena_printf(c->arena,
        "TANDEM_PSI_TOKEN=tdm_... tandem psi --role client --in LIST.csv --out BOTH.csv --connect "
        "%s/api/v1/private-runs/%s/exchange",
        c->base_url ? c->base_url : "", id_text(c->arena, private_run_noun.prefix, id));
}

/* ---- opening one ---- */

struct create_input {
    struct ref population_id, partner_id;
    const char *key_rule;
};
static const struct field create_fields[] = {
    FIELD(struct create_input, population_id, .label = N_("List"), .ref = "population", .required = true),
    FIELD(struct create_input, partner_id, .label = N_("Partner"), .ref = "partner",
        .hint = N_("The vendor's lists: with which partner.")),
    FIELD(struct create_input, key_rule, .label = N_("Compared by"), .form = FORM_CHOICE,
        .options = key_rules, .hint = N_("Web domain, else name and country, when left out.")),
};

struct opened {
    const struct private_run *run;
    int64_t id;
};

static void write_opened(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct opened *o = ctx;
    const struct private_run *r = o->run;
    const char *who = streq(r->side, "vendor") ? c->catalog->vendor : c->viewer->partner_name;
    out->subject =
        arena_printf(c->arena, tr(lang, "%s offers a private mapping with its list %s"), who, r->name);
    out->body = arena_printf(c->arena,
        tr(lang, "Your list stays on your machine. Your program answers so, with an API token of yours: %s"),
        private_run_command(c, o->id));
}

static enum status tell_opened(struct call *c, int64_t id, const struct private_run *r)
{
    struct notice_about about = {.kind = NOTICE_mapping, .noun = &private_run_noun, .id = id};
    struct opened o = {r, id};
    return c->viewer->partner_id
               ? notify_vendor(c, ADMIN | OPERATIONS, &about, write_opened, &o)
               : notify_partner(c, r->partner_id.id, PARTNER_ADMIN, &about, write_opened, &o);
}

static enum status check_rate(struct call *c, const struct private_run *r)
{
    struct value args[3] = {v_int(r->partner_id.id), v_int(c->now.us - US_PER_DAY), v_text(r->side)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from private_run where partner_id = $1 and created > $2 and side = $3", args, 3));
    if (cell_int(&rows, 0, 0) < RUNS_A_DAY)
        return OK;
    return call_refuse(c, PROBLEM_state,
        TR(c, "Each run tells the other side a little: five a day with one company are the most."));
}

static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    bool vendor = !c->viewer->partner_id;
    struct population p;
    int64_t id = 0;
    TRY(noun_load(c, &population_noun, in->population_id.id, &p));
    struct private_run r = {.name = p.name,
        .population_id = in->population_id,
        .partner_id = {vendor ? in->partner_id.id : c->viewer->partner_id},
        .side = vendor ? "vendor" : "partner",
        .state = "open",
        .key_rule = in->key_rule ? in->key_rule : "best",
        .own_keys = INT_NONE,
        .other_keys = INT_NONE,
        .matches = INT_NONE,
        .until = {c->now.us + DAYS * US_PER_DAY},
        .person_id = {c->viewer->person_id}};
    if (!r.partner_id.id)
        return call_field(c, "partner_id", TR(c, "choose a partner"));
    if (!p.matched.us)
        return call_field(c, "population_id", TR(c, "is not read yet"));
    if (p.row_count < PSI_LEAST)
        return call_field(c, "population_id",
            TR(c, "has too few companies: a short list would tell who is on it (at least 100)"));
    TRY(check_rate(c, &r));
    TRY(noun_insert(c, &private_run_noun, &r, &id));
    call_last_event(c)->partner_sees = true;
    c->result_id = id;
    return tell_opened(c, id, &r);
}

const struct verb private_run_create = {
    .noun = &private_run_noun,
    .name = "create",
    .label = N_("New private mapping"),
    .summary =
        N_("Open a run for one company: its program counts what both lists have, and neither side sees "
           "the other's list."),
    .on = ON_COLLECTION,
    .roles = MAPPERS,
    .primary = true,
    INPUT(struct create_input, create_fields),
    .run = create_run,
    .undo = &private_run_withdraw,
    .done = N_("Opened; the other side is told."),
};

/* ---- the owner's word ---- */

static enum status set_state(struct call *c, const char *state)
{
    struct private_run r;
    struct value args[1] = {v_int(c->row_id)};
    TRY(noun_load(c, &private_run_noun, c->row_id, &r));
    if (c->viewer->role != ROLE_SYSTEM && !private_run_owns(c, &r))
        return call_refuse(c, PROBLEM_state, TR(c, "Whose list it is decides that."));
    r.state = state;
    if (!streq(state, "agreed"))
        TRY(db_exec(c->db, "update private_run set saved = null where id = $1", args, 1));
    TRY(noun_update(c, &private_run_noun, c->row_id, &r, FIELD_BIT(&private_run_noun, state), c->verb->name));
    call_last_event(c)->partner_sees = true;
    return OK;
}

static enum status agree_run(struct call *c)
{
    return set_state(c, "agreed");
}

static enum status decline_run(struct call *c)
{
    return set_state(c, "declined");
}

static enum status end_run(struct call *c)
{
    return set_state(c, "ended");
}

static const char *const counted[] = {"counted", NULL};
static const char *const waiting[] = {"open", "counted", "agreed", NULL};

const struct verb private_run_agree = {
    .noun = &private_run_noun,
    .name = "agree",
    .label = N_("Tell the names"),
    .summary = N_("Both sides learn which of their own companies the other has, and nothing of the others."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .primary = true,
    .from = counted,
    .run = agree_run,
    .example = {.becomes = "agreed"},
    .done = N_("Agreed; the other side's program goes on."),
};

const struct verb private_run_decline = {
    .noun = &private_run_noun,
    .name = "decline",
    .label = N_("Leave it at the count"),
    .summary = N_("Nobody learns which companies are in common."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .from = counted,
    .run = decline_run,
    .example = {.becomes = "declined"},
    .done = N_("It stays at the count."),
};

const struct verb private_run_withdraw = {
    .noun = &private_run_noun,
    .name = "withdraw",
    .label = N_("End it"),
    .summary = N_("The run ends, and its secret is deleted."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .from = waiting,
    .run = end_run,
    .example = {.becomes = "ended"},
    .done = N_("Ended."),
};

const struct verb private_run_expire = {
    .noun = &private_run_noun,
    .name = "expire",
    .label = N_("Expire"),
    .summary = N_("Its week is over."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = waiting,
    .run = end_run,
};

#define CLOCK(in)                                                                                            \
    {                                                                                                        \
        .name = "private mapping " in, .verb = &private_run_expire, .due = "until", .state = (in)            \
    }
const struct clock private_run_clocks[3] = {CLOCK("open"), CLOCK("counted"), CLOCK("agreed")};
