/* Protections that meet in a merge: never a silent winner. */
#include "base/id.h"
#include "base/json.h"
#include "domain/dispute/dispute.h"
#include "domain/merge/merge.h"
#include "domain/registration/life.h"

/* ---- reading ---- */

/* Where a registration stands in the log; what has no entry yet stands behind all others. */
static enum status log_place(struct call *c, int64_t registration_id, int64_t *out)
{
    struct value args[1] = {v_int(registration_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select min(leaf_index) from log_leaf where noun = 'registration' and row_id = $1", args, 1));
    *out = cell(&rows, 0, 0)->kind == VALUE_INT ? cell_int(&rows, 0, 0) : INT64_MAX;
    return OK;
}

/*
 * Of several that stand there already one's own counts most, then the first in its place. An account's claims
 * meet those of the account that is kept, a partner's the other partner's on the same account.
 */
static enum status find_other(struct call *c, const struct merge_plan *p, struct merge_claim *k)
{
    bool account = streq(p->kind->name, "account");
    struct value args[3] = {v_int(account ? p->kept.id : k->account_id), v_int(k->line_id),
        v_int(account ? k->partner_id : p->kept.id)};
    struct rows rows;
    int64_t mine, other;
    TRY(db_query(c->db, c->arena, &rows,
        "select id, registration_id, partner_id from protection where account_id = $1 and product_line_id = "
        "$2 "
        "and state <> 'closed' order by case when partner_id = $3 then 0 else 1 end, place limit 1",
        args, 3));
    if (!rows.n || (!account && cell_int(&rows, 0, 2) != p->kept.id))
        return OK;
    k->other_id = cell_int(&rows, 0, 0);
    k->other_registration_id = cell_int(&rows, 0, 1);
    k->other_partner_id = cell_int(&rows, 0, 2);
    k->own = !account || k->other_partner_id == k->partner_id;
    TRY(log_place(c, k->registration_id, &mine));
    TRY(log_place(c, k->other_registration_id, &other));
    k->older = mine < other || (mine == other && k->registration_id < k->other_registration_id);
    return OK;
}

/* Two of one partner's become one; while one of them is in dispute nobody closes it. */
static enum status refuse_disputed(struct call *c, const struct merge_claim *k)
{
    struct registration r;
    if (!k->other_id || !k->own)
        return OK;
    TRY(registration_whole(c, k->older ? k->other_registration_id : k->registration_id, &r));
    return life_refuse_disputed(c, &r);
}

enum status merge_claims_read(struct call *c, struct merge_plan *p)
{
    struct value args[1] = {v_int(p->gone.id)};
    struct rows rows;
    if (streq(p->kind->name, "person"))
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        streq(p->kind->name, "account")
            ? "select id, registration_id, account_id, product_line_id, partner_id from protection "
              "where account_id = $1 and state <> 'closed' order by place, id"
            : "select id, registration_id, account_id, product_line_id, partner_id from protection "
              "where partner_id = $1 and state <> 'closed' order by place, id",
        args, 1));
    p->claims = ARENA_ARRAY(c->arena, rows.n + 1, struct merge_claim);
    for (size_t i = 0; i < rows.n; i++) {
        struct merge_claim *k = &p->claims[p->n_claims++];
        *k = (struct merge_claim){.protection_id = cell_int(&rows, i, 0),
            .registration_id = cell_int(&rows, i, 1),
            .account_id = cell_int(&rows, i, 2),
            .line_id = cell_int(&rows, i, 3),
            .partner_id = cell_int(&rows, i, 4)};
        TRY(find_other(c, p, k));
        TRY(refuse_disputed(c, k));
    }
    return OK;
}

/* ---- moving ---- */

static enum status set_place(struct call *c, int64_t protection_id, int64_t place)
{
    struct value args[2] = {v_int(protection_id), v_int(place)};
    return db_exec(c->db, "update protection set place = $2 where id = $1", args, 2);
}

