/* What the pages of a simulation share. Private to the folder. */
#ifndef TANDEM_SIMULATION_REPORT_H
#define TANDEM_SIMULATION_REPORT_H

#include "domain/programme/programme.h"
#include "domain/simulation/simulation.h"

/* Both documents; of another time where need be. */
enum status simulation_documents(struct call *c, const struct simulation *s, const struct programme **before,
    const struct programme **after) MUST;
/* "Version 3": what it is compared with. */
const char *simulation_from(struct call *c, const struct simulation *s);
/* A fact's label; its name where it is gone. */
const char *fact_words(struct call *c, const struct programme *p, const char *name);

#endif
