/* Sessions, links, tokens and form tokens: each lets in whom it should, as long as it should; on both
 * databases. */
#include "running.h"

#define MINUTE (60 * US_PER_SECOND)
#define HOUR   (60 * MINUTE)

static const struct instant noon = {1780000000000000};

static struct instant later(int64_t us)
{
    return (struct instant){noon.us + us};
}

static const char *new_session(struct fixture *f, int64_t person, bool trusted)
{
    const char *secret;
    ASSERT_OK(session_create(f->db, f->a,
        &(struct session_start){.person_id = person, .method = "link", .trusted = trusted}, noon, &secret));
    ASSERT_OK(db_flush(f->db));
    return secret;
}

static const char *new_link(struct fixture *f, int64_t person, struct instant now)
{
    const char *secret;
    ASSERT_OK(magic_link_create(f->db, f->a, person, now, &secret));
    ASSERT_OK(db_flush(f->db));
    return secret;
}

static void person_state(struct fixture *f, int64_t id, const char *state)
{
    run(f->db, arena_printf(f->a, "update person set state = '%s' where id = %lld", state, (long long)id));
}

static enum status enters(struct fixture *f, const char *secret, struct instant now)
{
    struct viewer v;
    return session_viewer(f->db, f->a, secret, now, &v);
}

static enum status used(struct fixture *f, const char *secret, struct instant now)
{
    int64_t person = 0;
    return magic_link_use(f->db, f->a, secret, now, &person);
}

/* The secret with its character at AT changed to another of the alphabet. */
static const char *tampered(struct fixture *f, const char *secret, size_t at)
{
    char *copy = arena_strdup(f->a, secret);
    copy[at] = copy[at] == 'A' ? 'B' : 'A';
    return copy;
}

/* ---- secrets ---- */

static void secrets_are_long_and_kept_as_hashes(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *one = new_session(f, SELLER, false), *link = new_link(f, SELLER, noon);
    assert_int_equal(strlen(one), 43);
    assert_int_equal(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(one, new_session(f, SELLER, false));
    struct hash h = sha256(one, strlen(one));
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, "select hash from session order by created", NULL, 0));
    bool kept = false;
    for (size_t i = 0; i < rows.n; i++) {
        assert_int_equal(cell(&rows, i, 0)->len, HASH_SIZE);
        kept = kept || memcmp(cell(&rows, i, 0)->b, h.b, HASH_SIZE) == 0;
    }
    assert_true(kept);
    ASSERT_OK(db_query(f->db, f->a, &rows, "select hash from magic_link", NULL, 0));
    h = sha256(link, strlen(link));
    assert_memory_equal(cell(&rows, 0, 0)->b, h.b, HASH_SIZE);
}

/* ---- sessions ---- */

static void a_session_is_its_person(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    struct viewer v;
    run(f->db, "update person set language = 'de', zone = 'Europe/Berlin' where id = 12");
    ASSERT_OK(session_viewer(f->db, f->a, new_session(f, SELLER, false), noon, &v));
    assert_int_equal(v.person_id, SELLER);
    assert_string_equal(v.name, "Sam");
    assert_string_equal(v.email, "sam@brightwater.example");
    assert_int_equal(v.role, ROLE_PARTNER_ADMIN);
    assert_int_equal(v.partner_id, BRIGHTWATER);
    assert_string_equal(v.partner_name, "Brightwater");
    assert_int_equal(v.scopes, SCOPE_ALL);
    assert_int_equal(v.token_id, 0);
    assert_int_equal(v.lang, LANG_DE);
    assert_string_equal(zone_name(v.zone), "Europe/Berlin");
    ASSERT_OK(session_viewer(f->db, f->a, new_session(f, VENDOR_PERSON, false), noon, &v));
    assert_int_equal(v.role, ROLE_ADMIN);
    assert_int_equal(v.partner_id, 0);
    assert_null(v.partner_name);
}

