/* The guide: what holds for all nouns, each with an example of one of them. */
#include "face/dispatch.h"
#include "face/docs.h"

const struct docs_guide_part docs_guide_parts[] = {
    {"start", N_("First call")},
    {"values", N_("Values")},
    {"pages", N_("Pages of a list")},
    {"filters", N_("Filters and search")},
    {"sorting", N_("Sorting and fields")},
    {"writing", N_("Writing once")},
    {"versions", N_("Versions")},
    {"many", N_("Many rows")},
    {"exports", N_("Exports")},
    {"following", N_("Following changes")},
    {"limits", N_("Limits")},
    {"problems", N_("Problems")},
    {0},
};

/* ---- problems ---- */

/* What to do about it, where that is not said by the answer itself. */
static const char *cure(enum problem_code code)
{
    switch (code) {
    case PROBLEM_invalid:
        return N_("Each entry of errors names a field and what it takes. Nothing was stored.");
    case PROBLEM_malformed: return N_("The detail says where reading stopped.");
    case PROBLEM_not_signed_in: return N_("Send a token that is neither expired nor revoked.");
    case PROBLEM_forbidden: return N_("Ask for a role or for token scopes that allow it.");
    case PROBLEM_not_found: return N_("It does not exist, or it is not yours to see; both look the same.");
    case PROBLEM_method: return N_("The header Allow lists the methods.");
    case PROBLEM_conflict: return N_("Read the row again, then decide anew.");
    case PROBLEM_state: return N_("Read the row: its state does not allow this step.");
    case PROBLEM_stale: return N_("Read the row again and send its ETag as If-Match.");
    case PROBLEM_too_large: return N_("Send less at a time; files go through imports.");
    case PROBLEM_media_type: return N_("Send Content-Type: application/json.");
    case PROBLEM_idempotency: return N_("Use a new key for a new request.");
    case PROBLEM_too_many: return N_("Wait as long as Retry-After says.");
    case PROBLEM_unavailable: return N_("Try again after Retry-After, with the same Idempotency-Key.");
    case PROBLEM_COUNT: break;
    }
    return "";
}

static void show_problems(struct call *c, struct docs_view *view)
{
    struct docs_problem *problems = ARENA_ARRAY(c->arena, PROBLEM_COUNT, struct docs_problem);
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        enum problem_code code = (enum problem_code)i;
        problems[i] = (struct docs_problem){.code = problem_name(code),
            .title = TR(c, problem_title(code)),
            .cure = TR(c, cure(code)),
            .status = problem_status(code)};
    }
    view->problems = problems;
    view->n_problems = PROBLEM_COUNT;
}

/* ---- examples ---- */

/* The first noun of which programs make rows: most of them come for it. */
static const struct noun *usual_noun(const struct docs_view *view, const struct model *m)
{
    for (size_t i = 0; i < view->n_nouns; i++)
        if (!view->nouns[i]->hidden && noun_creator(m, view->nouns[i]))
            return view->nouns[i];
    return view->nouns[0];
}

static const char *path(struct call *c, const struct noun *noun, const char *behind)
{
    return arena_printf(c->arena, "/%s%s", noun->plural, behind);
}

static struct example one(const char *address)
{
    struct example e = {0};
    example_add(&e, "GET", address);
    return e;
}

/* Two pages, one after the other. */
static struct example two_pages(struct call *c, const struct noun *noun)
{
    struct example e = one(path(c, noun, "?limit=2"));
    e.steps[0].name = "next";
    e.steps[0].take = ".next";
    example_add(&e, "GET", path(c, noun, "?limit=2&after={{next}}"));
    return e;
}

/* A verb with a key; what comes again gets the same answer. */
static struct example once(const struct schema *s, const struct noun *noun)
{
    struct example e;
    example_verb(s, noun_creator(s->model, noun), &e);
    struct example_step *call = &e.steps[e.n - 1];
    call->header = "Idempotency-Key";
    call->header_value = "import-2026-0042";
    return e;
}

/* A change that is refused when somebody else was faster. */
static struct example unchanged(struct call *c, const struct schema *s)
{
    struct example e = {0};
    for (size_t i = 0; c->model->verbs[i]; i++) {
        const struct verb *v = c->model->verbs[i];
        if (!streq(v->name, "update") || v->example.after || !verb_offered(v))
            continue;
        example_verb(s, v, &e);
        struct example_step call = e.steps[e.n - 1];
        e.steps[e.n - 1] =
            (struct example_step){.name = "version", .take = ".version", .method = "GET", .path = call.path};
        call.header = "If-Match";
        call.header_value = "\"{{version}}\"";
        *example_add(&e, call.method, call.path) = call;
        break;
    }
    return e;
}

static struct example kept(struct call *c, const struct noun *noun)
{
    struct example e = one(path(c, noun, "?limit=1"));
    e.steps[0].name = "id";
    e.steps[0].take = ".items[0].id";
    struct example_step *read = example_add(&e, "GET", path(c, noun, "/{{id}}"));
    read->name = "version";
    read->take = ".version";
    read = example_add(&e, "GET", path(c, noun, "/{{id}}"));
    read->header = "If-None-Match";
    read->header_value = "\"{{version}}\"";
    read->save = "unchanged"; /* 304 has no content */
    return e;
}

static struct example following(struct call *c, const struct noun *noun)
{
    struct example e = one(path(c, noun, "?sort=-created&limit=1"));
    e.steps[0].name = "since";
    e.steps[0].take = ".items[0].created";
    example_add(&e, "GET", path(c, noun, "?sort=created&created[at_least]={{since}}"));
    return e;
}

static struct example bulk(const struct schema *s)
{
    struct example e = {0};
    for (size_t i = 0; s->model->nouns[i]; i++)
        if (noun_bulk(s->model, s->model->nouns[i])) {
            example_bulk(s, s->model->nouns[i], &e);
            break;
        }
    return e;
}

void docs_fill_guide(struct call *c, struct docs_view *view)
{
    const struct schema s = schema_of(c->arena, c->model, c);
    const struct noun *noun = usual_noun(view, c->model);
    struct example e[GUIDE_EXAMPLES] = {
        [GUIDE_FIRST] = one(path(c, noun, "?limit=1")),
        [GUIDE_PAGES] = two_pages(c, noun),
        [GUIDE_SEARCH] = one(path(c, noun, "?created[at_least]=2026-01-01T00:00:00Z&search=a")),
        [GUIDE_SORT] = one(path(c, noun, "?sort=-created&fields=version,created&limit=5")),
        [GUIDE_ONCE] = once(&s, noun),
        [GUIDE_UNCHANGED] = unchanged(c, &s),
        [GUIDE_KEPT] = kept(c, noun),
        [GUIDE_MANY] = bulk(&s),
        [GUIDE_FOLLOW] = following(c, noun),
    };
    example_list(&s, noun, &e[GUIDE_FILTERS]);
    example_export(&s, noun, &e[GUIDE_EXPORT]);
    for (int i = 0; i < GUIDE_EXAMPLES; i++)
        docs_show(c, view->base, &e[i], NULL, &view->guide[i]);
    show_problems(c, view);
}
