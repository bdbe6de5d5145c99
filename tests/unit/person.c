/* People: who may make and change whom, the last administrator, signing in, tokens; on both databases. */
#include "domain/person/person.h"
#include "app/registry.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "domain/partner/partner.h"
#include "domain/person/sign_in.h"
#include "runtime/session.h"

#include "store_fixture.h"

enum { ADMIN_ID = 1, OPERATIONS_ID, MANAGER_ID, SELLER_ID, AUDITOR_ID, MAYA_ID, MAX_ID, OTTO_ID };
enum { BRIGHTWATER = 1001, CEDARLINE = 2002 };

static struct instant now = {1780000000000000};
static struct catalog catalog = {.currency = "EUR", .vendor = "Velmora"};

static void make_people(struct fixture *f)
{
    const char *error = NULL;
    if (db_migrate(f->db, f->a, &error) != OK)
        fail_msg("%s", error);
    run(f->db, "insert into partner (id, version, created, updated, name, domain, country, tier, standing) "
               "values (1001, 1, 1, 1, 'Brightwater', 'brightwater.example', 'SE', 'gold', 'good'), "
               "(2002, 1, 1, 1, 'Cedarline', 'cedarline.example', 'DE', 'gold', 'good')");
    run(f->db,
        "insert into person (id, version, created, updated, name, email, role, partner_id, language, state) "
        "values (1, 1, 1, 1, 'Ada', 'ada@velmora.example', 'admin', null, 'en', 'active'), "
        "(2, 1, 1, 1, 'Ruth', 'ruth@velmora.example', 'operations', null, 'en', 'active'), "
        "(3, 1, 1, 1, 'Paul', 'paul@velmora.example', 'partner_manager', null, 'en', 'active'), "
        "(4, 1, 1, 1, 'Vic', 'vic@velmora.example', 'vendor_seller', null, 'en', 'active'), "
        "(5, 1, 1, 1, 'Aud', 'aud@velmora.example', 'auditor', null, 'en', 'active'), "
        "(6, 1, 1, 1, 'Maya', 'maya@brightwater.example', 'partner_admin', 1001, 'de', 'active'), "
        "(7, 1, 1, 1, 'Max', 'max@brightwater.example', 'partner_seller', 1001, 'en', 'active'), "
        "(8, 1, 1, 1, 'Otto', 'otto@cedarline.example', 'partner_admin', 2002, 'en', 'active')");
}

static const struct viewer *viewer_of(struct fixture *f, int64_t person)
{
    static const struct viewer nobody = {.role = ROLE_NONE, .scopes = SCOPE_ALL};
    struct viewer *v = ARENA_NEW(f->a, struct viewer);
    struct rows rows;
    struct value args[1] = {v_int(person)};
    if (!person)
        return &nobody;
    ASSERT_OK(db_query(f->db, f->a, &rows, "select email from person where id = $1", args, 1));
    ASSERT_OK(person_viewer(f->db, f->a, cell_text(&rows, 0, 0), v));
    return v;
}

/* The verb in a transaction, with its input as REST reads it. */
static struct call *act(struct fixture *f, int64_t person, const struct verb *verb, int64_t row,
    const char *json, enum status want)
{
    struct call *c = call_new(f->a, &tandem_model, viewer_of(f, person), now);
    struct given *given;
    const char *error;
    size_t n;
    c->verb = verb;
    c->row_id = row;
    c->db = f->db;
    c->catalog = &catalog;
    c->base_url = "https://partners.example";
    json_t *body = json_read(f->a, json, strlen(json), &error);
    if (!body)
        fail_msg("%s: %s", error, json);
    given_from_json(c, body, &given, &n);
    ASSERT_OK(db_begin_write(f->db));
    enum status s = verb_prepare(c);
    if (s == OK)
        s = input_read(c, given, n, true);
    if (s == OK)
        s = verb_run(c);
    if (s == OK)
        s = db_commit(f->db);
    db_rollback(f->db);
    if (s != want)
        fail_msg("%s.%s %s by %lld: %d %s", verb->noun->name, verb->name, json, (long long)person, s,
            c->problem ? c->problem->n_fields ? c->problem->fields[0].message : problem_name(c->problem->code)
                       : "");
    return c;
}

static bool refused_with(const struct call *c, enum problem_code code)
{
    return c->problem && c->problem->code == code;
}

static const char *text(struct fixture *f, const char *sql)
{
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, sql, NULL, 0));
    assert_int_equal(rows.n, 1);
    return cell_text(&rows, 0, 0);
}

/* ---- who makes whom ---- */

