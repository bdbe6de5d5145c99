#include "domain/notice/letter.h"

#include "domain/notice/letter_mail.h"
#include "domain/person/person.h"
#include "runtime/session.h"

#define HOUR      7
#define LINES_MAX 100 /* of a digest; what is more stands in the portal */
/* A digest takes no more notices in its last minute: what is still being committed then would miss it. */
#define CLOSED_US (60 * US_PER_SECOND)

static const struct state states[] = {
    {"waiting", N_("Waiting"), "new"}, {"sent", N_("Sent"), "ok"}, {"empty", N_("Not sent"), "gone"}, {0}};
static const struct option state_options[] = {
    {"waiting", N_("Waiting")}, {"sent", N_("Sent")}, {"empty", N_("Not sent")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(
        struct notice_letter, person_id, .label = N_("For"), .ref = "person", .required = true, .see = BOTH),
    FIELD(struct notice_letter, way, .label = N_("How"), .form = FORM_CHOICE, .options = notice_way_options,
        .required = true, .see = BOTH),
    FIELD(struct notice_letter, due, .label = N_("Due"), .required = true, .see = BOTH),
    FIELD(struct notice_letter, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH),
};

const struct noun notice_letter_noun = {
    .name = "notice_letter",
    .plural = "notice-letters",
    .prefix = "ltr",
    .label = N_("Mail of notices"),
    .labels = N_("Mails of notices"),
    .icon = "mail",
    .summary = N_("The mails in which your notices come: at once, or a digest."),
    .size = sizeof(struct notice_letter),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "way",
    .states = states,
    .vendor_scope = "{t}.person_id = {person}",
    .partner_scope = "{t}.person_id = {person}",
    .read = ALL_ROLES,
    .order = "-created",
    .hidden = true,
};

/* ---- into which ---- */

static struct instant next_digest(const struct zone *zone, struct instant now, bool weekly)
{
    struct date day = date_in(zone, now);
    struct instant at = instant_in(zone, day, HOUR, 0, 0);
    while (at.us <= now.us + CLOSED_US || (weekly && civil_in(zone, at).weekday != 1)) {
        day.days++;
        at = instant_in(zone, day, HOUR, 0, 0);
    }
    return at;
}

/* Two that make the same digest at the same time: the unique index has the later one run again and find it.
 */
enum status letter_for(struct call *c, const struct letter_to *to, int64_t *id)
{
    const struct zone *own = to->zone ? zone_get(to->zone) : NULL, *zone = own ? own : c->catalog->zone;
    struct notice_letter l = {.person_id = {to->person_id},
        .way = notice_way_options[to->way].key,
        .state = "waiting",
        .due = to->way == WAY_NOW ? c->now : next_digest(zone, c->now, to->way == WAY_WEEKLY)};
    struct value args[3] = {v_int(to->person_id), v_text(l.way), v_int(l.due.us)};
    struct rows rows;
    *id = 0;
    if (to->way == WAY_OFF)
        return OK;
    if (to->way != WAY_NOW) {
        TRY(db_query(c->db, c->arena, &rows,
            "select id from notice_letter where person_id = $1 and way = $2 and due = $3 and way <> 'now'",
            args, 3));
        *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    }
    return *id ? OK : noun_insert_beside(c, &notice_letter_noun, &l, id);
}

/* ---- writing it ---- */

/* Whether the person still sees what it is about; it is told in the person's own scope. */
static enum status visible(struct call *as, const struct notice *n, struct letter_line *line)
{
    const struct noun *noun = link_noun(as->model, n->about, &line->row_id);
    if (!noun)
        return REFUSED;
    line->noun = noun;
    line->row = ARENA_NEW(as->arena, struct row);
    enum status s = noun_get(as, noun, line->row_id, line->row);
    as->problem = NULL;
    return s;
}

static enum status add_line(struct call *as, struct letter *l, int64_t notice_id)
{
    struct letter_line *line = &l->lines[l->n];
    struct notice n;
    TRY(noun_load_whole(as, &notice_noun, notice_id, &n));
    int kind = notice_kind_find(n.kind);
    if (kind < 0 || notice_way_of(as->arena, l->choices, (enum notice_kind)kind) == WAY_OFF)
        return OK;
    enum status s = visible(as, &n, line);
    if (s == REFUSED)
        return OK;
    TRY(s);
    line->kind = (enum notice_kind)kind;
    line->text = n.text;
    line->detail = n.detail;
    line->href = arena_printf(as->arena, "%s%s", as->base_url ? as->base_url : "", n.path);
    l->kinds |= UINT64_C(1) << kind;
    l->n++;
    return OK;
}

static enum status add_lines(struct call *as, struct letter *l, bool digest)
{
    struct value args[1] = {v_int(as->row_id)};
    struct rows rows;
    TRY(db_query(as->db, as->arena, &rows,
        digest ? "select id from notice where letter_id = $1 and state = 'new' order by id"
               : "select id from notice where letter_id = $1 order by id",
        args, 1));
    for (size_t i = 0; i < rows.n && l->n < LINES_MAX; i++)
        TRY(add_line(as, l, cell_int(&rows, i, 0)));
    return OK;
}

/* REFUSED: nobody who may still sign in. */
static enum status find_reader(struct call *c, int64_t person_id, struct viewer *v, const char **choices)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select email, notify from person where id = $1", args, 1));
    *choices = cell_text(&rows, 0, 1);
    return person_viewer(c->db, c->arena, cell_text(&rows, 0, 0), v);
}

static enum status send_run(struct call *c)
{
    struct notice_letter row;
    struct viewer reader;
    struct letter l = {.lines = ARENA_ARRAY(c->arena, LINES_MAX, struct letter_line)};
    TRY(noun_load_whole(c, &notice_letter_noun, c->row_id, &row));
    l.digest = !streq(row.way, "now");
    l.way = row.way;
    enum status s = find_reader(c, row.person_id.id, &reader, &l.choices);
    if (s == OK) {
        struct call as = *c; /* reads as the person; whatever is written is written by the clock */
        as.viewer = &reader;
        TRY(add_lines(&as, &l, l.digest));
        l.reader = &reader;
    } else if (s != REFUSED) {
        return s;
    }
    row.state = l.n ? "sent" : "empty";
    if (l.n)
        TRY(letter_mail(c, &l));
    return noun_update(
        c, &notice_letter_noun, c->row_id, &row, FIELD_BIT(&notice_letter_noun, state), "send");
}

static const char *const waiting[] = {"waiting", NULL};

const struct verb notice_letter_send = {
    .noun = &notice_letter_noun,
    .name = "send",
    .label = N_("Send"),
    .summary = N_("Mails the notices that wait for it."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = waiting,
    .run = send_run,
};

const struct clock notice_letter_clock = {
    .name = "notices by mail", .verb = &notice_letter_send, .due = "due", .state = "waiting"};
