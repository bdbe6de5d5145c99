/* The counts beside entries of the navigation: what is new and what waits. */
#ifndef TANDEM_NAV_H
#define TANDEM_NAV_H

#include "face/shell.h"
#include "model/call.h"

/* For struct site: fills in the counts of SHELL's items; without a database they are left out. */
void nav_counts(struct call *c, struct shell *shell);

#endif
