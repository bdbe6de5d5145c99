#include "domain/notice/ways.h"

#include "base/json.h"
#include "domain/person/person.h"

const struct option notice_way_options[] = {{"off", N_("In the portal only")}, {"now", N_("By mail at once")},
    {"daily", N_("In a daily digest")}, {"weekly", N_("In a weekly digest")}, {0}};

#define AS_INFO(name, who, way, text, verbs)                                                                 \
    {.key = #name, .label = (text), .roles = (who), .usual = (way), .acts = (verbs)},
const struct notice_kind_info notice_kinds[NOTICE_KINDS_N] = {NOTICE_KINDS(AS_INFO)};

int notice_kind_find(const char *key)
{
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        if (streq(notice_kinds[i].key, key))
            return i;
    return -1;
}

static enum notice_way way_parse(const char *key, enum notice_way otherwise)
{
    for (int i = 0; notice_way_options[i].key; i++)
        if (streq(notice_way_options[i].key, key))
            return (enum notice_way)i;
    return otherwise;
}

static void read_ways(struct arena *a, const char *choices, enum notice_way out[NOTICE_KINDS_N])
{
    const char *error;
    const json_t *j = choices ? json_read(a, choices, strlen(choices), &error) : NULL;
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        out[i] = way_parse(json_string_value(json_object_get(j, notice_kinds[i].key)), notice_kinds[i].usual);
}

enum notice_way notice_way_of(struct arena *a, const char *choices, enum notice_kind kind)
{
    enum notice_way ways[NOTICE_KINDS_N];
    read_ways(a, choices, ways);
    return ways[kind];
}

/* ROLES: only kinds that these are told; and only what is not USUAL, where that is asked. */
static const char *ways_text(
    struct arena *a, const enum notice_way ways[NOTICE_KINDS_N], unsigned roles, bool but_usual)
{
    struct buf b = buf_in(a, 8192);
    struct json_out w = json_out(&b);
    out_object(&w);
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        if ((notice_kinds[i].roles & roles) && !(but_usual && ways[i] == notice_kinds[i].usual))
            out_kv_string(&w, notice_kinds[i].key, notice_way_options[ways[i]].key);
    out_end(&w);
    return buf_str(&b);
}

static enum status load(struct call *c, int64_t person_id, enum notice_way ways[NOTICE_KINDS_N])
{
    struct person p;
    TRY(noun_load_whole(c, &person_noun, person_id, &p));
    read_ways(c->arena, p.notify, ways);
    return OK;
}

/* What is as usual is not written down: it follows when the usual changes. */
static enum status keep(struct call *c, int64_t person_id, const enum notice_way ways[NOTICE_KINDS_N])
{
    struct person p = {.notify = ways_text(c->arena, ways, ~0u, true)};
    return noun_update(c, &person_noun, person_id, &p, FIELD_BIT(&person_noun, notify), NULL);
}

enum status notice_set_way(struct call *c, int64_t person_id, uint64_t kinds, enum notice_way way)
{
    enum notice_way ways[NOTICE_KINDS_N];
    TRY(load(c, person_id, ways));
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        if (kinds >> i & 1)
            ways[i] = way;
    return keep(c, person_id, ways);
}

/* ---- choosing ---- */

#define AS_MEMBER(name, who, way, text, verbs) const char *name;
#define AS_FIELD(name, who, way, text, verbs)                                                                \
    FIELD(struct set_input, name, .label = (text), .form = FORM_CHOICE, .options = notice_way_options),
struct set_input {
    NOTICE_KINDS(AS_MEMBER)
};
static const struct field set_fields[] = {NOTICE_KINDS(AS_FIELD)};

static enum status set_run(struct call *c)
{
    enum notice_way ways[NOTICE_KINDS_N];
    TRY(load(c, c->viewer->person_id, ways));
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        if (c->given >> i & 1)
            ways[i] = way_parse(field_load(&set_fields[i], c->in).s, notice_kinds[i].usual);
    TRY(keep(c, c->viewer->person_id, ways));
    c->result_json = ways_text(c->arena, ways, ROLE_BIT(c->viewer->role), false);
    return OK;
}

const struct verb notice_set = {
    .noun = &notice_noun,
    .name = "set",
    .label = N_("Notifications"),
    .summary =
        N_("Choose for each kind of notice whether it comes by mail, too; answers how all of them come."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .answers = true,
    .hidden = true,
    .partial = true,
    INPUT(struct set_input, set_fields),
    .run = set_run,
    .done = N_("Saved"),
    .example = {.answer =
                    "{\"protection\":\"off\",\"activity\":\"now\",\"waitlist\":\"now\",\"decision\":"
                    "\"now\",\"override\":\"now\",\"dispute\":\"now\",\"note\":\"daily\",\"task\":"
                    "\"now\",\"task_due\":\"now\",\"draft\":\"now\",\"deal\":\"daily\",\"step\":"
                    "\"now\",\"mention\":\"now\",\"mapping\":\"now\",\"cosell\":\"now\",\"cosell_news\":"
                    "\"now\",\"review\":\"now\",\"renewal\":\"now\",\"record\":\"now\",\"lead\":\"now\","
                    "\"lead_news\":\"now\"}",
        .fields = "protection"},
};
