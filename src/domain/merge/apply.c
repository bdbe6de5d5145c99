/* The merge: one transaction, recorded so that it can be taken back. */
#include "base/id.h"
#include "base/json.h"
#include "domain/account/account.h"
#include "domain/dispute/dispute.h"
#include "domain/merge/merge.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/person/sign_in.h"
#include "domain/registration/waitlist.h"
#include "model/custom.h"

struct merge_input {
    const char *kind, *kept, *gone, *take, *why;
};
static const struct field merge_fields[] = {
    FIELD(struct merge_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .required = true),
    FIELD(struct merge_input, kept, .label = N_("Stays"), .required = true, .max = 60, .hint = N_("Its id."),
        .example = "@duplicates?kind=account&state=open#one"),
    FIELD(struct merge_input, gone, .label = N_("Goes"), .required = true, .max = 60,
        .hint = N_("Its id. What belongs to it moves to the one that stays."),
        .example = "@duplicates?kind=account&state=open#other"),
    FIELD(struct merge_input, take, .label = N_("Values taken from the one that goes"), .max = 500,
        .hint = N_("Names of fields with commas; when not given, what the one that stays does not have."),
        .example = "city"),
    FIELD(struct merge_input, why, .label = N_("Reason"), .form = FORM_LONG, .max = 1000,
        .example = "One company with two entries."),
};
#define TAKE_GIVEN (UINT64_C(1) << 3)

/* ---- locks ---- */

#define NAMES_MAX 512

struct names {
    const char *name[NAMES_MAX];
    size_t n;
};

static void add_name(struct names *l, const char *name)
{
    if (l->n < NAMES_MAX)
        l->name[l->n++] = name;
}

/* Deciders about either company wait, and whoever offers its account to the next. */
static enum status add_account_names(struct call *c, int64_t id, const struct row *row, struct names *l)
{
    struct account a;
    struct match_keys keys;
    struct value args[1] = {v_int(id)};
    struct rows rows;
    row_record(&account_noun, row, &a);
    match_keys(c->arena, account_record(c->arena, &a), &keys);
    for (size_t i = 0; i < keys.n_exact; i++)
        add_name(l, keys.key[i]);
    TRY(db_query(c->db, c->arena, &rows,
        "select distinct product_line_id from protection where account_id = $1 and state <> 'closed'", args,
        1));
    for (size_t i = 0; i < rows.n; i++)
        add_name(l, waitlist_lock_name(c->arena, id, cell_int(&rows, i, 0)));
    return OK;
}

enum status merge_lock(struct call *c, const struct merge_kind *k, const char *kept, const char *gone)
{
    const char *const ids[] = {kept, gone};
    struct names *l = ARENA_NEW(c->arena, struct names);
    add_name(l, "merge"); /* one at a time: two could make a circle of three */
    for (int i = 0; i < 2; i++) {
        int64_t id;
        struct row row;
        struct call look = *c;
        if (!ids[i] || !id_parse(k->noun->prefix, ids[i], &id) ||
            noun_get_whole(&look, k->noun, id, &row) != OK)
            continue; /* refused by the plan */
        add_name(l, noun_lock_name(c->arena, k->noun, id));
        if (k->noun == &partner_noun)
            add_name(l, arena_printf(c->arena, "partner:%lld", (long long)id));
        if (k->noun == &account_noun)
            TRY(add_account_names(c, id, &row, l));
    }
    return db_lock_names(c->db, l->name, l->n);
}

/* ---- the two rows ---- */

static void out_typed(struct json_out *w, const struct value *v)
{
    switch (v->kind) {
    case VALUE_INT: out_int(w, v->i); break;
    case VALUE_REAL: out_real(w, v->r); break;
    case VALUE_TEXT: out_string(w, v->s); break;
    default: out_null(w);
    }
}

static bool is_unique(const struct noun *noun, const char *field)
{
    for (size_t i = 0; noun->unique && noun->unique[i]; i++)
        if (streq(noun->unique[i], field))
            return true;
    return false;
}

static void set_field(const struct noun *noun, void *record, const char *name, struct value v)
{
    field_store(noun_field(noun, name), record, &v);
}

