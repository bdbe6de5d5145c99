/* Passkeys: made on one's own page, used to sign in without an address. */
#include "engine/sign_in/passkey.h"
#include "base/id.h"
#include "base/json.h"
#include "domain/person/sign_in.h"

#include <sodium.h>

static const struct state states[] = {
    {"active", N_("Active"), "ok"}, {"removed", N_("Removed"), "gone"}, {0}};
static const struct option state_options[] = {{"active", N_("Active")}, {"removed", N_("Removed")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct passkey, name, .label = N_("Name"), .required = true, .max = 60, .see = BOTH,
        .list_column = true, .example = "Laptop"),
    FIELD(struct passkey, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct passkey, last_used, .label = N_("Last used"), .see = BOTH, .list_column = true),
};

const struct noun passkey_noun = {
    .name = "passkey",
    .plural = "passkeys",
    .prefix = "pky",
    .label = N_("Passkey"),
    .labels = N_("Passkeys"),
    .icon = "key",
    .summary = N_("What signs you in by your device's own lock."),
    .size = sizeof(struct passkey),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "{t}.person_id = {person}",
    .partner_scope = "{t}.person_id = {person}",
    .read = ALL_ROLES,
    .order = "-created",
};

/* ---- the site ---- */

/* As people reach it: a passkey belongs to the host's name, and an answer comes from that very origin. */
static struct passkey_site own_site(struct call *c)
{
    const char *url = c->base_url ? c->base_url : "http://localhost", *host = strstr(url, "://");
    host = host ? host + 3 : url;
    size_t whole = (size_t)(host - url) + strcspn(host, "/"), name = strcspn(host, ":/");
    return (struct passkey_site){
        .id = arena_strndup(c->arena, host, name), .origin = arena_strndup(c->arena, url, whole)};
}

static const char *no_passkey(struct call *c)
{
    return arena_printf(c->arena,
        TR(c, "The passkey could not be verified. Open this page at %s, and try again."), own_site(c).origin);
}

/* ---- challenges: what an authenticator must sign, once, within five minutes ---- */

#define CHALLENGE_US (5 * 60 * US_PER_SECOND)

static enum status challenge_make(struct call *c, int64_t person_id, const char **text)
{
    *text = secret_new(c->arena);
    struct value args[4] = {
        secret_hash(c->arena, *text), v_ref(person_id), v_int(c->now.us + CHALLENGE_US), v_int(c->now.us)};
    TRY(db_exec(c->db, "delete from challenge where expires < $1", &args[3], 1));
    return db_exec(c->db, "insert into challenge (hash, person_id, expires) values ($1, $2, $3)", args, 3);
}

/* REFUSED: it was used, is too old, or was for something else. */
static enum status challenge_use(struct call *c, int64_t person_id, const char *text)
{
    struct value args[3] = {secret_hash(c->arena, text), v_int(c->now.us), v_int(person_id)};
    int64_t touched;
    TRY(db_exec_count(c->db, &touched,
        "delete from challenge where hash = $1 and expires >= $2 and coalesce(person_id, 0) = $3", args, 3));
    return touched == 1
               ? OK
               : call_refuse(c, PROBLEM_invalid, TR(c, "This took too long, or was sent twice. Try again."));
}

struct ask_input {
    bool create;
};
static const struct field ask_fields[] = {
    FIELD(struct ask_input, create, .label = N_("For a new passkey")),
};

static const struct sign_in_limit asking = {.name = "challenge", .tries_of_address = 60, .window_s = 900};

static enum status ask_prepare(struct call *c)
{
    return sign_in_try(c, &asking, NULL);
}

