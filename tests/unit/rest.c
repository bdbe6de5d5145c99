/* The REST interface over HTTP, on the small model: a server in this process, driven through plain sockets.
 */
#include "small.h"

#include "face/describe.h"
#include "face/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <strings.h>
#include <sys/socket.h>

/* Pages are none of this test's business. */
void web_handle(struct site *s, struct http_request *r)
{
    (void)s;
    http_send(r, &(struct http_reply){.status = 404, .type = "text/plain", .body = "a page", .len = 6});
}

/* ---- a served programme ---- */

struct rig {
    struct fixture *f;
    struct site site;
    struct sequencer *sequencer;
    atomic_int opened, fails_from; /* open_call: how often, and from which time on it fails (0: never) */
};

static struct catalog catalog = {.currency = "EUR"};

static enum status open_call(void *ctx, struct call *c)
{
    struct rig *rig = ctx;
    int n = atomic_fetch_add(&rig->opened, 1) + 1, from = atomic_load(&rig->fails_from);
    c->catalog = &catalog;
    return from && n >= from ? BROKEN : OK;
}

static void add_token(struct fixture *f, int64_t id, const char *secret, int64_t person, const char *scopes)
{
    struct value args[4] = {v_int(id), secret_hash(f->a, secret), v_int(person), v_text(scopes)};
    ASSERT_OK(db_exec(f->db,
        "insert into token (id, version, created, updated, name, hash, person_id, scopes, state) "
        "values ($1, 1, 1, 1, 'test', $2, $3, $4, 'active')",
        args, 4));
    ASSERT_OK(db_flush(f->db));
}

static void serve(struct rig *rig)
{
    struct fixture *f = rig->f;
    const char *error = NULL;
    struct note_key key;
    ASSERT_OK(note_key_new(&key, "tandem.example/log"));
    rig->sequencer = sequencer_new(&key);
    rig->site = (struct site){
        .model = &small_model, .base_url = "http://127.0.0.1", .open_call = open_call, .open_ctx = rig};
    ASSERT_OK(db_pool_open(&rig->site.pool, f->a, f->url, 2, &error));
    ASSERT_OK(committer_start(&rig->site.committer, f->a, f->url, 2, rig->sequencer, &error));
    const struct http_config config = {.listen = "127.0.0.1:0",
        .io_threads = 2,
        .workers = 3,
        .max_connections = 64,
        .header_seconds = 8,
        .body_seconds = 20,
        .idle_seconds = 15,
        .body_memory_max = 64 * 1024,
        .body_max = 1 << 20,
        .handler = site_handle,
        .ctx = &rig->site};
    ASSERT_OK(http_start(&rig->site.http, &config, &error));
}

static int rig_up(void **state, int (*database)(void **))
{
    struct rig *rig = xcalloc(1, sizeof *rig);
    void *f = NULL;
    if (database(&f) != 0)
        return -1;
    rig->f = f;
    make_small(rig->f);
    add_token(rig->f, 1, "vendor", VENDOR_PERSON, ",read,write,");
    add_token(rig->f, 2, "seller", SELLER, ",read,write,");
    add_token(rig->f, 3, "rival", RIVAL, ",read,write,");
    add_token(rig->f, 4, "reader", VENDOR_PERSON, ",read,");
    serve(rig);
    *state = rig;
    return 0;
}

static int rig_on_sqlite(void **state)
{
    return rig_up(state, set_up_sqlite);
}

static int rig_on_postgres(void **state)
{
    return rig_up(state, set_up_postgres);
}

static int rig_down(void **state)
{
    struct rig *rig = *state;
    void *f = rig->f;
    http_stop(rig->site.http, 5);
    committer_stop(rig->site.committer);
    db_pool_close(rig->site.pool);
    sequencer_free(rig->sequencer);
    free(rig);
    return tear_down(&f);
}

/* ---- a client ---- */

struct answer {
    int status;
    const char *text, *body;
    json_t *json; /* NULL: the body is none */
};

static int dial(const struct rig *rig)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(rig->site.http))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

/* One request and its answer, with memory from A. HEADERS are whole lines, or NULL. */
static struct answer ask_in(struct arena *a, const struct rig *rig, const char *token, const char *method,
    const char *path, const char *headers, const char *body)
{
    struct buf b = buf_in(a, 1 << 22);
    const char *error;
    char chunk[16384];
    ssize_t got;
    int fd = dial(rig);
    buf_addf(
        &b, "%s %s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%s", method, path, headers ? headers : "");
    if (token)
        buf_addf(&b, "Authorization: Bearer %s\r\n", token);
    if (body && !(headers && strstr(headers, "Content-Type")))
        buf_adds(&b, "Content-Type: application/json\r\n");
    if (body)
        buf_addf(&b, "Content-Length: %zu\r\n", strlen(body));
    buf_addf(&b, "\r\n%s", body ? body : "");
    assert_int_equal(send(fd, b.p, b.len, MSG_NOSIGNAL), b.len);
    buf_clear(&b);
    while ((got = recv(fd, chunk, sizeof chunk, 0)) > 0)
        buf_add(&b, chunk, (size_t)got);
    close(fd);
    struct answer out = {.text = arena_strdup(a, buf_str(&b))};
    const char *end = strstr(out.text, "\r\n\r\n");
    if (!end)
        fail_msg("no answer to %s %s", method, path);
    out.status = (int)strtol(out.text + 9, NULL, 10);
    out.body = end + 4;
    out.json = json_read(a, out.body, strlen(out.body), &error);
    return out;
}

