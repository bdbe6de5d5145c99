#include "base/messages.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TOOL "build/tools/messages" /* tests run in the project's folder, after the build */

static void test_find(void **state)
{
    (void)state;
    static const struct message messages[] = {
        {"%d deal", {"%d Deal", "%d Deals"}},
        {"Accept", {"Annehmen"}},
        {"Decline", {"Ablehnen"}},
    };
    const struct message_table table = {messages, COUNT(messages)}, empty = {0};
    assert_string_equal(message_find(&table, "Accept")->forms[0], "Annehmen");
    assert_string_equal(message_find(&table, "Decline")->forms[0], "Ablehnen");
    assert_string_equal(message_find(&table, "%d deal")->forms[1], "%d Deals");
    assert_null(message_find(&table, "accept"));
    assert_null(message_find(&table, ""));
    assert_null(message_find(&empty, "Accept"));
}

static void test_untranslated(void **state)
{
    (void)state;
    for (int i = 0; i < LANG_COUNT; i++) {
        enum lang lang = (enum lang)i;
        assert_string_equal(tr(lang, "No such text, ever"), "No such text, ever");
        assert_string_equal(trn(lang, "%d no such", "%d none such", 1), "%d no such");
        assert_string_equal(trn(lang, "%d no such", "%d none such", 0), "%d none such");
        assert_string_equal(trn(lang, "%d no such", "%d none such", -1), "%d none such");
        assert_string_equal(tr(lang, ""), ""); /* not the header of the file */
    }
}

