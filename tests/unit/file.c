/* What a file is follows from its bytes. */
#include "domain/file/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void is(const char *name, const char *data, const char *type)
{
    const char *found = content_type(name, data, strlen(data));
    if (type)
        assert_string_equal(found, type);
    else
        assert_null(found);
}

static void a_type_follows_from_the_content(void **state)
{
    (void)state;
    is("x.txt", "%PDF-1.7 ...", "application/pdf");
    is("x.pdf", "\x89PNG\r\n\x1A\n...", "image/png");
    is("x", "\xFF\xD8\xFF\xE0...", "image/jpeg");
    is("x.csv", "a;b\r\n1;2\r\n", "text/csv; charset=utf-8");
    is("x.md", "Grüße\n", "text/plain; charset=utf-8");
    is("x.DOCX", "PK\x03\x04....[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    is("x.ods", "PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument",
        "application/vnd.oasis.opendocument.spreadsheet");
}

static void markup_and_programs_are_refused(void **state)
{
    (void)state;
    is("x.txt", "<html>", NULL);
    is("x.txt", " \r\n\t<svg onload=alert(1)>", NULL);
    is("x.txt", "\xEF\xBB\xBF<?xml version='1.0'?>", NULL);
    is("x.txt", "MZ\x90", NULL);
    is("x.txt", "a\x1b[31m", NULL);
    is("x.txt", "\xC3", NULL);
    is("x.zip", "PK\x03\x04....[Content_Types].xml", NULL);
    is("x.docx", "PK\x03\x04....classes.dex", NULL);
    assert_null(content_type("x.txt", "a\0b", 3));
}

static void a_name_ends_as_its_type(void **state)
{
    static const char *const names[][3] = {{"x.html", "application/pdf", "x.html.pdf"},
        {"x.PDF", "application/pdf", "x.PDF"}, {"scan", "image/png", "scan.png"},
        {"x.jpeg", "image/jpeg", "x.jpeg"}, {"x.hta", "text/plain; charset=utf-8", "x.hta.txt"},
        {"x.md", "text/plain; charset=utf-8", "x.md"}, {"x.csv", "text/csv; charset=utf-8", "x.csv"}};
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(content_name(a, names[i][0], names[i][1]), names[i][2]);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_type_follows_from_the_content),
        cmocka_unit_test(markup_and_programs_are_refused), cmocka_unit_test(a_name_ends_as_its_type)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
