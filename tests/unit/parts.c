/* The frame and the parts of pages: well-formed, escaped, and saying to the ear what the eye sees. */
#include "web/shell.html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HOSTILE         "\"><script>x</script>&'"
#define HOSTILE_ESCAPED "&quot;&gt;&lt;script&gt;x&lt;/script&gt;&amp;&#39;"

static struct html h;
static struct buf out;

static int set_up(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    out = buf_in(a, 1 << 20);
    h = (struct html){.b = &out, .arena = a, .lang = LANG_EN, .zone = zone_get("UTC")};
    return h.zone ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(h.arena);
    return 0;
}

static void assert_written(const char *expected)
{
    if (!strstr(buf_str(&out), expected))
        fail_msg("%s\nis not in\n%s", expected, buf_str(&out));
}

static bool is_void(const char *name, size_t n)
{
    static const char *const names[] = {"meta", "link", "input", "!DOCTYPE"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
            return true;
    return false;
}

/* Every element that is opened is closed, in order. */
static void assert_balanced(const char *s)
{
    struct {
        const char *name;
        size_t n;
    } open[64];
    size_t depth = 0;
    for (const char *p = strchr(s, '<'); p; p = strchr(p, '<')) {
        bool closing = *++p == '/';
        p += closing;
        size_t n = strcspn(p, " >/\n");
        const char *end = strchr(p, '>');
        assert_non_null(end);
        if (closing) {
            if (!depth || open[depth - 1].n != n || memcmp(open[depth - 1].name, p, n) != 0)
                fail_msg("</%.*s> closes %.*s", (int)n, p, depth ? (int)open[depth - 1].n : 0,
                    depth ? open[depth - 1].name : "");
            depth--;
        } else if (end[-1] != '/' && !is_void(p, n)) {
            assert_true(depth < COUNT(open));
            open[depth].name = p;
            open[depth++].n = n;
        }
        p = end;
    }
    assert_int_equal(depth, 0);
}

static struct shell shell_with(const char *text)
{
    static struct shell_item items[2];
    static struct shell_group groups[2];
    static struct shell_crumb crumbs[2];
    static struct shell_action actions[1];
    items[0] =
        (struct shell_item){.label = text, .href = "/a", .icon = "shield", .count = 1234, .key = "g r"};
    items[1] = (struct shell_item){.label = text, .href = "javascript:x", .icon = "list", .current = true};
    groups[0] = (struct shell_group){.items = items, .n = 2};
    groups[1] = (struct shell_group){.label = text, .items = items, .n = 1};
    crumbs[0] = (struct shell_crumb){text, "/"};
    crumbs[1] = (struct shell_crumb){text, NULL};
    actions[0] =
        (struct shell_action){.label = text, .href = "/new", .icon = "plus", .key = "c", .primary = true};
    return (struct shell){.title = text,
        .description = text,
        .programme = text,
        .theme = "dark",
        .csrf = text,
        .person = text,
        .person_sub = text,
        .groups = groups,
        .n_groups = 2,
        .tabs = items,
        .n_tabs = 2,
        .crumbs = crumbs,
        .n_crumbs = 2,
        .actions = actions,
        .n_actions = 1,
        .toast = {.text = text},
        .links = items,
        .n_links = 1};
}

static void frame_is_whole(void **state)
{
    (void)state;
    struct shell s = shell_with("Registrations");
    shell_begin(&h, &s);
    buf_adds(&out, "<p>inside</p>");
    shell_end(&h, &s);
    assert_false(out.overflow);
    assert_balanced(buf_str(&out));
    assert_true(strncmp(buf_str(&out), "<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"dark\">", 49) == 0);
    assert_written("<title>Registrations · Tandem</title>");
    assert_written("<a href=\"#\" aria-current=\"page\">");
    assert_written("<span class=\"nav__n\">1,234</span>");
    assert_written("data-key=\"g r\"");
    assert_written("<kbd>G</kbd> <kbd>R</kbd>");
    assert_written("<span aria-current=\"page\">Registrations</span>");
    assert_written("<input type=\"hidden\" name=\"csrf\" value=\"Registrations\">");
    assert_null(strstr(buf_str(&out), "javascript:"));
}

static void frame_of_nothing(void **state)
{
    (void)state;
    struct shell s = {.title = "Error"};
    shell_begin(&h, &s);
    shell_end(&h, &s);
    assert_balanced(buf_str(&out));
    assert_null(strstr(buf_str(&out), "data-theme="));
    assert_null(strstr(buf_str(&out), "name=\"csrf\""));
    buf_clear(&out);
    shell_public_begin(&h, &s);
    shell_public_end(&h, &s);
    assert_balanced(buf_str(&out));
}

static void frame_is_escaped(void **state)
{
    (void)state;
    struct shell s = shell_with(HOSTILE);
    shell_begin(&h, &s);
    shell_end(&h, &s);
    shell_public_begin(&h, &s);
    shell_public_end(&h, &s);
    assert_null(strstr(buf_str(&out), "<script>"));
    assert_written(HOSTILE_ESCAPED);
}

static const struct part_option options[] = {{"EUR", "Euro"}, {"USD", "US dollar"}};

static void fields(void **state)
{
    (void)state;
    const struct part_field text = {.id = "f-a",
        .name = "amount",
        .label = "Amount",
        .value = HOSTILE,
        .error = "enter a number above 0",
        .hint = "A guess.",
        .numeric = true,
        .required = true};
    const struct part_field select = {.kind = PART_SELECT,
        .id = "f-c",
        .name = "currency",
        .label = "Currency",
        .value = "USD",
        .options = options,
        .n_options = 2,
        .hint = "Of the order.",
        .optional = true};
    const struct part_field area = {
        .kind = PART_AREA, .id = "f-n", .name = "note", .label = "Note", .value = "\nx"};
    const struct part_field check = {
        .kind = PART_CHECK, .id = "f-k", .name = "k", .label = "Yes", .checked = true};
    const struct part_field *all[] = {&text, &select, &area, &check};
    part_errors(&h, all, 4, NULL);
    for (size_t i = 0; i < COUNT(all); i++)
        part_field(&h, all[i]);
    assert_balanced(buf_str(&out));
    assert_written("<h2>1 field needs a change</h2>");
    assert_written("<li><a href=\"#f-a\">Amount: enter a number above 0</a></li>");
    assert_written(
        "name=\"amount\" type=\"text\" value=\"" HOSTILE_ESCAPED "\" required aria-invalid=\"true\" "
        "aria-describedby=\"f-a-err\">");
    assert_written("<p class=\"err\" id=\"f-a-err\">");
    assert_written("aria-describedby=\"f-c-hint\"");
    assert_written("<p class=\"hint\" id=\"f-c-hint\">Of the order.</p>");
    assert_written("<option value=\"EUR\">Euro</option>\n<option value=\"USD\" selected>US dollar</option>");
    assert_written("Currency <span class=\"opt\">(optional)</span>");
    assert_written("rows=\"3\">\n\nx</textarea>"); /* browsers drop the first line break */
    assert_written("value=\"1\" checked>");
}

static void no_errors_no_summary(void **state)
{
    (void)state;
    const struct part_field fine = {.id = "f", .name = "f", .label = "F"};
    const struct part_field *all[] = {&fine};
    part_errors(&h, all, 1, NULL);
    assert_string_equal(buf_str(&out), "");
    part_errors(&h, all, 1, "Somebody changed this meanwhile");
    assert_written("<h2>Somebody changed this meanwhile</h2>");
    assert_null(strstr(buf_str(&out), "<ul>"));
}

static void lists(void **state)
{
    (void)state;
    part_th(&h, &(struct part_column){.label = "Days left",
                    .href = "/r?sort=-days",
                    .sort = PART_ASCENDING,
                    .numeric = true,
                    .hide = "hide-phone"});
    assert_written(
        "<th scope=\"col\" class=\"num hide-phone\" aria-sort=\"ascending\"><a href=\"/r?sort=-days\">");
    part_th(&h, &(struct part_column){.label = "Actions", .hidden_label = true});
    assert_written("<th scope=\"col\"><span class=\"sr\">Actions</span></th>");
    part_pages(
        &h, &(struct part_pages){.from = 51, .to = 100, .total = 1812, .previous = "/r", .next = "/r?p=3"});
    assert_written("<span>51–100 of 1,812</span>");
    assert_written("rel=\"prev\" href=\"/r\"");
    part_chip(&h, "Status", HOSTILE, "/r");
    assert_written("Status <b>" HOSTILE_ESCAPED "</b><span class=\"sr\">, remove filter</span>");
    assert_balanced(buf_str(&out));
    buf_clear(&out);
    part_pages(&h, &(struct part_pages){.from = 1, .to = 7, .total = -1});
    assert_string_equal(buf_str(&out), "<div class=\"pages\"><span>1–7</span>\n</div>");
}

static void marks(void **state)
{
    (void)state;
    part_status(&h, "review", "In review");
    assert_written("<span class=\"st\" data-s=\"review\">");
    assert_written("#i-clock\"/></svg>In review</span>");
    part_badge(&h, "ok", "Gold");
    part_days(&h, 6, 90);
    assert_written("<span class=\"soon\">6</span>");
    assert_written("<rect class=\"low\" width=\"6\" height=\"6\"/>");
    part_days(&h, 200, 90);
    assert_written("<rect width=\"100\" height=\"6\"/>");
    part_days(&h, -2, 0);
    assert_written("<span class=\"soon\">−2</span>");
    part_none(&h);
    part_tile(&h, &(struct part_tile){.label = "Open", .value = "9", .href = "/r", .beside = "of 15"});
    part_empty(
        &h, &(struct part_empty){.icon = "shield", .title = "Nothing", .action = "Do", .action_href = "/d"});
    part_code(&h, "c", "tandem verify", "Copy");
    part_tabs(
        &h, "Tabs", (const struct part_tab[]){{.label = "A", .href = "/a", .count = 3, .current = true}}, 1);
    assert_balanced(buf_str(&out));
    assert_string_equal(status_icon("something else"), "more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frame_is_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frame_of_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frame_is_escaped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_errors_no_summary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
