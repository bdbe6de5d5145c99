#include "domain/import/lot.h"

#include "base/time.h"
#include "domain/account/account.h"
#include "domain/import/keyset.h"

#include <stdlib.h>

#define LOT_ROWS    100000 /* about 80 MB of words and keys */
#define LOT_LEAST   2000   /* fewer new rows do not pay */
#define READ_ROWS   500
#define A_STATEMENT 40 /* entries of one insert */
#define FIRST_SLICE 400
#define MOST_SLICE  8000

/* The run's milliseconds, a thousand lines to each; the line, so that no two are alike; and some chance. */
int64_t lot_id(int64_t run_id, int64_t line)
{
    char text[48];
    snprintf(text, sizeof text, "%lld %lld", (long long)run_id, (long long)line);
    int64_t ms = (run_id >> 22) + line / 1024;
    return ms << 22 | (line % 1024) << 12 | (int64_t)(keyset_hash(text) & 0xfff);
}

/* ---- gathering ---- */

static uint64_t beginning(const char *text)
{
    uint64_t begins = 0;
    for (int i = 0; i < 8; i++)
        begins = begins << 8 | (unsigned char)(*text ? *text++ : 0);
    return begins;
}

static void add_entry(struct lot *lot, struct lot_entries *to, const char *text, int64_t scope, int64_t id)
{
    if (to->n == to->cap) {
        to->cap = to->cap ? to->cap * 2 : 4096;
        to->entry = xrealloc(to->entry, to->cap, sizeof *to->entry);
    }
    to->entry[to->n++] = (struct lot_entry){beginning(text), arena_strdup(lot->arena, text), scope, id};
}

struct word_taker {
    struct lot *lot;
    int64_t id;
};

static void take_word(void *ctx, const char *word, int64_t scope)
{
    struct word_taker *t = ctx;
    add_entry(t->lot, &t->lot->words, word, scope, t->id);
}

static void add_row(struct step *s, struct call *c, struct lot *lot, const struct import_row *row)
{
    struct word_taker t = {lot, lot_id(s->run_id, row->line)};
    noun_words(c, s->kind->noun, t.id, row->record, take_word, &t);
    if (s->kind->noun == &account_noun) {
        struct match_keys keys;
        match_keys(c->arena, account_record(c->arena, row->record), &keys);
        for (size_t i = 0; i < keys.n; i++)
            add_entry(lot, &lot->keys, keys.key[i], 0, t.id);
    }
}

static void add_line(struct lot *lot, int64_t line)
{
    if (lot->n_lines == lot->cap_lines) {
        lot->cap_lines = lot->cap_lines ? lot->cap_lines * 2 : 4096;
        lot->lines = xrealloc(lot->lines, lot->cap_lines, sizeof *lot->lines);
    }
    lot->lines[lot->n_lines++] = line;
}

static enum status gather_chunk(struct step *s, struct lot *lot, size_t *n)
{
    struct call *c;
    struct import_row *rows;
    TRY(step_chunk(s, &c));
    enum status status = step_rows(s, c, true, READ_ROWS, &rows, n);
    if (status == OK)
        status = rows_read(c, s->plan, rows, *n);
    if (status == OK)
        status = rows_find(c, s->plan, rows, *n);
    for (size_t i = 0; status == OK && i < *n; i++)
        if (!rows[i].id && !rows[i].error) {
            add_row(s, c, lot, &rows[i]);
            add_line(lot, rows[i].line);
        }
    if (status == OK && *n)
        lot->last = s->position = rows[*n - 1].line;
    step_drop(s, c);
    return status;
}

