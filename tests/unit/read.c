/* Reading and writing nouns: scope, filters, cursors, search, custom values; on both databases. */
#include "model/search.h"
#include "small.h"

/* ---- helpers ---- */

/* The titles of a list, with spaces between; "!" and the message when it is refused. */
static const char *titles(struct fixture *f, const struct viewer *viewer, const struct list_query *q)
{
    struct call *c = small_call(f, viewer, NULL);
    struct list list;
    struct buf b = buf_in(f->a, 100000);
    enum status s = noun_list(c, &deal_noun, q, &list);
    if (s == REFUSED)
        return arena_printf(f->a, "!%s", c->problem->n_fields ? c->problem->fields[0].message : "");
    ASSERT_OK(s);
    for (size_t i = 0; i < list.n; i++)
        buf_addf(&b, "%s%s", i ? " " : "", list.rows[i].name);
    return arena_strdup(f->a, buf_str(&b));
}

static const char *filtered(
    struct fixture *f, const struct viewer *viewer, const char *field, const char *op, const char *value)
{
    struct list_query q = {.sort = "title", .n_filters = 1, .filters = {{field, op, value}}};
    return titles(f, viewer, &q);
}

static const char *found(struct fixture *f, const struct viewer *viewer, const char *words)
{
    struct list_query q = {.sort = "title", .search = words};
    return titles(f, viewer, &q);
}

static int64_t counted(struct fixture *f, const struct viewer *viewer, const struct list_query *q)
{
    int64_t n;
    ASSERT_OK(noun_count(small_call(f, viewer, NULL), &deal_noun, q, 100, &n));
    return n;
}

/* Three deals of Brightwater, two of Rivaltec. */
static void make_deals(struct fixture *f)
{
    make_small(f);
    make_deal(f, "{\"title\":\"alpha\",\"partner_id\":\"Brightwater\",\"state\":\"open\",\"amount\":\"100\","
                 "\"regions\":[\"dach\"],\"rating\":1,\"close_month\":\"2026-09\",\"vendor_note\":\"secretly "
                 "hot\",\"custom\":{\"segment\":\"mid\",\"seats\":10,\"risk\":\"low\"}}");
    make_deal(f, "{\"title\":\"beta\",\"partner_id\":\"Brightwater\",\"state\":\"won\",\"amount\":\"200\","
                 "\"regions\":[\"dach\",\"nordics\"],\"rating\":3,\"urgent\":true,\"custom\":{\"segment\":"
                 "\"large\",\"renewal\":true}}");
    make_deal(f, "{\"title\":\"gamma\",\"partner_id\":\"Brightwater\"}");
    make_deal(f, "{\"title\":\"rho\",\"partner_id\":\"Rivaltec\",\"state\":\"open\",\"amount\":\"900\","
                 "\"regions\":[\"iberia\"],\"rating\":5,\"custom\":{\"segment\":\"small\",\"seats\":99}}");
    make_deal(f, "{\"title\":\"sigma\",\"partner_id\":\"Rivaltec\",\"domain\":\"sigma.example\"}");
}

/* ---- tests ---- */

static void a_rivals_row_does_not_exist(void **state)
{
    struct fixture *f = *state;
    struct row row;
    make_deals(f);
    struct list_query all = {.sort = "title"};
    assert_string_equal(titles(f, &vendor, &all), "alpha beta gamma rho sigma");
    assert_string_equal(titles(f, &seller, &all), "alpha beta gamma");
    assert_string_equal(titles(f, &rival, &all), "rho sigma");
    assert_int_equal(counted(f, &vendor, &all), 5);
    assert_int_equal(counted(f, &rival, &all), 2);
    assert_string_equal(filtered(f, &rival, "title", "is", "alpha"), "");
    assert_string_equal(filtered(f, &rival, "custom.segment", "is", "mid"), "");
    assert_string_equal(filtered(f, &rival, "rating", "at_least", "1"), "rho");
    assert_string_equal(found(f, &rival, "alpha"), "");
    assert_string_equal(found(f, &rival, "s"), "sigma");

    int64_t alpha = number(f, f->db, "select id from deal where title = 'alpha'");
    struct call *c = small_call(f, &rival, NULL);
    assert_int_equal(noun_get(c, &deal_noun, alpha, &row), REFUSED);
    assert_int_equal(c->problem->code, PROBLEM_not_found);
    struct call *nothing = small_call(f, &rival, NULL);
    assert_int_equal(noun_get(nothing, &deal_noun, 4711, &row), REFUSED);
    assert_int_equal(nothing->problem->code, c->problem->code);
    assert_null(nothing->problem->detail);
    assert_null(c->problem->detail);
}

