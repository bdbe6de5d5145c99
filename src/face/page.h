/*
 * A page: path, role, loader and template. A domain declares its own pages; everything that is only a list, a
 * record or a form is derived (face/derived.h) and needs none.
 */
#ifndef TANDEM_PAGE_H
#define TANDEM_PAGE_H

#include "face/html.h"
#include "face/shell.h"
#include "model/call.h"

struct note_key;

#define SIGNED_OUT 0x80000000u /* a role bit: people who are not signed in may see it */

/* What was asked, without HTTP. */
struct page_request {
    const char *path;
    const char *param[4]; /* of ":id" parts of the path, in order */
    void *http;           /* the request behind it; for page_query() only. NULL: nothing of it is read */
    /* After a refused POST the page is shown again with what was given and what is wrong. */
    const struct given *given;
    size_t n_given;
    const struct problem *problem;
    /* After a POST whose verb answers with something else than a row (call->result): shown on its page. */
    const void *result;
    const char *csrf; /* for forms: hidden field "csrf" */
    const char *base_url;
    bool fragment;         /* htmx asks for a part of the page: HX-Request */
    const char *file_name; /* set by a page that is a download, with its type */
    const char *type;
    const char *file_path; /* and the download content, deleted when it was sent; NULL: what was written */
    const char *redirect;  /* set by a page that sends elsewhere: 303, or its status */
    int64_t seen_id;       /* set by a page that was looked at by somebody who counts (page.seen) */
    int status;            /* of the reply; 200 unless a page says otherwise */
    /* The frame: show() may fill title, description, crumbs, actions, wide; the rest is filled already. */
    struct shell *shell;
    const struct model *model;
    const struct note_key *log_key; /* public part: of the transparency log */
};

struct page {
    const char *path;  /* "/registrations/:id"; matched before derived pages */
    const char *title; /* N_() */
    unsigned roles;    /* who may see it; 0: nobody */
    const char *nav;   /* group of the navigation, "" for the first; NULL: not in it */
    const char *icon;  /* of the navigation entry; its label is the title */
    const char *key;   /* "g r": what opens it, or NULL */
    bool tab;          /* stands in a phone's bottom bar, too */
    /*
     * What a POST to the page's own address does, with its parameter as "secret". It needs no form of this
     * site: whoever knows the address may (RFC 8058: mail programs). NULL: nothing.
     */
    const struct verb *one_click;
    /*
     * A page for strangers: its frame leads nowhere. A POST to its own address runs
     * this verb with what was sent and the address's parameter as "code"; whether the form was ours the verb
     * itself looks at, by a token of its own (runtime/form_token.h). NULL: it is none.
     */
    const struct verb *stranger;
    /* Runs behind the answer, as the system, on the row that show() leaves in r->seen_id: it was looked at.
     */
    const struct verb *seen;
    bool cookieless; /* no answer below the fixed part of its path sets a cookie, also one that refuses */
    bool bare;       /* writes its own reply into h->b: no shell (downloads, fragments, plain text) */
    /* Loads and writes the page's inside. c->db is a snapshot. REFUSED: c->problem decides the error page. */
    enum status (*show)(struct call *c, struct page_request *r, struct html *h);
};

/* PATH when it is one within this site, so that nobody is sent elsewhere; else NULL. */
const char *local_path(const char *path);

/* A query parameter, or NULL. */
const char *page_query(const struct page_request *r, const char *name);

/* What was given for a field in a refused form, or NULL. */
const char *given_text(const struct page_request *r, const char *field);
/* The message for a field of a refused form, or NULL. */
const char *field_message(const struct page_request *r, const char *field);

#endif
