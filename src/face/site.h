/*
 * A served programme: the declared tables and the running parts that answer for them. Made once by app/,
 * handed to every face.
 */
#ifndef TANDEM_SITE_H
#define TANDEM_SITE_H

#include "base/json.h"
#include "face/page.h"
#include "http/http.h"
#include "runtime/committer.h"
#include "runtime/session.h"

struct heavy;
struct mailer;
struct note_key;

struct site {
    const struct model *model;
    const struct page *const *pages; /* own pages of the domains, ended by NULL */
    struct db_pool *pool;
    struct committer *committer;
    struct mailer *mailer;
    struct http_server *http;
    struct heavy *heavy;            /* runs what verbs compute; NULL: whoever calls does */
    struct throttle *throttle;      /* NULL: nothing is counted */
    const struct verb *seen;        /* writes down that a session is in use; NULL: nobody does */
    const struct note_key *log_key; /* signs the transparency log; pages show its public part */
    const char *base_url;           /* "https://partners.velmora.example", no slash at the end */
    /* Completes a fresh call whose db is a snapshot: catalog, programme. ASK_CALL (NULL: none) asks ahead for
     * it. */
    enum status (*ask_call)(void *ctx, struct call *c);
    enum status (*open_call)(void *ctx, struct call *c);
    void *open_ctx;
    /* What a row says beyond its fields in REST ("decision", "receipt" of a registration). NULL: nothing. */
    void (*row_json)(struct call *c, const struct noun *noun, const struct row *row, struct json_out *w);
    /* What /metrics tells, and the token that it asks of anybody but this machine (NULL: nobody else). */
    void (*metrics)(void *ctx, struct arena *a, struct buf *out);
    void *metrics_ctx;
    const char *metrics_token;
    bool metrics_apart; /* site_handle_metrics() tells them, site_handle() does not */
    /*
     * Whether who is signed in must see to something first: then MUST_PAGE, public pages and verbs that are a
     * browser's session's (verb.session) are all there is, and tokens are refused. NULL: nobody must.
     */
    enum status (*must)(struct call *c, bool *yes);
    const char *must_page, *must_text; /* must_text: N_(), why a token is refused */
    /* Counts beside navigation entries; may leave them out. NULL: none. */
    void (*nav)(struct call *c, struct shell *shell);
};

/*
 * Answers everything: guards by http/, static files, /api/v1/... (face/rest.h), the domains' pages, derived
 * pages
 * (/<plural>, /<plural>/<id>, forms), verbs by POST. This is the http_handler; CTX is the site.
 */
void site_handle(void *ctx, struct http_request *r);

/* The http_handler of a server that tells figures and nothing else; CTX is the site. Whoever reaches it may
 * ask, where there is a token those who have it and this machine. */
void site_handle_metrics(void *ctx, struct http_request *r);

/* What kind of address PATH is, for the counts of requests: an index into site_routes. */
extern const char *const site_routes[];
unsigned site_route(const char *path);

/* Whether a verb behind PATH, of a form or of REST, takes files. */
bool site_takes_files(const struct model *m, const char *path);

/*
 * The way of a verb (docs/architecture.md): input is read already; prepares on this worker with a snapshot,
 * hands to the committer, and calls THEN on a worker after the commit or refusal, with c->db a fresh
 * snapshot. A verb that only reads runs on the snapshot. STATUS is OK, REFUSED or BROKEN; after OK c->db is
 * NULL when the database went away behind the commit. Without a server (tests, command line) THEN is called
 * before this returns.
 */
typedef void site_then(void *ctx, struct call *c, enum status status);
void site_run_verb(struct site *s, struct call *c, site_then *then, void *ctx);
/*
 * A connection with a fresh read snapshot for the call, given back with the arena or by site_release();
 * anything but OK answers 503. The call must not keep it while it waits for anybody.
 */
enum status site_snapshot(struct site *s, struct call *c) MUST;
/*
 * The same in two steps, for who asks the database in between, who it is that calls: it costs no round trip
 * of its own then. The call has its catalog behind the second.
 */
enum status site_begin(struct site *s, struct call *c) MUST;
enum status site_open(struct site *s, struct call *c) MUST;
void site_release(struct call *c);

#endif
