#include "face/docs.h"

#include "face/dispatch.h"
#include "face/docs.html.h"
#include "face/row_json.h"
#include "face/schema.h"
#include "model/custom.h"
#include "web/shell.html.h"

/* ---- examples ---- */

/* JSON as people read it. */
static const char *indented(struct arena *a, struct buf *b)
{
    const char *error;
    json_t *v = json_read(a, buf_str(b), b->len, &error);
    ASSERT(v);
    char *text = json_dumps(v, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    const char *copy = arena_strdup(a, text);
    free(text);
    return copy;
}

static const char *sample_row(struct call *c, const struct noun *noun)
{
    struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    const struct schema schema = {c->arena, c->model, c};
    out_object(&w);
    out_kv_string(&w, "id", sample_id(c->arena, noun));
    out_kv_int(&w, "version", 3);
    out_kv_string(&w, "created", "2026-05-19T08:12:44.031Z");
    out_kv_string(&w, "updated", "2026-05-21T15:40:02.508Z");
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (f->secret || !f->see)
            continue;
        out_key(&w, f->name);
        sample_value(&w, &schema, f);
        if (f->kind == KIND_REF)
            out_kv_string(&w, ref_name_key(c->arena, f), model_noun(c->model, f->ref)->label);
    }
    out_end(&w);
    return indented(c->arena, &b);
}

static const char *curl_list(struct call *c, const char *base, const struct noun *noun)
{
    const char *filter = "";
    for (size_t i = 0; i < noun->n_fields && !*filter; i++)
        if (noun->fields[i].filter && noun->fields[i].see && !noun->fields[i].secret)
            filter = arena_printf(c->arena, "&%s[known]=true", noun->fields[i].name);
    return arena_printf(c->arena,
        "curl -g \\\n  '%s/%s?limit=20%s' \\\n  -H \"Authorization: Bearer $TOKEN\"", base, noun->plural,
        filter);
}

/* Where the verb is called, with an id that could be one. */
static const char *sample_url(struct call *c, const char *base, const struct verb *v)
{
    const char *path = verb_path(c->arena, c->model, v) + strlen(API_ROOT), *brace = strstr(path, "{id}");
    return brace ? arena_printf(c->arena, "%s%.*s%s%s", base, (int)(brace - path), path,
                       sample_id(c->arena, v->noun), brace + 4)
                 : arena_printf(c->arena, "%s%s", base, path);
}

/* The verb's example as JSON, or NULL where it takes no input. */
static const char *sample_body(struct call *c, const struct verb *v, bool has_input)
{
    struct buf body = buf_in(c->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&body);
    if (!has_input)
        return NULL;
    sample_input(&w, &(struct schema){c->arena, c->model, c}, v, false);
    return indented(c->arena, &body);
}

static const char *curl_verb(struct call *c, const char *url, const struct verb *v, const char *body)
{
    const char *data =
        body ? arena_printf(c->arena, " \\\n  -H 'Content-Type: application/json' \\\n  -d '%s'", body) : "";
    return arena_printf(c->arena, "curl -X %s \\\n  '%s' \\\n  -H \"Authorization: Bearer $TOKEN\"%s",
        verb_method(v), url, data);
}

static const char *script_verb(struct call *c, const char *url, const struct verb *v, const char *body)
{
    const char *type = body ? ",\n    \"Content-Type\": \"application/json\"" : "";
    const char *data = body ? arena_printf(c->arena, ",\n  body: JSON.stringify(%s)", body) : "";
    return arena_printf(c->arena,
        "const answer = await fetch(\"%s\", {\n  method: \"%s\",\n  headers: {\n    Authorization: `Bearer "
        "${token}`%s\n  }%s\n});\nconst row = await answer.json();",
        url, verb_method(v), type, data);
}

/* ---- tables ---- */

