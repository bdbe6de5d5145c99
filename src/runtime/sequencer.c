#include "runtime/sequencer.h"

#include "base/buf.h"
#include "base/id.h"
#include "engine/merkle/receipt.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

enum tree { TREE_LOG, TREE_AUDIT, TREE_COUNT };
static const char *const tree_names[TREE_COUNT] = {"log", "audit"};

/* Both growing edges, and the roots by which a stored head is recognised as theirs. */
struct edges {
    bool known;
    struct merkle_edge tree[TREE_COUNT];
    struct hash root[TREE_COUNT];
};

/* What the running transaction of one connection has appended; only its lane touches it. */
struct pending {
    struct pending *next;
    struct db *of;
    bool open;
    struct edges edges;
};

struct sequencer {
    struct note_key key;
    pthread_mutex_t lock; /* over the following; never held while the database is asked */
    struct edges edges;   /* of the last commit */
    struct pending *pending;
};

struct sequencer *sequencer_new(const struct note_key *key)
{
    struct sequencer *s = xcalloc(1, sizeof *s);
    s->key = *key;
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void sequencer_free(struct sequencer *s)
{
    if (!s)
        return;
    while (s->pending) {
        struct pending *p = s->pending;
        s->pending = p->next;
        free(p);
    }
    pthread_mutex_destroy(&s->lock);
    free(s);
}

const struct note_key *sequencer_key(const struct sequencer *s)
{
    return &s->key;
}

/* The connection's place; made at its first append. */
static struct pending *pending_of(struct sequencer *s, struct db *db)
{
    pthread_mutex_lock(&s->lock);
    struct pending *p = s->pending;
    while (p && p->of != db)
        p = p->next;
    if (!p) {
        p = xcalloc(1, sizeof *p);
        *p = (struct pending){.next = s->pending, .of = db};
        s->pending = p;
    }
    pthread_mutex_unlock(&s->lock);
    return p;
}

enum status tree_head_read(struct db *db, struct arena *a, const char *tree, struct tree_head *out)
{
    struct value args[1] = {v_text(tree)};
    struct rows rows;
    *out = (struct tree_head){.root = merkle_empty()};
    TRY(db_query(db, a, &rows, "select size, root, checkpoint from tree_head where tree = $1", args, 1));
    if (!rows.n)
        return OK;
    out->size = (uint64_t)cell_int(&rows, 0, 0);
    if (cell(&rows, 0, 1)->len != HASH_SIZE)
        return BROKEN;
    memcpy(out->root.b, cell(&rows, 0, 1)->b, HASH_SIZE);
    out->checkpoint = cell_text(&rows, 0, 2);
    return OK;
}

enum status tile_read(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    struct tile_source *src = ctx;
    struct value args[3] = {v_text(src->tree), v_int(level), v_int((int64_t)(first / TILE_WIDTH))};
    struct rows rows;
    TRY(db_query(src->db, src->arena, &rows,
        "select hashes from tile where tree = $1 and level = $2 and tile_index = $3", args, 3));
    size_t at = (size_t)(first % TILE_WIDTH) * HASH_SIZE;
    if (!rows.n || cell(&rows, 0, 0)->len < at + (size_t)n * HASH_SIZE)
        return BROKEN;
    memcpy(out, (const char *)cell(&rows, 0, 0)->b + at, (size_t)n * HASH_SIZE);
    return OK;
}

/* ---- the edge ---- */

/* The edges of the last commit that we saw when they are the stored trees', else read anew. */
static enum status find_edges(struct sequencer *s, struct db *db, struct arena *a, struct edges *e)
{
    pthread_mutex_lock(&s->lock);
    *e = s->edges;
    pthread_mutex_unlock(&s->lock);
    for (int t = 0; t < TREE_COUNT; t++) {
        struct tree_head head;
        struct tile_source source = {db, a, tree_names[t]};
        TRY(tree_head_read(db, a, tree_names[t], &head));
        bool ours =
            e->known && e->tree[t].size == head.size && memcmp(&e->root[t], &head.root, HASH_SIZE) == 0;
        if (!ours)
            TRY(merkle_edge_load(&e->tree[t], head.size, (struct merkle_reader){tile_read, &source}));
        e->root[t] = head.root;
    }
    e->known = true;
    return OK;
}

struct tile_sink {
    struct db *db;
    struct arena *arena;
    enum tree tree;
    enum status status;
};

static void store_tile(void *ctx, unsigned level, uint64_t index, const struct hash *hashes, unsigned n)
{
    struct tile_sink *sink = ctx;
    void *copy = arena_alloc(sink->arena, (size_t)n * HASH_SIZE);
    memcpy(copy, hashes, (size_t)n * HASH_SIZE);
    struct value args[4] = {v_text(tree_names[sink->tree]), v_int(level), v_int((int64_t)index),
        v_blob(copy, (size_t)n * HASH_SIZE)};
    if (sink->status == OK)
        sink->status = db_exec(sink->db,
            "insert into tile (tree, level, tile_index, hashes) values ($1, $2, $3, $4) "
            "on conflict (tree, level, tile_index) do update set hashes = excluded.hashes",
            args, 4);
}

/* Stores the partial tiles, the root and a fresh checkpoint. */
static enum status store_head(const struct note_key *key, struct db *db, struct arena *a, struct edges *edges,
    enum tree t, uint64_t before, struct instant now)
{
    struct merkle_edge *e = &edges->tree[t];
    struct tile_sink sink = {db, a, t, OK};
    uint64_t size = e->size, old = before;
    for (unsigned level = 0; level < MERKLE_LEVELS && size != old; level++) {
        if (e->level[level].n)
            store_tile(&sink, level, size / TILE_WIDTH, e->level[level].h, e->level[level].n);
        size /= TILE_WIDTH;
        old /= TILE_WIDTH;
    }
    TRY(sink.status);
    struct hash root = edges->root[t] = merkle_root(e);
    struct buf text = buf_in(a, 4096), note = buf_in(a, 8192);
    const char *origin = t == TREE_LOG ? key->name : arena_printf(a, "%s/audit", key->name);
    checkpoint_text(&text, origin, e->size, &root, instant_iso(a, now));
    note_sign(&note, buf_str(&text), key);
    struct hash *kept = arena_alloc(a, sizeof *kept);
    *kept = root;
    struct value args[5] = {v_text(tree_names[t]), v_int((int64_t)e->size), v_blob(kept, HASH_SIZE),
        v_text(buf_str(&note)), v_int(now.us)};
    return db_exec(db,
        "insert into tree_head (tree, size, root, checkpoint, signed) values ($1, $2, $3, $4, $5) "
        "on conflict (tree) do update set size = excluded.size, root = excluded.root, "
        "checkpoint = excluded.checkpoint, signed = excluded.signed",
        args, 5);
}

/* ---- events ---- */

struct hash audit_leaf(const unsigned char salt[32], int64_t seq, struct instant at, const char *noun,
    int64_t row_id, const char *verb, int64_t actor_id, int64_t partner_id, bool partner_sees,
    const char *payload)
{
    struct buf b = buf_new(BUF_MAX_DEFAULT);
    buf_add(&b, salt, 32);
    buf_addf(&b, "%" PRId64 "\n%" PRId64 "\n%s\n%" PRId64 "\n%s\n%" PRId64 "\n%" PRId64 "\n%d\n", seq, at.us,
        noun, row_id, verb, actor_id, partner_id, partner_sees ? 1 : 0);
    buf_adds(&b, payload);
    struct hash h = merkle_leaf(b.p, b.len);
    buf_free(&b);
    return h;
}

static enum status append_event(struct edges *edges, struct db *db, struct arena *a, const struct call *c,
    struct event *e, const unsigned char *salt)
{
    struct merkle_edge *audit = &edges->tree[TREE_AUDIT];
    struct tile_sink sink = {db, a, TREE_AUDIT, OK};
    e->seq = (int64_t)audit->size + 1;
    const char *payload = e->payload ? e->payload : "{}";
    struct hash leaf = audit_leaf(salt, e->seq, c->now, e->noun->name, e->row_id, e->verb,
        c->viewer->person_id, e->partner_id, e->partner_sees, payload);
    merkle_append(audit, &leaf, store_tile, &sink);
    TRY(sink.status);
    struct value args[10] = {v_int(e->seq), v_int(c->now.us), v_text(e->noun->name), v_int(e->row_id),
        v_text(e->verb), v_int(c->viewer->person_id), v_ref(e->partner_id), v_int(e->partner_sees),
        v_text(payload), v_blob(salt, 32)};
    return db_exec(db,
        "insert into event (seq, at, noun, row_id, verb, actor_id, partner_id, partner_sees, payload, salt) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args, 10);
}

static enum status append_statement(struct edges *edges, struct db *db, struct arena *a, struct event *e)
{
    struct merkle_edge *log = &edges->tree[TREE_LOG];
    struct tile_sink sink = {db, a, TREE_LOG, OK};
    struct hash leaf = receipt_leaf(e->salt, e->statement);
    e->leaf_index = log->size;
    merkle_append(log, &leaf, store_tile, &sink);
    TRY(sink.status);
    struct value args[6] = {v_int((int64_t)e->leaf_index), v_int(e->seq), v_text(e->noun->name),
        v_int(e->row_id), v_text(e->statement), v_blob(e->salt, 32)};
    return db_exec(db,
        "insert into log_leaf (leaf_index, event_seq, noun, row_id, statement, salt) values ($1, $2, $3, $4, "
        "$5, $6)",
        args, 6);
}

static enum status append_all(const struct note_key *key, struct edges *edges, struct db *db, struct arena *a,
    struct call *const *calls, size_t n, size_t n_events, struct instant now)
{
    uint64_t before[TREE_COUNT];
    for (int t = 0; t < TREE_COUNT; t++)
        before[t] = edges->tree[t].size;
    unsigned char *salts = arena_alloc(a, n_events * 32);
    random_bytes(salts, n_events * 32);
    for (size_t i = 0; i < n; i++) {
        for (struct event *e = calls[i]->events; e; e = e->next, salts += 32) {
            TRY(append_event(edges, db, a, calls[i], e, salts));
            if (e->statement)
                TRY(append_statement(edges, db, a, e));
        }
    }
    for (int t = 0; t < TREE_COUNT; t++)
        if (edges->tree[t].size != before[t])
            TRY(store_head(key, db, a, edges, t, before[t], now));
    for (size_t i = 0; i < n; i++)
        for (struct event *e = calls[i]->events; e; e = e->next)
            e->tree_size = edges->tree[TREE_LOG].size;
    return OK;
}

enum status sequencer_append(struct sequencer *s, struct db *db, struct arena *a, struct call *const *calls,
    size_t n, struct instant now)
{
    size_t n_events = 0;
    for (size_t i = 0; i < n; i++)
        for (struct event *e = calls[i]->events; e; e = e->next)
            n_events++;
    if (!n_events)
        return OK;
    /* Until the commit the database's lock keeps every other lane out, those of this process among them: it
     * sees who waits for whom, which a mutex would hide from it. */
    const char *const line[] = {"sequencer"};
    struct pending *p = pending_of(s, db);
    TRY(db_lock_names(db, line, 1));
    TRY(find_edges(s, db, a, &p->edges));
    p->open = true;
    return append_all(&s->key, &p->edges, db, a, calls, n, n_events, now);
}

void sequencer_committed(struct sequencer *s, struct db *db)
{
    struct pending *p = pending_of(s, db);
    if (!p->open)
        return;
    p->open = false;
    pthread_mutex_lock(&s->lock);
    if (s->edges.tree[TREE_AUDIT].size <
        p->edges.tree[TREE_AUDIT].size) /* a later one may have been faster */
        s->edges = p->edges;
    pthread_mutex_unlock(&s->lock);
}

void sequencer_rolled_back(struct sequencer *s, struct db *db)
{
    pending_of(s, db)->open = false;
}
