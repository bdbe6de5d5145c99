/* What the pages of the pipeline share: their tabs, whose deals, stages and sums. */
#ifndef TANDEM_OPPORTUNITY_PIPELINE_H
#define TANDEM_OPPORTUNITY_PIPELINE_H

#include "domain/opportunity/opportunity.h"
#include "domain/programme/programme.h"
#include "face/page.h"
#include "face/parts.h"

/* Board, list, forecast, review; CURRENT is the path of one. */
const struct part_tab *pipeline_tabs(struct call *c, const char *current, size_t *n);

/* A condition over "t" (an opportunity): the deals of the person $1, who owns them or is on their team. */
#define DEALS_OF_PERSON                                                                                      \
    "(t.owner_id = $1 or t.id in (select om.opportunity_id from opportunity_member om where om.person_id = " \
    "$1 and om.state = 'active'))"

/* The place of a stage in the programme; -1: it is a CRM's own word, or there is none. */
int stage_index(const struct programme *p, const char *stage);
const char *stage_label(struct call *c, const struct programme *p, const char *stage);

/* Amounts of several currencies, added up in the programme's by today's rates. */
struct money_sum {
    int64_t minor;
    bool more; /* there are some without a rate */
};
enum status money_add(struct call *c, struct money amount, const char *currency, struct money_sum *sum) MUST;
/* "€84,000", with a plus where there is more. */
const char *money_sum_text(struct call *c, struct html *h, const struct money_sum *sum);

#endif
