/* Work on many rows, spread over the processors. */
#ifndef TANDEM_PARALLEL_H
#define TANDEM_PARALLEL_H

#include "base/base.h"

#define PARALLEL_WORKERS 2

/* Does the rows FROM up to TO; WORKER below PARALLEL_WORKERS tells whose memory it may use. */
typedef void parallel_work(void *ctx, unsigned worker, size_t from, size_t to);

/*
 * Calls WORK for N rows in PARALLEL_WORKERS parts, the first one on this thread, and returns when all are
 * done. Below 1,000 rows, or where no thread can be had, everything runs here.
 */
void parallel_run(size_t n, parallel_work *work, void *ctx);

#endif
