#include "domain/customer/footholds.h"

#include "domain/customer/contract.h"

/* Its partner of record sees to it already. */
#define RUNNING                                                                                              \
    "select k.account_id, cast(null as bigint), k.product_line_id, k.owner_id, k.amount, k.currency, "       \
    "k.ends, k.partner_id from contract k where k.account_id in ({accounts}) and k.state "                   \
    "in " CONTRACT_RUNNING " and "
#define SOON "between cast($1 as bigint) and cast($1 as bigint) + cast($3 as bigint)"

const char foothold_end_sql[] =
    RUNNING "k.ends " SOON " union all select a.id, cast(null as bigint), cast(null as bigint), a.owner_id, "
            "cast(null as bigint), cast(null as text), a.contract_until, cast(null as bigint) from account a "
            "where a.id in ({accounts}) and a.contract_until " SOON " and not exists (select 1 from contract "
            "k where k.account_id = a.id and k.state in " CONTRACT_RUNNING ")";
const char foothold_usage_sql[] = RUNNING "k.signs like '%,usage,%'";
const char foothold_score_sql[] = RUNNING "k.signs like '%,score,%'";

/* It lasts: as of today. */
const char tie_customer_partner_sql[] =
    "select p.account_id, p.partner_id, 1, cast($1 as bigint) from customer_partner p where p.account_id in "
    "({accounts}) and p.state = 'active'";
