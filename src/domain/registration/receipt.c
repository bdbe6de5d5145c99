/* The receipt: what the log holds of a registration, with its proof; and what REST says beside the row. */
#include "engine/merkle/receipt.h"

#include "base/id.h"
#include "base/json.h"
#include "domain/log/cosigned.h"
#include "domain/registration/extension.h"

enum status registration_receipt(struct call *c, int64_t registration_id, int64_t entry, struct buf *out,
    uint64_t *index, uint64_t *size, struct hash *leaf)
{
    struct row row;
    TRY(noun_get(c, &registration_noun, registration_id, &row)); /* the viewer must see the registration */
    return registration_receipt_seen(c, &row, entry, out, index, size, leaf);
}

const struct event *registration_just_logged(const struct call *c, int64_t registration_id)
{
    const struct event *last = NULL;
    for (const struct event *e = c->events; e; e = e->next)
        if (e->end && e->noun == &registration_noun && e->row_id == registration_id)
            last = e;
    return last;
}

static enum status write_just_logged(
    struct call *c, const struct event *e, struct buf *out, struct hash *leaf)
{
    struct merkle_proof proof;
    struct tile_source source = {c->db, c->arena, "log", e->end};
    *leaf = receipt_leaf(e->salt, e->statement);
    TRY(merkle_inclusion(&proof, e->leaf_index, e->tree_size, (struct merkle_reader){tile_read, &source}));
    receipt_write(out, e->statement, e->salt, e->leaf_index, e->tree_size, &proof, e->end->head.checkpoint);
    return OK;
}

enum status registration_receipt_seen(struct call *c, const struct row *registration, int64_t entry,
    struct buf *out, uint64_t *index, uint64_t *size, struct hash *leaf)
{
    struct tree_head head;
    struct merkle_proof proof;
    const char *checkpoint;
    struct rows rows;
    const struct event *logged =
        entry == RECEIPT_NEWEST ? registration_just_logged(c, registration->id) : NULL;
    if (logged) {
        *index = logged->leaf_index;
        *size = logged->tree_size;
        return write_just_logged(c, logged, out, leaf);
    }
    struct value args[2] = {v_int(registration->id), v_int(entry)};
    TRY(db_query(c->db, c->arena, &rows,
        "select leaf_index, statement, salt from log_leaf where noun = 'registration' and row_id = $1 "
        "and (leaf_index = $2 or $2 < 0) order by leaf_index desc limit 1",
        args, 2));
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    if (!rows.n || !head.checkpoint)
        return call_refuse(c, PROBLEM_not_found, NULL);
    const unsigned char *salt = cell(&rows, 0, 2)->b;
    struct tile_source source = {c->db, c->arena, "log", NULL};
    *index = (uint64_t)cell_int(&rows, 0, 0);
    *size = head.size;
    *leaf = receipt_leaf(salt, cell_text(&rows, 0, 1));
    TRY(merkle_inclusion(&proof, *index, head.size, (struct merkle_reader){tile_read, &source}));
    TRY(log_cosigned(c->db, c->arena, &head, &checkpoint));
    receipt_write(out, cell_text(&rows, 0, 1), salt, *index, head.size, &proof, checkpoint);
    return OK;
}

/* ---- REST ---- */

static void out_changes(struct json_out *w, const struct explanation *e)
{
    out_key(w, "would_change");
    out_array(w);
    for (size_t i = 0; i < e->n_changes; i++) {
        out_object(w);
        out_kv_string(w, "condition", e->changes[i].condition);
        out_kv_string(w, "outcome", outcome_names[e->changes[i].outcome]);
        out_kv_string(w, "rule", e->changes[i].rule);
        out_kv_string(w, "then", e->changes[i].then);
        out_end(w);
    }
    out_end(w);
}

static void out_facts(struct json_out *w, const struct explanation *e)
{
    out_key(w, "facts");
    out_array(w);
    for (size_t i = 0; i < e->n_facts; i++) {
        out_object(w);
        out_kv_string(w, "name", e->facts[i].name);
        out_kv_string(w, "label", e->facts[i].label);
        out_kv_string(w, "value", e->facts[i].text);
        out_kv_string(w, "source", e->facts[i].source);
        out_kv_bool(w, "used", e->facts[i].used);
        out_end(w);
    }
    out_end(w);
}

void explanation_json(struct call *c, struct json_out *w, const struct explanation *e, struct instant until)
{
    out_object(w);
    out_kv_string(w, "outcome", outcome_names[e->outcome]);
    out_kv_string(w, "rule", e->rule_id);
    out_kv_string(w, "rule_name", e->rule_name);
    out_kv_int(w, "programme_version", e->programme_number);
    out_kv_string(w, "at", e->at.us ? instant_iso(c->arena, e->at) : NULL);
    out_key(w, "reasons");
    out_array(w);
    for (size_t i = 0; i < e->n_reasons; i++)
        out_string(w, e->reasons[i]);
    out_end(w);
    out_key(w, "trace");
    out_array(w);
    for (size_t i = 0; i < e->n_steps; i++) {
        out_object(w);
        out_kv_string(w, "rule", e->steps[i].rule);
        out_kv_bool(w, "matched", e->steps[i].hit);
        out_kv_string(w, "why", e->steps[i].why);
        out_end(w);
    }
    out_end(w);
    out_facts(w, e);
    out_changes(w, e);
    out_kv_string(w, "next_step", e->next_step);
    out_kv_string(w, "protected_until", until.us ? instant_iso(c->arena, until) : NULL);
    out_end(w);
}

void registration_json(struct call *c, const struct noun *noun, const struct row *row, struct json_out *w)
{
    struct explanation e;
    if (noun == &extension_noun && extension_explain_stored(c, row->id, &e) == OK) {
        struct extension x;
        row_record(&extension_noun, row, &x);
        out_key(w, "decision");
        explanation_json(c, w, &e, x.protected_until);
    }
    if (noun != &registration_noun)
        return;
    struct registration r;
    uint64_t index, size;
    struct hash leaf;
    struct buf receipt = buf_in(c->arena, 1 << 20);
    row_record(&registration_noun, row, &r);
    out_kv_string(w, "status", r.state);
    if (registration_explain_seen(c, row, true, &e) == OK) {
        out_key(w, "decision");
        explanation_json(c, w, &e, r.protected_until);
    }
    if (registration_receipt_seen(c, row, RECEIPT_NEWEST, &receipt, &index, &size, &leaf) == OK) {
        out_key(w, "receipt");
        out_raw(w, buf_str(&receipt));
    }
}
