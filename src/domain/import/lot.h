/*
 * Words and keys of many new rows, stored in their order before the rows themselves. Strewn row by row over
 * indexes larger than the cache, each of a dozen entries would dirty a page of its own; in order they fill
 * page after page. Until its row is there an entry finds nothing, because every search joins the rows.
 *
 * A row's id follows from its run and line, so that a lot that was cut off by a crash is simply stored again.
 */
#ifndef TANDEM_IMPORT_LOT_H
#define TANDEM_IMPORT_LOT_H

#include "domain/import/step.h"

struct lot {
    struct arena *arena;
    struct lot_entries {
        struct lot_entry {
            uint64_t begins; /* its first bytes as a number: most comparisons end there */
            const char *text;
            int64_t scope, id;
        } * entry;
        size_t n, cap;
    } keys, words;
    int64_t *lines; /* of the new rows, rising */
    size_t n_lines, cap_lines;
    int64_t last; /* line up to which it goes */
};

int64_t lot_id(int64_t run_id, int64_t line);
/* Reads the next rows behind the step's position, as many as a lot holds. Few new ones make an empty lot. */
enum status lot_gather(struct step *s, struct lot *lot) MUST;
/* Stores or deletes what was gathered. RETRY when the worker is told to stop. */
enum status lot_store(struct step *s, struct lot *lot, bool remove) MUST;
/* Within a transaction: the row was not made after all. */
enum status lot_forget(struct step *s, struct call *c, const struct import_row *row) MUST;
bool lot_has(const struct lot *lot, int64_t line);
void lot_free(struct lot *lot);

#endif
