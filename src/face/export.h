/*
 * A list as a file: CSV, a workbook, JSON or JSON lines, with the list's filters, search and order, whole.
 * Written batch by batch from one snapshot into a temporary file, so that memory stays constant and no
 * client, however slow, holds the snapshot. What the viewer may not see is not in it.
 */
#ifndef TANDEM_EXPORT_H
#define TANDEM_EXPORT_H

#include "face/columns.h"

#include <stdio.h>

struct export_kind {
    const char *name;  /* "csv": the format's parameter and the file's ending */
    const char *type;  /* media type */
    const char *label; /* N_(), of the menu */
};
/* Ended by a NULL name. */
extern const struct export_kind export_kinds[];
const struct export_kind *export_kind(const char *name); /* NULL: there is none */

/* Writes all rows that QUERY means into TO; its page (after, limit) is not looked at. */
enum status export_rows(struct call *c, const struct noun *noun, const struct list_query *query,
    const struct export_kind *kind, FILE *to) MUST;
/*
 * The same into a temporary file, with the chosen COLUMNS behind the id (NULL: all), that goes with the
 * call's arena. Two large exports run at a time; a third is REFUSED for now, so that workers stay free for
 * everybody else.
 */
enum status export_file(struct call *c, const struct noun *noun, const struct list_query *query,
    const struct export_kind *kind, const struct list_columns *columns, struct answer_file *out) MUST;

#endif
