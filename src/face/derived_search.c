/* Search over everything that the viewer may see, and what he can make, by words. */
#include "base/id.h"
#include "base/text.h"
#include "face/derived_form.html.h"
#include "face/derived_view.h"

#define SEARCH_RESULTS 64

/* Whether a word of TEXT begins so. */
static bool has_beginning(struct call *c, const char *text, const char *folded)
{
    size_t n = strlen(folded);
    for (const char *p = text_fold(c->arena, text); *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (strncmp(p, folded, n) == 0)
            return true;
    return false;
}

/* What the viewer can make, by the name of it. */
static void find_acts(struct call *c, const char *query, struct search_view *v)
{
    const char *folded = text_fold(c->arena, query);
    for (size_t i = 0; c->model->verbs[i] && v->n < SEARCH_RESULTS; i++) {
        const struct verb *verb = c->model->verbs[i];
        if (verb->on != ON_COLLECTION || verb->hidden || verb->session || verb->partial || verb->reads ||
            !verb_allowed(verb, c->viewer) || !has_beginning(c, TR(c, verb->label), folded))
            continue;
        v->results[v->n++] = (struct result_view){.label = TR(c, verb->label),
            .href = arena_printf(c->arena, "/%s/%s", verb->noun->plural, verb->name),
            .icon = "plus",
            .kind = TR(c, "Do")};
    }
}

enum status derived_search(struct call *c, struct page_request *r, struct html *h)
{
    struct search_view v = {.query = page_query(r, "q")};
    v.results = ARENA_ARRAY(c->arena, SEARCH_RESULTS, struct result_view);
    for (size_t i = 0; c->model->nouns[i] && v.query && *text_squeeze(c->arena, v.query); i++) {
        const struct noun *noun = c->model->nouns[i];
        bool searchable = false;
        for (size_t k = 0; k < noun->n_fields; k++)
            searchable |= noun->fields[k].search;
        if (!searchable || !noun_readable(noun, c->viewer))
            continue;
        struct list list;
        TRY(noun_find(c, noun, v.query, 6, &list));
        for (size_t k = 0; k < list.n && v.n < SEARCH_RESULTS; k++)
            v.results[v.n++] = (struct result_view){.label = list.rows[k].name,
                .href = arena_printf(
                    c->arena, "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, list.rows[k].id)),
                .icon = noun->icon,
                .kind = TR(c, noun->label)};
    }
    if (v.query && *text_squeeze(c->arena, v.query))
        find_acts(c, text_squeeze(c->arena, v.query), &v);
    r->shell->title = TR(c, "Search");
    if (r->fragment)
        derived_results(h, &v);
    else
        derived_search_page(h, &v);
    return OK;
}