/* It keeps what it was, but for what only one can have, and access. */
static enum status hide_gone(struct call *c, const struct merge_plan *p, struct json_out *w)
{
    const struct noun *noun = p->kind->noun;
    void *record = arena_calloc(c->arena, 1, noun->size);
    uint64_t mask = noun_bit(noun, noun->merged);
    row_record(noun, &p->gone, record);
    set_field(noun, record, noun->merged, v_int(p->kept.id));
    if (noun == &account_noun)
        TRY(account_findable(c, p->gone.id, false));
    if (noun == &person_noun) {
        set_field(noun, record, "state", v_text("inactive"));
        mask |= noun_bit(noun, "state");
    }
    for (size_t i = 0; i < noun->n_fields; i++)
        if ((p->take >> i & 1) && is_unique(noun, noun->fields[i].name)) {
            set_field(noun, record, noun->fields[i].name, v_null());
            mask |= UINT64_C(1) << i;
        }
    out_key(w, "gone");
    out_object(w);
    for (size_t i = 0; i < noun->n_fields; i++)
        if ((mask >> i & 1) && !streq(noun->fields[i].name, noun->merged)) {
            out_key(w, noun->fields[i].name);
            out_typed(w, &p->gone.v[i]);
        }
    out_end(w);
    return noun_update(c, noun, p->gone.id, record, mask, "merge");
}

/* Its own other names, the name of the one that goes, and that one's other names. */
static const char *all_names(struct call *c, const struct merge_plan *p)
{
    const struct noun *noun = p->kind->noun;
    const struct value *lists[3] = {row_value(noun, &p->kept, "aliases"), row_value(noun, &p->gone, "name"),
        row_value(noun, &p->gone, "aliases")};
    const char *kept_name = row_value(noun, &p->kept, "name")->s;
    struct buf b = buf_in(c->arena, 8192);
    for (int i = 0; i < 3; i++) {
        for (const char *at = lists[i]->kind == VALUE_TEXT ? lists[i]->s : ""; *at;
             at += strcspn(at, "\n"), at += *at == '\n') {
            const char *name = arena_strndup(c->arena, at, strcspn(at, "\n"));
            const char *line = arena_printf(c->arena, "\n%s\n", name);
            bool there =
                streq(name, kept_name) || strstr(arena_printf(c->arena, "\n%s\n", buf_str(&b)), line) != NULL;
            if (*name && !there && b.len + strlen(name) < 3900)
                buf_addf(&b, "%s%s", b.len ? "\n" : "", name);
        }
    }
    return buf_str(&b);
}

/* Above the one that goes nothing stands that it must not: where the kept one is below it, it takes its
 * place. */
static enum status is_below(struct call *c, const struct merge_plan *p, bool *yes)
{
    const struct noun *noun = p->kind->noun;
    int64_t at = p->kept.id;
    *yes = false;
    for (int depth = 0; noun_field(noun, "parent_id") && at && depth < 25 && !*yes; depth++) {
        struct value args[1] = {v_int(at)};
        struct rows rows;
        TRY(db_query(c->db, c->arena, &rows,
            arena_printf(c->arena, "select parent_id from %s where id = $1", noun->name), args, 1));
        at = rows.n ? cell_int(&rows, 0, 0) : 0;
        *yes = at == p->gone.id;
    }
    return OK;
}

static void out_change(
    struct json_out *w, const struct field *f, const struct value *before, const void *record)
{
    struct value after = field_load(f, record);
    out_key(w, f->name);
    out_array(w);
    out_typed(w, before);
    out_typed(w, &after);
    out_end(w);
}

static enum status take_custom(struct call *c, const struct merge_plan *p, struct json_out *w)
{
    const struct noun *noun = p->kind->noun;
    struct custom_field **fields;
    size_t n, n_before = c->n_custom;
    struct custom_input *before = c->custom;
    const struct verb *verb = c->verb;
    out_key(w, "custom");
    out_array(w);
    if (noun->custom) {
        TRY(custom_fields(c, noun, &fields, &n));
        c->custom = ARENA_ARRAY(c->arena, n + 1, struct custom_input);
        c->n_custom = 0;
        for (size_t i = 0; i < n; i++)
            if (p->gone.custom && p->gone.custom[i].kind != VALUE_NULL &&
                (!p->kept.custom || p->kept.custom[i].kind == VALUE_NULL)) {
                c->custom[c->n_custom++] = (struct custom_input){fields[i], p->gone.custom[i]};
                out_string(w, fields[i]->name);
            }
        c->verb = model_verb(c->model, noun, "update");
        void *record = arena_calloc(c->arena, 1, noun->size);
        enum status s = c->n_custom ? noun_update(c, noun, p->kept.id, record, 0, "merge") : OK;
        c->verb = verb;
        c->custom = before;
        c->n_custom = n_before;
        TRY(s);
    }
    out_end(w);
    return OK;
}

