/*
 * Heavy work: a few threads of its own for what takes tens of milliseconds of a processor and megabytes of
 * memory, such as a password's hash. A flood of it waits in a short line, and beyond that is refused at once;
 * whoever answers other requests never waits for it.
 */
#ifndef TANDEM_HEAVY_H
#define TANDEM_HEAVY_H

#include "base/base.h"

#define HEAVY_THREADS       2
#define HEAVY_LINE          32 /* waiting; at 25 ms each they are done in half a second */
#define HEAVY_RETRY_SECONDS 2

struct heavy;
struct heavy *heavy_start(unsigned threads, unsigned line);
/* Lets what waits end, then stops. NULL is fine. */
void heavy_stop(struct heavy *h);
/* Runs FN(ARG) on one of the threads, and is true; false when the line is full: then nothing was taken. */
bool heavy_submit(struct heavy *h, void (*fn)(void *arg), void *arg) MUST;

#endif
