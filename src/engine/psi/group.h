/* The group behind the protocol: ristretto255 (RFC 9496), used as RFC 9497's OPRF mode does. Private to psi/.
 */
#ifndef TANDEM_PSI_GROUP_H
#define TANDEM_PSI_GROUP_H

#include "base/base.h"

#define GROUP_POINT  32
#define GROUP_SCALAR 32

/* HashToGroup of RFC 9497 for OPRF(ristretto255, SHA-512), section 4.1. */
void group_hash(unsigned char out[GROUP_POINT], const void *data, size_t n);
/* SCALAR times POINT, in constant time; false when POINT is none, or the neutral one. */
bool group_multiply(unsigned char out[GROUP_POINT], const unsigned char scalar[GROUP_SCALAR],
    const unsigned char point[GROUP_POINT]) MUST;
/* The run's scalar, never zero, and with INVERSE what takes it off again. */
void group_scalar(unsigned char out[GROUP_SCALAR], const unsigned char secret[32]);
void group_inverse(unsigned char out[GROUP_SCALAR], const unsigned char scalar[GROUP_SCALAR]);

/* The run's permutation of N: OUT[i] is where i goes. Uniform, by the same secret always the same. */
void group_shuffle(uint32_t *out, size_t n, const unsigned char secret[32]);

/* The place of a point in a set of range RANGE. */
uint64_t group_place(const unsigned char point[GROUP_POINT], const unsigned char run[16], uint64_t range);

#endif
