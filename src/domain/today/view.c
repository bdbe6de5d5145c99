/* What the roles' pages share: needs in their order, due times, amounts, names. */
#include "domain/today/view.h"

#include "base/id.h"
#include "domain/rate/rate.h"

#include <stdlib.h>

/* ---- asking ---- */

static struct value argument(const struct call *c, char letter)
{
    switch (letter) {
    case 'v': return v_int(c->viewer->person_id);
    case 'p': return v_int(c->viewer->partner_id);
    case 'n': return v_int(c->now.us);
    case 's': return v_int(c->now.us + LAPSE_DAYS * US_PER_DAY);
    case 'd': return v_int(c->now.us - US_PER_DAY);
    case 'w': return v_int(c->now.us - 7 * US_PER_DAY);
    case 'm': return v_int(c->now.us - 30 * US_PER_DAY);
    default: BUG("no argument is called %c", letter);
    }
}

enum status today_ask(struct call *c, const struct today_query *queries, size_t n, struct db_query *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t n_args = strlen(queries[i].args);
        struct value *args = ARENA_ARRAY(c->arena, n_args + 1, struct value);
        for (size_t k = 0; k < n_args; k++)
            args[k] = argument(c, queries[i].args[k]);
        out[i] = (struct db_query){.sql = queries[i].sql, .args = args, .n_args = n_args};
    }
    return db_query_many(c->db, c->arena, out, n);
}

/* ---- what waits, and what stands beside ---- */

struct need_view *need_add(struct call *c, struct today_view *v)
{
    if (!v->needs)
        v->needs = ARENA_ARRAY(c->arena, NEEDS_MAX, struct need_view);
    if (v->n_needs == NEEDS_MAX) {
        v->n_more++;
        return NULL;
    }
    return &v->needs[v->n_needs++];
}

struct side_view *side_add(
    struct call *c, struct today_view *v, const char *id, const char *title, size_t max)
{
    if (!v->sides)
        v->sides = ARENA_ARRAY(c->arena, 6, struct side_view);
    ASSERT(v->n_sides < 6);
    struct side_view *s = &v->sides[v->n_sides++];
    *s = (struct side_view){
        .id = id, .title = title, .lines = ARENA_ARRAY(c->arena, max + 1, struct side_line)};
    return s;
}

void tell_tasks(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    int32_t today = date_in(c->catalog->zone, c->now).days;
    for (size_t i = 0; i < rows->n; i++) {
        struct need_view *n = need_add(c, v);
        struct date due = {(int32_t)cell_int(rows, i, 2)};
        const char *id = id_text(c->arena, "tsk", cell_int(rows, i, 0));
        const char *about = cell_text(rows, i, 5)   ? cell_text(rows, i, 5)
                            : cell_text(rows, i, 4) ? cell_text(rows, i, 4)
                                                    : cell_text(rows, i, 3);
        if (!n)
            continue;
        n->who = cell_string(rows, i, 1);
        n->href = arena_printf(c->arena, "/tasks/%s", id);
        n->why = about ? arena_printf(c->arena, TR(c, "Your task about %s."), about) : TR(c, "Your task.");
        n->mark = "new";
        n->badge = TR(c, "Task");
        if (cell(rows, i, 2)->kind == VALUE_INT) {
            n->due = day_end_in(c->catalog->zone, due);
            n->mark = due.days < today ? "risk" : due.days == today ? "review" : "gone";
            n->badge = due.days < today    ? TR(c, "Overdue")
                       : due.days == today ? TR(c, "Due today")
                                           : arena_printf(c->arena, TR(c, "Due %s"), fmt_day(h, due));
        }
        n->act = TR(c, "Done");
        n->act_key = "d";
        n->done = arena_printf(c->arena, "/tasks/%s/finish", id);
        n->done_then = arena_printf(c->arena, "/today?did=task.finish.%s", id);
    }
}

/* ---- their order ---- */