static void a_reference_to_a_rival_filters_like_one_to_nobody(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    const char *theirs = id_text(f->a, "prt", RIVALTEC), *nobody = id_text(f->a, "prt", 77);
    assert_string_equal(filtered(f, &seller, "partner_id", "is", theirs), "!there is no such partner");
    assert_string_equal(filtered(f, &seller, "partner_id", "is", nobody), "!there is no such partner");
    assert_string_equal(filtered(f, &seller, "partner_id", "is", "Rivaltec"), "!there is no such partner");
    assert_string_equal(filtered(f, &vendor, "partner_id", "is", theirs), "rho sigma");
}

static void hidden_fields_are_no_fields(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    const char *none = "!is not a field of this";
    assert_string_equal(filtered(f, &seller, "vendor_note", "is", "secretly hot"), none);
    assert_string_equal(filtered(f, &seller, "custom.risk", "is", "low"), none);
    assert_string_equal(filtered(f, &vendor, "code", "is", "x"), none); /* secret: for nobody */
    assert_string_equal(filtered(f, &seller, "nonsense", "is", "x"), none);
    assert_string_equal(titles(f, &seller, &(struct list_query){.sort = "vendor_note"}),
        "!this list cannot be sorted by that");
    assert_string_equal(found(f, &seller, "secretly"), "");
    assert_string_equal(found(f, &vendor, "secretly"), "alpha");
    assert_string_equal(filtered(f, &vendor, "custom.risk", "is", "low"), "alpha");

    struct row row;
    int64_t alpha = number(f, f->db, "select id from deal where title = 'alpha'");
    size_t note = (size_t)field_find(deal_fields, COUNT(deal_fields), "vendor_note");
    ASSERT_OK(noun_get(small_call(f, &seller, NULL), &deal_noun, alpha, &row));
    assert_int_equal(row.v[note].kind, VALUE_NULL);
    ASSERT_OK(noun_get(small_call(f, &vendor, NULL), &deal_noun, alpha, &row));
    assert_string_equal(row.v[note].s, "secretly hot");
}

static void nobody_reads_nothing(void **state)
{
    struct fixture *f = *state;
    struct viewer nobody = {0}, reader = vendor, partnerless = seller;
    make_deals(f);
    reader.scopes = SCOPE_WRITE;
    partnerless.partner_id = 0;
    assert_string_equal(titles(f, &nobody, &(struct list_query){0}), "");
    assert_string_equal(titles(f, &reader, &(struct list_query){0}), "");
    assert_string_equal(titles(f, &partnerless, &(struct list_query){0}), "");
    assert_string_equal(titles(f, &nobody, &(struct list_query){.search = "alpha"}), "");
}

static void filters_compare(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *field, *op, *value, *titles;
    } cases[] = {
        {"title", "is", "beta", "beta"},
        {"title", "not", "beta", "alpha gamma rho sigma"},
        {"title", "in", "beta,rho,nobody", "beta rho"},
        {"title", "in", "", ""},
        {"state", "not", "open", "beta gamma sigma"}, /* rows without a state are not open */
        {"state", "known", "true", "alpha beta rho"},
        {"state", "known", "false", "gamma sigma"},
        {"amount", "at_least", "200", "beta rho"},
        {"amount", "above", "200", "rho"},
        {"amount", "at_most", "200.00", "alpha beta"},
        {"amount", "below", "200", "alpha"},
        {"regions", "is", "dach", "alpha beta"},
        {"regions", "in", "nordics,iberia", "beta rho"},
        {"regions", "not", "dach", "gamma rho sigma"},
        {"regions", "known", "0", "gamma sigma"},
        {"urgent", "is", "true", "beta"},
        {"close_month", "is", "2026-09", "alpha"},
        {"created", "below", "2000-01-01T00:00:00Z", ""},
        {"created", "at_least", "2000-01-01T00:00:00Z", "alpha beta gamma rho sigma"},
        {"custom.segment", "is", "mid", "alpha"},
        {"custom.segment", "in", "mid,small", "alpha rho"},
        {"custom.segment", "not", "mid", "beta gamma rho sigma"},
        {"custom.segment", "known", "no", "gamma sigma"},
        {"custom.seats", "above", "10", "rho"},
        {"custom.seats", "at_least", "10", "alpha rho"},
        {"custom.renewal", "is", "yes", "beta"},
        {"custom.none", "is", "x", "!is not a field of this"},
        {"contact", "is", "a@b.example", "!cannot be filtered"},
        {"title", "like", "a", "!cannot be filtered like that"},
        {"regions", "above", "dach", "!cannot be filtered like that"},
        {"rating", "is", "many", "!enter a whole number"},
        {"rating", "is", "", "!is needed"},
        {"state", "is", "closed", "!“closed” is not one of the choices"},
    };
    make_deals(f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = filtered(f, &vendor, cases[i].field, cases[i].op, cases[i].value);
        if (!streq(got, cases[i].titles))
            fail_msg("%s %s %s: %s", cases[i].field, cases[i].op, cases[i].value, got);
    }
}

