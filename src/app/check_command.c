/*
 * tandem check: does the database still say what its trees have signed? Every event is the audit tree's leaf,
 * every statement the log's, both roots are the signed ones; every row of an audited noun equals the
 * after-image of its last event, every decision opens the commitment in the log; an older checkpoint is a
 * prefix of the log.
 */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/id.h"
#include "base/json.h"
#include "engine/merkle/receipt.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

struct check {
    struct arena *arena;
    struct db *db;
    const struct note_key *key;
    struct merkle_edge edge; /* grown anew from the rows */
    uint64_t old_size;       /* of --checkpoint */
    struct hash old_root;
    int64_t last, problems, rows;
    const struct noun *noun;
};

static void complain(struct check *k, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain(struct check *k, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (k->problems++ < 20) {
        fputs("  ", stdout);
        vprintf(fmt, args);
        putchar('\n');
    }
    va_end(args);
}

static void grow(struct check *k, const struct hash *leaf)
{
    merkle_append(&k->edge, leaf, NULL, NULL);
    if (k->edge.size == k->old_size) {
        struct hash root = merkle_root(&k->edge);
        if (memcmp(&root, &k->old_root, HASH_SIZE) != 0)
            complain(
                k, "the given checkpoint of size %" PRIu64 " is not a beginning of this log", k->old_size);
    }
}

static const char *text_of(const struct value *v)
{
    return v->kind == VALUE_TEXT ? v->s : "";
}

static bool check_event(void *ctx, const struct value *v, size_t n)
{
    struct check *k = ctx;
    (void)n;
    if (v[0].i != k->last + 1)
        complain(k, "event %" PRId64 " is missing", k->last + 1);
    k->last = v[0].i;
    if (v[9].kind != VALUE_BLOB || v[9].len != 32) {
        complain(k, "event %" PRId64 " has no salt", v[0].i);
        return true;
    }
    struct hash leaf = audit_leaf(v[9].b, v[0].i, (struct instant){v[1].i}, text_of(&v[2]), v[3].i,
        text_of(&v[4]), v[5].i, v[6].kind == VALUE_INT ? v[6].i : 0, v[7].i != 0, text_of(&v[8]));
    grow(k, &leaf);
    return true;
}

static bool check_leaf(void *ctx, const struct value *v, size_t n)
{
    struct check *k = ctx;
    (void)n;
    if (v[0].i != k->last + 1)
        complain(k, "log entry %" PRId64 " is missing", k->last + 1);
    k->last = v[0].i;
    if (v[2].kind != VALUE_BLOB || v[2].len != 32) {
        complain(k, "log entry %" PRId64 " has no salt", v[0].i);
        return true;
    }
    struct hash leaf = receipt_leaf(v[2].b, text_of(&v[1]));
    grow(k, &leaf);
    return true;
}

/* The grown tree against the stored head, the head against its signature. */
static enum status check_head(struct check *k, const char *tree)
{
    struct tree_head head;
    struct checkpoint signed_head;
    size_t text_len;
    TRY(tree_head_read(k->db, k->arena, tree, &head));
    struct hash root = merkle_root(&k->edge);
    if (head.size != k->edge.size || memcmp(&head.root, &root, HASH_SIZE) != 0)
        complain(k, "the %s tree's head (%" PRIu64 ") does not follow from its %" PRIu64 " rows", tree,
            head.size, k->edge.size);
    if (!head.checkpoint)
        return OK;
    if (!note_verify(head.checkpoint, strlen(head.checkpoint), k->key, &text_len) ||
        !checkpoint_parse(&signed_head, head.checkpoint, text_len))
        complain(k, "the %s tree's checkpoint is not signed by this key", tree);
    else if (signed_head.size != head.size || memcmp(&signed_head.root, &head.root, HASH_SIZE) != 0)
        complain(k, "the %s tree's checkpoint is of another tree", tree);
    return OK;
}

static enum status check_trees(struct check *k)
{
    uint64_t old = k->old_size;
    k->last = 0;
    k->old_size = 0; /* the given checkpoint is of the log, not of this tree */
    TRY(db_each(k->db, check_event, k,
        "select seq, at, noun, row_id, verb, actor_id, partner_id, partner_sees, payload, salt from event "
        "order by seq",
        NULL, 0));
    TRY(check_head(k, "audit"));
    printf("%" PRIu64 " events: audit tree checked.\n", k->edge.size);
    memset(&k->edge, 0, sizeof k->edge);
    k->last = -1;
    k->old_size = old;
    TRY(db_each(k->db, check_leaf, k, "select leaf_index, statement, salt from log_leaf order by leaf_index",
        NULL, 0));
    TRY(check_head(k, "log"));
    if (old > k->edge.size)
        complain(k, "the given checkpoint is of a longer log (%" PRIu64 "): entries are missing", old);
    printf("%" PRIu64 " log entries: transparency log checked.\n", k->edge.size);
    return OK;
}

/* ---- rows against the last event of each field ---- */

static bool same(const json_t *j, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL: return !j || json_is_null(j);
    case VALUE_INT: return json_is_integer(j) && json_integer_value(j) == v->i;
    case VALUE_REAL: return json_is_number(j) && json_number_value(j) == v->r;
    default: return json_is_string(j) && streq(json_string_value(j), v->s);
    }
}

