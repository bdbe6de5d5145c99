#include "engine/match/command.h"

#include "base/csv.h"
#include "base/i18n.h"
#include "base/text.h"
#include "engine/match/match.h"

#include <errno.h>
#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_USAGE = 2 }; /* 2 also when a file cannot be read, as in tandem verify */

static const char help[] =
    N_("Usage: tandem match LEFT.csv RIGHT.csv [--threshold X]\n"
       "\n"
       "Finds the companies that stand in both files and prints left_id,right_id,score,evidence as CSV.\n"
       "\n"
       "Columns are found by their headings: id, name, website or domain, country, city, aliases\n"
       "(separated by |). A name or a domain is enough. Without an id column the row number is used, the\n"
       "first row below the headings being 1. Files may be compressed (.gz).\n"
       "\n"
       "  --threshold X  print every pair with a score of at least X (0 to 1), not only those that are held\n"
       "                 to be the same company\n"
       "  --help         print this text\n"
       "\n"
       "Exit codes: 0 done, 2 wrong use or a file that cannot be read.\n");

/* --- columns --- */

enum column {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_DOMAIN,
    COLUMN_COUNTRY,
    COLUMN_CITY,
    COLUMN_ALIASES,
    COLUMN_COUNT
};

/* Headings by column, folded, letters and digits only; the first that a file has is taken. */
static const char *const headings[COLUMN_COUNT][24] = {
    [COLUMN_ID] = {"id", "accountid", "companyid", "recordid", "externalid", "uniqueid", "customerid",
        "rowid", "uid", "key"},
    [COLUMN_NAME] = {"name", "company", "companyname", "account", "accountname", "legalname", "organization",
        "organisation", "organizationname", "organisationname", "customer", "customername", "businessname",
        "firm", "partner", "partnername", "member", "sitename"},
    [COLUMN_DOMAIN] = {"domain", "website", "url", "homepage", "homepageurl", "websiteurl", "web",
        "companydomain", "companywebsite", "companyurl", "webaddress", "webpage", "site", "domainname",
        "email", "emailaddress"},
    [COLUMN_COUNTRY] = {"country", "countrycode", "countryname", "countryregion", "billingcountry",
        "hqcountry"},
    [COLUMN_CITY] = {"city", "town", "billingcity", "hqcity"},
    [COLUMN_ALIASES] = {"aliases", "alias", "othernames", "alsoknownas", "aka"},
};

#define NO_COLUMN SIZE_MAX

static void plain_heading(char *s)
{
    char *to = s;
    for (; *s; s++)
        if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
            *to++ = *s;
    *to = 0;
}

static void find_columns(struct arena *a, char **cells, size_t n, size_t column[COLUMN_COUNT])
{
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        column[c] = NO_COLUMN;
    char **plain = ARENA_ARRAY(a, n, char *);
    for (size_t i = 0; i < n; i++) {
        plain[i] = text_fold(a, cells[i]);
        plain_heading(plain[i]);
    }
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        for (size_t k = 0; k < COUNT(headings[c]) && headings[c][k]; k++)
            for (size_t i = 0; i < n && column[c] == NO_COLUMN; i++)
                if (streq(plain[i], headings[c][k]))
                    column[c] = i;
}

/* --- reading --- */

struct company_list {
    struct match_company *company;
    const char **id;
    size_t n, cap;
};

#define MAX_ALIASES 8

static void split_aliases(struct arena *a, char *text, struct match_company *c)
{
    const char **alias = ARENA_ARRAY(a, MAX_ALIASES, const char *);
    char *rest = text, *part;
    while ((part = strsep(&rest, "|")) && c->n_aliases < MAX_ALIASES)
        if (*part)
            alias[c->n_aliases++] = part;
    c->aliases = alias;
}

static const char *cell(struct arena *a, char **cells, size_t n, size_t column)
{
    return column < n && *cells[column] ? arena_strdup(a, cells[column]) : NULL;
}

static void add_company(
    struct arena *a, struct company_list *list, char **cells, size_t n, const size_t column[COLUMN_COUNT])
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 256;
        list->company = xrealloc(list->company, list->cap, sizeof *list->company);
        list->id = xrealloc(list->id, list->cap, sizeof *list->id);
    }
    struct match_company *c = &list->company[list->n];
    *c = (struct match_company){.name = cell(a, cells, n, column[COLUMN_NAME]),
        .domain = cell(a, cells, n, column[COLUMN_DOMAIN]),
        .country = cell(a, cells, n, column[COLUMN_COUNTRY]),
        .city = cell(a, cells, n, column[COLUMN_CITY])};
    if (column[COLUMN_ALIASES] < n && *cells[column[COLUMN_ALIASES]])
        split_aliases(a, arena_strdup(a, cells[column[COLUMN_ALIASES]]), c);
    const char *id = cell(a, cells, n, column[COLUMN_ID]);
    list->id[list->n] = id ? id : arena_printf(a, "%zu", list->n + 1);
    list->n++;
}

static bool bad_record(const char *path, const struct csv *csv)
{
    fprintf(stderr, "tandem match: %s: %s\n", path, csv_error(csv));
    return false;
}

