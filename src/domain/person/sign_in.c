/* The end of every way in, how often it may be tried, a password and a second factor, and the way out. */
#include "domain/person/sign_in.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/throttle.h"
#include "domain/programme/programme.h"
#include "engine/sign_in/password.h"
#include "engine/sign_in/strength.h"
#include "runtime/mail.h"

/* ---- how often ---- */

static enum status too_many(struct call *c, int wait_s)
{
    return call_wait(c, wait_s,
        arena_printf(
            c->arena, TR(c, "Too many tries. Wait %d minutes, or sign in another way."), (wait_s + 59) / 60));
}

enum status sign_in_try(struct call *c, const struct sign_in_limit *l, const char *who)
{
    const char *address = throttle_address(c->arena, c->peer);
    const char *by_address = arena_printf(c->arena, "%s from", l->name);
    int wait_s =
        address ? throttle_take(c->throttle, by_address, address, l->tries_of_address, l->window_s, c->now)
                : 0;
    if (!wait_s && who)
        wait_s = throttle_take(c->throttle, l->name, who, l->tries, l->window_s, c->now);
    return wait_s ? too_many(c, wait_s) : OK;
}

void sign_in_was_right(struct call *c, const struct sign_in_limit *l, const char *who)
{
    const char *address = throttle_address(c->arena, c->peer);
    if (address)
        throttle_give(c->throttle, arena_printf(c->arena, "%s from", l->name), address);
    throttle_give(c->throttle, l->name, who);
}

/* ---- the end of every way in ---- */

enum status sign_in_ways(struct call *c, int64_t person_id, struct sign_in_ways *out)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select count(*) from password where person_id = $1), "
        "(select count(*) from totp where person_id = $1 and confirmed is not null), "
        "(select count(*) from passkey where person_id = $1 and state = 'active'), "
        "(select count(*) from recovery_code where person_id = $1 and used is null)",
        args, 1));
    *out = (struct sign_in_ways){
        cell_int(&rows, 0, 0) > 0, cell_int(&rows, 0, 1) > 0, cell_int(&rows, 0, 2), cell_int(&rows, 0, 3)};
    return OK;
}

enum status second_factor_required(struct call *c, enum role role, bool *yes)
{
    const struct programme *p;
    TRY(programme_active(c, &p));
    *yes = (p->roles.second_factor & ROLE_BIT(role)) != 0;
    return OK;
}

enum status second_factor_missing(struct call *c, bool *yes)
{
    struct sign_in_ways ways;
    TRY(second_factor_required(c, c->viewer->role, yes));
    if (!*yes)
        return OK;
    TRY(sign_in_ways(c, c->viewer->person_id, &ways));
    *yes = !ways.codes && !ways.passkeys;
    return OK;
}

static const char *code_page(struct call *c, const char *next)
{
    struct buf b = buf_in(c->arena, 4096);
    buf_adds(&b, "/sign-in/code?next=");
    buf_add_url(&b, local_path(next) ? next : "/");
    return buf_str(&b);
}

/* That the person was here, as an event. */
static enum status write_down(struct call *c, int64_t person_id)
{
    const struct viewer *viewer = c->viewer;
    struct person p;
    c->viewer = &system_viewer;
    enum status s = noun_load(c, &person_noun, person_id, &p);
    p.state = "active";
    p.last_seen = c->now;
    if (s == OK)
        s = noun_update(c, &person_noun, person_id, &p,
            FIELD_BIT(&person_noun, state) | FIELD_BIT(&person_noun, last_seen), "sign_in");
    c->viewer = viewer;
    return s;
}

enum status sign_in_open(struct call *c, const struct sign_in_done *done)
{
    struct sign_in_ways ways;
    struct session_start start = {
        .person_id = done->person_id, .method = done->method, .agent = c->agent, .trusted = done->trusted};
    TRY(sign_in_ways(c, done->person_id, &ways));
    start.waiting = !done->whole && (ways.codes || ways.passkeys);
    if (!start.waiting)
        TRY(write_down(c, done->person_id));
    struct value args[1] = {v_int(c->now.us)};
    TRY(db_exec(c->db, "delete from session where expires < $1", args, 1));
    if (c->session)
        TRY(session_end(c->db, c->arena, c->session)); /* whoever put it into the browser */
    c->session_trusted = done->trusted && !start.waiting;
    if (start.waiting)
        c->leads_to = code_page(c, done->next);
    else if (done->next)
        c->leads_to = local_path(done->next) ? done->next : "/";
    return session_create(c->db, c->arena, &start, c->now, &c->session_secret);
}

/* ---- a password ---- */

