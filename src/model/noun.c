#include "model/noun.h"

#include "base/buf.h"
#include "model/call.h"

#include <stdio.h>

const struct option role_options[] = {
    {"admin", N_("Administrator")},
    {"operations", N_("Channel operations")},
    {"partner_manager", N_("Partner manager")},
    {"vendor_seller", N_("Seller")},
    {"executive", N_("Executive")},
    {"auditor", N_("Auditor")},
    {"partner_admin", N_("Partner administrator")},
    {"partner_seller", N_("Partner seller")},
    {0},
};

const char *role_key(enum role role)
{
    return role >= ROLE_ADMIN && role < ROLE_SYSTEM ? role_options[role - 1].key : "system";
}

const char *role_label(enum role role)
{
    return role >= ROLE_ADMIN && role < ROLE_SYSTEM ? role_options[role - 1].label : N_("System");
}

enum role role_parse(const char *key)
{
    const struct option *o = option_find(role_options, key);
    return o ? (enum role)(o - role_options + 1) : ROLE_NONE;
}

enum audience role_audience(enum role role)
{
    if (role == ROLE_NONE)
        return PUBLIC;
    return role == ROLE_PARTNER_ADMIN || role == ROLE_PARTNER_SELLER ? PARTNER : VENDOR;
}

const struct noun *model_noun(const struct model *m, const char *name)
{
    for (size_t i = 0; m->nouns[i]; i++)
        if (streq(m->nouns[i]->name, name))
            return m->nouns[i];
    return NULL;
}

const struct noun *model_noun_by_plural(const struct model *m, const char *plural)
{
    for (size_t i = 0; m->nouns[i]; i++)
        if (streq(m->nouns[i]->plural, plural))
            return m->nouns[i];
    return NULL;
}

const struct state *noun_state(const struct noun *noun, const char *key)
{
    for (const struct state *s = noun->states; key && s && s->key; s++)
        if (streq(s->key, key))
            return s;
    return NULL;
}

const struct verb *model_verb(const struct model *m, const struct noun *noun, const char *name)
{
    for (size_t i = 0; m->verbs[i]; i++)
        if (m->verbs[i]->noun == noun && streq(m->verbs[i]->name, name))
            return m->verbs[i];
    return NULL;
}

const char *noun_unique_sql(struct arena *a, const struct noun *noun, const char *alias)
{
    struct buf b = buf_in(a, 512);
    for (const char *p = noun->unique_states; p && *p; p += strcspn(p, ","), p += *p == ',') {
        if (!b.len)
            buf_addf(&b, " and %s.state in (", alias);
        buf_addf(&b, "%s'%.*s'", p == noun->unique_states ? "" : ", ", (int)strcspn(p, ","), p);
    }
    buf_adds(&b, b.len ? ")" : "");
    return buf_str(&b);
}

const struct field *noun_field(const struct noun *noun, const char *name)
{
    int i = name ? field_find(noun->fields, noun->n_fields, name) : -1;
    return i < 0 ? NULL : &noun->fields[i];
}

uint64_t noun_field_set(const struct noun *noun, const char *names)
{
    uint64_t set = 0;
    while (*names) {
        size_t n = strcspn(names, ",");
        size_t i = 0;
        while (i < noun->n_fields &&
               (strlen(noun->fields[i].name) != n || strncmp(noun->fields[i].name, names, n) != 0))
            i++;
        if (i == noun->n_fields)
            return 0;
        set |= UINT64_C(1) << i;
        names += n + (names[n] != 0);
    }
    return set;
}

