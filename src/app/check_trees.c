/* The trees against their rows: nothing was changed, removed or put in between. */
#include "app/check.h"
#include "engine/merkle/receipt.h"
#include "runtime/sequencer.h"

#include <inttypes.h>
#include <stdlib.h>

/* A tree as it grows from its rows; of the tiles that became full a fingerprint each. */
struct growing {
    struct check *check;
    const char *tree;
    int64_t next; /* number of the row that must come */
    struct merkle_edge edge;
    struct fingerprints {
        struct hash *h;
        size_t n, cap;
    } full[MERKLE_LEVELS];
    size_t tiles; /* that were seen in the store */
};

static void keep_tile(void *ctx, unsigned level, uint64_t index, const struct hash *hashes, unsigned n)
{
    struct growing *g = ctx;
    struct fingerprints *f = &g->full[level];
    ASSERT(index == f->n);
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 64;
        f->h = xrealloc(f->h, f->cap, sizeof *f->h);
    }
    f->h[f->n++] = sha256(hashes, n * sizeof *hashes);
}

static void grow(struct growing *g, const struct hash *leaf)
{
    struct check *k = g->check;
    merkle_append(&g->edge, leaf, keep_tile, g);
    if (k->old_size && g->edge.size == k->old_size && streq(g->tree, "log")) {
        struct hash root = merkle_root(&g->edge);
        if (memcmp(&root, &k->old_root, HASH_SIZE) != 0)
            check_complain(
                k, "the given checkpoint of size %" PRIu64 " is not a beginning of this log", k->old_size);
    }
}

static const char *text_of(const struct value *v)
{
    return v->kind == VALUE_TEXT ? v->s : "";
}

static bool has_salt(struct growing *g, const char *what, int64_t number, const struct value *salt)
{
    if (number != g->next)
        check_complain(g->check, "%s %" PRId64 " is missing", what, g->next);
    g->next = number + 1;
    bool good = salt->kind == VALUE_BLOB && salt->len == 32;
    if (!good)
        check_complain(g->check, "%s %" PRId64 " has no salt", what, number);
    return good;
}

static bool take_event(void *ctx, const struct value *v, size_t n)
{
    struct growing *g = ctx;
    (void)n;
    if (!has_salt(g, "event", v[0].i, &v[9]))
        return true;
    struct hash leaf = audit_leaf(v[9].b, v[0].i, (struct instant){v[1].i}, text_of(&v[2]), v[3].i,
        text_of(&v[4]), v[5].i, v[6].kind == VALUE_INT ? v[6].i : 0, v[7].i != 0, text_of(&v[8]));
    grow(g, &leaf);
    return true;
}

/* What the leaf does not commit to, where it stands and whose it is, is its event's. */
static bool take_statement(void *ctx, const struct value *v, size_t n)
{
    struct growing *g = ctx;
    (void)n;
    if (v[3].i != 1)
        check_complain(g->check, "log entry %" PRId64 " is not of the event that it names", v[0].i);
    if (!has_salt(g, "log entry", v[0].i, &v[2]))
        return true;
    struct hash leaf = receipt_leaf(v[2].b, text_of(&v[1]));
    grow(g, &leaf);
    return true;
}

/* The grown tree against the stored head, the head against its signature. */
static enum status check_head(struct growing *g)
{
    struct check *k = g->check;
    struct tree_head head;
    struct checkpoint signed_head;
    TRY(tree_head_read(k->db, k->arena, g->tree, &head));
    struct hash root = merkle_root(&g->edge);
    if (head.size != g->edge.size || memcmp(&head.root, &root, HASH_SIZE) != 0)
        check_complain(k, "the %s tree's head (%" PRIu64 ") does not follow from its %" PRIu64 " rows",
            g->tree, head.size, g->edge.size);
    if (!head.checkpoint)
        return OK;
    if (!checkpoint_open(&signed_head, head.checkpoint, strlen(head.checkpoint), k->key))
        check_complain(k, "the %s tree's checkpoint is not signed by this key", g->tree);
    else if (signed_head.size != head.size || memcmp(&signed_head.root, &head.root, HASH_SIZE) != 0)
        check_complain(k, "the %s tree's checkpoint is of another tree", g->tree);
    return OK;
}

/* A stored tile is what grew there; beyond the tree there is none. */
static bool take_tile(void *ctx, const struct value *v, size_t n)
{
    struct growing *g = ctx;
    (void)n;
    uint64_t level = (uint64_t)v[0].i, index = (uint64_t)v[1].i;
    bool same = false;
    g->tiles++;
    if (level < MERKLE_LEVELS && index < g->full[level].n) {
        struct hash h = sha256(v[2].b, v[2].len);
        same = memcmp(&h, &g->full[level].h[index], HASH_SIZE) == 0;
    } else if (level < MERKLE_LEVELS && index == g->full[level].n) {
        const struct merkle_level *l = &g->edge.level[level];
        same = v[2].len == l->n * sizeof *l->h && memcmp(v[2].b, l->h, v[2].len) == 0;
    }
    if (!same)
        check_complain(g->check,
            "tile %" PRIu64 " of level %" PRIu64 " of the %s tree is not what grew there", index, level,
            g->tree);
    return true;
}

static enum status check_tiles(struct growing *g)
{
    struct value args[1] = {v_text(g->tree)};
    size_t tiles = 0;
    TRY(db_each(g->check->db, take_tile, g,
        "select level, tile_index, hashes from tile where tree = $1 order by level, tile_index", args, 1));
    for (unsigned level = 0; level < MERKLE_LEVELS; level++)
        tiles += g->full[level].n + (g->edge.level[level].n > 0);
    if (g->tiles < tiles)
        check_complain(g->check, "%zu tiles of the %s tree are missing", tiles - g->tiles, g->tree);
    return OK;
}

static enum status check_tree(struct check *k, const char *tree, int64_t first,
    bool (*take)(void *ctx, const struct value *v, size_t n), const char *sql)
{
    struct growing *g = ARENA_NEW(k->arena, struct growing);
    *g = (struct growing){.check = k, .tree = tree, .next = first};
    enum status s = db_each(k->db, take, g, sql, NULL, 0);
    if (s == OK)
        s = check_head(g);
    if (s == OK)
        s = check_tiles(g);
    if (s == OK && k->old_size > g->edge.size && streq(tree, "log"))
        check_complain(
            k, "the given checkpoint is of a longer log (%" PRIu64 "): entries are missing", k->old_size);
    if (s == OK)
        printf("%" PRIu64 " rows of the %s tree checked.\n", g->edge.size, tree);
    for (unsigned level = 0; level < MERKLE_LEVELS; level++)
        free(g->full[level].h);
    return s;
}

enum status check_trees(struct check *k)
{
    TRY(check_tree(k, "audit", 1, take_event,
        "select seq, at, noun, row_id, verb, actor_id, partner_id, partner_sees, payload, salt from event "
        "order by seq"));
    return check_tree(k, "log", 0, take_statement,
        "select l.leaf_index, l.statement, l.salt, case when e.noun = l.noun and e.row_id = l.row_id then 1 "
        "else 0 end from log_leaf l left join event e on e.seq = l.event_seq order by l.leaf_index");
}
