/* "/": leads to Today, or to signing in. */
#ifndef TANDEM_HOME_H
#define TANDEM_HOME_H

#include "face/page.h"

extern const struct page home_page;

#endif
