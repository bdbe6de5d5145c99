/* Whatever is declared has a German text: a label that N_() does not mark, no tool would find. */
#include "app/registry.h"
#include "base/json.h"
#include "base/messages.h"
#include "base/problem.h"
#include "domain/programme/programme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int missing;

static void want(const char *of, const char *text)
{
    if (!text || !*text || message_find(&message_tables[LANG_DE], text))
        return;
    print_error("%s: \"%s\" has no German text\n", of, text);
    missing++;
}

static void want_options(const char *of, const struct option *options)
{
    for (const struct option *o = options; o && o->key; o++)
        if (!streq(o->label, "English") && !streq(o->label, "Deutsch")) /* each is called by its own name */
            want(of, o->label);
}

static void want_fields(const char *of, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        want(of, fields[i].label);
        want(of, fields[i].hint);
        want_options(of, fields[i].options);
    }
}

static void nouns_are_translated(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; tandem_model.nouns[i]; i++) {
        const struct noun *n = tandem_model.nouns[i];
        want(n->name, n->label);
        want(n->name, n->labels);
        want(n->name, n->summary);
        want(n->name, n->nav);
        want_fields(n->name, n->fields, n->n_fields);
        for (const struct state *s = n->states; s && s->key; s++)
            want(n->name, s->label);
    }
    want_options("roles", role_options);
    assert_int_equal(missing, 0);
}

static void verbs_are_translated(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; tandem_model.verbs[i]; i++) {
        const struct verb *v = tandem_model.verbs[i];
        want(v->name, v->label);
        want(v->name, v->summary);
        want(v->name, v->done);
        want(v->name, v->shows);
        want_fields(v->name, v->in, v->n_in);
    }
    assert_int_equal(missing, 0);
}

static void pages_and_problems_are_translated(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; tandem_pages[i]; i++) {
        want(tandem_pages[i]->path, tandem_pages[i]->title);
        want(tandem_pages[i]->path, tandem_pages[i]->nav);
    }
    for (int code = 0; code < PROBLEM_COUNT; code++)
        want(problem_name((enum problem_code)code), problem_title((enum problem_code)code));
    assert_int_equal(missing, 0);
}

/* ---- the programme that everybody starts with ---- */

static json_t *default_programme(struct arena *a)
{
    const char *error;
    json_t *programme = json_read(a, programme_default, strlen(programme_default), &error);
    assert_non_null(programme);
    return programme;
}

static void want_both(const json_t *rule, const char *key)
{
    const json_t *texts = json_object_get(rule, key);
    assert_non_null(json_string_value(json_object_get(texts, "en")));
    assert_non_null(json_string_value(json_object_get(texts, "de")));
}

static void default_rules_are_in_both_languages(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const json_t *rules = json_object_get(default_programme(a), "rules");
    assert_true(json_array_size(rules) > 0);
    for (size_t i = 0; i < json_array_size(rules); i++) {
        want_both(json_array_get(rules, i), "name");
        want_both(json_array_get(rules, i), "sentence");
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nouns_are_translated),
        cmocka_unit_test(verbs_are_translated),
        cmocka_unit_test(pages_and_problems_are_translated),
        cmocka_unit_test(default_rules_are_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
