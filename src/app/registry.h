/* The one list of everything declared: nouns, verbs, pages, clocks, jobs. */
#ifndef TANDEM_REGISTRY_H
#define TANDEM_REGISTRY_H

#include "face/page.h"
#include "model/verb.h"
#include "runtime/clocks.h"
#include "runtime/jobs.h"

extern const struct model tandem_model;
extern const struct page *const tandem_pages[];    /* ended by NULL */
extern const struct clock *const tandem_clocks[];  /* ended by NULL */
extern const struct job_kind *const tandem_jobs[]; /* ended by NULL */

#endif