static struct answer ask(struct rig *rig, const char *token, const char *method, const char *path,
    const char *headers, const char *body)
{
    return ask_in(rig->f->a, rig, token, method, path, headers, body);
}

static struct answer get(struct rig *rig, const char *token, const char *path)
{
    return ask(rig, token, "GET", path, NULL, NULL);
}

static struct answer post(struct rig *rig, const char *token, const char *path, const char *body)
{
    return ask(rig, token, "POST", path, NULL, body);
}

/* The value of a header, or NULL. */
static const char *header(struct rig *rig, const struct answer *a, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = strchr(a->text, '\n'); line && line < a->body - 3; line = strchr(line, '\n')) {
        line++;
        if (strncasecmp(line, name, n) == 0 && line[n] == ':')
            return arena_strndup(rig->f->a, line + n + 2, strcspn(line + n + 2, "\r\n"));
    }
    return NULL;
}

/* A member by its path, "items.0.title"; NULL when there is none. */
static const json_t *member(const json_t *v, const char *path)
{
    char key[64];
    while (v && *path) {
        size_t n = strcspn(path, ".");
        int64_t i;
        snprintf(key, sizeof key, "%.*s", (int)n, path);
        v = json_is_array(v) && parse_int(key, &i) ? json_array_get(v, (size_t)i) : json_object_get(v, key);
        path += n + (path[n] != 0);
    }
    return v;
}

static const char *text(const struct answer *a, const char *path)
{
    return json_string_value(member(a->json, path));
}

static int64_t whole(const struct answer *a, const char *path)
{
    return json_integer_value(member(a->json, path));
}

/* What the problem says of a field, or NULL. */
static const char *complaint(const struct answer *a, const char *field)
{
    size_t i;
    json_t *e;
    json_array_foreach(json_object_get(a->json, "errors"), i,
        e) if (streq(json_string_value(json_object_get(e, "field")),
                   field)) return json_string_value(json_object_get(e, "message"));
    return NULL;
}

static void assert_problem(struct rig *rig, const struct answer *a, int status, const char *code)
{
    if (a->status != status)
        fail_msg("%d instead of %d: %s", a->status, status, a->body);
    assert_string_equal(header(rig, a, "Content-Type"), "application/problem+json");
    assert_string_equal(text(a, "type"), arena_printf(rig->f->a, "/problems/%s", code));
    assert_int_equal(whole(a, "status"), status);
    assert_non_null(text(a, "title"));
}

static const char deal_json[] = "{\"title\":\"Korvath\",\"country\":\"de\",\"amount\":\"84000\"}";

/* A deal of the seller's; its path. */
static const char *make(struct rig *rig, const char *body)
{
    struct answer a = post(rig, "seller", "/api/v1/deals", body);
    if (a.status != 201)
        fail_msg("%d: %s", a.status, a.body);
    return header(rig, &a, "Location");
}

static int64_t rows_of(struct rig *rig, const char *sql)
{
    return number(rig->f, rig->f->db, sql);
}

/* ---- who may come in ---- */

static void a_token_is_needed(void **state)
{
    struct rig *rig = *state;
    static const char *const paths[] = {
        "/api/v1/deals", "/api/v1/nothing", "/api/v2/deals", "/api/v1/deals/x"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct answer a = get(rig, NULL, paths[i]);
        assert_problem(rig, &a, 401, "not_signed_in");
        assert_non_null(strstr(header(rig, &a, "WWW-Authenticate"), "Bearer"));
    }
    struct answer a = get(rig, "guessed", "/api/v1/deals");
    assert_problem(rig, &a, 401, "not_signed_in");
    a = ask(rig, NULL, "GET", "/api/v1/deals", "Authorization: Basic c2VsbGVy\r\n", NULL);
    assert_problem(rig, &a, 401, "not_signed_in");
    a = ask(rig, NULL, "GET", "/api/v1/deals", "authorization: bearer   seller\r\n", NULL);
    assert_int_equal(a.status, 200);
    run(rig->f->db, "update token set expires = 1 where id = 2");
    a = get(rig, "seller", "/api/v1/deals");
    assert_problem(rig, &a, 401, "not_signed_in");
}

static void scopes_and_roles_decide(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json);
    struct answer a = ask(rig, "reader", "PATCH", path, NULL, "{\"rating\":1}");
    assert_problem(rig, &a, 403, "forbidden");
    assert_non_null(text(&a, "detail"));
    a = get(rig, "reader", path);
    assert_int_equal(a.status, 200);
    a = ask(rig, "seller", "DELETE", path, NULL, NULL);
    assert_problem(rig, &a, 403, "forbidden");
    a = post(rig, "vendor", "/api/v1/deals", deal_json); /* register is for partners */
    assert_problem(rig, &a, 403, "forbidden");
}

