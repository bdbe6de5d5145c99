/* Facts to and from JSON by name. */
#include "base/time.h"
#include "engine/rules/internal.h"

#include <stdlib.h>

static void out_money(struct json_out *w, const struct vocabulary *words, int64_t minor)
{
    int64_t scale = money_scale(words);
    if (minor % scale == 0)
        out_int(w, minor / scale);
    else
        out_real(w, (double)minor / (double)scale);
}

static void out_members(struct json_out *w, const char *members)
{
    struct buf one = buf_new(BUF_MAX_DEFAULT);
    out_array(w);
    while (*members) {
        size_t n = strcspn(members, ",");
        buf_clear(&one);
        buf_add(&one, members, n);
        out_string(w, buf_str(&one));
        members += n + (members[n] == ',');
    }
    out_end(w);
    buf_free(&one);
}

static void out_date(struct json_out *w, int64_t days)
{
    int year, month, day;
    char text[40];
    date_split((struct date){.days = (int32_t)days}, &year, &month, &day);
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    out_string(w, text);
}

static void out_fact(
    struct json_out *w, const struct vocabulary *words, const struct fact *f, const struct value *v)
{
    switch (f->kind) {
    case FACT_BOOL: out_bool(w, v->i != 0); return;
    case FACT_INT: out_int(w, v->i); return;
    case FACT_REAL: out_real(w, v->kind == VALUE_INT ? (double)v->i : v->r); return;
    case FACT_MONEY: out_money(w, words, v->i); return;
    case FACT_DATE: out_date(w, v->i); return;
    case FACT_TEXT:
    case FACT_CHOICE: out_string(w, v->s); return;
    case FACT_SET: out_members(w, v->s); return;
    }
    BUG("fact %s has kind %d", f->name, (int)f->kind);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct fact *const *)a)->name, (*(const struct fact *const *)b)->name);
}

/* In the canonical order of names, which are ASCII: a vocabulary's own facts stand in it, added ones may not.
 */
static const struct fact **in_order(const struct vocabulary *words)
{
    const struct fact **facts = xcalloc(words->n, sizeof *facts);
    bool sorted = true;
    for (size_t i = 0; i < words->n; i++) {
        facts[i] = &words->facts[i];
        sorted = sorted && (i == 0 || strcmp(facts[i - 1]->name, facts[i]->name) < 0);
    }
    if (!sorted)
        qsort(facts, words->n, sizeof *facts, by_name);
    return facts;
}

void rules_facts_json(
    struct json_out *w, const struct vocabulary *words, const struct value *values, bool partner_only)
{
    const struct fact **facts = in_order(words);
    out_object(w);
    for (size_t i = 0; i < words->n; i++) {
        const struct value *v = &values[facts[i] - words->facts];
        if (v->kind == VALUE_NULL || (partner_only && !facts[i]->partner_sees))
            continue;
        out_key(w, facts[i]->name);
        out_fact(w, words, facts[i], v);
    }
    out_end(w);
    free(facts);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct value join_sorted(struct arena *a, const char **members, size_t n)
{
    qsort(members, n, sizeof *members, by_bytes);
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    for (size_t i = 0; i < n; i++) {
        if (i && streq(members[i], members[i - 1]))
            continue;
        buf_adds(&b, b.len ? "," : "");
        buf_adds(&b, members[i]);
    }
    return v_text(buf_str(&b));
}

/* An array of members. An option that F does not have is kept, and complained of. */
static void set_read(
    struct reading *r, const char *path, const struct fact *f, const json_t *j, struct value *out)
{
    size_t n = json_array_size(j), kept = 0;
    if (!json_is_array(j)) {
        complain(r, path, "%s", tr(r->lang, "Give a list of values."));
        return;
    }
    const char **members = ARENA_ARRAY(r->a, n, const char *);
    for (size_t i = 0; i < n; i++) {
        struct value member = v_null();
        const char *message = scalar_read(r, f, json_array_get(j, i), &member);
        if (message)
            complain(r, path, "%s", message);
        if (member.kind == VALUE_TEXT && !strchr(member.s, ','))
            members[kept++] = member.s;
    }
    *out = join_sorted(r->a, members, kept);
}

void facts_read(struct reading *r, const char *path, const json_t *facts, struct value *values)
{
    for (size_t i = 0; i < r->words->n; i++)
        values[i] = v_null();
    if (!json_is_object(facts)) {
        complain(r, path, "%s", tr(r->lang, "Give an object of facts and their values."));
        return;
    }
    const char *name;
    json_t *j;
    json_object_foreach((json_t *)facts, name, j)
    {
        const char *at = arena_printf(r->a, "%s%s%s", path, *path ? "." : "", name);
        const char *message = NULL;
        size_t i = rules_fact(r->words, name);
        if (i == r->words->n)
            message = tr(r->lang, "There is no fact of this name.");
        else if (r->words->facts[i].kind == FACT_SET)
            set_read(r, at, &r->words->facts[i], j, &values[i]);
        else
            message = scalar_read(r, &r->words->facts[i], j, &values[i]);
        if (message)
            complain(r, at, "%s", message);
    }
}

enum status rules_facts_read(struct arena *a, const json_t *facts, const struct vocabulary *words,
    enum lang lang, struct value *values, struct problem **problem)
{
    struct reading r = {.a = a, .words = words, .lang = lang};
    facts_read(&r, "", facts, values);
    *problem = r.problem;
    return r.problem ? REFUSED : OK;
}
