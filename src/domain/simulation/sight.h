/* What the parts of a simulation's report share: what is shown, and its sums. Private to report_*.c. */
#ifndef TANDEM_SIMULATION_SIGHT_H
#define TANDEM_SIMULATION_SIGHT_H

#include "domain/simulation/report.h"
#include "domain/simulation/report_view.h"

/* A report on its way to the page. */
struct sight {
    struct call *call;
    struct html *html;
    int64_t id;
    struct simulation s;
    const json_t *sums; /* as sums.h wrote them */
    const char *path;
    struct report_view *v;
};

/* In which order outcomes stand in tables. */
extern const enum outcome outcomes_shown[3];

/* A number of the sums, one of a pair (0 before, 1 after), and how many went from one outcome to another. */
int64_t sums_count(const json_t *o, const char *key);
int64_t sums_side(const json_t *o, const char *key, size_t side);
int64_t sums_flow(const json_t *o, enum outcome before, enum outcome after);

const char *sight_money(struct sight *s, int64_t minor);
/* With its sign; a dash for none. */
const char *sight_money_change(struct sight *s, int64_t minor);
/* The page with its cases filtered by QUERY. */
const char *sight_cases_href(struct sight *s, const char *query);

/* Who wins and who loses (report_winners.c): partners, the most changed at first or ALL; tiers or types. */
enum status report_partners(struct sight *s, bool all) MUST;
void report_groups(
    struct sight *s, const char *key, const char *list_name, struct winner_view **out, size_t *n);
/* The cases that change, as the request filters them (report_cases.c). */
enum status report_cases(struct sight *s, struct page_request *r) MUST;

#endif
