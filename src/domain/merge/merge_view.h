/* What the pages of duplicates and merges are given. Private to merge/. */
#ifndef TANDEM_MERGE_VIEW_H
#define TANDEM_MERGE_VIEW_H

#include "face/derived_view.h"

struct pair_view {
    const char *id, *one, *other, *one_href, *other_href, *kind, *evidence, *merge_href, *mark, *state;
    int64_t score;
    bool open, dismissed;
};

struct duplicates_view {
    const char *lead, *csrf;
    bool may;
    struct list_view *list;
    struct part_tab *tabs;
    size_t n_tabs;
    struct pair_view *pairs;
    size_t n;
    const char *search, *search_href; /* the newest search in words; NULL: there was none */
    struct part_empty empty;
};

struct looking_view {
    const char *title, *lead, *path, *progress;
    int percent;
    bool running;
    const char *result, *result_href, *again; /* again: NULL for who may not ask */
};

struct value_view {
    const char *name, *label, *kept, *gone;
    bool take;
};

struct count_view {
    const char *label, *count;
};

struct claim_view {
    const char *mark, *text;
};

struct merge_view {
    const char *title, *lead, *csrf, *page, *kind, *kept, *gone, *kept_name, *gone_name, *kept_href,
        *gone_href, *swap, *why;
    const struct problem *problem;
    struct value_view *values;
    size_t n_values;
    struct count_view *counts;
    size_t n_counts;
    struct claim_view *claims;
    size_t n_claims;
};

struct changed_view {
    const char *id, *href, *text;
};

struct split_view {
    const char *title, *lead, *csrf, *page, *action, *cancel;
    const struct problem *problem;
    struct count_view *counts;
    size_t n_counts;
    struct changed_view *changed;
    size_t n_changed;
};

#endif
