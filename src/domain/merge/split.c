/*
 * Taking a merge back: what was moved and not changed since returns to the row that went, which is there
 * again. What was changed since is listed; a person says which of it returns, too. Tokens and sessions that
 * ended do not come back, nor does an ended place on a waitlist.
 */
#include "domain/merge/split.h"
#include "base/id.h"
#include "base/json.h"
#include "domain/account/account.h"
#include "domain/registration/life.h"
#include "model/custom.h"

/* ---- the plan ---- */

static enum status check_chain(struct call *c, const struct split_plan *p)
{
    struct row kept, gone;
    int64_t survivor;
    TRY(noun_get_whole(c, p->kind->noun, p->kept, &kept));
    TRY(noun_get_whole(c, p->kind->noun, p->gone, &gone));
    TRY(noun_survivor(c, p->kind->noun, &kept, &survivor));
    if (survivor)
        return call_refuse(c, PROBLEM_state,
            arena_printf(c->arena, TR(c, "%s was merged into another since: split that merge first."),
                p->merge.kept_name));
    if (row_value(p->kind->noun, &gone, p->kind->noun->merged)->kind == VALUE_NULL)
        return call_refuse(c, PROBLEM_state, NULL);
    return OK;
}

/* Its events say whether anybody has changed it since; what other merges moved and moved back does not count.
 */
static const char changed_sql[] = "select count(*) from event where noun = $1 and row_id = $2 and verb <> "
                                  "'merge' and verb <> 'split' and seq > "
                                  "(select min(m.seq) from event m where m.noun = 'merge' and m.row_id = $3)";

static enum status judge(struct call *c, const struct split_plan *p, struct split_row *r)
{
    struct value at[1] = {v_int(r->id)}, since[3] = {v_text(r->noun->name), v_int(r->id), v_int(p->id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        arena_printf(c->arena, "select %s from %s where id = $1", r->field->name, r->noun->name), at, 1));
    r->way = SPLIT_ELSEWHERE;
    if (!rows.n || cell_int(&rows, 0, 0) != p->kept)
        return OK;
    TRY(db_query(c->db, c->arena, &rows, changed_sql, since, 3));
    r->way = cell_int(&rows, 0, 0) ? SPLIT_CHANGED : SPLIT_BACK;
    return OK;
}

static enum status read_rows(struct call *c, struct split_plan *p)
{
    const json_t *groups = json_object_get(p->moves, "rows");
    const json_t *group, *id;
    size_t i, k, all = 0;
    json_array_foreach(groups, i, group) all += json_array_size(json_object_get(group, "ids"));
    p->rows = ARENA_ARRAY(c->arena, all + 1, struct split_row);
    json_array_foreach(groups, i, group)
    {
        const struct noun *noun = model_noun(c->model, json_string_value(json_object_get(group, "noun")));
        const struct field *f =
            noun ? noun_field(noun, json_string_value(json_object_get(group, "field"))) : NULL;
        json_array_foreach(json_object_get(group, "ids"), k, id)
        {
            struct split_row *r = &p->rows[p->n];
            *r = (struct split_row){noun, f, 0, json_string_value(id), SPLIT_BACK};
            if (!f || !r->text || !id_parse(noun->prefix, r->text, &r->id))
                continue;
            TRY(judge(c, p, r));
            p->n_way[r->way]++;
            p->n++;
        }
    }
    return OK;
}

/* The merge alone: which two it made one. */
static enum status read_merge(struct call *c, int64_t merge_id, struct split_plan *out)
{
    struct row row;
    const char *error;
    *out = (struct split_plan){.id = merge_id};
    TRY(noun_get_whole(c, &merge_noun, merge_id, &row));
    row_record(&merge_noun, &row, &out->merge);
    out->kind = merge_kind(out->merge.kind);
    out->moves = json_read(c->arena, out->merge.moves, strlen(out->merge.moves), &error);
    if (!out->kind || !out->moves || !id_parse(out->kind->noun->prefix, out->merge.kept, &out->kept) ||
        !id_parse(out->kind->noun->prefix, out->merge.gone, &out->gone))
        return call_refuse(c, PROBLEM_state, NULL);
    return streq(out->merge.state, "done") ? OK : call_refuse(c, PROBLEM_state, NULL);
}

enum status split_plan_read(struct call *c, int64_t merge_id, struct split_plan *out)
{
    TRY(read_merge(c, merge_id, out));
    TRY(check_chain(c, out));
    return read_rows(c, out);
}

/* ---- the rows ---- */

static bool goes_back(const struct split_row *r, const char *back)
{
    if (r->way != SPLIT_CHANGED)
        return r->way == SPLIT_BACK;
    if (streq(back, "all"))
        return true;
    for (const char *p = back; p && *p; p += strcspn(p, ", "), p += strspn(p, ", "))
        if (strcspn(p, ", ") == strlen(r->text) && strncmp(p, r->text, strlen(r->text)) == 0)
            return true;
    return false;
}

