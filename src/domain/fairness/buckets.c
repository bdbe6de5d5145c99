#include "domain/fairness/buckets.h"

#include "base/time.h"

#include <math.h>

#define GROWTH 1.05

int bucket_of(int64_t us)
{
    if (us < US_PER_SECOND)
        return 0;
    int bucket = 1 + (int)floor(log((double)us / US_PER_SECOND) / log(GROWTH));
    return bucket < BUCKET_MAX ? bucket : BUCKET_MAX;
}

int64_t bucket_top_us(int bucket)
{
    return (int64_t)(pow(GROWTH, bucket) * US_PER_SECOND);
}

int bucket_quantile(const int64_t counts[BUCKET_MAX + 1], double q)
{
    int64_t all = 0, seen = 0;
    for (int i = 0; i <= BUCKET_MAX; i++)
        all += counts[i];
    for (int i = 0; i <= BUCKET_MAX && all; i++) {
        seen += counts[i];
        if ((double)seen >= q * (double)all)
            return i;
    }
    return -1;
}
