/* Many points at once, on all workers. Private to psi/. */
#ifndef TANDEM_PSI_POINTS_H
#define TANDEM_PSI_POINTS_H

#include "engine/psi/group.h"
#include "engine/psi/psi.h"

/* OUT[TO[i]] is the key I of P under SCALAR; TO NULL: in their order. */
void points_of_keys(const struct psi *p, const unsigned char scalar[GROUP_SCALAR], const uint32_t *to,
    unsigned char (*out)[GROUP_POINT]);
/* OUT[TO[i]] is IN[i] times SCALAR. PSI_BAD_POINT when one is none. */
enum psi_refusal points_multiply(const struct psi *p, const unsigned char scalar[GROUP_SCALAR],
    const unsigned char (*in)[GROUP_POINT], size_t n, const uint32_t *to,
    unsigned char (*out)[GROUP_POINT]) MUST;
/* No point stands there twice. */
bool points_distinct(const unsigned char (*in)[GROUP_POINT], size_t n) MUST;

#endif
