/* Duplicates, the comparison of two, and the way back. */
#include "base/id.h"
#include "domain/merge/merge_view.h"
#include "domain/merge/pages.html.h"
#include "domain/merge/split.h"
#include "domain/registration/evidence_view.h"

static const char *row_href(struct call *c, const char *kind, const char *id)
{
    const struct merge_kind *k = merge_kind(kind);
    return k ? arena_printf(c->arena, "/%s/%s", k->noun->plural, id) : NULL;
}

/* ---- the list ---- */

static void fill_pair(struct call *c, const struct row *row, struct pair_view *v)
{
    struct duplicate d;
    row_record(&duplicate_noun, row, &d);
    const struct state *state = row_state(&duplicate_noun, row);
    *v = (struct pair_view){.id = id_text(c->arena, duplicate_noun.prefix, row->id),
        .one = d.one_name,
        .other = d.other_name,
        .one_href = row_href(c, d.kind, d.one),
        .other_href = row_href(c, d.kind, d.other),
        .kind = option_label(call_lang(c), merge_kinds, d.kind),
        .evidence = evidence_words(c, d.evidence),
        .merge_href = arena_printf(c->arena, "/merge?kind=%s&kept=%s&gone=%s", d.kind, d.one, d.other),
        .mark = state ? state->mark : "gone",
        .state = state ? TR(c, state->label) : d.state,
        .score = d.score,
        .open = streq(d.state, "open"),
        .dismissed = streq(d.state, "dismissed")};
}

static void fill_tabs(struct call *c, const char *state, struct duplicates_view *v)
{
    static const char *const labels[] = {N_("Open"), N_("Not the same"), N_("Merged")};
    static const char *const keys[] = {"open", "dismissed", "merged"};
    v->tabs = ARENA_ARRAY(c->arena, COUNT(keys), struct part_tab);
    for (size_t i = 0; i < COUNT(keys); i++)
        v->tabs[v->n_tabs++] = (struct part_tab){.label = TR(c, labels[i]),
            .href = arena_printf(c->arena, "/duplicates?state=%s", keys[i]),
            .current = streq(keys[i], state)};
}

static bool is_running(const struct duplicate_search *s)
{
    return !streq(s->state, "done");
}

static const char *running_text(struct call *c, struct html *h, const struct duplicate_search *s)
{
    return streq(s->state, "waiting") ? TR(c, "Waiting for its turn.")
                                      : arena_printf(c->arena, TR(c, "Comparing: %s."),
                                            fmt_percent(h, (double)s->progress / 100, 0));
}

static const char *found_text(struct call *c, const struct duplicate_search *s)
{
    if (!s->found)
        return TR(c, "No new pairs");
    return arena_printf(
        c->arena, trn(call_lang(c), "%d new pair", "%d new pairs", (int)s->found), (int)s->found);
}

/* How the newest search stands. */
static enum status fill_search(struct call *c, struct html *h, struct duplicates_view *v)
{
    struct list list;
    struct list_query q = {.limit = 1};
    struct duplicate_search s;
    TRY(noun_list(c, &duplicate_search_noun, &q, &list));
    if (!list.n)
        return OK;
    row_record(&duplicate_search_noun, &list.rows[0], &s);
    v->search_href = arena_printf(
        c->arena, "/duplicate-searches/%s", id_text(c->arena, duplicate_search_noun.prefix, list.rows[0].id));
    v->search = is_running(&s) ? running_text(c, h, &s)
                               : arena_printf(c->arena, TR(c, "Compared %s: %s"), fmt_ago(h, s.finished),
                                     found_text(c, &s));
    return OK;
}

