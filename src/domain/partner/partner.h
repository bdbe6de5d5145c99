/* Partners and their certifications. */
#ifndef TANDEM_PARTNER_H
#define TANDEM_PARTNER_H

#include "model/call.h"

struct partner {
    const char *name, *domain, *country;
    const char *types; /* ",msp,reseller," */
    const char *tier;
    const char *territories; /* ",dach,nordics,"; NULL: everywhere */
    const char *standing;    /* good, watch, suspended */
    struct ref manager_id, parent_id;
    const char *external_id;
    struct ref merged_into;
    const char *languages, *industries; /* as types: what it speaks, where it has experience */
};
extern const struct noun partner_noun;
extern const struct verb partner_create, partner_update;

struct certification {
    struct ref partner_id, product_line_id;
    int64_t people;
    struct date expires;
};
extern const struct noun certification_noun;
extern const struct verb certification_create, certification_update;

#endif
