/* Import from CSV, on both databases: every file is made here. */
#include "domain/import/import.h"
#include "app/app.h"
#include "app/setup.h"
#include "base/log.h"
#include "base/time.h"
#include "domain/account/account.h"
#include "domain/import/columns.h"
#include "domain/import/dry.h"
#include "domain/import/keyset.h"
#include "domain/import/worker.h"
#include "domain/person/person.h"
#include "store_fixture.h"

#include <stdio.h>

/* ---- a programme, and somebody who imports ---- */

struct site_under_test {
    struct fixture *f;
    struct app app;
    struct db *reader;
    int64_t person;
    int left; /* chunks until the worker is told to stop; negative: never */
    const char *owner;
};

static struct viewer viewer_of(struct site_under_test *t)
{
    struct viewer v;
    ASSERT_OK(person_viewer(t->reader, t->f->a, "ops@velmora.example", &v));
    return v;
}

static enum status seed(struct call *c)
{
    struct site_under_test *t = c->in;
    struct person p = {.name = "Olga Ops",
        .email = "ops@velmora.example",
        .role = "operations",
        .language = "en",
        .state = "active"};
    TRY(noun_insert(c, &person_noun, &p, &t->person));
    return setup_programme(c, programme_default, "test", t->person);
}

static struct site_under_test *begin(void **state)
{
    struct site_under_test *t = xcalloc(1, sizeof *t);
    const char *error = NULL;
    t->f = *state;
    t->left = -1;
    t->owner = "worker one";
    char *key = arena_strdup(t->f->a, "/tmp/tandem-key-XXXXXX");
    close(mkstemp(key));
    unlink(key);
    struct app_options o = {.url = t->f->url, .key_path = key, .create = true, .log_name = "test/log"};
    if (!app_open(&t->app, &o, &error))
        fail_msg("%s", error);
    unlink(key);
    t->reader = open_db(t->f, DB_READ);
    ASSERT_OK(app_seed(&t->app, seed, t));
    return t;
}

static void end(struct site_under_test *t)
{
    db_close(t->reader);
    app_close(&t->app);
    free(t);
}

static int64_t count(struct site_under_test *t, const char *sql)
{
    return number(t->f, t->reader, sql);
}

static const char *one_text(struct site_under_test *t, const char *sql)
{
    struct rows rows;
    ASSERT_OK(db_query(t->reader, t->f->a, &rows, sql, NULL, 0));
    return rows.n ? cell_text(&rows, 0, 0) : NULL;
}

/* ---- a run ---- */

struct new_run {
    struct import_run run;
    int64_t id;
};

static enum status make_run(struct call *c)
{
    struct new_run *n = c->in;
    return import_run_new(c, &n->run, NULL, &n->id);
}

static bool count_down(void *ctx, const struct import_progress *at)
{
    struct site_under_test *t = ctx;
    (void)at;
    return t->left < 0 || t->left-- > 0;
}

static struct import_worker worker(struct site_under_test *t, const char *path)
{
    return (struct import_worker){.model = &tandem_model,
        .db = t->reader,
        .committer = t->app.committer,
        .open_call = programme_open_call,
        .open_ctx = t->app.programme,
        .owner = t->owner,
        .path = path,
        .chunk = 3,
        .go_on = count_down,
        .ctx = t};
}

static struct import_run load(struct site_under_test *t, int64_t id)
{
    struct import_run run;
    struct call *c = call_new(t->f->a, &tandem_model, &system_viewer, instant_now());
    c->db = t->reader;
    ASSERT_OK(noun_load(c, &import_run_noun, id, &run));
    return run;
}

static const char *write_file(struct site_under_test *t, const char *text, size_t n)
{
    char *path = arena_strdup(t->f->a, "/tmp/tandem-csv-XXXXXX");
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
    return path;
}

/* Staged and checked. */
static int64_t upload_bytes(
    struct site_under_test *t, const char *kind, const char *mapping, const char *text, size_t n)
{
    struct new_run new = {.run = {.kind = kind,
                              .file_name = "test.csv",
                              .mapping = mapping ? mapping : "{}",
                              .policy = "all_or_nothing",
                              .state = "staging",
                              .person_id = {t->person}}};
    ASSERT_OK(app_seed(&t->app, make_run, &new));
    const char *path = write_file(t, text, n);
    struct import_worker w = worker(t, path);
    ASSERT_OK(import_work(&w, new.id));
    unlink(path);
    return new.id;
}

