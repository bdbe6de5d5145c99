/*
 * The vocabulary of the rules: each fact declared once with what it is, who sees it and who can change it;
 * and how a situation becomes values. Custom fields of partner and registration follow as partner.custom.*
 * and registration.custom.*.
 */
#ifndef TANDEM_FACTS_H
#define TANDEM_FACTS_H

#include "engine/rules/rules.h"
#include "model/call.h"

struct situation;

/* The vocabulary for a catalog's options and the custom fields of the database behind the call; lives in
 * KEEP. */
enum status facts_vocabulary(
    struct call *c, struct arena *keep, const struct catalog *catalog, struct vocabulary *out) MUST;
/* VALUES in the vocabulary's order, in the call's arena. */
enum status facts_values(
    struct call *c, const struct vocabulary *words, const struct situation *s, struct value **out) MUST;

#endif
