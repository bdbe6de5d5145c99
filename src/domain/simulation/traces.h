/* An explanation as a page shows it beside another one. Private to the folder. */
#ifndef TANDEM_SIMULATION_TRACES_H
#define TANDEM_SIMULATION_TRACES_H

#include "domain/programme/programme.h"
#include "domain/registration/registration.h"
#include "domain/simulation/report_view.h"

extern const char *const simulation_marks[];    /* of an outcome: the look's data-s value */
extern const char *const simulation_outcomes[]; /* N_("Approve") */
enum outcome simulation_outcome(const char *name);

/*
 * FACTS, a stored decision's, decided by P; OTHERS (NULL: none) are facts that are not as stored, as JSON.
 * ID is the part's on the page.
 */
void trace_view(struct call *c, const struct programme *p, const char *facts, const char *others,
    const char *id, const char *title, struct trace_view *out);

#endif