static void documents_are_public(void **state)
{
    struct rig *rig = *state;
    struct answer a = get(rig, NULL, "/api/v1/openapi.json");
    assert_int_equal(a.status, 200);
    assert_string_equal(text(&a, "openapi"), "3.1.0");
    assert_non_null(member(a.json, "components.schemas.Deal.properties.custom.properties.segment"));
    assert_null(member(a.json, "components.schemas.Deal.properties.custom.properties.risk"));
    assert_null(member(a.json, "components.schemas.Deal.properties.code"));
    assert_null(strstr(a.body, "Risk"));
    a = get(rig, "vendor", "/api/v1/openapi.json");
    assert_non_null(member(a.json, "components.schemas.Deal.properties.custom.properties.risk"));
    a = get(rig, "guessed", "/api/v1/openapi.json");
    assert_problem(rig, &a, 401, "not_signed_in");

    a = get(rig, NULL, "/api/v1/docs");
    assert_int_equal(a.status, 200);
    assert_string_equal(header(rig, &a, "Content-Type"), "text/html; charset=utf-8");
    assert_non_null(strstr(a.body, "/api/v1/docs/deals"));
    a = get(rig, NULL, "/api/v1/docs/deals");
    assert_non_null(strstr(a.body, "/api/v1/deals/{id}/win"));
    assert_non_null(strstr(a.body, "custom.segment"));
    assert_null(strstr(a.body, "custom.risk"));
    a = get(rig, NULL, "/api/v1/docs/weather");
    assert_problem(rig, &a, 404, "not_found");
    a = get(rig, NULL, "/problems/stale");
    assert_int_equal(a.status, 303);
    assert_string_equal(header(rig, &a, "Location"), "/api/v1/docs#problem-stale");
    a = get(rig, NULL, "/api/v1");
    assert_int_equal(a.status, 303);
}

static void health_is_told(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(get(rig, NULL, "/healthz").status, 200);
    run(rig->f->db, "delete from schema_migration where name = 'deal'");
    assert_string_equal(get(rig, NULL, "/readyz").body, "ready\n");
    run(rig->f->db, "delete from schema_migration");
    struct answer a = get(rig, NULL, "/readyz");
    assert_int_equal(a.status, 503);
    assert_string_equal(a.body, "migrations are missing\n");
    assert_string_equal(get(rig, NULL, "/deals").body, "a page");
    assert_string_equal(get(rig, NULL, "/static/none.css").body, "a page");
    assert_string_equal(get(rig, NULL, "/apiary").body, "a page");
}

/* ---- rows ---- */

static void a_row_is_made_and_read(void **state)
{
    struct rig *rig = *state;
    struct answer a = post(rig, "seller", "/api/v1/deals", deal_json);
    assert_int_equal(a.status, 201);
    const char *path = header(rig, &a, "Location"), *id = text(&a, "id");
    assert_string_equal(path, arena_printf(rig->f->a, "/api/v1/deals/%s", id));
    assert_string_equal(header(rig, &a, "ETag"), "\"1\"");
    assert_memory_equal(id, "dea_", 4);
    struct answer b = get(rig, "seller", path);
    assert_int_equal(b.status, 200);
    assert_string_equal(a.body, b.body);
    assert_string_equal(header(rig, &b, "ETag"), "\"1\"");
    assert_string_equal(header(rig, &b, "Content-Type"), "application/json");
    b = ask(rig, "seller", "GET", path, "If-None-Match: \"7\", W/\"1\"\r\n", NULL);
    assert_int_equal(b.status, 304);
    assert_string_equal(b.body, "");
    b = ask(rig, "seller", "GET", path, "If-None-Match: \"11\"\r\n", NULL);
    assert_int_equal(b.status, 200);
    b = ask(rig, "seller", "HEAD", path, NULL, NULL);
    assert_int_equal(b.status, 200);
    assert_string_equal(b.body, "");
    b = post(rig, "seller", "/api/v1/deals/register", deal_json); /* the same verb by its name */
    assert_int_equal(b.status, 201);
}

static void a_row_says_what_kind_its_values_are(void **state)
{
    struct rig *rig = *state;
    struct answer a = post(rig, "vendor", "/api/v1/deals/record",
        "{\"title\":\"Every\\u00a0 kind "
        "\\\"<&\\ud83e\\udd8a\",\"partner_id\":\"Brightwater\",\"state\":\"open\","
        "\"country\":\"DE\",\"currency\":\"JPY\",\"regions\":[\"nordics\",\"dach\"],\"notes\":\"a\\nb\","
        "\"tags\":[\"x\",\"y z\"],\"extra\":{\"k\":[1,null]},\"amount\":1500,\"close_month\":\"2026-09\","
        "\"close_date\":\"2026-02-28\",\"due\":\"2026-08-17T12:00:00.5+02:00\",\"rating\":4,\"share\":0.1,"
        "\"urgent\":true,\"vendor_note\":\"ours\",\"code\":\"sesame\",\"custom\":{\"segment\":\"mid\","
        "\"seats\":40,\"renewal\":true}}");
    if (a.status != 200)
        fail_msg("%d: %s", a.status, a.body);
    assert_string_equal(text(&a, "title"), "Every kind \"<&\xf0\x9f\xa6\x8a");
    assert_string_equal(text(&a, "partner_id"), id_text(rig->f->a, "prt", BRIGHTWATER));
    assert_string_equal(text(&a, "partner_name"), "Brightwater");
    assert_string_equal(text(&a, "amount"), "1500");
    assert_string_equal(text(&a, "close_month"), "2026-09");
    assert_string_equal(text(&a, "close_date"), "2026-02-28");
    assert_string_equal(text(&a, "due"), "2026-08-17T10:00:00.500Z");
    assert_string_equal(text(&a, "regions.0"), "dach");
    assert_string_equal(text(&a, "regions.1"), "nordics");
    assert_string_equal(text(&a, "tags.1"), "y z");
    assert_true(json_is_null(member(a.json, "extra.k.1")));
    assert_true(json_is_true(member(a.json, "urgent")));
    assert_true(json_is_null(member(a.json, "contact")));
    assert_int_equal(whole(&a, "rating"), 4);
    assert_true(json_real_value(member(a.json, "share")) == 0.1);
    assert_int_equal(whole(&a, "custom.seats"), 40);
    assert_true(json_is_true(member(a.json, "custom.renewal")));
    assert_true(json_is_null(member(a.json, "custom.risk")));
    assert_string_equal(text(&a, "vendor_note"), "ours");
    assert_null(strstr(a.body, "sesame"));
    struct answer b = get(rig, "seller", arena_printf(rig->f->a, "/api/v1/deals/%s", text(&a, "id")));
    assert_null(member(b.json, "vendor_note"));
    assert_null(member(b.json, "custom.risk"));
    assert_non_null(member(b.json, "custom.seats"));
}