static void who_may_invite_whom(void **state)
{
    struct fixture *f = *state;
    static const char *const roles[] = {"admin", "operations", "partner_manager", "vendor_seller",
        "executive", "auditor", "partner_admin", "partner_seller"};
    /* a letter a role, in their order: x may be given */
    static const struct {
        int64_t by, at;
        const char *may;
    } cases[] = {
        {ADMIN_ID, 0, "xxxxxx.."},
        {ADMIN_ID, BRIGHTWATER, "......xx"},
        {OPERATIONS_ID, 0, ".xxxxx.."},
        {OPERATIONS_ID, BRIGHTWATER, "......xx"},
        {MANAGER_ID, 0, "........"},
        {MANAGER_ID, CEDARLINE, "......xx"},
        {SELLER_ID, BRIGHTWATER, "........"},
        {AUDITOR_ID, 0, "........"},
        {MAYA_ID, 0, "......xx"}, /* her own company when none is said */
        {MAYA_ID, BRIGHTWATER, "......xx"},
        {MAYA_ID, CEDARLINE, "........"},
        {MAX_ID, BRIGHTWATER, "........"},
        {OTTO_ID, BRIGHTWATER, "........"},
        {0, 0, "........"},
    };
    make_people(f);
    int made = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t r = 0; r < COUNT(roles); r++) {
            const char *at =
                cases[i].at ? arena_printf(f->a, "\"%s\"", id_text(f->a, "prt", cases[i].at)) : "null";
            const char *json = arena_printf(f->a,
                "{\"name\":\"New\",\"email\":\"new%d@brightwater.example\",\"role\":\"%s\",\"partner_id\":%"
                "s}",
                ++made, roles[r], at);
            bool may = cases[i].may[r] == 'x';
            struct call *c = act(f, cases[i].by, &person_invite, 0, json, may ? OK : REFUSED);
            struct value args[1] = {v_text(arena_printf(f->a, "new%d@brightwater.example", made))};
            struct rows rows;
            ASSERT_OK(db_query(f->db, f->a, &rows,
                "select role, coalesce(partner_id, 0), state from person where email = $1", args, 1));
            assert_int_equal(rows.n, may);
            if (!may) {
                assert_non_null(c->problem);
                continue;
            }
            assert_string_equal(cell_text(&rows, 0, 0), roles[r]);
            assert_int_equal(cell_int(&rows, 0, 1), cases[i].by == MAYA_ID ? BRIGHTWATER : cases[i].at);
            assert_string_equal(cell_text(&rows, 0, 2), "invited");
        }
    }
}

static void an_invitation_brings_a_link(void **state)
{
    struct fixture *f = *state;
    make_people(f);
    act(f, MAYA_ID, &person_invite, 0,
        "{\"name\":\"Nina\",\"email\":\"Nina@Brightwater.example\",\"role\":\"partner_seller\"}", OK);
    assert_string_equal(text(f, "select email from person where name = 'Nina'"), "nina@brightwater.example");
    assert_string_equal(text(f, "select language from person where name = 'Nina'"), "de"); /* as hers */
    assert_string_equal(text(f, "select recipient from mail"), "nina@brightwater.example");
    assert_non_null(strstr(text(f, "select subject from mail"), "Velmora"));
    const char *body = text(f, "select body from mail");
    const char *link = strstr(body, "https://partners.example/sign-in/");
    assert_non_null(link);
    const char *secret = link + strlen("https://partners.example/sign-in/");
    secret = arena_strndup(f->a, secret, strcspn(secret, "\n"));
    struct call *c = act(f, 0, &person_sign_in, 0, arena_printf(f->a, "{\"secret\":\"%s\"}", secret), OK);
    assert_non_null(c->session_secret);
    assert_string_equal(text(f, "select state from person where name = 'Nina'"), "active");
    c = act(f, MAYA_ID, &person_invite, 0,
        "{\"name\":\"Again\",\"email\":\"nina@brightwater.EXAMPLE\",\"role\":\"partner_seller\"}", REFUSED);
    assert_string_equal(c->problem->fields[0].field, "email");
}

/* ---- who changes whom ---- */

