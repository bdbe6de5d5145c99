/* What the pages of the pipeline share: their tabs, whose deals, stages. */
#ifndef TANDEM_OPPORTUNITY_PIPELINE_H
#define TANDEM_OPPORTUNITY_PIPELINE_H

#include "domain/opportunity/opportunity.h"
#include "domain/programme/programme.h"
#include "domain/rate/money_sum.h"
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
/*
 * The stages of a category as a list's filter has them, with commas; "": it has none. Those that are none of
 * the programme's count as omitted, and stand nowhere here.
 */
const char *stages_of(struct call *c, const struct programme *p, enum forecast_category category);
/* Those of all categories but what is omitted. */
const char *stages_counted(struct call *c, const struct programme *p);

#endif
