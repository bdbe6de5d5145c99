/*
 * Times in buckets, so that a quantile of any number of decisions is a walk over a few hundred counts. Bucket
 * 0 is less than a second: decided in the request. Each further one is 5 % longer than the one before it, so
 * that a quantile is right to within 5 %.
 */
#ifndef TANDEM_BUCKETS_H
#define TANDEM_BUCKETS_H

#include "base/base.h"

#define BUCKET_MAX 500 /* a thousand years */

int bucket_of(int64_t us);
/* The longest time that falls into it. */
int64_t bucket_top_us(int bucket);
/* The bucket in which the quantile Q (0 to 1) of the counted times lies: the smallest that has at least Q of
 * them at or below it. -1 when there are none. */
int bucket_quantile(const int64_t counts[BUCKET_MAX + 1], double q);

#endif