static int by_order(const void *a, const void *b)
{
    const struct lot_entry *x = a, *y = b;
    int order = x->scope < y->scope ? -1 : x->scope > y->scope;
    if (!order)
        order = x->begins < y->begins ? -1 : x->begins > y->begins;
    if (!order)
        order = strcmp(x->text, y->text);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

enum status lot_gather(struct step *s, struct lot *lot)
{
    size_t most = s->w->chunk ? 3 * s->w->chunk : LOT_ROWS, least = s->w->chunk ? 1 : LOT_LEAST;
    int64_t position = s->position;
    enum status status = OK;
    size_t rows = 0, n = 1;
    *lot = (struct lot){.arena = arena_new()};
    while (status == OK && n && rows < most) {
        status = gather_chunk(s, lot, &n);
        rows += n;
    }
    s->position = position;
    if (lot->n_lines < least)
        lot->n_lines = lot->keys.n = lot->words.n = 0;
    if (lot->keys.n)
        qsort(lot->keys.entry, lot->keys.n, sizeof *lot->keys.entry, by_order);
    if (lot->words.n)
        qsort(lot->words.entry, lot->words.n, sizeof *lot->words.entry, by_order);
    return status;
}

bool lot_has(const struct lot *lot, int64_t line)
{
    size_t low = 0, high = lot->n_lines;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lot->lines[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low < lot->n_lines && lot->lines[low] == line;
}

void lot_free(struct lot *lot)
{
    arena_free(lot->arena);
    free(lot->keys.entry);
    free(lot->words.entry);
    free(lot->lines);
}

/* ---- storing ---- */

struct slice {
    const struct lot_entry *entry;
    size_t n;
    bool words, remove;
    int64_t took_us;
};

/* One statement for N entries: the same text each time. */
static const char *insert_text(struct arena *a, bool words, size_t n)
{
    struct buf b = buf_in(a, 16384);
    buf_adds(&b, words ? "insert into search_token (noun, token, scope, row_id) values "
                       : "insert into account_key (key, account_id) values ");
    for (size_t i = 0; i < n; i++)
        if (words)
            buf_addf(&b, "%s($1, $%zu, $%zu, $%zu)", i ? ", " : "", 3 * i + 2, 3 * i + 3, 3 * i + 4);
        else
            buf_addf(&b, "%s($%zu, $%zu)", i ? ", " : "", 2 * i + 1, 2 * i + 2);
    buf_adds(&b, " on conflict do nothing");
    return buf_str(&b);
}

static size_t put_entry(struct value *args, const struct lot_entry *e, bool words)
{
    size_t n = 0;
    args[n++] = v_text(e->text);
    if (words)
        args[n++] = v_int(e->scope);
    args[n++] = v_int(e->id);
    return n;
}

static enum status insert_slice(struct step *s, struct call *c, const struct slice *k)
{
    const char *many = insert_text(c->arena, k->words, A_STATEMENT),
               *one = insert_text(c->arena, k->words, 1);
    struct value args[1 + 3 * A_STATEMENT] = {v_text(s->kind->noun->name)};
    for (size_t i = 0; i < k->n;) {
        size_t count = k->n - i >= A_STATEMENT ? A_STATEMENT : 1, n = k->words;
        for (size_t e = 0; e < count; e++, i++)
            n += put_entry(args + n, &k->entry[i], k->words);
        TRY(db_exec(c->db, count > 1 ? many : one, args, n));
    }
    return OK;
}

static enum status remove_slice(struct step *s, struct call *c, const struct slice *k)
{
    struct value args[4];
    for (size_t i = 0; i < k->n; i++) {
        size_t n = put_entry(args, &k->entry[i], k->words);
        args[n] = v_text(s->kind->noun->name);
        TRY(k->words ? db_exec(c->db,
                           "delete from search_token where token = $1 and scope = $2 and row_id = $3 and "
                           "noun = $4",
                           args, n + 1)
                     : db_exec(c->db, "delete from account_key where key = $1 and account_id = $2", args, n));
    }
    return OK;
}

static enum status write_slice(struct step *s, struct call *c, void *arg)
{
    struct slice *k = arg;
    int64_t began = monotonic_us();
    TRY(step_fence(s, c));
    TRY(k->remove ? remove_slice(s, c, k) : insert_slice(s, c, k));
    k->took_us = monotonic_us() - began;
    return OK;
}

static enum status store_entries(struct step *s, const struct lot_entries *entries, bool words, bool remove)
{
    size_t size = FIRST_SLICE;
    for (size_t at = 0; at < entries->n;) {
        struct call *c;
        struct slice k = {
            entries->entry + at, entries->n - at < size ? entries->n - at : size, words, remove, 0};
        TRY(step_chunk(s, &c));
        TRY(step_commit(s, c, write_slice, &k));
        at += k.n;
        size = step_next_size(s, k.n, k.took_us, MOST_SLICE);
        if (!step_goes_on(s, 0, 0))
            return RETRY;
    }
    return OK;
}

enum status lot_store(struct step *s, struct lot *lot, bool remove)
{
    TRY(store_entries(s, &lot->keys, false, remove));
    return store_entries(s, &lot->words, true, remove);
}

enum status lot_forget(struct step *s, struct call *c, const struct import_row *row)
{
    struct lot one = {.arena = c->arena};
    add_row(s, c, &one, row);
    struct slice keys = {.entry = one.keys.entry, .n = one.keys.n},
                 words = {.entry = one.words.entry, .n = one.words.n, .words = true};
    enum status status = remove_slice(s, c, &keys);
    if (status == OK)
        status = remove_slice(s, c, &words);
    free(one.keys.entry);
    free(one.words.entry);
    return status;
}