/* The row as its events leave it: every event's after-image laid over the ones before. */
static enum status replayed(struct check *k, struct arena *a, int64_t id, json_t **out)
{
    struct value args[2] = {v_text(k->noun->name), v_int(id)};
    struct rows rows;
    *out = json_object();
    TRY(db_query(
        k->db, a, &rows, "select payload from event where noun = $1 and row_id = $2 order by seq", args, 2));
    for (size_t r = 0; r < rows.n; r++) {
        const char *error, *text = cell_text(&rows, r, 0);
        json_t *after = json_object_get(json_read(a, text, strlen(text), &error), "after");
        if (after)
            json_object_update(*out, after);
    }
    return OK;
}

static enum status check_row(struct check *k, struct call *c, int64_t id)
{
    struct arena *a = c->arena;
    struct row row;
    json_t *image;
    TRY(noun_get(c, k->noun, id, &row));
    TRY(replayed(k, a, id, &image));
    for (size_t i = 0; i < k->noun->n_fields; i++) {
        const struct field *f = &k->noun->fields[i];
        if (!f->secret && !same(json_object_get(image, f->name), &row.v[i]))
            complain(k, "%s %s: %s is not what its last event says", k->noun->name,
                id_text(a, k->noun->prefix, id), f->name);
    }
    json_decref(image);
    k->rows++;
    return OK;
}

static enum status check_noun(struct check *k, const struct noun *noun)
{
    struct rows ids;
    int64_t after = 0;
    k->noun = noun;
    do {
        struct call *c = call_new(arena_new(), &tandem_model, &system_viewer, instant_now());
        c->db = k->db;
        struct value args[1] = {v_int(after)};
        enum status s = db_query(k->db, c->arena, &ids,
            arena_printf(c->arena, "select id from %s where id > $1 order by id limit 500", noun->name), args,
            1);
        for (size_t r = 0; s == OK && r < ids.n; r++)
            s = check_row(k, c, after = cell_int(&ids, r, 0));
        size_t n = s == OK ? ids.n : 0;
        arena_free(c->arena);
        TRY(s);
        ids.n = n;
    } while (ids.n);
    return OK;
}

/* ---- decisions and claims: they have no events of their own, statements commit to them ---- */

#define DECISION "dec" /* prefix of its ids */

struct decisions {
    struct check *check;
    int64_t id, n; /* the one under way: a row for each statement of its registration */
    bool stated;
};

/* Whether salt and decision hash to the commitment (docs/receipt-format.md, "The statement"). */
static bool opens(struct arena *a, const struct value *v)
{
    unsigned char salt[32];
    const char *commitment = text_of(&v[5]);
    if (strlen(commitment) != 129 || sodium_hex2bin(salt, sizeof salt, commitment, 64, NULL, NULL, NULL) != 0)
        return false;
    struct buf whole = buf_in(a, 1 << 20), hex = buf_in(a, 256);
    buf_addf(&whole, "%s\n%s\n%s\n%s", text_of(&v[1]), text_of(&v[2]), text_of(&v[3]), text_of(&v[4]));
    struct hash h = sha256_3(salt, sizeof salt, whole.p, whole.len, NULL, 0);
    buf_add_hex(&hex, h.b, HASH_SIZE);
    return streq(buf_str(&hex), commitment + 65);
}

static void end_decision(const struct decisions *d)
{
    if (d->n && !d->stated)
        complain(d->check, "decision %s is not in the log", id_text(d->check->arena, DECISION, d->id));
}

