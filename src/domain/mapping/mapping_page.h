/* The pages of account mapping. */
#ifndef TANDEM_MAPPING_PAGE_H
#define TANDEM_MAPPING_PAGE_H

#include "domain/mapping/mapping.h"
#include "face/page.h"

extern const struct page mapping_page;       /* /mapping */
extern const struct page mapping_pair_page;  /* /overlap-counts/:id */
extern const struct page mapping_share_page; /* /populations/:id/grant */

#endif