static void fields_can_be_chosen(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json);
    struct answer a = get(rig, "seller", arena_printf(rig->f->a, "%s?fields=title,partner_id,version", path));
    assert_int_equal(json_object_size(a.json), 5); /* and id, partner_name */
    a = get(rig, "seller", arena_printf(rig->f->a, "%s?fields=vendor_note,nonsense&colour=red", path));
    assert_problem(rig, &a, 422, "invalid");
    assert_int_equal(json_array_size(member(a.json, "errors")), 3);
    assert_non_null(complaint(&a, "colour"));
    a = get(rig, "seller", "/api/v1/deals?fields=title");
    assert_int_equal(json_object_size(member(a.json, "items.0")), 2);
}

/* ---- refusals ---- */

static void all_problems_come_at_once(void **state)
{
    struct rig *rig = *state;
    struct answer a = post(rig, "seller", "/api/v1/deals",
        "{\"title\":[1],\"country\":\"Germany\",\"amount\":0,\"rating\":\"5\",\"vendor_note\":\"x\"}");
    assert_problem(rig, &a, 422, "invalid");
    assert_int_equal(json_array_size(member(a.json, "errors")), 5);
    assert_string_equal(complaint(&a, "title"), "has a value of the wrong type");
    assert_string_equal(complaint(&a, "amount"), "enter a number above 0");
    assert_string_equal(complaint(&a, "vendor_note"), "is not a field of this");
    a = post(rig, "seller", "/api/v1/deals", NULL);
    assert_problem(rig, &a, 422, "invalid");
    assert_string_equal(complaint(&a, "title"), "is needed");
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 0);
}

static void bodies_are_read_strictly(void **state)
{
    struct rig *rig = *state;
    struct buf bomb = buf_in(rig->f->a, 1 << 20);
    static const char *const malformed[] = {"{", "[]", "\"x\"", "null", "{\"a\":1}{}", "{\"a\":1,\"a\":2}",
        "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}", "{'a':1}", "{\"a\":NaN}", "{\"a\":99999999999999999999}",
        "nul"};
    for (size_t i = 0; i < COUNT(malformed); i++) {
        struct answer a = post(rig, "seller", "/api/v1/deals", malformed[i]);
        assert_problem(rig, &a, 400, "malformed");
        assert_non_null(text(&a, "detail"));
    }
    buf_adds(&bomb, "{\"title\":");
    for (int i = 0; i < 30000; i++)
        buf_addc(&bomb, '[');
    struct answer a = post(rig, "seller", "/api/v1/deals", buf_str(&bomb));
    assert_problem(rig, &a, 400, "malformed");
    static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
        "application/jsonp", "multipart/form-data; boundary=x"};
    for (size_t i = 0; i < COUNT(types); i++) {
        a = ask(rig, "seller", "POST", "/api/v1/deals",
            arena_printf(rig->f->a, "Content-Type: %s\r\n", types[i]), deal_json);
        assert_problem(rig, &a, 415, "media_type");
    }
    a = ask(rig, "seller", "POST", "/api/v1/deals", "Content-Type: Application/JSON; charset=utf-8\r\n",
        deal_json);
    assert_int_equal(a.status, 201);
}

/* The same words; only the request's id differs. */
static void assert_same_refusal(const struct answer *a, const struct answer *b)
{
    const char *rest[] = {strstr(a->body, ",\"request_id\""), strstr(b->body, ",\"request_id\"")};
    assert_non_null(rest[0]);
    assert_int_equal(rest[0] - a->body, rest[1] - b->body);
    assert_memory_equal(a->body, b->body, (size_t)(rest[0] - a->body));
    assert_string_not_equal(rest[0], rest[1]);
}

static void a_rivals_row_is_not_there(void **state)
{
    struct rig *rig = *state;
    const char *theirs = make(rig, deal_json), *nobodys = "/api/v1/deals/dea_0000000000077";
    static const struct {
        const char *method, *verb, *body;
    } calls[] = {{"GET", "", NULL}, {"PATCH", "", "{\"rating\":2}"}, {"PATCH", "", "{\"rating\":99,\"x\":1}"},
        {"GET", "?fields=title", NULL}};
    for (size_t i = 0; i < COUNT(calls); i++) {
        const char *one = arena_printf(rig->f->a, "%s%s", theirs, calls[i].verb),
                   *other = arena_printf(rig->f->a, "%s%s", nobodys, calls[i].verb);
        struct answer a = ask(rig, "rival", calls[i].method, one, "If-Match: \"9\"\r\n", calls[i].body),
                      b = ask(rig, "rival", calls[i].method, other, "If-Match: \"9\"\r\n", calls[i].body);
        assert_problem(rig, &a, 404, "not_found");
        assert_same_refusal(&a, &b);
    }
    struct answer a = post(rig, "rival", arena_printf(rig->f->a, "%s/win", theirs), NULL),
                  b = post(rig, "rival", arena_printf(rig->f->a, "%s/win", nobodys), NULL);
    assert_problem(rig, &a, 403, "forbidden"); /* by role, before any row is looked at */
    assert_same_refusal(&a, &b);
    a = get(rig, "rival", "/api/v1/deals?search=korvath");
    assert_int_equal(json_array_size(member(a.json, "items")), 0);
    a = get(rig, "rival", "/api/v1/deals?title=Korvath&sort=title");
    assert_int_equal(json_array_size(member(a.json, "items")), 0);
    a = get(rig, "rival", "/api/v1/deals?partner_id=Brightwater");
    b = get(rig, "rival", "/api/v1/deals?partner_id=Brightsomething");
    assert_problem(rig, &a, 422, "invalid");
    assert_same_refusal(&a, &b);
    a = post(rig, "rival", "/api/v1/deals/count", NULL);
    assert_int_equal(whole(&a, "count"), 0);
    a = post(rig, "seller", "/api/v1/deals/count", NULL);
    assert_int_equal(whole(&a, "count"), 1);
    assert_int_equal(rows_of(rig, "select version from deal"), 1);
}

