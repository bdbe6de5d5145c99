#include "face/describe.h"

#include "base/problem.h"
#include "face/openapi.h"
#include "face/schema.h"

static void errors(struct buf *out)
{
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        enum problem_code code = (enum problem_code)i;
        buf_addf(out, "%d  %-14s %s\n", problem_status(code), problem_name(code), problem_title(code));
    }
}

/* ---- permissions: a row a deed, a column a role ---- */

#define DEED_WIDTH 38

static void role_columns(struct buf *out, unsigned roles)
{
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        buf_adds(out, roles & ROLE_BIT(r) ? "  x" : "  .");
    buf_addc(out, '\n');
}

/* What changes nothing stands in brackets. */
static void deed(struct buf *out, const struct noun *noun, const char *what, bool reads, unsigned roles)
{
    size_t start = out->len;
    buf_addf(out, reads ? "%s (%s)" : "%s %s", noun->name, what);
    while (out->len - start < DEED_WIDTH)
        buf_addc(out, ' ');
    role_columns(out, roles);
}

static void scopes(struct buf *out, const struct noun *noun)
{
    const struct {
        const char *who, *rows;
    } audiences[] = {
        {"vendor", noun->vendor_scope}, {"partner", noun->partner_scope}, {"public", noun->public_scope}};
    for (size_t i = 0; i < COUNT(audiences); i++)
        if (audiences[i].rows)
            buf_addf(out, "    %s sees: %s\n", audiences[i].who,
                streq(audiences[i].rows, "1=1") ? "every row" : audiences[i].rows);
}

static void permissions(struct buf *out, const struct model *m)
{
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        buf_addf(out, "%2d %s\n", r, role_key((enum role)r));
    buf_addf(out, "\n%*s", DEED_WIDTH, "");
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        buf_addf(out, " %2d", r);
    buf_addc(out, '\n');
    for (size_t i = 0; m->nouns[i]; i++) {
        const struct noun *noun = m->nouns[i];
        deed(out, noun, "read", true, noun->read);
        for (size_t j = 0; m->verbs[j]; j++)
            if (m->verbs[j]->noun == noun)
                deed(out, noun, m->verbs[j]->name, m->verbs[j]->reads, m->verbs[j]->roles);
        unsigned many = 0;
        for (size_t j = 0; m->verbs[j]; j++)
            many |= m->verbs[j]->noun == noun && m->verbs[j]->bulk ? m->verbs[j]->roles : 0;
        if (many)
            deed(out, noun, "bulk", false, many);
        scopes(out, noun);
    }
}

/* ---- schema ---- */

static void audience(struct buf *out, const char *does, unsigned who)
{
    if (who)
        buf_addf(out, "; %s%s%s%s", does, who & VENDOR ? " vendor" : "", who & PARTNER ? " partner" : "",
            who & PUBLIC ? " public" : "");
}

static void schema_line(struct buf *out, struct arena *a, const struct model *m, const struct field *f)
{
    buf_addf(out, "    %-20s %s%s%s", f->name, field_type_text(a, LANG_EN, m, f),
        f->required ? ", needed" : "", f->secret ? ", secret" : "");
    audience(out, "seen by", f->see);
    audience(out, "set by", f->set);
    if (f->filter || f->sort || f->search)
        buf_addf(
            out, ";%s%s%s", f->filter ? " filter" : "", f->sort ? " sort" : "", f->search ? " search" : "");
    buf_addc(out, '\n');
}

static void schema_verb(struct buf *out, struct arena *a, const struct model *m, const struct verb *v)
{
    buf_addf(out, "  %s%s: %s\n", v->name, v->on == ON_ROW ? "" : " (collection)", v->summary);
    for (size_t i = 0; i < v->n_in; i++)
        buf_addf(out, "    %-20s %s%s\n", v->in[i].name, field_type_text(a, LANG_EN, m, &v->in[i]),
            v->in[i].required ? ", needed" : "");
}

static void schema(struct buf *out, struct arena *a, const struct model *m)
{
    for (size_t i = 0; m->nouns[i]; i++) {
        const struct noun *noun = m->nouns[i];
        buf_addf(out, "%s%s (%s_): %s\n", i ? "\n" : "", noun->name, noun->prefix, noun->summary);
        for (size_t j = 0; j < noun->n_fields; j++)
            schema_line(out, a, m, &noun->fields[j]);
        for (size_t j = 0; m->verbs[j]; j++)
            if (m->verbs[j]->noun == noun)
                schema_verb(out, a, m, m->verbs[j]);
    }
}

/* Indented, so that a golden file's changes can be read. */
static void openapi(struct buf *out, struct arena *a, const struct model *m)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    const char *error;
    if (openapi_write(&b, a, m, NULL, NULL) != OK)
        BUG("the built-in document needs no database");
    json_t *v = json_read(a, buf_str(&b), b.len, &error);
    if (!v)
        BUG("the document is no JSON: %s", error);
    char *text = json_dumps(v, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    buf_adds(out, text);
    buf_addc(out, '\n');
    free(text);
}

int describe(struct buf *out, const struct model *m, const char *what)
{
    struct arena *a = arena_new();
    int known = 0;
    if (streq(what, "openapi"))
        openapi(out, a, m);
    else if (streq(what, "permissions"))
        permissions(out, m);
    else if (streq(what, "schema"))
        schema(out, a, m);
    else if (streq(what, "errors"))
        errors(out);
    else
        known = -1;
    arena_free(a);
    return known;
}
