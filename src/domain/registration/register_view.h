/* What the page that checks and registers is given. Private to register_page.c and its template. */
#ifndef TANDEM_REGISTER_VIEW_H
#define TANDEM_REGISTER_VIEW_H

#include "domain/registration/decision_view.h"
#include "face/parts.h"

/* The live answer under the company. */
struct check_view {
    const char *mark, *word, *text; /* mark: data-s */
};

struct recent_view {
    const char *href, *name, *what, *mark, *state;
};

struct register_view {
    const struct decision_view *decision; /* of the registration just made, or NULL */
    const char *title, *csrf;
    const char *problem_detail; /* of a refusal that is no field's */
    bool problem, may_check;
    struct check_view *check; /* NULL: nothing was asked */
    struct part_field company, country, line, amount, currency, month, how, partner;
    const char *lead_id, *lead, *lead_href; /* that it comes from; lead NULL: none */
    bool for_partner;                       /* the vendor registers on a partner's behalf */
    const struct part_field *custom;
    size_t n_custom;
    const struct part_field **fields; /* for the summary of errors */
    size_t n_fields;
    struct recent_view *recent;
    size_t n_recent;
    int64_t rules, programme_number;
};

#endif