static void an_id_is_of_its_noun_only(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json), *digits = strrchr(path, '_') + 1;
    static const char *const shapes[] = {"/api/v1/partners/prt_%s", "/api/v1/partners/dea_%s",
        "/api/v1/deals/prt_%s", "/api/v1/deals/%s", "/api/v1/deals/dea_%s0", "/api/v1/deals/dea_0%s",
        "/api/v1/deals/DEA_%s", "/api/v1/deals/dea_%s/", "/api/v1/deals/dea_%s/win/x", "/api/v1/deal/dea_%s",
        "/api/v1/deals/dea_%s/register", "/api/v1/deals/dea_%s/update"};
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct buf b = buf_in(rig->f->a, 1000);
        const char *at = strstr(shapes[i], "%s");
        buf_addf(&b, "%.*s%s%s", (int)(at - shapes[i]), shapes[i], digits, at + 2);
        struct answer a = get(rig, "vendor", buf_str(&b));
        assert_problem(rig, &a, 404, "not_found");
    }
    struct answer a = get(rig, "vendor", path);
    assert_int_equal(a.status, 200);
}

static void methods_are_told(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json), *win = arena_printf(rig->f->a, "%s/win", path);
    const struct {
        const char *method, *path, *allow;
    } cases[] = {{"PUT", path, "GET, HEAD, PATCH, DELETE, OPTIONS"},
        {"POST", path, "GET, HEAD, PATCH, DELETE, OPTIONS"},
        {"DELETE", "/api/v1/deals", "GET, HEAD, POST, OPTIONS"},
        {"PATCH", "/api/v1/partners", "GET, HEAD, POST, OPTIONS"}, {"GET", win, "POST, OPTIONS"},
        {"GET", "/api/v1/deals/count", "POST, OPTIONS"},
        {"DELETE", "/api/v1/partners/prt_00000000000Z9", "GET, HEAD, OPTIONS"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct answer a = ask(rig, "vendor", cases[i].method, cases[i].path, NULL, NULL);
        assert_problem(rig, &a, 405, "method");
        assert_string_equal(header(rig, &a, "Allow"), cases[i].allow);
        a = ask(rig, "vendor", "OPTIONS", cases[i].path, NULL, NULL);
        assert_int_equal(a.status, 204);
        assert_string_equal(header(rig, &a, "Allow"), cases[i].allow);
    }
}

/* ---- lists ---- */

static void make_many(struct rig *rig, int n)
{
    for (int i = 0; i < n; i++)
        make(rig, arena_printf(rig->f->a,
                      "{\"title\":\"Deal %02d\",\"country\":\"%s\",\"amount\":\"%d\",\"rating\":%d}", i,
                      i % 2 ? "SE" : "DE", 1000 + i, 1 + i % 5));
}

static void pages_follow_their_link(void **state)
{
    struct rig *rig = *state;
    make_many(rig, 7);
    const char *path = "/api/v1/deals?limit=3&sort=title&country[in]=SE%2CDE";
    struct buf seen = buf_in(rig->f->a, 10000);
    int pages = 0;
    while (path) {
        struct answer a = get(rig, "seller", path);
        assert_int_equal(a.status, 200);
        size_t n = json_array_size(member(a.json, "items"));
        for (size_t i = 0; i < n; i++)
            buf_addf(&seen, "%s ", text(&a, arena_printf(rig->f->a, "items.%zu.title", i)) + 5);
        const char *link = header(rig, &a, "Link");
        assert_int_equal(link != NULL, text(&a, "next") != NULL);
        make(rig, "{\"title\":\"Deal 000\",\"country\":\"DE\",\"amount\":\"1\"}"); /* before the cursor */
        if (link)
            assert_string_equal(strchr(link, '>'), ">; rel=\"next\"");
        path = link ? arena_strndup(rig->f->a, link + 1, strcspn(link, ">") - 1) : NULL;
        pages++;
    }
    assert_int_equal(pages, 3);
    assert_string_equal(buf_str(&seen), "00 01 02 03 04 05 06 ");
}

