#include "domain/log/keys.h"

#include "base/id.h"
#include "engine/merkle/receipt.h"
#include "runtime/sequencer.h"

#include <inttypes.h>

static const struct field fields[] = {
    FIELD(struct log_key, vkey, .label = N_("Key"), .required = true, .max = 400, .see = EVERYONE),
    FIELD(struct log_key, since_size, .label = N_("Signs from size"), .see = EVERYONE),
    FIELD(struct log_key, since, .label = N_("Signs since"), .see = EVERYONE),
};

const struct noun log_key_noun = {
    .name = "log_key",
    .plural = "log-keys",
    .prefix = "lkey",
    .label = N_("Key of the log"),
    .labels = N_("Keys of the log"),
    .icon = "key",
    .summary = N_("A key that signed the public log, and from which size on."),
    .size = sizeof(struct log_key),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "vkey",
    .vendor_scope = "1=1",
    .partner_scope = "1=1",
    .public_scope = "1=1",
    .read = ALL_ROLES,
    .order = "-created",
    .hidden = true,
};

/* ---- reading ---- */

static bool take_row(struct arena *a, const struct rows *rows, size_t r, struct note_term *t)
{
    struct instant since = {cell_int(rows, r, 2)};
    const char *vkey = cell_text(rows, r, 0);
    t->from = (uint64_t)cell_int(rows, r, 1);
    if (since.us)
        snprintf(t->time, sizeof t->time, "%s", instant_iso(a, since));
    return vkey && note_vkey_parse(&t->key, vkey);
}

enum status log_keys_read(struct db *db, struct arena *a, const struct note_key *only, struct note_keys *out)
{
    struct rows rows;
    *out = (struct note_keys){0};
    TRY(db_query(db, a, &rows,
        "select vkey, since_size, since from log_key order by since_size desc, id desc limit 64", NULL, 0));
    for (size_t r = 0; r < rows.n; r++)
        if (!take_row(a, &rows, r, &out->term[out->n++]))
            return BROKEN;
    if (!rows.n && only)
        out->term[out->n++].key = *only;
    note_keys_close(out);
    return OK;
}

static enum status show_keys(struct call *c, struct page_request *r, struct html *h)
{
    struct note_keys *keys = ARENA_NEW(c->arena, struct note_keys);
    TRY(log_keys_read(c->db, c->arena, r->log_key, keys));
    r->type = "text/plain; charset=utf-8";
    note_keys_write(h->b, keys);
    return OK;
}

const struct page log_key_page = {.path = "/log/key",
    .title = N_("Keys of the log"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_keys};

/* ---- replacing ---- */

static const char *vkey_text(struct arena *a, const struct note_key *key)
{
    struct buf b = buf_in(a, 1024);
    note_vkey(&b, key);
    return buf_str(&b);
}

static enum status enter_first(struct call *c, const struct note_key *key)
{
    struct rows rows;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows, "select at from event where seq = 1", NULL, 0));
    struct log_key k = {
        .vkey = vkey_text(c->arena, key), .since = {rows.n ? cell_int(&rows, 0, 0) : c->now.us}};
    return noun_insert_beside(c, &log_key_noun, &k, &id);
}

static enum status check_newest(struct call *c, const struct log_rotation *r)
{
    struct note_keys *keys = ARENA_NEW(c->arena, struct note_keys);
    TRY(log_keys_read(c->db, c->arena, NULL, keys));
    if (!keys->n)
        return enter_first(c, r->old);
    if (keys->n == NOTE_KEYS_MAX)
        return call_refuse(c, PROBLEM_state, "the log has had as many keys as it can name");
    return keys->term[0].key.id == r->old->id
               ? OK
               : call_refuse(c, PROBLEM_state, "another key has taken over in the meantime");
}

static const char *statement(struct call *c, const struct log_key *k, const struct note_key *old)
{
    struct buf b = buf_in(c->arena, 4096);
    struct json_out w = json_out(&b);
    out_object(&w); /* canonical: its members stand in their order */
    out_kv_string(&w, "at", instant_iso(c->arena, k->since));
    out_kv_string(&w, "key", k->vkey);
    out_kv_string(&w, "replaces", vkey_text(c->arena, old));
    out_kv_string(&w, "type", "key");
    out_end(&w);
    return buf_str(&b);
}

enum status log_key_replace(struct call *c, const struct log_rotation *r)
{
    const char *const line[] = {"sequencer"}; /* taken early: the size must still hold when it is sequenced */
    struct tree_head head;
    int64_t id = 0;
    TRY(db_lock_names(c->db, line, 1));
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    TRY(check_newest(c, r));
    struct log_key k = {
        .vkey = vkey_text(c->arena, r->next), .since_size = (int64_t)head.size + 1, .since = c->now};
    TRY(noun_insert(c, &log_key_noun, &k, &id));
    struct event *e = call_last_event(c);
    e->statement = statement(c, &k, r->old);
    random_bytes(e->salt, sizeof e->salt);
    return OK;
}

/* ---- proving it ---- */

/* The statement that the row's key took over, in the log of the size at which both keys signed. */
static enum status write_change(struct call *c, struct html *h, const struct rows *row)
{
    struct tile_source source = {c->db, c->arena, "log", NULL};
    struct merkle_proof proof;
    uint64_t size = (uint64_t)cell_int(row, 0, 0), index = (uint64_t)cell_int(row, 0, 2);
    TRY(merkle_inclusion(&proof, index, size, (struct merkle_reader){tile_read, &source}));
    receipt_write(h->b, cell_text(row, 0, 3), cell(row, 0, 4)->b, index, size, &proof, cell_text(row, 0, 1));
    return OK;
}

static enum status show_change(struct call *c, struct page_request *r, struct html *h)
{
    struct note_keys *keys = ARENA_NEW(c->arena, struct note_keys);
    struct rows row = {0};
    TRY(log_keys_read(c->db, c->arena, r->log_key, keys));
    for (size_t i = 0; i < keys->n; i++) {
        if (!streq(r->param[0], arena_printf(c->arena, "%08" PRIx32, keys->term[i].key.id)))
            continue;
        struct value args[1] = {v_text(vkey_text(c->arena, &keys->term[i].key))};
        TRY(db_query(c->db, c->arena, &row,
            "select k.since_size, k.handover, l.leaf_index, l.statement, l.salt from log_key k join log_leaf "
            "l on "
            "l.noun = 'log_key' and l.row_id = k.id where k.vkey = $1 and k.handover is not null",
            args, 1));
    }
    if (!row.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    r->file_name = arena_printf(c->arena, "key-%s.receipt.json", r->param[0]);
    r->type = "application/json";
    return write_change(c, h, &row);
}

const struct page log_change_page = {.path = "/log/key/:id",
    .title = N_("Change of the key"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_change};
