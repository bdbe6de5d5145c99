/* Codes of an authenticator app, recovery codes, and their end. */
#include "base/id.h"
#include "domain/person/sign_in.h"
#include "engine/sign_in/totp.h"

/* ---- recovery codes: ten, of 80 bits, each of use once ---- */

#define RECOVERY_CODES 10
#define RECOVERY_BYTES 10

/* The code as it is hashed: base 32, without what people put between. */
static struct value recovery_hash(struct arena *a, const char *text)
{
    char bare[24];
    size_t n = 0;
    for (; *text && n + 1 < sizeof bare; text++)
        if (*text != '-' && *text != ' ')
            bare[n++] = (char)(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
    bare[n] = 0;
    return secret_hash(a, arena_printf(a, "recovery\n%s", bare));
}

static enum status add_code(struct call *c, struct buf *text)
{
    unsigned char random[RECOVERY_BYTES];
    random_bytes(random, sizeof random);
    const char *code = base32_text(c->arena, random, sizeof random);
    struct value args[2] = {recovery_hash(c->arena, code), v_int(c->viewer->person_id)};
    buf_addf(text, "%.4s-%.4s-%.4s-%.4s\n", code, code + 4, code + 8, code + 12);
    return db_exec(c->db, "insert into recovery_code (hash, person_id) values ($1, $2)", args, 2);
}

enum status recovery_codes_make(struct call *c, const char **codes)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct buf text = buf_in(c->arena, 1024);
    TRY(db_exec(c->db, "delete from recovery_code where person_id = $1", args, 1));
    for (int i = 0; i < RECOVERY_CODES; i++)
        TRY(add_code(c, &text));
    *codes = buf_str(&text);
    return OK;
}

static enum status recovery_use(struct call *c, int64_t person_id, const char *text)
{
    struct value args[3] = {recovery_hash(c->arena, text), v_int(person_id), v_int(c->now.us)};
    int64_t touched;
    TRY(db_exec_count(c->db, &touched,
        "update recovery_code set used = $3 where hash = $1 and person_id = $2 and used is null", args, 3));
    if (touched != 1)
        return REFUSED;
    call_event(c, &person_noun, person_id, "use_recovery_code", "{}");
    return sign_in_tell(c, person_id, N_("A recovery code was used to sign in as you."));
}

/* ---- codes of an app ---- */

/* The newest step that was used stays with the secret: a code that was seen over a shoulder works no more. */
static enum status totp_use(struct call *c, int64_t person_id, const char *text, bool pending)
{
    struct value args[3] = {v_int(person_id)};
    struct rows rows;
    int64_t touched;
    TRY(db_query(c->db, c->arena, &rows,
        pending ? "select secret, step from totp where person_id = $1 and confirmed is null"
                : "select secret, step from totp where person_id = $1 and confirmed is not null",
        args, 1));
    if (!rows.n)
        return REFUSED;
    const struct value *secret = cell(&rows, 0, 0);
    int64_t step = totp_match(secret->b, secret->len, text, c->now, cell_int(&rows, 0, 1));
    if (step < 0)
        return REFUSED;
    args[1] = v_int(step);
    TRY(db_exec_count(
        c->db, &touched, "update totp set step = $2 where person_id = $1 and step < $2", args, 2));
    return touched == 1 ? OK : REFUSED;
}

enum status second_factor_use(struct call *c, int64_t person_id, const char *text)
{
    enum status s = totp_use(c, person_id, text, false);
    return s == REFUSED ? recovery_use(c, person_id, text) : s;
}

enum status codes_pending(struct call *c, const unsigned char **secret)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select secret from totp where person_id = $1 and confirmed is null",
        args, 1));
    *secret = rows.n && cell(&rows, 0, 0)->len == TOTP_SECRET ? cell(&rows, 0, 0)->b : NULL;
    return OK;
}

static enum status begin_run(struct call *c)
{
    unsigned char *secret = arena_alloc(c->arena, TOTP_SECRET);
    struct value args[2] = {v_int(c->viewer->person_id), v_blob(secret, TOTP_SECRET)};
    int64_t touched;
    random_bytes(secret, TOTP_SECRET);
    TRY(sign_in_check_fresh(c));
    TRY(db_exec_count(c->db, &touched,
        "insert into totp (person_id, secret, step) values ($1, $2, 0) "
        "on conflict (person_id) do update set secret = $2, step = 0 where totp.confirmed is null",
        args, 2));
    return touched == 1 ? OK
                        : call_refuse(c, PROBLEM_state,
                              TR(c, "Codes are on already; stop them before you set them up anew."));
}

