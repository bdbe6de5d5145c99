/* A draft's way into force: asked for, published by a second person, brought up to date before. */
#include "base/id.h"
#include "base/json.h"
#include "domain/notice/notice.h"
#include "domain/programme/document_merge.h"
#include "domain/programme/draft.h"
#include "domain/programme/publish.h"

static struct notice_about draft_about(const struct call *c)
{
    return (struct notice_about){.kind = NOTICE_draft, .noun = &programme_draft_noun, .id = c->row_id};
}

/* Problems of the draft become the refusal, by their paths. */
static enum status read_good(struct call *c, struct draft_read *out)
{
    TRY(draft_read(c, c->row_id, out));
    if (!out->problems)
        return OK;
    for (size_t i = 0; i < out->problems->n_fields; i++)
        (void)call_field(c, out->problems->fields[i].field, out->problems->fields[i].message);
    return REFUSED;
}

/* ---- asking ---- */

struct ask_input {
    struct ref person_id;
};
static const struct field ask_fields[] = {
    FIELD(struct ask_input, person_id, .label = N_("Second person"), .ref = "person", .required = true,
        .hint = N_("Somebody who may publish and did not write this."), .example = "@people?role=admin"),
};

struct told {
    const char *who, *title;
};

static void write_ask(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s asks you to publish \"%s\"."), t->who, t->title);
    out->body = tr(lang, "Read what it changes, then publish it or write back what should be different.");
}

static void write_published(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s published \"%s\"."), t->who, t->title);
}

/* Somebody who may publish in the programme in force and wrote nothing of this. */
static enum status check_second(struct call *c, int64_t person_id)
{
    struct value args[1] = {v_int(person_id)};
    const struct programme *active;
    struct rows rows;
    bool writes;
    TRY(programme_active(c, &active));
    TRY(db_query(c->db, c->arena, &rows,
        "select role from person where id = $1 and partner_id is null and state <> 'inactive'", args, 1));
    unsigned role = rows.n ? ROLE_BIT(role_parse(cell_text(&rows, 0, 0))) : 0;
    if (!(role & active->roles.publish))
        return call_field(c, "person_id", TR(c, "may not publish; pick somebody who may"));
    TRY(draft_writes(c, c->row_id, person_id, &writes));
    return writes ? call_field(c, "person_id", TR(c, "wrote a part of this; pick somebody else")) : OK;
}

static enum status ask_run(struct call *c)
{
    const struct ask_input *in = c->in;
    struct draft_read read;
    struct programme_draft d;
    TRY(noun_load(c, &programme_draft_noun, c->row_id, &d));
    TRY(check_second(c, in->person_id.id));
    TRY(read_good(c, &read));
    d.state = "asked";
    d.asked_id = in->person_id;
    const struct noun *n = &programme_draft_noun;
    TRY(noun_update(c, n, c->row_id, &d, FIELD_BIT(n, state) | FIELD_BIT(n, asked_id), NULL));
    struct told t = {c->viewer->name, d.title};
    struct notice_about about = draft_about(c);
    return notify_person(c, in->person_id.id, &about, write_ask, &t);
}