static int64_t upload(struct site_under_test *t, const char *kind, const char *text)
{
    return upload_bytes(t, kind, NULL, text, strlen(text));
}

static enum status do_verb(
    struct site_under_test *t, const struct verb *verb, int64_t id, const char *name, const char *value)
{
    struct viewer v = viewer_of(t);
    struct call *c = app_call(&t->app, &v);
    struct given g = {.name = name, .value = v_text(value), .loose = true};
    c->row_id = id;
    enum status s = app_do(&t->app, c, verb, &g, value ? 1 : 0);
    arena_free(c->arena);
    return s;
}

static enum status work(struct site_under_test *t, int64_t id)
{
    struct import_worker w = worker(t, NULL);
    return import_work(&w, id);
}

/* The whole way of a good file. */
static struct import_run import(struct site_under_test *t, const char *kind, const char *text)
{
    int64_t id = upload(t, kind, text);
    struct import_run run = load(t, id);
    if (!streq(run.state, "checked") || run.rows_bad)
        fail_msg("%s, %lld bad: %s", run.state, (long long)run.rows_bad,
            run.message ? run.message
                        : one_text(t, "select error from import_row where error is not null order by line"));
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    ASSERT_OK(work(t, id));
    run = load(t, id);
    assert_string_equal(run.state, "done");
    return run;
}

static const char *error_of(struct site_under_test *t, int64_t id, int64_t line)
{
    struct rows rows;
    struct value args[2] = {v_int(id), v_int(line)};
    ASSERT_OK(db_query(
        t->reader, t->f->a, &rows, "select error from import_row where run_id = $1 and line = $2", args, 2));
    assert_int_equal(rows.n, 1);
    const char *error = cell_text(&rows, 0, 0);
    return error ? error : "";
}

/* ---- a CRM ---- */

static void a_crm(void **state)
{
    struct site_under_test *t = begin(state);
    import(t, "product-lines", "product,series\nGTX Pro,GTX\nMG Special,MG\n");
    import(t, "people", "sales_agent,manager\nAnna Snelling,Dustin\nMoses Frase,Dustin\n");
    struct import_run accounts = import(t, "accounts",
        "account,office_location,subsidiary_of\n"
        "Betatech,Kenya,Acme Corporation\nAcme Corporation,United States,\nGamma,Philipines,Betatech\n");
    assert_int_equal(accounts.rows_made, 3);
    struct import_run deals = import(t, "opportunities",
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "A1,Moses Frase,GTXPro,Acme Corporation,Won,2016-10-20,2017-03-01,1054\n"
        "A2,anna snelling,MG Special,,Lost,2016-10-20,2017-03-02,0\n"
        "A3,Anna Snelling,GTX Pro,Betatech,Engaging,2016-11-20,,\n");
    assert_int_equal(deals.rows_made, 3);
    assert_int_equal(count(t, "select count(*) from opportunity where state = 'won' and amount = 105400 "
                              "and stage = 'Won' and engaged = 17094"),
        1);
    assert_int_equal(count(t, "select count(*) from opportunity where state = 'open' and closed is null"), 1);
    assert_int_equal(count(t, "select count(*) from opportunity where account_id is null"), 1);
    assert_string_equal(
        one_text(t, "select name from opportunity where external_id = 'A1'"), "Acme Corporation: GTXPro");
    assert_string_equal(one_text(t, "select email from person where name = 'Anna Snelling'"),
        "anna.snelling@velmora.invalid");
    assert_string_equal(one_text(t, "select state from person where name = 'Anna Snelling'"), "inactive");
    assert_string_equal(one_text(t, "select p.name from account a join account p on p.id = a.parent_id "
                                    "where a.name = 'Betatech'"),
        "Acme Corporation");
    assert_string_equal(one_text(t, "select country from account where name = 'Gamma'"), "PH");
    assert_int_equal(count(t, "select count(*) from account_key k join account a on a.id = k.account_id"),
        count(t, "select count(*) from account_key"));
    assert_true(
        count(t, "select count(*) from search_token where token = 'gamma' and noun = 'account'") == 1);
    assert_int_equal(count(t, "select count(*) from import_row"), 0);
    end(t);
}