static bool check_decision(void *ctx, const struct value *v, size_t n)
{
    struct decisions *d = ctx;
    (void)n;
    if (v[0].i != d->id) {
        struct arena *a = arena_new();
        end_decision(d);
        d->id = v[0].i;
        d->n++;
        d->stated = false;
        if (!opens(a, v))
            complain(
                d->check, "decision %s is not the one that was committed to", id_text(a, DECISION, d->id));
        arena_free(a);
    }
    d->stated |= strlen(text_of(&v[5])) == 129 && strstr(text_of(&v[6]), text_of(&v[5]) + 65) != NULL;
    return true;
}

static enum status check_decisions(struct check *k)
{
    struct decisions d = {.check = k};
    struct rows rows;
    TRY(db_each(k->db, check_decision, &d,
        "select d.id, d.outcome, d.rule, d.rules_hash, d.facts, d.commitment, l.statement from decision d "
        "left join log_leaf l on l.noun = 'registration' and l.row_id = d.registration_id order by d.id",
        NULL, 0));
    end_decision(&d);
    TRY(db_query(
        k->db, k->arena, &rows, "select count(*) from log_leaf where noun = 'registration'", NULL, 0));
    if (cell_int(&rows, 0, 0) != d.n)
        complain(
            k, "there are %" PRId64 " decisions for %" PRId64 " log entries", d.n, cell_int(&rows, 0, 0));
    printf("%" PRId64 " decisions compared with their commitments.\n", d.n);
    return OK;
}

static enum status check_claims(struct check *k)
{
    struct rows rows;
    TRY(db_query(k->db, k->arena, &rows,
        "select count(*) from protection p join registration r on r.id = p.registration_id where p.state <> "
        "'closed' "
        "and (r.account_id <> p.account_id or r.partner_id <> p.partner_id or r.product_line_id <> "
        "p.product_line_id "
        "or (p.state = 'live' and (r.state <> 'approved' or r.protected_until <> p.until)) "
        "or (p.state = 'hold' and r.state <> 'review'))",
        NULL, 0));
    if (cell_int(&rows, 0, 0))
        complain(k, "%" PRId64 " protections do not agree with their registrations", cell_int(&rows, 0, 0));
    return OK;
}

static bool audited(const struct noun *n)
{
    return !streq(n->name, "decision") && !streq(n->name, "import_run");
}

static enum status check_all(struct check *k)
{
    TRY(check_trees(k));
    for (size_t i = 0; tandem_model.nouns[i]; i++)
        if (audited(tandem_model.nouns[i]))
            TRY(check_noun(k, tandem_model.nouns[i]));
    printf("%" PRId64 " rows compared with their events.\n", k->rows);
    TRY(check_decisions(k));
    return check_claims(k);
}

static bool read_checkpoint(struct check *k, const char *path)
{
    static char note[65536];
    struct checkpoint cp;
    size_t text_len;
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(note, 1, sizeof note, f) : 0;
    if (f)
        fclose(f);
    if (!n || !note_verify(note, n, k->key, &text_len) || !checkpoint_parse(&cp, note, text_len)) {
        fprintf(stderr, "tandem: %s is no checkpoint signed by this log\n", path);
        return false;
    }
    k->old_size = cp.size;
    k->old_root = cp.root;
    return true;
}

int command_check(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *checkpoint = NULL, *key = NULL, *rest[1], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's key (beside the database)", &key},
        {"--checkpoint", "FILE", "an older checkpoint that this log must continue", &checkpoint}, {0}};
    if (!options_read(argc, argv, "check --db URL [--checkpoint FILE]", options, rest, 0, &n, &status))
        return status;
    struct app app;
    if (!app_open(&app, &(struct app_options){.url = db, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    struct check *k = ARENA_NEW(app.arena, struct check);
    k->arena = app.arena;
    k->key = &app.key;
    status = EXIT_BROKEN;
    if (checkpoint && !read_checkpoint(k, checkpoint)) {
        status = EXIT_USAGE;
    } else if ((k->db = db_pool_take(app.pool)) != NULL) {
        enum status s = db_begin_read(k->db);
        if (s == OK)
            s = check_all(k);
        if (s != OK)
            fprintf(stderr, "tandem: %s\n", db_error(k->db));
        else
            k->problems ? (void)printf("%" PRId64 " problems.\n", k->problems)
                        : (void)puts("Everything stands.");
        status = s != OK ? EXIT_BROKEN : k->problems ? EXIT_REFUSED : EXIT_GOOD;
        db_rollback(k->db);
        db_pool_give(app.pool, k->db);
    }
    app_close(&app);
    return status;
}
