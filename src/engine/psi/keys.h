/* By which companies are compared in private: one function for both sides. */
#ifndef TANDEM_PSI_KEYS_H
#define TANDEM_PSI_KEYS_H

#include "engine/match/match.h"

enum psi_by {
    PSI_BY_BEST = 1, /* the domain, or where there is none the name with its country */
    PSI_BY_DOMAIN,
    PSI_BY_NAME,
    PSI_BYS
};
enum psi_by psi_by_parse(const char *name); /* "best", "domain", "name"; 0: none of them */

/*
 * The company's key: "d:" and the registrable domain ("d:foo.co.uk"), or "c:", the folded country, ":" and
 * the folded letters of the name without legal forms ("c:germany:acme"). Those are the exact keys of
 * engine/match. Domains of free mail and shared hosting are none, nor is a name without a country. NULL: it
 * has none.
 */
const char *psi_key(struct arena *a, const struct match_company *c, enum psi_by by);

/* The keys of a list, sorted by bytes, each once, and the rows that have them. */
struct psi_keys {
    const char **key;
    size_t n;
    uint32_t *first; /* rows of key[i]: row[first[i]] to before row[first[i + 1]] */
    uint32_t *row;
    size_t without; /* rows that have no key */
};
void psi_keys(struct arena *a, const struct match_company *c, size_t n, enum psi_by by, struct psi_keys *out);

#endif
