/* What the pages of account mapping say in the same words. Private to mapping/. */
#ifndef TANDEM_MAPPING_SHARE_VIEW_H
#define TANDEM_MAPPING_SHARE_VIEW_H

#include "domain/mapping/mapping.h"
#include "domain/mapping/mapping_view.h"

/* Whether the viewer has a look at the rows of that count open. */
enum status mapping_looks_at(struct call *c, int64_t count_id, bool *out) MUST;
/* Who sees what of a population that the viewer may read. */
enum status shares_read(struct call *c, int64_t population_id, struct share_view **out, size_t *n) MUST;

#endif