static void who_may_change_whom(void **state)
{
    struct fixture *f = *state;
    /* a letter for each of the eight: x may be changed */
    static const struct {
        int64_t by;
        const char *may;
    } cases[] = {{ADMIN_ID, "xxxxxxxx"}, {OPERATIONS_ID, ".xxxxxxx"}, {MANAGER_ID, ".....xxx"},
        {SELLER_ID, "........"}, {AUDITOR_ID, "........"}, {MAYA_ID, ".....xx."}, {MAX_ID, "........"},
        {OTTO_ID, ".......x"}, {0, "........"}};
    make_people(f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int64_t person = ADMIN_ID; person <= OTTO_ID; person++) {
            bool may = cases[i].may[person - 1] == 'x';
            now.us++; /* each change is one */
            struct call *c = act(f, cases[i].by, &person_update, person,
                arena_printf(f->a, "{\"phone\":\"%lld\"}", (long long)now.us), may ? OK : REFUSED);
            assert_true(may || refused_with(c, PROBLEM_forbidden) || refused_with(c, PROBLEM_not_found));
            if (person == cases[i].by)
                continue;
            act(f, cases[i].by, &person_deactivate, person, "{}", may && person != ADMIN_ID ? OK : REFUSED);
            if (may && person != ADMIN_ID)
                act(f, cases[i].by, &person_activate, person, "{}", OK);
        }
    }
}

static void roles_are_not_taken(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int64_t by, person;
        const char *role;
    } cases[] = {
        {OPERATIONS_ID, OPERATIONS_ID, "admin"}, /* nobody raises himself */
        {OPERATIONS_ID, ADMIN_ID, "auditor"},    /* nor lowers who stands above */
        {OPERATIONS_ID, MAYA_ID, "admin"},
        {MANAGER_ID, MAX_ID, "operations"},
        {MANAGER_ID, OPERATIONS_ID, "partner_seller"},
        {MAYA_ID, MAX_ID, "operations"},
        {MAYA_ID, MAYA_ID, "admin"},
        {MAYA_ID, OTTO_ID, "partner_seller"},
        {MAX_ID, MAX_ID, "partner_admin"},
        {ADMIN_ID, MAYA_ID, "operations"}, /* a partner's person stays one */
        {ADMIN_ID, OPERATIONS_ID, "partner_admin"},
        {ADMIN_ID, MAYA_ID, "system"},
        {ADMIN_ID, MAYA_ID, ""},
    };
    make_people(f);
    for (size_t i = 0; i < COUNT(cases); i++)
        act(f, cases[i].by, &person_update, cases[i].person,
            arena_printf(f->a, "{\"role\":\"%s\"}", cases[i].role), REFUSED);
    assert_int_equal(number(f, f->db, "select count(*) from person where version > 1"), 0);
    act(f, MAYA_ID, &person_update, MAX_ID, "{\"role\":\"partner_admin\"}", OK);
    act(f, ADMIN_ID, &person_update, OPERATIONS_ID, "{\"role\":\"admin\"}", OK);
    act(f, OPERATIONS_ID, &person_update, ADMIN_ID, "{\"role\":\"auditor\"}", OK); /* now they are two */
}

static void the_last_administrator_stays(void **state)
{
    struct fixture *f = *state;
    make_people(f);
    struct call *c = act(f, ADMIN_ID, &person_update, ADMIN_ID, "{\"role\":\"operations\"}", REFUSED);
    assert_true(refused_with(c, PROBLEM_state));
    c = act(f, ADMIN_ID, &person_deactivate, ADMIN_ID, "{}", REFUSED); /* nobody deactivates himself */
    assert_true(refused_with(c, PROBLEM_state));
    run(f->db,
        "insert into person (id, version, created, updated, name, email, role, language, state) values "
        "(20, 1, 1, 1, 'Second', 'second@velmora.example', 'admin', 'en', 'inactive')");
    act(f, ADMIN_ID, &person_update, ADMIN_ID, "{\"role\":\"operations\"}", REFUSED); /* she cannot act */
    act(f, ADMIN_ID, &person_activate, 20, "{}", OK);
    act(f, 20, &person_deactivate, ADMIN_ID, "{}", OK);
    act(f, 20, &person_update, 20, "{\"role\":\"operations\"}", REFUSED);
    assert_int_equal(
        number(f, f->db, "select count(*) from person where role = 'admin' and state = 'active'"), 1);
}

static void deactivating_ends_everything_at_once(void **state)
{
    struct fixture *f = *state;
    const char *secret;
    struct viewer v;
    make_people(f);
    ASSERT_OK(session_create(f->db, f->a,
        &(struct session_start){.person_id = MAX_ID, .method = "link", .trusted = true}, now, &secret));
    struct call *made =
        act(f, MAX_ID, &token_create, 0, "{\"name\":\"t\",\"scopes\":[\"read\",\"write\"]}", OK);
    act(f, MAYA_ID, &person_deactivate, MAX_ID, "{}", OK);
    assert_int_equal(session_viewer(f->db, f->a, secret, now, &v), REFUSED);
    assert_int_equal(token_viewer(f->db, f->a, made->result, now, &v), REFUSED);
    assert_int_equal(number(f, f->db, "select count(*) from session"), 0);
    act(f, MAYA_ID, &person_deactivate, MAX_ID, "{}", REFUSED); /* he is gone already */
    act(f, MAYA_ID, &person_activate, MAX_ID, "{}", OK);
    assert_int_equal(session_viewer(f->db, f->a, secret, now, &v), REFUSED); /* he signs in anew */
}