static enum status place_of(struct call *c, int64_t protection_id, int64_t *out)
{
    struct value args[1] = {v_int(protection_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select place from protection where id = $1", args, 1));
    *out = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

/* The first place behind all that stand on the account for the line. */
static enum status last_place(struct call *c, int64_t account_id, int64_t line_id, int64_t *out)
{
    struct value args[2] = {v_int(account_id), v_int(line_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select coalesce(max(place), -1) from protection where account_id = $1 and product_line_id = $2 "
        "and state <> 'closed'",
        args, 2));
    *out = cell_int(&rows, 0, 0) + 1;
    return OK;
}

static enum status point(
    struct call *c, const struct merge_plan *p, const struct merge_claim *k, int64_t place)
{
    struct value args[3] = {v_int(k->protection_id), v_int(p->kept.id), v_int(place)};
    return db_exec(c->db,
        streq(p->kind->name, "account") ? "update protection set account_id = $2, place = $3 where id = $1"
                                        : "update protection set partner_id = $2, place = $3 where id = $1",
        args, 3);
}

static enum status close_younger(struct call *c, int64_t registration_id, struct json_out *w)
{
    struct registration r;
    TRY(registration_whole(c, registration_id, &r));
    out_kv_string(w, "closed", id_text(c->arena, "reg", registration_id));
    out_kv_string(w, "state", r.state);
    out_kv_string(w, "reason", r.reason);
    r.reason = "Merged: your older registration of this customer stands.";
    return registration_end(c, registration_id, &r, "withdrawn", false);
}

static enum status open_dispute(struct call *c, int64_t younger, int64_t elder)
{
    struct dispute_opening o = {
        .registration_id = younger, .rival_id = elder, .kind = "partners", .opened_by = "system"};
    int64_t id;
    return dispute_open(c, &o, &id);
}

/* Both stay; the younger gets a place behind. */
static enum status keep_both(struct call *c, const struct merge_plan *p, const struct merge_claim *k)
{
    int64_t last, other;
    TRY(last_place(c, p->kept.id, k->line_id, &last));
    if (!k->older) {
        TRY(point(c, p, k, last));
        return open_dispute(c, k->registration_id, k->other_registration_id);
    }
    TRY(place_of(c, k->other_id, &other));
    TRY(set_place(c, k->other_id, last));
    TRY(point(c, p, k, other));
    return open_dispute(c, k->other_registration_id, k->registration_id);
}

static enum status is_closed(struct call *c, int64_t protection_id, bool *yes)
{
    struct value args[1] = {v_int(protection_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select state from protection where id = $1", args, 1));
    *yes = !rows.n || streq(cell_text(&rows, 0, 0), "closed");
    return OK;
}

static enum status move_claim(
    struct call *c, const struct merge_plan *p, const struct merge_claim *planned, struct json_out *w)
{
    struct merge_claim k = *planned;
    int64_t place, other = 0;
    bool closed = false;
    TRY(place_of(c, k.protection_id, &place));
    if (k.other_id)
        TRY(is_closed(c, k.other_id, &closed)); /* by an older one of this very merge */
    int64_t own_place = place;
    if (closed) {
        k.other_id = 0;
        TRY(last_place(c, p->kept.id, k.line_id, &own_place));
    }
    out_object(w);
    out_kv_string(w, "protection", id_text(c->arena, "prn", k.protection_id));
    out_kv_int(w, "place", place);
    if (k.other_id) {
        TRY(place_of(c, k.other_id, &other));
        out_kv_string(w, "other", id_text(c->arena, "prn", k.other_id));
        out_kv_int(w, "other_place", other);
    }
    if (!k.other_id)
        TRY(point(c, p, &k, streq(p->kind->name, "account") ? own_place : place));
    else if (!k.own)
        TRY(keep_both(c, p, &k));
    else if (k.older) {
        TRY(close_younger(c, k.other_registration_id, w));
        TRY(point(c, p, &k, streq(p->kind->name, "account") ? other : place));
    } else {
        TRY(close_younger(c, k.registration_id, w));
        TRY(point(c, p, &k, place));
    }
    out_end(w);
    return OK;
}

enum status merge_claims_move(struct call *c, const struct merge_plan *p, struct json_out *w)
{
    for (size_t i = 0; i < p->n_claims; i++)
        TRY(move_claim(c, p, &p->claims[i], w));
    return OK;
}
