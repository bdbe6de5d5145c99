/* The pages of co-selling. */
#ifndef TANDEM_COSELL_PAGES_H
#define TANDEM_COSELL_PAGES_H

#include "face/page.h"

extern const struct page cosell_page;         /* /cosell: what is asked, of us and by us */
extern const struct page cosell_request_page; /* /cosell-requests/:id */
extern const struct page cosell_ask_page;     /* /cosell-requests/create */
extern const struct page cosell_help_page;    /* /opportunities/:id/help: who could help on it */
extern const struct page cosell_finder_page;  /* /cosell-chances */
extern const struct page cosell_learned_page; /* /cosell/reasons */

#endif
