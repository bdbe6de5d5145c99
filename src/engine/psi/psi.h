/*
 * Private set intersection of two lists of companies by elliptic-curve Diffie-Hellman over ristretto255
 * (docs/mapping.md has the protocol for other programs). The server has the larger list, the client asks.
 *
 *   SETUP    server  its keys under its secret, packed into a Golomb-coded set
 *   REQUEST  client  its keys under its own secret, shuffled
 *   REPLY    server  the same points under both secrets, shuffled again: the client can count, not tell which
 *   COUNT    client  how many are in common
 *   CONSENT  server  its people agree to tell which
 *   ROWS     client  agrees, and says which members of the server's set they are
 *   ORDER    server  how it shuffled, so that the client knows, too
 *
 * Each message carries the run's id and the hash of the message before it: one of another run, of another
 * phase or a repeated one is refused. Secrets are made for one run. Points are RFC 9497's HashToGroup, Blind
 * and BlindEvaluate. Both sides are taken to follow the protocol (semi-honest); what is not a valid message,
 * point or size is refused all the same, and ends the run.
 *
 * Thread-safe between runs; a run belongs to one caller at a time. Multiplications run on PARALLEL_WORKERS.
 */
#ifndef TANDEM_PSI_H
#define TANDEM_PSI_H

#include "base/buf.h"
#include "engine/psi/keys.h"

#define PSI_MAX_SERVER  1000000 /* keys of a server */
#define PSI_MAX_CLIENT  100000  /* and of a client */
#define PSI_LEAST       100     /* keys that a list has at least, unless both sides say otherwise */
#define PSI_MAX_MESSAGE ((size_t)8 << 20)
#define PSI_RUN         16
#define PSI_SECRET      32

enum psi_type {
    PSI_SETUP = 1,
    PSI_REQUEST,
    PSI_REPLY,
    PSI_COUNT,
    PSI_CONSENT,
    PSI_ROWS,
    PSI_ORDER,
    PSI_OVER
};
enum psi_role { PSI_SERVER, PSI_CLIENT };

enum psi_refusal {
    PSI_FINE = 0,
    PSI_MALFORMED,   /* no message, or its lengths disagree */
    PSI_VERSION,     /* of a version that is not known here */
    PSI_WRONG_PHASE, /* another type of message is due */
    PSI_WRONG_RUN,
    PSI_REPLAYED,   /* does not follow the last message */
    PSI_WRONG_KEYS, /* the other side makes its keys by another rule */
    PSI_TOO_FEW,    /* a list is too small to hide who is on it */
    PSI_TOO_MANY,
    PSI_BAD_SET,   /* the packed set does not hold what it says */
    PSI_BAD_POINT, /* no point of the group, or the neutral one */
    PSI_REPEATED,  /* a point came twice, which would tell it from the others after the shuffle */
    PSI_BAD_COUNT, /* more in common than either side has, or other than was said before */
    PSI_BAD_ORDER, /* no permutation */
    PSI_BAD_STATE, /* a saved run that cannot be read, or is of another list */
    PSI_REFUSALS
};
const char *psi_refusal_text(enum psi_refusal r); /* N_() */

struct psi_limits {
    uint32_t least, most; /* keys that the other side may have */
};

/* Called from the thread that works, now and then; NULL: not at all. */
struct psi_progress {
    void (*tell)(void *ctx, size_t done, size_t of);
    void *ctx;
};

struct psi {
    struct arena *arena;
    enum psi_role role;
    enum psi_by by;
    enum psi_type due; /* the message that goes or comes next; PSI_OVER: none */
    unsigned char run[PSI_RUN];
    unsigned char last[32];           /* hash of the last message */
    unsigned char secret[PSI_SECRET]; /* from which scalar and shuffle are derived; wiped at the end */
    unsigned char keys_hash[32];      /* of the keys with which it began */
    const char *const *key;           /* sorted, each once; the caller's */
    size_t n;
    struct psi_limits limits;
    struct psi_progress progress;
    uint32_t n_server, n_client;
    uint32_t count;           /* in common, after COUNT */
    uint32_t *order;          /* server: the key that stands at each rank of its set */
    const unsigned char *set; /* client: the packed set, until the reply has come */
    size_t set_len;
    uint32_t *rank;  /* client: the rank that a reply's point has, or PSI_NO_RANK */
    uint32_t *match; /* at the end: indices of the keys in common, ascending */
    size_t n_match;
};
#define PSI_NO_RANK UINT32_MAX

/*
 * A run that begins. KEY are KEYS->n keys as psi_keys() makes them and must live as long as the run. SECRET
 * and RUN are random but in tests of known answers: NULL makes them.
 */
void psi_begin(struct psi *p, struct arena *a, enum psi_role role, enum psi_by by, const char *const *key,
    size_t n, const unsigned char *secret, const unsigned char *run);

/* The server's steps. OUT gets a whole message; each is refused unless it is due. */
enum psi_refusal psi_setup(struct psi *p, struct buf *out) MUST;
enum psi_refusal psi_reply(struct psi *p, const void *request, size_t n, struct buf *out) MUST;
enum psi_refusal psi_counted(struct psi *p, const void *count, size_t n) MUST; /* p->count */
enum psi_refusal psi_consent(struct psi *p, struct buf *out) MUST;
enum psi_refusal psi_order(struct psi *p, const void *rows, size_t n, struct buf *out) MUST; /* p->match */

/* The client's. */
enum psi_refusal psi_request(struct psi *p, const void *setup, size_t n, struct buf *out) MUST;
enum psi_refusal psi_count(struct psi *p, const void *reply, size_t n, struct buf *out) MUST; /* p->count */
enum psi_refusal psi_rows(struct psi *p, const void *consent, size_t n, struct buf *out) MUST;
enum psi_refusal psi_finish(struct psi *p, const void *order, size_t n) MUST; /* p->match */

/* The type of a message, 0 where it is none: to say what a file is. */
int psi_message_type(const void *data, size_t n);

/*
 * A run between two messages as bytes, for exchange by mail and for rows that wait for people. They hold the
 * secret: whoever keeps them guards them, and deletes them when the run is over. The keys are not in them;
 * they are given again and must be the same.
 */
void psi_save(const struct psi *p, struct buf *out);
enum psi_refusal psi_load(
    struct psi *p, struct arena *a, const void *data, size_t n, const char *const *key, size_t n_keys) MUST;

/* Wipes what is secret. */
void psi_end(struct psi *p);

#endif
