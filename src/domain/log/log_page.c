/* What the log is, for people: what it proves and what not, how large it is, how to check it without us. */
#include "domain/log/log.h"
#include "domain/log/log_page.html.h"
#include "domain/log/log_view.h"
#include "runtime/sequencer.h"

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct tree_head head;
    struct checkpoint cp;
    struct instant at;
    struct buf vkey = buf_in(c->arena, 1024), root = buf_in(c->arena, 128);
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    note_vkey(&vkey, r->log_key);
    buf_add_base64(&root, head.root.b, HASH_SIZE);
    struct log_view v = {.vendor = c->catalog->vendor,
        .base_url = r->base_url,
        .vkey = buf_str(&vkey),
        .checkpoint = head.checkpoint,
        .entries = (int64_t)head.size,
        .size = fmt_int(h, (int64_t)head.size),
        .root = buf_str(&root)};
    if (head.checkpoint && checkpoint_open(&cp, head.checkpoint, strlen(head.checkpoint), r->log_key) &&
        *cp.time && instant_parse(cp.time, &at)) {
        v.signed_at = fmt_exact(h, at);
        v.signed_iso = fmt_iso(h, at);
    }
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Public log");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    r->shell->description = TR(c, "Every registration and decision is entered in a log that can only grow. "
                                  "Here is how to check it.");
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