static void out_bytes(struct call *c, struct json_out *w, const void *data, size_t n)
{
    size_t cap = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(c->arena, cap);
    sodium_bin2base64(text, cap, data, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out_string(w, text);
}

/* Who it is for, and which authenticators have one already. */
static enum status out_person(struct call *c, struct json_out *w)
{
    const char *id = id_text(c->arena, person_noun.prefix, c->viewer->person_id);
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select credential from passkey where person_id = $1 and state = 'active' order by id", args, 1));
    out_key(w, "user_id");
    out_bytes(c, w, id, strlen(id));
    out_kv_string(w, "user_name", c->viewer->email);
    out_kv_string(w, "user_label", c->viewer->name);
    out_key(w, "known");
    out_array(w);
    for (size_t i = 0; i < rows.n; i++)
        out_bytes(c, w, cell(&rows, i, 0)->b, cell(&rows, i, 0)->len);
    out_end(w);
    return OK;
}

static enum status ask_run(struct call *c)
{
    const struct ask_input *in = c->in;
    int64_t person = in->create ? c->viewer->person_id : 0;
    const char *challenge;
    struct buf b = buf_in(c->arena, 1 << 16);
    struct json_out w = json_out(&b);
    if (in->create)
        TRY(sign_in_check_fresh(c));
    TRY(challenge_make(c, person, &challenge));
    out_object(&w);
    out_kv_string(&w, "challenge", challenge);
    out_kv_string(&w, "site", own_site(c).id);
    out_kv_string(&w, "site_label", c->catalog ? c->catalog->vendor : "Tandem");
    if (in->create)
        TRY(out_person(c, &w));
    out_end(&w);
    c->result_json = buf_str(&b);
    return OK;
}

const struct verb passkey_ask = {
    .noun = &passkey_noun,
    .name = "ask",
    .label = N_("Passkey"),
    .summary = N_("What an authenticator must sign, once."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct ask_input, ask_fields),
    .prepare = ask_prepare,
    .run = ask_run,
};

/* ---- a new one ---- */

struct create_input {
    const char *name, *client_data, *auth_data;
};
static const struct field create_fields[] = {
    FIELD(struct create_input, name, .label = N_("Name of the passkey"), .max = 60,
        .hint = N_("Such as the device on which it is.")),
    FIELD(struct create_input, client_data, .label = N_("Client data"), .form = FORM_LONG, .required = true),
    FIELD(struct create_input, auth_data, .label = N_("Authenticator data"), .form = FORM_LONG,
        .required = true),
};

struct passkey_plan {
    struct passkey_key key;
    const char *challenge;
    int64_t id, person_id, count;
};

static enum status create_prepare(struct call *c)
{
    const struct create_input *in = c->in;
    struct passkey_plan *plan = ARENA_NEW(c->arena, struct passkey_plan);
    struct passkey_bytes client, auth;
    struct passkey_site site = own_site(c);
    TRY(sign_in_check_fresh(c));
    if (!passkey_bytes(c->arena, in->client_data, &client) || !passkey_bytes(c->arena, in->auth_data, &auth))
        return call_refuse(c, PROBLEM_invalid, no_passkey(c));
    plan->challenge = passkey_challenge(c->arena, client, "webauthn.create", &site);
    if (!plan->challenge || !passkey_read(c->arena, auth, &site, &plan->key))
        return call_refuse(c, PROBLEM_invalid, no_passkey(c));
    c->plan = plan;
    return OK;
}

static enum status store(struct call *c, const char *name, const struct passkey_key *key)
{
    int64_t id = id_new(c->now);
    struct value args[8] = {v_int(id), v_int(c->now.us), v_int(c->viewer->person_id), v_text(name),
        v_blob(key->id.p, key->id.n), v_int(key->algorithm), v_blob(key->key.p, key->key.n),
        v_int(key->count)};
    struct buf b = buf_in(c->arena, 4096);
    struct json_out w = json_out(&b);
    TRY(db_exec(c->db,
        "insert into passkey (id, version, created, updated, person_id, name, state, credential, algorithm, "
        "public_key, sign_count) values ($1, 1, $2, $2, $3, $4, 'active', $5, $6, $7, $8)",
        args, 8));
    out_object(&w);
    out_key(&w, "after");
    out_object(&w);
    out_kv_string(&w, "name", name);
    out_kv_string(&w, "state", "active");
    out_key(&w, "last_used");
    out_null(&w);
    out_end(&w);
    out_end(&w);
    call_event(c, &passkey_noun, id, "create", buf_str(&b));
    c->result_id = id;
    return OK;
}

/* With the first second factor come the recovery codes. */
static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    const struct passkey_plan *plan = c->plan;
    const char *device = session_device(c->arena, c->agent), *codes;
    struct value args[1] = {v_blob(plan->key.id.p, plan->key.id.n)};
    struct sign_in_ways ways;
    struct rows rows;
    int64_t me = c->viewer->person_id;
    TRY(challenge_use(c, me, plan->challenge));
    TRY(db_query(c->db, c->arena, &rows, "select id from passkey where credential = $1", args, 1));
    if (rows.n)
        return call_refuse(c, PROBLEM_state, TR(c, "This passkey is known already."));
    TRY(sign_in_ways(c, me, &ways));
    if (!ways.codes && !ways.passkeys) {
        TRY(recovery_codes_make(c, &codes));
        c->result = (void *)(uintptr_t)codes;
    }
    TRY(store(c, in->name ? in->name : device ? device : TR(c, "Passkey"), &plan->key));
    return sign_in_tell(c, me, N_("A passkey was added to your account."));
}