static void a_session_ends_by_itself(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *here = new_session(f, SELLER, false), *trusted = new_session(f, SELLER, true);
    ASSERT_OK(enters(f, here, later(SESSION_HOURS * HOUR - 1)));
    assert_int_equal(enters(f, here, later(SESSION_HOURS * HOUR)), REFUSED);
    ASSERT_OK(enters(f, trusted, later(SESSION_DAYS * US_PER_DAY - 1)));
    assert_int_equal(enters(f, trusted, later(SESSION_DAYS * US_PER_DAY)), REFUSED);
}

static void a_session_ends_with_its_owner(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *secret = new_session(f, SELLER, true), *other = new_session(f, RIVAL, true);
    person_state(f, SELLER, "inactive");
    assert_int_equal(enters(f, secret, noon), REFUSED);
    ASSERT_OK(enters(f, other, noon));
    person_state(f, SELLER, "active");
    ASSERT_OK(session_end(f->db, f->a, secret));
    assert_int_equal(enters(f, secret, noon), REFUSED);
    ASSERT_OK(enters(f, other, noon));
}

static void a_made_up_session_is_nobody(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *secret = new_session(f, SELLER, true);
    char *longest = arena_alloc(f->a, 100001);
    memset(longest, 'A', 100000);
    longest[100000] = 0;
    for (size_t at = 0; at < strlen(secret); at++)
        assert_int_equal(enters(f, tampered(f, secret, at), noon), REFUSED);
    assert_int_equal(enters(f, "", noon), REFUSED);
    assert_int_equal(enters(f, arena_strndup(f->a, secret, 42), noon), REFUSED);
    assert_int_equal(enters(f, arena_printf(f->a, "%s ", secret), noon), REFUSED);
    assert_int_equal(enters(f, "' or 1=1 --", noon), REFUSED);
    assert_int_equal(enters(f, longest, noon), REFUSED);
    ASSERT_OK(enters(f, secret, noon));
}

/* A row that somebody wrote into the database by hand lets nobody in who is half of two things. */
static void a_role_without_its_company_is_nobody(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *secret = new_session(f, SELLER, true), *vendor_secret = new_session(f, VENDOR_PERSON, true);
    run(f->db, "update person set partner_id = null where id = 12");
    run(f->db, "update person set partner_id = 1001 where id = 11");
    assert_int_equal(enters(f, secret, noon), REFUSED);
    assert_int_equal(enters(f, vendor_secret, noon), REFUSED);
    run(f->db, "update person set partner_id = null, role = 'system' where id = 11");
    assert_int_equal(enters(f, vendor_secret, noon), REFUSED);
}

/* ---- links ---- */

static void a_link_works_once(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *link = new_link(f, SELLER, noon), *second = new_link(f, SELLER, noon);
    int64_t person = 0;
    ASSERT_OK(magic_link_use(f->db, f->a, link, later(MINUTE), &person));
    assert_int_equal(person, SELLER);
    assert_int_equal(used(f, link, later(MINUTE)), REFUSED);
    assert_int_equal(used(f, link, noon), REFUSED);
    ASSERT_OK(used(f, second, later(MINUTE)));
}

static void a_link_grows_old(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *link = new_link(f, SELLER, noon);
    assert_int_equal(used(f, link, later(MAGIC_LINK_MINUTES * MINUTE)), REFUSED);
    ASSERT_OK(used(f, link, later(MAGIC_LINK_MINUTES * MINUTE - 1)));
}

static void a_changed_link_is_none(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *link = new_link(f, SELLER, noon);
    for (size_t at = 0; at < strlen(link); at += 6)
        assert_int_equal(used(f, tampered(f, link, at), noon), REFUSED);
    assert_int_equal(used(f, "", noon), REFUSED);
    assert_int_equal(enters(f, link, noon), REFUSED); /* and it is no session */
    assert_int_equal(used(f, new_session(f, SELLER, true), noon), REFUSED);
    ASSERT_OK(used(f, link, noon));
}

