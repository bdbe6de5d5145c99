#include "domain/cosell/sources.h"

#include "domain/cosell/request.h"
#include "domain/customer/contract.h"
#include "domain/customer/footholds.h"
#include "domain/mapping/mapping.h"

#define AS_SOURCE(key, points, label, when, sql) {#key, (label), (when), (points), (sql)},
#define AS_FIT(key, label)                       {#key, (label), NULL, 0, NULL},
const struct cosell_source cosell_footholds[COSELL_N_FOOTHOLDS] = {COSELL_FOOTHOLDS(AS_SOURCE)};
const struct cosell_source cosell_ties[COSELL_N_TIES] = {COSELL_TIES(AS_SOURCE)};
const struct cosell_source cosell_fits[COSELL_N_FITS] = {COSELL_FITS(AS_FIT)};

/* The keys of all of them differ: model_check() finds two that do not. */
#define SOURCE_OPTION(key, points, label, when, sql) {#key, (label)},
#define FIT_OPTION(key, label)                       {#key, (label)},
const struct option cosell_reason_options[] = {
    COSELL_FOOTHOLDS(SOURCE_OPTION) COSELL_TIES(SOURCE_OPTION) COSELL_FITS(FIT_OPTION){0}};
const struct option cosell_foothold_options[] = {COSELL_FOOTHOLDS(SOURCE_OPTION){0}};

/* ---- footholds ---- */

#define OPEN_DEALS                                                                                           \
    "select o.account_id, o.id, o.product_line_id, o.owner_id, o.amount, o.currency, "                       \
    "coalesce(o.last_activity, o.engaged), cast(null as bigint) from opportunity o where o.account_id in "   \
    "({accounts}) and "                                                                                      \
    "o.state = 'open' and "
#define STUCK "coalesce(o.last_activity, o.engaged) < cast($1 as bigint) - cast($2 as bigint)"
const char cosell_stuck_sql[] = OPEN_DEALS STUCK;
const char cosell_open_sql[] = OPEN_DEALS "not coalesce(" STUCK ", 1 = 0)";

const char cosell_prospect_sql[] =
    "select a.id, cast(null as bigint), cast(null as bigint), a.owner_id, cast(null as bigint), "
    "cast(null as text), cast(null as bigint), cast(null as bigint) from account a where a.id in "
    "({accounts}) and a.source = 'crm' "
    "and not exists (select 1 from opportunity o where o.account_id = a.id and o.state in ('open', 'won')) "
    "and not exists (select 1 from contract k where k.account_id = a.id and k.state in " CONTRACT_RUNNING ")";

/* ---- ties ---- */

/* In microseconds of a day. */
#define DAY "86400000000"
#define DEALS_OF_PARTNERS(state)                                                                             \
    "from opportunity o join opportunity_member m on m.opportunity_id = o.id where o.state = '" state        \
    "' and m.state = 'active' and m.partner_id is not null"

/* The registrations of some accounts. SQLite would else walk through all of that state, hence the "|| ''". */
#define REGISTRATIONS(day, state)                                                                            \
    "select r.account_id, r.partner_id, 1, " day " from registration r where r.account_id in ({accounts}) "  \
    "and r.state || '' = '" state "'"
const char cosell_customer_sql[] = REGISTRATIONS(
    "r.ended / " DAY, "won") " and r.opportunity_id is null union all select o.account_id, m.partner_id, 1, "
                             "o.closed " DEALS_OF_PARTNERS("won") " and o.account_id in ({accounts})";
const char cosell_open_deal_sql[] =
    "select o.account_id, m.partner_id, 1, coalesce(o.last_activity, o.engaged) " DEALS_OF_PARTNERS(
        "open") " and o.account_id in ({accounts})";
const char cosell_registration_sql[] =
    REGISTRATIONS("coalesce(r.last_activity, r.created / " DAY ")", "approved");

/* Counted beforehand (near.c): companies of one country and industry are many. */
const char cosell_near_win_sql[] =
    "select a.id, w.partner_id, w.n, w.newest from account a join cosell_near w on w.country = a.country and "
    "w.industry = a.industry where a.id in ({accounts})";

#define WON_REGISTRATIONS                                                                                    \
    "select account_id, partner_id, ended / " DAY " as day from registration where state = 'won' and "       \
    "opportunity_id is null"
#define WON_DEALS "select o.account_id, m.partner_id, o.closed as day " DEALS_OF_PARTNERS("won")
const char cosell_near_count_sql[] =
    "select country, industry, partner_id, n, newest from (select k.country, k.industry, k.partner_id, k.n, "
    "k.newest, row_number() over (partition by k.country, k.industry order by k.n desc, k.newest desc, "
    "k.partner_id) as place from (select a.country, a.industry, x.partner_id, count(*) as n, "
    "coalesce(max(x.day), 0) as newest from (" WON_REGISTRATIONS " union all " WON_DEALS
    ") x join account a on a.id = x.account_id where a.country is not null and a.industry is not null group "
    "by a.country, a.industry, x.partner_id) k) l where place <= $1";
