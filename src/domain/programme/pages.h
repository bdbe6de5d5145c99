/* The rules of engagement, readable for everybody in the programme. */
#ifndef TANDEM_PROGRAMME_PAGES_H
#define TANDEM_PROGRAMME_PAGES_H

#include "face/page.h"

extern const struct page rules_page; /* /rules, ?version=N */

#endif
