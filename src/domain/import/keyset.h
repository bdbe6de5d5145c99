/*
 * Which keys a file has: to find rows that stand there twice, and parents that are rows of the same file.
 * Keys are kept as 63 bits of a hash, 24 bytes each with room to spare; a million rows take about 40 MB while
 * they are checked.
 */
#ifndef TANDEM_IMPORT_KEYSET_H
#define TANDEM_IMPORT_KEYSET_H

#include "base/base.h"

struct keyset {
    size_t n, cap;
    struct keyset_slot {
        uint64_t key : 63, several : 1; /* key 0: empty */
        uint64_t parent;                /* 0: none */
    } * slots;
};

uint64_t keyset_hash(const char *text); /* never 0 */
uint64_t keyset_of_hash(int64_t hash);  /* one that is a hash already; never 0 */
/* False when it was there already; it is then marked as several. */
bool keyset_add(struct keyset *s, uint64_t key, uint64_t parent);
const struct keyset_slot *keyset_find(const struct keyset *s, uint64_t key); /* NULL: not there */
void keyset_free(struct keyset *s);

#endif
