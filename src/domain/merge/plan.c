/* What a merge would do, read alike for its preview and within its transaction. */
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/account/account.h"
#include "domain/merge/merge.h"

/* ---- the two ---- */

static enum status read_one(
    struct call *c, const struct merge_kind *k, const char *field, const char *text, struct row *out)
{
    int64_t id, survivor;
    struct call look = *c;
    look.problem = NULL;
    if (!text || !id_parse(k->noun->prefix, text, &id) || noun_get(&look, k->noun, id, out) != OK)
        return call_field(
            c, field, arena_printf(c->arena, TR(c, "there is no such %s"), TR(c, k->noun->label)));
    TRY(noun_survivor(c, k->noun, out, &survivor));
    return survivor ? call_field(c, field, TR(c, "was merged into another already")) : OK;
}

static enum status read_rows(struct call *c, const char *kept, const char *gone, struct merge_plan *p)
{
    TRY(read_one(c, p->kind, "kept", kept, &p->kept));
    TRY(read_one(c, p->kind, "gone", gone, &p->gone));
    if (p->kept.id == p->gone.id)
        return call_field(c, "gone", TR(c, "is the same row: choose another"));
    return p->kind->check ? p->kind->check(c, &p->kept, &p->gone) : OK;
}

/* ---- values ---- */

bool merge_same(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == VALUE_NULL   ? true
           : a->kind == VALUE_TEXT ? streq(a->s, b->s)
           : a->kind == VALUE_REAL ? a->r == b->r
                                   : a->i == b->i;
}

/* A row does not become its own parent. */
static bool points_at_either(const struct merge_plan *p, const struct field *f, const struct value *v)
{
    return f->ref && streq(f->ref, p->kind->noun->name) && v->kind == VALUE_INT &&
           (v->i == p->kept.id || v->i == p->gone.id);
}

static enum status choose_values(struct call *c, const char *take, struct merge_plan *p)
{
    const struct noun *noun = p->kind->noun;
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        const struct value *kept = &p->kept.v[i], *gone = &p->gone.v[i];
        if (!merge_takes(p->kind, f) || gone->kind == VALUE_NULL || merge_same(kept, gone) ||
            points_at_either(p, f, gone))
            continue;
        p->differ |= UINT64_C(1) << i;
        if (take ? list_has(take, f->name) : kept->kind == VALUE_NULL)
            p->take |= UINT64_C(1) << i;
    }
    for (const char *at = take; at && *at; at += strcspn(at, ","), at += *at == ',') {
        const char *name = arena_strndup(c->arena, at, strcspn(at, ","));
        const struct field *f = *name ? noun_field(noun, name) : NULL;
        if (*name && (!f || !merge_takes(p->kind, f)))
            return call_field(c, "take", arena_printf(c->arena, TR(c, "%s cannot be taken"), name));
    }
    return OK;
}

/* ---- moves ---- */

static bool moves_with(const struct merge_kind *k, const struct noun *noun, const struct field *f)
{
    char name[128];
    if (!f->ref || !streq(f->ref, k->noun->name) || streq(f->name, k->noun->merged))
        return false;
    (void)snprintf(name, sizeof name, "%s.%s", noun->name, f->name);
    return !k->moves || list_has(k->moves, name);
}

/*
 * Rows that no two may share something with, where the kept one has it already: they stay with the row that
 * goes. Of a set such as "partner_id,product_line_id" all but the reference must be equal.
 */
static const char *taken_sql(struct call *c, const struct noun *noun, const struct field *f)
{
    struct buf b = buf_in(c->arena, 8192);
    for (size_t i = 0; noun->unique && noun->unique[i]; i++) {
        const char *set = noun->unique[i];
        if (!list_has(set, f->name))
            continue;
        buf_addf(&b, " and not exists (select 1 from %s o where o.%s = $2", noun->name, f->name);
        for (const char *p = set; *p; p += strcspn(p, ","), p += *p == ',') {
            const char *member = arena_strndup(c->arena, p, strcspn(p, ","));
            if (!streq(member, f->name))
                buf_addf(&b, " and o.%s = t.%s", member, member);
        }
        buf_addf(&b, "%s%s)", noun_unique_sql(c->arena, noun, "o"), noun_unique_sql(c->arena, noun, "t"));
    }
    return buf_str(&b);
}

#define MOVES_MAX 64 /* fields of the model that refer to one noun */

