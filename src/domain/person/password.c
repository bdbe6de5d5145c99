/* One's own password: proving by it who one is, setting and removing it. */
#include "engine/sign_in/password.h"
#include "base/text.h"
#include "domain/person/sign_in.h"
#include "engine/sign_in/strength.h"
#include "runtime/mail.h"

/* ---- proven lately ---- */

bool sign_in_is_fresh(const struct call *c)
{
    return c->viewer->session_id &&
           c->now.us - c->viewer->session_proved.us < FRESH_MINUTES * 60 * US_PER_SECOND;
}

enum status sign_in_check_fresh(struct call *c)
{
    return sign_in_is_fresh(c)
               ? OK
               : call_refuse(c, PROBLEM_forbidden,
                     TR(c, "Confirm first that it is you: that was more than 15 minutes ago."));
}

static enum status own_hash(struct call *c, const char **hash)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select hash from password where person_id = $1", args, 1));
    *hash = rows.n ? cell_text(&rows, 0, 0) : NULL;
    return OK;
}

struct prove_input {
    const char *password;
};
static const struct field prove_fields[] = {
    FIELD(struct prove_input, password, .label = N_("Your password"), .max = PASSWORD_MAX, .required = true),
};

static const struct sign_in_limit proving = {
    .name = "prove", .tries = 10, .tries_of_address = 50, .window_s = 900};

static const char *own_name(struct call *c)
{
    return arena_printf(c->arena, "%lld", (long long)c->viewer->person_id);
}

static enum status prove_prepare(struct call *c)
{
    const char *hash;
    TRY(sign_in_try(c, &proving, own_name(c)));
    TRY(own_hash(c, &hash));
    c->plan = (void *)(uintptr_t)hash;
    return OK;
}

static enum status prove_compute(struct call *c)
{
    const struct prove_input *in = c->in;
    if (!password_matches(c->plan, in->password))
        return call_field(c, "password", TR(c, "is not right"));
    sign_in_was_right(c, &proving, own_name(c));
    return OK;
}

static enum status prove_run(struct call *c)
{
    struct value args[2] = {v_int(c->viewer->session_id), v_int(c->now.us)};
    const char *hash;
    TRY(own_hash(c, &hash));
    if (!streq(hash, c->plan))
        return call_field(c, "password", TR(c, "is not right"));
    return db_exec(c->db, "update session set proved = $2 where id = $1", args, 2);
}

const struct verb person_prove = {
    .noun = &person_noun,
    .name = "prove",
    .label = N_("Confirm"),
    .done = N_("Confirmed"),
    .summary = N_("Proves by your password that it is you who sits there."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    INPUT(struct prove_input, prove_fields),
    .prepare = prove_prepare,
    .compute = prove_compute,
    .run = prove_run,
};

/* ---- setting it ---- */

struct set_input {
    const char *new_password;
};
static const struct field set_fields[] = {
    FIELD(struct set_input, new_password, .label = N_("New password"), .max = PASSWORD_MAX, .required = true,
        .hint = N_("At least 12 characters; several words are good. It must not be easy to guess from your "
                   "name, address or company.")),
};

static enum status check_strength(struct call *c, const char *password)
{
    const struct viewer *v = c->viewer;
    const char *vendor = c->catalog ? c->catalog->vendor : NULL;
    const char *const own[] = {v->name, v->email, v->partner_name, vendor};
    if (utf8_length(password) < PASSWORD_MIN)
        return call_field(c, "new_password", TR(c, "needs at least 12 characters"));
    if (password_guesses(c->arena, password, own, COUNT(own)) < PASSWORD_GUESSES)
        return call_field(
            c, "new_password", TR(c, "is easy to guess; add a word or two that nobody expects"));
    return OK;
}

static enum status set_prepare(struct call *c)
{
    const struct set_input *in = c->in;
    TRY(sign_in_check_fresh(c));
    return check_strength(c, in->new_password);
}

static enum status set_compute(struct call *c)
{
    const struct set_input *in = c->in;
    c->plan = (void *)(uintptr_t)password_hash(c->arena, in->new_password);
    return OK;
}

static enum status set_run(struct call *c)
{
    int64_t me = c->viewer->person_id;
    struct value args[3] = {v_int(me), v_text(c->plan), v_int(c->now.us)};
    TRY(db_exec(c->db,
        "insert into password (person_id, hash, changed) values ($1, $2, $3) "
        "on conflict (person_id) do update set hash = $2, changed = $3",
        args, 3));
    TRY(session_end_all(c->db, me, c->viewer->session_id)); /* whoever else was in by the old one */
    call_event(c, &person_noun, me, "set_password", "{}");
    return sign_in_tell(c, me, N_("Your password was set."));
}

const struct verb person_set_password = {
    .noun = &person_noun,
    .name = "set_password",
    .label = N_("Set password"),
    .done = N_("Password set; your other sessions ended"),
    .summary = N_("Sets your password and ends your other sessions."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    INPUT(struct set_input, set_fields),
    .prepare = set_prepare,
    .compute = set_compute,
    .run = set_run,
};

static enum status remove_run(struct call *c)
{
    int64_t me = c->viewer->person_id;
    struct value args[1] = {v_int(me)};
    TRY(sign_in_check_fresh(c));
    TRY(db_exec(c->db, "delete from password where person_id = $1", args, 1));
    TRY(session_end_all(c->db, me, c->viewer->session_id));
    call_event(c, &person_noun, me, "remove_password", "{}");
    return sign_in_tell(c, me, N_("Your password was removed."));
}

const struct verb person_remove_password = {
    .noun = &person_noun,
    .name = "remove_password",
    .label = N_("Remove password"),
    .done = N_("Password removed"),
    .summary = N_("From then on you sign in by a link or a passkey."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    .run = remove_run,
};

/* ---- telling ---- */

enum status sign_in_tell(struct call *c, int64_t person_id, const char *what)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select name, email, language from person where id = $1", args, 1));
    if (!rows.n)
        return OK;
    enum lang lang = lang_parse(cell_text(&rows, 0, 2));
    const char *body = arena_printf(c->arena,
        tr(lang, "Hello %s,\n\n%s\n\nIf that was not you, sign in by a link, set a new password and sign out "
                 "everywhere:\n\n%s/me/sign-in\n"),
        cell_text(&rows, 0, 0), tr(lang, what), c->base_url ? c->base_url : "");
    return mail_queue(c, cell_text(&rows, 0, 1), tr(lang, what), body);
}
