/* What both roles share. Private to psi/. */
#ifndef TANDEM_PSI_RUN_H
#define TANDEM_PSI_RUN_H

#include "engine/psi/golomb.h"
#include "engine/psi/message.h"
#include "engine/psi/points.h"

#define SET_BITS 32 /* a key that is not in the set is taken for a member once in 2^32 */

static inline uint64_t set_range(uint32_t n)
{
    return (uint64_t)n << SET_BITS;
}
/* Bytes of a bitmap of the set's ranks. */
static inline size_t bitmap_bytes(uint32_t n)
{
    return ((size_t)n + 7) / 8;
}

/* PSI_FINE, or why a list of N keys is not taken. */
enum psi_refusal run_size(uint32_t n, uint32_t least, uint32_t most) MUST;

#endif
