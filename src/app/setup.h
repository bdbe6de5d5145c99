/* What init and demo share. */
#ifndef TANDEM_SETUP_H
#define TANDEM_SETUP_H

#include "model/call.h"

/* Publishes DOCUMENT as version 1 where there is none yet. Within a transaction. */
enum status setup_programme(struct call *c, const char *document, const char *note, int64_t person_id) MUST;

#endif
