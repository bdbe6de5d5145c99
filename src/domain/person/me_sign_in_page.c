/* /me/sign-in: how one signs in, and where one is signed in. */
#include "base/id.h"
#include "domain/person/me_sign_in_page.html.h"
#include "domain/person/sign_in.h"
#include "domain/person/sign_in_view.h"
#include "engine/sign_in/totp.h"

#include <qrencode.h>

/* Each dark square of the code as a part of one path; around it is room for four, as the standard asks. */
static void draw(struct arena *a, struct me_sign_in_view *v)
{
    enum { MARGIN = 4 };
    QRcode *code = QRcode_encodeString(v->address, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    struct buf path = buf_in(a, 1 << 18);
    if (!code)
        return; /* the secret stands beside it in letters */
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                buf_addf(&path, "M%d %dh1v1h-1z", x + MARGIN, y + MARGIN);
    v->picture = buf_str(&path);
    v->picture_side = code->width + 2 * MARGIN;
    QRcode_free(code);
}

static enum status fill_codes(struct call *c, const struct page_request *r, struct me_sign_in_view *v)
{
    const unsigned char *secret;
    TRY(codes_pending(c, &secret));
    if (!secret)
        return OK;
    const char *text = base32_text(c->arena, secret, TOTP_SECRET);
    v->secret = arena_printf(c->arena, "%.4s %.4s %.4s %.4s %.4s %.4s %.4s %.4s", text, text + 4, text + 8,
        text + 12, text + 16, text + 20, text + 24, text + 28);
    v->address =
        totp_address(c->arena, c->catalog ? c->catalog->vendor : "Tandem", v->email, secret, TOTP_SECRET);
    v->code = (struct part_field){.id = "f-code",
        .name = "code",
        .label = TR(c, "Code that the app shows"),
        .inputmode = "numeric",
        .autocomplete = "one-time-code",
        .value = "",
        .error = field_message(r, "code"),
        .required = true};
    draw(c->arena, v);
    return OK;
}

static enum status fill_passkeys(struct call *c, struct me_sign_in_view *v)
{
    struct list_query q = {.where = "t.state = 'active'", .limit = 200};
    struct list list;
    TRY(noun_list(c, &passkey_noun, &q, &list));
    struct me_passkey_view *out = ARENA_ARRAY(c->arena, list.n + 1, struct me_passkey_view);
    for (size_t i = 0; i < list.n; i++) {
        struct passkey p;
        row_record(&passkey_noun, &list.rows[i], &p);
        out[i] = (struct me_passkey_view){
            id_text(c->arena, "pky", list.rows[i].id), p.name, list.rows[i].created, p.last_used};
    }
    v->passkeys = out;
    v->n_passkeys = list.n;
    return OK;
}

static enum status fill_sessions(struct call *c, struct me_sign_in_view *v)
{
    struct list_query q = {
        .where = "t.expires > $1", .where_args = {v_int(c->now.us)}, .n_where_args = 1, .limit = 200};
    struct list list;
    TRY(noun_list(c, &session_noun, &q, &list));
    struct me_session_view *out = ARENA_ARRAY(c->arena, list.n + 1, struct me_session_view);
    for (size_t i = 0; i < list.n; i++) {
        struct session s;
        row_record(&session_noun, &list.rows[i], &s);
        out[i] = (struct me_session_view){.id = id_text(c->arena, "ses", list.rows[i].id),
            .device = s.device ? s.device : TR(c, "Unknown device"),
            .method = option_label(call_lang(c), noun_field(&session_noun, "method")->options, s.method),
            .last_seen = s.last_seen,
            .own = list.rows[i].id == c->viewer->session_id};
    }
    v->sessions = out;
    v->n_sessions = list.n;
    return OK;
}

static struct part_field secret_field(
    const struct page_request *r, const char *name, const char *label, const char *autocomplete)
{
    return (struct part_field){.id = name,
        .name = name,
        .label = label,
        .type = "password",
        .autocomplete = autocomplete,
        .value = "", /* what was typed is never sent back */
        .error = field_message(r, name),
        .required = true};
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct sign_in_ways ways;
    TRY(sign_in_ways(c, c->viewer->person_id, &ways));
    struct me_sign_in_view v = {.csrf = r->csrf,
        .email = c->viewer->email,
        .problem = r->problem ? r->problem->detail : NULL,
        .fresh = sign_in_is_fresh(c),
        .password = ways.password,
        .codes = ways.codes,
        .recovery_left = ways.recovery_left,
        .second_factor = ways.codes || ways.passkeys,
        .recovery = r->result,
        .prove = secret_field(r, "password", TR(c, "Your password"), "current-password"),
        .set = secret_field(r, "new_password", TR(c, "New password"), "new-password"),
        .passkey_name = {.id = "f-name",
            .name = "name",
            .label = TR(c, "Name of the passkey"),
            .value = "",
            .optional = true,
            .hint = TR(c, "Such as the device on which it is.")}};
    v.set.hint =
        TR(c, "At least 12 characters; several words are good. It must not be easy to guess from your "
              "name, address or company.");
    TRY(second_factor_missing(c, &v.must));
    TRY(fill_codes(c, r, &v));
    TRY(fill_passkeys(c, &v));
    TRY(fill_sessions(c, &v));
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Your settings"), "/me"};
    crumbs[1].label = TR(c, "How you sign in");
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    me_sign_in_whole(h, &v);
    return OK;
}

const struct page me_sign_in_page = {
    .path = "/me/sign-in", .title = N_("How you sign in"), .roles = ALL_ROLES, .show = show};
