/* People: inviting, changing, letting go. Who may give which role is decided here and nowhere else. */
#include "domain/dispute/dispute.h"
#include "domain/person/person.h"
#include "domain/person/sign_in.h"
#include "engine/match/match.h"
#include "runtime/session.h"

/* Those that person_check_role() takes from the viewer. */
static bool offers_role(const struct call *c, const char *key)
{
    enum role by = c->viewer->role, role = role_parse(key);
    if (role_audience(by) == PARTNER || by == ROLE_PARTNER_MANAGER)
        return role_audience(role) == PARTNER;
    return role != ROLE_ADMIN || by == ROLE_ADMIN;
}

struct invite_input {
    const char *name, *email, *role;
    struct ref partner_id;
    const char *phone, *language;
};

static const struct option languages[] = {{"en", "English"}, {"de", "Deutsch"}, {0}};

static const struct field invite_fields[] = {
    FIELD(struct invite_input, name, .label = N_("Name"), .required = true),
    FIELD(struct invite_input, email, .label = N_("Mail address"), .form = FORM_EMAIL, .required = true,
        .hint = N_("A partner's administrator invites addresses at the partner's web domain.")),
    FIELD(struct invite_input, role, .label = N_("Role"), .form = FORM_CHOICE, .options = role_options,
        .offers = offers_role, .required = true),
    FIELD(struct invite_input, partner_id, .label = N_("Partner"), .ref = "partner",
        .hint = N_("For a partner's person; your own company when left empty.")),
    FIELD(struct invite_input, phone, .label = N_("Phone"), .max = 40),
    FIELD(struct invite_input, language, .label = N_("Language"), .form = FORM_CHOICE, .options = languages),
};

/* A partner's person has a partner's role and a partner; the vendor's has neither. Admins are made by admins.
 */
enum status person_check_role(struct call *c, enum role role, int64_t partner_id)
{
    bool partner_side = role_audience(role) == PARTNER;
    if (c->viewer->role == ROLE_PARTNER_ADMIN && (!partner_side || partner_id != c->viewer->partner_id))
        return call_field(c, "role", TR(c, "you can give roles of your own company only"));
    if (partner_side && !partner_id)
        return call_field(c, "partner_id", TR(c, "is needed for a partner's role"));
    if (!partner_side && partner_id)
        return call_field(c, "partner_id", TR(c, "belongs to partner roles only"));
    bool may_make_admins = c->viewer->role == ROLE_ADMIN || c->viewer->role == ROLE_SYSTEM;
    if (role == ROLE_ADMIN && !may_make_admins)
        return call_field(c, "role", TR(c, "only an administrator makes another"));
    if (c->viewer->role == ROLE_PARTNER_MANAGER && !partner_side)
        return call_field(c, "role", TR(c, "you can invite partners' people"));
    return OK;
}

/*
 * Whether an address is known at the vendor or at a rival is not told to a partner: anything but the
 * partner's own domain is refused in the same words, before anybody is looked for.
 */
static enum status check_own_domain(struct call *c, const char *email)
{
    struct value args[1] = {v_int(c->viewer->partner_id)};
    struct rows rows;
    if (c->viewer->role != ROLE_PARTNER_ADMIN)
        return OK;
    TRY(db_query(c->db, c->arena, &rows, "select domain from partner where id = $1", args, 1));
    const char *own = rows.n ? cell_text(&rows, 0, 0) : NULL;
    const char *vendor = c->catalog->vendor, *domain = match_domain(c->arena, email);
    if (!own || match_domain_is_shared(own))
        return call_field(c, "email",
            arena_printf(c->arena,
                TR(c, "cannot be invited: your company has no mail domain of its own here; ask %s"), vendor));
    return domain && streq(domain, own)
               ? OK
               : call_field(c, "email",
                     arena_printf(c->arena, TR(c, "enter an address at %s; ask %s to invite anybody else"),
                         own, vendor));
}

