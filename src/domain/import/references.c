/* Accounts by what a file calls them: external id, exact name, or a name that differs in writing only. */
#include "domain/import/rows.h"
#include "engine/match/match.h"
#include "model/sql.h"

#define BLOCK 50 /* a fixed number of placeholders, so that the statement is kept */

/* Those of the block that are still to be found. */
static size_t take_block(struct reference *refs, size_t n, size_t *at, struct reference *block[BLOCK])
{
    size_t count = 0;
    for (; *at < n && count < BLOCK; (*at)++)
        if (!refs[*at].id && *refs[*at].text)
            block[count++] = &refs[*at];
    return count;
}

static enum status find_exact(struct call *c, struct reference *refs, size_t n, const char *field)
{
    struct reference *block[BLOCK];
    size_t at = 0, count;
    while ((count = take_block(refs, n, &at, block)) > 0) {
        struct sql *s = sql_new(c);
        struct rows rows;
        sql_add(s, "select coalesce(merged_into, id), %s from account where %s in (", field, field);
        for (size_t i = 0; i < BLOCK; i++) {
            sql_add(s, i ? ", " : "");
            sql_arg(s, v_text(block[i < count ? i : 0]->text));
        }
        sql_add(s, ")");
        TRY(db_query(c->db, c->arena, &rows, sql_text(s), s->args, s->n));
        for (size_t r = 0; r < rows.n; r++)
            for (size_t i = 0; i < count; i++)
                if (streq(block[i]->text, cell_text(&rows, r, 1)))
                    block[i]->id = block[i]->id ? NAME_SEVERAL : cell_int(&rows, r, 0);
    }
    return OK;
}

/* The key under which the match index keeps a name; NULL when nothing is left of it. */
static const char *name_key(struct arena *a, const char *name)
{
    struct match_keys keys;
    match_keys(a, match_prepare(a, &(struct match_company){.name = name}), &keys);
    for (size_t i = 0; i < keys.n; i++)
        if (strncmp(keys.key[i], "n:", 2) == 0)
            return keys.key[i];
    return NULL;
}

/* By that key; the folded names must be equal. */
static enum status find_alike(struct call *c, struct reference *ref)
{
    const char *written = import_key(c->arena, ref->text), *key = name_key(c->arena, ref->text);
    struct value args[1] = {v_text(key)};
    struct rows rows;
    if (!key)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select a.id, a.name from account_key k join account a on a.id = k.account_id where k.key = $1 "
        "limit 60",
        args, 1));
    for (size_t r = 0; r < rows.n; r++)
        if (streq(written, import_key(c->arena, cell_text(&rows, r, 1))))
            ref->id = ref->id ? NAME_SEVERAL : cell_int(&rows, r, 0);
    return OK;
}

enum status accounts_find(struct call *c, struct reference *refs, size_t n)
{
    TRY(find_exact(c, refs, n, "external_id"));
    TRY(find_exact(c, refs, n, "name"));
    for (size_t i = 0; i < n; i++)
        if (!refs[i].id && *refs[i].text)
            TRY(find_alike(c, &refs[i]));
    return OK;
}