/* A reference finds its account by any way to write its name, and by no other name. */
static void names_as_they_are_written(void **state)
{
    struct site_under_test *t = begin(state);
    import(t, "accounts", "name\nGlasfink Optik GmbH\nGlasfink Holding\n");
    import(t, "opportunities",
        "name,account\nA,GLASFINK OPTIK GMBH\nB,glasfink-optik gmbh\nC,  Glasfink  Optik GmbH \n");
    assert_int_equal(count(t, "select count(*) from opportunity o join account a on a.id = o.account_id "
                              "where a.name = 'Glasfink Optik GmbH'"),
        3);
    const char other[] = "name,account\nD,Glasfink Optik AG\n";
    assert_int_equal(load(t, upload_bytes(t, "opportunities", NULL, other, sizeof other - 1)).rows_bad, 1);
    end(t);
}

/* ---- files as they come ---- */

static void one_account(void **state, const char *text, size_t n)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload_bytes(t, "accounts", NULL, text, n);
    assert_string_equal(load(t, id).state, "checked");
    assert_int_equal(load(t, id).rows_bad, 0);
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    ASSERT_OK(work(t, id));
    assert_string_equal(one_text(t, "select name from account"), "Müller & Söhne");
    assert_string_equal(one_text(t, "select city from account"), "Köln");
    assert_string_equal(one_text(t, "select country from account"), "DE");
    assert_int_equal(count(t, "select contract_until from account"), 20544); /* 2026-04-01 */
    end(t);
}

#define BYTES(text) (text), sizeof(text) - 1

static void utf8(void **state)
{
    one_account(state, BYTES("Name,City,Country,Contract until\nMüller & Söhne,Köln,Germany,2026-04-01\n"));
}
static void utf8_with_mark(void **state)
{
    one_account(state,
        BYTES("\xef\xbb\xbfName,City,Country,Contract until\r\nMüller & Söhne,Köln,DE,2026-04-01\r\n"));
}
static void german_excel(void **state)
{
    one_account(state, BYTES("sep=;\r\nFirma;Ort;Land;Vertragsende\r\n"
                             "\"M\xfcller & S\xf6hne\";K\xf6ln;Deutschland;01.04.2026\r\n;;;\r\n"));
}
static void utf16(void **state)
{
    static const char text[] = "Name\tCity\tCountry\tContract end\nM\xfcller & S\xf6hne\tK\xf6ln\tGermany\t"
                               "1.4.2026\n";
    char wide[2 + 2 * sizeof text] = "\xff\xfe";
    size_t n = 2;
    for (size_t i = 0; i + 1 < sizeof text; i++, n += 2)
        wide[n] = text[i], wide[n + 1] = 0;
    one_account(state, wide, n);
}

static void decimal_commas(void **state)
{
    struct site_under_test *t = begin(state);
    import(t, "opportunities",
        "Vorgangsnummer;Titel;Betrag;Status;Abschlussdatum\n"
        "1;Eins;1.234;Gewonnen;31.12.2025\n2;Zwei;\"1.234,50 €\";Verloren;1.2.2026\n3;Drei;EUR "
        "7,5;Angebot;\n");
    assert_int_equal(count(t, "select amount from opportunity where external_id = '1'"), 123400);
    assert_int_equal(count(t, "select amount from opportunity where external_id = '2'"), 123450);
    assert_int_equal(count(t, "select amount from opportunity where external_id = '3'"), 750);
    assert_int_equal(
        count(t, "select count(*) from opportunity where state = 'open' and stage = 'Angebot'"), 1);
    end(t);
}

static void fails(struct site_under_test *t, const char *text, size_t n, const char *why)
{
    int64_t id = upload_bytes(t, "accounts", NULL, text, n);
    struct import_run run = load(t, id);
    assert_string_equal(run.state, "failed");
    assert_non_null(strstr(run.message, why));
    assert_int_equal(do_verb(t, &import_apply, id, NULL, NULL), REFUSED);
}

