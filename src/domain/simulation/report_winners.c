/* Who wins and who loses by a simulated document: partners, tiers, types. */
#include "base/id.h"
#include "domain/partner/partner.h"
#include "domain/simulation/sight.h"

#define PARTNERS_AT_FIRST 8

static const char *becomes(struct sight *s, enum outcome before, enum outcome after, int64_t n)
{
    struct arena *a = s->call->arena;
    enum lang lang = call_lang(s->call);
    const char *figure = fmt_int(s->html, n);
    switch ((int)before * 3 + (int)after) {
    case OUTCOME_REVIEW * 3 + OUTCOME_APPROVE:
        return arena_printf(
            a, trn(lang, "%s review becomes an approval", "%s reviews become approvals", n), figure);
    case OUTCOME_DECLINE * 3 + OUTCOME_APPROVE:
        return arena_printf(
            a, trn(lang, "%s decline becomes an approval", "%s declines become approvals", n), figure);
    case OUTCOME_DECLINE * 3 + OUTCOME_REVIEW:
        return arena_printf(
            a, trn(lang, "%s decline becomes a review", "%s declines become reviews", n), figure);
    case OUTCOME_APPROVE * 3 + OUTCOME_REVIEW:
        return arena_printf(
            a, trn(lang, "%s approval becomes a review", "%s approvals become reviews", n), figure);
    case OUTCOME_APPROVE * 3 + OUTCOME_DECLINE:
        return arena_printf(
            a, trn(lang, "%s approval becomes a decline", "%s approvals become declines", n), figure);
    default:
        return arena_printf(
            a, trn(lang, "%s review becomes a decline", "%s reviews become declines", n), figure);
    }
}

/* The two that weigh most, in words. */
static const char *what_changes(struct sight *s, const json_t *t)
{
    struct call *c = s->call;
    struct buf b = buf_in(c->arena, 1024);
    int64_t terms = sums_count(t, "better") + sums_count(t, "worse") + sums_count(t, "other");
    for (size_t told = 0, first = SIZE_MAX; told < 2; told++) {
        int64_t best = 0;
        size_t at = SIZE_MAX;
        for (size_t i = 0; i < 9; i++) {
            int64_t n = sums_flow(t, outcomes_shown[i / 3], outcomes_shown[i % 3]);
            if (i / 3 == i % 3)
                continue;
            terms -= told ? 0 : n;
            if (i != first && n > best) {
                best = n;
                at = i;
            }
        }
        if (!best)
            break;
        first = at;
        buf_adds(&b, b.len ? ", " : "");
        buf_adds(&b, becomes(s, outcomes_shown[at / 3], outcomes_shown[at % 3], best));
    }
    if (terms > 0) {
        buf_adds(&b, b.len ? ", " : "");
        buf_addf(&b, trn(call_lang(c), "%s with other terms", "%s with other terms", terms),
            fmt_int(s->html, terms));
    }
    return buf_str(&b);
}

static int64_t net_of(const json_t *t)
{
    return sums_count(t, "better") - sums_count(t, "worse");
}

static void fill_winner(struct sight *s, const json_t *t, int64_t most, struct winner_view *w)
{
    int64_t net = net_of(t);
    w->net = net ? fmt_change(s->html, (double)net, 0) : "0";
    w->bar = most ? (int)(net * 50 / most) : 0;
    if (net && !w->bar)
        w->bar = net > 0 ? 1 : -1;
    w->money = sight_money_change(s, sums_side(t, "money", 1) - sums_side(t, "money", 0));
}

static int64_t most_of(const json_t *list)
{
    int64_t most = 0;
    size_t i;
    json_t *t;
    json_array_foreach(list, i, t)
    {
        int64_t net = net_of(t) < 0 ? -net_of(t) : net_of(t);
        most = net > most ? net : most;
    }
    return most;
}

static enum status fill_partner(struct sight *s, const json_t *t, int64_t most, struct winner_view *w)
{
    struct call *c = s->call;
    const char *key = json_string_value(json_object_get(t, "id"));
    struct row row;
    int64_t id;
    if (!key || !id_parse("prt", key, &id))
        return BROKEN;
    TRY(noun_get(c, &partner_noun, id, &row));
    w->name = row.name;
    w->href = arena_printf(c->arena, "/partners/%s", key);
    w->sub = catalog_label(call_lang(c), c->catalog, "tiers", json_string_value(json_object_get(t, "tier")));
    fill_winner(s, t, most, w);
    w->what = what_changes(s, t);
    w->net_href = sight_cases_href(s, arena_printf(c->arena, "partner_id=%s", key));
    return OK;
}

/* How many of the FEW stand at the front of the list: those on whom most changes come from both its ends. */
static size_t from_front(const json_t *list, size_t few)
{
    size_t front = 0, back = 0, n = json_array_size(list);
    while (front + back < few) {
        int64_t first = net_of(json_array_get(list, front)),
                last = net_of(json_array_get(list, n - 1 - back));
        if (first >= -last)
            front++;
        else
            back++;
    }
    return front;
}

enum status report_partners(struct sight *s, bool all)
{
    const json_t *list = json_object_get(s->sums, "partners");
    size_t n = json_array_size(list), few = all || n <= PARTNERS_AT_FIRST ? n : PARTNERS_AT_FIRST;
    int64_t most = most_of(list), changed = sums_count(s->sums, "partners_changed");
    size_t front = from_front(list, few);
    struct report_view *v = s->v;
    v->partners = ARENA_ARRAY(s->call->arena, few + 1, struct winner_view);
    for (size_t i = 0; i < few; i++)
        TRY(fill_partner(
            s, json_array_get(list, i < front ? i : n - few + i), most, &v->partners[v->n_partners++]));
    if (few < n) {
        v->all_partners =
            arena_printf(s->call->arena, TR(s->call, "All %s partners"), fmt_int(s->html, changed));
        v->all_partners_href = arena_printf(s->call->arena, "%s?partners=all", s->path);
    }
    int64_t knocks = sums_count(s->sums, "knock_ons");
    v->knock_ons =
        knocks ? arena_printf(s->call->arena,
                     trn(call_lang(s->call),
                         "%s change is a knock-on effect: an earlier registration went otherwise.",
                         "%s changes are knock-on effects: an earlier registration went otherwise.", knocks),
                     fmt_int(s->html, knocks))
               : TR(s->call, "No change is a knock-on effect of another.");
    return OK;
}

void report_groups(
    struct sight *s, const char *key, const char *list_name, struct winner_view **out, size_t *n)
{
    const json_t *list = json_object_get(s->sums, key);
    int64_t most = most_of(list);
    size_t i;
    json_t *t;
    *out = ARENA_ARRAY(s->call->arena, json_array_size(list) + 1, struct winner_view);
    json_array_foreach(list, i, t)
    {
        struct winner_view *w = &(*out)[(*n)++];
        w->name = catalog_label(
            call_lang(s->call), s->call->catalog, list_name, json_string_value(json_object_get(t, "key")));
        w->sub = arena_printf(s->call->arena,
            trn(call_lang(s->call), "%s decision", "%s decisions", sums_count(t, "cases")),
            fmt_int(s->html, sums_count(t, "cases")));
        fill_winner(s, t, most, w);
    }
}
