/* Input: what was given becomes the verb's struct, or is refused with everything that is wrong at once. */
#include "small.h"

/* One field of a recorded deal, given as JSON; what is said about it, or NULL when it was taken. */
static const char *refused(struct fixture *f, const char *field, const char *json)
{
    struct call *c = small_call(f, &vendor, &deal_record);
    const char *title = streq(field, "title") ? "" : "\"title\":\"x\",",
               *partner = streq(field, "partner_id") ? "" : "\"partner_id\":\"Brightwater\",";
    enum status s = read_json(c, arena_printf(f->a, "{%s%s\"%s\":%s}", title, partner, field, json));
    if (s == OK)
        return NULL;
    assert_int_equal(s, REFUSED);
    assert_int_equal(c->problem->code, PROBLEM_invalid);
    return said(c, field);
}

static void an_option_is_found_by_its_key(void **state)
{
    (void)state;
    static const struct option options[] = {{"open", "Open"}, {"done", "Done"}, {0}};
    assert_ptr_equal(option_find(options, "done"), &options[1]);
    assert_null(option_find(options, "lost"));
    assert_null(option_find(options, NULL));
    assert_null(option_find(NULL, "open"));
    assert_string_equal(option_label(LANG_EN, options, "open"), "Open");
    assert_string_equal(option_label(LANG_EN, options, "lost"), "lost"); /* of a version that knew more */
    assert_null(option_label(LANG_EN, options, NULL));
}

static void an_unknown_number_is_not_zero(void **state)
{
    struct counted {
        int64_t n;
    } row = {.n = INT_NONE};
    const struct field f = FIELD(struct counted, n, .none = true);
    (void)state;
    assert_int_equal(field_load(&f, &row).kind, VALUE_NULL);
    row.n = 0;
    assert_int_equal(field_load(&f, &row).kind, VALUE_INT);
    field_store(&f, &row, &(struct value){.kind = VALUE_NULL});
    assert_true(row.n == INT_NONE);
}

/* The struct that a good body makes. */
static const struct deal *taken(struct fixture *f, const char *members)
{
    struct call *c = small_call(f, &vendor, &deal_record);
    if (read_json(c, arena_printf(f->a, "{\"title\":\"x\",\"partner_id\":\"Brightwater\",%s}", members)) !=
        OK)
        fail_msg("%s: %s: %s", members, c->problem->fields[0].field, c->problem->fields[0].message);
    return c->in;
}

static void all_errors_come_at_once(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    struct call *c = small_call(f, &seller, &deal_register);
    assert_int_equal(read_json(c, "{\"title\":\" \",\"country\":\"Germany\",\"amount\":\"-5\",\"rating\":9,"
                                  "\"nonsense\":1}"),
        REFUSED);
    assert_int_equal(c->problem->n_fields, 5);
    assert_string_equal(said(c, "title"), "is needed");
    assert_string_equal(said(c, "country"), "enter a country by its two letters, such as DE");
    assert_string_equal(said(c, "amount"), "enter a number above 0");
    assert_string_equal(said(c, "rating"), "enter at most 5");
    assert_string_equal(said(c, "nonsense"), "is not a field of this");
}