static void lists_are_filtered(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *query;
        size_t n;
    } cases[] = {{"", 7}, {"country=SE", 3}, {"country%5Bnot%5D=SE", 4}, {"amount[at_least]=1005", 2},
        {"amount[above]=1001&amount[below]=1004.00", 2}, {"rating[in]=1,2&country=DE", 2},
        {"search=deal+03", 1}, {"search=%22deal%22%20%2A", 7}, {"close_month[known]=false", 7},
        {"custom.segment=mid", 0}, {"custom.seats[known]=false", 7}, {"partner_id=Brightwater", 7},
        {"created[above]=2099-01-01T00:00:00Z", 0}, {"limit=2", 2}, {"limit=200", 7}};
    make_many(rig, 7);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct answer a = get(rig, "seller", arena_printf(rig->f->a, "/api/v1/deals?%s", cases[i].query));
        if (a.status != 200 || json_array_size(member(a.json, "items")) != cases[i].n)
            fail_msg("%s: %d %s", cases[i].query, a.status, a.body);
    }
}

static void wrong_parameters_are_told_at_once(void **state)
{
    struct rig *rig = *state;
    struct answer a = get(rig, "seller",
        "/api/v1/"
        "deals?limit=201&sort=notes&fields=zz&amount=x&rating[like]=3&vendor_note=x&title[is=x&custom.q=1");
    assert_problem(rig, &a, 422, "invalid");
    assert_int_equal(json_array_size(member(a.json, "errors")), 8);
    assert_string_equal(complaint(&a, "limit"), "enter a number from 1 to 200");
    assert_string_equal(complaint(&a, "rating"), "cannot be filtered like that");
    a = get(rig, "seller", "/api/v1/deals?limit=0");
    assert_problem(rig, &a, 422, "invalid");
    a = get(rig, "seller", "/api/v1/deals?close_month[known]=perhaps&custom.seats[known]=");
    assert_problem(rig, &a, 422, "invalid");
    assert_string_equal(complaint(&a, "close_month"), "say yes or no");
    assert_string_equal(complaint(&a, "custom.seats"), "is needed");
    a = get(rig, "seller", "/api/v1/deals?after=x");
    assert_string_equal(complaint(&a, "after"), "this is no cursor of this list");
    a = get(rig, "seller", "/api/v1/deals?title=%ff");
    assert_problem(rig, &a, 400, "malformed");
    struct buf many = buf_in(rig->f->a, 10000);
    for (int i = 0; i < 13; i++)
        buf_addf(&many, "&rating=%d", 1 + i % 5);
    a = get(rig, "seller", arena_printf(rig->f->a, "/api/v1/deals?%s", buf_str(&many) + 1));
    assert_string_equal(complaint(&a, "rating"), "is one filter too many");
}

/* ---- changes ---- */

static void a_change_can_name_the_version_it_saw(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json);
    struct answer a = ask(rig, "seller", "PATCH", path, "If-Match: \"1\"\r\n", "{\"rating\":2}");
    assert_int_equal(a.status, 200);
    assert_string_equal(header(rig, &a, "ETag"), "\"2\"");
    assert_int_equal(whole(&a, "rating"), 2);
    assert_string_equal(text(&a, "title"), "Korvath");
    static const char *const stale[] = {"\"1\"", "\"3\"", "W/\"2\"", "2", "\"x\"", "\"\"", "\"-1\"",
        "\"2\", \"1\"", "\"2\"\"", "\"1-sourced\"", "\"-2\""};
    for (size_t i = 0; i < COUNT(stale); i++) {
        a = ask(rig, "seller", "PATCH", path, arena_printf(rig->f->a, "If-Match: %s\r\n", stale[i]),
            "{\"rating\":3}");
        assert_problem(rig, &a, 412, "stale");
    }
    a = ask(rig, "seller", "PATCH", path, "If-Match: *\r\n", "{\"rating\":3}");
    assert_int_equal(a.status, 200);
    a = ask(rig, "seller", "PATCH", path, "If-Match: \"3-sourced\"\r\n", "{\"rating\":3}"); /* rest_etag() */
    assert_int_equal(a.status, 200);
    a = ask(rig, "seller", "PATCH", path, NULL, "{\"rating\":3}"); /* nothing new: the version stays */
    assert_int_equal(whole(&a, "version"), 3);
}

static void verbs_run_from_their_states(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json), *win = arena_printf(rig->f->a, "%s/win", path);
    struct answer a = post(rig, "seller", win, "{\"reason\":1}");
    assert_problem(rig, &a, 422, "invalid");
    a = post(rig, "seller", win, "{}");
    assert_int_equal(a.status, 200);
    assert_string_equal(text(&a, "state"), "won");
    a = post(rig, "seller", win, NULL);
    assert_problem(rig, &a, 409, "state");
    a = ask(rig, "vendor", "DELETE", path, NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_true(json_is_true(member(a.json, "ok")));
    a = get(rig, "seller", path);
    assert_problem(rig, &a, 404, "not_found");
    assert_int_equal(rows_of(rig, "select count(*) from event"), 3);
}

static void what_is_in_use_is_a_problem_of_its_field(void **state)
{
    struct rig *rig = *state;
    const char *one = make(rig, deal_json), *two = make(rig, deal_json);
    struct answer a = ask(rig, "vendor", "PATCH", one, NULL, "{\"code\":\"x\",\"contact\":\"a@b.example\"}");
    assert_int_equal(a.status, 200);
    a = ask(rig, "vendor", "PATCH", two, NULL, "{\"code\":\"x\",\"contact\":\"a@b.example\"}");
    assert_problem(rig, &a, 422, "invalid");
    assert_string_equal(complaint(&a, "contact"), "is in use already");
    assert_string_equal(complaint(&a, "code"), "is in use already");
    a = post(rig, "vendor", "/api/v1/deals/record",
        "{\"title\":\"x\",\"partner_id\":\"Brightwater\",\"contact\":\"a@b.example\"}");
    assert_string_equal(complaint(&a, "contact"), "is in use already");
    a = post(rig, "vendor", "/api/v1/deals/record",
        "{\"title\":\"x\",\"partner_id\":\"Rivaltec\",\"contact\":\"a@b.example\"}");
    assert_int_equal(a.status, 200);
    a = ask(rig, "vendor", "PATCH", one, NULL, "{\"code\":\"x\",\"rating\":2}"); /* its own */
    assert_int_equal(a.status, 200);
}