static enum status move_back(struct call *c, const struct split_plan *p, const char *back)
{
    for (size_t i = 0; i < p->n; i++)
        if (goes_back(&p->rows[i], back))
            TRY(merge_point(c, p->rows[i].noun, p->rows[i].field, p->rows[i].id, p->gone, "split"));
    return OK;
}

/* ---- the two ---- */

static struct value json_value(const json_t *j)
{
    return json_is_integer(j)  ? v_int(json_integer_value(j))
           : json_is_real(j)   ? v_real(json_real_value(j))
           : json_is_string(j) ? v_text(json_string_value(j))
                               : v_null();
}

/* What the merge wrote and nobody has changed since is as it was before. */
static enum status restore_kept(struct call *c, const struct split_plan *p)
{
    const struct noun *noun = p->kind->noun;
    void *record = arena_calloc(c->arena, 1, noun->size);
    struct row row;
    uint64_t mask = 0;
    const char *name;
    json_t *pair;
    TRY(noun_get_whole(c, noun, p->kept, &row));
    row_record(noun, &row, record);
    json_object_foreach(json_object_get(p->moves, "kept"), name, pair)
    {
        const struct field *f = noun_field(noun, name);
        struct value before = json_value(json_array_get(pair, 0)),
                     after = json_value(json_array_get(pair, 1));
        if (!f || !merge_same(row_value(noun, &row, name), &after))
            continue;
        field_store(f, record, &before);
        mask |= noun_bit(noun, name);
    }
    if (!mask)
        return OK;
    return noun == &account_noun ? account_change(c, p->kept, record, mask, "split")
                                 : noun_update(c, noun, p->kept, record, mask, "split");
}

static enum status restore_custom(struct call *c, const struct split_plan *p)
{
    const struct noun *noun = p->kind->noun;
    const json_t *names = json_object_get(p->moves, "custom");
    struct custom_field **fields;
    struct row kept, gone;
    size_t n;
    const struct verb *verb = c->verb;
    if (!noun->custom || !json_array_size(names))
        return OK;
    TRY(custom_fields(c, noun, &fields, &n));
    TRY(noun_get_whole(c, noun, p->kept, &kept));
    TRY(noun_get_whole(c, noun, p->gone, &gone));
    c->custom = ARENA_ARRAY(c->arena, n + 1, struct custom_input);
    c->n_custom = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < json_array_size(names); k++)
            if (streq(json_string_value(json_array_get(names, k)), fields[i]->name) && kept.custom &&
                gone.custom && merge_same(&kept.custom[i], &gone.custom[i]))
                c->custom[c->n_custom++] = (struct custom_input){fields[i], v_null()};
    c->verb = model_verb(c->model, noun, "update");
    enum status s =
        c->n_custom ? noun_update(c, noun, p->kept, arena_calloc(c->arena, 1, noun->size), 0, "split") : OK;
    c->verb = verb;
    c->custom = NULL;
    c->n_custom = 0;
    return s;
}

static enum status show_gone(struct call *c, const struct split_plan *p)
{
    const struct noun *noun = p->kind->noun;
    void *record = arena_calloc(c->arena, 1, noun->size);
    uint64_t mask = noun_bit(noun, noun->merged);
    const char *name;
    json_t *v;
    json_object_foreach(json_object_get(p->moves, "gone"), name, v)
    {
        const struct field *f = noun_field(noun, name);
        struct value before = json_value(v);
        if (!f)
            continue;
        field_store(f, record, &before);
        mask |= noun_bit(noun, name);
    }
    TRY(noun_update(c, noun, p->gone, record, mask, "split"));
    return noun == &account_noun ? account_findable(c, p->gone, true) : OK;
}

/* ---- claims ---- */

struct claim_row {
    int64_t registration_id;
    const char *state;
};

static enum status claim_of(struct call *c, int64_t protection_id, struct claim_row *out)
{
    struct value args[1] = {v_int(protection_id)};
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select registration_id, state from protection where id = $1", args, 1));
    *out = (struct claim_row){rows.n ? cell_int(&rows, 0, 0) : 0, rows.n ? cell_text(&rows, 0, 1) : "closed"};
    return OK;
}

/* A claim stands where its registration stands. */
static enum status follow_registration(
    struct call *c, const struct split_plan *p, int64_t protection_id, int64_t place, bool *moved)
{
    const char *field = streq(p->kind->name, "account") ? "account_id" : "partner_id";
    struct claim_row k;
    struct registration r;
    TRY(claim_of(c, protection_id, &k));
    *moved = false;
    if (!k.registration_id)
        return OK;
    TRY(registration_whole(c, k.registration_id, &r));
    int64_t at = streq(field, "account_id") ? r.account_id.id : r.partner_id.id;
    if (at != p->gone)
        return OK;
    *moved = true;
    struct value args[3] = {v_int(protection_id), v_int(p->gone), v_int(place)};
    return db_exec(c->db,
        arena_printf(c->arena, "update protection set %s = $2, place = $3 where id = $1", field), args, 3);
}

