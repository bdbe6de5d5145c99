/*
 * Checkpoints of SQLite's write-ahead log beside the writer. Private to store/.
 *
 * SQLite's own run inside a commit: whoever waits for it then waits for thousands of pages and two flushes.
 * Here a thread with a connection of its own copies them back while the writer goes on. It never comes to the
 * log's end as long as the writer is busy, and only a log that was copied to its end begins anew; so the
 * writer copies the short rest.
 */
#ifndef TANDEM_STORE_SQLITE_CHECKPOINT_H
#define TANDEM_STORE_SQLITE_CHECKPOINT_H

#include <sqlite3.h>

struct checkpointer;
/* FILE as sqlite3_open_v2() takes it. Its thread starts at the first long log. */
struct checkpointer *checkpointer_new(const char *file);
/* Told after a commit of WRITER that left FRAMES in the log. */
void checkpointer_told(struct checkpointer *c, sqlite3 *writer, int frames);
/* C may be NULL. */
void checkpointer_free(struct checkpointer *c);

#endif
