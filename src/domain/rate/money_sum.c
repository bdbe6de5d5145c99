#include "domain/rate/money_sum.h"

#include "domain/rate/rate.h"

enum status money_add(struct call *c, struct money amount, const char *currency, struct money_sum *sum)
{
    struct converted own;
    TRY(rate_convert(
        c, amount, currency ? currency : c->catalog->currency, date_in(c->catalog->zone, c->now), &own));
    sum->minor += own.known ? own.amount.minor : 0;
    sum->more |= !own.known;
    return OK;
}

const char *money_sum_text(struct call *c, struct html *h, const struct money_sum *sum)
{
    const char *text = fmt_money_short(h, (struct money){sum->minor}, c->catalog->currency);
    return sum->more ? arena_printf(c->arena, TR(c, "%s and other currencies"), text) : text;
}