static void check_fields(const struct model *m, const char *of, const struct field *fields, size_t n)
{
    if (n > 64)
        BUG("%s: more than 64 fields", of);
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        if (!f->name || !f->label)
            BUG("%s: field %zu has no name or no label", of, i);
        if (field_find(fields, n, f->name) != (int)i)
            BUG("%s.%s: declared twice", of, f->name);
        if ((f->kind == KIND_REF) != (f->ref != NULL) || (f->ref && !model_noun(m, f->ref)))
            BUG("%s.%s: a reference and its noun do not agree", of, f->name);
        if ((f->form == FORM_CHOICE || f->form == FORM_SET) && !f->options && !f->list)
            BUG("%s.%s: a choice without options", of, f->name);
        if (f->options && f->list)
            BUG("%s.%s: options and a list", of, f->name);
        if (f->currency && field_find(fields, n, f->currency) < 0)
            BUG("%s.%s: its currency field does not exist", of, f->name);
        if (f->month && f->kind != KIND_DATE)
            BUG("%s.%s: a month that is no date", of, f->name);
    }
}

static void check_noun(const struct model *m, const struct noun *n)
{
    if (!n->name || !n->plural || !n->prefix || !n->label || !n->labels || !n->title || !n->summary ||
        !n->order)
        BUG("noun %s: something is not declared", n->name ? n->name : "(unnamed)");
    if (!n->read || !(n->vendor_scope || n->partner_scope))
        BUG("noun %s: nobody may read it", n->name);
    if (!noun_field(n, n->title))
        BUG("noun %s: no field %s for its title", n->name, n->title);
    if (n->states && !noun_field(n, "state"))
        BUG("noun %s: states without the field", n->name);
    if (n->partner_ref && !noun_field(n, n->partner_ref) && !streq(n->partner_ref, "id"))
        BUG("noun %s: no field %s", n->name, n->partner_ref);
    for (size_t i = 0; n->unique && n->unique[i]; i++)
        if (!noun_field_set(n, n->unique[i]))
            BUG("noun %s: %s are not its fields", n->name, n->unique[i]);
    if (n->unique_states && !(n->unique && noun_field(n, "state")))
        BUG("noun %s: states in which nothing is unique", n->name);
    const struct field *merged = n->merged ? noun_field(n, n->merged) : NULL;
    if (n->merged && !(merged && streq(merged->ref, n->name)))
        BUG("noun %s: no reference %s to itself", n->name, n->merged);
    check_fields(m, n->name, n->fields, n->n_fields);
    for (size_t i = 0; m->nouns[i] != n; i++)
        if (streq(m->nouns[i]->name, n->name) || streq(m->nouns[i]->prefix, n->prefix))
            BUG("noun %s: name or prefix used twice", n->name);
}

static void check_verb(const struct model *m, const struct verb *v)
{
    if (!v->noun || !v->name || !v->label || !v->summary || !v->run)
        BUG("verb %s: something is not declared", v->name ? v->name : "(unnamed)");
    if (!v->roles)
        BUG("verb %s.%s: no role may call it", v->noun->name, v->name);
    if (model_verb(m, v->noun, v->name) != v)
        BUG("verb %s.%s: declared twice", v->noun->name, v->name);
    bool asks = false; /* what takes it back */
    for (size_t i = 0; v->undo && i < v->undo->n_in; i++)
        asks |= v->undo->in[i].required;
    if (v->undo && (v->undo->noun != v->noun || v->undo->on != ON_ROW || asks || v->undo->generic ||
                       v->undo->reads || (v->roles & ~v->undo->roles)))
        BUG("verb %s.%s: what takes it back cannot", v->noun->name, v->name);
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    for (const char *p = v->bulk_fields; p && *p; p += strcspn(p, ","), p += *p == ',') {
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(p, ","), p);
        if (field_find(fields, n, name) < 0)
            BUG("verb %s.%s: has no field %s", v->noun->name, v->name, name);
    }
    if (v->bulk && (v->on != ON_ROW || v->reads || v->files || v->session))
        BUG("verb %s.%s: cannot be called on many rows", v->noun->name, v->name);
    check_fields(m, v->name, v->in, v->n_in);
}

void model_check(const struct model *m)
{
    for (size_t i = 0; m->nouns[i]; i++)
        check_noun(m, m->nouns[i]);
    for (size_t i = 0; m->verbs[i]; i++)
        check_verb(m, m->verbs[i]);
}
