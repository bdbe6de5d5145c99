/* Company matching: domains, names, alignment, the model's answers, keys, whole lists. */
#include "engine/match/match.h"
#include "engine/match/align.h"
#include "engine/match/command.h"
#include "engine/match/punycode.h"
#include "engine/match/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int new_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* --- the tables --- */

static void test_tables_are_sorted(void **state)
{
    (void)state;
    size_t n;
    const struct word *word = word_table(&n);
    for (size_t i = 1; i < n; i++)
        if (strcmp(word[i - 1].text, word[i].text) >= 0)
            fail_msg("\"%s\" stands before \"%s\"", word[i - 1].text, word[i].text);
    for (size_t i = 0; i < n; i++)
        assert_ptr_equal(word_find(word[i].text, strlen(word[i].text)), &word[i]);
    const char *const *domain = shared_domains(&n);
    for (size_t i = 1; i < n; i++)
        if (strcmp(domain[i - 1], domain[i]) >= 0)
            fail_msg("\"%s\" stands before \"%s\"", domain[i - 1], domain[i]);
    assert_null(word_find("zzz", 3));
    assert_null(word_find("", 0));
}

/* --- domains --- */

static const struct {
    const char *text, *domain;
} domains[] = {
    /* the public suffix list's rules */
    {"COM", NULL},
    {"example.COM", "example.com"},
    {"WwW.example.COM", "example.com"},
    {".com", NULL},
    {".example.com", NULL},
    {"example", NULL},
    {"korvath.example", "korvath.example"},
    {"a.b.korvath.example", "korvath.example"},
    {"co.uk", NULL},
    {"shop.foo.co.uk", "foo.co.uk"},
    {"uk.com", NULL},
    {"b.example.uk.com", "example.uk.com"},
    {"c.mm", NULL},
    {"a.b.c.mm", "b.c.mm"},
    {"ide.kyoto.jp", NULL},
    {"a.b.ide.kyoto.jp", "b.ide.kyoto.jp"},
    {"www.city.kobe.jp", "city.kobe.jp"},
    {"www.www.ck", "www.ck"},
    {"test.k12.ak.us", "test.k12.ak.us"},
    {"github.io", NULL},
    {"acme.github.io", "acme.github.io"},
    /* internationalised */
    {"xn--mnchen-3ya.de", "m\u00fcnchen.de"},
    {"www.M\u00dcNCHEN.de", "m\u00fcnchen.de"},
    {"www.mu\u0308nchen.de", "m\u00fcnchen.de"},
    {"xn--85x722f.com.cn", "\u98df\u72ee.com.cn"},
    {"www.xn--85x722f.xn--55qx5d.cn", "\u98df\u72ee.\u516c\u53f8.cn"},
    {"\u516c\u53f8.cn", NULL},
    {"\u98df\u72ee\u3002com.cn", "\u98df\u72ee.com.cn"},
    /* nothing that one does not see */
    {"ac\u00adme.example", "acme.example"},
    {"ac\u200bme.example", "acme.example"},
    {"\u0430cme.example", "acme.example"},                            /* Cyrillic a */
    {"gm\u0430il.com", "gmail.com"},                                  /* likewise */
    {"\u0441\u043e\u0432\u0430.com", "\u0441\u043e\u0432\u0430.com"}, /* Cyrillic throughout */
    /* addresses and URLs */
    {"https://shop.foo.co.uk/x", "foo.co.uk"},
    {"HTTP://user:pw@www.acme.example:8443/path?q=a@b#f", "acme.example"},
    {"//cdn.acme.example/logo.svg", "acme.example"},
    {"acme.example:443", "acme.example"},
    {"acme.example/about", "acme.example"},
    {"acme.example?x=1", "acme.example"},
    {"  acme.example.  ", "acme.example"},
    {"jane.roe@sales.acme.example", "acme.example"},
    {"mailto:jane@acme.example", "acme.example"},
    {"Jane Roe <jane@acme.example>", "acme.example"},
    /* none */
    {"", NULL},
    {"   ", NULL},
    {"192.168.0.1", NULL},
    {"http://10.0.0.1:8080/", NULL},
    {"http://[2001:db8::1]/", NULL},
    {"localhost", NULL},
    {"a..b.com", NULL},
    {"exa mple.com", NULL},
    {"https://", NULL},
    {"@", NULL},
    {"\xff\xfe.com", NULL},
};

static void test_domain(void **state)
{
    for (size_t i = 0; i < COUNT(domains); i++) {
        const char *got = match_domain(*state, domains[i].text);
        if (!streq(got, domains[i].domain))
            fail_msg("\"%s\" gave %s, not %s", domains[i].text, got ? got : "nothing",
                domains[i].domain ? domains[i].domain : "nothing");
    }
    assert_null(match_domain(*state, NULL));
}

static void test_domain_of_long_text(void **state)
{
    char text[10001];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_null(match_domain(*state, text));
    memcpy(text + 9990, ".com", 4);
    assert_null(match_domain(*state, text));
    for (size_t i = 1; i < sizeof text - 1; i += 2)
        text[i] = '.';
    assert_null(match_domain(*state, text));
}

