/* The template compiler: its output for tests/templates/sample.html, its refusals, and what html_* escapes.
 */
#define TEMPLATE_NO_MAIN
#include "../../tools/template.c"

#include "tests/sample.html.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct page {
    struct arena *arena;
    struct buf b;
    struct html h;
};

static struct page page_new(void)
{
    struct page p = {.arena = arena_new()};
    p.b = buf_in(p.arena, 1 << 16);
    p.h = (struct html){.arena = p.arena, .lang = LANG_EN};
    return p;
}

static const struct sample_row rows[] = {
    {.name = "A & B", .link = "/a?x=1&y=2", .count = -3, .done = true},
    {.name = "\"C\"", .link = "javascript:alert(1)", .count = 4},
};

static void sample_comes_out_escaped(void **state)
{
    (void)state;
    struct page p = page_new();
    p.h.b = &p.b;
    sample_page(&p.h, &(struct sample){.title = "<i> \"x\" 'y'", .rows = rows, .n = 2}, true);
    assert_string_equal(buf_str(&p.b),
        "<h1 title=\"&lt;i&gt; &quot;x&quot; &#39;y&#39;\">&lt;i&gt; &quot;x&quot; &#39;y&#39;</h1>\n"
        "<p>2 rows, the first is A &amp; B, &quot;100%&quot; of it</p>\n"
        "<ul class=\"list\">\n"
        "<li class=\"done\"><a href=\"/a?x=1&amp;y=2\">A &amp; B</a> -3</li>\n"
        "<li><a href=\"#\">&quot;C&quot;</a> 4</li>\n"
        "</ul>\n"
        "<a href=\"/find?q=%3Ci%3E%20%22x%22%20%27y%27&amp;n=2\"><b>find</b></a>\n"
        "<p>Hello {{you}} ?\?=</p>\n"
        "<pre>\n  kept   2\n    as it is</pre>\n"
        "<textarea name=\"t\">\n  &lt;i&gt; &quot;x&quot; &#39;y&#39;</textarea>");
    arena_free(p.arena);
}

static void sample_branches(void **state)
{
    (void)state;
    struct page p = page_new();
    p.h.b = &p.b;
    sample_page(&p.h, &(struct sample){.title = NULL, .rows = rows, .n = 1}, false);
    assert_non_null(strstr(buf_str(&p.b), "<h1 title=\"\"></h1>\n<p>Only A &amp; B</p>\n"));
    assert_null(strstr(buf_str(&p.b), "Hello"));
    buf_clear(&p.b);
    sample_page(&p.h, &(struct sample){.title = "", .rows = NULL, .n = 0}, false);
    assert_non_null(strstr(buf_str(&p.b), "<p>Nothing here</p>\n<ul class=\"list\">\n</ul>\n"));
    arena_free(p.arena);
}

/* What is written for BODY within a template. */
static char *compiled(const char *body)
{
    struct text source = {0};
    static struct compiler c;
    text_addf(&source, "{{template t(int x)}}\n%s\n{{end}}\n", body);
    bool good = template_compile(&c, "t.html", source.p);
    char *out = good ? strdup(or_empty(&c.body)) : strdup(c.error);
    template_free(&c);
    free(source.p);
    return out;
}

static void assert_compiled(const char *body, const char *expected)
{
    char *out = compiled(body);
    if (!strstr(out, expected))
        fail_msg("%s\ngave\n%s\nwithout\n%s", body, out, expected);
    free(out);
}

static void lines_are_the_template_s(void **state)
{
    (void)state;
    assert_compiled("<p>\n\n{{v->naem}}</p>", "#line 4 \"t.html\"\nhtml_put(h, v->naem);");
    assert_compiled("{{# one\ntwo }}\n{{\n x\n}}", "#line 4 \"t.html\"\nhtml_put(h, x);");
    assert_compiled("<br>\n  {{if x}}\n  {{x}}\n  {{end}}\n{{x}}", "#line 6 \"t.html\"\nhtml_put(h, x);\n");
}

