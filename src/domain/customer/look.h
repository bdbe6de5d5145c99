/*
 * Looking after contracts without being asked: signs that appear are kept on the contract and told once, to
 * the owner, the partner's manager and the partner of record. A clock looks when time alone may have changed
 * something, a job behind the feed when usage, satisfaction or a touchpoint came in. Looking twice changes
 * nothing.
 */
#ifndef TANDEM_LOOK_H
#define TANDEM_LOOK_H

#include "domain/customer/contract.h"
#include "runtime/clocks.h"
#include "runtime/jobs.h"

extern const struct verb contract_look; /* the system's */
extern const struct clock contract_clock;
extern const struct job_kind contract_job;
/* The contracts that the events behind $1, up to $2, are about. */
extern const char contract_touched_sql[];

#endif