const struct verb person_begin_codes = {
    .noun = &person_noun,
    .name = "begin_codes",
    .label = N_("Set up an app"),
    .summary = N_("Shows the secret from which an authenticator app makes codes."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    .run = begin_run,
};

struct confirm_input {
    const char *code;
};
static const struct field confirm_fields[] = {
    FIELD(struct confirm_input, code, .label = N_("Code that the app shows"), .max = 20, .required = true),
};

static enum status confirm_run(struct call *c)
{
    const struct confirm_input *in = c->in;
    int64_t me = c->viewer->person_id;
    struct value args[2] = {v_int(me), v_int(c->now.us)};
    const char *codes;
    TRY(sign_in_check_fresh(c));
    enum status s = totp_use(c, me, in->code, true);
    if (s == REFUSED)
        return call_field(
            c, "code", TR(c, "is not the app's present code; is the clock of the device right?"));
    TRY(s);
    TRY(db_exec(c->db, "update totp set confirmed = $2 where person_id = $1", args, 2));
    TRY(recovery_codes_make(c, &codes));
    call_event(c, &person_noun, me, "confirm_codes", "{}");
    c->result = (void *)(uintptr_t)codes;
    return sign_in_tell(c, me, N_("Codes of an app are asked for when you sign in."));
}

const struct verb person_confirm_codes = {
    .noun = &person_noun,
    .name = "confirm_codes",
    .label = N_("Turn codes on"),
    .summary = N_("From then on a code is asked for when you sign in."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    INPUT(struct confirm_input, confirm_fields),
    .run = confirm_run,
};

static enum status stop_run(struct call *c)
{
    int64_t me = c->viewer->person_id;
    struct value args[1] = {v_int(me)};
    TRY(sign_in_check_fresh(c));
    TRY(db_exec(c->db, "delete from totp where person_id = $1", args, 1));
    call_event(c, &person_noun, me, "stop_codes", "{}");
    return sign_in_tell(c, me, N_("Codes of an app are no longer asked for when you sign in."));
}

const struct verb person_stop_codes = {
    .noun = &person_noun,
    .name = "stop_codes",
    .label = N_("Stop codes"),
    .done = N_("Codes stopped"),
    .summary = N_("No code is asked for any more."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    .run = stop_run,
};

static enum status recovery_run(struct call *c)
{
    const char *codes;
    TRY(sign_in_check_fresh(c));
    TRY(recovery_codes_make(c, &codes));
    call_event(c, &person_noun, c->viewer->person_id, "recovery_codes", "{}");
    c->result = (void *)(uintptr_t)codes;
    return sign_in_tell(c, c->viewer->person_id, N_("Your recovery codes were replaced."));
}

const struct verb person_recovery_codes = {
    .noun = &person_noun,
    .name = "recovery_codes",
    .label = N_("New recovery codes"),
    .summary = N_("Ten new codes instead of those before."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    .run = recovery_run,
};

/* ---- the end of it ---- */

static enum status remove_passkeys(struct call *c, int64_t person_id)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    const struct viewer *viewer = c->viewer;
    enum status s = OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from passkey where person_id = $1 and state = 'active' order by id", args, 1));
    c->viewer = &system_viewer; /* a passkey is seen by its person only */
    for (size_t i = 0; s == OK && i < rows.n; i++) {
        struct passkey p = {.state = "removed"};
        s = noun_update(
            c, &passkey_noun, cell_int(&rows, i, 0), &p, FIELD_BIT(&passkey_noun, state), "remove");
    }
    c->viewer = viewer;
    return s;
}

/* Its second factor and its sessions only. */
static enum status second_factor_forget(struct call *c, int64_t person_id)
{
    struct value args[1] = {v_int(person_id)};
    TRY(db_exec(c->db, "delete from totp where person_id = $1", args, 1));
    TRY(db_exec(c->db, "delete from recovery_code where person_id = $1", args, 1));
    TRY(remove_passkeys(c, person_id));
    return session_end_all(c->db, person_id, 0);
}

enum status sign_in_forget(struct call *c, int64_t person_id)
{
    struct value args[1] = {v_int(person_id)};
    TRY(db_exec(c->db, "delete from password where person_id = $1", args, 1));
    return second_factor_forget(c, person_id);
}

/* Of somebody who has lost the device and the recovery codes. */
static enum status reset_run(struct call *c)
{
    struct person p;
    TRY(noun_load(c, &person_noun, c->row_id, &p));
    if (c->row_id == c->viewer->person_id)
        return call_refuse(c, PROBLEM_state, TR(c, "Somebody else must do this for you."));
    TRY(person_check_change(c, &p));
    TRY(second_factor_forget(c, c->row_id));
    call_event(c, &person_noun, c->row_id, "reset_second_factor", "{}");
    c->result_id = c->row_id;
    return sign_in_tell(c, c->row_id,
        N_("An administrator has removed your passkeys and the codes that are asked for when you sign in."));
}

const struct verb person_reset_second_factor = {
    .noun = &person_noun,
    .name = "reset_second_factor",
    .label = N_("Reset second factor"),
    .done = N_("Second factor removed; told by mail"),
    .summary = N_("For somebody who has lost the device: removes codes and passkeys, ends the sessions, and "
                  "tells the person by mail."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS,
    .run = reset_run,
};