static void wrong_types_are_told_by_their_field(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *field, *json, *message;
    } cases[] = {
        {"title", "5", "enter text"},
        {"title", "true", "has a value of the wrong type"},
        {"title", "[\"a\",\"b\"]", "has a value of the wrong type"},
        {"title", "{\"a\":1}", "has a value of the wrong type"},
        {"title", "null", "is needed"},
        {"rating", "\"3\"", "enter a whole number"},
        {"rating", "3.5", "enter a whole number"},
        {"rating", "true", "has a value of the wrong type"},
        {"rating", "0", "enter at least 1"},
        {"share", "\"0.5\"", "enter a number"},
        {"urgent", "1", "say yes or no"},
        {"urgent", "\"yes\"", "say yes or no"},
        {"amount", "false", "has a value of the wrong type"},
        {"amount", "[\"1\"]", "has a value of the wrong type"},
        {"amount", "\"12 apples\"", "enter an amount such as 84000"},
        {"amount", "1e300", "enter an amount such as 84000"},
        {"amount", "10000000001", "enter at most 100000000"},
        {"regions", "[1,2]", "enter a list of texts"},
        {"regions", "{}", "enter a list of texts"},
        {"regions", "[\"dach\",\"mars\"]", "“mars” is not one of the choices"},
        {"tags", "[[\"a\"]]", "enter a list of texts"},
        {"partner_id", "7", "there is no such partner"},
        {"close_month", "202609", "enter a month such as 2026-09"},
        {"close_month", "\"2026-13\"", "enter a month such as 2026-09"},
        {"close_date", "\"2026-02-30\"", "enter a date such as 2026-08-17"},
        {"due", "\"2026-08-17\"", "enter a time such as 2026-08-17T10:00:00Z"},
        {"contact", "\"nobody\"", "enter an address such as name@company.example"},
        {"currency", "\"XXQ\"", "enter a currency by its three letters, such as EUR"},
        {"zone", "\"Mars/Olympus\"", "enter a time zone such as Europe/Berlin"},
        {"domain", "\"localhost\"", "enter a web domain such as company.example"},
        {"state", "\"closed\"", "“closed” is not one of the choices"},
        {"custom", "5", "is not a field of this"},
    };
    make_small(f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *message = refused(f, cases[i].field, cases[i].json);
        if (!streq(message, cases[i].message))
            fail_msg("%s %s: %s", cases[i].field, cases[i].json, message ? message : "(taken)");
    }
}

static void good_values_are_taken(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    const struct deal *d = taken(f, "\"country\":\"de\",\"contact\":\"A.B@Company.Example\",\"urgent\":true,"
                                    "\"rating\":5,\"share\":0.25,\"zone\":\"Europe/Berlin\",\"domain\":"
                                    "\"https://shop.foo.co.uk/x\",\"close_month\":\"2026-09-17\",\"due\":"
                                    "\"2026-08-17T12:00:00+02:00\",\"extra\":{\"b\":1,\"a\":[true]}");
    assert_string_equal(d->country, "DE");
    assert_string_equal(d->contact, "a.b@company.example");
    assert_string_equal(d->domain, "foo.co.uk");
    assert_string_equal(d->extra, "{\"a\":[true],\"b\":1}");
    assert_true(d->urgent);
    assert_int_equal(d->rating, 5);
    assert_true(d->share == 0.25);
    assert_int_equal(d->close_month.days, date_make(2026, 9, 1).days);
    assert_string_equal(instant_iso(f->a, d->due), "2026-08-17T10:00:00.000Z");
    assert_int_equal(d->partner_id.id, BRIGHTWATER);
    assert_int_equal(d->close_date.days, DATE_NONE);
}

static void text_is_counted_in_characters(void **state)
{
    struct fixture *f = *state;
    struct buf b = buf_in(f->a, 10000);
    make_small(f);
    buf_addc(&b, '"');
    for (int i = 0; i < 80; i++)
        buf_adds(&b, "\xf0\x9f\xa6\x8a"); /* four bytes each */
    assert_null(refused(f, "title", arena_printf(f->a, "%s\"", buf_str(&b))));
    buf_adds(&b, "\xc3\xbc\"");
    assert_string_equal(refused(f, "title", buf_str(&b)), "enter at most 80 characters");
    assert_null(refused(f, "title", "\"\\u05d0\\u0323 \\ud83e\\udd8a\""));
    const struct deal *d = taken(f, "\"country\":\"\\u00a0 se \\t\",\"notes\":\"two\\nlines\"");
    assert_string_equal(d->country, "SE");
    assert_string_equal(d->notes, "two\nlines");
}

static void sets_are_put_in_order(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    assert_string_equal(taken(f, "\"regions\":[\"iberia\",\"dach\",\"iberia\"]")->regions, ",dach,iberia,");
    assert_string_equal(taken(f, "\"regions\":\"nordics, dach\"")->regions, ",dach,nordics,");
    assert_null(taken(f, "\"regions\":[]")->regions);
    assert_null(taken(f, "\"regions\":null")->regions);
    assert_string_equal(taken(f, "\"tags\":[\"one, two\",\"three\"]")->tags, "one, two\nthree");
}