static void files_that_are_none(void **state)
{
    struct site_under_test *t = begin(state);
    fails(t, BYTES(""), "empty");
    fails(t, BYTES("Name,Country\n"), "no rows");
    fails(t, BYTES("Name,City,name\nA,B,C\n"), "twice");
    fails(t, BYTES("Acme,2017-03-01\nBeta,2018-03-01\n"), "headings");
    fails(t, BYTES("PK\3\4rest of a spreadsheet"), "spreadsheet");
    struct buf b = buf_new(1 << 20);
    for (int i = 0; i < 10000; i++)
        buf_addf(&b, "c%d,", i);
    buf_adds(&b, "\n1\n");
    fails(t, buf_str(&b), b.len, "columns");
    buf_free(&b);
    assert_int_equal(count(t, "select count(*) from import_row"), 0);
    end(t);
}

static void a_mapping_is_needed(void **state)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload(t, "accounts", "Foo,Bar\nAcme,Berlin\n");
    assert_string_equal(load(t, id).state, "staged");
    assert_int_equal(do_verb(t, &import_map, id, "mapping", "{\"city\":\"Bar\"}"), REFUSED);
    assert_int_equal(do_verb(t, &import_map, id, "mapping", "{\"name\":\"Baz\"}"), REFUSED);
    assert_int_equal(do_verb(t, &import_map, id, "mapping", "{\"owner\":\"Foo\"}"), REFUSED);
    ASSERT_OK(do_verb(t, &import_map, id, "columns", "name=0,city=1,country="));
    ASSERT_OK(work(t, id));
    assert_string_equal(load(t, id).state, "checked");
    assert_string_equal(load(t, id).mapping, "{\"name\":\"Foo\",\"city\":\"Bar\"}");
    end(t);
}

/* ---- what is wrong with rows ---- */

static void rows_are_checked(void **state)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload(t, "accounts",
        "Name,Country,Web domain,Owner,External id\n"
        "Good,DE,good.example,Olga Ops,1\n"
        ",Nowhere,http://,Nobody,2\n"
        "\"Two\nlines\",AT,,,1\n"
        "More,AT,,,4,5,6\n");
    struct import_run run = load(t, id);
    assert_int_equal(run.rows_total, 4);
    assert_int_equal(run.rows_good, 1);
    assert_int_equal(run.rows_bad, 3);
    assert_string_equal(error_of(t, id, 3),
        "Web domain: enter a web domain such as company.example; Country: “Nowhere” is no country; enter its "
        "name or its two letters; Owner: there is no such Person; Name: is needed");
    assert_string_equal(error_of(t, id, 4), "External id: stands in the file above already");
    assert_string_equal(error_of(t, id, 6), "Line: has 7 cells, the heading has 5");
    /* Nothing while rows have errors; then the good ones. */
    assert_int_equal(do_verb(t, &import_apply, id, NULL, NULL), REFUSED);
    ASSERT_OK(work(t, id));
    assert_int_equal(count(t, "select count(*) from account"), 0);
    ASSERT_OK(do_verb(t, &import_apply, id, "policy", "good_rows"));
    ASSERT_OK(work(t, id));
    run = load(t, id);
    assert_string_equal(run.state, "done");
    assert_int_equal(run.rows_applied, 1);
    assert_string_equal(one_text(t, "select name from account"), "Good");
    assert_int_equal(count(t, "select count(*) from import_row"), 3); /* to be told */
    end(t);
}

static void ambiguous_dates(void **state)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload(t, "accounts", "Name,Contract until\nA,03/04/2026\nB,05/06/2026\n");
    assert_int_equal(load(t, id).rows_bad, 2);
    assert_non_null(strstr(error_of(t, id, 2), "could be two dates"));
    ASSERT_OK(do_verb(t, &import_map, id, "dates", "month_first"));
    ASSERT_OK(work(t, id));
    assert_int_equal(load(t, id).rows_bad, 0);
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    ASSERT_OK(work(t, id));
    assert_int_equal(count(t, "select contract_until from account where name = 'A'"), 20516); /* 4 March */
    /* One date of the column tells the order of all. */
    import(t, "accounts", "Name,Contract until\nC,03/04/2026\nD,25/06/2026\n");
    assert_int_equal(count(t, "select contract_until from account where name = 'C'"), 20546); /* 3 April */
    end(t);
}

