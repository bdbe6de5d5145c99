/* Sessions as their person sees them: where one is signed in, and the end of it. */
#include "domain/person/sign_in.h"

static const struct option methods[] = {{"link", N_("Link")}, {"password", N_("Password")},
    {"passkey", N_("Passkey")}, {"link_code", N_("Link and code")},
    {"password_code", N_("Password and code")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct session, device, .label = N_("Device"), .see = BOTH, .list_column = true,
        .example = "Firefox on Linux"),
    FIELD(struct session, method, .label = N_("Signed in by"), .form = FORM_CHOICE, .options = methods,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct session, last_seen, .label = N_("Last used"), .see = BOTH, .list_column = true),
    FIELD(struct session, expires, .label = N_("Expires"), .see = BOTH, .list_column = true),
};

/* Its secret's hash and its person are no fields: the one is nobody's to read, the other is who reads. */
const struct noun session_noun = {
    .name = "session",
    .plural = "sessions",
    .prefix = "ses",
    .label = N_("Session"),
    .labels = N_("Sessions"),
    .icon = "lock",
    .summary = N_("A browser in which you are signed in."),
    .size = sizeof(struct session),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "device",
    .vendor_scope = "({t}.person_id = {person} and {t}.waiting = 0)",
    .partner_scope = "({t}.person_id = {person} and {t}.waiting = 0)",
    .read = ALL_ROLES,
    .order = "-created",
};

static enum status end_run(struct call *c)
{
    struct value args[1] = {v_int(c->row_id)};
    c->session_clear = c->row_id == c->viewer->session_id;
    return db_exec(c->db, "delete from session where id = $1", args, 1);
}

const struct verb session_end_one = {
    .noun = &session_noun,
    .name = "end",
    .label = N_("Sign out"),
    .done = N_("Signed out there"),
    .summary = N_("Signs that browser out."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .run = end_run,
    .example = {.answer = "{\"ok\":true,\"id\":\"ses_0002T7WE2Q7A7\"}"},
};

static enum status end_everywhere_run(struct call *c)
{
    c->session_clear = true;
    call_event(c, &person_noun, c->viewer->person_id, "sign_out_everywhere", "{}");
    return session_end_all(c->db, c->viewer->person_id, 0);
}

const struct verb session_end_everywhere = {
    .noun = &session_noun,
    .name = "end_everywhere",
    .label = N_("Sign out everywhere"),
    .done = N_("Signed out everywhere"),
    .summary = N_("Ends all your sessions, this one, too. API tokens go on."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .run = end_everywhere_run,
    .example = {.answer = "{\"ok\":true}"},
};

static enum status see_run(struct call *c)
{
    struct value args[2] = {v_int(c->row_id), v_int(c->now.us)};
    return db_exec(c->db, "update session set last_seen = $2 where id = $1 and last_seen < $2", args, 2);
}

const struct verb session_see = {
    .noun = &session_noun,
    .name = "see",
    .label = N_("Note its use"),
    .summary = N_("Writes down that the session is in use, every five minutes at most."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .run = see_run,
};
