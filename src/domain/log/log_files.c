/* The log for programs: tiles and consistency proofs. */
#include "base/text.h"
#include "domain/log/log.h"
#include "engine/merkle/consistency.h"
#include "runtime/sequencer.h"

#define PUBLIC (ALL_ROLES | SIGNED_OUT)

/* ---- consistency ---- */

static bool read_size(const char *text, uint64_t *out)
{
    int64_t n;
    if (!text || !parse_int(text, &n) || n < 0)
        return false;
    *out = (uint64_t)n;
    return true;
}

static enum status show_consistency(struct call *c, struct page_request *r, struct html *h)
{
    struct tree_head head;
    struct tile_source source = {c->db, c->arena, "log", NULL};
    struct consistency_proof p = {0};
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    p.size = head.size;
    bool good = read_size(page_query(r, "old"), &p.old) &&
                (!page_query(r, "new") || read_size(page_query(r, "new"), &p.size)) && p.old <= p.size &&
                p.size <= head.size;
    if (!good)
        return call_refuse(
            c, PROBLEM_malformed, TR(c, "Give two sizes of the log: old, and new or nothing."));
    if (p.old) /* nothing needs a proof to continue the empty log */
        TRY(merkle_consistency(&p.proof, p.old, p.size, (struct merkle_reader){tile_read, &source}));
    r->type = "application/json";
    consistency_write(h->b, &p);
    return OK;
}

const struct page log_consistency_page = {.path = "/log/consistency",
    .title = N_("Consistency proof"),
    .roles = PUBLIC,
    .bare = true,
    .show = show_consistency};

/* ---- tiles ---- */

struct tile_name {
    unsigned level;
    uint64_t index;
    unsigned width; /* 0: as many as there are */
};

/* One to three digits for the last part; "x" and three digits for those before it. */
static bool read_part(const char *text, bool last, uint64_t *index)
{
    int64_t n;
    if (!last && *text++ != 'x')
        return false;
    size_t digits = strspn(text, "0123456789");
    if (!digits || text[digits] || (last ? digits > 3 : digits != 3) || !parse_int(text, &n))
        return false;
    *index = *index * 1000 + (uint64_t)n;
    return true;
}

/* "067", "x001/067", "067.p/12": C2SP tlog-tiles, "Merkle Tree". */
static bool read_name(struct arena *a, const struct page_request *r, struct tile_name *out)
{
    int64_t n;
    size_t parts = 0;
    *out = (struct tile_name){0};
    if (!parse_int(r->param[0], &n) || n < 0 || n >= MERKLE_LEVELS)
        return false;
    out->level = (unsigned)n;
    while (parts < 3 && r->param[1 + parts])
        parts++;
    const char *last = r->param[parts];
    const char *before = parts > 1 ? r->param[parts - 1] : "";
    size_t len = strlen(before);
    if (len > 2 && streq(before + len - 2, ".p")) {
        if (!parse_int(last, &n) || n < 1 || n >= TILE_WIDTH)
            return false;
        out->width = (unsigned)n;
        parts--;
        last = arena_strndup(a, before, len - 2);
    }
    for (size_t i = 1; i < parts; i++)
        if (!read_part(r->param[i], false, &out->index))
            return false;
    return read_part(last, true, &out->index);
}

static enum status show_tile(struct call *c, struct page_request *r, struct html *h)
{
    struct tree_head head;
    struct tile_name name;
    struct tile_source source = {c->db, c->arena, "log", NULL};
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    if (!read_name(c->arena, r, &name))
        return call_refuse(c, PROBLEM_not_found, NULL);
    uint64_t held = head.size >> (8 * name.level), first = name.index * TILE_WIDTH;
    uint64_t width = held > first ? held - first < TILE_WIDTH ? held - first : TILE_WIDTH : 0;
    if (!width || name.width > width)
        return call_refuse(c, PROBLEM_not_found, NULL);
    unsigned n = name.width ? name.width : (unsigned)width;
    struct hash *hashes = ARENA_ARRAY(c->arena, n, struct hash);
    TRY(tile_read(&source, name.level, first, n, hashes));
    r->type = "application/octet-stream";
    buf_add(h->b, hashes, n * sizeof *hashes);
    return OK;
}

#define TILE_PAGE(pattern)                                                                                   \
    {                                                                                                        \
        .path = (pattern), .title = N_("Tile of the log"), .roles = PUBLIC, .bare = true, .show = show_tile  \
    }
const struct page log_tile_page = TILE_PAGE("/log/tile/:level/:index");
const struct page log_tile_deep_page = TILE_PAGE("/log/tile/:level/:a/:b");
const struct page log_tile_deepest_page = TILE_PAGE("/log/tile/:level/:a/:b/:c");