const struct verb passkey_create = {
    .noun = &passkey_noun,
    .name = "create",
    .label = N_("Add a passkey"),
    .done = N_("Passkey added"),
    .summary = N_("Adds what this device's lock has made."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .hidden = true,
    .session = true,
    INPUT(struct create_input, create_fields),
    .prepare = create_prepare,
    .run = create_run,
};

/* ---- renaming, removing ---- */

struct rename_input {
    const char *name;
};
static const struct field rename_fields[] = {
    FIELD(struct rename_input, name, .label = N_("Name"), .max = 60, .required = true, .example = "Phone"),
};

static enum status rename_run(struct call *c)
{
    const struct rename_input *in = c->in;
    struct passkey p = {.name = in->name};
    return noun_update(c, &passkey_noun, c->row_id, &p, FIELD_BIT(&passkey_noun, name), NULL);
}

static const char *const active[] = {"active", NULL};

const struct verb passkey_rename = {
    .noun = &passkey_noun,
    .name = "update",
    .label = N_("Rename"),
    .done = N_("Renamed"),
    .summary = N_("Gives it another name."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = active,
    .partial = true,
    INPUT(struct rename_input, rename_fields),
    .run = rename_run,
};

static enum status remove_run(struct call *c)
{
    struct passkey p = {.state = "removed"};
    TRY(sign_in_check_fresh(c));
    TRY(noun_update(c, &passkey_noun, c->row_id, &p, FIELD_BIT(&passkey_noun, state), NULL));
    return sign_in_tell(c, c->viewer->person_id, N_("A passkey was removed from your account."));
}

const struct verb passkey_remove = {
    .noun = &passkey_noun,
    .name = "remove",
    .label = N_("Remove"),
    .done = N_("Passkey removed"),
    .summary = N_("It signs nobody in any more."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = active,
    .session = true,
    .run = remove_run,
};

/* ---- signing in by one ---- */

struct enter_input {
    const char *credential, *client_data, *auth_data, *signature;
    bool trusted;
    const char *next;
};
static const struct field enter_fields[] = {
    FIELD(struct enter_input, credential, .label = N_("Passkey"), .form = FORM_LONG, .required = true),
    FIELD(struct enter_input, client_data, .label = N_("Client data"), .form = FORM_LONG, .required = true),
    FIELD(struct enter_input, auth_data, .label = N_("Authenticator data"), .form = FORM_LONG,
        .required = true),
    FIELD(struct enter_input, signature, .label = N_("Signature"), .form = FORM_LONG, .required = true),
    FIELD(struct enter_input, trusted, .label = N_("Keep me signed in on this device for 90 days")),
    FIELD(struct enter_input, next, .label = N_("Page to open afterwards"), .max = 500),
};

/* The passkey and its person as they stand now; REFUSED: there is none, or its person may not enter. */
static enum status find_passkey(struct call *c, struct passkey_bytes credential, struct passkey_plan *out)
{
    struct value args[1] = {v_blob(credential.p, credential.n)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select k.id, k.person_id, k.algorithm, k.public_key, k.sign_count from passkey k "
        "join person p on p.id = k.person_id "
        "where k.credential = $1 and k.state = 'active' and p.state in ('active', 'invited')",
        args, 1));
    if (!rows.n)
        return REFUSED;
    out->id = cell_int(&rows, 0, 0);
    out->person_id = cell_int(&rows, 0, 1);
    out->count = cell_int(&rows, 0, 4);
    out->key = (struct passkey_key){
        .algorithm = (int)cell_int(&rows, 0, 2), .key = {cell(&rows, 0, 3)->b, cell(&rows, 0, 3)->len}};
    return OK;
}

static enum status refuse_passkey(struct call *c)
{
    return call_refuse(c, PROBLEM_invalid, no_passkey(c));
}

static enum status enter_prepare(struct call *c)
{
    const struct enter_input *in = c->in;
    struct passkey_plan *plan = ARENA_NEW(c->arena, struct passkey_plan);
    struct passkey_bytes id, client, auth, signature;
    struct passkey_site site = own_site(c);
    uint32_t count;
    if (!passkey_bytes(c->arena, in->credential, &id) || !passkey_bytes(c->arena, in->client_data, &client) ||
        !passkey_bytes(c->arena, in->auth_data, &auth) || !passkey_bytes(c->arena, in->signature, &signature))
        return refuse_passkey(c);
    enum status s = find_passkey(c, id, plan);
    if (s != OK)
        return s == REFUSED ? refuse_passkey(c) : s;
    plan->challenge = passkey_challenge(c->arena, client, "webauthn.get", &site);
    if (!plan->challenge || !passkey_signed(&plan->key, client, auth, signature, &site, &count))
        return refuse_passkey(c);
    plan->key.id = id;
    plan->key.count = count;
    c->plan = plan;
    return OK;
}

/* Where an authenticator counts, the count only grows; else there are two of them. */
static enum status note_use(struct call *c, const struct passkey_plan *now, uint32_t count)
{
    struct value args[2] = {v_int(now->id), v_int(count)};
    struct passkey p = {.last_used = c->now};
    const struct viewer *viewer = c->viewer;
    if ((count || now->count) && count <= now->count)
        return refuse_passkey(c);
    TRY(db_exec(c->db, "update passkey set sign_count = $2 where id = $1", args, 2));
    c->viewer = &system_viewer;
    enum status s =
        noun_update(c, &passkey_noun, now->id, &p, FIELD_BIT(&passkey_noun, last_used), "sign_in");
    c->viewer = viewer;
    return s;
}

static enum status enter_run(struct call *c)
{
    const struct enter_input *in = c->in;
    const struct passkey_plan *plan = c->plan;
    struct passkey_plan now = {0};
    TRY(challenge_use(c, 0, plan->challenge));
    enum status s = find_passkey(c, plan->key.id, &now);
    if (s == REFUSED)
        return refuse_passkey(c);
    TRY(s);
    TRY(note_use(c, &now, plan->key.count));
    return sign_in_open(c, &(struct sign_in_done){.person_id = now.person_id,
                               .method = "passkey",
                               .next = in->next ? in->next : "/",
                               .trusted = in->trusted,
                               .whole = true});
}

const struct verb person_sign_in_passkey = {
    .noun = &person_noun,
    .name = "sign_in_passkey",
    .label = N_("Sign in with a passkey"),
    .summary = N_("Opens a session by what the device's lock has signed."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct enter_input, enter_fields),
    .prepare = enter_prepare,
    .run = enter_run,
};
