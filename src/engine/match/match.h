/*
 * Record linkage of companies: is this the same company as that?
 *
 * A company is a name, and where known a domain, aliases, a country, a city. Names are folded, cut into
 * tokens, stripped of legal forms and security descriptors; two companies are compared by a few evidence
 * features and one logistic model with fixed weights (docs/matching.md), the same for every use:
 * registrations, checks, lists. A shared registrable domain counts as identity unless it is a free-mail or
 * shared-hosting domain, which are no key.
 *
 * Thread-safe; nothing stays allocated outside the arena that is given.
 */
#ifndef TANDEM_MATCH_H
#define TANDEM_MATCH_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"

struct match_company {
    const char *name;
    const char *domain;  /* a domain, a URL or an e-mail address; NULL or "" when unknown */
    const char *country; /* ISO 3166-1 alpha-2, or a country's English name; NULL when unknown */
    const char *city;
    const char *const *aliases; /* other names */
    size_t n_aliases;
};

/* Prepared for comparing: folded, tokenized, hashed. Immutable; lives in its arena. */
struct match_record;
const struct match_record *match_prepare(struct arena *a, const struct match_company *c);

/*
 * The registrable domain of a domain, URL or e-mail address, lower case, IDN as U-labels:
 * "https://shop.foo.co.uk/x"
 * -> "foo.co.uk". NULL when there is none (an IP address, a public suffix, no dot).
 */
const char *match_domain(struct arena *a, const char *text);
/* Whether that registrable domain says nothing about a company (gmail.com, github.io ...). */
bool match_domain_is_shared(const char *registrable);
/* The folded name without legal forms, as shown in evidence and used in keys. */
const char *match_name_key(struct arena *a, const char *name);
/* Text that may be a company or a domain: true when it is meant as a domain, URL or e-mail address. */
bool match_looks_like_domain(const char *text);

/*
 * Blocking keys, by which candidates are found in an index: equal companies share at least one. At most
 * MATCH_MAX_KEYS short strings ("d:foo.co.uk", "n:acme", "t:schneider", ...), the most selective first.
 * Keys marked exact alone make a conflict certain enough to be locked on (domain; country and name).
 */
#define MATCH_MAX_KEYS 24
struct match_keys {
    size_t n, n_exact; /* the first n_exact are the exact ones */
    const char *key[MATCH_MAX_KEYS];
};
void match_keys(struct arena *a, const struct match_record *r, struct match_keys *out);

enum match_answer { MATCH_DIFFERENT, MATCH_MAYBE, MATCH_SAME };

struct match_result {
    enum match_answer answer;
    double score;         /* probability 0..1 by the model */
    const char *evidence; /* static or in the arena: comma-separated codes, "same_domain,same_country" */
};
/* EVIDENCE is filled only when A is not NULL. */
struct match_result match_compare(
    struct arena *a, const struct match_record *x, const struct match_record *y);

/* The thresholds of the three answers, for documents and traces. */
extern const double match_same_from, match_maybe_from;

/*
 * Two lists against each other (the `match` command): pairs that the engine holds to be the
 * same company, or all pairs of at least THRESHOLD when it is not negative. Rows with equal names are grouped
 * before the margin to the second-best candidate is taken. PAIR is called in order of the left rows.
 */
typedef void match_pair_fn(void *ctx, size_t left, size_t right, const struct match_result *result);
void match_lists(struct arena *a, const struct match_company *left, size_t n_left,
    const struct match_company *right, size_t n_right, double threshold, match_pair_fn *pair, void *ctx);

#endif
