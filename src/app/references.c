#include "app/references.h"

static const struct reference unchecked[] = {{"registration", "partner_id", "partner"},
    {"registration", "person_id", "person"}, {"registration", "account_id", "account"},
    {"registration", "product_line_id", "product_line"}, {"registration", "contact_id", "person"},
    {"protection", "account_id", "account"}, {"protection", "product_line_id", "product_line"},
    {"protection", "partner_id", "partner"}, {"decision", "partner_id", "partner"}};

enum status references_broken(struct db *db, struct arena *a, const struct reference **out)
{
    *out = NULL;
    for (size_t i = 0; i < COUNT(unchecked) && !*out; i++) {
        const struct reference *r = &unchecked[i];
        struct rows rows;
        TRY(db_query(db, a, &rows,
            arena_printf(a,
                "select 1 from %s t where t.%s is not null and not exists (select 1 from %s r where r.id = "
                "t.%s) limit 1",
                r->table, r->column, r->to, r->column),
            NULL, 0));
        *out = rows.n ? r : NULL;
    }
    return OK;
}
