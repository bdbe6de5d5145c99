/*
 * A Golomb-coded set (Golomb 1966; the layout is that of BIP 158): ascending numbers as their differences,
 * each a quotient in unary (ones, ended by a zero) and BITS of remainder, most significant bit first, zeros
 * to the full byte. N numbers spread over N times 2^BITS take about BITS + 1.6 bits each; a number that is
 * not in the set is taken for a member once in 2^BITS. Private to psi/.
 */
#ifndef TANDEM_PSI_GOLOMB_H
#define TANDEM_PSI_GOLOMB_H

#include "base/buf.h"

void golomb_write(struct buf *out, const uint64_t *ascending, size_t n, unsigned bits);
/* False unless DATA holds just N numbers below BOUND and zeros behind them. */
bool golomb_read(
    const unsigned char *data, size_t len, unsigned bits, uint64_t bound, uint64_t *out, size_t n) MUST;

#endif
