/*
 * Many rows with one statement each fifty, in bulk and without events. What fails ends the program with a
 * word on why.
 */
#ifndef TANDEM_BENCH_BULK_H
#define TANDEM_BENCH_BULK_H

#include "base/value.h"
#include "store/store.h"

_Noreturn void bench_die(const char *what, const char *why);
void bench_must(struct db *db, enum status status, const char *what);
void bench_run(struct db *db, const char *sql);

/* The I-th old row's id: spread over the years before today. */
static inline int64_t bench_old_id(int64_t i)
{
    return ((i + 1) * 180000) << 22;
}

/* Before and after a whole fill; SQLite writes without waiting for the disk until bulk_close. */
void bulk_open(struct db *db);
void bulk_close(struct db *db);

struct bulk;
/* Texts of rows live in ROWS, which is emptied after each statement; KEEP holds the bulk itself. */
struct bulk *bulk_into(
    struct db *db, struct arena *keep, struct arena *rows, const char *table, const char *columns);
/* One row's values, as many as there are columns; texts live in ROWS or for ever. */
void bulk_add(struct bulk *b, const struct value *v);
/* The rows that still wait; more may follow. */
void bulk_flush(struct bulk *b);

#endif