static struct docs_field show_field(struct call *c, const struct field *f)
{
    return (struct docs_field){
        .name = f->name,
        .label = TR(c, f->label),
        .type = field_type_text(c->arena, call_lang(c), c->model, f),
        .hint = f->hint ? TR(c, f->hint) : NULL,
        .required = f->required && f->kind != KIND_BOOL,
        .vendor_only = !(f->see & PARTNER),
        .filter = f->filter,
        .sort = f->sort,
        .search = f->search,
    };
}

static enum status show_fields(struct call *c, const struct noun *noun, struct docs_noun *out)
{
    struct custom_field **custom = NULL;
    size_t n = 0;
    if (noun->custom)
        TRY(custom_fields(c, noun, &custom, &n));
    struct docs_field *fields = ARENA_ARRAY(c->arena, noun->n_fields + n + 1, struct docs_field);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].see && !noun->fields[i].secret)
            fields[out->n_fields++] = show_field(c, &noun->fields[i]);
    for (size_t i = 0; i < n; i++)
        fields[out->n_fields++] = show_field(c, &custom[i]->field);
    out->fields = fields;
    return OK;
}

static void show_inputs(struct call *c, const struct verb *v, struct docs_verb *out)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    struct docs_field *shown = ARENA_ARRAY(c->arena, n + 1, struct docs_field);
    for (size_t i = 0; i < n; i++) {
        if (!field_in_input(v, &fields[i]))
            continue;
        struct docs_field f = show_field(c, &fields[i]);
        f.required &= !v->partial;
        f.vendor_only = !v->in && !(fields[i].set & PARTNER);
        shown[out->n_fields++] = f;
    }
    out->fields = shown;
}

static const char *role_list(struct call *c, unsigned roles)
{
    struct buf b = buf_in(c->arena, 4096);
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        if (roles & ROLE_BIT(r))
            buf_addf(&b, "%s%s", b.len ? ", " : "", TR(c, role_label((enum role)r)));
    return arena_strdup(c->arena, buf_str(&b));
}

static const char *state_list(struct call *c, const struct verb *v)
{
    struct buf b = buf_in(c->arena, 4096);
    for (size_t i = 0; v->from && v->from[i]; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", v->from[i]);
    return b.len ? arena_strdup(c->arena, buf_str(&b)) : NULL;
}

static void show_verbs(struct call *c, const char *base, const struct noun *noun, struct docs_noun *out)
{
    const struct model *m = c->model;
    size_t n = 0;
    for (size_t i = 0; m->verbs[i]; i++)
        n += m->verbs[i]->noun == noun;
    struct docs_verb *verbs = ARENA_ARRAY(c->arena, n + 1, struct docs_verb);
    for (size_t i = 0; m->verbs[i]; i++) {
        const struct verb *v = m->verbs[i];
        if (v->noun != noun || !verb_offered(v))
            continue;
        struct docs_verb *d = &verbs[out->n_verbs++];
        *d = (struct docs_verb){.id = arena_printf(c->arena, "%s-%s", noun->name, v->name),
            .method = verb_method(v),
            .path = verb_path(c->arena, m, v),
            .label = TR(c, v->label),
            .summary = TR(c, v->summary),
            .roles = role_list(c, v->roles),
            .states = state_list(c, v)};
        show_inputs(c, v, d);
        const char *url = sample_url(c, base, v), *body = sample_body(c, v, d->n_fields > 0);
        d->call = curl_verb(c, url, v, body);
        d->script = script_verb(c, url, v, body);
    }
    out->verbs = verbs;
}

static enum status show_noun(struct call *c, const char *base, const struct noun *noun, struct docs_noun *out)
{
    *out = (struct docs_noun){.noun = noun,
        .path = arena_printf(c->arena, API_ROOT "/%s", noun->plural),
        .roles = role_list(c, noun->read)};
    if (!noun->hidden) {
        out->list = curl_list(c, base, noun);
        out->row = sample_row(c, noun);
    }
    show_verbs(c, base, noun, out);
    return show_fields(c, noun, out);
}

static void list_nouns(struct call *c, struct docs_view *view)
{
    const struct model *m = c->model;
    size_t n = 0;
    while (m->nouns[n])
        n++;
    const struct noun **nouns = ARENA_ARRAY(c->arena, n + 1, const struct noun *);
    for (size_t i = 0; i < n; i++)
        if (noun_offered(m, m->nouns[i]))
            nouns[view->n_nouns++] = m->nouns[i];
    view->nouns = nouns;
}

/* What to do about it, where that is not said by the answer itself. */
static const char *cure(enum problem_code code)
{
    switch (code) {
    case PROBLEM_invalid:
        return N_("Each entry of errors names a field and what it takes. Nothing was stored.");
    case PROBLEM_malformed: return N_("The detail says where reading stopped.");
    case PROBLEM_not_signed_in: return N_("Send a token that is neither expired nor revoked.");
    case PROBLEM_forbidden: return N_("Ask for a role or for token scopes that allow it.");
    case PROBLEM_not_found: return N_("It does not exist, or it is not yours to see; both look the same.");
    case PROBLEM_method: return N_("The header Allow lists the methods.");
    case PROBLEM_conflict: return N_("Read the row again, then decide anew.");
    case PROBLEM_state: return N_("Read the row: its state does not allow this step.");
    case PROBLEM_stale: return N_("Read the row again and send its ETag as If-Match.");
    case PROBLEM_too_large: return N_("Send less at a time; files go through imports.");
    case PROBLEM_media_type: return N_("Send Content-Type: application/json.");
    case PROBLEM_idempotency: return N_("Use a new key for a new request.");
    case PROBLEM_too_many: return N_("Wait as long as Retry-After says.");
    case PROBLEM_unavailable: return N_("Try again after Retry-After, with the same Idempotency-Key.");
    case PROBLEM_COUNT: break;
    }
    return "";
}

static void show_problems(struct call *c, struct docs_view *view)
{
    struct docs_problem *problems = ARENA_ARRAY(c->arena, PROBLEM_COUNT, struct docs_problem);
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        enum problem_code code = (enum problem_code)i;
        problems[i] = (struct docs_problem){.code = problem_name(code),
            .title = TR(c, problem_title(code)),
            .cure = TR(c, cure(code)),
            .status = problem_status(code)};
    }
    view->problems = problems;
    view->n_problems = PROBLEM_COUNT;
}

