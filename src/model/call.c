#include "model/call.h"

const struct viewer system_viewer = {.name = "Tandem", .role = ROLE_SYSTEM, .scopes = SCOPE_ALL};

struct call *call_new(struct arena *a, const struct model *m, const struct viewer *v, struct instant now)
{
    struct call *c = ARENA_NEW(a, struct call);
    c->arena = a;
    c->model = m;
    c->viewer = v;
    c->now = now;
    call_restart(c);
    return c;
}

void call_restart(struct call *c)
{
    c->result_id = 0;
    c->result_json = NULL;
    c->result = NULL;
    c->events = NULL;
    c->events_end = &c->events;
    c->problem = NULL;
}

enum status call_refuse(struct call *c, enum problem_code code, const char *detail)
{
    if (!c->problem)
        c->problem = problem_new(c->arena, code, detail);
    return REFUSED;
}

enum status call_field(struct call *c, const char *field, const char *message)
{
    if (!c->problem)
        c->problem = problem_new(c->arena, PROBLEM_invalid, NULL);
    problem_field(c->arena, c->problem, field, message);
    return REFUSED;
}

bool verb_allowed(const struct verb *v, const struct viewer *viewer)
{
    if (viewer->role == ROLE_SYSTEM)
        return true;
    unsigned need = v->reads ? SCOPE_READ : SCOPE_WRITE;
    return (v->roles & ROLE_BIT(viewer->role)) && (viewer->scopes & need);
}

bool noun_readable(const struct noun *n, const struct viewer *viewer)
{
    if (viewer->role == ROLE_SYSTEM)
        return true;
    return (n->read & ROLE_BIT(viewer->role)) && (viewer->scopes & SCOPE_READ);
}

enum status verb_prepare(struct call *c)
{
    if (!verb_allowed(c->verb, c->viewer))
        return call_refuse(c, PROBLEM_forbidden, NULL);
    return c->verb->prepare ? c->verb->prepare(c) : OK;
}

/* The row must be visible, in a state the verb starts from, and of the version asked for. */
static enum status check_row(struct call *c)
{
    const struct verb *v = c->verb;
    struct row row;
    TRY(noun_get(c, v->noun, c->row_id, &row));
    if (c->if_version && c->if_version != row.version)
        return call_refuse(c, PROBLEM_stale, NULL);
    if (!v->from)
        return OK;
    int at = field_find(v->noun->fields, v->noun->n_fields, "state");
    ASSERT(at >= 0);
    for (size_t i = 0; v->from[i]; i++)
        if (streq(row.v[at].s, v->from[i]))
            return OK;
    return call_refuse(c, PROBLEM_state, NULL);
}

enum status verb_run(struct call *c)
{
    if (!verb_allowed(c->verb, c->viewer))
        return call_refuse(c, PROBLEM_forbidden, NULL);
    if (c->verb->on == ON_ROW)
        TRY(check_row(c));
    return c->verb->run(c);
}

struct event *call_event(
    struct call *c, const struct noun *noun, int64_t row_id, const char *verb, const char *payload)
{
    struct event *e = ARENA_NEW(c->arena, struct event);
    *e = (struct event){.noun = noun, .row_id = row_id, .verb = verb, .payload = payload};
    *c->events_end = e;
    c->events_end = &e->next;
    return e;
}

struct event *call_last_event(struct call *c)
{
    struct event *e = c->events;
    while (e && e->next)
        e = e->next;
    return e;
}
