/* The order of two registrations: where each stands in the log. Nobody reads what the other entry says. */
#include "domain/dispute/order.h"
#include "base/id.h"
#include "base/json.h"
#include "domain/dispute/dispute.h"
#include "domain/log/cosigned.h"
#include "engine/merkle/order.h"
#include "engine/merkle/receipt.h"
#include "runtime/sequencer.h"

/* The first entry of a registration is the one that counts: there it was registered. */
static enum status first_entry(struct call *c, int64_t registration_id, struct rows *rows)
{
    struct value args[1] = {v_int(registration_id)};
    return db_query(c->db, c->arena, rows,
        "select l.leaf_index, e.at, l.statement, l.salt from log_leaf l join event e on e.seq = l.event_seq "
        "where l.noun = 'registration' and l.row_id = $1 order by l.leaf_index limit 1",
        args, 1);
}

static enum status agreed(struct call *c, int64_t dispute_id, struct dispute_sides *sides, bool *yes)
{
    TRY(dispute_sides_load(c, dispute_id, sides));
    *yes = sides->n == 2 && sides->party[0].order_proof && sides->party[1].order_proof;
    return OK;
}

enum status dispute_order(
    struct call *c, int64_t dispute_id, int64_t party_id, struct order_entry out[2], size_t *n)
{
    struct dispute_sides sides;
    bool yes;
    *n = 0;
    TRY(agreed(c, dispute_id, &sides, &yes));
    for (size_t i = 0; yes && i < 2; i++) {
        struct rows rows;
        TRY(first_entry(c, sides.party[i].registration_id.id, &rows));
        if (!rows.n)
            continue;
        struct order_entry e = {.own = sides.id[i] == party_id,
            .index = (uint64_t)cell_int(&rows, 0, 0),
            .at = {cell_int(&rows, 0, 1)}};
        bool before = *n == 1 && e.index < out[0].index;
        out[before ? 1 : *n] = before ? out[0] : e;
        if (before)
            out[0] = e;
        ++*n;
    }
    return OK;
}

static enum status proven(
    struct call *c, int64_t registration_id, const struct tree_head *head, struct order_place *out)
{
    struct rows rows;
    struct tile_source source = {c->db, c->arena, "log", NULL};
    TRY(first_entry(c, registration_id, &rows));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    out->index = (uint64_t)cell_int(&rows, 0, 0);
    out->leaf = receipt_leaf(cell(&rows, 0, 3)->b, cell_text(&rows, 0, 2));
    return merkle_inclusion(&out->proof, out->index, head->size, (struct merkle_reader){tile_read, &source});
}

/* The same file for both sides but for the mark on one's own entry. */
static enum status write_file(struct call *c, int64_t dispute_id, int64_t party_id, struct buf *out)
{
    struct dispute_sides sides;
    struct order_place place[2] = {0};
    struct tree_head head;
    const char *checkpoint;
    bool yes;
    TRY(agreed(c, dispute_id, &sides, &yes));
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    if (!yes || !head.checkpoint)
        return call_refuse(c, PROBLEM_not_found, NULL);
    for (size_t i = 0; i < 2; i++) {
        TRY(proven(c, sides.party[i].registration_id.id, &head, &place[i]));
        place[i].own = sides.id[i] == party_id;
    }
    TRY(log_cosigned(c->db, c->arena, &head, &checkpoint));
    order_write(out, place, head.size, checkpoint);
    return OK;
}

static enum status show_party(struct call *c, struct page_request *r, struct html *h)
{
    struct dispute_party p;
    struct row row;
    int64_t id;
    if (!id_parse("dpt", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &dispute_party_noun, id, &row));
    TRY(dispute_party_load(c, id, &p)); /* which dispute it is a partner does not read */
    TRY(write_file(c, p.dispute_id.id, id, h->b));
    r->file_name = arena_printf(c->arena, "%s.order.json", id_text(c->arena, "dpt", id));
    r->type = "application/json";
    return OK;
}

const struct page dispute_party_order_page = {.path = "/dispute-parties/:id/order",
    .title = N_("Proof of the order"),
    .roles = ALL_ROLES,
    .bare = true,
    .show = show_party};

static enum status show_vendor(struct call *c, struct page_request *r, struct html *h)
{
    struct row row;
    int64_t id;
    if (!id_parse("dis", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &dispute_noun, id, &row));
    TRY(write_file(c, id, 0, h->b));
    r->file_name = arena_printf(c->arena, "%s.order.json", id_text(c->arena, "dis", id));
    r->type = "application/json";
    return OK;
}

const struct page dispute_order_page = {.path = "/disputes/:id/order",
    .title = N_("Proof of the order"),
    .roles = VENDOR_ROLES,
    .bare = true,
    .show = show_vendor};

/* ---- agreeing ---- */

/* Told once, however often a side says it: the other one gets mail of it. */
static enum status set_agreed(struct call *c, bool agree)
{
    struct dispute_party p;
    struct dispute_sides sides;
    struct dispute d;
    bool yes;
    TRY(dispute_party_load(c, c->row_id, &p));
    TRY(agreed(c, p.dispute_id.id, &sides, &yes));
    c->result_id = c->row_id;
    if (p.order_proof == agree)
        return OK;
    if (yes)
        return call_refuse(
            c, PROBLEM_state, TR(c, "Both sides agreed and read the order; that cannot be taken back."));
    p.order_proof = agree;
    TRY(noun_update(
        c, &dispute_party_noun, c->row_id, &p, FIELD_BIT(&dispute_party_noun, order_proof), NULL));
    TRY(dispute_load(c, p.dispute_id.id, &d));
    TRY(agreed(c, p.dispute_id.id, &sides, &yes));
    for (size_t i = 0; yes && i < 2; i++)
        TRY(dispute_tell_party(c, sides.id[i], &sides.party[i], NEWS_ORDER));
    if (yes)
        TRY(dispute_tell_vendor(c, p.dispute_id.id, &d, NEWS_ORDER));
    c->result_id = c->row_id;
    return OK;
}

static enum status agree_run(struct call *c)
{
    return set_agreed(c, true);
}

static enum status keep_run(struct call *c)
{
    return set_agreed(c, false);
}

const struct verb dispute_party_agree_order = {
    .noun = &dispute_party_noun,
    .name = "agree_order",
    .label = N_("Agree to prove the order"),
    .summary =
        N_("When the other side agrees, too, both read which registration was entered in the log first."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .hidden = true,
    .run = agree_run,
    .done = N_("Agreed"),
};

const struct verb dispute_party_keep_order = {
    .noun = &dispute_party_noun,
    .name = "keep_order",
    .label = N_("Take the agreement back"),
    .summary = N_("The order is shown to nobody."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .hidden = true,
    .run = keep_run,
    .done = N_("Taken back"),
};
