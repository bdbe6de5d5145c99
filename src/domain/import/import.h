/*
 * Import from CSV: mapping guessed and editable, preview, every row checked before the first is written,
 * errors row by row, all or nothing or good rows only, written in chunks between commit groups, gone on with
 * after a crash (docs/import.md).
 *
 *   staging -> (staged: a mapping is needed) -> checking -> checked -> applying -> done
 *
 * failed and cancelled end it from anywhere before done.
 */
#ifndef TANDEM_IMPORT_H
#define TANDEM_IMPORT_H

#include "face/page.h"
#include "model/call.h"

struct import_run {
    const char *kind; /* accounts, opportunities, product-lines, partners, people, certifications */
    const char *file_name;
    const char *mapping; /* JSON {"field": "heading"}, and "dates", "decimals" where they were chosen */
    const char *policy;  /* all_or_nothing, good_rows */
    const char *state;
    int64_t rows_total, rows_good, rows_bad;
    int64_t rows_applied, rows_made, rows_changed; /* the others were as the file says already */
    struct ref person_id;                          /* as whom it is written */
    const char *message;                           /* why it failed */
};
extern const struct noun import_run_noun;
/*
 * upload (a file, or JSON with the text, becomes a run), map (which column is what; checks again), apply,
 * cancel.
 */
extern const struct verb import_upload, import_map, import_apply, import_cancel;

extern const struct page import_page;             /* /import: the runs, and a form for the next */
extern const struct page import_run_page;         /* /import/:id */
extern const struct page import_errors_page;      /* /import/:id/errors */
extern const struct page import_errors_file_page; /* /import/:id/errors.csv */

#endif
