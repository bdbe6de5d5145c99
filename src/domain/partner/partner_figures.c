/* A partner's figures, each with what it says and a link to its rows. */
#include "base/id.h"
#include "domain/partner/partner_view.h"
#include "domain/registration/cap.h"

#include <stdlib.h>

#define SOON_DAYS 14
#define NEWEST    200 /* registrations that say how decisions go; all of a large partner's are many rows */

enum { Q_NEWEST, Q_ENDED, Q_ENDING, Q_COUNT };
static const char *const sql[Q_COUNT] = {
    [Q_NEWEST] = "select r.state, r.decided - r.created from registration r where r.partner_id = $1 order by "
                 "r.created desc, r.id desc limit 200",
    [Q_ENDED] =
        "select r.state, count(*) from registration r where r.partner_id = $1 and r.ended is not null "
        "group by r.state",
    [Q_ENDING] = "select count(*) from registration r where r.partner_id = $1 and r.state = 'approved' and "
                 "r.protected_until <= $2",
};

static int64_t count_of(const struct rows *states, const char *state)
{
    for (size_t i = 0; i < states->n; i++)
        if (streq(cell_text(states, i, 0), state))
            return cell_int(states, i, 1);
    return 0;
}

static int64_t rows_of(const struct rows *newest, const char *state)
{
    int64_t n = 0;
    for (size_t i = 0; i < newest->n; i++)
        n += streq(cell_text(newest, i, 0), state);
    return n;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static const char *median_text(struct call *c, struct html *h, const struct rows *newest)
{
    int64_t *us = ARENA_ARRAY(c->arena, newest->n + 1, int64_t);
    size_t n = 0;
    for (size_t i = 0; i < newest->n; i++)
        if (cell(newest, i, 1)->kind == VALUE_INT)
            us[n++] = cell_int(newest, i, 1);
    if (!n)
        return FMT_NONE;
    qsort(us, n, sizeof *us, by_size);
    int64_t median = us[n / 2], minutes = median / (60 * US_PER_SECOND);
    if (minutes < 1)
        return median < US_PER_SECOND ? TR(c, "at once") : TR(c, "under a minute");
    if (minutes < 120)
        return arena_printf(c->arena, TR(c, "%s min"), fmt_int(h, minutes));
    return arena_printf(c->arena, TR(c, "%s h"), fmt_int(h, minutes / 60));
}

static const char *of_text(struct call *c, struct html *h, int64_t part, int64_t whole)
{
    return whole ? arena_printf(c->arena, TR(c, "%s of %s"), fmt_int(h, part), fmt_int(h, whole)) : NULL;
}

enum status partner_figures(
    struct call *c, struct html *h, int64_t id, const char *shown, struct partner_view *v)
{
    struct value args[2] = {v_int(id), v_int(c->now.us + SOON_DAYS * US_PER_DAY)};
    struct db_query q[Q_COUNT];
    const struct programme *p;
    struct cap cap;
    for (size_t i = 0; i < Q_COUNT; i++)
        q[i] = (struct db_query){.sql = sql[i], .args = args, .n_args = i == Q_ENDING ? 2 : 1};
    TRY(db_query_many(c->db, c->arena, q, Q_COUNT));
    TRY(programme_active(c, &p));
    TRY(cap_read(c, p, id, &cap));
    const struct rows *newest = &q[Q_NEWEST].rows, *ended = &q[Q_ENDED].rows;
    int64_t won = count_of(ended, "won"), closed = won + count_of(ended, "lost") + count_of(ended, "lapsed"),
            declined = rows_of(newest, "declined"), decided = (int64_t)newest->n - rows_of(newest, "review");
    const char *list = arena_printf(c->arena, "/registrations?partner_id=%s", shown);
    struct part_tile *t = v->tiles;
    *t++ = (struct part_tile){.label = TR(c, "Open"),
        .value = fmt_int(h, cap.open),
        .beside = arena_printf(c->arena, TR(c, "of %s allowed"), fmt_int(h, cap.allowed)),
        .href = arena_printf(c->arena, "%s&state=approved,review,converted", list),
        .below = TR(c, "Claims that stand or are held.")};
    *t++ = (struct part_tile){.label = TR(c, "Approved"),
        .value = fmt_ratio(h, decided - declined, decided),
        .beside = of_text(c, h, decided - declined, decided),
        .href = list,
        .below =
            arena_printf(c->arena, TR(c, "Of the newest %d that have an answer, not declined."), NEWEST)};
    *t++ = (struct part_tile){.label = TR(c, "Won of closed"),
        .value = fmt_ratio(h, won, closed),
        .beside = of_text(c, h, won, closed),
        .href = arena_printf(c->arena, "%s&state=won,lost,lapsed", list),
        .below = TR(c, "Closed: won, lost or lapsed.")};
    *t++ = (struct part_tile){.label = arena_printf(c->arena, TR(c, "End within %d days"), SOON_DAYS),
        .value = fmt_int(h, cell_int(&q[Q_ENDING].rows, 0, 0)),
        .href = arena_printf(c->arena, "%s&state=approved&sort=protected_until", list),
        .below = TR(c, "Protections, unless extended or closed.")};
    *t++ = (struct part_tile){.label = TR(c, "Time to a decision"),
        .value = median_text(c, h, newest),
        .href = arena_printf(c->arena, "/decisions?partner_id=%s", shown),
        .below = arena_printf(c->arena, TR(c, "Median of the newest %d."), NEWEST)};
    v->n_tiles = (size_t)(t - v->tiles);
    return OK;
}