static void circles_of_parents(void **state)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload(
        t, "accounts", "Name,Parent\nA,B\nB,C\nC,A\nAlone,Alone\nChild,Grown\nGrown,\nOrphan,Nobody\n");
    assert_int_equal(load(t, id).rows_bad, 5);
    for (int64_t line = 2; line <= 5; line++)
        assert_string_equal(error_of(t, id, line), "Parent company: would make a circle of parents");
    assert_string_equal(error_of(t, id, 6), "");
    assert_string_equal(error_of(t, id, 8), "Parent company: there is no such Account");
    /* A circle that closes over rows that are there already is refused when it is linked. */
    import(t, "accounts", "Name,Parent\nTop,\nMiddle,Top\n");
    id = upload(t, "accounts", "Name,Parent\nTop,Middle\nOther,\n");
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    ASSERT_OK(work(t, id));
    assert_string_equal(load(t, id).state, "done");
    assert_int_equal(load(t, id).rows_bad, 1);
    assert_string_equal(error_of(t, id, 2), "Parent company: would make a circle of parents");
    assert_int_equal(count(t, "select count(*) from account where name = 'Top' and parent_id is null"), 1);
    end(t);
}

/* ---- again ---- */

static void again(void **state)
{
    struct site_under_test *t = begin(state);
    static const char first[] = "Id,Name,City,Parent\n1,Acme,Berlin,\n2,Beta,Bonn,Acme\n3,Gamma,,\n";
    import(t, "accounts", first);
    int64_t events = count(t, "select count(*) from event where noun = 'account'");
    struct import_run run = import(t, "accounts", first);
    assert_int_equal(run.rows_applied, 3);
    assert_int_equal(run.rows_made + run.rows_changed, 0);
    assert_int_equal(count(t, "select count(*) from event where noun = 'account'"), events);
    run = import(t, "accounts", "Id,Name,City,Parent\n1,Acme SE,Berlin,\n2,Beta,Bonn,\n4,Delta,,3\n");
    assert_int_equal(run.rows_made, 1);
    assert_int_equal(run.rows_changed, 1);
    assert_int_equal(count(t, "select count(*) from account"), 4);
    assert_int_equal(count(t, "select count(*) from account where name = 'Acme SE' and version = 2"), 1);
    assert_int_equal(count(t, "select count(*) from account where name = 'Beta' and parent_id is null"), 1);
    assert_int_equal(
        count(t, "select count(*) from account where name = 'Delta' and parent_id is not null"), 1);
    /* One without an external id is adopted by its name, and not made twice. */
    import(t, "accounts", "Name\nEpsilon\n");
    run = import(t, "accounts", "Id,Name\n5,Epsilon\n");
    assert_int_equal(run.rows_made, 0);
    assert_int_equal(
        count(t, "select count(*) from account where name = 'Epsilon' and external_id = '5'"), 1);
    end(t);
}

static void people_again(void **state)
{
    struct site_under_test *t = begin(state);
    import(t, "people", "Name,E-Mail,Role,Phone\nAda Lovelace,ADA@velmora.example,Partner manager,1\n");
    assert_string_equal(
        one_text(t, "select role from person where email = 'ada@velmora.example'"), "partner_manager");
    assert_string_equal(
        one_text(t, "select state from person where email = 'ada@velmora.example'"), "invited");
    struct import_run run =
        import(t, "people", "Name,E-Mail,Role,Phone\nAda King,ada@velmora.example,Auditor,\n");
    assert_int_equal(run.rows_changed, 1);
    assert_string_equal(
        one_text(t, "select name from person where email = 'ada@velmora.example'"), "Ada King");
    assert_string_equal(
        one_text(t, "select role from person where email = 'ada@velmora.example'"), "partner_manager");
    /* Operations makes no administrators, not by a file either. */
    int64_t id = upload(t, "people", "Name,E-Mail,Role\nEve,eve@velmora.example,admin\n");
    assert_int_equal(load(t, id).rows_bad, 1);
    end(t);
}

static enum status custom_field(struct call *c)
{
    struct value args[2] = {v_int(77), v_int(c->now.us)};
    return db_exec(c->db,
        "insert into custom_field (id, version, created, updated, noun, name, label, kind, required, "
        "partner_sees, partner_sets) values ($1, 1, $2, $2, 'partner', 'focus', 'Focus area', 'text', 0, 0, "
        "0)",
        args, 2);
}

