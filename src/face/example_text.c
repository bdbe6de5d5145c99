/* An example as text: for a shell, and in JavaScript. */
#include "face/example.h"

static const struct example_step *finder(const struct example *e, const char *name, size_t n)
{
    for (size_t i = 0; i < e->n; i++)
        if (e->steps[i].name && strlen(e->steps[i].name) == n && strncmp(e->steps[i].name, name, n) == 0)
            return &e->steps[i];
    BUG("an example names what no step finds");
}

const char *example_fill(
    struct arena *a, const struct example *e, const char *text, example_name_fn *with, bool bare)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    for (const char *at; (at = strstr(text, "{{"));) {
        size_t n = strcspn(at + 2, "}");
        const struct example_step *step = finder(e, at + 2, n);
        const char *rest = at + 2 + n + 2;
        bool quoted = at > text && at[-1] == '"' && *rest == '"' && (bare || step->json);
        buf_add(&b, text, (size_t)(at - text) - quoted);
        with(&b, step);
        text = rest + quoted;
    }
    buf_adds(&b, text);
    return buf_str(&b);
}

/* ---- a shell ---- */

static void shell_name(struct buf *b, const char *name)
{
    for (; *name; name++)
        buf_addc(b, *name >= 'a' && *name <= 'z' ? (char)(*name - 32) : *name);
}

static void shell_use(struct buf *b, const struct example_step *step)
{
    buf_addc(b, '$');
    shell_name(b, step->name);
}

/* Within single quotes. */
static void shell_quoted(struct buf *b, const char *text)
{
    buf_addc(b, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buf_adds(b, "'\\''");
        else
            buf_addc(b, *text);
    buf_addc(b, '\'');
}

/* Within a here-document, where names are replaced. */
static const char *shell_document(struct arena *a, const struct example *e, const char *text)
{
    struct buf plain = buf_in(a, BUF_MAX_DEFAULT);
    for (; *text; text++) {
        if (strchr("$`\\", *text))
            buf_addc(&plain, '\\');
        buf_addc(&plain, *text);
    }
    return example_fill(a, e, buf_str(&plain), shell_use, false);
}

static void shell_body(struct buf *b, struct arena *a, const struct example *e, const char *body,
    const char *then, const char *end)
{
    buf_adds(b, " \\\n  -H 'Content-Type: application/json' \\\n  -d ");
    if (strstr(body, "{{")) {
        buf_addf(b, "@- <<JSON%s\n%s\nJSON\n%s", then, shell_document(a, e, body), end);
    } else {
        shell_quoted(b, body);
        buf_addf(b, "%s%s", then, end);
    }
}

/* In double quotes where a name stands in it. */
static const char *shell_header(struct arena *a, const struct example *e, const struct example_step *s)
{
    struct buf b = buf_in(a, 1000);
    if (!strstr(s->header_value, "{{"))
        return arena_printf(a, "'%s: %s'", s->header, s->header_value);
    buf_addf(&b, "\"%s: ", s->header);
    for (const char *p = s->header_value; *p; p++)
        buf_addf(&b, *p == '"' ? "\\%c" : "%c", *p);
    buf_addc(&b, '"');
    return example_fill(a, e, buf_str(&b), shell_use, false);
}

static void shell_step(struct buf *b, struct arena *a, const struct example *e, const struct example_step *s)
{
    const char *then = "", *end = s->name ? ")" : "";
    if (s->name) {
        then = arena_printf(a, " | jq %s '%s'", s->json ? "-c" : "-r", s->take);
        shell_name(b, s->name);
        buf_adds(b, "=$(");
    }
    bool quiet = s->name != NULL, brackets = strchr(s->path, '[') != NULL;
    buf_addf(b, "curl%s%s%s ", quiet || brackets ? " -" : "", quiet ? "s" : "", brackets ? "g" : "");
    if (strcmp(s->method, "GET") != 0)
        buf_addf(b, "-X %s ", s->method);
    buf_addf(b, "\"$API%s\" \\\n  -H \"Authorization: Bearer $TOKEN\"",
        example_fill(a, e, s->path, shell_use, false));
    if (s->header)
        buf_addf(b, " \\\n  -H %s", shell_header(a, e, s));
    if (s->save)
        buf_addf(b, " \\\n  -o %s", s->save);
    if (s->body)
        shell_body(b, a, e, s->body, then, end);
    else
        buf_addf(b, "%s%s", then, end);
    if (b->p[b->len - 1] != '\n')
        buf_addc(b, '\n');
}

const char *example_curl(struct arena *a, const char *base, const struct example *e)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    buf_addf(&b, "API=\"%s\"\n", base);
    for (size_t i = 0; i < e->n; i++)
        shell_step(&b, a, e, &e->steps[i]);
    return buf_str(&b);
}

/* ---- JavaScript ---- */

/* product_line -> productLine */
static void script_name(struct buf *b, const struct example_step *step)
{
    for (const char *p = step->name; *p; p++) {
        if (*p != '_')
            buf_addc(b, *p);
        else if (p[1])
            buf_addc(b, (char)(*++p - 32));
    }
}

static void script_use(struct buf *b, const struct example_step *step)
{
    buf_adds(b, "${");
    script_name(b, step);
    buf_addc(b, '}');
}

static void script_fetch(
    struct buf *b, struct arena *a, const struct example *e, const struct example_step *s)
{
    buf_addf(b, "fetch(`${api}%s`, {", example_fill(a, e, s->path, script_use, false));
    if (strcmp(s->method, "GET") != 0)
        buf_addf(b, "\n  method: \"%s\",\n ", s->method);
    if (s->header)
        buf_addf(b, " headers: { ...headers, \"%s\": `%s` }", s->header,
            example_fill(a, e, s->header_value, script_use, false));
    else
        buf_adds(b, " headers");
    if (s->body)
        buf_addf(b, ",\n  body: JSON.stringify(%s)", example_fill(a, e, s->body, script_name, true));
    buf_adds(b, strcmp(s->method, "GET") != 0 ? "\n})" : " })");
}

static void script_step(struct buf *b, struct arena *a, const struct example *e, const struct example_step *s)
{
    bool last = s == &e->steps[e->n - 1];
    if (s->name) {
        buf_adds(b, "const ");
        script_name(b, s);
        buf_adds(b, " = (await (await ");
        script_fetch(b, a, e, s);
        buf_addf(b, ").json())%s;\n", s->take);
        return;
    }
    buf_adds(b, last ? "const answer = await " : "await ");
    script_fetch(b, a, e, s);
    buf_adds(b, ";\n");
    if (last)
        buf_adds(
            b, s->save ? "const content = await answer.blob();\n" : "const data = await answer.json();\n");
}

const char *example_script(struct arena *a, const char *base, const struct example *e)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    bool sends = false;
    for (size_t i = 0; i < e->n; i++)
        sends |= e->steps[i].body != NULL;
    buf_addf(&b, "const api = \"%s\";\nconst headers = {\n  Authorization: `Bearer ${token}`%s\n};\n", base,
        sends ? ",\n  \"Content-Type\": \"application/json\"" : "");
    for (size_t i = 0; i < e->n; i++)
        script_step(&b, a, e, &e->steps[i]);
    return buf_str(&b);
}
