#include "domain/customer/footholds.h"

/* Silence comes only with a renewal; a bad score alone is no foothold. */
static const char footholds_sql[] =
    "select k.account_id, k.id, k.product_line_id, k.partner_id, k.signs, k.ends, k.amount, k.currency from "
    "contract k where k.state in ('active', 'expired') and k.signs is not null and k.signs <> ',score,' and "
    "(cast($1 as bigint) = 0 or "
    "k.account_id = $1) order by k.ends, k.id limit $2";

enum status customer_footholds(
    struct call *c, int64_t account_id, size_t limit, struct customer_foothold **out, size_t *n)
{
    struct value args[2] = {v_int(account_id), v_int((int64_t)limit)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, footholds_sql, args, 2));
    *out = ARENA_ARRAY(c->arena, rows.n + 1, struct customer_foothold);
    *n = rows.n;
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct customer_foothold){.account_id = cell_int(&rows, i, 0),
            .contract_id = cell_int(&rows, i, 1),
            .product_line_id = cell_int(&rows, i, 2),
            .partner_id = cell_int(&rows, i, 3),
            .signs = signs_bits(cell_text(&rows, i, 4)),
            .ends = {(int32_t)cell_int(&rows, i, 5)},
            .amount = {cell_int(&rows, i, 6)},
            .currency = cell_string(&rows, i, 7)};
    return OK;
}