static void partners_with_custom_fields(void **state)
{
    struct site_under_test *t = begin(state);
    ASSERT_OK(app_seed(&t->app, custom_field, NULL));
    static const char file[] = "Partner;Land;Stufe;Typ;Focus area\n"
                               "Nordwind;Deutschland;Gold;\"Reseller, MSP\";Retail\nAlpen;Austria;;;\n";
    import(t, "partners", file);
    assert_string_equal(one_text(t, "select tier from partner where name = 'Nordwind'"), "gold");
    assert_string_equal(one_text(t, "select types from partner where name = 'Nordwind'"), ",reseller,msp,");
    assert_string_equal(one_text(t, "select text from custom_value where field_id = 77"), "Retail");
    struct import_run run = import(t, "partners", file);
    assert_int_equal(run.rows_changed, 0);
    run = import(t, "partners", "Partner;Land;Focus area\nNordwind;DE;Banks\n");
    assert_int_equal(run.rows_changed, 1);
    assert_string_equal(one_text(t, "select text from custom_value where field_id = 77"), "Banks");
    import(t, "product-lines", "Name\nCore\n");
    run = import(t, "certifications", "Partner,Product line,Certified people\nNordwind,Core,4\n");
    assert_int_equal(run.rows_made, 1);
    run = import(t, "certifications", "Partner,Product line,Certified people\nNordwind,Core,5\n");
    assert_int_equal(run.rows_changed, 1);
    end(t);
}

/* ---- interrupted ---- */

static const char *many_rows(struct site_under_test *t)
{
    struct buf b = buf_in(t->f->a, 1 << 20);
    buf_adds(&b, "Id,Name,Parent\n");
    for (int i = 0; i < 20; i++)
        buf_addf(&b, "%d,Company %d,%s\n", i, i, i % 5 ? "" : "Company 19");
    return buf_str(&b);
}

/* Stops after every chunk there can be, and goes on with another worker each time. */
static void gone_on_with(void **state)
{
    struct site_under_test *t = begin(state);
    struct new_run new = {.run = {.kind = "accounts",
                              .file_name = "many.csv",
                              .mapping = "{}",
                              .policy = "all_or_nothing",
                              .state = "staging",
                              .person_id = {t->person}}};
    const char *text = many_rows(t);
    const char *path = write_file(t, text, strlen(text));
    ASSERT_OK(app_seed(&t->app, make_run, &new));
    enum status s = RETRY;
    int workers = 0;
    for (; s == RETRY && workers < 100; workers++) {
        struct import_worker w = worker(t, path);
        w.owner = workers % 2 ? "worker one" : "worker two";
        t->left = workers % 11; /* chunks; a check begins anew */
        s = import_work(&w, new.id);
        if (s == OK && streq(load(t, new.id).state, "checked")) {
            ASSERT_OK(do_verb(t, &import_apply, new.id, NULL, NULL));
            s = RETRY;
        }
    }
    ASSERT_OK(s);
    assert_true(workers > 5);
    struct import_run run = load(t, new.id);
    assert_string_equal(run.state, "done");
    assert_int_equal(run.rows_total, 20);
    assert_int_equal(run.rows_applied, 20);
    assert_int_equal(run.rows_made, 20);
    assert_int_equal(count(t, "select count(*) from account"), 20);
    assert_int_equal(count(t, "select count(*) from account where parent_id is not null"), 4);
    assert_int_equal(count(t, "select count(*) from event where noun = 'account' and verb = 'create'"), 20);
    assert_int_equal(count(t, "select count(*) from import_row"), 0);
    unlink(path);
    end(t);
}

static enum status silent(struct call *c)
{
    struct value args[1] = {v_int(*(int64_t *)c->in)};
    return db_exec(c->db, "update import_run set owner = 'dead', owner_until = 1 where id = $1", args, 1);
}
static enum status busy(struct call *c)
{
    struct value args[2] = {v_int(*(int64_t *)c->in), v_int(c->now.us + 1000 * US_PER_SECOND)};
    return db_exec(c->db, "update import_run set owner = 'alive', owner_until = $2 where id = $1", args, 2);
}

