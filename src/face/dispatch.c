#include "face/dispatch.h"

#include "base/id.h"

/* Verbs that have a method of their own instead of their name in the path. */
static const char *own_method(const struct verb *v)
{
    if (v->on == ON_COLLECTION)
        return streq(v->name, "create") ? "POST" : NULL;
    return streq(v->name, "update") ? "PATCH" : streq(v->name, "delete") ? "DELETE" : NULL;
}

bool verb_offered(const struct verb *v)
{
    return !v->session && !v->signed_in && (v->roles & ALL_ROLES);
}

bool noun_offered(const struct model *m, const struct noun *noun)
{
    bool offers = !noun->hidden;
    for (size_t i = 0; !offers && m->verbs[i]; i++)
        offers = m->verbs[i]->noun == noun && verb_offered(m->verbs[i]);
    return offers;
}

const struct verb *noun_bulk(const struct model *m, const struct noun *noun)
{
    for (size_t i = 0; m->verbs[i]; i++)
        if (m->verbs[i]->noun == noun && m->verbs[i]->bulk && verb_offered(m->verbs[i]))
            return m->verbs[i];
    return NULL;
}

static const struct verb *offered(const struct verb *v, enum verb_on on)
{
    return v && v->on == on && verb_offered(v) ? v : NULL;
}

const struct verb *noun_creator(const struct model *m, const struct noun *noun)
{
    const struct verb *v = offered(model_verb(m, noun, "create"), ON_COLLECTION);
    for (size_t i = 0; !v && m->verbs[i]; i++)
        if (m->verbs[i]->noun == noun && m->verbs[i]->creates)
            v = offered(m->verbs[i], ON_COLLECTION);
    return v;
}

const char *verb_method(const struct verb *v)
{
    const char *own = own_method(v);
    return own ? own : "POST";
}

const char *verb_path(struct arena *a, const struct model *m, const struct verb *v)
{
    bool named = !own_method(v) && noun_creator(m, v->noun) != v;
    return arena_printf(a, API_ROOT "/%s%s%s%s", v->noun->plural, v->on == ON_ROW ? "/{id}" : "",
        named ? "/" : "", named ? v->name : "");
}

/* A verb that is called by its name, or NULL. */
static const struct verb *named_verb(
    const struct model *m, const struct noun *noun, const char *name, enum verb_on on)
{
    const struct verb *v = offered(model_verb(m, noun, name), on);
    return v && !own_method(v) ? v : NULL;
}

/* What an address takes; a method without a verb is none of it. */
struct methods {
    bool reads, bulk;
    const struct verb *post, *patch, *delete;
};

/* At most three segments; false when there are more, or an empty one. */
static bool split(struct arena *a, const char *path, char *out[3], size_t *n)
{
    *n = 0;
    while (*path == '/') {
        size_t len = strcspn(path + 1, "/");
        if (!len || *n == 3)
            return false;
        out[(*n)++] = arena_strndup(a, path + 1, len);
        path += len + 1;
    }
    return *n > 0 && *path == 0;
}

static bool find(
    struct arena *a, const struct model *m, const char *path, struct route *r, struct methods *ms)
{
    char *part[3];
    size_t n;
    if (!split(a, path, part, &n) || !(r->noun = model_noun_by_plural(m, part[0])))
        return false;
    r->has_id = n > 1 && id_parse(r->noun->prefix, part[1], &r->id);
    if (n == 1) {
        *ms = (struct methods){.reads = !r->noun->hidden, .post = noun_creator(m, r->noun)};
    } else if (n == 2 && r->has_id) {
        *ms = (struct methods){.reads = !r->noun->hidden,
            .patch = offered(model_verb(m, r->noun, "update"), ON_ROW),
            .delete = offered(model_verb(m, r->noun, "delete"), ON_ROW)};
    } else if (n == 2 && streq(part[1], "export")) {
        ms->reads = r->export = !r->noun->hidden;
    } else if (n == 2 && streq(part[1], "bulk")) {
        ms->bulk = r->bulk = noun_bulk(m, r->noun) != NULL;
    } else if (n == 2) {
        ms->post = named_verb(m, r->noun, part[1], ON_COLLECTION);
    } else if (r->has_id) {
        ms->post = named_verb(m, r->noun, part[2], ON_ROW);
    }
    return ms->reads || ms->bulk || ms->post || ms->patch || ms->delete;
}

static bool choose(struct route *r, const struct methods *ms, enum http_method method)
{
    switch (method) {
    case HTTP_GET:
    case HTTP_HEAD: return ms->reads;
    case HTTP_POST: r->verb = ms->post; return ms->post || ms->bulk;
    case HTTP_PATCH: r->verb = ms->patch; break;
    case HTTP_DELETE: r->verb = ms->delete; break;
    case HTTP_PUT: break;
    case HTTP_OPTIONS: return true;
    }
    return r->verb != NULL;
}

struct route dispatch(struct arena *a, const struct model *m, enum http_method method, const char *path)
{
    struct route r = {0};
    struct methods ms = {0};
    if (!find(a, m, path, &r, &ms))
        return (struct route){0};
    r.allow = arena_printf(a, "%s%s%s%sOPTIONS", ms.reads ? "GET, HEAD, " : "",
        ms.post || ms.bulk ? "POST, " : "", ms.patch ? "PATCH, " : "", ms.delete ? "DELETE, " : "");
    r.method_ok = choose(&r, &ms, method);
    return r;
}