/* ---- repeated calls ---- */

static struct answer keyed(
    struct rig *rig, const char *token, const char *path, const char *key, const char *body)
{
    return ask(rig, token, "POST", path, arena_printf(rig->f->a, "Idempotency-Key: %s\r\n", key), body);
}

static void a_key_runs_once(void **state)
{
    struct rig *rig = *state;
    struct answer a = keyed(rig, "seller", "/api/v1/deals", "key-00001", deal_json),
                  b = keyed(rig, "seller", "/api/v1/deals", "key-00001", deal_json);
    assert_int_equal(a.status, 201);
    assert_int_equal(b.status, 201);
    assert_string_equal(a.body, b.body);
    assert_string_equal(header(rig, &a, "Location"), header(rig, &b, "Location"));
    assert_null(header(rig, &a, "Idempotent-Replayed"));
    assert_string_equal(header(rig, &b, "Idempotent-Replayed"), "true");
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 1);

    b = keyed(rig, "seller", "/api/v1/deals", "key-00001",
        "{\"title\":\"Other\",\"country\":\"de\",\"amount\":\"84000\"}");
    assert_problem(rig, &b, 422, "idempotency");
    b = keyed(rig, "rival", "/api/v1/deals", "key-00001", deal_json); /* a key is its token's */
    assert_int_equal(b.status, 201);
    assert_string_not_equal(text(&a, "id"), text(&b, "id"));
    b = keyed(rig, "seller", "/api/v1/deals", "short", deal_json);
    assert_problem(rig, &b, 400, "malformed");
    b = keyed(rig, "seller", "/api/v1/deals", "with a space in it", deal_json);
    assert_problem(rig, &b, 400, "malformed");
}

static void a_key_remembers_what_was_done_not_what_is(void **state)
{
    struct rig *rig = *state;
    const char *path = make(rig, deal_json), *win = arena_printf(rig->f->a, "%s/win", path);
    assert_int_equal(keyed(rig, "seller", win, "win-00001", NULL).status, 200);
    struct answer a = keyed(rig, "seller", win, "win-00001", NULL); /* its state would not allow it twice */
    assert_int_equal(a.status, 200);
    assert_string_equal(header(rig, &a, "Idempotent-Replayed"), "true");
    const char *other = arena_printf(rig->f->a, "%s/win", make(rig, deal_json));
    a = keyed(rig, "seller", other, "win-00001", NULL); /* another row is another call */
    assert_problem(rig, &a, 422, "idempotency");
}

static void a_refused_call_leaves_its_key_free(void **state)
{
    struct rig *rig = *state;
    struct answer a = keyed(rig, "seller", "/api/v1/deals", "key-00002", "{}");
    assert_problem(rig, &a, 422, "invalid");
    a = keyed(rig, "seller", "/api/v1/deals", "key-00002", deal_json);
    assert_int_equal(a.status, 201);
    run(rig->f->db, "update idempotency set created = created - 90000000000"); /* 25 hours ago */
    a = keyed(rig, "seller", "/api/v1/deals", "key-00002", deal_json);
    assert_int_equal(a.status, 201);
    assert_null(header(rig, &a, "Idempotent-Replayed"));
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 2);
    assert_int_equal(rows_of(rig, "select count(*) from idempotency"), 1);
}

struct worker {
    pthread_t thread;
    struct rig *rig;
    struct arena *arena;
    int number, repeats;
    const char *ids[20];
    int made;
};

static void *send_same(void *arg)
{
    struct worker *w = arg;
    struct answer a = ask_in(
        w->arena, w->rig, "seller", "POST", "/api/v1/deals", "Idempotency-Key: all-at-once\r\n", deal_json);
    w->made = a.status == 201;
    w->ids[0] = text(&a, "id");
    return NULL;
}

static void *send_different(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < w->repeats; i++) {
        const char *body = arena_printf(
            w->arena, "{\"title\":\"Deal %d-%d\",\"country\":\"de\",\"amount\":\"1\"}", w->number, i);
        struct answer a = ask_in(w->arena, w->rig, "seller", "POST", "/api/v1/deals", NULL, body);
        w->made += a.status == 201;
        ask_in(w->arena, w->rig, "seller", "GET", "/api/v1/deals?limit=1", NULL, NULL);
    }
    return NULL;
}

static void together(struct rig *rig, struct worker *workers, int n, void *(*fn)(void *), int repeats)
{
    for (int i = 0; i < n; i++) {
        workers[i] = (struct worker){.rig = rig, .arena = arena_new(), .number = i, .repeats = repeats};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, fn, &workers[i]), 0);
    }
    for (int i = 0; i < n; i++)
        pthread_join(workers[i].thread, NULL);
}

static void a_key_sent_twice_at_the_same_time_makes_one_row(void **state)
{
    struct rig *rig = *state;
    struct worker workers[8];
    together(rig, workers, 8, send_same, 1);
    for (int i = 0; i < 8; i++) {
        assert_true(workers[i].made);
        assert_string_equal(workers[i].ids[0], workers[0].ids[0]);
    }
    for (int i = 0; i < 8; i++)
        arena_free(workers[i].arena);
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 1);
}