static void test_codes(void **state)
{
    (void)state;
    static const struct {
        const char *codes;
        enum lang lang;
    } cases[] = {
        {"de", LANG_DE},
        {"en", LANG_EN},
        {"de-AT", LANG_DE},
        {"de_DE.UTF-8", LANG_DE},
        {"DE-de,de;q=0.9,en;q=0.8", LANG_DE},
        {"fr-FR, fr;q=0.9, de;q=0.5, en;q=0.4", LANG_DE},
        {"en;q=0.7,de;q=0.8", LANG_DE},
        {"en,de", LANG_EN},
        {"de,en", LANG_DE},
        {"de;q=0, en;q=0.1", LANG_EN},
        {"de;q=0", LANG_EN},
        {"de ; q=0.333,en;q=0.332", LANG_DE},
        {"de;q=x,en;q=0.1", LANG_EN},
        {"fr", LANG_EN},
        {"*", LANG_EN},
        {"dex", LANG_EN},
        {"d", LANG_EN},
        {"", LANG_EN},
        {",,;,", LANG_EN},
        {NULL, LANG_EN},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(lang_parse(cases[i].codes), cases[i].lang);
    for (int i = 0; i < LANG_COUNT; i++)
        assert_int_equal(lang_parse(lang_code((enum lang)i)), i);
}

/* Runs the tool over a file de.po of these bytes. Its output in ARENA, NULL when it refused. */
static char *compiled(struct arena *a, const char *po)
{
    char *folder = arena_strdup(a, "/tmp/tandem-po-XXXXXX");
    assert_non_null(mkdtemp(folder));
    char *in = arena_printf(a, "%s/de.po", folder), *out = arena_printf(a, "%s/out.c", folder);
    FILE *f = fopen(in, "w");
    assert_non_null(f);
    fputs(po, f);
    fclose(f);
    int status = system(arena_printf(a, TOOL " %s %s 2>/dev/null", out, in));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    char *text = NULL;
    f = fopen(out, "r");
    assert_true((f != NULL) == (WEXITSTATUS(status) == 0)); /* half a file would be taken for a whole one */
    if (f) {
        text = arena_calloc(a, 1, 10000);
        assert_true(fread(text, 1, 9999, f) > 0);
        fclose(f);
        unlink(out);
    }
    unlink(in);
    rmdir(folder);
    return text;
}

#define HEADER "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n"

static void test_tool(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char *text = compiled(a, HEADER "#: x.c:3\n#, c-format\nmsgid \"%d of %s\"\nmsgstr \"%2$s: %1$d\"\n\n"
                                    "msgid \"\"\n\"A \\\"long\\\" \"\n\"line\\n\"\nmsgstr \"Zeile\"\n\n"
                                    "#, fuzzy, c-format\nmsgid \"Fuzzy\"\nmsgstr \"Unklar\"\n\n"
                                    "msgid \"Open\"\nmsgstr \"\"\n\n"
                                    "msgid \"%d deal\"\nmsgid_plural \"%d deals\"\n"
                                    "msgstr[0] \"ein Deal\"\nmsgstr[1] \"%d Deals\"\n\n"
                                    "#~ msgid \"Old\"\n#~ msgstr \"Alt\"\n");
    assert_null(text); /* "ein Deal" takes no number */
    text = compiled(a, HEADER "#: x.c:3\n#, c-format\nmsgid \"%d of %s\"\nmsgstr \"%2$s: %1$d\"\n\n"
                              "msgid \"\"\n\"A \\\"long\\\" \"\n\"line\\n\"\nmsgstr \"Zeile\"\n\n"
                              "#, fuzzy, c-format\nmsgid \"Fuzzy\"\nmsgstr \"Unklar\"\n\n"
                              "msgid \"Open\"\nmsgstr \"\"\n\n"
                              "msgid \"one deal\"\nmsgid_plural \"%d deals\"\n"
                              "msgstr[0] \"ein Deal\"\nmsgstr[1] \"%d Deals\"\n\n"
                              "#~ msgid \"Old\"\n#~ msgstr \"Alt\"\n");
    assert_non_null(text);
    assert_non_null(strstr(text, "{\"%d of %s\", {\"%2$s: %1$d\"}},\n"
                                 "    {\"A \\\"long\\\" line\\012\", {\"Zeile\"}},\n"
                                 "    {\"one deal\", {\"ein Deal\", \"%d Deals\"}},\n};"));
    assert_non_null(strstr(text, "[LANG_DE] = {messages_de, 3},"));
    assert_null(strstr(text, "Fuzzy"));
    assert_null(strstr(text, "Old"));
    text = compiled(a, HEADER);
    assert_non_null(strstr(text, "message_tables[LANG_COUNT]"));
    assert_null(strstr(text, "LANG_DE"));
    arena_free(a);
}

static void test_tool_refuses(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const char *const bad[] = {
        "msgid \"%d\"\nmsgstr \"%s\"\n",
        "msgid \"%d\"\nmsgstr \"eins\"\n",
        "msgid \"one\"\nmsgstr \"%s\"\n",
        "msgid \"%s %d\"\nmsgstr \"%d %s\"\n",
        "msgid \"%ld\"\nmsgstr \"%d\"\n",
        "msgid \"%*d\"\nmsgstr \"%d\"\n",
        "msgid \"%d x\"\nmsgid_plural \"%d xs\"\nmsgstr[0] \"%d x\"\nmsgstr[1] \"%s xs\"\n",
        "msgid \"a\"\nmsgid_plural \"as\"\nmsgstr[0] \"a\"\nmsgstr[2] \"as\"\n",
        "msgid \"twice\"\nmsgstr \"a\"\n\nmsgid \"twice\"\nmsgstr \"b\"\n",
        "msgid \"open\nmsgstr \"a\"\n",
        "msgid \"a\\q\"\nmsgstr \"a\"\n",
        "msgid \"a\" b\nmsgstr \"a\"\n",
        "msgid \"alone\"\n",
        "msgstr \"alone\"\n",
        "nonsense\n",
    };
    static const char *const good[] = {
        "msgid \"100% sure\"\nmsgstr \"ganz sicher\"\n", /* "% s" is a conversion ... */
        "#, no-c-format\nmsgid \"100% sure\"\nmsgstr \"ganz sicher\"\n",
        "msgid \"%i %5.2f%%\"\nmsgstr \"%2$f %1$d %%\"\n",
        "msgid \"%<PRId64> rows\"\nmsgstr \"%<PRId64> Zeilen\"\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_null(compiled(a, arena_printf(a, HEADER "%s", bad[i])));
    assert_null(compiled(a, arena_printf(a, HEADER "%s", good[0])));
    for (size_t i = 1; i < COUNT(good); i++)
        assert_non_null(compiled(a, arena_printf(a, HEADER "%s", good[i])));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_untranslated),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_tool),
        cmocka_unit_test(test_tool_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
