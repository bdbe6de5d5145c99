#include "runtime/sequencer.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/log.h"
#include "engine/merkle/receipt.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

enum tree { TREE_LOG, TREE_AUDIT, TREE_COUNT };
static const char *const tree_names[TREE_COUNT] = {"log", "audit"};

/* Both growing edges, and the roots by which a stored head is recognised as theirs. */
struct edges {
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
    char *key_path;
    pthread_mutex_t lock; /* over the following; never held while the database is asked */
    struct note_key key, next;
    bool hands_over;    /* to NEXT */
    struct edges edges; /* of the last commit */
    struct pending *pending;
};

/* They are those of empty trees. */
static void forget_edges(struct edges *e)
{
    memset(e, 0, sizeof *e);
    for (int t = 0; t < TREE_COUNT; t++)
        e->root[t] = merkle_empty();
}

struct sequencer *sequencer_new(const struct note_key *key)
{
    struct sequencer *s = xcalloc(1, sizeof *s);
    s->key = *key;
    forget_edges(&s->edges);
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
    free(s->key_path);
    free(s);
}

/* ---- the key ---- */

/* Who signs the checkpoints of one append. */
struct signer {
    struct note_key key, before; /* before: signs, too, when it hands over */
    bool hands_over;
};

void sequencer_key_file(struct sequencer *s, const char *path)
{
    free(s->key_path);
    s->key_path = xstrdup(path);
}

void sequencer_hand_over(struct sequencer *s, const struct note_key *next)
{
    pthread_mutex_lock(&s->lock);
    ASSERT(streq(next->name, s->key.name));
    s->next = *next;
    s->hands_over = true;
    pthread_mutex_unlock(&s->lock);
}

bool log_key_find(struct note_key *out, struct arena *a, const char *path, int64_t id, const char **from)
{
    const char *error, *paths[] = {path, arena_printf(a, "%s.new", path)};
    for (size_t i = 0; i < COUNT(paths); i++) {
        if (note_key_load(out, paths[i], &error) != OK || out->id != id)
            continue;
        if (from)
            *from = paths[i];
        return true;
    }
    return false;
}

/* ID is what the stored heads say: when it is another's, that key is looked for. */
static enum status find_signer(struct sequencer *s, struct arena *a, int64_t id, struct signer *out)
{
    struct note_key fresh;
    pthread_mutex_lock(&s->lock);
    *out = (struct signer){
        .key = s->hands_over ? s->next : s->key, .before = s->key, .hands_over = s->hands_over};
    pthread_mutex_unlock(&s->lock);
    if (id < 0 || out->before.id == id)
        return OK;
    if (out->hands_over || !s->key_path || !log_key_find(&fresh, a, s->key_path, id, NULL) ||
        !streq(fresh.name, out->key.name)) {
        log_error("the log's key was replaced by %08" PRIx64
                  ", which is not in %s: nothing is signed without it",
            (uint64_t)id, s->key_path ? s->key_path : "any file");
        return BROKEN;
    }
    log_info("the log's key is now %08" PRIx64, (uint64_t)id);
    pthread_mutex_lock(&s->lock);
    out->key = s->key = fresh;
    pthread_mutex_unlock(&s->lock);
    return OK;
}

/* ---- what is stored ---- */

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

static const char head_sql[] = "select size, root, checkpoint, key_id from tree_head where tree = $1";
static const char tile_sql[] = "select hashes from tile where tree = $1 and level = $2 and tile_index = $3";

static enum status take_head(const struct rows *rows, struct tree_head *out)
{
    *out = (struct tree_head){.root = merkle_empty(), .key_id = -1};
    if (!rows->n)
        return OK;
    out->size = (uint64_t)cell_int(rows, 0, 0);
    if (cell(rows, 0, 1)->len != HASH_SIZE)
        return BROKEN;
    memcpy(out->root.b, cell(rows, 0, 1)->b, HASH_SIZE);
    out->checkpoint = cell_text(rows, 0, 2);
    if (cell(rows, 0, 3)->kind == VALUE_INT)
        out->key_id = cell_int(rows, 0, 3);
    return OK;
}