static void test_shared_domains(void **state)
{
    (void)state;
    static const char *const shared[] = {"gmail.com", "yahoo.co.uk", "hotmail.fr", "web.de", "github.io",
        "github.com", "linkedin.com", "qq.com", "t-online.de"};
    for (size_t i = 0; i < COUNT(shared); i++)
        if (!match_domain_is_shared(shared[i]))
            fail_msg("%s is shared", shared[i]);
    static const char *const own[] = {
        "acme.example", "acme.github.io", "gmailer.com", "microsoft.com", "a.b"};
    for (size_t i = 0; i < COUNT(own); i++)
        if (match_domain_is_shared(own[i]))
            fail_msg("%s is not shared", own[i]);
    assert_false(match_domain_is_shared(NULL));
    assert_false(match_domain_is_shared(""));
}

static void test_looks_like_domain(void **state)
{
    (void)state;
    static const char *const yes[] = {"korvath.example", "acme.com", "https://acme.com/de",
        "jane@acme.example", "www.acme.co.uk", "ACME.COM", "m\u00fcnchen.de", " acme.io ", "WWW.ACME.DE.",
        "acme.de.", "Acme.de.", "ac\u00adme.de"};
    for (size_t i = 0; i < COUNT(yes); i++)
        if (!match_looks_like_domain(yes[i]))
            fail_msg("%s is a domain", yes[i]);
    static const char *const no[] = {"Acme", "Acme GmbH", "Acme Inc.", "A.P.Moeller", "S.A.", "St. Gobain",
        "", ".", "Acme.Inc.", "10.0.0.1", "Korvath Ltd. & Co", "3.5"};
    for (size_t i = 0; i < COUNT(no); i++)
        if (match_looks_like_domain(no[i]))
            fail_msg("%s is no domain", no[i]);
    assert_false(match_looks_like_domain(NULL));
}

static void test_punycode(void **state)
{
    (void)state;
    static const struct {
        const char *ascii, *utf8;
    } cases[] = {/* RFC 3492, section 7.1, and short ones */
        {"mnchen-3ya", "m\u00fcnchen"},
        {"ihqwcrb4cv8a8dqg056pqjye", "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587"},
        {"3B-ww4c5e180e575a65lsy2b", "3\u5e74B\u7d44\u91d1\u516b\u5148\u751f"}, {"85x722f", "\u98df\u72ee"}};
    char out[256];
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t n = punycode_decode(cases[i].ascii, strlen(cases[i].ascii), out, sizeof out);
        assert_int_equal(n, strlen(cases[i].utf8));
        assert_memory_equal(out, cases[i].utf8, n);
    }
    assert_int_equal(punycode_decode("", 0, out, sizeof out), 0);
    assert_int_equal(punycode_decode("99999999", 8, out, sizeof out), 0);
    assert_int_equal(punycode_decode("a!b", 3, out, sizeof out), 0);
    assert_int_equal(punycode_decode("mnchen-3ya", 10, out, 3), 0);
}

/* --- names --- */

static const struct {
    const char *name, *key;
} names[] = {
    /* legal forms of many countries */
    {"Acme GmbH & Co. KG", "acme"},
    {"Acme Sp. z o.o.", "acme"},
    {"ACME S.A.", "acme"},
    {"Acme Oy", "acme"},
    {"Acme Aktiebolag (publ)", "acme"},
    {"Acme PLC", "acme"},
    {"Acme p.l.c.", "acme"},
    {"Acme, Inc.", "acme"},
    {"Acme Corp.", "acme"},
    {"Acme Co., Ltd.", "acme"},
    {"Acme L.L.C.", "acme"},
    {"Acme K.K.", "acme"},
    {"Acme Pty Ltd", "acme"},
    {"Acme S.p.A.", "acme"},
    {"Acme s.r.o.", "acme"},
    {"Acme d.o.o.", "acme"},
    {"Acme A/S", "acme"},
    {"Acme S.A. de C.V.", "acme"},
    {"Acme S.A.B. de C.V.", "acme"},
    {"Acme SE & Co. KGaA", "acme"},
    {"Acme Public Limited Company", "acme"},
    {"Acme Private Limited", "acme"},
    {"Acme Sdn Bhd", "acme"},
    {"PT Acme Tbk", "acme"},
    {"AB Acme", "acme"},
    {"OOO Acme", "acme"},
    {"The Acme Company", "acme"},
    {"Acme Aktiengesellschaft in M\u00fcnchen", "acme"},
    {"Acme Soci\u00e9t\u00e9 Anonyme", "acme"},
    {"\u682a\u5f0f\u4f1a\u793e\u30bd\u30cb", "\u30bd\u30cb"},
    {"\u534e\u4e3a\u6280\u672f\u6709\u9650\u516c\u53f8", "\u534e\u4e3a\u6280\u672f"},
    /* what securities lists append */
    {"ACME AG NA O.N.", "acme"},
    {"ACME AG INH ON", "acme"},
    {"ACME INC. CL.A DL-,01", "acme"},
    {"ACME INC. CL.A O.N.", "acme"},
    {"ACME DL 1", "acme"},
    {"ACME SQUIBBDL-10", "acme squibb"},
    {"ACME EO 1,60", "acme"},
    {"ACME LS-,157142857", "acme"},
    {"ACME PLCLS0,01", "acme"},
    {"ACME NV (DEMAT.) EO-12", "acme"},
    {"ACME AG VZO O.N.", "acme"},
    {"Acme Corporation Class B", "acme"},
    {"Acme Inc. (Class A)", "acme"},
    {"Acme Inc. Common Stock", "acme"},
    {"ACME CORP /DE/", "acme"},
    {"ACME CORP \\DE\\", "acme"},
    {"ACME CORP /NEW", "acme"},
    {"Acme (member)", "acme"},
    /* spelling */
    {"Acm\u00e9 & S\u00f6hne", "acme sohne"},
    {"McDonald's Corp", "mcdonalds"},
    {"J.B. Hunt", "jb hunt"},
    {"D. R. Horton", "dr horton"},
    {"U.S. Bancorp", "us bancorp"},
    {"United States Steel", "us steel"},
    {"3 D SYS CORP", "3d system"},
    {"INTL BUS. MACH.", "international bus mach"},
    {"ACME HLDG", "acme holding"},
    {"ACME GRP", "acme group"},
    {"ACME MFG CO", "acme manufacturing"},
    {"ACME TECH", "acme technology"},
    {"Bank of America", "bank america"},
    /* nothing but a legal form, or nothing */
    {"GmbH", "gmbh"},
    {"The Company", "co"},
    {"Limited Inc", "ltd"},
    {"", ""},
    {"  .,-/ ", ""},
    {"\U0001f680", ""},
};

