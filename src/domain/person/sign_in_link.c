/* Signing in by a link: it is asked for by a mail address, and used up by a button. */
#include "domain/person/sign_in.h"
#include "engine/merkle/merkle.h"
#include "runtime/mail.h"

/* ---- the mail ---- */

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
enum status sign_in_mail_link(
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

/* ---- asking ---- */

struct link_input {
    const char *email, *next;
};
static const struct field link_fields[] = {
    FIELD(struct link_input, email, .label = N_("Mail address"), .form = FORM_EMAIL, .required = true),
    FIELD(struct link_input, next, .label = N_("Page to open afterwards"), .max = 500),
};

#define LINKS_PER_HOUR 5
#define HOUR_US        (3600 * US_PER_SECOND)

static const struct sign_in_limit asking = {.name = "link", .tries_of_address = 30, .window_s = 3600};

static enum status sign_in_link_prepare(struct call *c)
{
    return sign_in_try(c, &asking, NULL);
}

/* Every address that is asked for leaves the same trace and costs the same, whether somebody has it or not.
 */
static enum status count_ask(struct call *c, const char *email, bool *enough)
{
    struct hash address = sha256(email, strlen(email));
    struct value args[3] = {v_blob(&address, sizeof address), v_int(c->now.us - HOUR_US), v_int(c->now.us)};
    struct rows rows;
    TRY(db_exec(c->db, "delete from link_ask where created <= $1", &args[1], 1));
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from link_ask where address = $1", args, 1));
    *enough = cell_int(&rows, 0, 0) >= LINKS_PER_HOUR;
    struct value row[2] = {args[0], args[2]};
    return *enough ? OK : db_exec(c->db, "insert into link_ask (address, created) values ($1, $2)", row, 2);
}

/* Whether somebody has this address is not told: the answer is the same. */
static enum status sign_in_link_run(struct call *c)
{
    const struct link_input *in = c->in;
    struct viewer v;
    bool enough;
    TRY(count_ask(c, in->email, &enough));
    enum status s = person_viewer(c->db, c->arena, in->email, &v);
    if (s != OK || enough)
        return s == REFUSED ? OK : s;
    return sign_in_mail_link(c, v.person_id, v.name, v.email, v.lang, in->next ? in->next : "");
}

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
    .prepare = sign_in_link_prepare,
    .run = sign_in_link_run,
};

struct sign_in_input {
    const char *secret;
    bool trusted;
    const char *next;
};
static const struct field sign_in_fields[] = {
    FIELD(struct sign_in_input, secret, .label = N_("Link"), .required = true),
    FIELD(struct sign_in_input, trusted, .label = N_("Keep me signed in on this device for 90 days")),
    FIELD(struct sign_in_input, next, .label = N_("Page to open afterwards"), .max = 500),
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
    return sign_in_open(c,
        &(struct sign_in_done){.person_id = id, .method = "link", .next = in->next, .trusted = in->trusted});
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