enum status tree_head_read(struct db *db, struct arena *a, const char *tree, struct tree_head *out)
{
    struct value args[1] = {v_text(tree)};
    struct rows rows;
    TRY(db_query(db, a, &rows, head_sql, args, 1));
    return take_head(&rows, out);
}

static enum status take_hashes(const struct rows *rows, size_t at, unsigned n, struct hash *out)
{
    if (!rows->n || cell(rows, 0, 0)->len < (at + n) * HASH_SIZE)
        return BROKEN;
    memcpy(out, (const char *)cell(rows, 0, 0)->b + at * HASH_SIZE, (size_t)n * HASH_SIZE);
    return OK;
}

static bool read_end(const struct log_end *end, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    uint64_t at = first % TILE_WIDTH, have = end->head.size >> 8 * level;
    if (have / TILE_WIDTH != first / TILE_WIDTH || at + n > end->level[level].n)
        return false;
    memcpy(out, end->level[level].h + at, n * sizeof *out);
    return true;
}

enum status tile_read(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    struct tile_source *src = ctx;
    if (src->end && read_end(src->end, level, first, n, out))
        return OK;
    struct value args[3] = {v_text(src->tree), v_int(level), v_int((int64_t)(first / TILE_WIDTH))};
    struct rows rows;
    TRY(db_query(src->db, src->arena, &rows, tile_sql, args, 3));
    return take_hashes(&rows, (size_t)(first % TILE_WIDTH), n, out);
}

/* ---- the edge ---- */

/*
 * Both heads, and of a tree that has grown beyond what we have SEEN ($1 the log's, $2 the audit's) the hashes
 * that its partial tiles have more than ours (KNOWN: how many ours has), all in one round trip, because every
 * other lane waits for it.
 */
_Static_assert(MERKLE_LEVELS == 8 && TILE_WIDTH == 256 && HASH_SIZE == 32, "they stand in edges_sql");
static const char edges_sql[] =
    "select e.tree, e.size, e.root, e.key_id, e.level, "
    "case when e.known = 0 then t.hashes else substr(t.hashes, cast(32 * e.known + 1 as integer)) end from "
    "(select s.*, case when s.seen < s.size and s.seen >> (8 * s.level + 8) = s.size >> (8 * s.level + 8) "
    "then (s.seen >> (8 * s.level)) % 256 else 0 end as known from "
    "(select h.tree, h.size, h.root, h.key_id, l.column1 as level, case h.tree when 'log' then cast($1 as "
    "bigint) else cast($2 as bigint) end as seen from tree_head h cross join "
    "(values (0), (1), (2), (3), (4), (5), (6), (7)) l where l.column1 = 0 or h.size >> (8 * l.column1) > 0) "
    "s) e left join tile t on e.size <> e.seen and (e.size >> (8 * e.level)) % 256 <> e.known and "
    "t.tree = e.tree and t.level = e.level and t.tile_index = e.size >> (8 * e.level + 8)";

struct stored_edge {
    struct tree_head head;
    const struct value *fresh[MERKLE_LEVELS]; /* NULL: there are none */
};

static enum status read_edges(
    struct db *db, struct arena *a, const struct edges *seen, struct stored_edge out[TREE_COUNT])
{
    struct value args[TREE_COUNT];
    struct rows rows;
    for (int t = 0; t < TREE_COUNT; t++) {
        args[t] = v_int((int64_t)seen->tree[t].size);
        out[t] = (struct stored_edge){.head = {.root = merkle_empty(), .key_id = -1}};
    }
    TRY(db_query(db, a, &rows, edges_sql, args, TREE_COUNT));
    for (size_t r = 0; r < rows.n; r++) {
        struct stored_edge *e = &out[streq(cell_text(&rows, r, 0), tree_names[TREE_AUDIT])];
        if (cell(&rows, r, 2)->len != HASH_SIZE)
            return BROKEN;
        e->head.size = (uint64_t)cell_int(&rows, r, 1);
        memcpy(e->head.root.b, cell(&rows, r, 2)->b, HASH_SIZE);
        e->head.key_id = cell(&rows, r, 3)->kind == VALUE_INT ? cell_int(&rows, r, 3) : -1;
        if (cell(&rows, r, 5)->kind != VALUE_NULL)
            e->fresh[cell_int(&rows, r, 4)] = cell(&rows, r, 5);
    }
    return OK;
}

