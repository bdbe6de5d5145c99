/*
 * The frame around every page: navigation, bar, crumbs, toasts, palette (web/shell.html). A page fills a
 * struct shell, calls shell_begin(), writes its content and calls shell_end(); pages for people who are not
 * signed in use shell_public_begin() and shell_public_end(). All texts are translated by the caller.
 */
#ifndef TANDEM_SHELL_H
#define TANDEM_SHELL_H

#include "base/base.h"

struct shell_item {
    const char *label, *href, *icon; /* icon: a name of web/static/icons.svg without "i-" */
    int64_t count;                   /* shown behind the label; 0 is not shown */
    bool hot;                        /* the count asks for something */
    bool current;
    const char *key; /* "g r": what opens it; NULL: nothing does */
};

struct shell_group {
    const char *label; /* NULL for the first */
    const struct shell_item *items;
    size_t n;
};

struct shell_crumb {
    const char *label, *href; /* the last one is this page; its href is not used */
};

/* A link in the bar; at most one is primary. */
struct shell_action {
    const char *label, *href, *icon, *key;
    bool primary, hide_phone;
};

/* What was done by the request before this page, with the way back. */
struct shell_toast {
    const char *text; /* NULL: no toast */
    const char *undo; /* what takes it back: posted to; NULL: nothing does */
    const char *then; /* where that leads */
};

struct shell {
    const char *title;       /* "Registrations"; the frame adds the product's name */
    const char *description; /* one sentence, or NULL */
    const char *programme;   /* the vendor's name */
    const char *theme;       /* "light" or "dark" (cookie theme); NULL follows the system */
    const char *csrf;        /* token of the session */
    const char *person, *person_sub;
    bool partner_side; /* the viewer is a partner's: tinted initials */
    const struct shell_group *groups;
    size_t n_groups;
    const struct shell_item *tabs; /* up to four for a phone; "More" is added */
    size_t n_tabs;
    const struct shell_crumb *crumbs;
    size_t n_crumbs;
    const struct shell_action *actions;
    size_t n_actions;
    struct shell_toast toast;
    int refresh;   /* seconds after which it is asked for again where there is no script; 0: not */
    bool wide;     /* boards and wide tables use the whole window */
    bool stranger; /* the public frame whoever looks, without anything that would need a cookie */
    /* Public frame only: links of its head and foot. */
    const struct shell_item *links;
    size_t n_links;
};

#endif
