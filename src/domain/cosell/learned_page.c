/* Which reasons led to what: of each, how many requests were asked for it, accepted, and won. */
#include "domain/cosell/finder.html.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/view.h"

static bool speaks_of(const char *reasons, const char *key)
{
    char word[48];
    snprintf(word, sizeof word, ",%s,", key);
    return strstr(reasons, word) != NULL;
}

/* Of rows (reasons, state, the deal's state, how many), those that name KEY; NULL: all. */
static struct learned_line count(const struct rows *rows, const char *key)
{
    struct learned_line l = {0};
    for (size_t i = 0; i < rows->n; i++) {
        const char *state = cell_string(rows, i, 1), *deal = cell_string(rows, i, 2);
        int64_t n = cell_int(rows, i, 3);
        bool open = streq(state, "asked") || streq(state, "escalated") || streq(state, "withdrawn");
        if (open || (key && !speaks_of(cell_string(rows, i, 0), key)))
            continue;
        l.ended += n;
        l.accepted += streq(state, "accepted") ? n : 0;
        l.won += streq(deal, "won") ? n : 0;
        l.closed += streq(deal, "won") || streq(deal, "lost") ? n : 0;
    }
    return l;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct learned_view v = {.lines = ARENA_ARRAY(c->arena, 64, struct learned_line)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select q.reasons, q.state, o.state, count(*) from cosell_request q left join opportunity o on o.id "
        "= "
        "q.deal_id where q.asked_by = 'vendor' and q.reasons is not null group by q.reasons, q.state, "
        "o.state",
        NULL, 0));
    v.tabs = cosell_tabs(c, "/cosell/reasons", &v.n_tabs);
    for (const struct option *o = cosell_reason_options; o->key && v.n < 63; o++) {
        struct learned_line l = count(&rows, o->key);
        l.label = TR(c, o->label);
        l.href = arena_printf(c->arena, "/%s?reasons=%s", cosell_request_noun.plural, o->key);
        if (l.ended)
            v.lines[v.n++] = l;
    }
    v.all = count(&rows, NULL);
    (void)r;
    cosell_learned_whole(h, &v);
    return OK;
}

const struct page cosell_learned_page = {
    .path = "/cosell/reasons", .title = N_("What led to wins"), .roles = VENDOR_ROLES, .show = show};
