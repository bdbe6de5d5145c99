/* A list: parameters, filters, the page of rows and the cursor to the next; or all of it as a file. */
#include "base/text.h"
#include "face/export.h"
#include "face/rest.h"
#include "face/sent.h"

#define LIMIT_MAX 200

struct list_request {
    struct list_query query;
    struct row_select select;
    const struct export_kind *format; /* of an export */
    struct http_pair *pairs;
    size_t n_pairs;
};

static enum status read_limit(struct call *c, const char *text, size_t *limit)
{
    int64_t n;
    if (!parse_int(text, &n) || n < 1 || n > LIMIT_MAX)
        return call_field(
            c, "limit", arena_printf(c->arena, TR(c, "enter a number from 1 to %d"), LIMIT_MAX));
    *limit = (size_t)n;
    return OK;
}

/* "amount[at_least]": the field, and how it is compared. */
static enum status add_filter(struct call *c, struct list_query *q, const struct http_pair *p)
{
    const char *open = strchr(p->name, '[');
    size_t n = strlen(p->name);
    if (q->n_filters == COUNT(q->filters))
        return call_field(c, p->name, TR(c, "is one filter too many"));
    struct filter f = {.field = p->name, .op = "is", .value = p->value};
    if (open) {
        if (p->name[n - 1] != ']')
            return call_field(c, p->name, TR(c, "is not a parameter of this"));
        f.field = arena_strndup(c->arena, p->name, (size_t)(open - p->name));
        f.op = arena_strndup(c->arena, open + 1, (size_t)(p->name + n - 1 - (open + 1)));
    }
    q->filters[q->n_filters++] = f;
    return OK;
}

static enum status read_format(struct call *c, const char *text, const struct export_kind **out)
{
    *out = export_kind(text);
    return *out ? OK : call_field(c, "format", TR(c, "is csv, xlsx, json or jsonl"));
}

static enum status read_pair(struct rest *q, const struct http_pair *p, struct list_request *l)
{
    struct call *c = q->call;
    if (q->route.export && streq(p->name, "format"))
        return read_format(c, p->value, &l->format);
    if (q->route.export && (streq(p->name, "limit") || streq(p->name, "after") || streq(p->name, "fields")))
        return call_field(c, p->name, TR(c, "is not a parameter of this"));
    if (streq(p->name, "limit"))
        return read_limit(c, p->value, &l->query.limit);
    if (streq(p->name, "fields"))
        return row_select_parse(c, q->route.noun, p->value, &l->select);
    if (streq(p->name, "after"))
        l->query.after = p->value;
    else if (streq(p->name, "sort"))
        l->query.sort = p->value;
    else if (streq(p->name, "search"))
        l->query.search = p->value;
    else
        return add_filter(c, &l->query, p);
    return OK;
}

static enum status read_query(struct rest *q, const char *text, struct list_request *l)
{
    struct call *c = q->call;
    enum status status = OK;
    if (!http_form_parse(c->arena, text, strlen(text), &l->pairs, &l->n_pairs))
        return call_refuse(c, PROBLEM_malformed, TR(c, "The query string is malformed"));
    for (size_t i = 0; i < l->n_pairs; i++) {
        enum status one = read_pair(q, &l->pairs[i], l);
        status = one != OK ? one : status;
    }
    return status;
}

enum status rest_filter(struct rest *q, const char *text, struct list_query *out)
{
    struct list_request l = {0};
    TRY(read_query(q, text, &l));
    *out = l.query;
    return OK;
}

/* The same request from the next row on (RFC 8288). */
static const char *next_link(struct rest *q, const struct list_request *l, const char *next)
{
    struct buf b = buf_in(q->call->arena, 64 * 1024);
    buf_addf(&b, "<%s/%s?", API_ROOT, q->route.noun->plural);
    for (size_t i = 0; i < l->n_pairs; i++) {
        if (streq(l->pairs[i].name, "after"))
            continue;
        buf_add_url(&b, l->pairs[i].name);
        buf_addc(&b, '=');
        buf_add_url(&b, l->pairs[i].value);
        buf_addc(&b, '&');
    }
    buf_adds(&b, "after=");
    buf_add_url(&b, next);
    buf_adds(&b, ">; rel=\"next\"");
    return b.overflow ? NULL : buf_str(&b);
}

static enum status list(struct rest *q)
{
    struct call *c = q->call;
    struct list_request l = {0};
    struct list rows;
    enum status read = read_query(q, q->request->query, &l);
    if (read != OK && (read != REFUSED || c->problem->code != PROBLEM_invalid))
        return read;
    l.query.fields = row_select_fields(q->route.noun, &l.select);
    TRY(noun_list(c, q->route.noun, &l.query, &rows)); /* even when refused: it knows of further problems */
    TRY(read);

    struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_key(&w, "items");
    out_array(&w);
    for (size_t i = 0; i < rows.n; i++)
        TRY(rest_row(q, q->route.noun, &rows.rows[i], &l.select, &w));
    out_end(&w);
    out_kv_string(&w, "next", rows.next);
    out_end(&w);
    const char *link = rows.next ? next_link(q, &l, rows.next) : NULL;
    const struct http_pair headers[] = {{link ? "Link" : NULL, link}, {0}};
    rest_send(q, 200, &b, headers);
    return OK;
}

void rest_list(struct rest *q)
{
    enum status status = list(q);
    if (status != OK)
        rest_fail(q, status);
}

static enum status export(struct rest *q) {
    struct call *c = q->call; struct list_request l = {.format = export_kind("json")}; struct answer_file f;
    TRY(read_query(q, q->request->query, &l));
    TRY(export_file(c, q->route.noun, &l.query, l.format, NULL, &f));
    struct http_reply reply = {.status = 200,
        .type = f.type,
        .file = f.path,
        .headers = {{"Content-Disposition", attachment_header(c->arena, f.name)}}};
    site_release(c);
    http_send(q->request, &reply);
    return OK;
}

void rest_export(struct rest *q)
{
    enum status status = export(q);
    if (status != OK)
        rest_fail(q, status);
}