static void write_page(
    struct buf *out, struct call *c, const struct shell *shell, const struct docs_view *view)
{
    struct html h = {
        .b = out, .arena = c->arena, .lang = call_lang(c), .zone = c->viewer->zone, .now = c->now};
    shell_public_begin(&h, shell);
    docs_page(&h, view);
    shell_public_end(&h, shell);
}

enum status docs_write(struct buf *out, struct site *s, struct call *c, const char *plural, const char *theme)
{
    struct docs_view view = {
        .base = arena_printf(c->arena, "%s%s", s->base_url ? s->base_url : "", API_ROOT)};
    struct docs_noun shown;
    const struct noun *noun = plural ? model_noun_by_plural(c->model, plural) : NULL;
    bool themed = streq(theme, "light") || streq(theme, "dark");
    const struct shell_item links[] = {
        {.label = TR(c, "OpenAPI"), .href = API_ROOT "/openapi.json"},
        {.label = TR(c, N_("Sign in")), .href = "/sign-in"},
    };
    struct shell shell = {.title = noun ? arena_printf(c->arena, "%s · API", TR(c, noun->labels)) : "API",
        .description = noun ? TR(c, noun->summary) : TR(c, N_("How programs call this programme over HTTP.")),
        .programme = c->catalog ? c->catalog->vendor : NULL,
        .theme = themed ? theme : NULL,
        .wide = true,
        .links = links,
        .n_links = COUNT(links)};
    if (plural && !(noun && noun_offered(c->model, noun)))
        return call_refuse(c, PROBLEM_not_found, NULL);
    list_nouns(c, &view);
    show_problems(c, &view);
    if (noun) {
        TRY(show_noun(c, view.base, noun, &shown));
        view.noun = &shown;
    }
    write_page(out, c, &shell, &view);
    return OK;
}
