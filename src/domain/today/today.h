/* The first page after signing in: who or what needs the viewer, why, and the next step. */
#ifndef TANDEM_TODAY_H
#define TANDEM_TODAY_H

#include "face/page.h"

extern const struct page today_page; /* /today */

#endif