static void urls_are_told_from_text(void **state)
{
    (void)state;
    assert_compiled("<a href=\"{{x}}\">", "html_put_url(h, x)");
    assert_compiled("<a href='{{x}}'>", "html_put_url(h, x)");
    assert_compiled("<A HREF=\"{{x}}\">", "html_put_url(h, x)");
    assert_compiled("<form action=\"/a/{{x}}\">", "html_put_part(h, x)");
    assert_compiled("<a href=\"{{y}}/{{x}}\">", "html_put_part(h, x)");
    assert_compiled("<a href=\"{{if y}}/y{{end}}{{x}}\">", "html_put_url(h, x)");
    assert_compiled("<a href=\"{{if y}}/y{{else}}/z{{end}}{{x}}\">", "html_put_part(h, x)");
    assert_compiled("<a data-hx-get=\"{{x}}\">", "html_put_url(h, x)");
    assert_compiled("<a title=\"{{x}}\">", "html_put(h, x)");
    assert_compiled("<a data-href=\"{{x}}\">", "html_put(h, x)");
    assert_compiled("<p>href={{x}}</p>", "html_put(h, x)");
}

static void braces_and_quotes_of_c_are_understood(void **state)
{
    (void)state;
    assert_compiled("{{let struct p p = {.a = {1, 2}}}}", "struct p p = {.a = {1, 2}};");
    assert_compiled("{{f(\"}}\")}}", "html_put(h, f(\"}}\"));");
    assert_compiled("{{c == '}' ? \"a\" : \"\\\"\"}}", "html_put(h, c == '}' ? \"a\" : \"\\\"\");");
    assert_compiled("{{end - start}}", "html_put(h, end - start);");
    assert_compiled("{{n_ \"%s of %s\" \"%s of %s\" f(a, b), fmt_int(h, 3)}}",
        "trn(h->lang, \"%s of %s\", \"%s of %s\", (int64_t)(f(a, b))), fmt_int(h, (int64_t)(f(a, b))), "
        "fmt_int(h, "
        "3));");
}

static void white_space_shrinks(void **state)
{
    (void)state;
    assert_compiled("<p>a  b\t c</p>\n\n   <p  class=\"a  b\"\n   id=\"c\">\n\n\n",
        "\"<p>a b c</p>\\n\"\n    \"<p class=\\\"a  b\\\" id=\\\"c\\\">\",\n    36);");
    assert_compiled("<pre>a\n  b</pre>\n  c", "\"<pre>a\\n\"\n    \"  b</pre>\\n\"\n    \"c\"");
    assert_compiled("a <b>c</b> d", "a <b>c</b> d");
}