static void every_wrong_filter_is_told(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    struct list_query q = {.n_filters = 3,
        .filters = {{"rating", "is", "x"}, {"nonsense", "is", "x"}, {"state", "is", "open"}},
        .sort = "notes"};
    struct call *c = small_call(f, &vendor, NULL);
    struct list list;
    assert_int_equal(noun_list(c, &deal_noun, &q, &list), REFUSED);
    assert_int_equal(c->problem->n_fields, 3);
    assert_non_null(said(c, "rating"));
    assert_non_null(said(c, "nonsense"));
    assert_non_null(said(c, "sort"));
}

static void a_filter_has_room_for_many_values_but_not_for_all(void **state)
{
    struct fixture *f = *state;
    struct buf b = buf_in(f->a, 100000);
    make_deals(f);
    for (int i = 0; i < 60; i++)
        buf_addf(&b, "%sv%d", i ? "," : "", i);
    assert_string_equal(filtered(f, &vendor, "title", "in", buf_str(&b)), "");
    for (int i = 0; i < 500; i++)
        buf_adds(&b, ",x");
    assert_string_equal(filtered(f, &vendor, "title", "in", buf_str(&b)), "!has too many values");
}

/* All pages of two, from the first to the last. */
static const char *walk(struct fixture *f, const char *sort, void (*between)(struct fixture *f))
{
    struct list_query q = {.sort = sort, .limit = 2};
    struct buf b = buf_in(f->a, 100000);
    struct list list;
    do {
        ASSERT_OK(noun_list(small_call(f, &vendor, NULL), &deal_noun, &q, &list));
        for (size_t i = 0; i < list.n; i++)
            buf_addf(&b, "%s ", list.rows[i].name);
        q.after = list.next;
        if (between)
            between(f);
    } while (list.next);
    return arena_strdup(f->a, buf_str(&b));
}

/* A caller's own condition may have arguments of two digits. */
static void a_condition_has_many_arguments(void **state)
{
    struct fixture *f = *state;
    struct buf where = buf_in(f->a, 1000);
    struct list_query q = {.sort = "title"};
    make_deals(f);
    for (int i = 1; i <= 12; i++) {
        buf_addf(&where, "%st.title <> $%d", i > 1 ? " and " : "", i);
        q.where_args[q.n_where_args++] = v_text(i == 10 ? "beta" : i == 1 ? "alpha" : "none");
    }
    q.where = buf_str(&where);
    assert_string_equal(titles(f, &vendor, &q), "gamma rho sigma");
}

static void pages_hold_every_row_once(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    assert_string_equal(walk(f, "title", NULL), "alpha beta gamma rho sigma ");
    assert_string_equal(walk(f, "-title", NULL), "sigma rho gamma beta alpha ");
    assert_string_equal(walk(f, "created", NULL), "alpha beta gamma rho sigma ");
    assert_string_equal(walk(f, "-created", NULL), "sigma rho gamma beta alpha ");
    assert_string_equal(walk(f, "close_month", NULL), "alpha beta gamma rho sigma "); /* without one: last */
    assert_string_equal(walk(f, "-close_month", NULL), "alpha sigma rho gamma beta ");
    assert_string_equal(walk(f, "amount", NULL), "alpha beta rho gamma sigma ");
    assert_string_equal(walk(f, "share", NULL), "alpha beta gamma rho sigma "); /* all equal: by id */
}

static void add_two(struct fixture *f)
{
    int64_t n = number(f, f->db, "select count(*) from deal");
    static const char format[] = "{\"title\":\"%s%lld\",\"partner_id\":\"Rivaltec\"}";
    if (n > 10)
        return;
    make_deal(f, arena_printf(f->a, format, "aaa", (long long)n));
    make_deal(f, arena_printf(f->a, format, "zzz", (long long)n));
}

