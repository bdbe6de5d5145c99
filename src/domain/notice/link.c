#include "domain/notice/link.h"

#include "base/id.h"
#include "domain/notice/ways.h"
#include "domain/person/sign_in.h"

#define HOUR_US       (3600 * US_PER_SECOND)
#define OFF_LINK_DAYS 400 /* people unsubscribe from old mail, too */

/* ---- the links ---- */

const struct noun *link_noun(const struct model *m, const char *about, int64_t *row_id)
{
    for (size_t i = 0; about && m->nouns[i]; i++)
        if (id_parse(m->nouns[i]->prefix, about, row_id))
            return m->nouns[i];
    return NULL;
}

enum status link_make(struct call *c, const struct mail_link *link, const char **secret)
{
    int64_t life = link->verb ? LINK_HOURS * HOUR_US : OFF_LINK_DAYS * US_PER_DAY;
    const char *about = link->verb ? id_text(c->arena, link->noun->prefix, link->row_id) : NULL;
    *secret = secret_new(c->arena);
    struct value args[7] = {secret_hash(c->arena, *secret), v_int(link->person_id), v_text(about),
        v_text(link->verb ? link->verb->name : NULL), v_text(link->kind), v_int(c->now.us),
        v_int(c->now.us + life)};
    return db_exec(c->db,
        "insert into mail_link (hash, person_id, about, verb, kind, created, expires) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        args, 7);
}

enum status link_forget_old(struct call *c)
{
    struct value args[1] = {v_int(c->now.us)};
    return db_exec(c->db, "delete from mail_link where expires < $1", args, 1);
}

static enum status gone(struct call *c)
{
    return call_refuse(
        c, PROBLEM_not_found, TR(c, "This link does not work, or no longer. Sign in instead."));
}

enum status link_find(struct call *c, const char *secret, struct mail_link *out)
{
    struct value args[2] = {secret_hash(c->arena, secret), v_int(c->now.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select person_id, about, verb, kind, expires, used from mail_link where hash = $1 and expires > $2",
        args, 2));
    if (!rows.n)
        return gone(c);
    *out = (struct mail_link){.person_id = cell_int(&rows, 0, 0),
        .kind = cell_text(&rows, 0, 3),
        .expires = {cell_int(&rows, 0, 4)},
        .used = {cell_int(&rows, 0, 5)}};
    if (!cell_text(&rows, 0, 2))
        return OK;
    out->noun = link_noun(c->model, cell_text(&rows, 0, 1), &out->row_id);
    out->verb = out->noun ? model_verb(c->model, out->noun, cell_text(&rows, 0, 2)) : NULL;
    return out->verb ? OK : gone(c);
}

/* Uses it up; REFUSED when that was done already. */
static enum status link_use(struct call *c, const char *secret)
{
    struct value args[2] = {secret_hash(c->arena, secret), v_int(c->now.us)};
    int64_t touched;
    TRY(db_exec_count(c->db, &touched,
        "update mail_link set used = $2 where hash = $1 and used is null and expires > $2", args, 2));
    return touched == 1 ? OK : gone(c);
}

enum status link_viewer(struct call *c, const struct mail_link *link, struct viewer *out)
{
    struct value args[1] = {v_int(link->person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select email from person where id = $1", args, 1));
    enum status s = rows.n ? person_viewer(c->db, c->arena, cell_text(&rows, 0, 0), out) : REFUSED;
    return s == REFUSED ? gone(c) : s;
}

/* ---- acting ---- */

enum status link_may_act(struct call *c, const struct viewer *viewer, bool *yes)
{
    struct sign_in_ways ways;
    bool required;
    TRY(second_factor_required(c, viewer->role, &required));
    TRY(sign_in_ways(c, viewer->person_id, &ways));
    *yes = !required && !ways.codes && !ways.passkeys;
    return OK;
}

struct secret_input {
    const char *secret;
};
static const struct field secret_fields[] = {
    FIELD(struct secret_input, secret, .label = N_("Link"), .required = true),
};

/* What the link's verb was prepared with, until it runs inside this one. */
struct act_plan {
    struct mail_link link;
    struct viewer viewer;
    void *in, *plan;
    uint64_t given;
};

/* Of the call what is the verb's that it runs. */
struct part {
    const struct viewer *viewer;
    const struct verb *verb;
    int64_t row_id;
    void *in, *plan;
    uint64_t given;
};

static struct part put(struct call *c, const struct part *p)
{
    struct part before = {c->viewer, c->verb, c->row_id, c->in, c->plan, c->given};
    c->viewer = p->viewer;
    c->verb = p->verb;
    c->row_id = p->row_id;
    c->in = p->in;
    c->plan = p->plan;
    c->given = p->given;
    return before;
}

static const struct given *without_prefix(struct call *c, size_t *n)
{
    struct given *out = ARENA_ARRAY(c->arena, c->n_open + 1, struct given);
    for (size_t i = 0; i < c->n_open; i++) {
        out[i] = c->open[i];
        out[i].name += sizeof LINK_OPEN; /* and the dot */
    }
    *n = c->n_open;
    return out;
}

static enum status act_prepare(struct call *c)
{
    const struct secret_input *in = c->in;
    struct act_plan *plan = ARENA_NEW(c->arena, struct act_plan);
    size_t n;
    const struct given *given = without_prefix(c, &n);
    TRY(link_find(c, in->secret, &plan->link));
    if (!plan->link.verb || plan->link.used.us)
        return gone(c);
    TRY(link_viewer(c, &plan->link, &plan->viewer));
    ASSERT(!plan->link.verb->compute);
    struct part inner = {.viewer = &plan->viewer, .verb = plan->link.verb, .row_id = plan->link.row_id};
    struct part outer = put(c, &inner);
    enum status s = input_read(c, given, n, false);
    if (s == OK)
        s = verb_prepare(c);
    inner = put(c, &outer);
    plan->in = inner.in;
    plan->plan = inner.plan;
    plan->given = inner.given;
    c->plan = plan;
    return s;
}

/*
 * The link is used up and its verb runs as its person, in one transaction: the events are that person's.
 * Role, scope and state are looked at again, as they are now.
 */
static enum status act_run(struct call *c)
{
    const struct secret_input *in = c->in;
    struct act_plan *plan = c->plan;
    bool may;
    TRY(link_use(c, in->secret));
    TRY(link_viewer(c, &plan->link, &plan->viewer));
    TRY(link_may_act(c, &plan->viewer, &may));
    if (!may)
        return gone(c);
    struct part inner = {
        &plan->viewer, plan->link.verb, plan->link.row_id, plan->in, plan->plan, plan->given};
    struct part outer = put(c, &inner);
    enum status s = verb_run(c);
    if (s == OK)
        outer.viewer = &plan->viewer;
    (void)put(c, &outer);
    c->result = NULL;
    c->session_secret = NULL;
    c->leads_to = arena_printf(c->arena, "/act/%s", in->secret);
    return s;
}

const struct verb notice_act = {
    .noun = &notice_noun,
    .name = "act",
    .label = N_("Do it"),
    .summary = N_("Does what a link in a mail is for, once."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    .open = LINK_OPEN,
    INPUT(struct secret_input, secret_fields),
    .prepare = act_prepare,
    .run = act_run,
};

/* ---- no more mails ---- */

static uint64_t kinds_of(const char *kind)
{
    int one = notice_kind_find(kind);
    return one < 0 ? 0 : UINT64_C(1) << one;
}

/* A digest's own link: all that comes in it stays in the portal. */
static enum status end_digest(struct call *c, int64_t person_id, const char *way)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    uint64_t kinds = 0;
    TRY(db_query(c->db, c->arena, &rows, "select notify from person where id = $1", args, 1));
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        if (streq(
                notice_way_options[notice_way_of(c->arena, cell_text(&rows, 0, 0), (enum notice_kind)i)].key,
                way))
            kinds |= UINT64_C(1) << i;
    return notice_set_way(c, person_id, kinds, WAY_OFF);
}

/* May be asked again: mail programs do. */
static enum status unsubscribe_run(struct call *c)
{
    const struct secret_input *in = c->in;
    struct mail_link link = {0};
    struct viewer *viewer = ARENA_NEW(c->arena, struct viewer);
    TRY(link_find(c, in->secret, &link));
    if (link.verb)
        return gone(c);
    TRY(link_viewer(c, &link, viewer));
    c->viewer = viewer; /* it is that person's act */
    if (!link.used.us)
        TRY(link_use(c, in->secret));
    return kinds_of(link.kind) ? notice_set_way(c, link.person_id, kinds_of(link.kind), WAY_OFF)
                               : end_digest(c, link.person_id, link.kind);
}

const struct verb notice_unsubscribe = {
    .noun = &notice_noun,
    .name = "unsubscribe",
    .label = N_("No more mails of this kind"),
    .summary = N_("Ends mails of the kind that the link is for; the notices stay in the portal."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct secret_input, secret_fields),
    .run = unsubscribe_run,
};
