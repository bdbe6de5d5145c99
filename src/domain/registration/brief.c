#include "domain/registration/brief.h"

#include "base/id.h"
#include "domain/registration/registration.h"

#define SOON_DAYS 14

static void say_next(struct call *c, struct html *h, const struct rows *rows, size_t i, struct brief_row *b)
{
    struct instant heartbeat = {cell_int(rows, i, 9)}, review = {cell_int(rows, i, 10)};
    if (b->of && b->left <= SOON_DAYS) {
        b->next = TR(c, "Extend or close");
        b->next_when = fmt_ago(h, (struct instant){cell_int(rows, i, 7)});
    } else if (b->of && heartbeat.us) {
        b->next = TR(c, "Log activity");
        b->next_when = fmt_ago(h, heartbeat);
    } else if (review.us && streq(cell_text(rows, i, 6), "review")) {
        b->next = TR(c, "Answer due");
        b->next_when = fmt_ago(h, review);
    }
}

static struct brief_row row_at(
    struct call *c, struct html *h, const struct rows *rows, size_t i, enum brief_sub sub)
{
    struct instant until = {cell_int(rows, i, 7)}, since = {cell_int(rows, i, 8)};
    const struct state *state = noun_state(&registration_noun, cell_string(rows, i, 6));
    bool approved = streq(state->key, "approved");
    const char *line = cell_string(rows, i, 3);
    struct brief_row b = {.company = cell_string(rows, i, 1),
        .href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", cell_int(rows, i, 0))),
        .sub = sub == BRIEF_LINE ? line : arena_printf(c->arena, "%s · %s", cell_string(rows, i, 2), line),
        .amount = fmt_money(h, (struct money){cell_int(rows, i, 4)}, cell_string(rows, i, 5)),
        .mark = state->mark,
        .state = TR(c, state->label),
        .left = approved ? days_left(h, until) : 0,
        .of = approved ? (int)((until.us - since.us) / US_PER_DAY) : 0};
    say_next(c, h, rows, i, &b);
    return b;
}

void brief_fill(
    struct call *c, struct html *h, const struct rows *rows, enum brief_sub sub, struct brief_view *out)
{
    *out = (struct brief_view){.rows = ARENA_ARRAY(c->arena, rows->n + 1, struct brief_row)};
    for (size_t i = 0; i < rows->n; i++)
        out->rows[out->n++] = row_at(c, h, rows, i, sub);
}
