/* The rows of product lines follow the document's list. */
#include "domain/account/account.h"
#include "domain/programme/publish.h"

struct line_row {
    int64_t id;
    const char *key, *name;
    bool listed;
};

static struct line_row *find_line(struct line_row *rows, size_t n, const char *key, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (streq(rows[i].key, key))
            return &rows[i];
    for (size_t i = 0; i < n; i++) /* kept by hand until now: the list takes it over */
        if (!rows[i].key && streq(rows[i].name, name))
            return &rows[i];
    return NULL;
}

static enum status store_line(struct call *c, int64_t id, const struct product_line *line)
{
    const struct noun *n = &product_line_noun;
    int64_t answer = c->result_id;
    enum status s = id ? noun_update(c, n, id, line,
                             FIELD_BIT(n, name) | FIELD_BIT(n, active) | FIELD_BIT(n, key), "update")
                       : noun_insert_beside(c, n, line, &id);
    c->result_id = answer;
    return s;
}

static enum status store_listed(struct call *c, const json_t *list, struct line_row *rows, size_t n)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        struct product_line line = {.key = json_string_value(json_object_get(item, "key")),
            .name = json_string_value(json_object_get(item, "label")),
            .active = !json_is_false(json_object_get(item, "active"))};
        struct line_row *row = find_line(rows, n, line.key, line.name);
        if (row)
            row->listed = true;
        TRY(store_line(c, row ? row->id : 0, &line));
    }
    return OK;
}

enum status programme_sync_lines(struct call *c, const json_t *document)
{
    struct rows found;
    TRY(db_query(c->db, c->arena, &found, "select id, key, name from product_line order by id", NULL, 0));
    struct line_row *rows = ARENA_ARRAY(c->arena, found.n + 1, struct line_row);
    for (size_t i = 0; i < found.n; i++)
        rows[i] = (struct line_row){
            cell_int(&found, i, 0), cell_text(&found, i, 1), cell_text(&found, i, 2), false};
    TRY(store_listed(c, json_object_get(document, "product_lines"), rows, found.n));
    for (size_t i = 0; i < found.n; i++) {
        struct product_line line = {.key = rows[i].key, .name = rows[i].name};
        if (rows[i].key && !rows[i].listed)
            TRY(store_line(c, rows[i].id, &line));
    }
    return OK;
}