static enum status read_move(
    struct call *c, struct merge_plan *p, const struct noun *noun, const struct field *f)
{
    struct value args[2] = {v_int(p->gone.id), v_int(p->kept.id)};
    struct rows rows;
    const char *sql = arena_printf(c->arena,
        "select t.id from %s t where t.%s = $1 and t.id <> $1 and t.id <> $2%s order by t.id limit %d",
        noun->name, f->name, taken_sql(c, noun, f), MERGE_MAX + 1);
    TRY(db_query(c->db, c->arena, &rows, sql, args, 2));
    if (!rows.n)
        return OK;
    ASSERT(p->n_moves < MOVES_MAX);
    struct merge_move *m = &p->moves[p->n_moves++];
    *m = (struct merge_move){noun, f, ARENA_ARRAY(c->arena, rows.n, int64_t), rows.n};
    for (size_t i = 0; i < rows.n; i++)
        m->ids[i] = cell_int(&rows, i, 0);
    p->total += (int64_t)rows.n;
    return OK;
}

static enum status read_moves(struct call *c, struct merge_plan *p)
{
    p->moves = ARENA_ARRAY(c->arena, MOVES_MAX, struct merge_move);
    for (size_t i = 0; c->model->nouns[i]; i++) {
        const struct noun *noun = c->model->nouns[i];
        for (size_t k = 0; !noun->derived && k < noun->n_fields; k++)
            if (moves_with(p->kind, noun, &noun->fields[k]))
                TRY(read_move(c, p, noun, &noun->fields[k]));
    }
    if (p->total > MERGE_MAX)
        return call_field(c, "gone",
            arena_printf(c->arena, TR(c, "has more than %d rows: keep that one instead"), MERGE_MAX));
    return OK;
}

static enum status read_access(struct call *c, struct merge_plan *p)
{
    struct value args[1] = {v_int(p->gone.id)};
    struct rows rows;
    if (!streq(p->kind->name, "person"))
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select count(*) from token where person_id = $1 and state = 'active'), "
        "(select count(*) from session where person_id = $1)",
        args, 1));
    p->tokens = cell_int(&rows, 0, 0);
    p->sessions = cell_int(&rows, 0, 1);
    return OK;
}

enum status merge_plan_read(struct call *c, const char *kind, const char *kept, const char *gone,
    const char *take, struct merge_plan *out)
{
    *out = (struct merge_plan){.kind = merge_kind(kind)};
    if (!out->kind)
        return call_field(c, "kind", TR(c, "is needed"));
    TRY(read_rows(c, kept, gone, out));
    TRY(choose_values(c, take, out));
    TRY(read_moves(c, out));
    TRY(merge_claims_read(c, out));
    return read_access(c, out);
}

/* ---- for machines ---- */

static void out_row(
    struct call *c, struct json_out *w, const char *key, const struct noun *noun, const struct row *row)
{
    out_key(w, key);
    out_object(w);
    out_kv_string(w, "id", id_text(c->arena, noun->prefix, row->id));
    out_kv_string(w, "name", row->name);
    out_end(w);
}

static void out_names(struct json_out *w, const char *key, const struct noun *noun, uint64_t mask)
{
    out_key(w, key);
    out_array(w);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (mask >> i & 1)
            out_string(w, noun->fields[i].name);
    out_end(w);
}

void merge_plan_json(struct call *c, const struct merge_plan *p, struct json_out *w)
{
    const struct noun *noun = p->kind->noun;
    out_kv_string(w, "kind", p->kind->name);
    out_row(c, w, "kept", noun, &p->kept);
    out_row(c, w, "gone", noun, &p->gone);
    out_names(w, "differ", noun, p->differ);
    out_names(w, "take", noun, p->take);
    out_key(w, "moves");
    out_array(w);
    for (size_t i = 0; i < p->n_moves; i++) {
        out_object(w);
        out_kv_string(w, "noun", p->moves[i].noun->name);
        out_kv_string(w, "field", p->moves[i].field->name);
        out_kv_int(w, "rows", (int64_t)p->moves[i].n);
        out_end(w);
    }
    out_end(w);
    out_key(w, "claims");
    out_array(w);
    for (size_t i = 0; i < p->n_claims; i++) {
        const struct merge_claim *k = &p->claims[i];
        out_object(w);
        out_kv_string(w, "registration_id", id_text(c->arena, "reg", k->registration_id));
        out_kv_string(w, "meets", k->other_id ? id_text(c->arena, "reg", k->other_registration_id) : NULL);
        out_kv_string(w, "then", !k->other_id ? "moves" : k->own ? "elder_stays" : "dispute");
        out_end(w);
    }
    out_end(w);
    out_kv_int(w, "total", p->total);
    out_kv_int(w, "tokens_end", p->tokens);
    out_kv_int(w, "sessions_end", p->sessions);
}