static void test_name_key(void **state)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *got = match_name_key(*state, names[i].name);
        if (!streq(got, names[i].key))
            fail_msg("\"%s\" gave \"%s\", not \"%s\"", names[i].name, got, names[i].key);
    }
    assert_string_equal(match_name_key(*state, NULL), "");
}

static const struct name *build(struct arena *a, const char *text)
{
    struct parsed_name parsed[NAME_MAX_PARSED];
    assert_true(name_parse(a, text, parsed) > 0);
    return name_build(a, &parsed[0]);
}

static void test_further_names(void **state)
{
    static const struct {
        const char *text, *second;
    } cases[] = {{"Acme Corp, formerly Korvath Ltd", "korvath"}, {"Acme LLC d/b/a Korvath", "korvath"},
        {"Acme (fka Korvath)", "korvath"}, {"Ultra Kilo Group (UKG)", "ukg"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsed_name parsed[NAME_MAX_PARSED];
        assert_int_equal(name_parse(*state, cases[i].text, parsed), 2);
        assert_int_equal(parsed[1].text_len, strlen(cases[i].second));
        assert_memory_equal(parsed[1].text, cases[i].second, parsed[1].text_len);
    }
    struct parsed_name parsed[NAME_MAX_PARSED];
    assert_int_equal(name_parse(*state, "Roe (Jane)", parsed), 1); /* no acronym: part of the name */
    assert_int_equal(parsed[0].n, 2);
}

static void test_umlauts_spelled_out(void **state)
{
    assert_int_equal(
        build(*state, "M\u00fcnchner R\u00fcck")->loose, build(*state, "MUENCHNER RUECK")->loose);
    assert_int_equal(build(*state, "Munchner Ruck")->loose, build(*state, "MUENCHNER RUECK")->loose);
    assert_int_equal(build(*state, "Str\u00f6er")->loose, build(*state, "STROEER")->loose);
    assert_true(build(*state, "Aon")->loose != build(*state, "AAON")->loose);
}

/* --- alignment --- */

static struct alignment align(struct arena *a, const char *x, const char *y)
{
    struct alignment forth, back;
    name_align(build(a, x), build(a, y), &forth);
    name_align(build(a, y), build(a, x), &back);
    if (forth.matched - back.matched > 1e-4f || back.matched - forth.matched > 1e-4f)
        fail_msg("%s | %s: %f one way, %f the other", x, y, (double)forth.matched, (double)back.matched);
    return forth;
}

static void test_alignment_finds_all_words(void **state)
{
    static const char *const pairs[][2] = {
        {"CHARL.RIV.LAB INTL", "Charles River Laboratories International"},
        {"AMER.EL.PWR", "American Electric Power"},
        {"WESTINGH.AI.BR.T. DL-,01", "Westinghouse Air Brake Technologies"},
        {"ControlPlane", "Control Plane"},
        {"FAST FIN 24 HLDG O.N.", "Fast Finance24 Holding"},
        {"DFV DT.FAMIL.VERS. O.N.", "DFV Deutsche Familienversicherung"},
        {"Intl Bus. Mach.", "International Business Machines"},
        {"IBM", "International Business Machines"},
        {"HUNT J B TRANSPORT SERVICES", "J.B. Hunt Transport Services"},
        {"PRICE T ROWE", "T. Rowe Price"},
        {"Nexera Energy", "Nexara Energy"},
        {"Acme Stores", "Acme Store"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct alignment al = align(*state, pairs[i][0], pairs[i][1]);
        if (al.missing_x + al.missing_y > 0.01f)
            fail_msg("%s | %s: %.2f and %.2f not aligned", pairs[i][0], pairs[i][1], (double)al.missing_x,
                (double)al.missing_y);
    }
}

static void test_alignment_flags(void **state)
{
    assert_true(align(*state, "IBM", "International Business Machines").acronym);
    assert_true(align(*state, "ControlPlane", "Control Plane").joined);
    assert_true(align(*state, "PRICE T ROWE", "T. Rowe Price").reordered);
    assert_int_equal(align(*state, "Nexera Energy", "Nexara Energy").typos, 1);
    assert_true(align(*state, "BAXTER INSTR.", "Baxter Instruments").shortened);
    assert_false(align(*state, "Acme Energy", "Korvath Energy").first);
}

static void test_alignment_tells_words_apart(void **state)
{
    static const char *const pairs[][2] = {
        {"Acme Korvath", "Acme Belmont"},
        {"Area 51", "Area 52"},
        {"Studio 1", "Studio 10"},
        {"Prudent", "Pepper"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct alignment al = align(*state, pairs[i][0], pairs[i][1]);
        if (al.missing_x <= 0 || al.missing_y <= 0)
            fail_msg("%s | %s aligned", pairs[i][0], pairs[i][1]);
    }
    struct alignment order = align(*state, "Alpha Beta Gamma", "Gamma Beta Alpha"); /* monotone */
    assert_true(order.missing_x > 0.9f);
}

/* --- the model's answers --- */

#define COMPANY(...) ((struct match_company){__VA_ARGS__})

static struct match_result compare(struct arena *a, struct match_company x, struct match_company y)
{
    const struct match_record *p = match_prepare(a, &x), *q = match_prepare(a, &y);
    struct match_result forth = match_compare(a, p, q), back = match_compare(a, q, p);
    assert_true(forth.score >= 0 && forth.score <= 1);
    if (forth.answer != back.answer || forth.score < back.score || back.score < forth.score)
        fail_msg("%s | %s: %f one way, %f the other", x.name, y.name, forth.score, back.score);
    assert_string_equal(forth.evidence, back.evidence);
    return forth;
}

static void expect(struct arena *a, struct match_company x, struct match_company y, enum match_answer answer)
{
    static const char *const text[] = {"different", "maybe", "same"};
    struct match_result r = compare(a, x, y);
    if (r.answer != answer)
        fail_msg("%s %s %s | %s %s %s: %s (%.3f %s), not %s", x.name ? x.name : "-",
            x.domain ? x.domain : "-", x.country ? x.country : "-", y.name ? y.name : "-",
            y.domain ? y.domain : "-", y.country ? y.country : "-", text[r.answer], r.score, r.evidence,
            text[answer]);
}

static void test_same(void **state)
{
    struct arena *a = *state;
    expect(a, COMPANY(.name = "Korvath GmbH"), COMPANY(.name = "KORVATH"), MATCH_SAME);
    expect(a, COMPANY(.name = "Korvath GmbH", .country = "DE"),
        COMPANY(.name = "Korvath AG", .country = "Germany"), MATCH_SAME);
    expect(a, COMPANY(.name = "Korvath Systems", .country = "US"),
        COMPANY(.name = "KORVATH SYS. DL-,01", .country = "USA"), MATCH_SAME);
    expect(a, COMPANY(.domain = "korvath.example"),
        COMPANY(.name = "Anything Else", .domain = "www.korvath.example"), MATCH_SAME);
    expect(a, COMPANY(.name = "Korvath", .domain = "korvath.example", .country = "DE"),
        COMPANY(.name = "Belmont", .domain = "korvath.example", .country = "US"), MATCH_SAME);
    expect(a, COMPANY(.domain = "a@korvath.example"), COMPANY(.domain = "https://korvath.example/x"),
        MATCH_SAME);
    expect(a, COMPANY(.name = "Charles Schwabing"), COMPANY(.name = "SCHWABING CHARLES CORP"), MATCH_SAME);
    expect(a, COMPANY(.name = "CHARL.RIV.LAB INTL DL-,01", .country = "US"),
        COMPANY(.name = "Charles River Laboratories International, Inc.", .country = "United States"),
        MATCH_SAME);
}

static void test_maybe(void **state)
{
    struct arena *a = *state;
    expect(a, COMPANY(.name = "Korvath GmbH", .country = "DE"),
        COMPANY(.name = "Korvath GmbH", .country = "FR"), MATCH_MAYBE);
    expect(a, COMPANY(.name = "Korvath GmbH", .country = "DE"),
        COMPANY(.name = "Korvath Ltd", .country = "GB"), MATCH_MAYBE);
    expect(a, COMPANY(.name = "Northern Korvath Belmont Mills", .country = "DE"),
        COMPANY(.name = "Northern Korvath Belmont Mills", .country = "FR"), MATCH_MAYBE);
    expect(a, COMPANY(.domain = "korvath.example"), COMPANY(.name = "Korvath GmbH"), MATCH_MAYBE);
    struct match_result r =
        compare(a, COMPANY(.name = "Korvath", .domain = "korvath.example", .country = "DE"),
            COMPANY(.name = "Korvath", .domain = "korvath-group.example", .country = "DE"));
    assert_true(r.answer != MATCH_DIFFERENT);
}

static void test_different(void **state)
{
    struct arena *a = *state;
    expect(a, COMPANY(.name = "Korvath"), COMPANY(.name = "Belmont"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = "Korvath Energy"), COMPANY(.name = "Belmont Energy"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = "Korvath Mills"), COMPANY(.name = "Korvath Airlines"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = "General Mills"), COMPANY(.name = "General Electric"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = "Bank of Korvath"), COMPANY(.name = "Bank of Belmont"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = "Korvath", .domain = "gmail.com"),
        COMPANY(.name = "Belmont", .domain = "gmail.com"), MATCH_DIFFERENT);
    expect(a, COMPANY(.domain = "korvath.example"), COMPANY(.domain = "belmont.example"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = NULL), COMPANY(.name = NULL), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = ""), COMPANY(.name = "\U0001f680"), MATCH_DIFFERENT);
    expect(a, COMPANY(.name = "Korvath"), COMPANY(.name = NULL), MATCH_DIFFERENT);
}

/* A word more needs support before it counts as the same company. */
static void test_single_words_need_support(void **state)
{
    struct arena *a = *state;
    struct match_result bare =
        compare(a, COMPANY(.name = "Korvath"), COMPANY(.name = "Korvath Petroleum Airways"));
    assert_true(bare.answer != MATCH_SAME);
    struct match_result supported = compare(a, COMPANY(.name = "Korvath"),
        COMPANY(.name = "Korvath Petroleum Airways", .domain = "korvath.example"));
    assert_true(supported.score > bare.score);
    struct match_result typo = compare(a, COMPANY(.name = "Korvath"), COMPANY(.name = "Korvatt"));
    assert_true(typo.answer != MATCH_SAME);
}

static void test_domains_of_one_family(void **state)
{
    static const struct {
        const char *x, *y;
        bool conflict;
    } cases[] = {{"korvath.example", "korvath.com", false}, {"korvath.com", "korvathcloud.com", false},
        {"techatkorvath.com", "korvath.com", false}, {"korvath.com", "belmont.com", true},
        {"kor-vath.com", "korvath.com", true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct match_result r = compare(*state, COMPANY(.name = "Korvath", .domain = cases[i].x),
            COMPANY(.name = "Korvath", .domain = cases[i].y));
        if (!!strstr(r.evidence, "other_domain") != cases[i].conflict)
            fail_msg("%s | %s: %s", cases[i].x, cases[i].y, r.evidence);
    }
}

static void test_aliases(void **state)
{
    const char *const aliases[] = {"Belmont Airlines", "KVX"};
    struct match_company korvath =
        COMPANY(.name = "Korvath SE", .aliases = aliases, .n_aliases = COUNT(aliases));
    expect(*state, korvath, COMPANY(.name = "Belmont Airlines Inc"), MATCH_SAME);
    expect(*state, COMPANY(.name = "KVX"), korvath, MATCH_SAME);
    expect(*state, COMPANY(.name = "Dorian Mills"), korvath, MATCH_DIFFERENT);
    assert_non_null(strstr(compare(*state, korvath, COMPANY(.name = "Belmont Airlines")).evidence, "alias"));
}

static void test_countries(void **state)
{
    static const char *const same[][2] = {{"DE", "Germany"}, {"de", "Deutschland"}, {"US", "USA"},
        {"GB", "United Kingdom"}, {"UK", "England"}, {"NL", "The Netherlands"}, {"KR", "Korea, Republic of"},
        {"CZ", "Czech Republic"}, {"TR", "Turkey"}, {"CH", "Schweiz"}, {"VN", "Viet Nam"}};
    for (size_t i = 0; i < COUNT(same); i++)
        expect(*state, COMPANY(.name = "Korvath", .country = same[i][0]),
            COMPANY(.name = "Korvath", .country = same[i][1]), MATCH_SAME);
}

static void test_evidence(void **state)
{
    struct arena *a = *state;
    assert_non_null(strstr(
        compare(a, COMPANY(.domain = "korvath.example"), COMPANY(.domain = "korvath.example")).evidence,
        "same_domain"));
    assert_string_equal(compare(a, COMPANY(.name = "Korvath", .country = "DE"),
                            COMPANY(.name = "Korvath AG", .country = "DE"))
                            .evidence,
        "same_name,same_country");
    const struct match_record *r = match_prepare(a, &COMPANY(.name = "Korvath"));
    assert_string_equal(match_compare(NULL, r, r).evidence, "");
    assert_true(match_maybe_from < match_same_from);
}

/* --- hostile input --- */

static void test_hostile_names(void **state)
{
    struct arena *a = *state;
    char *text = arena_alloc(a, 10001);
    static const char *const parts[] = {"a", "a ", "a.", "GmbH ", "\u00e4", "\u202e", "\x01", "(", "/", "-",
        " - ", "\xff", "\U0001f680", "o.n. ", "dl-,01 ", "\u682a\u5f0f\u4f1a\u793e", "9"};
    const struct match_record *plain = match_prepare(a, &COMPANY(.name = "Korvath"));
    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t n = 0, len = strlen(parts[i]);
        for (; n + len <= 10000; n += len)
            memcpy(text + n, parts[i], len);
        text[n] = 0;
        const struct match_record *r =
            match_prepare(a, &COMPANY(.name = text, .domain = text, .country = text, .city = text));
        struct match_keys keys;
        match_keys(a, r, &keys);
        assert_true(keys.n <= MATCH_MAX_KEYS);
        assert_true(match_compare(a, r, plain).answer == MATCH_DIFFERENT);
        (void)match_compare(a, r, r);
        assert_true(strlen(match_name_key(a, text)) < 1000);
        (void)match_looks_like_domain(text);
    }
    expect(a, COMPANY(.name = "\u202eKorvath\u200b"), COMPANY(.name = "Korvath"), MATCH_SAME);
    expect(a, COMPANY(.name = "Kor\tvath\n"), COMPANY(.name = "Kor vath"), MATCH_SAME);
    expect(a, COMPANY(.name = "\u0634\u0631\u0643\u0629 \u0643\u0648\u0631"),
        COMPANY(.name = "\u0634\u0631\u0643\u0629 \u0643\u0648\u0631"), MATCH_SAME);
    expect(a, COMPANY(.name = "\U0001f680 Korvath \U0001f680"), COMPANY(.name = "Korvath"), MATCH_SAME);
}

/* --- keys --- */

static bool has_key(const struct match_keys *keys, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (streq(keys->key[i], key))
            return true;
    return false;
}

static struct match_keys keys_of(struct arena *a, struct match_company c)
{
    struct match_keys keys;
    match_keys(a, match_prepare(a, &c), &keys);
    return keys;
}

static void test_keys(void **state)
{
    struct arena *a = *state;
    struct match_keys k =
        keys_of(a, COMPANY(.name = "Korvath Mills GmbH", .domain = "www.korvath.example", .country = "DE"));
    assert_int_equal(k.n_exact, 2);
    assert_string_equal(k.key[0], "d:korvath.example");
    assert_string_equal(k.key[1], "c:germany:korvathmills");
    assert_true(has_key(&k, k.n, "n:korvathmills"));
    assert_true(has_key(&k, k.n, "t:korvath"));
    k = keys_of(a, COMPANY(.name = "Korvath", .domain = "korvath@gmail.com"));
    assert_int_equal(k.n_exact, 1);
    assert_string_equal(k.key[0], "c::korvath");
    k = keys_of(a, COMPANY(.domain = "korvath.example"));
    assert_int_equal(k.n_exact, 1);
    assert_true(has_key(&k, k.n, "n:korvath"));
    k = keys_of(a, COMPANY(.name = NULL));
    assert_int_equal(k.n, 0);
}

static void test_keys_are_stable_and_distinct(void **state)
{
    struct match_company c =
        COMPANY(.name = "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda",
            .domain = "a.example");
    struct match_keys x = keys_of(*state, c), y = keys_of(*state, c);
    assert_int_equal(x.n, y.n);
    assert_true(x.n <= MATCH_MAX_KEYS);
    for (size_t i = 0; i < x.n; i++) {
        assert_string_equal(x.key[i], y.key[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(x.key[i], x.key[j]);
    }
}

static void test_equal_companies_share_a_key(void **state)
{
    static const struct match_company pairs[][2] = {
        {{.name = "Korvath GmbH"}, {.name = "KORVATH S.A."}},
        {{.name = "Charles Schwabing"}, {.name = "SCHWABING CHARLES CORP"}},
        {{.name = "Control Plane"}, {.name = "ControlPlane"}},
        {{.name = "CHARL.RIV.LAB INTL"}, {.name = "Charles River Laboratories International"}},
        {{.name = "IBM"}, {.name = "International Business Machines"}},
        {{.domain = "korvath.example"}, {.name = "Korvath"}},
        {{.name = "Korvath Belmont"}, {.name = "Whatever", .domain = "korvathbelmont.example"}},
        {{.name = "MUENCHNER RUECK"}, {.name = "M\u00fcnchner R\u00fcck"}},
        {{.name = "Nexera Energy"}, {.name = "Nexara Energy"}},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct match_keys x = keys_of(*state, pairs[i][0]), y = keys_of(*state, pairs[i][1]);
        bool shared = false;
        for (size_t k = 0; k < x.n; k++)
            shared |= has_key(&y, y.n, x.key[k]);
        if (!shared)
            fail_msg("%s and %s share no key", pairs[i][0].name, pairs[i][1].name);
    }
}

/* A word that mixes scripts is read as it looks; one of another script is left alone. */
static void test_lookalikes(void **state)
{
    static const struct {
        const char *text, *as;
    } cases[] = {
        {"Z\u0430nthor", "zanthor"},                                      /* Cyrillic a */
        {"W\u0435x\u043emati\u0441 Rob\u03bftics", "wexomatic robotics"}, /* and a Greek o */
        {"Wex\u200bomati\u0441", "wexomatic"},
        {"\u0413\u0430\u0437\u043f\u0440\u043e\u043c Media",
            "\u0433\u0430\u0437\u043f\u0440\u043e\u043c media"},
        {"\u03a9mega", "\u03c9mega"},
        {"Caf\u00e9 \u0441", "cafe \u0441"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = match_name_key(*state, cases[i].text), *as = match_name_key(*state, cases[i].as);
        if (!streq(got, as))
            fail_msg("%s is read as %s, not as %s", cases[i].text, got, as);
    }
}

/* --- lists --- */

struct found {
    size_t n, left[64], right[64];
    double score[64];
};

static void remember(void *ctx, size_t left, size_t right, const struct match_result *result)
{
    struct found *f = ctx;
    assert_true(f->n < COUNT(f->left));
    assert_true(f->n == 0 || f->left[f->n - 1] <= left);
    assert_non_null(result->evidence);
    f->left[f->n] = left;
    f->right[f->n] = right;
    f->score[f->n++] = result->score;
}

static bool has_pair(const struct found *f, size_t left, size_t right)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->left[i] == left && f->right[i] == right)
            return true;
    return false;
}

static void test_lists(void **state)
{
    static const struct match_company left[] = {
        {.name = "Korvath (Class A)"},
        {.name = "Korvath (Class B)"},
        {.name = "Belmont Airways", .domain = "belmont.example"},
        {.name = "Dorian"},
        {.name = "Dorian Freight"},
        {.name = "Nobody Here"},
        {.name = "IBM"},
        {.name = ""},
    };
    static const struct match_company right[] = {
        {.name = "KORVATH INC"},
        {.name = "BLMT Aviation", .domain = "https://www.belmont.example/"},
        {.name = "Dorian Corp"},
        {.name = "Someone Else"},
        {.name = "International Business Machines"},
        {.name = NULL},
    };
    struct found f = {.n = 0};
    match_lists(*state, left, COUNT(left), right, COUNT(right), -1, remember, &f);
    assert_true(has_pair(&f, 0, 0)); /* both share classes: equal names do not compete */
    assert_true(has_pair(&f, 1, 0));
    assert_true(has_pair(&f, 2, 1));
    assert_true(has_pair(&f, 3, 2));
    assert_true(has_pair(&f, 6, 4));
    assert_false(has_pair(&f, 4, 2)); /* the better left row has it */
    assert_int_equal(f.n, 5);
    struct found all = {.n = 0};
    match_lists(*state, left, COUNT(left), right, COUNT(right), 0.0, remember, &all);
    assert_true(all.n >= f.n);
}

static void test_lists_of_equal_rivals(void **state)
{
    static const struct match_company left[] = {{.name = "Korvath"}};
    static const struct match_company right[] = {{.name = "Korvath Airlines"}, {.name = "Korvath Foods"}};
    struct found f = {.n = 0};
    match_lists(*state, left, COUNT(left), right, COUNT(right), -1, remember, &f);
    assert_int_equal(f.n, 0); /* it could be either */
}

/* What ends most names of a list, in brackets, is about the list. */
static void test_lists_with_a_tag(void **state)
{
    static const struct match_company left[] = {{.name = "Korvath (KCSP)"}, {.name = "Belmont (KCSP)"},
        {.name = "Dorian (KCSP)"}, {.name = "Quill (KCSP)"}, {.name = "Harbour"}};
    static const struct match_company right[] = {{.name = "Korvath"}, {.name = "Harbour"}};
    struct found f = {.n = 0};
    match_lists(*state, left, COUNT(left), right, COUNT(right), -1, remember, &f);
    assert_int_equal(f.n, 2);
    assert_true(has_pair(&f, 0, 0) && has_pair(&f, 4, 1));
}

/* Units of a group under one domain: each goes to its namesake. */
static void test_lists_with_units_of_one_domain(void **state)
{
    static const struct match_company left[] = {{.name = "Storm Korvath", .domain = "korvath.example"},
        {.name = "Liquid Korvath", .domain = "korvath.example"}};
    struct found f = {.n = 0};
    match_lists(*state, left, COUNT(left), left, COUNT(left), -1, remember, &f);
    assert_int_equal(f.n, 2);
    assert_true(has_pair(&f, 0, 0) && has_pair(&f, 1, 1));
}

/* A domain that a whole list shares (a portal's) must not make them all one company. */
static void test_lists_weigh_crowded_domains(void **state)
{
    enum { ROWS = 40 };
    struct match_company right[ROWS], left = {.name = "Quill Harbour", .domain = "portal.example"};
    for (size_t i = 0; i < ROWS; i++)
        right[i] = (struct match_company){.name = arena_printf(*state, "%c%c%crow Venture",
                                              (char)('A' + i % 26), (char)('a' + i / 2), "aeiou"[i % 5]),
            .domain = "portal.example"};
    struct found f = {.n = 0};
    match_lists(*state, &left, 1, right, ROWS, -1, remember, &f);
    assert_int_equal(f.n, 0);
}

static void test_empty_lists(void **state)
{
    struct found f = {.n = 0};
    static const struct match_company one[] = {{.name = "Korvath"}};
    match_lists(*state, NULL, 0, NULL, 0, -1, remember, &f);
    match_lists(*state, one, 1, NULL, 0, -1, remember, &f);
    match_lists(*state, NULL, 0, one, 1, -1, remember, &f);
    assert_int_equal(f.n, 0);
}

/* Two workers and one must answer alike: the same rows, repeated until the work is split. */
static void test_lists_split_between_workers(void **state)
{
    enum { ROWS = 2500 };
    struct match_company *rows = ARENA_ARRAY(*state, ROWS, struct match_company);
    for (size_t i = 0; i < ROWS; i++) {
        char c[4] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676), 0};
        rows[i].name = arena_printf(*state, "%s%s%s Limited", c, c, c);
    }
    size_t count = 0;
    struct found f;
    for (size_t i = 0; i < ROWS; i += 50) {
        f.n = 0;
        match_lists(*state, rows + i, 1, rows, ROWS, 0.99, remember, &f);
        count += has_pair(&f, 0, i);
    }
    assert_int_equal(count, ROWS / 50);
}

/* --- the command --- */

static int run_command(const char *out, char **argv)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    fflush(stdout);
    int saved = dup(STDOUT_FILENO), saved_error = dup(STDERR_FILENO);
    assert_non_null(freopen(out, "w", stdout));
    assert_non_null(freopen("/dev/null", "w", stderr));
    int code = command_match(argc, argv);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    dup2(saved_error, STDERR_FILENO);
    close(saved);
    close(saved_error);
    return code;
}

