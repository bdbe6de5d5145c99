/* The examples of the documentation: every text that programs see or send has a declared one, and every
 * operation can be told in steps, each of which is found before it is used. Whether they work is the scenario
 * examples' business. */
#include "app/registry.h"
#include "face/dispatch.h"
#include "face/example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int missing;

/* Free text has no believable value of its own. */
static bool wants_example(const struct field *f)
{
    return f->kind == KIND_TEXT && !f->options && !f->secret &&
           (f->form == FORM_LINE || f->form == FORM_LONG || f->form == FORM_LIST || f->list);
}

static void want(const struct noun *noun, const char *verb, const struct field *f)
{
    const struct field *of = noun_field(noun, f->name);
    if (!wants_example(f) || f->example || (of && of->example))
        return;
    print_error("%s %s: the field %s has no .example\n", noun->name, verb, f->name);
    missing++;
}

static void texts_have_examples(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; tandem_model.nouns[i]; i++) {
        const struct noun *n = tandem_model.nouns[i];
        for (size_t k = 0; !n->hidden && k < n->n_fields; k++)
            if (n->fields[k].see)
                want(n, "row", &n->fields[k]);
    }
    for (size_t i = 0; tandem_model.verbs[i]; i++) {
        const struct verb *v = tandem_model.verbs[i];
        const struct field *fields;
        size_t n;
        verb_fields(v, &fields, &n);
        for (size_t k = 0; verb_offered(v) && k < n; k++)
            if (field_in_input(v, &fields[k]))
                want(v->noun, v->name, &fields[k]);
    }
    assert_int_equal(missing, 0);
}

static void operations_are_told_in_steps(void **state)
{
    struct arena *a = arena_new();
    const struct schema s = schema_of(a, &tandem_model, NULL);
    struct example e;
    (void)state;
    for (size_t i = 0; tandem_model.verbs[i]; i++) {
        const struct verb *v = tandem_model.verbs[i];
        if (!verb_offered(v))
            continue;
        example_verb(&s, v, &e);
        assert_non_null(strstr(example_curl(a, "https://x.example", &e), "curl"));
        assert_null(strstr(example_curl(a, "https://x.example", &e), "{{"));
        assert_null(strstr(example_script(a, "https://x.example", &e), "{{"));
        for (size_t k = 0; k < e.n; k++)
            for (size_t other = 0; e.steps[k].name && other < k; other++)
                if (e.steps[other].name)
                    assert_string_not_equal(e.steps[k].name, e.steps[other].name);
    }
    arena_free(a);
}

static void texts_are_quoted_for_the_shell(void **state)
{
    struct arena *a = arena_new();
    struct example e = {.n = 2,
        .steps = {{.name = "id", .take = ".items[0].id", .method = "GET", .path = "/rows?state[in]=a,b"},
            {.method = "POST",
                .path = "/rows/{{id}}/act",
                .body = "{\"text\": \"it's $5\", \"of\": \"{{id}}\"}"}}};
    (void)state;
    assert_string_equal(example_curl(a, "https://x.example", &e),
        "API=\"https://x.example\"\n"
        "ID=$(curl -sg \"$API/rows?state[in]=a,b\" \\\n"
        "  -H \"Authorization: Bearer $TOKEN\" | jq -r '.items[0].id')\n"
        "curl -X POST \"$API/rows/$ID/act\" \\\n"
        "  -H \"Authorization: Bearer $TOKEN\" \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        "  -d @- <<JSON\n"
        "{\"text\": \"it's \\$5\", \"of\": \"$ID\"}\n"
        "JSON\n");
    e.steps[1].body = "{\"text\": \"it's $5\"}";
    assert_non_null(strstr(example_curl(a, "https://x.example", &e), "-d '{\"text\": \"it'\\''s $5\"}'\n"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_examples),
        cmocka_unit_test(operations_are_told_in_steps),
        cmocka_unit_test(texts_are_quoted_for_the_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
