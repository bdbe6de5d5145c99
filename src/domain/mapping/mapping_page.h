/* The page of account mapping. */
#ifndef TANDEM_MAPPING_PAGE_H
#define TANDEM_MAPPING_PAGE_H

#include "domain/mapping/mapping.h"
#include "face/page.h"

extern const struct page mapping_page; /* /mapping */

#endif
