/*
 * What partners have won near: for each country and industry the partners that won most there (table
 * cosell_near), for the tie of that name. Counted from all that was won, which takes a part of a second with
 * a hundred thousand wins; asked account by account it would be the dearest of all sources. Private to
 * domain/cosell.
 */
#ifndef TANDEM_COSELL_NEAR_H
#define TANDEM_COSELL_NEAR_H

#include "model/call.h"

#define NEAR_MOST 20 /* partners of a country and industry that are kept */

/* In a snapshot: the table as it should be. */
enum status cosell_near_count(struct call *c, struct rows *out) MUST;
/* In a verb: makes it so. */
enum status cosell_near_store(struct call *c, const struct rows *counted) MUST;

#endif
