/* The pages of the programme: the rules as published, its drafts and versions for those who keep it. */
#ifndef TANDEM_PROGRAMME_PAGES_H
#define TANDEM_PROGRAMME_PAGES_H

#include "face/page.h"

extern const struct page rules_page;     /* /rules, ?version=N: for everybody */
extern const struct page programme_page; /* /programme: in force, scheduled, drafts, history */
extern const struct page compare_page;   /* /programme/compare?from=13&to=14 */
extern const struct page draft_page;     /* /programme-drafts/:id */

#endif
