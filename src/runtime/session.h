/*
 * Who is asking: sessions, magic links and API tokens. Secrets are random, shown once, and kept as SHA-256
 * only.
 */
#ifndef TANDEM_SESSION_H
#define TANDEM_SESSION_H

#include "model/call.h"

#define SESSION_DAYS       90 /* on a trusted device */
#define SESSION_HOURS      12 /* elsewhere */
#define MAGIC_LINK_MINUTES 15
#define SIGN_IN_MINUTES    10 /* from the first factor to the second */
#define SECRET_TEXT        44 /* 32 random bytes in base64url, NUL */

/* The viewer of a session's or an API token's secret. REFUSED when it is unknown, expired or its person
 * inactive. */
enum status session_viewer(
    struct db *db, struct arena *a, const char *secret, struct instant now, struct viewer *out) MUST;
enum status token_viewer(
    struct db *db, struct arena *a, const char *secret, struct instant now, struct viewer *out) MUST;
/* The viewer a person is, without a secret: for command line and jobs. REFUSED when there is no such active
 * person. */
enum status person_viewer(struct db *db, struct arena *a, const char *email, struct viewer *out) MUST;

/* What a session begins with. */
struct session_start {
    int64_t person_id;
    const char *method; /* "link", "password", "passkey" */
    const char *agent;  /* what the browser calls itself, or NULL */
    bool trusted;
    bool waiting; /* for the second factor: it signs nobody in, for SIGN_IN_MINUTES */
};
/*
 * Within a write transaction (a verb's run, or init). *SECRET is what the person gets; the database keeps its
 * hash.
 */
enum status session_create(struct db *db, struct arena *a, const struct session_start *start,
    struct instant now, const char **secret) MUST;
/* Who waits for the second factor behind that secret, and how the first one was shown. REFUSED: nobody. */
struct session_waiting {
    int64_t person_id;
    const char *method;
    bool trusted;
};
enum status session_waiting(
    struct db *db, struct arena *a, const char *secret, struct instant now, struct session_waiting *out) MUST;
/* All sessions of a person but one; 0: all. */
enum status session_end_all(struct db *db, int64_t person_id, int64_t but) MUST;
/* "Firefox · Windows": what a person recognises of a User-Agent header; NULL when it tells nothing. */
const char *session_device(struct arena *a, const char *agent);
enum status session_end(struct db *db, struct arena *a, const char *secret) MUST;
enum status magic_link_create(
    struct db *db, struct arena *a, int64_t person_id, struct instant now, const char **secret) MUST;
/* Uses the link up. REFUSED when it is unknown, used or too old. */
enum status magic_link_use(
    struct db *db, struct arena *a, const char *secret, struct instant now, int64_t *person_id) MUST;

/* A secret's hash, for look-ups and for `token create`. */
struct value secret_hash(struct arena *a, const char *secret);
const char *secret_new(struct arena *a);

/* Of a session: bound to it, for forms. Checked in constant time. */
const char *csrf_token(struct arena *a, const char *session_secret);
bool csrf_valid(struct arena *a, const char *session_secret, const char *token);

#endif
