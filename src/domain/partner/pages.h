/* The page of a partner: everything that its reader may see of it, in one place. */
#ifndef TANDEM_PARTNER_PAGES_H
#define TANDEM_PARTNER_PAGES_H

#include "face/page.h"

extern const struct page partner_page; /* /partners/:id */

#endif