static int sooner_first(const void *a, const void *b)
{
    const struct need_view *x = a, *y = b;
    int64_t dx = x->due.us ? x->due.us : INT64_MAX, dy = y->due.us ? y->due.us : INT64_MAX;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    if (x->stake != y->stake)
        return x->stake > y->stake ? -1 : 1;
    return strcmp(x->who, y->who);
}

void needs_group(struct call *c, struct today_view *v)
{
    struct date today = date_in(c->catalog->zone, c->now);
    struct date week = {today.days + 6};
    const struct {
        const char *label;
        int64_t until;
    } spans[] = {{TR(c, "Today"), day_end_in(c->catalog->zone, today).us},
        {TR(c, "This week"), day_end_in(c->catalog->zone, week).us}, {TR(c, "Later"), INT64_MAX - 1},
        {TR(c, "No date"), INT64_MAX}};
    size_t at = 0;
    if (v->n_needs > 1)
        qsort(v->needs, v->n_needs, sizeof *v->needs, sooner_first);
    v->groups = ARENA_ARRAY(c->arena, COUNT(spans), struct need_group);
    for (size_t i = 0; i < COUNT(spans); i++) {
        struct need_group g = {.label = spans[i].label, .rows = v->needs + at};
        while (at < v->n_needs && (v->needs[at].due.us ? v->needs[at].due.us : INT64_MAX) <= spans[i].until)
            g.n++, at++;
        if (g.n)
            v->groups[v->n_groups++] = g;
    }
}

size_t needs_partners(const struct today_view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_needs; i++) {
        size_t k = 0;
        while (k < i && !(v->needs[k].partner_side && streq(v->needs[k].who, v->needs[i].who)))
            k++;
        n += v->needs[i].partner_side && k == i;
    }
    return n;
}

/* ---- words ---- */

const char *count_text(struct call *c, struct html *h, size_t n, bool more)
{
    return more ? arena_printf(c->arena, "%s+", fmt_int(h, (int64_t)n)) : fmt_int(h, (int64_t)n);
}

void need_due(struct call *c, struct html *h, struct need_view *n, struct instant due)
{
    bool late = due.us < c->now.us, soon = due.us - c->now.us < 4 * 3600 * US_PER_SECOND;
    n->badge = late ? TR(c, "Overdue") : arena_printf(c->arena, TR(c, "Due %s"), fmt_ago(h, due));
    n->badge_exact = fmt_exact(h, due);
    n->mark = late ? "risk" : soon ? "review" : "gone";
    n->due = due;
}

void stake_add(struct stake *s, const char *currency, int64_t minor)
{
    size_t i = 0;
    while (i < s->n && !streq(s->currency[i], currency))
        i++;
    if (i == COUNT(s->currency))
        return;
    if (i == s->n)
        s->currency[s->n++] = currency;
    s->minor[i] += minor;
}

enum status stake_sum(struct call *c, const struct stake *s, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s->n; i++) {
        struct converted in_ours;
        TRY(rate_convert(
            c, (struct money){s->minor[i]}, s->currency[i], date_in(c->catalog->zone, c->now), &in_ours));
        *out += in_ours.amount.minor;
    }
    return OK;
}

const char *names_text(struct call *c, struct html *h, const char *const *names, size_t n)
{
    switch (n) {
    case 0: return "";
    case 1: return names[0];
    case 2: return arena_printf(c->arena, TR(c, "%s and %s"), names[0], names[1]);
    case 3: return arena_printf(c->arena, TR(c, "%s, %s and %s"), names[0], names[1], names[2]);
    default:
        return arena_printf(
            c->arena, TR(c, "%s, %s and %s more"), names[0], names[1], fmt_int(h, (int64_t)n - 2));
    }
}

const char *row_path(struct call *c, const char *plural, const char *prefix, int64_t id)
{
    return arena_printf(c->arena, "/%s/%s", plural, id_text(c->arena, prefix, id));
}