static void amounts_have_the_digits_of_their_currency(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    assert_int_equal(taken(f, "\"amount\":\"84000.5\",\"currency\":\"EUR\"")->amount.minor, 8400050);
    assert_int_equal(taken(f, "\"amount\":84000.1,\"currency\":\"EUR\"")->amount.minor, 8400010);
    assert_int_equal(taken(f, "\"amount\":84000")->amount.minor, 8400000);
    assert_int_equal(taken(f, "\"amount\":\"84000\",\"currency\":\"JPY\"")->amount.minor, 84000);
    assert_int_equal(taken(f, "\"amount\":\"1.234\",\"currency\":\"KWD\"")->amount.minor, 1234);
    assert_string_equal(refused(f, "amount", "1.005"), "enter an amount such as 84000");
    assert_string_equal(
        refused(f, "amount", "\"1.50\",\"currency\":\"JPY\""), "enter an amount such as 84000");
}

static void an_amount_alone_is_in_the_currency_of_its_row(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    int64_t id = make_deal(
        f, "{\"title\":\"Yen\",\"partner_id\":\"Brightwater\",\"amount\":\"500\",\"currency\":\"JPY\"}");
    struct call *c = small_call(f, &seller, &deal_update);
    c->row_id = id;
    ASSERT_OK(read_json(c, "{\"amount\":\"700\"}"));
    assert_int_equal(((struct deal *)c->in)->amount.minor, 700);
}

static void a_change_names_only_what_it_changes(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    struct call *c = small_call(f, &vendor, &deal_update);
    ASSERT_OK(read_json(c, "{\"rating\":4,\"notes\":null}"));
    assert_int_equal(c->given, noun_bit(&deal_noun, "rating") | noun_bit(&deal_noun, "notes"));
    c = small_call(f, &vendor, &deal_update);
    assert_int_equal(read_json(c, "{\"title\":null}"), REFUSED);
    assert_string_equal(said(c, "title"), "is needed");
}

static void what_one_may_not_set_is_no_field(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    struct call *c = small_call(f, &seller, &deal_update);
    assert_int_equal(read_json(c, "{\"vendor_note\":\"x\",\"state\":\"won\",\"code\":\"x\",\"partner_id\":"
                                  "\"Brightwater\",\"title\":\"Mine\"}"),
        REFUSED);
    assert_int_equal(c->problem->n_fields, 4);
    assert_string_equal(said(c, "vendor_note"), "is not a field of this");
    assert_string_equal(said(c, "state"), "is not a field of this");
}

static void references_are_what_one_sees(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    static const struct field partner = {
        .name = "partner_id", .label = "Partner", .kind = KIND_REF, .ref = "partner"};
    const char *own = id_text(f->a, "prt", BRIGHTWATER), *theirs = id_text(f->a, "prt", RIVALTEC),
               *nobody = id_text(f->a, "prt", 77), *other_noun = id_text(f->a, "dea", BRIGHTWATER);
    const char *none = "there is no such partner";
    const char *texts[] = {theirs, nobody, other_noun, "Rivaltec", "Nobody", "prt_", "prt_!!!!!!!!!!!!!"};
    struct call *c = small_call(f, &seller, &deal_register);
    struct value v;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_string_equal(
            field_parse(c, &partner, &(struct given){.name = "partner_id", .value = v_text(texts[i])}, &v),
            none);
    const char *good[] = {own, "Brightwater", " Brightwater "};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_null(
            field_parse(c, &partner, &(struct given){.name = "partner_id", .value = v_text(good[i])}, &v));
        assert_int_equal(v.i, BRIGHTWATER);
    }
    assert_null(c->problem); /* the field was refused, not the call */
}

