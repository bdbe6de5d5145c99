/*
 * How often something may be tried: so many times within a window, by whatever text names who tries
 * ("password maya@brightwater.example", "address 192.0.2.7"). In memory, of a fixed size, so that a flood
 * costs neither the disk nor memory; each server process counts for itself. Thread-safe.
 */
#ifndef TANDEM_THROTTLE_H
#define TANDEM_THROTTLE_H

#include "base/arena.h"
#include "base/time.h"

struct throttle;
struct throttle *throttle_new(void);
void throttle_free(struct throttle *t); /* NULL is fine */
/* Counts a try. 0: go on; else the seconds until there is another. A NULL throttle lets everything pass. */
int throttle_take(
    struct throttle *t, const char *what, const char *who, int max, int window_s, struct instant now) MUST;
/* The address PEER as one that is counted: of IPv6 its network, for a household has more addresses than can
 * be counted. NULL: this machine itself, behind which a proxy that is not named would hide everybody. */
const char *throttle_address(struct arena *a, const char *peer);
/* That try was no guess: it does not count. */
void throttle_give(struct throttle *t, const char *what, const char *who);

#endif
