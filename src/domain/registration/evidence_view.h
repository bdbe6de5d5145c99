/* Which known companies were found alike, as the vendor reads it beside a registration and in the queue. */
#ifndef TANDEM_EVIDENCE_VIEW_H
#define TANDEM_EVIDENCE_VIEW_H

#include "face/html.h"
#include "model/call.h"

struct alike_view {
    const char *name, *href, *answer, *mark, *score, *evidence;
};

/* From a decision's stored evidence (register.c). Returns how many; never more than five. */
size_t evidence_read(struct call *c, struct html *h, const char *json, struct alike_view **out);

/* The codes of engine/match as people say them; one that is new stays as it is. */
const char *evidence_words(struct call *c, const char *codes);

#endif
