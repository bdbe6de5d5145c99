/* What a format's writer gets. Private to face/export*.c. */
#ifndef TANDEM_EXPORT_WRITER_H
#define TANDEM_EXPORT_WRITER_H

#include "base/buf.h"
#include "face/export.h"
#include "face/row_json.h"

struct export
{
    struct call *call;
    const struct noun *noun;
    const struct export_writer *writer;
    FILE *to;
    struct buf line;                   /* what is written next; sent and emptied behind every row */
    const struct list_column *columns; /* behind the id, in their order */
    size_t n_columns;
    const struct row_select *select; /* the same for JSON; NULL: all */
    uint64_t rows;                   /* that were written */
    bool shared;                     /* one of several at a time: counted when it is large */
    bool large;                      /* and it is */
    struct book *book;               /* of the workbook's writer */
};

/* BEGIN and ROW return false when the file cannot be written; END always frees what BEGIN made. */
struct export_writer {
    bool (*begin)(struct export *e);
    enum status (*row)(struct export *e, const struct row *row);
    bool (*end)(struct export *e, bool good);
};
extern const struct export_writer export_workbook; /* export_xlsx.c */

#endif
