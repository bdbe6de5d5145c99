#include "domain/dispute/words.h"

#include "base/id.h"

const char *dispute_text(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row, const char *field)
{
    int at = field_find(noun->fields, noun->n_fields, field);
    return row->v[at].kind == VALUE_NULL ? NULL : value_text(c, h, noun, row, (size_t)at);
}

const char *dispute_due_mark(const struct call *c, struct instant due)
{
    return due.us - c->now.us < 8 * 3600 * US_PER_SECOND ? "risk" : "review";
}

/* A side reads the vendor's people as the vendor, and itself as itself. */
static const char *speaker(struct call *c, const struct row *row, const struct dispute_statement *s)
{
    bool reader_is_side = c->viewer->partner_id != 0, said_by_side = streq(s->side, "partner");
    int at = field_find(dispute_statement_noun.fields, dispute_statement_noun.n_fields, "person_id");
    if (reader_is_side)
        return said_by_side ? TR(c, "You") : c->catalog->vendor;
    return row->title[at] ? row->title[at] : c->catalog->vendor;
}

enum status words_of(struct call *c, struct html *h, const char *field, const char *value, const char *where,
    struct words_view **out, size_t *n)
{
    struct list list;
    struct list_query q = {
        .filters = {{field, "is", value}}, .n_filters = 1, .sort = "created", .limit = 200, .where = where};
    TRY(noun_list(c, &dispute_statement_noun, &q, &list));
    *out = ARENA_ARRAY(c->arena, list.n + 1, struct words_view);
    *n = list.n;
    for (size_t i = 0; i < list.n; i++) {
        struct dispute_statement s;
        struct words_view *w = &(*out)[i];
        row_record(&dispute_statement_noun, &list.rows[i], &s);
        *w = (struct words_view){
            .who = speaker(c, &list.rows[i], &s), .text = s.text, .at = list.rows[i].created};
        if (!c->viewer->partner_id && streq(s.side, "vendor") && s.party_id.id)
            w->to = TR(c, "to this side");
        TRY(files_of(c, h, id_text(c->arena, "dst", list.rows[i].id), &w->files, &w->n_files));
    }
    return OK;
}
