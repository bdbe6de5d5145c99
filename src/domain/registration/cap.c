#include "domain/registration/cap.h"

int64_t cap_allowed(const struct programme_caps *caps, int64_t won, int64_t lapsed)
{
    int64_t n = caps->base * (won + caps->weight) / (lapsed + caps->weight);
    return n < caps->least ? caps->least : n > caps->most ? caps->most : n;
}

enum status cap_read(struct call *c, const struct programme *p, int64_t partner_id, struct cap *out)
{
    const struct programme_caps *caps = &p->life.caps;
    struct value args[1] = {v_int(partner_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select count(*) from protection o where o.partner_id = $1 and o.state in ('hold', 'live')), "
        "(select count(*) from registration r where r.partner_id = $1 and r.state = 'won' and r.ended is not "
        "null), "
        "(select count(*) from registration r where r.partner_id = $1 and r.state = 'lapsed' and r.ended is "
        "not null)",
        args, 1));
    *out = (struct cap){
        .open = cell_int(&rows, 0, 0), .won = cell_int(&rows, 0, 1), .lapsed = cell_int(&rows, 0, 2)};
    out->allowed = cap_allowed(caps, out->won, out->lapsed);
    out->after_win = cap_allowed(caps, out->won + 1, out->lapsed);
    out->after_lapse = cap_allowed(caps, out->won, out->lapsed ? out->lapsed - 1 : 0);
    return OK;
}
