/* What /metrics tells of a running server, in Prometheus' text format 0.0.4. */
#ifndef TANDEM_METRICS_H
#define TANDEM_METRICS_H

#include "app/app.h"

/* For site.metrics: APP is a struct app. What the database would have to say is left out while it is out of
 * reach. */
void metrics_write(void *app, struct arena *a, struct buf *out);

#endif
