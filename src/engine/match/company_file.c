#include "engine/match/company_file.h"

#include "base/csv.h"
#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* --- columns --- */

/* Headings by column, folded, letters and digits only; the first that a file has is taken. */
static const char *const headings[COMPANY_COLUMNS][24] = {
    [COMPANY_ID] = {"id", "accountid", "companyid", "recordid", "externalid", "uniqueid", "customerid",
        "rowid", "uid", "key"},
    [COMPANY_NAME] = {"name", "company", "companyname", "account", "accountname", "legalname", "organization",
        "organisation", "organizationname", "organisationname", "customer", "customername", "businessname",
        "firm", "partner", "partnername", "member", "sitename"},
    [COMPANY_DOMAIN] = {"domain", "website", "url", "homepage", "homepageurl", "websiteurl", "web",
        "companydomain", "companywebsite", "companyurl", "webaddress", "webpage", "site", "domainname",
        "email", "emailaddress"},
    [COMPANY_COUNTRY] = {"country", "countrycode", "countryname", "countryregion", "billingcountry",
        "hqcountry"},
    [COMPANY_CITY] = {"city", "town", "billingcity", "hqcity"},
    [COMPANY_ALIASES] = {"aliases", "alias", "othernames", "alsoknownas", "aka"},
    [COMPANY_OWNER] = {"owner", "accountowner", "ownername", "accountmanager", "salesrep", "inhaber",
        "betreuer", "kundenbetreuer"},
    [COMPANY_STAGE] = {"stage", "status", "state", "dealstage", "phase", "stufe"},
};

static void plain_heading(char *s)
{
    char *to = s;
    for (; *s; s++)
        if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
            *to++ = *s;
    *to = 0;
}

void company_columns(struct arena *a, char **cells, size_t n, size_t column[COMPANY_COLUMNS])
{
    for (size_t c = 0; c < COMPANY_COLUMNS; c++)
        column[c] = COMPANY_NO_COLUMN;
    char **plain = ARENA_ARRAY(a, n, char *);
    for (size_t i = 0; i < n; i++) {
        plain[i] = text_fold(a, cells[i]);
        plain_heading(plain[i]);
    }
    for (size_t c = 0; c < COMPANY_COLUMNS; c++)
        for (size_t k = 0; k < COUNT(headings[c]) && headings[c][k]; k++)
            for (size_t i = 0; i < n && column[c] == COMPANY_NO_COLUMN; i++)
                if (streq(plain[i], headings[c][k]))
                    column[c] = i;
}

/* --- reading --- */

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
    struct arena *a, struct company_list *list, char **cells, size_t n, const size_t column[COMPANY_COLUMNS])
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 256;
        list->company = xrealloc(list->company, list->cap, sizeof *list->company);
        list->id = xrealloc(list->id, list->cap, sizeof *list->id);
    }
    struct match_company *c = &list->company[list->n];
    *c = (struct match_company){.name = cell(a, cells, n, column[COMPANY_NAME]),
        .domain = cell(a, cells, n, column[COMPANY_DOMAIN]),
        .country = cell(a, cells, n, column[COMPANY_COUNTRY]),
        .city = cell(a, cells, n, column[COMPANY_CITY])};
    if (column[COMPANY_ALIASES] < n && *cells[column[COMPANY_ALIASES]])
        split_aliases(a, arena_strdup(a, cells[column[COMPANY_ALIASES]]), c);
    const char *id = cell(a, cells, n, column[COMPANY_ID]);
    list->id[list->n] = id ? id : arena_printf(a, "%zu", list->n + 1);
    list->n++;
}

/* What is read, by whom, for messages. */
struct reading {
    const char *command, *path;
    struct csv *csv;
};

static bool bad_record(const struct reading *r)
{
    fprintf(stderr, "%s: %s: %s\n", r->command, r->path, csv_error(r->csv));
    return false;
}

static bool read_headings(struct arena *a, const struct reading *r, size_t column[COMPANY_COLUMNS])
{
    char **cells;
    size_t n;
    enum csv_status status = csv_next(r->csv, &cells, &n);
    if (status == CSV_BAD)
        return bad_record(r);
    if (status == CSV_END) {
        fprintf(stderr, N_("%s: %s: line 1: the file is empty; the first line must hold headings\n"),
            r->command, r->path);
        return false;
    }
    company_columns(a, cells, n, column);
    if (column[COMPANY_NAME] != COMPANY_NO_COLUMN || column[COMPANY_DOMAIN] != COMPANY_NO_COLUMN)
        return true;
    fprintf(stderr,
        N_("%s: %s: line %zu: none of the %zu columns is a name, website or domain; the first is "
           "\"%s\"\n"),
        r->command, r->path, csv_line(r->csv), n, n ? cells[0] : "");
    return false;
}

static bool read_rows(struct arena *a, const struct reading *r, struct company_list *list)
{
    size_t column[COMPANY_COLUMNS], n;
    char **cells;
    if (!read_headings(a, r, column))
        return false;
    for (;;) {
        enum csv_status status = csv_next(r->csv, &cells, &n);
        if (status == CSV_END)
            return true;
        if (status == CSV_BAD)
            return bad_record(r);
        add_company(a, list, cells, n, column);
    }
}

bool company_file_read(struct arena *a, const char *command, const char *path, struct company_list *list)
{
    const char *error = "";
    struct reading r = {command, path, csv_open(path, &error)};
    if (!r.csv) {
        fprintf(stderr, "%s: %s: %s\n", command, path, error);
        return false;
    }
    bool ok = read_rows(a, &r, list);
    csv_close(r.csv);
    return ok;
}

void company_list_free(struct company_list *list)
{
    free(list->company);
    free(list->id);
}
