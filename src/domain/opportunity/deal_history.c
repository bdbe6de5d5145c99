/*
 * An opportunity's history: its own events and those of its team, products, plan, comments and files, as far
 * as the viewer sees these rows. A partner reads the names of its own people; whoever else acted was the
 * vendor.
 */
#include "base/id.h"
#include "base/json.h"
#include "domain/opportunity/deal_view.h"
#include "domain/opportunity/pipeline.h"

#define MOMENTS "60"

/* $1 the opportunity, $2 the viewer's partner or 0, $3 the opportunity's id as it is shown. */
#define COLUMNS "select e.seq, e.at, e.noun, e.verb, e.payload, e.actor_id, "
#define OF(noun, about, rows)                                                                                \
    " union all " COLUMNS about " from event e where e.noun = '" noun                                        \
    "' and e.row_id in (select x.id from " noun " x where " rows ")"
#define SHARED "x.opportunity_id = $1 and (cast($2 as bigint) = 0 or x.partner_id = $2)"
static const char history_sql[] =
    "select h.at, h.noun, h.verb, h.payload, h.actor_id, case when cast($2 as bigint) = 0 or p.partner_id = "
    "$2 then p.name "
    "end, h.about from (" COLUMNS
    "cast(null as text) as about from event e where e.noun = 'opportunity' and e.row_id = $1" OF(
        "opportunity_member",
        "(select coalesce(r.name, w.name) from opportunity_member m left join partner r on r.id = "
        "m.partner_id left join person w on w.id = m.person_id where m.id = e.row_id)",
        "x.opportunity_id = $1 and (cast($2 as bigint) = 0 or x.partner_id = $2 or x.partner_id is null)")
        OF("opportunity_"
           "line",
            "(select l.name from opportunity_line o join product_line l on l.id = o.product_line_id where "
            "o.id = e.row_id)",
            "x.opportunity_id = $1") OF("plan_step", "(select s.text from plan_step s where s.id = e.row_id)",
            SHARED) OF("opportunity_comment", "cast(null as text)", SHARED) OF("file",
            "(select f.name from file f where f.id = e.row_id)",
            "x.attached_to = $3 and (cast($2 as bigint) = 0 or x.partner_id = $2)") ") h left join person p "
                                                                                    "on p.id = h.actor_id "
                                                                                    "where cast($2 as "
                                                                                    "bigint) = 0 or h.at >= "
                                                                                    "(select m.created "
                                                                                    "from "
                                                                                    "opportunity_member m "
                                                                                    "where m.opportunity_id "
                                                                                    "= $1 and m.partner_id = "
                                                                                    "$2) order by h.seq "
                                                                                    "desc limit " MOMENTS;

static const char *change_text(
    struct call *c, struct html *h, const struct programme *p, const char *verb, const char *payload)
{
    const char *error;
    const json_t *json = json_read(c->arena, payload, strlen(payload), &error);
    const json_t *before = json_object_get(json, "before"), *after = json_object_get(json, "after");
    if (streq(verb, "move") || streq(verb, "move_back"))
        return arena_printf(c->arena, TR(c, "Stage: %s → %s"),
            stage_label(c, p, json_string_value(json_object_get(before, "stage"))),
            stage_label(c, p, json_string_value(json_object_get(after, "stage"))));
    if (streq(verb, "reschedule") && json_object_get(after, "closes")) {
        struct date day = {(int32_t)json_integer_value(json_object_get(after, "closes"))};
        return arena_printf(c->arena, TR(c, "Expected close: %s"), fmt_date(h, day));
    }
    return derived_event_text(c, &opportunity_noun, verb, payload);
}

static const char *icon_of(const char *noun, const char *verb)
{
    static const struct {
        const char *noun, *icon;
    } icons[] = {{"opportunity_member", "people"}, {"opportunity_line", "list"}, {"plan_step", "check"},
        {"opportunity_comment", "chat"}, {"file", "save"}};
    for (size_t i = 0; i < COUNT(icons); i++)
        if (streq(icons[i].noun, noun))
            return icons[i].icon;
    return streq(verb, "win") ? "medal" : streq(verb, "lose") ? "gone" : "board";
}

enum status deal_history(struct call *c, struct html *h, int64_t id, struct deal_page *v)
{
    struct value args[3] = {
        v_int(id), v_int(c->viewer->partner_id), v_text(id_text(c->arena, opportunity_noun.prefix, id))};
    const struct programme *p;
    struct rows rows;
    TRY(programme_active(c, &p));
    TRY(db_query(c->db, c->arena, &rows, history_sql, args, 3));
    v->events = ARENA_ARRAY(c->arena, rows.n + 1, struct event_view);
    for (size_t i = 0; i < rows.n; i++) {
        const char *name = cell_string(&rows, i, 1), *verb = cell_string(&rows, i, 2),
                   *payload = cell_string(&rows, i, 3), *actor = cell_text(&rows, i, 5),
                   *about = cell_text(&rows, i, 6);
        const struct noun *noun = model_noun(c->model, name);
        const char *text = noun == &opportunity_noun ? change_text(c, h, p, verb, payload)
                           : noun == &file_noun      ? TR(c, "File added")
                                                     : derived_event_text(c, noun, verb, payload);
        if (noun != &opportunity_noun && streq(verb, "update"))
            text = arena_printf(c->arena, "%s: %s", TR(c, noun->label), text);
        v->events[v->n_events++] = (struct event_view){.at = {cell_int(&rows, i, 0)},
            .text = about ? arena_printf(c->arena, "%s · %s", text, about) : text,
            .actor = actor                   ? actor
                     : cell_int(&rows, i, 4) ? c->catalog->vendor
                                             : NULL,
            .icon = icon_of(name, verb)};
    }
    return OK;
}
