/*
 * What happened to a partner, newest first, from the feed. The vendor reads every event but those of the
 * partner's own notes and tasks; the partner reads what its timelines show.
 */
#include "base/id.h"
#include "domain/partner/partner_view.h"
#include "domain/registration/timeline_view.h"

#define AT_ONCE 30

#define EVENTS                                                                                               \
    "select e.seq, e.at, e.noun, e.row_id, e.verb, e.payload, e.actor_id, case e.noun "                      \
    "when 'registration' then e.row_id "                                                                     \
    "when 'activity' then (select a.registration_id from activity a where a.id = e.row_id) "                 \
    "when 'extension' then (select a.registration_id from extension a where a.id = e.row_id) "               \
    "when 'waitlist_entry' then (select a.registration_id from waitlist_entry a where a.id = e.row_id) "     \
    "when 'note' then (select a.registration_id from note a where a.id = e.row_id) "                         \
    "else null end as about from event e where e.partner_id = $1 and e.seq < $2 and "                        \
    "(e.noun in ('registration', 'activity', 'extension', 'waitlist_entry', 'partner', 'certification') or " \
    "(e.noun = 'person' and e.verb in ('create', 'invite', 'activate', 'deactivate')) or (e.noun = 'note' "  \
    "and e.verb = 'create' and exists (select 1 from note n where n.id = e.row_id and n.state = 'kept' and " \
    "(n.shared = 'both' or n.side = $4)))) "

/* $1 partner, $2 before, $3 how many, $4 the viewer's side. */
#define FEED(condition)                                                                                      \
    "select x.seq, x.at, x.noun, x.row_id, x.verb, x.payload, x.actor_id, x.about, r.company, p.name, "      \
    "p.partner_id, n.text, w.name from (" EVENTS condition " order by e.seq desc limit $3) x "               \
    "left join registration r on r.id = x.about left join person p on p.id = x.actor_id "                    \
    "left join note n on x.noun = 'note' and n.id = x.row_id "                                               \
    "left join person w on x.noun = 'person' and w.id = x.row_id order by x.seq desc"
static const char vendor_sql[] = FEED("");
static const char partner_sql[] = FEED("and e.partner_sees = 1");

/* Partners read the vendor's people as the vendor. */
static const char *actor(struct call *c, const struct rows *rows, size_t r)
{
    if (!cell_int(rows, r, 6))
        return NULL;
    if (c->viewer->partner_id && cell_int(rows, r, 10) != c->viewer->partner_id)
        return c->catalog->vendor;
    return cell_text(rows, r, 9);
}

static bool tell(
    struct call *c, struct html *h, const struct rows *rows, size_t r, struct partner_event_view *e)
{
    struct moment_view m = {0};
    const char *name = cell_string(rows, r, 2), *verb = cell_string(rows, r, 4);
    const char *payload = cell_string(rows, r, 5);
    const struct noun *noun = model_noun(c->model, name);
    if (streq(name, "note")) {
        e->icon = "chat";
        e->text = TR(c, "Note");
        e->detail = cell_text(rows, r, 11);
    } else if (streq(name, "partner") || streq(name, "certification") || streq(name, "person")) {
        e->icon = noun->icon;
        e->text = derived_event_text(c, noun, verb, payload);
        e->about = streq(name, "person")          ? cell_text(rows, r, 12)
                   : streq(name, "certification") ? TR(c, noun->label)
                                                  : NULL;
    } else if (moment_tell(c, h, name, verb, payload, &m)) {
        e->icon = m.icon;
        e->text = m.text;
        e->detail = m.detail;
    } else {
        return false;
    }
    if (cell_int(rows, r, 7)) {
        e->about = cell_text(rows, r, 8);
        e->about_href =
            arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", cell_int(rows, r, 7)));
    }
    return true;
}

enum status partner_feed(struct call *c, struct html *h, int64_t id, int64_t before, struct partner_view *v)
{
    bool vendor = !c->viewer->partner_id;
    struct value args[4] = {
        v_int(id), v_int(before ? before : INT64_MAX), v_int(AT_ONCE), v_text(vendor ? "vendor" : "partner")};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, vendor ? vendor_sql : partner_sql, args, 4));
    v->events = ARENA_ARRAY(c->arena, rows.n + 1, struct partner_event_view);
    for (size_t r = 0; r < rows.n; r++) {
        struct partner_event_view e = {.at = {cell_int(&rows, r, 1)}, .actor = actor(c, &rows, r)};
        if (tell(c, h, &rows, r, &e))
            v->events[v->n_events++] = e;
    }
    const char *path = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", id));
    if (rows.n == AT_ONCE)
        v->older =
            arena_printf(c->arena, "%s?before=%lld#p-line", path, (long long)cell_int(&rows, rows.n - 1, 0));
    v->newest = before ? path : NULL;
    return OK;
}
