#ifndef TANDEM_OPPORTUNITY_PAGES_H
#define TANDEM_OPPORTUNITY_PAGES_H

#include "face/page.h"

extern const struct page pipeline_page;    /* /pipeline: the board */
extern const struct page forecast_page;    /* /pipeline/forecast */
extern const struct page opportunity_page; /* /opportunities/:id */

#endif