static void pages_stay_right_while_rows_are_added(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    const char *seen = walk(f, "title", add_two);
    assert_non_null(strstr(seen, "alpha beta gamma rho sigma zzz"));
    assert_null(strstr(seen, "aaa"));
}

static void a_cursor_of_something_else_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"x", "1", "1.", "1.x5", "1.sabc", "1.n", ".i5", "1.i5x", "1.r1e999",
        "99999999999999999999.i1", "1.i99999999999999999999"};
    make_deals(f);
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *got = titles(f, &vendor, &(struct list_query){.sort = "created", .after = bad[i]});
        if (!streq(got, "!this is no cursor of this list"))
            fail_msg("%s: %s", bad[i], got);
    }
    assert_string_equal(titles(f, &vendor, &(struct list_query){.sort = "title", .after = "1.i5"}),
        "!this is no cursor of this list");
}

static void search_finds_beginnings_of_words(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    make_deal(f, "{\"title\":\"Größe Ängström-Werke (Süd)\",\"partner_id\":\"Brightwater\"}");
    static const struct {
        const char *words, *titles;
    } cases[] = {{"ang", "Größe Ängström-Werke (Süd)"}, {"GROSSE werke", "Größe Ängström-Werke (Süd)"},
        {"werke alpha", ""}, {"rke", ""}, {"sigma.ex", "sigma"}, {"' or 1=1 --", ""},
        {"%", "Größe Ängström-Werke (Süd) alpha beta gamma rho sigma"},
        {"  ", "Größe Ängström-Werke (Süd) alpha beta gamma rho sigma"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = found(f, &vendor, cases[i].words);
        if (!streq(got, cases[i].titles))
            fail_msg("%s: %s", cases[i].words, got);
    }
}

/* 40 bytes of a word are kept: not half of a character. */
/* All pages of a search, with how they were read bounded otherwise each time. */
static const char *paged(struct fixture *f, const struct viewer *viewer, const char *words, const char *sort,
    size_t limit, const struct search_bounds *bounds)
{
    struct list_query q = {.search = words, .sort = sort, .limit = limit};
    struct buf b = buf_in(f->a, 100000);
    struct list list;
    do {
        ASSERT_OK(list_searched(small_call(f, viewer, NULL), &deal_noun, &q, bounds, &list));
        assert_true(list.n <= limit && (list.n == limit || !list.next));
        for (size_t i = 0; i < list.n; i++)
            buf_addf(&b, "%s|", list.rows[i].name);
        q.after = list.next;
    } while (list.next);
    return arena_strdup(f->a, buf_str(&b));
}

static void a_common_word_finds_what_a_rare_one_would(void **state)
{
    static const char *const colours[] = {"red", "blue", "pale red"},
                             *const searches[] = {"oak", "o", "red", "oak pale", "oak oak-red 7", "blue red",
                                 "elm", "-"},
                             *const sorts[] = {"title", "-created"};
    static const struct search_bounds rare = {.common_rows = 1000, .batch_rows = 10, .walk_rows = 10};
    static const struct search_bounds others[] = {
        {1, 1, 1000}, {1, 2, 5}, {1, 3, 0}, {6, 2, 8}, {4, 100, 100}};
    const struct viewer nobody = {.role = ROLE_PARTNER_SELLER};
    const struct viewer *const viewers[] = {&vendor, &seller, &rival, &nobody};
    struct fixture *f = *state;
    make_small(f);
    for (int i = 0; i < 18; i++)
        make_deal(f, arena_printf(f->a, "{\"title\":\"%s oak %d\",\"partner_id\":\"%s\"}", colours[i % 3], i,
                         i % 4 ? "Brightwater" : "Rivaltec"));
    assert_string_equal(paged(f, &rival, "pale oak", "title", 50, &others[0]), "pale red oak 8|");
    for (size_t v = 0; v < COUNT(viewers); v++)
        for (size_t s = 0; s < COUNT(searches); s++)
            for (size_t o = 0; o < COUNT(sorts); o++)
                for (size_t b = 0; b < COUNT(others); b++)
                    for (size_t limit = 1; limit < 8; limit += 3)
                        assert_string_equal(paged(f, viewers[v], searches[s], sorts[o], limit, &others[b]),
                            paged(f, viewers[v], searches[s], sorts[o], limit, &rare));
}

static void a_long_word_is_cut_between_characters(void **state)
{
    struct fixture *f = *state;
    struct buf b = buf_in(f->a, 1000);
    make_deals(f);
    buf_addc(&b, 'x');
    for (int i = 0; i < 30; i++)
        buf_adds(&b, "\xd0\xb6");
    make_deal(f, arena_printf(f->a, "{\"title\":\"%s\",\"partner_id\":\"Rivaltec\"}", buf_str(&b)));
    assert_string_equal(found(f, &vendor, buf_str(&b)), buf_str(&b));
    assert_int_equal(number(f, f->db, "select max(length(token)) from search_token where token >= 'x'"), 20);
}

static void a_changed_row_is_found_by_its_new_words_only(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    struct call *c = small_call(f, &seller, &deal_update);
    c->row_id = number(f, f->db, "select id from deal where title = 'beta'");
    ASSERT_OK(read_json(c, "{\"title\":\"omega\",\"custom\":{\"segment\":null}}"));
    ASSERT_OK(small_run(c));
    assert_string_equal(found(f, &seller, "beta"), "");
    assert_string_equal(found(f, &seller, "omega"), "omega");
    assert_string_equal(filtered(f, &seller, "custom.segment", "known", "yes"), "alpha");
    struct event *e = call_last_event(c);
    assert_string_equal(e->verb, "update");
    assert_int_equal(e->partner_id, BRIGHTWATER);
    assert_non_null(strstr(e->payload, "\"before\":{\"title\":\"beta\"}"));
}

static void secrets_stay_out_of_events(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    struct call *c = small_call(f, &vendor, &deal_record);
    ASSERT_OK(read_json(c, "{\"title\":\"x\",\"partner_id\":\"Brightwater\",\"code\":\"open sesame\"}"));
    ASSERT_OK(small_run(c));
    assert_null(strstr(call_last_event(c)->payload, "sesame"));
    assert_int_equal(number(f, f->db, "select count(*) from deal where code = 'open sesame'"), 1);
}

static void a_verb_checks_role_row_version_and_state(void **state)
{
    struct fixture *f = *state;
    make_deals(f);
    int64_t alpha = number(f, f->db, "select id from deal where title = 'alpha'");
    const struct {
        const struct viewer *viewer;
        const struct verb *verb;
        int64_t version;
        enum problem_code code;
    } cases[] = {{&rival, &deal_win, 0, PROBLEM_forbidden}, {&rival, &deal_update, 0, PROBLEM_not_found},
        {&seller, &deal_win, 7, PROBLEM_stale}, {&seller, &deal_delete, 0, PROBLEM_forbidden}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call *c = small_call(f, cases[i].viewer, cases[i].verb);
        c->row_id = alpha;
        c->if_version = cases[i].version;
        assert_int_equal(small_run(c), REFUSED);
        assert_int_equal(c->problem->code, cases[i].code);
    }
    struct call *c = small_call(f, &seller, &deal_win);
    c->row_id = alpha;
    c->if_version = 1;
    ASSERT_OK(small_run(c));
    c = small_call(f, &seller, &deal_win);
    c->row_id = alpha;
    assert_int_equal(small_run(c), REFUSED);
    assert_int_equal(c->problem->code, PROBLEM_state);
}

#define TESTS(ON)                                                                                            \
    ON(a_rivals_row_does_not_exist), ON(a_reference_to_a_rival_filters_like_one_to_nobody),                  \
        ON(hidden_fields_are_no_fields), ON(nobody_reads_nothing), ON(filters_compare),                      \
        ON(every_wrong_filter_is_told), ON(a_filter_has_room_for_many_values_but_not_for_all),               \
        ON(a_condition_has_many_arguments), ON(pages_hold_every_row_once),                                   \
        ON(pages_stay_right_while_rows_are_added), ON(a_cursor_of_something_else_is_refused),                \
        ON(search_finds_beginnings_of_words), ON(a_common_word_finds_what_a_rare_one_would),                 \
        ON(a_long_word_is_cut_between_characters), ON(a_changed_row_is_found_by_its_new_words_only),         \
        ON(secrets_stay_out_of_events), ON(a_verb_checks_role_row_version_and_state)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {TESTS(ON_SQLITE)};
    const struct CMUnitTest on_postgres[] = {TESTS(ON_POSTGRES)};
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (have_postgres())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
