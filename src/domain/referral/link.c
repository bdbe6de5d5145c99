#include "domain/referral/referral.h"

#include "base/id.h"
#include "base/json.h"
#include "runtime/session.h"

#include <sodium.h>

#define CODE_BYTES 18 /* 144 bits */
#define MOST       50 /* links of a partner that are not ended */
#define MOST_A_DAY 50 /* that it makes, ended or not */

static const struct state states[] = {
    {"active", N_("Active"), "ok"}, {"paused", N_("Paused"), "review"}, {"ended", N_("Ended"), "gone"}, {0}};
static const struct option state_options[] = {
    {"active", N_("Active")}, {"paused", N_("Paused")}, {"ended", N_("Ended")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct referral_link, name, .label = N_("Name"), .required = true, .max = 80, .see = BOTH,
        .set = PARTNER, .list_column = true, .search = true,
        .hint = N_("What it is for. Who follows the link does not see it."), .example = "Newsletter, spring"),
    FIELD(struct referral_link, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct referral_link, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .see = BOTH, .set = PARTNER, .list_column = true,
        .hint = N_("What its page is about. Left empty: the whole offer.")),
    FIELD(struct referral_link, keeps, .label = N_("We look after its leads ourselves"), .see = BOTH,
        .set = PARTNER,
        .hint = N_("Otherwise each is offered to the partner that fits best. You brought it either way.")),
    FIELD(struct referral_link, code, .label = N_("Code"), .required = true, .see = BOTH,
        .example = "Qm9xZlRyaXRvbkhhcnBlcg"),
    FIELD(struct referral_link, form_key, .label = N_("Key"), .required = true, .secret = true),
    FIELD(struct referral_link, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct referral_link, person_id, .label = N_("Made by"), .ref = "person", .see = BOTH),
};

const struct noun referral_link_noun = {
    .name = "referral_link",
    .plural = "referral-links",
    .prefix = "rfl",
    .label = N_("Referral link"),
    .labels = N_("Referral links"),
    .icon = "flag",
    .summary = N_("An address that a partner passes on: /r/ and its code. Leads that come by it are the "
                  "partner's doing."),
    .size = sizeof(struct referral_link),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"code", NULL},
};

#define BIT(member) FIELD_BIT(&referral_link_noun, member)

const char *referral_path(struct arena *a, const char *code)
{
    return arena_printf(a, "/r/%s", code);
}

enum status referral_look(struct call *c, const char *code, struct referral *out)
{
    struct value args[1] = {v_text(code)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select r.id, p.name, l.name, r.form_key from referral_link r join partner p on p.id = r.partner_id "
        "left join "
        "product_line l on l.id = r.product_line_id "
        "where r.code = $1 and p.standing <> 'suspended'",
        args, 1));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    *out = (struct referral){
        .id = cell_int(&rows, 0, 0), .partner = cell_string(&rows, 0, 1), .product = cell_text(&rows, 0, 2)};
    TRY(noun_load_whole(c, &referral_link_noun, out->id, &out->link));
    out->link.form_key = cell_string(&rows, 0, 3); /* a secret: no reading of the noun has it */
    return OK;
}

enum status referral_find(struct call *c, const char *code, struct referral *out)
{
    TRY(referral_look(c, code, out));
    return streq(out->link.state, "active") ? OK : call_refuse(c, PROBLEM_not_found, NULL);
}

/* ---- verbs ---- */

