/* The document's sections beyond its lists and rules, a reader each. Private to the programme's folder. */
#ifndef TANDEM_PROGRAMME_SECTIONS_H
#define TANDEM_PROGRAMME_SECTIONS_H

#include "domain/programme/programme.h"

/*
 * Each reads its section, NULL where the document has none, into OUT; what is left out gets the default that
 * the reader names. Problems become fields of the call, named by their path.
 */
void programme_read_calendar(struct call *c, struct arena *keep, const json_t *section, struct calendar *out);

#endif