static void a_link_does_not_bring_anybody_back(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    const char *link = new_link(f, SELLER, noon), *invitation = new_link(f, RIVAL, noon);
    person_state(f, SELLER, "inactive");
    person_state(f, RIVAL, "invited");
    assert_int_equal(used(f, link, noon), REFUSED);
    ASSERT_OK(used(f, invitation, noon));
}

/* Two that click at once: one is let in. The other waits for it, and finds the link used. */
struct click {
    struct running *r;
    const char *link;
    enum status status;
};

static void *click_it(void *arg)
{
    struct click *k = arg;
    struct arena *a = arena_new();
    struct db *db = NULL;
    const char *error;
    int64_t person;
    k->status = db_open(&db, a, k->r->f->url, DB_WRITE, &error);
    if (k->status == OK)
        k->status = db_begin_write(db);
    if (k->status == OK)
        k->status = magic_link_use(db, a, k->link, noon, &person);
    if (k->status == OK)
        k->status = db_commit(db);
    db_close(db);
    arena_free(a);
    return NULL;
}

static void of_two_clicks_one_counts(void **state)
{
    struct running *r = *state;
    for (int round = 0; round < 5; round++) {
        struct click k[4];
        pthread_t thread[COUNT(k)];
        const char *link = new_link(r->f, SELLER, noon);
        size_t good = 0;
        for (size_t i = 0; i < COUNT(k); i++) {
            k[i] = (struct click){.r = r, .link = link};
            assert_int_equal(pthread_create(&thread[i], NULL, click_it, &k[i]), 0);
        }
        for (size_t i = 0; i < COUNT(k); i++) {
            pthread_join(thread[i], NULL);
            assert_true(k[i].status == OK || k[i].status == REFUSED);
            good += k[i].status == OK;
        }
        assert_int_equal(good, 1);
    }
}

/* ---- tokens ---- */

static void add_token(struct fixture *f, const char *secret, int64_t person, const char *scopes,
    const struct value *expires, const char *token_state)
{
    static int64_t made = 900;
    struct value args[6] = {v_int(++made), secret_hash(f->a, secret), v_int(person), v_text(scopes),
        expires ? *expires : v_null(), v_text(token_state)};
    ASSERT_OK(db_exec(f->db,
        "insert into token (id, version, created, updated, name, hash, person_id, scopes, expires, state) "
        "values ($1, 1, 1, 1, 'test', $2, $3, $4, $5, $6)",
        args, 6));
    ASSERT_OK(db_flush(f->db));
}

static enum status by_token(struct fixture *f, const char *secret, struct instant now, struct viewer *v)
{
    return token_viewer(f->db, f->a, secret, now, v);
}

