/* The pages of contracts. */
#ifndef TANDEM_CUSTOMER_PAGES_H
#define TANDEM_CUSTOMER_PAGES_H

#include "face/page.h"

extern const struct page renewals_page; /* /renewals */
extern const struct page contract_page; /* /contracts/:id */

#endif
