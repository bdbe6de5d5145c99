/* Custom fields as a noun: what operations adds to partners and registrations (model/custom.h carries their
 * values). */
#ifndef TANDEM_DOMAIN_CUSTOM_H
#define TANDEM_DOMAIN_CUSTOM_H

#include "model/call.h"

struct custom_field_row {
    const char *noun, *name, *label, *kind, *options;
    bool required, partner_sees, partner_sets;
};
extern const struct noun custom_field_noun;
extern const struct verb custom_field_create, custom_field_update;

#endif