static void refusals_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *body, *error;
    } cases[] = {
        {"<p>\n{{if x}}\n", "t.html:6: error: the block of line 1 is not closed"},
        {"{{end}}\n{{end}}", "t.html:3: error: {{end}} without a block"},
        {"{{else}}", "t.html:2: error: no {{if}} is open here"},
        {"{{if x}}{{else}}{{else}}{{end}}", "t.html:2: error: no {{if}} is open here"},
        {"{{for (;;)}}{{elif x}}{{end}}", "t.html:2: error: no {{if}} is open here"},
        {"{{for int i}}", "t.html:2: error: write {{for (init; test; step)}}"},
        {"{{if}}", "t.html:2: error: something is missing after if"},
        {"\n{{}}", "t.html:3: error: an empty tag"},
        {"\n{{ x", "t.html:3: error: {{ is not closed"},
        {"{{ \"x }}", "t.html:2: error: a quote is not closed"},
        {"<script>let a = {{x}}</script>", "t.html:2: error: no expression in a script"},
        {"<style>\n{{x}}", "t.html:3: error: no expression in a style"},
        {"<a onclick=\"{{x}}\">", "t.html:2: error: no expression in the attribute onclick"},
        {"<a style=\"width: {{x}}%\">", "t.html:2: error: no expression in the attribute style"},
        {"<a href={{x}}>",
            "t.html:2: error: an expression stands between tags or in a quoted value, not in an "
            "attribute's value"},
        {"<a class=b>", "t.html:2: error: quote the value of class"},
        {"<a {{x}}>",
            "t.html:2: error: an expression stands between tags or in a quoted value, not in a tag"},
        {"<!-- {{x}} -->",
            "t.html:2: error: an expression stands between tags or in a quoted value, not in a comment"},
        {"<{{x}}>", "t.html:2: error: write &lt; for a lone <"},
        {"{{if x}}<a {{end}}", "t.html:2: error: the block of line 2 starts in text and ends in a tag"},
        {"<a {{if x}}class=\"{{else}}id=\"{{end}}\">",
            "error: the block of line 2 starts in a tag and ends in"},
        {"{{for (;;)}}<pre>{{end}}",
            "t.html:2: error: the block of line 2 starts in text and ends in another pre"},
        {"<a title=\"x",
            "t.html:3: error: the block of line 1 starts in text and ends in an attribute's value"},
        {"<a {{call t(1)}}>", "t.html:2: error: a template can be called between tags only"},
        {"{{call t}}", "t.html:2: error: write {{call name(arguments)}}"},
        {"{{_ x}}", "t.html:2: error: a text in quotes is missing"},
        {"{{_ \"a\" x}}", "t.html:2: error: a comma is missing after the text"},
        {"{{n_ \"a\" \"b\"}}", "t.html:2: error: the number is missing after both texts"},
        {"<a href=\"{{_ \"a\"}}\">", "t.html:2: error: no translated text in a URL"},
        {"{{template u()}}", "t.html:2: error: a template within the template of line 1"},
        {"{{include \"a.h\"}}", "t.html:2: error: an include stands before the first template"},
        {"{{end}}\n<p>", "t.html:3: error: markup outside a template"},
        {"{{end}}\n{{x}}", "t.html:3: error: this stands outside a template"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_compiled(cases[i].body, cases[i].error);
}

static void only_safe_urls_pass(void **state)
{
    (void)state;
    static const char *const good[] = {"/", "/a/b?c#d", "?page=2", "#main", "https://a.example/", "HTTP://a",
        "mailto:a@b.example", "tel:+49"};
    static const char *const bad[] = {"", "javascript:alert(1)", "//evil.example", "/\\evil.example",
        "data:text/html,x", " javascript:x", "java\nscript:x", "/\t/evil.example", "evil.example",
        "vbscript:x", "/a b", "\x01/a"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(html_url_allowed(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        if (html_url_allowed(bad[i]))
            fail_msg("%s passed", bad[i]);
    assert_false(html_url_allowed(NULL));
}

static void integers_of_every_width(void **state)
{
    (void)state;
    struct page p = page_new();
    p.h.b = &p.b;
    html_put(&p.h, (short)-1);
    html_put(&p.h, INT64_MIN);
    html_put(&p.h, UINT64_MAX);
    html_put(&p.h, (size_t)7);
    html_raw(&p.h, NULL);
    html_raw(&p.h, "<b>");
    assert_string_equal(buf_str(&p.b), "-1-9223372036854775808184467440737095516157<b>");
    arena_free(p.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_comes_out_escaped),
        cmocka_unit_test(sample_branches),
        cmocka_unit_test(lines_are_the_template_s),
        cmocka_unit_test(urls_are_told_from_text),
        cmocka_unit_test(braces_and_quotes_of_c_are_understood),
        cmocka_unit_test(white_space_shrinks),
        cmocka_unit_test(refusals_name_file_and_line),
        cmocka_unit_test(only_safe_urls_pass),
        cmocka_unit_test(integers_of_every_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