static const char *new_code(struct arena *a)
{
    unsigned char random[CODE_BYTES];
    size_t n = sodium_base64_ENCODED_LEN(sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, n);
    random_bytes(random, sizeof random);
    return sodium_bin2base64(text, n, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Each has a page of its own, whose forms are counted. */
static enum status check_made_lately(struct call *c)
{
    struct value args[2] = {v_int(c->viewer->partner_id), v_int(c->now.us - US_PER_DAY)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from referral_link where partner_id = $1 and created > $2", args, 2));
    return cell_int(&rows, 0, 0) < MOST_A_DAY
               ? OK
               : call_refuse(c, PROBLEM_state,
                     arena_printf(c->arena,
                         TR(c, "You made %d links within a day. Go on with one of them, or make another "
                               "tomorrow."),
                         MOST_A_DAY));
}

/* One by one, so that two do not both find room for the last. */
static enum status check_room(struct call *c, int64_t partner_id)
{
    struct value args[1] = {v_int(partner_id)};
    const char *one_by_one = arena_printf(c->arena, "referral links:%lld", (long long)partner_id);
    struct rows rows;
    TRY(db_lock_names(c->db, &one_by_one, 1));
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from referral_link where partner_id = $1 and state <> 'ended'", args, 1));
    if (cell_int(&rows, 0, 0) < MOST)
        return OK;
    return call_refuse(c, PROBLEM_state,
        c->viewer->partner_id
            ? arena_printf(c->arena, TR(c, "You have %d links. End one that you no longer need."), MOST)
            : arena_printf(
                  c->arena, TR(c, "The partner has %d links. End one that it no longer needs."), MOST));
}

static enum status create_run(struct call *c)
{
    struct referral_link link = *(const struct referral_link *)c->in;
    int64_t id = 0;
    TRY(check_room(c, c->viewer->partner_id));
    link.partner_id.id = c->viewer->partner_id;
    link.person_id.id = c->viewer->person_id;
    TRY(check_made_lately(c));
    link.code = new_code(c->arena);
    link.form_key = secret_new(c->arena);
    link.state = "active";
    TRY(noun_insert(c, &referral_link_noun, &link, &id));
    call_last_event(c)->partner_sees = true;
    c->leads_to = arena_printf(c->arena, "%s?did=referral_link.create.%s", referrals_page.path,
        id_text(c->arena, referral_link_noun.prefix, id));
    return OK;
}

const struct verb referral_link_create = GENERIC_CREATE_BY(referral_link_noun, PARTNER_ROLES,
    N_("New referral link"), N_("Make an address to pass on."), create_run, .primary = true);

static enum status update_run(struct call *c)
{
    TRY(verb_update(c));
    struct event *e = call_last_event(c);
    if (e)
        e->partner_sees = true;
    return OK;
}

const struct verb referral_link_update =
    GENERIC_UPDATE_BY(referral_link_noun, PARTNER_ROLES, N_("Change a referral link."), update_run);

static enum status set_state(struct call *c, const char *state)
{
    struct referral_link link = {.state = state};
    TRY(noun_update(c, &referral_link_noun, c->row_id, &link, BIT(state), NULL));
    call_last_event(c)->partner_sees = true;
    return OK;
}

static enum status pause_run(struct call *c)
{
    return set_state(c, "paused");
}
static enum status resume_run(struct call *c)
{
    return set_state(c, "active");
}
static enum status end_run(struct call *c)
{
    return set_state(c, "ended");
}

/* How it was before its end; a partner takes back what its own people ended. */
static enum status state_before_end(struct call *c, const char **out)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    const char *error, *payload;
    TRY(db_query(c->db, c->arena, &rows,
        "select e.payload, p.partner_id from event e left join person p on p.id = e.actor_id where e.noun = "
        "'referral_link' and e.row_id = $1 and e.verb = 'end' order by e.seq desc limit 1",
        args, 1));
    if (c->viewer->partner_id && (!rows.n || cell_int(&rows, 0, 1) != c->viewer->partner_id))
        return call_refuse(c, PROBLEM_forbidden, TR(c, "The vendor ended it and can take that back."));
    payload = rows.n ? cell_string(&rows, 0, 0) : "{}";
    json_t *before = json_object_get(json_read(c->arena, payload, strlen(payload), &error), "before");
    *out = streq(json_string_value(json_object_get(before, "state")), "paused") ? "paused" : "active";
    return OK;
}

static enum status restore_run(struct call *c)
{
    struct referral_link link;
    const char *state = NULL;
    TRY(noun_load(c, &referral_link_noun, c->row_id, &link));
    TRY(check_room(c, link.partner_id.id));
    TRY(state_before_end(c, &state));
    return set_state(c, state);
}

static const char *const active[] = {"active", NULL};
static const char *const paused[] = {"paused", NULL};
static const char *const going[] = {"active", "paused", NULL};
static const char *const ended[] = {"ended", NULL};

/* Who of the vendor may end a partner's link, and take that back. */
#define ENDERS (PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER)

const struct verb referral_link_pause = {
    .noun = &referral_link_noun,
    .name = "pause",
    .label = N_("Pause"),
    .summary = N_("The address says that the link rests until it is resumed."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = active,
    .undo = &referral_link_resume,
    .run = pause_run,
    .done = N_("Link paused"),
    .example = {.becomes = "paused"},
};

const struct verb referral_link_resume = {
    .noun = &referral_link_noun,
    .name = "resume",
    .label = N_("Resume"),
    .summary = N_("The address works again."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = paused,
    .undo = &referral_link_pause,
    .run = resume_run,
    .done = N_("Link works again"),
    .example = {.after = &referral_link_pause, .becomes = "active"},
};

const struct verb referral_link_end = {
    .noun = &referral_link_noun,
    .name = "end",
    .label = N_("End"),
    .summary = N_("From now on the address says that the link has ended."),
    .on = ON_ROW,
    .roles = ENDERS,
    .from = going,
    .undo = &referral_link_restore,
    .run = end_run,
    .done = N_("Link ended"),
    .example = {.becomes = "ended"},
};

const struct verb referral_link_restore = {
    .noun = &referral_link_noun,
    .name = "restore",
    .label = N_("Use it again"),
    .summary = N_("The link was ended; it is as it was before, active or paused."),
    .on = ON_ROW,
    .roles = ENDERS,
    .from = ended,
    .undo = &referral_link_end,
    .run = restore_run,
    .done = N_("End taken back"),
    .example = {.after = &referral_link_end, .becomes = "active"},
};
