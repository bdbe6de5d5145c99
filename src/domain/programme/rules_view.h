/* What the rules page is given. Private to rules_page.c and its template. */
#ifndef TANDEM_RULES_VIEW_H
#define TANDEM_RULES_VIEW_H

#include "face/html.h"

struct condition_view {
    const char *fact, *text;
};

struct rule_view {
    const char *name, *sentence, *id;
    struct condition_view *conditions;
    size_t n_conditions;
    const char *mark, *outcome, *then;
};

struct word_view {
    const char *label, *name, *values, *source;
    bool public; /* partners see its value in their decisions */
};

struct limit_view {
    const char *label, *value;
};

struct version_view {
    int64_t number;
    struct instant since;
    const char *note, *by, *hash_short;
    bool current, comes; /* comes: its day lies ahead */
};

struct rules_view {
    const char *vendor;
    int64_t number, newest;
    struct instant since;
    const char *hash, *hash_short, *by, *note, *file; /* by, file: NULL where they are not told */
    struct rule_view *rules;
    size_t n;
    struct rule_view *extensions;
    size_t n_extensions;
    struct word_view *words;
    size_t n_words;
    struct limit_view limits[9];
    struct limit_view *benefits; /* with the tiers that get them */
    size_t n_benefits;
    bool comes;
    struct version_view *versions;
    size_t n_versions;
};

#endif