/* ---- one's own ---- */

static void ones_own_settings(void **state)
{
    struct fixture *f = *state;
    make_people(f);
    act(f, MAX_ID, &person_update_me, 0, "{\"name\":\"Maximilian\",\"zone\":\"Europe/Berlin\"}", OK);
    assert_string_equal(text(f, "select name from person where id = 7"), "Maximilian");
    assert_string_equal(text(f, "select language from person where id = 7"), "en");
    act(f, MAX_ID, &person_update_me, 0, "{\"zone\":null}", OK);
    assert_null(text(f, "select zone from person where id = 7"));
    static const char *const bad[] = {"{\"role\":\"admin\"}", "{\"email\":\"x@y.example\"}",
        "{\"partner_id\":null}", "{\"state\":\"active\"}", "{\"name\":\"\"}", "{\"language\":\"xx\"}",
        "{\"zone\":\"Mars/Phobos\"}"};
    for (size_t i = 0; i < COUNT(bad); i++)
        act(f, MAX_ID, &person_update_me, 0, bad[i], REFUSED);
    act(f, 0, &person_update_me, 0, "{\"name\":\"Nobody\"}", REFUSED);
    assert_int_equal(number(f, f->db, "select count(*) from person where version > 1"), 1);
}

/* ---- signing in ---- */

static int64_t mails(struct fixture *f)
{
    return number(f, f->db, "select count(*) from mail");
}

static void ask(struct fixture *f, const char *email)
{
    struct call *c = act(f, 0, &person_sign_in_link, 0, arena_printf(f->a, "{\"email\":\"%s\"}", email), OK);
    assert_int_equal(c->result_id, 0);
    assert_null(c->result_json);
    assert_null(c->result);
    assert_null(c->events);
}

static void a_link_goes_to_whom_it_should(void **state)
{
    struct fixture *f = *state;
    make_people(f);
    ask(f, "nobody@brightwater.example");
    assert_int_equal(mails(f), 0);
    ask(f, "MAYA@brightwater.example");
    assert_int_equal(mails(f), 1);
    assert_string_equal(text(f, "select recipient from mail"), "maya@brightwater.example");
    assert_non_null(strstr(text(f, "select body from mail"), "Guten Tag Maya")); /* in her language */
    run(f->db, "update person set state = 'inactive' where id = 7");
    ask(f, "max@brightwater.example");
    assert_int_equal(mails(f), 1);
    for (int i = 0; i < 10; i++)
        ask(f, "otto@cedarline.example");
    assert_int_equal(mails(f), 1 + 5); /* five an hour: nobody floods another's mailbox */
    now.us += 3601 * US_PER_SECOND;
    ask(f, "otto@cedarline.example");
    assert_int_equal(mails(f), 1 + 6);
    act(f, 0, &person_sign_in_link, 0, "{\"email\":\"a@x.example\\r\\nBcc: all@x.example\"}", REFUSED);
    act(f, 0, &person_sign_in_link, 0, "{\"email\":\"not an address\"}", REFUSED);
}

static struct call *enter(struct fixture *f, const char *secret, const char *more, enum status want)
{
    return act(f, 0, &person_sign_in, 0, arena_printf(f->a, "{\"secret\":\"%s\"%s}", secret, more), want);
}

static const char *link_for(struct fixture *f, int64_t person)
{
    const char *secret;
    ASSERT_OK(magic_link_create(f->db, f->a, person, now, &secret));
    ASSERT_OK(db_flush(f->db));
    return secret;
}

