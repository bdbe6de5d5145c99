#include "domain/log/cosigned.h"

#define PLAIN "text/plain; charset=utf-8"

enum status log_cosigned(struct db *db, struct arena *a, const struct tree_head *head, const char **note)
{
    struct value args[2] = {v_int((int64_t)head->size), v_text(head->checkpoint)};
    struct rows rows;
    *note = head->checkpoint;
    if (!head->checkpoint)
        return OK;
    TRY(db_query(db, a, &rows,
        "select line from cosignature where size = $1 and checkpoint = $2 order by witness", args, 2));
    for (size_t r = 0; r < rows.n; r++)
        *note = arena_printf(a, "%s%s", *note, cell_text(&rows, r, 0));
    return OK;
}

enum status log_witnesses_read(struct call *c, struct witness_state **out, size_t *n)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select witness, size, cosigned, trouble from cosignature order by witness limit 20", NULL, 0));
    *out = ARENA_ARRAY(c->arena, rows.n + 1, struct witness_state);
    *n = rows.n;
    for (size_t r = 0; r < rows.n; r++) {
        const char *vkey = cell_string(&rows, r, 0);
        (*out)[r] = (struct witness_state){.name = arena_strndup(c->arena, vkey, strcspn(vkey, "+")),
            .vkey = vkey,
            .size = cell_int(&rows, r, 1),
            .cosigned = {cell_int(&rows, r, 2)},
            .trouble = cell_text(&rows, r, 3)};
    }
    return OK;
}

static enum status show_checkpoint(struct call *c, struct page_request *r, struct html *h)
{
    struct tree_head head;
    const char *note;
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    TRY(log_cosigned(c->db, c->arena, &head, &note));
    if (!note)
        return call_refuse(c, PROBLEM_not_found, TR(c, "The log is empty yet."));
    r->type = PLAIN;
    buf_adds(h->b, note);
    return OK;
}

const struct page log_checkpoint_page = {.path = "/log/checkpoint",
    .title = N_("Checkpoint"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_checkpoint};

/* Witnesses follow a log that grows all the time: the newest checkpoint may be ahead of them. */
static enum status show_cosigned(struct call *c, struct page_request *r, struct html *h)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select checkpoint, line from cosignature where size = (select min(size) from cosignature) and size "
        "> 0 "
        "order by checkpoint, witness",
        NULL, 0));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, TR(c, "No witness has cosigned the log yet."));
    r->type = PLAIN;
    buf_adds(h->b, cell_text(&rows, 0, 0));
    for (size_t i = 0; i < rows.n; i++)
        buf_adds(h->b, cell_text(&rows, i, 1));
    return OK;
}

const struct page log_cosigned_page = {.path = "/log/cosigned",
    .title = N_("Cosigned checkpoint"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .bare = true,
    .show = show_cosigned};
