/* The page of notices. */
#ifndef TANDEM_NOTICE_PAGES_H
#define TANDEM_NOTICE_PAGES_H

#include "face/page.h"

extern const struct page notices_page; /* /notices */

#endif
