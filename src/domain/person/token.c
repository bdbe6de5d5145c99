/* API tokens: a person's own, with scopes, shown once. */
#include "base/id.h"
#include "base/json.h"
#include "domain/person/person.h"
#include "runtime/session.h"

static const struct option scopes[] = {
    {"read", N_("Read")}, {"write", N_("Write")}, {"calendar", N_("Calendar feed")}, {0}};
static const struct state states[] = {
    {"active", N_("Active"), "ok"}, {"revoked", N_("Revoked"), "gone"}, {0}};
static const struct option state_options[] = {{"active", N_("Active")}, {"revoked", N_("Revoked")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct token, name, .label = N_("What it is for"), .required = true, .max = 80, .see = BOTH,
        .list_column = true, .example = "Nightly report"),
    FIELD(struct token, scopes, .label = N_("Rights"), .form = FORM_SET, .options = scopes, .required = true,
        .see = BOTH, .list_column = true),
    FIELD(struct token, person_id, .label = N_("Person"), .ref = "person", .required = true, .see = BOTH,
        .list_column = true),
    FIELD(struct token, expires, .label = N_("Expires"), .see = BOTH, .list_column = true, .example = "180"),
    FIELD(struct token, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
};

const struct noun token_noun = {
    .name = "token",
    .plural = "tokens",
    .prefix = "tok",
    .label = N_("API token"),
    .labels = N_("API tokens"),
    .icon = "key",
    .summary = N_("Lets a program act as you, within its scopes."),
    .size = sizeof(struct token),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "{t}.person_id = {person}",
    .partner_scope = "{t}.person_id = {person}",
    .read = ALL_ROLES,
    .order = "-created",
};

/* The hash is no field: it is written beside the row and never read into one. */
enum status token_issue(struct call *c, const char *name, int64_t person_id, const char *scope_set,
    struct date expires, int64_t *id, const char **secret)
{
    struct token t = {
        .name = name, .person_id = {person_id}, .scopes = scope_set, .expires = expires, .state = "active"};
    *secret = arena_printf(c->arena, "tdm_%s", secret_new(c->arena));
    *id = id_new(c->now);
    struct value args[8] = {v_int(*id), v_int(c->now.us), v_text(name), secret_hash(c->arena, *secret),
        v_int(person_id), v_text(scope_set), expires.days == DATE_NONE ? v_null() : v_int(expires.days)};
    TRY(db_exec(c->db,
        "insert into token (id, version, created, updated, name, hash, person_id, scopes, expires, state) "
        "values ($1, 1, $2, $2, $3, $4, $5, $6, $7, 'active')",
        args, 7));
    struct buf b = buf_in(c->arena, 8192);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "after");
    out_object(&w);
    out_kv_string(&w, "name", t.name);
    out_kv_string(&w, "scopes", t.scopes);
    out_kv_int(&w, "person_id", person_id);
    out_key(&w, "expires");
    if (expires.days == DATE_NONE)
        out_null(&w);
    else
        out_int(&w, expires.days);
    out_kv_string(&w, "state", t.state);
    out_end(&w);
    out_end(&w);
    call_event(c, &token_noun, *id, "create", buf_str(&b));
    c->result_id = *id;
    return OK;
}

struct create_input {
    const char *name, *scopes;
    struct date expires;
};
static const struct field create_fields[] = {
    FIELD(struct create_input, name, .label = N_("What it is for"), .required = true, .max = 80),
    FIELD(struct create_input, scopes, .label = N_("Rights"), .form = FORM_SET, .options = scopes,
        .required = true),
    FIELD(struct create_input, expires, .label = N_("Expires"), .hint = N_("Never when left empty.")),
};

static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    const char *secret;
    int64_t id;
    TRY(token_issue(c, in->name, c->viewer->person_id, in->scopes, in->expires, &id, &secret));
    struct buf b = buf_in(c->arena, 1024);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_string(&w, "id", id_text(c->arena, "tok", id));
    out_kv_string(&w, "token", secret);
    out_end(&w);
    c->result_json = buf_str(&b);
    c->result = (void *)(uintptr_t)secret;
    return OK;
}

const struct verb token_create = {
    .noun = &token_noun,
    .name = "create",
    .label = N_("New token"),
    .summary = N_("Make a token. Its secret is shown once."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .primary = true,
    .signed_in = true,
    .shows = N_("This is the token. Copy it now: it is not shown again."),
    INPUT(struct create_input, create_fields),
    .run = create_run,
};

static enum status revoke_run(struct call *c)
{
    struct token t;
    TRY(noun_load(c, &token_noun, c->row_id, &t));
    t.state = "revoked";
    return noun_update(c, &token_noun, c->row_id, &t, FIELD_BIT(&token_noun, state), NULL);
}

static const char *const active[] = {"active", NULL};

const struct verb token_revoke = {
    .noun = &token_noun,
    .name = "revoke",
    .label = N_("Revoke"),
    .done = N_("Revoked"),
    .summary = N_("The token stops working at once."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = active,
    .run = revoke_run,
    .example = {.becomes = "revoked"},
};
