/* What the pages of disputes are given. Private to their loaders and templates. */
#ifndef TANDEM_DISPUTE_VIEW_H
#define TANDEM_DISPUTE_VIEW_H

#include "domain/dispute/dispute.h"
#include "face/act_form.h"

struct words_view {
    const char *who, *to, *text;
    struct instant at;
    struct file_link *files;
    size_t n_files;
};

/* One column of the vendor's page. */
struct side_view {
    const char *id, *title, *partner, *partner_href, *registration_href, *mark, *state, *what, *effect;
    bool is_vendor, agrees;
    struct words_view *words;
    size_t n_words;
};

struct order_view {
    const char *place, *whose;
    struct instant at;
};

struct precedent_view {
    const char *company, *href, *what, *ruling;
    struct instant at;
};

struct dispute_view {
    const char *company, *kind, *mark, *state, *path, *csrf, *opened, *due_mark;
    struct instant at, due;
    bool over;
    struct side_view sides[2];
    struct words_view *words; /* among the vendor's people */
    size_t n_words;
    const char *decider, *executive;
    bool declared;
    struct act_form name, declare, say, rule;
    bool may_withdraw;
    struct order_view order[2];
    size_t n_order;
    const char *order_href;
    /* Once it was ruled on. */
    const char *remedy, *ruling, *note, *amount, *ruled_by, *precedent, *precedent_href;
    struct instant ruled;
    const char *search;
    struct precedent_view *precedents;
    size_t n_precedents;
};

struct party_view {
    const char *company, *mark, *state, *path, *csrf, *next, *registration_href, *registration;
    struct instant at, due;
    bool over, late;
    struct words_view *words;
    size_t n_words;
    struct act_form say;
    bool agrees, asks_order, may_withdraw, both_agree, may_agree;
    struct order_view order[2];
    const char *order_href, *order_command;
    const char *effect, *ruling, *amount;
    struct instant ruled;
};

struct dispute_line {
    const char *company, *href, *kind, *mark, *state, *due_mark, *decider, *result;
    struct instant due, at;
    bool over;
};
struct disputes_view {
    bool vendor;
    const char *lead;
    struct part_tab tabs[5];
    size_t n_tabs;
    struct dispute_line *lines;
    size_t n;
    const char *next;
    struct part_empty empty;
};

struct dispute_new_view {
    const char *company, *what, *lead;
    struct act_form form;
};

#endif
