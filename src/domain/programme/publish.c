/* A document becomes the version in force. */
#include "base/json.h"
#include "domain/programme/programme.h"

struct apply_input {
    const char *document, *note;
};
static const struct field apply_fields[] = {
    FIELD(struct apply_input, document, .label = N_("Document"), .form = FORM_JSON, .required = true,
        .hint = N_("The whole programme as JSON, as export gives it.")),
    FIELD(struct apply_input, note, .label = N_("Why"),
        .hint = N_("One sentence; everybody in the programme reads it.")),
};

/* Publishing and changing what documents read stand one behind the other. */
static enum status lock_documents(struct call *c)
{
    const char *const line[] = {"programme"};
    return db_lock_names(c->db, line, 1);
}

enum status programme_still_reads(struct call *c, const char *field)
{
    struct rows rows;
    TRY(lock_documents(c));
    TRY(db_query(c->db, c->arena, &rows,
        "select number, document from programme_version order by number desc", NULL, 0));
    for (size_t r = 0; r < rows.n; r++) {
        struct call reading = *c; /* what is wrong is told of the field, not of the document */
        struct arena *a = arena_new();
        struct programme p;
        const char *text = cell_string(&rows, r, 1);
        reading.problem = NULL;
        enum status s = programme_read(&reading, a, text, strlen(text), &p);
        arena_free(a);
        if (s == REFUSED)
            return call_field(c, field,
                arena_printf(c->arena,
                    TR(c, "version %lld of the programme has a rule that needs what would go"),
                    (long long)cell_int(&rows, r, 0)));
        TRY(s);
    }
    return OK;
}

static enum status apply_prepare(struct call *c)
{
    const struct apply_input *in = c->in;
    struct programme *p = ARENA_NEW(c->arena, struct programme);
    c->plan = p;
    return programme_read(c, c->arena, in->document, strlen(in->document), p);
}

static enum status apply_run(struct call *c)
{
    const struct apply_input *in = c->in;
    struct programme *p = c->plan;
    struct rows rows;
    int64_t id = 0;
    TRY(lock_documents(c));
    TRY(programme_read(
        c, c->arena, in->document, strlen(in->document), p)); /* custom fields may have changed */
    TRY(db_query(c->db, c->arena, &rows,
        "select number, hash from programme_version order by number desc limit 1", NULL, 0));
    if (rows.n && streq(cell_text(&rows, 0, 1), p->hash))
        return call_refuse(c, PROBLEM_state, TR(c, "This is the version in force already."));
    TRY(programme_keeps_used(c, &p->catalog));
    struct buf canonical = buf_in(c->arena, 4 << 20);
    json_canonical(&canonical, p->document);
    struct programme_version v = {.number = rows.n ? cell_int(&rows, 0, 0) + 1 : 1,
        .hash = p->hash,
        .document = buf_str(&canonical),
        .published_by = {c->viewer->person_id},
        .note = in->note};
    return noun_insert(c, &programme_version_noun, &v, &id);
}

const struct verb programme_apply = {
    .noun = &programme_version_noun,
    .name = "apply",
    .label = N_("Publish"),
    .summary =
        N_("Publish a programme document. Its examples must pass; the next registration is decided by it."),
    .on = ON_COLLECTION,
    .roles = ADMIN | OPERATIONS,
    .creates = true,
    INPUT(struct apply_input, apply_fields),
    .prepare = apply_prepare,
    .run = apply_run,
};