const struct verb draft_ask = {
    .noun = &programme_draft_noun,
    .name = "ask",
    .label = N_("Ask to publish"),
    .done = N_("Asked"),
    .summary = N_("Ask a second person to publish a draft."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .from = draft_open_states,
    INPUT(struct ask_input, ask_fields),
    .run = ask_run,
    .example = {.becomes = "asked"},
};

/* ---- publishing ---- */

struct publish_input {
    const char *hash;
    struct date effective_day;
    bool confirm;
};
static const struct field publish_fields[] = {
    FIELD(struct publish_input, hash, .label = N_("Fingerprint"), .required = true,
        .hint = N_("Of the document that you read; the draft must not have changed since."),
        .example = "@#hash"),
    FIELD(struct publish_input, effective_day, .label = N_("Takes effect on"),
        .hint = N_("As you read it; when it is given, the draft's day must be the same.")),
    FIELD(struct publish_input, confirm, .label = N_("Publish it all the same"),
        .hint = N_("Needed where the rules give every registration, or none, an approval.")),
};

#define GIVEN_DAY (UINT64_C(1) << 1) /* of publish_fields */

static enum status check_person(struct call *c, bool *alone)
{
    const struct programme *active;
    bool writes;
    *alone = false;
    TRY(programme_active(c, &active));
    if (!(ROLE_BIT(c->viewer->role) & active->roles.publish))
        return call_refuse(c, PROBLEM_forbidden, TR(c, "The programme does not let your role publish."));
    TRY(draft_writes(c, c->row_id, c->viewer->person_id, &writes));
    if (!active->second_person || !writes)
        return OK;
    enum status s = programme_check_alone(c, alone);
    if (s == REFUSED)
        c->problem->detail =
            TR(c, "You wrote a part of this draft, so another person publishes it: ask one.");
    return s;
}

/* A table that always says the same is almost always a mistake. */
static enum status check_sense(struct call *c, const struct publish_input *in, const struct programme *p)
{
    const char *warning = rules_one_sided(c, p);
    return warning && !in->confirm ? call_field(c, "confirm", warning) : OK;
}

static enum status publish_run(struct call *c)
{
    const struct publish_input *in = c->in;
    const struct noun *n = &programme_draft_noun;
    struct programme_draft d;
    struct draft_read read;
    struct publication what = {.programme = &read.programme};
    int64_t id;
    TRY(programme_lock(c));
    TRY(noun_load(c, n, c->row_id, &d));
    TRY(check_person(c, &what.alone));
    if (!streq(in->hash, d.hash) ||
        ((c->given & GIVEN_DAY) && in->effective_day.days != d.effective_day.days))
        return call_refuse(
            c, PROBLEM_stale, TR(c, "The draft was changed since you read it; read it again."));
    TRY(read_good(c, &read));
    TRY(check_sense(c, in, &read.programme));
    if (d.effective_day.days != DATE_NONE &&
        d.effective_day.days < date_in(read.programme.catalog.zone, c->now).days)
        return call_field(c, "effective_day", TR(c, "is in the past"));
    what.from = d.effective_day;
    what.base = d.base_number;
    what.author_id = d.author_id.id;
    what.note = d.note;
    TRY(programme_publish(c, &what, &id, &d.version_number));
    d.state = "published";
    TRY(noun_update(c, n, c->row_id, &d, FIELD_BIT(n, state) | FIELD_BIT(n, version_number), NULL));
    if (d.author_id.id == c->viewer->person_id || !d.author_id.id)
        return OK;
    struct told t = {c->viewer->name, d.title};
    struct notice_about about = draft_about(c);
    return notify_person(c, d.author_id.id, &about, write_published, &t);
}

const struct verb draft_publish = {
    .noun = &programme_draft_noun,
    .name = "publish",
    .label = N_("Publish"),
    .done = N_("Published"),
    .summary =
        N_("Publish a draft that somebody else wrote; the next registration is decided by it, or those "
           "from its first day on."),
    .on = ON_ROW,
    .roles = PROGRAMME_PUBLISHERS,
    .hidden = true,
    .from = draft_open_states,
    INPUT(struct publish_input, publish_fields),
    .run = publish_run,
    .example = {.find = "state[in]=draft,asked&sort=created", .fields = "hash", .becomes = "published"},
};

/* ---- another version was published meanwhile ---- */

struct rebase_input {
    const char *keep;
};
static const struct field rebase_fields[] = {
    FIELD(struct rebase_input, keep, .label = N_("For each conflict"), .form = FORM_JSON,
        .hint = N_("\"mine\" or \"theirs\" by its path, as the refusal names it.")),
};

static const char *kept_side(void *ctx, const char *path)
{
    struct call *c = ctx;
    const struct rebase_input *in = c->in;
    const char *error;
    for (size_t i = 0; i < c->n_open; i++)
        if (streq(c->open[i].name + strlen("keep."), path))
            return c->open[i].value.s;
    if (!in->keep)
        return NULL;
    return json_string_value(json_object_get(json_read(c->arena, in->keep, strlen(in->keep), &error), path));
}

/* Conflicts that nobody has decided refuse the whole: nothing is lost unseen. */
static enum status check_decided(struct call *c, const struct document_merge *m)
{
    for (size_t i = 0; i < m->n; i++) {
        const char *side = kept_side(c, m->conflicts[i].path);
        if (!streq(side, "mine") && !streq(side, "theirs"))
            (void)call_field(c, arena_printf(c->arena, "keep.%s", m->conflicts[i].path),
                TR(c, "both changed this: say whether to keep \"mine\" or \"theirs\""));
    }
    return c->problem ? REFUSED : OK;
}

static void release(void *document)
{
    json_decref(document);
}

static enum status rebase_run(struct call *c)
{
    struct draft_edit e;
    struct newest_version newest;
    const struct programme *base, *theirs;
    struct document_merge m;
    const struct noun *n = &programme_draft_noun;
    TRY(draft_open(c, &e));
    TRY(programme_newest(c, &newest));
    if (newest.number == e.row.base_number)
        return call_refuse(c, PROBLEM_state, TR(c, "The draft changes the newest version already."));
    const struct catalog *catalog = c->catalog;
    TRY(programme_at(c, e.row.base_number, &base));
    TRY(programme_at(c, newest.number, &theirs));
    c->catalog = catalog;
    documents_merge(c, base->document, e.document, theirs->document, kept_side, c, &m);
    e.document = m.document;
    arena_cleanup(c->arena, release, m.document);
    TRY(check_decided(c, &m));
    TRY(draft_store(c, &e, arena_printf(c->arena, "%lld", (long long)newest.number)));
    e.row.base_number = newest.number;
    return noun_update(c, n, c->row_id, &e.row, FIELD_BIT(n, base_number), NULL);
}

const struct verb draft_rebase = {
    .noun = &programme_draft_noun,
    .name = "rebase",
    .label = N_("Bring up to date"),
    .done = N_("Up to date"),
    .summary = N_("Take into a draft what was published since it was begun."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .partial = true,
    .open = "keep",
    .from = draft_open_states,
    INPUT(struct rebase_input, rebase_fields),
    .run = rebase_run,
};
