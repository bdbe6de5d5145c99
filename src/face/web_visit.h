/*
 * One visit of a browser: what web.c (who asks, which page), web_frame.c (the page's frame and replies) and
 * web_post.c (forms) share. Private to these three.
 */
#ifndef TANDEM_WEB_VISIT_H
#define TANDEM_WEB_VISIT_H

#include "face/export.h"
#include "face/web.h"

/* One visit: the request, who makes it, and the call that answers it. */
struct visit {
    struct site *site;
    struct http_request *http;
    struct viewer viewer;
    struct call *call;
    bool signed_in;
    bool must;              /* something else comes first (site.must) */
    const char *secret;     /* of the session, or of a signed-out visitor's form cookie */
    const char *new_cookie; /* a form cookie to set, or NULL */
    struct shell shell;
    struct page_request page;
    /* of a POST */
    struct http_pair *pairs;
    size_t n_pairs;
    const struct verb *verb;
    struct bulk *bulk; /* an act on many rows */
    bool one_click;    /* the page's own address was posted to (struct page) */
};

/* What a path below a noun means: /<plural>[/<id>][/<verb>], /<plural>.<format> */
struct target {
    const struct noun *noun;
    const struct verb *verb;
    int64_t id;
    const struct export_kind *format; /* of an export; NULL: the list itself */
};

/* The name of the session's cookie, or of a signed-out visitor's form cookie. */
const char *visit_cookie_name(const struct http_request *r, bool session);
bool visit_find_target(struct visit *v, const char *path, struct target *t);
/*
 * A question that one of our pages asks and answers in itself: it has no form of its own, and no answer but
 * on that page.
 */
bool visit_within_page(const struct verb *verb);
/* The own page at PATH, its parameters filled in; NULL: none. */
const struct page *visit_find_page(struct visit *v, const char *path);
/* Shows the page at PATH; after a refused POST, with v->page.problem set. */
void visit_show(struct visit *v, const char *path);

bool visit_may_see(const struct page *p, const struct viewer *viewer);
void visit_fill_shell(struct visit *v);
struct html visit_html(struct visit *v, struct buf *b);
void visit_redirect(struct visit *v, const char *to);
/* Frames what a page wrote; BARE pages, fragments and downloads go out as they are. */
void visit_send_framed(struct visit *v, struct buf *inside, bool bare);
void visit_send_problem(struct visit *v, const struct problem *p);

void visit_post(struct visit *v);

/* /<plural>/bulk: the noun of whose rows many are meant, or NULL (bulk_page.c). */
const struct noun *visit_bulk_noun(struct visit *v, const char *path);
void visit_bulk_show(struct visit *v, const struct noun *noun);
void visit_bulk_post(struct visit *v, const struct noun *noun);

#endif