static void a_token_has_its_scopes(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    struct viewer v;
    static const struct {
        const char *secret, *scopes;
        unsigned want;
    } cases[] = {{"tdm_rw", ",read,write,", SCOPE_ALL}, {"tdm_r", ",read,", SCOPE_READ},
        {"tdm_w", ",write,", SCOPE_WRITE}, {"tdm_none", ",", 0}, {"tdm_odd", ",readwrite,", 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        add_token(f, cases[i].secret, SELLER, cases[i].scopes, NULL, "active");
        ASSERT_OK(by_token(f, cases[i].secret, noon, &v));
        assert_int_equal(v.scopes, cases[i].want);
        assert_int_equal(v.person_id, SELLER);
        assert_int_equal(v.partner_id, BRIGHTWATER);
        assert_true(v.token_id > 900);
        assert_int_equal(noun_readable(&deal_noun, &v), (v.scopes & SCOPE_READ) != 0);
        assert_int_equal(verb_allowed(&deal_win, &v), (v.scopes & SCOPE_WRITE) != 0);
        assert_int_equal(verb_allowed(&deal_count, &v), (v.scopes & SCOPE_READ) != 0);
        assert_false(verb_allowed(&deal_delete, &v)); /* never more than its person may */
    }
}

static void a_token_ends(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    struct viewer v;
    int64_t today = noon.us / US_PER_DAY;
    struct value expires = v_int(today), past = v_int(today - 1);
    add_token(f, "tdm_today", SELLER, ",read,", &expires, "active");
    add_token(f, "tdm_past", SELLER, ",read,", &past, "active");
    add_token(f, "tdm_revoked", SELLER, ",read,", NULL, "revoked");
    add_token(f, "tdm_for_ever", SELLER, ",read,", NULL, "active");
    ASSERT_OK(by_token(f, "tdm_today", noon, &v)); /* its last day is a whole one */
    assert_int_equal(by_token(f, "tdm_today", later(US_PER_DAY), &v), REFUSED);
    assert_int_equal(by_token(f, "tdm_past", noon, &v), REFUSED);
    assert_int_equal(by_token(f, "tdm_revoked", noon, &v), REFUSED);
    assert_int_equal(by_token(f, "tdm_unknown", noon, &v), REFUSED);
    ASSERT_OK(by_token(f, "tdm_for_ever", later(3650 * US_PER_DAY), &v));
    person_state(f, SELLER, "inactive");
    assert_int_equal(by_token(f, "tdm_for_ever", noon, &v), REFUSED);
    /* a session's secret is no token, and the other way round */
    assert_int_equal(by_token(f, new_session(f, RIVAL, true), noon, &v), REFUSED);
    assert_int_equal(enters(f, "tdm_for_ever", noon), REFUSED);
}

static void a_person_by_address(void **state)
{
    struct running *r = *state;
    struct fixture *f = r->f;
    struct viewer v;
    ASSERT_OK(person_viewer(f->db, f->a, "rita@rivaltec.example", &v));
    assert_int_equal(v.person_id, RIVAL);
    assert_int_equal(v.role, ROLE_PARTNER_SELLER);
    assert_int_equal(person_viewer(f->db, f->a, "nobody@rivaltec.example", &v), REFUSED);
    person_state(f, RIVAL, "inactive");
    assert_int_equal(person_viewer(f->db, f->a, "rita@rivaltec.example", &v), REFUSED);
}

/* ---- form tokens ---- */

static void a_form_token_is_of_its_session(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *one = secret_new(a), *two = secret_new(a), *token = csrf_token(a, one);
    assert_string_equal(token, csrf_token(a, one));
    assert_true(csrf_valid(a, one, token));
    assert_false(csrf_valid(a, two, token));
    assert_false(csrf_valid(a, one, NULL));
    assert_false(csrf_valid(a, one, ""));
    assert_false(csrf_valid(a, one, one)); /* the secret itself is none */
    assert_false(csrf_valid(a, one, arena_strndup(a, token, strlen(token) - 1)));
    assert_false(csrf_valid(a, one, arena_printf(a, "%sA", token)));
    for (size_t at = 0; at < strlen(token); at++) {
        char *changed = arena_strdup(a, token);
        changed[at] = changed[at] == 'x' ? 'y' : 'x';
        assert_false(csrf_valid(a, one, changed));
    }
    struct hash h = sha256(one, strlen(one)); /* what the database knows does not make one */
    char hex[2 * HASH_SIZE + 1];
    for (size_t i = 0; i < HASH_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", h.b[i]);
    assert_false(csrf_valid(a, one, hex));
    arena_free(a);
}

#define ALL(ON)                                                                                              \
    ON(secrets_are_long_and_kept_as_hashes), ON(a_session_is_its_person), ON(a_session_ends_by_itself),      \
        ON(a_session_ends_with_its_owner), ON(a_made_up_session_is_nobody),                                  \
        ON(a_role_without_its_company_is_nobody), ON(a_link_works_once), ON(a_link_grows_old),               \
        ON(a_changed_link_is_none), ON(a_link_does_not_bring_anybody_back), ON(of_two_clicks_one_counts),    \
        ON(a_token_has_its_scopes), ON(a_token_ends), ON(a_person_by_address)

int main(void)
{
    const struct CMUnitTest sqlite[] = {
        cmocka_unit_test(a_form_token_is_of_its_session), ALL(RUNNING_ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(RUNNING_ON_POSTGRES)};
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
