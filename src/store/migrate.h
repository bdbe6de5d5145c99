/* db_migrate() and db_migrated() over a table of one's own, for tests. Private to store/. */
#ifndef TANDEM_STORE_MIGRATE_H
#define TANDEM_STORE_MIGRATE_H

#include "store/store.h"

enum status migrate_with(
    struct db *db, struct arena *a, const struct migration *table, const char **error) MUST;
enum status migrated_with(struct db *db, struct arena *a, const struct migration *table, bool *yes) MUST;

#endif
