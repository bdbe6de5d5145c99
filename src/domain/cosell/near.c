#include "domain/cosell/near.h"

#include "domain/cosell/sources.h"

enum status cosell_near_count(struct call *c, struct rows *out)
{
    struct value args[1] = {v_int(NEAR_MOST)};
    return db_query(c->db, c->arena, out, cosell_near_count_sql, args, 1);
}

enum status cosell_near_store(struct call *c, const struct rows *counted)
{
    TRY(db_exec(c->db, "delete from cosell_near", NULL, 0));
    for (size_t i = 0; i < counted->n; i++)
        TRY(db_exec(c->db,
            "insert into cosell_near (country, industry, partner_id, n, newest) values ($1, $2, $3, $4, $5)",
            cell(counted, i, 0), 5));
    return OK;
}