static char *write_file(struct arena *a, const char *text)
{
    char *path = arena_strdup(a, "/tmp/tandem-match-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static const char *read_file(struct arena *a, const char *path)
{
    char *text = arena_alloc(a, 4096);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, 4095, f);
    text[n] = 0;
    fclose(f);
    return text;
}

static void test_command(void **state)
{
    struct arena *a = *state;
    char *left = write_file(a, "ID;Company Name;Country\nx1;Korvath GmbH;DE\nx2;Belmont;DE\n");
    char *right = write_file(a, "company,website,aliases\nKORVATH,,\nNobody,,Belmont AG|Bel\n");
    char *out = write_file(a, "");
    char match[] = "match", threshold[] = "--threshold", zero[] = "0", bad[] = "2",
         none[] = "/nonexistent.csv", help_option[] = "--help", unknown[] = "--fast";
    assert_int_equal(run_command(out, (char *[]){match, left, right, NULL}), 0);
    const char *text = read_file(a, out);
    assert_non_null(strstr(text, "left_id,right_id,score,evidence\r\n"));
    assert_non_null(strstr(text, "x1,1,0."));
    assert_non_null(strstr(text, "x2,2,0."));
    assert_int_equal(run_command(out, (char *[]){match, left, right, threshold, zero, NULL}), 0);
    assert_int_equal(run_command(out, (char *[]){match, left, right, threshold, bad, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, left, right, threshold, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, left, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, left, right, left, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, left, right, unknown, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, left, none, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, help_option, NULL}), 0);
    assert_non_null(strstr(read_file(a, out), "Usage: tandem match"));
    char *headless = write_file(a, "colour,size\nred,4\n"), *empty = write_file(a, "");
    assert_int_equal(run_command(out, (char *[]){match, headless, right, NULL}), 2);
    assert_int_equal(run_command(out, (char *[]){match, left, empty, NULL}), 2);
    const char *const files[] = {left, right, out, headless, empty};
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(files[i]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, new_arena, drop_arena)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_are_sorted),
        TEST(test_domain),
        TEST(test_domain_of_long_text),
        cmocka_unit_test(test_shared_domains),
        cmocka_unit_test(test_looks_like_domain),
        cmocka_unit_test(test_punycode),
        TEST(test_name_key),
        TEST(test_further_names),
        TEST(test_umlauts_spelled_out),
        TEST(test_alignment_finds_all_words),
        TEST(test_alignment_flags),
        TEST(test_alignment_tells_words_apart),
        TEST(test_same),
        TEST(test_maybe),
        TEST(test_different),
        TEST(test_single_words_need_support),
        TEST(test_domains_of_one_family),
        TEST(test_aliases),
        TEST(test_countries),
        TEST(test_evidence),
        TEST(test_hostile_names),
        TEST(test_keys),
        TEST(test_keys_are_stable_and_distinct),
        TEST(test_equal_companies_share_a_key),
        TEST(test_lookalikes),
        TEST(test_lists),
        TEST(test_lists_of_equal_rivals),
        TEST(test_lists_with_a_tag),
        TEST(test_lists_with_units_of_one_domain),
        TEST(test_lists_weigh_crowded_domains),
        TEST(test_empty_lists),
        TEST(test_lists_split_between_workers),
        TEST(test_command),
    };
    return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