static enum status check_address(struct call *c, const char *email)
{
    struct value args[1] = {v_text(email)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select id from person where email = $1", args, 1));
    return rows.n ? call_field(c, "email", TR(c, "cannot be invited: the address is in use")) : OK;
}

static enum status invite_run(struct call *c)
{
    const struct invite_input *in = c->in;
    bool own_company = c->viewer->partner_id && !in->partner_id.id;
    struct person p = {.name = in->name,
        .email = in->email,
        .role = in->role,
        .partner_id = {own_company ? c->viewer->partner_id : in->partner_id.id},
        .phone = in->phone,
        .language = in->language ? in->language : lang_code(call_lang(c)),
        .state = "invited"};
    int64_t id = 0;
    TRY(person_check_role(c, role_parse(in->role), p.partner_id.id));
    TRY(check_own_domain(c, in->email));
    TRY(check_address(c, in->email));
    TRY(noun_insert(c, &person_noun, &p, &id));
    return sign_in_mail_link(c, id, p.name, p.email, lang_parse(p.language), NULL);
}

#define INVITERS (ADMIN | OPERATIONS | PARTNER_MANAGER | PARTNER_ADMIN)

const struct verb person_invite = {
    .noun = &person_noun,
    .name = "invite",
    .label = N_("Invite"),
    .done = N_("Invited"),
    .summary = N_("Invite somebody: they get a link to sign in by mail."),
    .on = ON_COLLECTION,
    .roles = INVITERS,
    .creates = true,
    .primary = true,
    INPUT(struct invite_input, invite_fields),
    .run = invite_run,
    .example = {.fields = "name,email,role,language"},
};

/* ---- changing ---- */

static enum status load(struct call *c, int64_t id, struct person *p)
{
    return noun_load(c, &person_noun, id, p);
}

/* The programme must keep somebody who can do everything; two of the last two who go at once are one too
 * many. */
static enum status keep_an_admin(struct call *c, int64_t but)
{
    const char *const line[] = {"administrators"};
    struct value args[1] = {v_int(but)};
    struct rows rows;
    TRY(db_lock_names(c->db, line, 1));
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from person where role = 'admin' and state <> 'inactive' and id <> $1", args, 1));
    return cell_int(&rows, 0, 0) ? OK
                                 : call_refuse(c, PROBLEM_state, TR(c, "This is the last administrator."));
}

struct change_input {
    const char *name, *phone, *role;
};
static const struct field change_fields[] = {
    FIELD(struct change_input, name, .label = N_("Name"), .required = true),
    FIELD(struct change_input, phone, .label = N_("Phone"), .max = 40),
    FIELD(struct change_input, role, .label = N_("Role"), .form = FORM_CHOICE, .options = role_options,
        .offers = offers_role, .required = true),
};

/* Whom one may not make, one may not change. */
enum status person_check_change(struct call *c, const struct person *p)
{
    enum status s = person_check_role(c, role_parse(p->role), p->partner_id.id);
    if (s != REFUSED)
        return s;
    c->problem = NULL;
    return call_refuse(c, PROBLEM_forbidden, TR(c, "Your role may not change this person."));
}

static enum status update_run(struct call *c)
{
    const struct change_input *in = c->in;
    struct person p;
    uint64_t mask = 0;
    TRY(load(c, c->row_id, &p));
    TRY(person_check_change(c, &p));
    if (c->given & 1)
        p.name = in->name, mask |= FIELD_BIT(&person_noun, name);
    if (c->given & 2)
        p.phone = in->phone, mask |= FIELD_BIT(&person_noun, phone);
    if ((c->given & 4) && !streq(p.role, in->role)) {
        TRY(person_check_role(c, role_parse(in->role), p.partner_id.id));
        if (streq(p.role, "admin"))
            TRY(keep_an_admin(c, c->row_id));
        p.role = in->role;
        mask |= FIELD_BIT(&person_noun, role);
        TRY(session_end_all(c->db, c->row_id, 0)); /* who may do something else signs in anew */
    }
    return noun_update(c, &person_noun, c->row_id, &p, mask, NULL);
}

const struct verb person_update = {
    .noun = &person_noun,
    .name = "update",
    .label = N_("Edit"),
    .done = N_("Changed"),
    .summary = N_("Change somebody's name, phone or role."),
    .on = ON_ROW,
    .roles = INVITERS,
    .partial = true,
    INPUT(struct change_input, change_fields),
    .run = update_run,
    .example = {.fields = "phone"},
};

struct me_input {
    const char *name, *phone, *language, *zone, *checkpoint_mail;
};
static const struct field me_fields[] = {
    FIELD(struct me_input, name, .label = N_("Name"), .required = true),
    FIELD(struct me_input, phone, .label = N_("Phone"), .max = 40),
    FIELD(struct me_input, language, .label = N_("Language"), .form = FORM_CHOICE, .options = languages,
        .required = true),
    FIELD(struct me_input, zone, .label = N_("Time zone"), .form = FORM_ZONE,
        .hint = N_("Such as Europe/Berlin; the programme's when left empty.")),
    FIELD(struct me_input, checkpoint_mail, .label = N_("Checkpoint of the public log by mail"),
        .form = FORM_CHOICE, .options = checkpoint_mail_options, .required = true,
        .hint = N_("With it you can prove later that nothing was changed in the log.")),
};

static enum status update_me_run(struct call *c)
{
    const struct me_input *in = c->in;
    struct person p;
    uint64_t mask = 0;
    TRY(load(c, c->viewer->person_id, &p));
    if (c->given & 1)
        p.name = in->name, mask |= FIELD_BIT(&person_noun, name);
    if (c->given & 2)
        p.phone = in->phone, mask |= FIELD_BIT(&person_noun, phone);
    if (c->given & 4)
        p.language = in->language, mask |= FIELD_BIT(&person_noun, language);
    if (c->given & 8)
        p.zone = in->zone, mask |= FIELD_BIT(&person_noun, zone);
    if (c->given & 16)
        p.checkpoint_mail = in->checkpoint_mail, mask |= FIELD_BIT(&person_noun, checkpoint_mail);
    return noun_update(c, &person_noun, c->viewer->person_id, &p, mask, NULL);
}

const struct verb person_update_me = {
    .noun = &person_noun,
    .name = "update_me",
    .label = N_("My settings"),
    .done = N_("Saved"),
    .summary = N_("Change your own name, phone, language, time zone and mail."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .partial = true,
    INPUT(struct me_input, me_fields),
    .run = update_me_run,
    .example = {.fields = "phone,language"},
};

/* ---- letting go, and back ---- */

static enum status set_state(struct call *c, const char *state)
{
    struct person p;
    TRY(load(c, c->row_id, &p));
    if (c->row_id == c->viewer->person_id)
        return call_refuse(c, PROBLEM_state, TR(c, "Somebody else must do this for you."));
    TRY(person_check_change(c, &p));
    if (streq(p.role, "admin"))
        TRY(keep_an_admin(c, c->row_id));
    p.state = state;
    return noun_update(c, &person_noun, c->row_id, &p, FIELD_BIT(&person_noun, state), NULL);
}

static enum status deactivate_run(struct call *c)
{
    TRY(set_state(c, "inactive"));
    TRY(dispute_person_left(c, c->row_id));
    return session_end_all(c->db, c->row_id, 0);
}

static enum status activate_run(struct call *c)
{
    return set_state(c, "active");
}

static const char *const entering[] = {"invited", "active", NULL};
static const char *const gone[] = {"inactive", NULL};

const struct verb person_deactivate = {
    .noun = &person_noun,
    .name = "deactivate",
    .label = N_("Deactivate"),
    .done = N_("Deactivated"),
    .summary = N_("Ends somebody's access at once; what they did stays."),
    .on = ON_ROW,
    .roles = INVITERS,
    .from = entering,
    .undo = &person_activate,
    .bulk = true,
    .run = deactivate_run,
    .example = {.becomes = "inactive"},
};

const struct verb person_activate = {
    .noun = &person_noun,
    .name = "activate",
    .label = N_("Activate"),
    .done = N_("Activated"),
    .summary = N_("Lets somebody in again."),
    .on = ON_ROW,
    .roles = INVITERS,
    .from = gone,
    .undo = &person_deactivate,
    .bulk = true,
    .run = activate_run,
    .example = {.after = &person_deactivate, .becomes = "active"},
};