/* It was ended by the merge alone, and its time has not passed. */
static enum status reopen(struct call *c, int64_t registration_id, int64_t protection_id, const json_t *claim)
{
    const char *state = json_string_value(json_object_get(claim, "state"));
    const struct programme *programme;
    struct registration r;
    bool stands;
    TRY(registration_whole(c, registration_id, &r));
    bool over = streq(state, "approved") && r.protected_until.us <= c->now.us;
    if (!streq(r.state, "withdrawn") || over)
        return OK;
    TRY(protection_stands(c, r.account_id.id, r.product_line_id.id, registration_id, &stands));
    if (stands)
        return OK;
    TRY(programme_active(c, &programme));
    r.state = state;
    r.reason = json_string_value(json_object_get(claim, "reason"));
    r.ended.us = 0;
    life_wind(programme, &r, c->now);
    TRY(noun_update(c, &registration_noun, registration_id, &r, UINT64_MAX, "split"));
    call_last_event(c)->partner_sees = true;
    struct value args[2] = {v_int(protection_id), v_text(streq(state, "review") ? "hold" : "live")};
    return db_exec(c->db, "update protection set state = $2 where id = $1", args, 2);
}

static enum status restore_claim(struct call *c, const struct split_plan *p, const json_t *claim)
{
    int64_t id, other = 0, closed = 0;
    bool moved, has_other;
    struct claim_row own, its;
    const char *text = json_string_value(json_object_get(claim, "protection"));
    const char *other_text = json_string_value(json_object_get(claim, "other"));
    const char *closed_text = json_string_value(json_object_get(claim, "closed"));
    if (!text || !id_parse("prn", text, &id))
        return OK;
    has_other = other_text && id_parse("prn", other_text, &other);
    TRY(follow_registration(c, p, id, json_integer_value(json_object_get(claim, "place")), &moved));
    if (!moved || !has_other)
        return OK;
    TRY(claim_of(c, id, &own));
    TRY(claim_of(c, other, &its));
    struct value args[2] = {v_int(other), v_int(json_integer_value(json_object_get(claim, "other_place")))};
    if (streq(p->kind->name, "account"))
        TRY(db_exec(c->db, "update protection set place = $2 where id = $1 and state <> 'closed'", args, 2));
    if (!closed_text || !id_parse("reg", closed_text, &closed))
        return OK;
    return reopen(c, closed, closed == own.registration_id ? id : other, claim);
}

static enum status restore_claims(struct call *c, const struct split_plan *p)
{
    const json_t *claims = json_object_get(p->moves, "claims");
    for (size_t i = json_array_size(claims); i > 0; i--) /* the last moved first */
        TRY(restore_claim(c, p, json_array_get(claims, i - 1)));
    return OK;
}

/* Who splits them has said that they are two. */
static enum status dismiss_pair(struct call *c, const struct merge *m)
{
    struct value args[2] = {v_text(m->kept), v_text(m->gone)};
    struct duplicate d = {.state = "dismissed", .person_id = {c->viewer->person_id}};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from duplicate where (one = $1 and other = $2) or (one = $2 and other = $1)", args, 2));
    for (size_t i = 0; i < rows.n; i++)
        TRY(noun_update(c, &duplicate_noun, cell_int(&rows, i, 0), &d,
            FIELD_BIT(&duplicate_noun, state) | FIELD_BIT(&duplicate_noun, person_id), "split"));
    return OK;
}

struct split_input {
    const char *back;
};
static const struct field split_fields[] = {
    FIELD(struct split_input, back, .label = N_("What was changed since and goes back, too"),
        .form = FORM_LONG, .max = 100000, .hint = N_("Ids with commas, or all."), .example = "all"),
};

static enum status split_run(struct call *c)
{
    const struct split_input *in = c->in;
    struct split_plan p;
    struct merge m = {.state = "undone"};
    TRY(read_merge(c, c->row_id, &p));
    TRY(merge_lock(c, p.kind, p.merge.kept, p.merge.gone));
    TRY(split_plan_read(c, c->row_id, &p)); /* as it stands under the locks */
    TRY(restore_kept(c, &p));
    TRY(restore_custom(c, &p));
    TRY(show_gone(c, &p));
    TRY(move_back(c, &p, in->back));
    if (p.kind->follow)
        TRY(p.kind->follow(c, p.kept, p.gone));
    TRY(restore_claims(c, &p));
    TRY(dismiss_pair(c, &p.merge));
    return noun_update(c, &merge_noun, c->row_id, &m, FIELD_BIT(&merge_noun, state), NULL);
}

static const char *const done[] = {"done", NULL};

const struct verb merge_split = {
    .noun = &merge_noun,
    .name = "split",
    .label = N_("Split again"),
    .done = N_("Split again"),
    .summary = N_("Take the merge back: what was not changed since returns to the one that went."),
    .on = ON_ROW,
    .roles = MERGERS,
    .from = done,
    INPUT(struct split_input, split_fields),
    .run = split_run,
    .example = {.fields = "", .becomes = "undone"},
};