static void one_worker_at_a_time(void **state)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload(t, "accounts", "Name\nAcme\n");
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    ASSERT_OK(app_seed(&t->app, busy, &id));
    assert_int_equal(work(t, id), REFUSED);
    assert_int_equal(count(t, "select count(*) from account"), 0);
    ASSERT_OK(app_seed(&t->app, silent, &id));
    ASSERT_OK(work(t, id));
    assert_int_equal(count(t, "select count(*) from account"), 1);
    end(t);
}

static void cancelled(void **state)
{
    struct site_under_test *t = begin(state);
    int64_t id = upload(t, "accounts", "Name\nAcme\nBeta\nGamma\nDelta\n");
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    t->left = 2;
    assert_int_equal(work(t, id), RETRY); /* after keys, words, and one chunk of three rows */
    ASSERT_OK(do_verb(t, &import_cancel, id, NULL, NULL));
    t->left = -1;
    ASSERT_OK(work(t, id));
    assert_string_equal(load(t, id).state, "cancelled");
    assert_int_equal(count(t, "select count(*) from account"), 3);
    assert_int_equal(count(t, "select count(*) from import_row"), 0);
    assert_int_equal(count(t, "select count(*) from account_key k left join account a on a.id = k.account_id "
                              "where a.id is null"),
        0);
    assert_int_equal(count(t, "select count(*) from search_token k left join account a on a.id = k.row_id "
                              "where k.noun = 'account' and a.id is null"),
        0);
    end(t);
}

/* ---- the server's own way ---- */

static void uploaded_to_a_server(void **state)
{
    struct site_under_test *t = begin(state);
    struct viewer v = viewer_of(t);
    struct call *c = app_call(&t->app, &v);
    struct given given[] = {{.name = "kind", .value = v_text("accounts"), .loose = true},
        {.name = "csv", .value = v_text("Name\nAcme\n"), .loose = true}};
    ASSERT_OK(app_do(&t->app, c, &import_upload, given, 2));
    int64_t id = c->result_id;
    arena_free(c->arena);
    struct jobs *jobs = jobs_start(
        t->f->url, &tandem_model, tandem_jobs, t->app.committer, programme_open_call, t->app.programme);
    for (int i = 0; i < 200 && !streq(load(t, id).state, "checked"); i++)
        usleep(20000);
    assert_string_equal(load(t, id).state, "checked");
    ASSERT_OK(do_verb(t, &import_apply, id, NULL, NULL));
    for (int i = 0; i < 200 && !streq(load(t, id).state, "done"); i++)
        usleep(20000);
    jobs_stop(jobs);
    assert_string_equal(load(t, id).state, "done");
    assert_int_equal(access(spool_path(t->f->a, id), F_OK), -1);
    /* Without a file, or as somebody who may not. */
    c = app_call(&t->app, &v);
    assert_int_equal(app_do(&t->app, c, &import_upload, given, 1), REFUSED);
    assert_string_equal(c->problem->fields[0].field, "file");
    arena_free(c->arena);
    v.role = ROLE_PARTNER_ADMIN;
    c = app_call(&t->app, &v);
    assert_int_equal(app_do(&t->app, c, &import_upload, given, 2), REFUSED);
    arena_free(c->arena);
    end(t);
}

static void dry_run(void **state)
{
    struct site_under_test *t = begin(state);
    struct viewer v = viewer_of(t);
    static const char text[] = "Name,Parent,Contract until\nA,B,03/04/2026\nB,,25/12/2026\n,,\nC,Nobody,\n";
    const char *path = write_file(t, BYTES(text));
    struct call *c = app_call(&t->app, &v);
    struct dry_result r;
    int64_t before = count(t, "select count(*) from event");
    c->db = t->reader;
    ASSERT_OK(programme_open_call(t->app.programme, c));
    ASSERT_OK(import_dry(c, import_kind_find("accounts"), path, "{}", &r));
    assert_null(r.refused);
    assert_int_equal(r.rows, 3);
    assert_int_equal(r.good, 2);
    assert_int_equal(r.bad, 1);
    assert_int_equal(r.errors[0].line, 5);
    ASSERT_OK(import_dry(c, import_kind_find("partners"), path, "{}", &r));
    assert_non_null(strstr(r.refused, "Country"));
    arena_free(c->arena);
    unlink(path);
    assert_int_equal(count(t, "select count(*) from event"), before);
    assert_int_equal(count(t, "select count(*) from import_run"), 0);
    end(t);
}

