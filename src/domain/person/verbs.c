/* People: inviting, changing, letting go. Who may give which role is decided here and nowhere else. */
#include "domain/dispute/dispute.h"
#include "domain/person/person.h"
#include "engine/match/match.h"
#include "runtime/mail.h"
#include "runtime/session.h"

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
        .required = true),
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

/* "?next=..." for a page of this site; nobody is led elsewhere. */
static const char *next_query(struct call *c, const char *next)
{
    struct buf b = buf_in(c->arena, 4096);
    if (!next || next[0] != '/' || next[1] == '/' || next[1] == '\\')
        return "";
    buf_adds(&b, "?next=");
    buf_add_url(&b, next);
    return buf_str(&b);
}

/* NEXT: where to go once signed in; NULL is an invitation, which begins at the start page. */
static enum status mail_link(
    struct call *c, int64_t person_id, const char *name, const char *email, enum lang lang, const char *next)
{
    bool invitation = next == NULL;
    const char *secret;
    TRY(magic_link_create(c->db, c->arena, person_id, c->now, &secret));
    const char *vendor = c->catalog ? c->catalog->vendor : "Tandem";
    const char *subject =
        invitation ? arena_printf(c->arena, tr(lang, "%s invites you to its partner programme"), vendor)
                   : arena_printf(c->arena, tr(lang, "Your link to sign in at %s"), vendor);
    const char *body = arena_printf(c->arena,
        tr(lang,
            "Hello %s,\n\nopen this link to sign in. It works once, within %d minutes:\n\n%s/sign-in/%s\n\n"
            "If you did not ask for it, do nothing.\n"),
        name, MAGIC_LINK_MINUTES, c->base_url ? c->base_url : "",
        arena_printf(c->arena, "%s%s", secret, next_query(c, next)));
    return mail_queue(c, email, subject, body);
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
    return mail_link(c, id, p.name, p.email, lang_parse(p.language), NULL);
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
        .required = true),
};

/* Whom one may not make, one may not change. */
static enum status check_person(struct call *c, const struct person *p)
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
    TRY(check_person(c, &p));
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
};

/* ---- letting go, and back ---- */

static enum status set_state(struct call *c, const char *state)
{
    struct person p;
    TRY(load(c, c->row_id, &p));
    if (c->row_id == c->viewer->person_id)
        return call_refuse(c, PROBLEM_state, TR(c, "Somebody else must do this for you."));
    TRY(check_person(c, &p));
    if (streq(p.role, "admin"))
        TRY(keep_an_admin(c, c->row_id));
    p.state = state;
    return noun_update(c, &person_noun, c->row_id, &p, FIELD_BIT(&person_noun, state), NULL);
}

static enum status deactivate_run(struct call *c)
{
    struct value args[1] = {v_int(c->row_id)};
    TRY(set_state(c, "inactive"));
    TRY(dispute_person_left(c, c->row_id));
    return db_exec(c->db, "delete from session where person_id = $1", args, 1);
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
};

/* ---- signing in ---- */

struct link_input {
    const char *email, *next;
};
static const struct field link_fields[] = {
    FIELD(struct link_input, email, .label = N_("Mail address"), .form = FORM_EMAIL, .required = true),
    FIELD(struct link_input, next, .label = N_("Page to open afterwards"), .max = 500),
};

#define LINKS_PER_HOUR 5

/* Whether somebody has this address is not told: the answer is the same. */
static enum status sign_in_link_run(struct call *c)
{
    const struct link_input *in = c->in;
    struct viewer v;
    struct rows rows;
    enum status s = person_viewer(c->db, c->arena, in->email, &v);
    if (s != OK)
        return s == REFUSED ? OK : s;
    struct value args[2] = {v_int(v.person_id), v_int(c->now.us - 3600 * US_PER_SECOND)};
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from magic_link where person_id = $1 and created > $2", args, 2));
    if (cell_int(&rows, 0, 0) >= LINKS_PER_HOUR)
        return OK;
    return mail_link(c, v.person_id, v.name, v.email, v.lang, in->next ? in->next : "");
}

#define ANYBODY (ROLE_BIT(ROLE_NONE) | ALL_ROLES)

const struct verb person_sign_in_link = {
    .noun = &person_noun,
    .name = "sign_in_link",
    .label = N_("Send me a link"),
    .summary = N_("Sends a link to sign in, if the address is known here."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct link_input, link_fields),
    .run = sign_in_link_run,
};

struct sign_in_input {
    const char *secret;
    bool trusted;
};
static const struct field sign_in_fields[] = {
    FIELD(struct sign_in_input, secret, .label = N_("Link"), .required = true),
    FIELD(struct sign_in_input, trusted, .label = N_("Keep me signed in on this device for 90 days")),
};

static enum status sign_in_run(struct call *c)
{
    const struct sign_in_input *in = c->in;
    int64_t id;
    enum status s = magic_link_use(c->db, c->arena, in->secret, c->now, &id);
    if (s == REFUSED)
        return call_refuse(
            c, PROBLEM_not_found, TR(c, "This link was used already or is too old. Ask for a new one."));
    TRY(s);
    struct value args[2] = {v_int(id), v_int(c->now.us)};
    struct person p;
    const struct viewer *viewer = c->viewer;
    c->viewer = &system_viewer;
    s = load(c, id, &p);
    if (s == OK) {
        p.state = "active";
        p.last_seen = c->now;
        s = noun_update(c, &person_noun, id, &p,
            FIELD_BIT(&person_noun, state) | FIELD_BIT(&person_noun, last_seen), "sign_in");
    }
    c->viewer = viewer;
    TRY(s);
    TRY(db_exec(c->db, "delete from session where person_id = $1 and expires < $2", args, 2));
    c->session_trusted = in->trusted;
    return session_create(c->db, c->arena, id, in->trusted, c->now, &c->session_secret);
}

const struct verb person_sign_in = {
    .noun = &person_noun,
    .name = "sign_in",
    .label = N_("Sign in"),
    .summary = N_("Uses a sign-in link up and opens a session."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct sign_in_input, sign_in_fields),
    .run = sign_in_run,
};

static enum status sign_out_run(struct call *c)
{
    c->session_clear = true;
    return c->session ? session_end(c->db, c->arena, c->session) : OK;
}

const struct verb person_sign_out = {
    .noun = &person_noun,
    .name = "sign_out",
    .label = N_("Sign out"),
    .summary = N_("Ends this session."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    .run = sign_out_run,
};