static enum status show_search(struct call *c, struct page_request *r, struct html *h)
{
    struct duplicate_search s;
    int64_t id;
    if (streq(r->param[0], duplicate_find.name) && verb_allowed(&duplicate_find, c->viewer))
        return derived_form(c, r, h, &duplicate_find, 0); /* the verb's form stands at that place */
    if (!id_parse(duplicate_search_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_load(c, &duplicate_search_noun, id, &s));
    const char *text = id_text(c->arena, duplicate_search_noun.prefix, id);
    struct looking_view v = {.title = TR(c, "Search for duplicates"),
        .lead = s.name,
        .path = arena_printf(c->arena, "/duplicate-searches/%s", text),
        .progress = running_text(c, h, &s),
        .percent = (int)s.progress,
        .running = is_running(&s),
        .result = found_text(c, &s),
        .result_href = arena_printf(c->arena, "/duplicates?search_id=%s&state=open", text),
        .again = verb_allowed(&duplicate_find, c->viewer) ? "/duplicate-searches/find" : NULL};
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Duplicates"), "/duplicates"};
    crumbs[1] = (struct shell_crumb){v.title, NULL};
    r->shell->refresh = v.running ? 2 : 0;
    r->shell->title = v.title;
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    looking_whole(h, &v);
    return OK;
}

const struct page duplicate_search_page = {.path = "/duplicate-searches/:id",
    .title = N_("Search for duplicates"),
    .roles = ADMIN | OPERATIONS | AUDITOR,
    .show = show_search};

static enum status show_duplicates(struct call *c, struct page_request *r, struct html *h)
{
    struct list_query q;
    struct list list;
    struct list_view frame;
    const char *state = page_query(r, "state");
    struct duplicates_view v = {
        .csrf = r->csrf, .may = verb_allowed(&duplicate_dismiss, c->viewer), .list = &frame};
    TRY(list_view_load(c, r, &duplicate_noun, &q, &list, &frame));
    if (!state || !*state) {
        state = "open";
        q.filters[q.n_filters++] = (struct filter){"state", "is", state};
        TRY(noun_list(c, &duplicate_noun, &q, &list));
        frame.next = list.next ? list_href(c, r, &duplicate_noun, "after", list.next) : NULL;
        frame.chips = ARENA_NEW(c->arena, struct chip_view); /* so that all means all of these */
        *frame.chips = (struct chip_view){.name = "state", .given = state};
        frame.n_chips = 1;
    }
    fill_tabs(c, state, &v);
    v.lead = TR(c, "Accounts, partners and people that may be there twice. Compare them, then merge or note "
                   "that they are two.");
    v.pairs = ARENA_ARRAY(c->arena, list.n + 1, struct pair_view);
    for (size_t i = 0; i < list.n; i++)
        fill_pair(c, &list.rows[i], &v.pairs[v.n++]);
    v.empty = (struct part_empty){.icon = "org",
        .title = TR(c, "Nothing here"),
        .text = TR(c,
            "Look for duplicates after an import, or when two partners claim one customer under two names."),
        .action = v.may ? TR(c, "Look for duplicates") : NULL,
        .action_href = "/duplicate-searches/find"};
    TRY(fill_search(c, h, &v));
    duplicates_whole(h, &v);
    return OK;
}

const struct page duplicates_page = {.path = "/duplicates",
    .title = N_("Duplicates"),
    .roles = ADMIN | OPERATIONS | AUDITOR,
    .nav = N_("Programme"),
    .icon = "swap",
    .show = show_duplicates};

/* ---- the comparison ---- */

static void fill_values(struct call *c, struct html *h, const struct merge_plan *p, struct merge_view *v)
{
    const struct noun *noun = p->kind->noun;
    v->values = ARENA_ARRAY(c->arena, noun->n_fields + 1, struct value_view);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (p->differ >> i & 1)
            v->values[v->n_values++] = (struct value_view){.name = noun->fields[i].name,
                .label = TR(c, noun->fields[i].label),
                .kept = value_text(c, h, noun, &p->kept, i),
                .gone = value_text(c, h, noun, &p->gone, i),
                .take = p->take >> i & 1};
}

static void fill_counts(struct call *c, struct html *h, const struct merge_plan *p, struct merge_view *v)
{
    v->counts = ARENA_ARRAY(c->arena, p->n_moves + 3, struct count_view);
    for (size_t i = 0; i < p->n_moves; i++)
        v->counts[v->n_counts++] =
            (struct count_view){arena_printf(c->arena, "%s (%s)", TR(c, p->moves[i].noun->labels),
                                    TR(c, p->moves[i].field->label)),
                fmt_int(h, (int64_t)p->moves[i].n)};
    if (p->tokens)
        v->counts[v->n_counts++] = (struct count_view){TR(c, "API tokens that end"), fmt_int(h, p->tokens)};
    if (p->sessions)
        v->counts[v->n_counts++] = (struct count_view){TR(c, "Sessions that end"), fmt_int(h, p->sessions)};
}

static enum status named(struct call *c, const char *noun, int64_t id, const char **out)
{
    const struct noun *n = model_noun(c->model, noun);
    struct row row;
    TRY(noun_get_whole(c, n, id, &row));
    *out = row.name ? row.name : "";
    return OK;
}

static enum status fill_claims(struct call *c, const struct merge_plan *p, struct merge_view *v)
{
    v->claims = ARENA_ARRAY(c->arena, p->n_claims + 1, struct claim_view);
    for (size_t i = 0; i < p->n_claims; i++) {
        const struct merge_claim *k = &p->claims[i];
        const char *partner, *line, *other = "";
        TRY(named(c, "partner", k->partner_id, &partner));
        TRY(named(c, "product_line", k->line_id, &line));
        if (k->other_id)
            TRY(named(c, "partner", k->other_partner_id, &other));
        struct claim_view *out = &v->claims[v->n_claims++];
        if (!k->other_id)
            *out = (struct claim_view){"ok", arena_printf(c->arena, TR(c, "%s, %s: moves."), partner, line)};
        else if (k->own)
            *out = (struct claim_view){
                "risk", arena_printf(c->arena,
                            TR(c, "%s, %s: held twice; the older stays, the younger ends."), partner, line)};
        else
            *out = (struct claim_view){"review",
                arena_printf(c->arena, TR(c, "%s and %s both hold %s: both stay, and a dispute is opened."),
                    partner, other, line)};
    }
    return OK;
}

static const char *asked(struct page_request *r, const char *name)
{
    const char *v = r->n_given ? given_text(r, name) : page_query(r, name);
    return v ? v : "";
}

static enum status show_merge(struct call *c, struct page_request *r, struct html *h)
{
    struct merge_plan p;
    struct merge_view v = {.csrf = r->csrf,
        .kind = asked(r, "kind"),
        .kept = asked(r, "kept"),
        .gone = asked(r, "gone"),
        .why = asked(r, "why"),
        .problem = r->problem,
        .title = TR(c, "Merge two"),
        .lead =
            TR(c, "What belongs to the one that goes moves to the one that stays. It can be split again.")};
    v.page = arena_printf(c->arena, "/merge?kind=%s&kept=%s&gone=%s", v.kind, v.kept, v.gone);
    v.swap = arena_printf(c->arena, "/merge?kind=%s&kept=%s&gone=%s", v.kind, v.gone, v.kept);
    enum status s = merge_plan_read(c, v.kind, v.kept, v.gone, NULL, &p);
    if (s != OK && s != REFUSED)
        return s;
    if (s == REFUSED && !v.problem)
        v.problem = c->problem;
    c->problem = NULL;
    if (s == OK) {
        v.kept_name = p.kept.name;
        v.gone_name = p.gone.name;
        v.kept_href = row_href(c, v.kind, v.kept);
        v.gone_href = row_href(c, v.kind, v.gone);
        v.title = arena_printf(c->arena, TR(c, "Merge %s into %s"), v.gone_name, v.kept_name);
        fill_values(c, h, &p, &v);
        fill_counts(c, h, &p, &v);
        TRY(fill_claims(c, &p, &v));
    }
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Duplicates"), "/duplicates"};
    crumbs[1] = (struct shell_crumb){TR(c, "Merge"), NULL};
    r->shell->title = v.title;
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    merge_whole(h, &v);
    return OK;
}

const struct page merge_page = {
    .path = "/merge", .title = N_("Merge two"), .roles = MERGERS, .show = show_merge};

/* ---- the way back ---- */

#define CHANGED_SHOWN 200

static enum status fill_changed(struct call *c, const struct split_plan *p, struct split_view *v)
{
    v->changed = ARENA_ARRAY(c->arena, CHANGED_SHOWN, struct changed_view);
    for (size_t i = 0; i < p->n && v->n_changed < CHANGED_SHOWN; i++) {
        const struct split_row *r = &p->rows[i];
        struct row row;
        if (r->way != SPLIT_CHANGED)
            continue;
        TRY(noun_get_whole(c, r->noun, r->id, &row));
        v->changed[v->n_changed++] = (struct changed_view){.id = r->text,
            .text = arena_printf(c->arena, "%s: %s", TR(c, r->noun->label), row.name ? row.name : r->text)};
    }
    return OK;
}

static enum status show_split(struct call *c, struct page_request *r, struct html *h)
{
    int64_t id;
    struct row row;
    struct split_plan p;
    if (!id_parse(merge_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &merge_noun, id, &row));
    TRY(split_plan_read(c, id, &p));
    const char *record = arena_printf(c->arena, "/merges/%s", r->param[0]);
    struct split_view v = {.csrf = r->csrf,
        .problem = r->problem,
        .title = arena_printf(c->arena, TR(c, "Split %s from %s"), p.merge.gone_name, p.merge.kept_name),
        .lead = TR(c, "What was moved and not changed since goes back. Ended tokens and sessions do not."),
        .action = arena_printf(c->arena, "%s/split", record),
        .page = arena_printf(c->arena, "%s/split", record),
        .cancel = record};
    v.counts = ARENA_ARRAY(c->arena, 3, struct count_view);
    static const char *const labels[] = {
        N_("Go back"), N_("Changed since"), N_("Belong to somebody else by now")};
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!i || p.n_way[i])
            v.counts[v.n_counts++] = (struct count_view){TR(c, labels[i]), fmt_int(h, (int64_t)p.n_way[i])};
    TRY(fill_changed(c, &p, &v));
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Merges"), "/merges"};
    crumbs[1] = (struct shell_crumb){TR(c, "Split again"), NULL};
    r->shell->title = v.title;
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    split_whole(h, &v);
    return OK;
}

const struct page split_page = {
    .path = "/merges/:id/split", .title = N_("Split again"), .roles = MERGERS, .show = show_split};
