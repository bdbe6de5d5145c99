#include "app/setup.h"

#include "base/json.h"
#include "domain/programme/publish.h"

enum status setup_programme(struct call *c, const char *document, const char *note, int64_t person_id)
{
    struct rows rows;
    struct programme p;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from programme_version", NULL, 0));
    if (cell_int(&rows, 0, 0))
        return OK;
    TRY(programme_read(c, c->arena, document, strlen(document), &p));
    struct buf canonical = buf_in(c->arena, 4 << 20);
    json_canonical(&canonical, p.document);
    struct programme_version v = {.number = 1,
        .hash = p.hash,
        .document = buf_str(&canonical),
        .state = "published",
        .published_by = {person_id},
        .note = note};
    TRY(noun_insert(c, &programme_version_noun, &v, &id));
    return programme_sync_lines(c, p.document);
}
