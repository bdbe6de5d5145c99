#include "domain/opportunity/pipeline.h"

const struct part_tab *pipeline_tabs(struct call *c, const char *current, size_t *n)
{
    static const struct {
        const char *label, *href;
    } all[] = {{N_("Board"), "/pipeline"}, {N_("List"), "/opportunities?state=open"},
        {N_("Forecast"), "/pipeline/forecast"}, {N_("Weekly review"), "/pipeline/review"}};
    struct part_tab *tabs = ARENA_ARRAY(c->arena, COUNT(all), struct part_tab);
    for (size_t i = 0; i < COUNT(all); i++)
        tabs[i] = (struct part_tab){
            .label = TR(c, all[i].label), .href = all[i].href, .current = streq(all[i].href, current)};
    *n = COUNT(all);
    return tabs;
}

int stage_index(const struct programme *p, const char *stage)
{
    const struct catalog_list *stages = catalog_find(&p->catalog, "stages");
    const struct catalog_item *item = stages && stage ? catalog_item(stages, stage) : NULL;
    return item ? (int)(item - stages->items) : -1;
}

const char *stage_label(struct call *c, const struct programme *p, const char *stage)
{
    int at = stage_index(p, stage);
    if (at >= 0)
        return catalog_find(&p->catalog, "stages")->items[at].label[call_lang(c)];
    return stage ? stage : TR(c, "No stage");
}

const char *stages_of(struct call *c, const struct programme *p, enum forecast_category category)
{
    const struct catalog_list *stages = catalog_find(&p->catalog, "stages");
    struct buf b = buf_in(c->arena, 1 << 13);
    for (size_t i = 0; stages && i < stages->n; i++)
        if (p->stages[i].forecast == category)
            buf_addf(&b, "%s%s", b.len ? "," : "", stages->items[i].key);
    return buf_str(&b);
}

const char *stages_counted(struct call *c, const struct programme *p)
{
    struct buf b = buf_in(c->arena, 1 << 14);
    for (int i = 0; i < FORECAST_OMITTED; i++) {
        const char *some = stages_of(c, p, (enum forecast_category)i);
        buf_addf(&b, "%s%s", b.len && *some ? "," : "", some);
    }
    return buf_str(&b);
}