static void a_link_opens_one_session(void **state)
{
    struct fixture *f = *state;
    struct viewer v;
    make_people(f);
    const char *link = link_for(f, MAX_ID);
    struct call *c = enter(f, link, "", OK);
    assert_false(c->session_trusted);
    ASSERT_OK(session_viewer(f->db, f->a, c->session_secret, now, &v));
    assert_int_equal(v.person_id, MAX_ID);
    assert_string_not_equal(c->session_secret, link);
    assert_int_equal(number(f, f->db, "select last_seen from person where id = 7"), now.us);
    c = enter(f, link, "", REFUSED);
    assert_true(refused_with(c, PROBLEM_not_found));
    assert_null(c->session_secret);
    c = enter(f, link_for(f, MAX_ID), ",\"trusted\":true", OK);
    assert_true(c->session_trusted);
    const char *late = link_for(f, MAX_ID);
    now.us += 13 * 3600 * US_PER_SECOND;
    assert_true(refused_with(enter(f, late, "", REFUSED), PROBLEM_not_found));
    assert_int_equal(number(f, f->db, "select count(*) from session"), 2);
    c = enter(f, link_for(f, MAX_ID), "", OK); /* sessions that are over are swept out */
    assert_int_equal(number(f, f->db, "select count(*) from session"), 2);

    struct call *out = call_new(f->a, &tandem_model, viewer_of(f, MAX_ID), now);
    out->verb = &person_sign_out;
    out->db = f->db;
    out->session = c->session_secret;
    ASSERT_OK(verb_run(out));
    assert_true(out->session_clear);
    assert_int_equal(session_viewer(f->db, f->a, c->session_secret, now, &v), REFUSED);
    assert_int_equal(number(f, f->db, "select count(*) from session"), 1);
}

/* ---- tokens ---- */

static void a_token_is_shown_once_and_is_ones_own(void **state)
{
    struct fixture *f = *state;
    struct viewer v;
    make_people(f);
    struct call *c = act(f, MAX_ID, &token_create, 0,
        "{\"name\":\"CRM\",\"scopes\":[\"read\"],\"expires\":\"2031-01-01\"}", OK);
    const char *secret = c->result;
    assert_true(strncmp(secret, "tdm_", 4) == 0 && strlen(secret) == 47);
    assert_non_null(strstr(c->result_json, secret));
    assert_null(strstr(c->events->payload, secret));
    ASSERT_OK(token_viewer(f->db, f->a, secret, now, &v));
    assert_int_equal(v.person_id, MAX_ID);
    assert_int_equal(v.scopes, SCOPE_READ);
    int64_t id = c->result_id;

    act(f, MAYA_ID, &token_revoke, id, "{}", REFUSED); /* not even her own administrator sees it */
    act(f, ADMIN_ID, &token_revoke, id, "{}", REFUSED);
    act(f, OTTO_ID, &token_revoke, id, "{}", REFUSED);
    act(f, MAX_ID, &token_revoke, id, "{}", OK);
    assert_int_equal(token_viewer(f->db, f->a, secret, now, &v), REFUSED);
    act(f, MAX_ID, &token_revoke, id, "{}", REFUSED);

    static const char *const bad[] = {"{\"name\":\"x\"}", "{\"scopes\":[\"read\"]}",
        "{\"name\":\"x\",\"scopes\":[\"admin\"]}", "{\"name\":\"x\",\"scopes\":[]}",
        "{\"name\":\"x\",\"scopes\":[\"read\"],\"person_id\":\"per_0000000000001\"}"};
    for (size_t i = 0; i < COUNT(bad); i++)
        act(f, MAX_ID, &token_create, 0, bad[i], REFUSED);
}

/* A token that leaked must not make others that outlive it. */
static void a_token_makes_no_tokens(void **state)
{
    struct fixture *f = *state;
    struct viewer v;
    make_people(f);
    struct call *made =
        act(f, MAX_ID, &token_create, 0, "{\"name\":\"t\",\"scopes\":[\"read\",\"write\"]}", OK);
    ASSERT_OK(token_viewer(f->db, f->a, made->result, now, &v));
    struct call *c = call_new(f->a, &tandem_model, &v, now);
    struct given given[] = {{.name = "name", .value = v_text("u"), .loose = true},
        {.name = "scopes", .value = v_text("read"), .loose = true}};
    c->verb = &token_create;
    c->db = f->db;
    ASSERT_OK(input_read(c, given, COUNT(given), true));
    assert_int_equal(verb_run(c), REFUSED);
    assert_true(refused_with(c, PROBLEM_forbidden));
}

#define ALL(ON)                                                                                              \
    ON(who_may_invite_whom), ON(an_invitation_brings_a_link), ON(who_may_change_whom),                       \
        ON(roles_are_not_taken), ON(the_last_administrator_stays), ON(deactivating_ends_everything_at_once), \
        ON(ones_own_settings), ON(a_link_goes_to_whom_it_should), ON(a_link_opens_one_session),              \
        ON(a_token_is_shown_once_and_is_ones_own), ON(a_token_makes_no_tokens)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