static bool read_headings(struct arena *a, const char *path, struct csv *csv, size_t column[COLUMN_COUNT])
{
    char **cells;
    size_t n;
    enum csv_status status = csv_next(csv, &cells, &n);
    if (status == CSV_BAD)
        return bad_record(path, csv);
    if (status == CSV_END) {
        fprintf(stderr,
            N_("tandem match: %s: line 1: the file is empty; the first line must hold headings\n"), path);
        return false;
    }
    find_columns(a, cells, n, column);
    if (column[COLUMN_NAME] != NO_COLUMN || column[COLUMN_DOMAIN] != NO_COLUMN)
        return true;
    fprintf(stderr,
        N_("tandem match: %s: line %zu: none of the %zu columns is a name, website or domain; the first is "
           "\"%s\"\n"),
        path, csv_line(csv), n, n ? cells[0] : "");
    return false;
}

static bool read_rows(struct arena *a, const char *path, struct csv *csv, struct company_list *list)
{
    size_t column[COLUMN_COUNT], n;
    char **cells;
    if (!read_headings(a, path, csv, column))
        return false;
    for (;;) {
        enum csv_status status = csv_next(csv, &cells, &n);
        if (status == CSV_END)
            return true;
        if (status == CSV_BAD)
            return bad_record(path, csv);
        add_company(a, list, cells, n, column);
    }
}

static bool read_list(struct arena *a, const char *path, struct company_list *list)
{
    const char *error = "";
    struct csv *csv = csv_open(path, &error);
    if (!csv) {
        fprintf(stderr, "tandem match: %s: %s\n", path, error);
        return false;
    }
    bool ok = read_rows(a, path, csv, list);
    csv_close(csv);
    return ok;
}

static void free_list(struct company_list *list)
{
    free(list->company);
    free(list->id);
}

/* --- writing --- */

struct output {
    struct buf line;
    const struct company_list *left, *right;
};

static void print_pair(void *ctx, size_t left, size_t right, const struct match_result *result)
{
    struct output *out = ctx;
    char score[16];
    snprintf(score, sizeof score, "%.4f", result->score);
    buf_clear(&out->line);
    csv_write_cell(&out->line, out->left->id[left], true);
    csv_write_cell(&out->line, out->right->id[right], false);
    csv_write_cell(&out->line, score, false);
    csv_write_cell(&out->line, result->evidence, false);
    csv_write_end(&out->line);
    fwrite(out->line.p, 1, out->line.len, stdout);
}

static int match_files(const char *const path[2], double threshold)
{
    struct arena *a = arena_new();
    struct company_list left = {0}, right = {0};
    int code = EXIT_USAGE;
    if (read_list(a, path[0], &left) && read_list(a, path[1], &right)) {
        struct output out = {.line = buf_new(BUF_MAX_DEFAULT), .left = &left, .right = &right};
        fputs("left_id,right_id,score,evidence\r\n", stdout);
        match_lists(a, left.company, left.n, right.company, right.n, threshold, print_pair, &out);
        buf_free(&out.line);
        code = EXIT_DONE;
        if (fflush(stdout) != 0 || ferror(stdout)) {
            fprintf(stderr, N_("tandem match: the result cannot be written: %s\n"), strerror(errno));
            code = EXIT_USAGE;
        }
    }
    free_list(&left);
    free_list(&right);
    arena_free(a);
    return code;
}

/* --- arguments --- */

static int usage(const char *complaint, const char *what)
{
    fprintf(stderr, N_("tandem match: %s: \"%s\"\nTry: tandem match --help\n"), complaint, what);
    return EXIT_USAGE;
}

/* The value of "--threshold X" or "--threshold=X" at ARGV[*I], which moves on; NULL when it is another word.
 */
static const char *threshold_text(int argc, char **argv, int *i)
{
    static const char option[] = "--threshold";
    const size_t n = sizeof option - 1;
    if (strncmp(argv[*i], option, n) != 0 || (argv[*i][n] && argv[*i][n] != '='))
        return NULL;
    if (argv[*i][n] == '=')
        return argv[*i] + n + 1;
    return *i + 1 < argc ? argv[++*i] : "";
}

int command_match(int argc, char **argv)
{
    const char *path[2] = {NULL, NULL};
    double threshold = -1;
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = threshold_text(argc, argv, &i);
        if (streq(argv[i], "--help") || streq(argv[i], "-h")) {
            fputs(help, stdout);
            return EXIT_DONE;
        }
        if (value) {
            if (!parse_real(value, &threshold) || threshold < 0 || threshold > 1)
                return usage(N_("--threshold needs a number from 0 to 1"), value);
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return usage(N_("there is no such option"), argv[i]);
        } else if (n == 2) {
            return usage(N_("two files are compared, this is one too many"), argv[i]);
        } else {
            path[n++] = argv[i];
        }
    }
    if (n < 2)
        return usage(N_("two files are needed; the last one given was"), n ? path[0] : "");
    return match_files(path, threshold);
}