/* More workers than connections, and more clients than both: nobody waits for the committer with one in hand.
 */
static void many_clients_share_few_connections(void **state)
{
    struct rig *rig = *state;
    struct worker workers[8];
    int made = 0;
    together(rig, workers, 8, send_different, 10);
    for (int i = 0; i < 8; i++) {
        made += workers[i].made;
        arena_free(workers[i].arena);
    }
    assert_int_equal(made, 80);
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 80);
    assert_int_equal(rows_of(rig, "select max(seq) from event"), 80);
}

/* ---- when the database is away ---- */

static void an_absent_database_is_told(void **state)
{
    struct rig *rig = *state;
    atomic_store(&rig->fails_from, 1);
    struct answer a = get(rig, "seller", "/api/v1/deals");
    assert_problem(rig, &a, 503, "unavailable");
    assert_string_equal(header(rig, &a, "Retry-After"), "5");
    atomic_store(&rig->fails_from, 0);
    run(rig->f->db, "drop table event");
    a = post(rig, "seller", "/api/v1/deals", deal_json);
    assert_problem(rig, &a, 503, "unavailable");
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 0);
}

static void what_was_stored_is_not_denied(void **state)
{
    struct rig *rig = *state;
    atomic_store(&rig->opened, 0);
    atomic_store(&rig->fails_from, 2); /* the snapshot behind the commit */
    struct answer a = post(rig, "seller", "/api/v1/deals", deal_json);
    assert_int_equal(a.status, 201);
    assert_true(json_is_true(member(a.json, "ok")));
    assert_memory_equal(text(&a, "id"), "dea_", 4);
    assert_int_equal(rows_of(rig, "select count(*) from deal"), 1);
}

/* ---- without a server ---- */

static void keep_status(void *ctx, struct call *c, enum status status)
{
    assert_non_null(c->db);
    *(enum status *)ctx = status;
}

static void verbs_run_without_a_server(void **state)
{
    struct rig *rig = *state;
    struct site site = rig->site;
    enum status status = BROKEN;
    struct arena *a = arena_new();
    struct call *c = call_new(a, &small_model, &seller, instant_now());
    site.http = NULL;
    c->verb = &deal_register;
    ASSERT_OK(site_snapshot(&site, c));
    ASSERT_OK(read_json(c, deal_json));
    site_run_verb(&site, c, keep_status, &status);
    ASSERT_OK(status);
    assert_true(c->result_id != 0);
    c = call_new(a, &small_model, &rival, instant_now());
    c->verb = &deal_delete;
    site_run_verb(&site, c, keep_status, &status);
    assert_int_equal(status, REFUSED);
    assert_int_equal(c->problem->code, PROBLEM_forbidden);
    arena_free(a);
}

static void declarations_are_described(void **state)
{
    (void)state;
    static const char *const subjects[] = {"openapi", "permissions", "schema", "errors"};
    model_check(&small_model);
    for (size_t i = 0; i < COUNT(subjects); i++) {
        struct buf b = buf_new(BUF_MAX_DEFAULT);
        assert_int_equal(describe(&b, &small_model, subjects[i]), 0);
        assert_true(b.len > 200);
        assert_null(strstr(buf_str(&b), "sesame"));
        buf_free(&b);
    }
    struct buf b = buf_new(1000);
    assert_int_equal(describe(&b, &small_model, "weather"), -1);
    buf_free(&b);
}

#define RIG_SQLITE(test)                                                                                     \
    {                                                                                                        \
        "sqlite: " #test, test, rig_on_sqlite, rig_down, NULL                                                \
    }
#define RIG_POSTGRES(test)                                                                                   \
    {                                                                                                        \
        "postgresql: " #test, test, rig_on_postgres, rig_down, NULL                                          \
    }
#define TESTS(ON)                                                                                            \
    ON(a_token_is_needed), ON(scopes_and_roles_decide), ON(documents_are_public), ON(health_is_told),        \
        ON(a_row_is_made_and_read), ON(a_row_says_what_kind_its_values_are), ON(fields_can_be_chosen),       \
        ON(all_problems_come_at_once), ON(bodies_are_read_strictly), ON(a_rivals_row_is_not_there),          \
        ON(an_id_is_of_its_noun_only), ON(methods_are_told), ON(pages_follow_their_link),                    \
        ON(lists_are_filtered), ON(wrong_parameters_are_told_at_once),                                       \
        ON(a_change_can_name_the_version_it_saw), ON(verbs_run_from_their_states),                           \
        ON(what_is_in_use_is_a_problem_of_its_field), ON(a_key_runs_once),                                   \
        ON(a_key_remembers_what_was_done_not_what_is), ON(a_refused_call_leaves_its_key_free),               \
        ON(a_key_sent_twice_at_the_same_time_makes_one_row), ON(many_clients_share_few_connections),         \
        ON(an_absent_database_is_told), ON(what_was_stored_is_not_denied), ON(verbs_run_without_a_server)

int main(void)
{
    const struct CMUnitTest plain[] = {cmocka_unit_test(declarations_are_described)};
    const struct CMUnitTest on_sqlite[] = {TESTS(RIG_SQLITE)};
    const struct CMUnitTest on_postgres[] = {TESTS(RIG_POSTGRES)};
    int failed = cmocka_run_group_tests(plain, NULL, NULL) + cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (have_postgres())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