static enum status change_kept(struct call *c, const struct merge_plan *p, struct json_out *w)
{
    const struct noun *noun = p->kind->noun;
    void *record = arena_calloc(c->arena, 1, noun->size);
    uint64_t mask = p->take;
    bool below;
    row_record(noun, &p->kept, record);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (p->take >> i & 1)
            field_store(&noun->fields[i], record, &p->gone.v[i]);
    TRY(is_below(c, p, &below));
    if (below) {
        set_field(noun, record, "parent_id", *row_value(noun, &p->gone, "parent_id"));
        mask |= noun_bit(noun, "parent_id");
    }
    if (noun == &account_noun) {
        set_field(noun, record, "aliases", v_text(all_names(c, p)));
        mask |= noun_bit(noun, "aliases");
    }
    out_key(w, "kept");
    out_object(w);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (mask >> i & 1)
            out_change(w, &noun->fields[i], &p->kept.v[i], record);
    out_end(w);
    TRY(noun == &account_noun ? account_change(c, p->kept.id, record, mask, "merge")
                              : noun_update(c, noun, p->kept.id, record, mask, "merge"));
    return take_custom(c, p, w);
}

/* ---- what moves ---- */

enum status merge_point(struct call *c, const struct noun *noun, const struct field *field, int64_t id,
    int64_t to, const char *verb)
{
    void *record = arena_calloc(c->arena, 1, noun->size);
    struct value v = v_ref(to);
    field_store(field, record, &v);
    return noun_update(c, noun, id, record, noun_bit(noun, field->name), verb);
}

/*
 * One by one, not a table with one statement: noun_update() leaves each row's event with what it was before
 * and after, keeps its version and its words for search, and tells partners' rows apart. `tandem check`
 * compares every row with its last event, and a split reads these to see what was changed since.
 */
static enum status move_rows(struct call *c, const struct merge_plan *p)
{
    for (size_t i = 0; i < p->n_moves; i++)
        for (size_t k = 0; k < p->moves[i].n; k++)
            TRY(merge_point(c, p->moves[i].noun, p->moves[i].field, p->moves[i].ids[k], p->kept.id, "merge"));
    return OK;
}

static void out_moves(struct call *c, const struct merge_plan *p, struct json_out *w)
{
    out_key(w, "rows");
    out_array(w);
    for (size_t i = 0; i < p->n_moves; i++) {
        const struct merge_move *m = &p->moves[i];
        out_object(w);
        out_kv_string(w, "noun", m->noun->name);
        out_kv_string(w, "field", m->field->name);
        out_key(w, "ids");
        out_array(w);
        for (size_t k = 0; k < m->n; k++)
            out_string(w, id_text(c->arena, m->noun->prefix, m->ids[k]));
        out_end(w);
        out_end(w);
    }
    out_end(w);
}

/* A person who is another now no longer enters by what was given to this one, nor decides as this one. */
static enum status end_access(struct call *c, const struct merge_plan *p)
{
    struct value args[1] = {v_int(p->gone.id)};
    struct rows rows;
    if (p->kind->noun != &person_noun)
        return OK;
    TRY(db_query(
        c->db, c->arena, &rows, "select id from token where person_id = $1 and state = 'active'", args, 1));
    for (size_t i = 0; i < rows.n; i++) {
        struct token t = {.state = "revoked"};
        TRY(noun_update(c, &token_noun, cell_int(&rows, i, 0), &t, FIELD_BIT(&token_noun, state), "revoke"));
    }
    TRY(sign_in_forget(c, p->gone.id));
    return dispute_person_left(c, p->gone.id);
}