struct password_input {
    const char *email, *password;
    bool trusted;
    const char *next;
};
static const struct field password_fields[] = {
    FIELD(struct password_input, email, .label = N_("Mail address"), .form = FORM_EMAIL, .required = true),
    FIELD(struct password_input, password, .label = N_("Password"), .max = PASSWORD_MAX, .required = true),
    FIELD(struct password_input, trusted, .label = N_("Keep me signed in on this device for 90 days")),
    FIELD(struct password_input, next, .label = N_("Page to open afterwards"), .max = 500),
};

/* Whose password it would be: nobody's where the address is unknown or has none. */
struct password_plan {
    int64_t person_id;
    const char *hash;
};

static const struct sign_in_limit guessing = {
    .name = "password", .tries = 10, .tries_of_address = 50, .window_s = 900};

static enum status find_hash(struct call *c, struct password_plan *out)
{
    const struct password_input *in = c->in;
    struct value args[1] = {v_text(in->email)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select p.id, w.hash from person p join password w on w.person_id = p.id "
        "where p.email = $1 and p.state in ('active', 'invited')",
        args, 1));
    if (rows.n)
        *out = (struct password_plan){cell_int(&rows, 0, 0), cell_text(&rows, 0, 1)};
    return OK;
}

static enum status password_prepare(struct call *c)
{
    const struct password_input *in = c->in;
    struct password_plan *plan = ARENA_NEW(c->arena, struct password_plan);
    TRY(sign_in_try(c, &guessing, in->email));
    c->plan = plan;
    return find_hash(c, plan);
}

static enum status wrong_password(struct call *c)
{
    return call_refuse(c, PROBLEM_invalid, TR(c, "Address and password do not belong together."));
}

static enum status password_compute(struct call *c)
{
    const struct password_input *in = c->in;
    const struct password_plan *plan = c->plan;
    if (!password_matches(plan->hash, in->password))
        return wrong_password(c);
    sign_in_was_right(c, &guessing, in->email);
    return OK;
}

/* The password that was right must still be the one. */
static enum status password_run(struct call *c)
{
    const struct password_input *in = c->in;
    const struct password_plan *plan = c->plan;
    struct password_plan now = {0};
    TRY(find_hash(c, &now));
    if (!now.hash || now.person_id != plan->person_id || !streq(now.hash, plan->hash))
        return wrong_password(c);
    return sign_in_open(c, &(struct sign_in_done){.person_id = now.person_id,
                               .method = "password",
                               .next = in->next ? in->next : "/",
                               .trusted = in->trusted});
}

const struct verb person_sign_in_password = {
    .noun = &person_noun,
    .name = "sign_in_password",
    .label = N_("Sign in"),
    .summary = N_("Opens a session by a password."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct password_input, password_fields),
    .prepare = password_prepare,
    .compute = password_compute,
    .run = password_run,
};

/* ---- the second factor ---- */

struct code_input {
    const char *code, *next;
};
static const struct field code_fields[] = {
    FIELD(struct code_input, code, .label = N_("Code"), .max = 40, .required = true),
    FIELD(struct code_input, next, .label = N_("Page to open afterwards"), .max = 500),
};

static const struct sign_in_limit guessing_codes = {
    .name = "code", .tries = 5, .tries_of_address = 30, .window_s = 1800};

static enum status who_waits(struct call *c, struct session_waiting *out)
{
    enum status s = session_waiting(c->db, c->arena, c->session, c->now, out);
    return s == REFUSED ? call_refuse(c, PROBLEM_state, TR(c, "This took too long. Sign in from the start."))
                        : s;
}

static const char *person_name(struct call *c, int64_t person_id)
{
    return arena_printf(c->arena, "%lld", (long long)person_id);
}

static enum status code_prepare(struct call *c)
{
    struct session_waiting w;
    TRY(who_waits(c, &w));
    return sign_in_try(c, &guessing_codes, person_name(c, w.person_id));
}

static enum status code_run(struct call *c)
{
    const struct code_input *in = c->in;
    struct session_waiting w;
    TRY(who_waits(c, &w));
    enum status s = second_factor_use(c, w.person_id, in->code);
    if (s == REFUSED)
        return call_field(c, "code", TR(c, "is not right, or was used already"));
    TRY(s);
    sign_in_was_right(c, &guessing_codes, person_name(c, w.person_id));
    return sign_in_open(c, &(struct sign_in_done){.person_id = w.person_id,
                               .method = streq(w.method, "password") ? "password_code" : "link_code",
                               .next = in->next ? in->next : "/",
                               .trusted = w.trusted,
                               .whole = true});
}

const struct verb person_sign_in_code = {
    .noun = &person_noun,
    .name = "sign_in_code",
    .label = N_("Sign in"),
    .summary = N_("Completes a sign-in by the second factor."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct code_input, code_fields),
    .prepare = code_prepare,
    .run = code_run,
};

/* ---- out ---- */

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