/* ---- parts ---- */

static void date_cells(void **state)
{
    struct date_parts d;
    (void)state;
    assert_true(date_parts_read("2016-10-20", &d) && d.v[0] == 2016 && d.v[2] == 20);
    assert_true(date_parts_read("2016-10-20T00:00:00Z", &d));
    assert_true(date_parts_read("20161020", &d) && d.v[1] == 10);
    assert_true(date_parts_read("1.4.26", &d) && d.digits[2] == 2);
    assert_true(date_parts_read("3/14/2017 12:00 AM", &d));
    assert_false(date_parts_read("1054.50", &d));
    assert_false(date_parts_read("1.234.567", &d));
    assert_false(date_parts_read("2017-03", &d));
    assert_false(date_parts_read("2017-03-04-05", &d));
    assert_false(date_parts_read("", &d));
}

static void decimals_of_columns(void **state)
{
    (void)state;
    assert_int_equal(columns_decimal(SEEN_COMMA_DECIMAL, ','), ',');
    assert_int_equal(columns_decimal(SEEN_POINT_DECIMAL, ';'), '.');
    assert_int_equal(columns_decimal(SEEN_POINT_THREE, ','), ',');
    assert_int_equal(columns_decimal(SEEN_COMMA_THREE, ';'), '.');
    assert_int_equal(columns_decimal(0, ';'), ',');
    assert_int_equal(columns_decimal(SEEN_COMMA_DECIMAL | SEEN_POINT_THREE, ','), ',');
}

static void keys_of_a_file(void **state)
{
    struct keyset s = {0};
    (void)state;
    for (int i = 0; i < 5000; i++) {
        char text[20];
        snprintf(text, sizeof text, "%d", i);
        assert_true(keyset_add(&s, keyset_hash(text), (uint64_t)i));
    }
    assert_false(keyset_add(&s, keyset_hash("4711"), 1));
    assert_int_equal(keyset_find(&s, keyset_hash("4711"))->several, 1);
    assert_int_equal(keyset_find(&s, keyset_hash("42"))->parent, 42);
    assert_null(keyset_find(&s, keyset_hash("none")));
    keyset_free(&s);
    assert_null(keyset_find(&s, keyset_hash("42")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_cells),
        cmocka_unit_test(decimals_of_columns),
        cmocka_unit_test(keys_of_a_file),
        ON_SQLITE(a_crm),
        ON_SQLITE(names_as_they_are_written),
        ON_SQLITE(utf8),
        ON_SQLITE(utf8_with_mark),
        ON_SQLITE(german_excel),
        ON_SQLITE(utf16),
        ON_SQLITE(decimal_commas),
        ON_SQLITE(files_that_are_none),
        ON_SQLITE(a_mapping_is_needed),
        ON_SQLITE(rows_are_checked),
        ON_SQLITE(ambiguous_dates),
        ON_SQLITE(circles_of_parents),
        ON_SQLITE(again),
        ON_SQLITE(people_again),
        ON_SQLITE(partners_with_custom_fields),
        ON_SQLITE(gone_on_with),
        ON_SQLITE(one_worker_at_a_time),
        ON_SQLITE(cancelled),
        ON_SQLITE(uploaded_to_a_server),
        ON_SQLITE(dry_run),
    };
    const struct CMUnitTest on_postgres[] = {
        ON_POSTGRES(a_crm),
        ON_POSTGRES(names_as_they_are_written),
        ON_POSTGRES(decimal_commas),
        ON_POSTGRES(files_that_are_none),
        ON_POSTGRES(a_mapping_is_needed),
        ON_POSTGRES(rows_are_checked),
        ON_POSTGRES(circles_of_parents),
        ON_POSTGRES(again),
        ON_POSTGRES(people_again),
        ON_POSTGRES(partners_with_custom_fields),
        ON_POSTGRES(gone_on_with),
        ON_POSTGRES(one_worker_at_a_time),
        ON_POSTGRES(cancelled),
        ON_POSTGRES(uploaded_to_a_server),
        ON_POSTGRES(dry_run),
    };
    log_setup(LOG_WARN, false);
    int failed = cmocka_run_group_tests_name("import", tests, NULL, NULL);
    if (have_postgres())
        failed += cmocka_run_group_tests_name("import on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
