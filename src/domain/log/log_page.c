/* What the log is, for people: what it proves and what not, how large it is, who watches it, how to check it.
 */
#include "domain/log/cosigned.h"
#include "domain/log/keys.h"
#include "domain/log/log.h"
#include "domain/log/log_page.html.h"
#include "domain/log/log_view.h"
#include "domain/log/week.h"

#include <inttypes.h>

static void fill_keys(struct call *c, struct html *h, const struct note_keys *keys, struct log_view *v)
{
    struct log_key_view *out = ARENA_ARRAY(c->arena, keys->n, struct log_key_view);
    for (size_t i = 0; i < keys->n; i++) {
        const struct note_term *t = &keys->term[i];
        struct buf vkey = buf_in(c->arena, 1024);
        struct instant at;
        note_vkey(&vkey, &t->key);
        out[i] = (struct log_key_view){.vkey = buf_str(&vkey), .from = fmt_int(h, (int64_t)t->from)};
        if (t->time[0] && instant_parse(t->time, &at))
            out[i].since = fmt_exact(h, at);
        if (t->from)
            out[i].change = arena_printf(c->arena, "/log/key/%08" PRIx32, t->key.id);
    }
    v->keys = out;
    v->n_keys = keys->n;
}

static void fill_head(struct call *c, struct html *h, const struct tree_head *head,
    const struct note_keys *keys, struct log_view *v)
{
    struct checkpoint cp;
    struct instant at;
    struct buf root = buf_in(c->arena, 128);
    buf_add_base64(&root, head->root.b, HASH_SIZE);
    v->size = fmt_int(h, (int64_t)head->size);
    v->root = buf_str(&root);
    if (head->checkpoint && note_keys_open(&cp, head->checkpoint, strlen(head->checkpoint), keys, NULL) &&
        *cp.time && instant_parse(cp.time, &at)) {
        v->signed_at = fmt_exact(h, at);
        v->signed_iso = fmt_iso(h, at);
    }
}

static enum status fill_witnesses(
    struct call *c, struct html *h, const struct tree_head *head, struct log_view *v)
{
    struct witness_state *all;
    TRY(log_witnesses_read(c, &all, &v->n_witnesses));
    struct log_witness_view *out = ARENA_ARRAY(c->arena, v->n_witnesses + 1, struct log_witness_view);
    for (size_t i = 0; i < v->n_witnesses; i++) {
        const struct witness_state *w = &all[i];
        bool newest = w->size == (int64_t)head->size;
        out[i] = (struct log_witness_view){.name = w->name,
            .vkey = w->vkey,
            .size = w->size ? fmt_int(h, w->size) : NULL,
            .at = w->cosigned.us ? fmt_exact(h, w->cosigned) : NULL,
            .mark = w->trouble ? "risk"
                    : newest   ? "ok"
                               : "review",
            .word = w->trouble ? TR(c, "In trouble")
                    : newest   ? TR(c, "Cosigned the newest")
                               : TR(c, "Behind"),
            .trouble = w->trouble ? TR(c, w->trouble) : NULL};
    }
    v->witnesses = out;
    return OK;
}

/* Only what was mailed: the sizes between are nobody's business. */
static enum status fill_weeks(struct call *c, struct html *h, struct log_view *v)
{
    struct log_week weeks[LOG_WEEKS_SHOWN];
    struct log_week_view *out = ARENA_ARRAY(c->arena, LOG_WEEKS_SHOWN, struct log_week_view);
    int64_t most = 1;
    TRY(log_weeks_read(c, weeks, &v->n_weeks));
    for (size_t i = 0; i + 1 < v->n_weeks; i++)
        most = weeks[i].size - weeks[i + 1].size > most ? weeks[i].size - weeks[i + 1].size : most;
    for (size_t i = 0; i < v->n_weeks; i++) {
        int64_t more = i + 1 < v->n_weeks ? weeks[i].size - weeks[i + 1].size : 0;
        out[i] = (struct log_week_view){.day = fmt_date(h, weeks[i].week),
            .iso = fmt_date_iso(h, weeks[i].week),
            .size = fmt_int(h, weeks[i].size),
            .more = i + 1 < v->n_weeks ? fmt_int(h, more) : NULL,
            .href = arena_printf(c->arena, "/log/checkpoint/%s", date_iso(c->arena, weeks[i].week)),
            .width = (int)(more * 100 / most)};
    }
    v->weeks = out;
    return OK;
}

static void fill_shell(struct call *c, struct page_request *r)
{
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Public log");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    r->shell->description = TR(c, "Every registration and decision is entered in a log that can only grow. "
                                  "Here is how to check it.");
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct tree_head head;
    struct note_keys *keys = ARENA_NEW(c->arena, struct note_keys);
    struct log_view v = {.vendor = c->catalog->vendor, .base_url = r->base_url};
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    TRY(log_cosigned(c->db, c->arena, &head, &v.checkpoint));
    TRY(log_keys_read(c->db, c->arena, r->log_key, keys));
    fill_head(c, h, &head, keys, &v);
    fill_keys(c, h, keys, &v);
    TRY(fill_witnesses(c, h, &head, &v));
    TRY(fill_weeks(c, h, &v));
    fill_shell(c, r);
    log_whole(h, &v);
    return OK;
}

const struct page log_page = {
    .path = "/log",
    .title = N_("Public log"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .nav = N_("Trust"),
    .icon = "receipt",
    .show = show,
};
