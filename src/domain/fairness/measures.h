/* Names of the measures, as they are stored and exported. Private to domain/fairness. */
#ifndef TANDEM_MEASURES_H
#define TANDEM_MEASURES_H

#include "domain/fairness/fairness.h"

extern const char *const measure_names[MEASURE_COUNT];

#endif