/* Pairs with the one that goes are no question any more. */
static enum status close_pairs(struct call *c, const char *gone)
{
    struct value args[1] = {v_text(gone)};
    struct rows rows;
    struct duplicate d = {.state = "merged"};
    TRY(db_query(c->db, c->arena, &rows,
        "select id from duplicate where (one = $1 or other = $1) and state = 'open' order by id", args, 1));
    for (size_t i = 0; i < rows.n; i++)
        TRY(noun_update(
            c, &duplicate_noun, cell_int(&rows, i, 0), &d, FIELD_BIT(&duplicate_noun, state), "merge"));
    return OK;
}

/* MERGE_MAX rows, each of them a claim, fit. */
#define MOVES_TEXT_MAX ((size_t)6 << 20)

static enum status create_run(struct call *c)
{
    const struct merge_input *in = c->in;
    struct merge_plan p;
    TRY(merge_lock(c, merge_kind(in->kind), in->kept, in->gone));
    TRY(merge_plan_read(
        c, in->kind, in->kept, in->gone, c->given & TAKE_GIVEN ? in->take ? in->take : "" : NULL, &p));
    struct buf b = buf_in(c->arena, MOVES_TEXT_MAX);
    struct json_out w = json_out(&b);
    out_object(&w);
    TRY(hide_gone(c, &p, &w));
    TRY(change_kept(c, &p, &w));
    TRY(move_rows(c, &p));
    if (p.kind->follow)
        TRY(p.kind->follow(c, p.kept.id, p.gone.id));
    out_key(&w, "claims");
    out_array(&w);
    TRY(merge_claims_move(c, &p, &w));
    out_end(&w);
    out_moves(c, &p, &w);
    out_end(&w);
    TRY(end_access(c, &p));
    TRY(close_pairs(c, in->gone));
    ASSERT(!b.overflow);
    struct merge m = {.kind = in->kind,
        .kept = in->kept,
        .gone = in->gone,
        .kept_name = p.kept.name,
        .gone_name = p.gone.name,
        .moved = p.total,
        .moves = buf_str(&b),
        .why = in->why,
        .person_id = {c->viewer->person_id},
        .state = "done"};
    int64_t id = 0;
    return noun_insert(c, &merge_noun, &m, &id);
}

static enum status preview_run(struct call *c)
{
    const struct merge_input *in = c->in;
    struct merge_plan p;
    TRY(merge_plan_read(
        c, in->kind, in->kept, in->gone, c->given & TAKE_GIVEN ? in->take ? in->take : "" : NULL, &p));
    struct buf b = buf_in(c->arena, 1 << 20);
    struct json_out w = json_out(&b);
    out_object(&w);
    merge_plan_json(c, &p, &w);
    out_end(&w);
    c->result_json = buf_str(&b);
    return OK;
}

const struct verb merge_create = {
    .noun = &merge_noun,
    .name = "create",
    .label = N_("Merge"),
    .done = N_("Merged"),
    .summary = N_("Make one of two rows: what belongs to one moves to the other. It can be split again."),
    .on = ON_COLLECTION,
    .roles = MERGERS,
    .hidden = true,
    INPUT(struct merge_input, merge_fields),
    .undo = &merge_split,
    .run = create_run,
    .example = {.fields = "kind,kept,gone,why"},
};

const struct verb merge_preview = {
    .noun = &merge_noun,
    .name = "preview",
    .label = N_("Preview a merge"),
    .summary = N_("What a merge would move, and which claims would meet; nothing is changed."),
    .on = ON_COLLECTION,
    .roles = MERGERS,
    .reads = true,
    .hidden = true,
    INPUT(struct merge_input, merge_fields),
    .run = preview_run,
    .example = {.fields = "kind,kept,gone",
        .answer = "{\"kind\":\"account\",\"kept\":{\"id\":\"acc_0002T7WE2Q7A7\",\"name\":\"Corvin Labs "
                  "B.V.\"},\"gone\":{\"id\":\"acc_0002T7WE2Q7A8\",\"name\":\"Corvin Laboratories "
                  "B.V.\"},\"differ\":[\"name\",\"external_id\"],\"take\":[],\"moves\":[],\"claims\":[],"
                  "\"total\":0,\"tokens_end\":0,\"sessions_end\":0}"},
};