/* CTX is a struct stored_edge, which begins where the edge that is extended ends. */
static enum status take_fresh(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    const struct stored_edge *e = ctx;
    const struct value *hashes = e->fresh[level];
    (void)first;
    if (!hashes || hashes->len < (size_t)n * HASH_SIZE)
        return BROKEN;
    memcpy(out, hashes->b, (size_t)n * HASH_SIZE);
    return OK;
}

/* Whether the edges, extended to the stored size, are the stored trees'. */
static bool extend_edges(struct edges *e, struct stored_edge stored[TREE_COUNT])
{
    for (int t = 0; t < TREE_COUNT; t++) {
        uint64_t size = stored[t].head.size;
        if (e->tree[t].size > size)
            return false;
        if (e->tree[t].size < size) {
            if (merkle_edge_extend(&e->tree[t], size, (struct merkle_reader){take_fresh, &stored[t]}) != OK)
                return false;
            e->root[t] = merkle_root(&e->tree[t]);
        }
        if (memcmp(&e->root[t], &stored[t].head.root, HASH_SIZE) != 0)
            return false;
    }
    return true;
}

/* The edges of the last commit that we saw, with what came since; and who signs. */
static enum status find_edges(
    struct sequencer *s, struct db *db, struct arena *a, struct edges *e, int64_t *key_id)
{
    struct stored_edge stored[TREE_COUNT];
    pthread_mutex_lock(&s->lock);
    *e = s->edges;
    pthread_mutex_unlock(&s->lock);
    TRY(read_edges(db, a, e, stored));
    bool same = extend_edges(e, stored);
    if (!same) { /* another database came in its place */
        forget_edges(e);
        TRY(read_edges(db, a, e, stored));
        same = extend_edges(e, stored);
    }
    *key_id = stored[TREE_AUDIT].head.key_id; /* the audit tree grows with every event */
    if (!same)
        log_error("the stored tiles do not make the stored root: nothing is appended to them");
    return same ? OK : BROKEN;
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

/* The checkpoint that both keys signed stays beside the newer one: it vouches for it. */
static enum status store_handover(const struct signer *by, struct db *db, struct arena *a, const char *note)
{
    struct buf vkey = buf_in(a, 1024);
    note_vkey(&vkey, &by->key);
    struct value args[2] = {v_text(note), v_text(buf_str(&vkey))};
    return db_exec(db, "update log_key set handover = $1 where vkey = $2", args, 2);
}

/* Stores the partial tiles, the root and a fresh checkpoint. */
static enum status store_head(const struct signer *by, struct db *db, struct arena *a, struct edges *edges,
    enum tree t, uint64_t before, struct instant now, const char **checkpoint)
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
    const char *origin = t == TREE_LOG ? by->key.name : arena_printf(a, "%s/audit", by->key.name);
    checkpoint_text(&text, origin, e->size, &root, instant_iso(a, now));
    note_sign(&note, buf_str(&text), &by->key);
    if (by->hands_over)
        note_sign_also(&note, buf_str(&text), text.len, &by->before);
    if (by->hands_over && t == TREE_LOG)
        TRY(store_handover(by, db, a, buf_str(&note)));
    *checkpoint = buf_str(&note);
    struct hash *kept = arena_alloc(a, sizeof *kept);
    *kept = root;
    struct value args[6] = {v_text(tree_names[t]), v_int((int64_t)e->size), v_blob(kept, HASH_SIZE),
        v_text(buf_str(&note)), v_int(now.us), v_int(by->key.id)};
    return db_exec(db,
        "insert into tree_head (tree, size, root, checkpoint, signed, key_id) values ($1, $2, $3, $4, $5, "
        "$6) "
        "on conflict (tree) do update set size = excluded.size, root = excluded.root, "
        "checkpoint = excluded.checkpoint, signed = excluded.signed, key_id = excluded.key_id",
        args, 6);
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

/* The first event's salt is random, and at its place only if this transaction was committed. */
static void sign_commit(const struct edges *edges, struct db *db, struct arena *a, const unsigned char *salt)
{
    struct value *args = ARENA_ARRAY(a, 2, struct value);
    args[0] = v_int((int64_t)edges->tree[TREE_AUDIT].size + 1);
    args[1] = v_blob(salt, 32);
    db_commit_sign(db, "select seq from event where seq = $1 and salt = $2", args, 2);
}

static const struct log_end *end_of(
    struct arena *a, const struct edges *edges, const char *checkpoint, int64_t key_id)
{
    const struct merkle_edge *log = &edges->tree[TREE_LOG];
    struct log_end *end = ARENA_NEW(a, struct log_end);
    end->head = (struct tree_head){.size = log->size,
        .root = edges->root[TREE_LOG],
        .checkpoint = arena_strdup(a, checkpoint),
        .key_id = key_id};
    for (unsigned l = 0; l < MERKLE_LEVELS; l++) {
        struct hash *h = arena_alloc(a, log->level[l].n * sizeof *h);
        memcpy(h, log->level[l].h, log->level[l].n * sizeof *h);
        end->level[l].n = log->level[l].n;
        end->level[l].h = h;
    }
    return end;
}

/* What a call asks of the log's end, in its own arena: it outlives the group. */
static void tell_end(struct call *c, const struct edges *edges, const char *checkpoint, int64_t key_id)
{
    const struct log_end *end = NULL;
    for (struct event *e = c->events; e; e = e->next) {
        e->tree_size = edges->tree[TREE_LOG].size;
        if (e->statement && !end)
            end = end_of(c->arena, edges, checkpoint, key_id);
        e->end = e->statement ? end : NULL;
    }
}

static enum status append_all(const struct signer *by, struct edges *edges, struct db *db, struct arena *a,
    struct call *const *calls, size_t n, size_t n_events, struct instant now)
{
    uint64_t before[TREE_COUNT];
    const char *checkpoint[TREE_COUNT] = {0};
    for (int t = 0; t < TREE_COUNT; t++)
        before[t] = edges->tree[t].size;
    unsigned char *salts = arena_alloc(a, n_events * 32);
    random_bytes(salts, n_events * 32);
    sign_commit(edges, db, a, salts);
    for (size_t i = 0; i < n; i++) {
        for (struct event *e = calls[i]->events; e; e = e->next, salts += 32) {
            TRY(append_event(edges, db, a, calls[i], e, salts));
            if (e->statement)
                TRY(append_statement(edges, db, a, e));
        }
    }
    for (int t = 0; t < TREE_COUNT; t++)
        if (edges->tree[t].size != before[t])
            TRY(store_head(by, db, a, edges, t, before[t], now, &checkpoint[t]));
    for (size_t i = 0; i < n; i++)
        tell_end(calls[i], edges, checkpoint[TREE_LOG], by->key.id);
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
    struct signer *by = ARENA_NEW(a, struct signer);
    int64_t key_id = -1;
    TRY(db_lock_names(db, line, 1));
    TRY(find_edges(s, db, a, &p->edges, &key_id));
    TRY(find_signer(s, a, key_id, by));
    p->open = true;
    return append_all(by, &p->edges, db, a, calls, n, n_events, now);
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
    if (s->hands_over)
        s->key = s->next;
    s->hands_over = false;
    pthread_mutex_unlock(&s->lock);
}

void sequencer_rolled_back(struct sequencer *s, struct db *db)
{
    pending_of(s, db)->open = false;
}
