/*
 * Import from CSV: mapping guessed and editable, preview, every row validated in staging before the first is
 * applied, errors row by row, all or nothing or good rows only, applied in chunks between commit groups,
 * resumable after a crash.
 */
#ifndef TANDEM_IMPORT_H
#define TANDEM_IMPORT_H

#include "face/page.h"
#include "model/call.h"

struct import_run {
    const char *kind; /* accounts, opportunities, product-lines, partners, people */
    const char *file_name;
    const char *mapping; /* JSON {"field": "heading"} */
    const char *policy;  /* all_or_nothing, good_rows */
    const char *state;   /* staged, checked, applying, done, cancelled, failed */
    int64_t rows_total, rows_good, rows_bad, rows_applied;
    struct ref person_id;
    const char *message;
};
extern const struct noun import_run_noun;
/* upload (the file becomes staged rows), map (mapping and policy; validates), apply, cancel. */
extern const struct verb import_upload, import_map, import_apply, import_cancel;
extern const struct page import_page;

#endif
