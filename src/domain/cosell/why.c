/* Why this partner, why now: the stored figures in words, and what the pages share. */
#include "base/id.h"
#include "base/json.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/view.h"

static const struct {
    const char *key, *label;
    int most;
} parts[RANK_PARTS] = {{"foothold", N_("Why now"), RANK_FOOTHOLD_MAX},
    {"tie", N_("Relationship"), RANK_TIE_MAX}, {"fit", N_("Fit"), 20}, {"speed", N_("Answers"), 10},
    {"load", N_("Load"), 0}};

static const struct cosell_source *find_source(const struct cosell_source *all, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].key, key))
            return &all[i];
    return NULL; /* of a version that knew more */
}

static const char *day_text(struct html *h, const json_t *found)
{
    const char *day = json_string_value(json_object_get(found, "day"));
    struct date d;
    return day && date_parse(day, &d) ? fmt_day(h, d) : NULL;
}

/* The words of a source are in the catalogs, and their one %s is its day. */
static const char *when_text(struct call *c, const char *when, const char *day)
{
    const char *at = strstr(when, "%s");
    return arena_printf(c->arena, "%.*s%s%s", (int)(at - when), when, day, at + 2);
}

static void add_line(struct why_view *v, const char *mark, const char *text, const char *detail)
{
    v->lines[v->n++] = (struct why_line){mark, text, detail, false};
}

static void add_fit(struct why_view *v, bool good, const char *text, const char *detail)
{
    v->lines[v->n++] = (struct why_line){good ? "ok" : "risk", text, detail, good};
}

static void add_foothold(struct call *c, struct html *h, const json_t *found, struct why_view *v)
{
    const struct cosell_source *s =
        find_source(cosell_footholds, COSELL_N_FOOTHOLDS, json_string_value(json_object_get(found, "key")));
    const char *day = day_text(h, found);
    if (s)
        add_line(v, "review", TR(c, s->label), s->when && day ? when_text(c, TR(c, s->when), day) : NULL);
}

static void add_tie(struct call *c, struct html *h, const json_t *found, struct why_view *v)
{
    const struct cosell_source *s =
        find_source(cosell_ties, COSELL_N_TIES, json_string_value(json_object_get(found, "key")));
    int64_t n = json_integer_value(json_object_get(found, "n"));
    const char *day = day_text(h, found);
    if (!s)
        return;
    const char *last = day && s->when ? when_text(c, TR(c, s->when), day) : NULL;
    const char *times = n > 1 ? arena_printf(c->arena, TR(c, "%s times"), fmt_int(h, n)) : NULL;
    add_line(v, "ok", TR(c, s->label),
        times && last ? arena_printf(c->arena, "%s, %s", times, last)
        : times       ? times
                      : last);
}

static void add_fits(struct call *c, struct html *h, const json_t *e, struct why_view *v)
{
    int64_t asked = json_integer_value(json_object_get(e, "asked")),
            answered = json_integer_value(json_object_get(e, "answered")),
            hours = json_integer_value(json_object_get(e, "answer_hours")),
            open = json_integer_value(json_object_get(e, "open"));
    if (json_is_true(json_object_get(e, "certified")))
        add_fit(v, true, TR(c, cosell_fits[COSELL_FIT_certified].label), NULL);
    if (json_is_true(json_object_get(e, "covers")))
        add_fit(v, true, TR(c, cosell_fits[COSELL_FIT_covers].label), NULL);
    if (asked)
        add_fit(v, 2 * answered > asked,
            arena_printf(c->arena,
                trn(call_lang(c), "Answered %s of %s request", "Answered %s of %s requests", asked),
                fmt_int(h, answered), fmt_int(h, asked)),
            answered ? arena_printf(c->arena, trn(call_lang(c), "after %s hour", "after %s hours", hours),
                           fmt_int(h, hours))
                     : NULL);
    add_fit(v, open <= RANK_FREE_LOAD,
        arena_printf(c->arena,
            trn(call_lang(c), "%s open deal or request", "%s open deals and requests", open),
            fmt_int(h, open)),
        NULL);
}

bool why_read(struct call *c, struct html *h, const char *evidence, int64_t score, struct why_view *out)
{
    const char *error;
    const json_t *e = evidence ? json_read(c->arena, evidence, strlen(evidence), &error) : NULL,
                 *points = json_object_get(e, "points"), *ties = json_object_get(e, "ties");
    *out = (struct why_view){.score = score};
    if (!json_is_object(e))
        return false;
    out->lines = ARENA_ARRAY(c->arena, json_array_size(ties) + 8, struct why_line);
    for (int i = 0; i < RANK_PARTS; i++)
        out->parts[i] = (struct why_part){TR(c, parts[i].label),
            (int)json_integer_value(json_object_get(points, parts[i].key)), parts[i].most};
    add_foothold(c, h, json_object_get(e, "foothold"), out);
    for (size_t i = 0; i < json_array_size(ties); i++)
        add_tie(c, h, json_array_get(ties, i), out);
    add_fits(c, h, e, out);
    return true;
}

const struct part_tab *cosell_tabs(struct call *c, const char *current, size_t *n)
{
    static const struct page *const pages[] = {&cosell_finder_page, &cosell_learned_page};
    struct part_tab *t = ARENA_ARRAY(c->arena, COUNT(pages), struct part_tab);
    *n = 0;
    for (size_t i = 0; i < COUNT(pages); i++)
        t[(*n)++] = (struct part_tab){.label = TR(c, pages[i]->title),
            .href = pages[i]->path,
            .current = streq(pages[i]->path, current)};
    return t;
}

void cosell_offer(struct call *c, const struct act_form *form, const char *field, const char *prefix,
    const char *none, const struct rows *rows)
{
    struct part_option *o = ARENA_ARRAY(c->arena, rows->n + 1, struct part_option);
    struct part_field *f = act_form_field(form, field);
    o[0] = (struct part_option){"", none};
    for (size_t i = 0; i < rows->n; i++)
        o[i + 1] =
            (struct part_option){id_text(c->arena, prefix, cell_int(rows, i, 0)), cell_string(rows, i, 1)};
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = rows->n + 1;
    f->hint = NULL;
}

const char *cosell_ask_href(
    struct call *c, int64_t partner_id, int64_t opportunity_id, int64_t account_id, const char *origin)
{
    struct buf b = buf_in(c->arena, 512);
    buf_addf(&b, "/%s/create?origin=%s", cosell_request_noun.plural, origin);
    if (partner_id)
        buf_addf(&b, "&partner_id=%s", id_text(c->arena, "prt", partner_id));
    if (opportunity_id)
        buf_addf(&b, "&opportunity_id=%s", id_text(c->arena, opportunity_noun.prefix, opportunity_id));
    else if (account_id)
        buf_addf(&b, "&account_id=%s", id_text(c->arena, "acc", account_id));
    return buf_str(&b);
}