static void custom_fields_are_fields(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    assert_null(refused(f, "custom", "{\"segment\":\"mid\",\"seats\":40,\"risk\":\"low\",\"renewal\":true}"));
    struct call *c = small_call(f, &vendor, &deal_record);
    assert_int_equal(read_json(c, "{\"title\":\"x\",\"partner_id\":\"Brightwater\",\"custom\":{\"segment\":"
                                  "\"huge\",\"seats\":\"many\",\"renewal\":1,\"colour\":\"red\"}}"),
        REFUSED);
    assert_string_equal(said(c, "custom.segment"), "“huge” is not one of the choices");
    assert_string_equal(said(c, "custom.seats"), "enter a whole number");
    assert_string_equal(said(c, "custom.renewal"), "say yes or no");
    assert_string_equal(said(c, "custom.colour"), "is not a field of this");

    c = small_call(f, &seller, &deal_update);
    assert_int_equal(
        read_json(c, "{\"custom\":{\"segment\":\"mid\",\"seats\":4,\"risk\":\"high\"}}"), REFUSED);
    assert_int_equal(c->problem->n_fields, 2);
    assert_string_equal(said(c, "custom.seats"), "you cannot set this");
    assert_string_equal(said(c, "custom.risk"), "is not a field of this"); /* not even its name is told */
}

static void a_needed_custom_field_is_asked_for(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    run(f->db, "update custom_field set required = 1 where name = 'segment'");
    struct call *c = small_call(f, &vendor, &deal_record);
    assert_int_equal(read_json(c, "{\"title\":\"x\",\"partner_id\":\"Brightwater\"}"), REFUSED);
    assert_string_equal(said(c, "custom.segment"), "is needed");
}

static void forms_are_read_loosely(void **state)
{
    struct fixture *f = *state;
    struct viewer german = vendor;
    german.lang = LANG_DE;
    make_small(f);
    const struct given given[] = {
        {.name = "title", .value = v_text("  Größe   XL "), .loose = true},
        {.name = "partner_id", .value = v_text("Brightwater"), .loose = true},
        {.name = "amount", .value = v_text("84.000,50"), .loose = true},
        {.name = "rating", .value = v_text("3"), .loose = true},
        {.name = "urgent", .value = v_text("on"), .loose = true},
        {.name = "regions", .value = v_text("nordics"), .loose = true},
        {.name = "regions", .value = v_text("dach"), .loose = true},
        {.name = "save", .value = v_text("Save"), .loose = true},
    };
    struct call *c = small_call(f, &german, &deal_record);
    ASSERT_OK(input_read(c, given, COUNT(given), false));
    const struct deal *d = c->in;
    assert_string_equal(d->title, "Größe XL");
    assert_int_equal(d->amount.minor, 8400050);
    assert_int_equal(d->rating, 3);
    assert_true(d->urgent);
    assert_string_equal(d->regions, ",dach,nordics,");
}

static void a_text_that_should_be_json_is_checked(void **state)
{
    struct fixture *f = *state;
    make_small(f);
    const struct given given[] = {{.name = "extra", .value = v_text("{\"a\":"), .loose = true}};
    struct call *c = small_call(f, &vendor, &deal_update);
    assert_int_equal(input_read(c, given, 1, false), REFUSED);
    assert_non_null(strstr(said(c, "extra"), "is no JSON"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SQLITE(all_errors_come_at_once),
        ON_SQLITE(wrong_types_are_told_by_their_field),
        ON_SQLITE(good_values_are_taken),
        ON_SQLITE(text_is_counted_in_characters),
        ON_SQLITE(sets_are_put_in_order),
        ON_SQLITE(amounts_have_the_digits_of_their_currency),
        ON_SQLITE(an_amount_alone_is_in_the_currency_of_its_row),
        ON_SQLITE(a_change_names_only_what_it_changes),
        ON_SQLITE(what_one_may_not_set_is_no_field),
        ON_SQLITE(references_are_what_one_sees),
        ON_SQLITE(custom_fields_are_fields),
        ON_SQLITE(a_needed_custom_field_is_asked_for),
        ON_SQLITE(forms_are_read_loosely),
        ON_SQLITE(a_text_that_should_be_json_is_checked),
        cmocka_unit_test(an_option_is_found_by_its_key),
        cmocka_unit_test(an_unknown_number_is_not_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
