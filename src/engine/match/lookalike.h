/* Letters of other scripts that look like Latin ones, by which one name could be written twice. */
#ifndef TANDEM_MATCH_LOOKALIKE_H
#define TANDEM_MATCH_LOOKALIKE_H

#include "base/arena.h"

/*
 * S with Latin letters for Cyrillic, Greek and Armenian ones that look the same, in words that have Latin
 * letters too and no letter of those scripts that looks like none. Words of one script stay as they are.
 */
const char *lookalikes_to_latin(struct arena *a, const char *s);

#endif
