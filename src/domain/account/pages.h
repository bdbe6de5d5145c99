/* The page of an account: who stands on it, everything registered there, what belongs to it. */
#ifndef TANDEM_ACCOUNT_PAGES_H
#define TANDEM_ACCOUNT_PAGES_H

#include "face/page.h"

extern const struct page account_page; /* /accounts/:id, for the vendor */

#endif
