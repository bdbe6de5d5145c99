/*
 * Under which headings files have the fields of each kind, beside their names and labels. A field that stands
 * here can be imported. Private to domain/import.
 */
#ifndef TANDEM_IMPORT_HEADINGS_H
#define TANDEM_IMPORT_HEADINGS_H

#include "domain/import/kinds.h"

#define WORDS(...)                                                                                           \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }

extern const struct import_words line_words[], person_words[], account_words[], partner_words[],
    opportunity_words[], certification_words[], rate_words[], touchpoint_words[], contract_words[],
    usage_words[], satisfaction_words[], lead_words[];

#endif
