/* The form for an extension, in the list and on the registration's page, and the answer before it is sent. */
#ifndef TANDEM_EXTEND_VIEW_H
#define TANDEM_EXTEND_VIEW_H

#include "domain/registration/extension.h"
#include "face/page.h"
#include "face/parts.h"

/* What would be decided, or what is missing to tell. */
struct forecast_view {
    const char *mark, *word, *text;
    const char *change; /* what would make it better, or NULL */
};

struct evidence_view_choice {
    const char *key, *label, *hint;
    bool checked;
};

struct extend_view {
    const char *path, *page, *then, *csrf; /* of the registration; of the page it stands on */
    const char *legend, *submit, *cancel;
    struct evidence_view_choice choices[8];
    size_t n_choices;
    struct part_field day, with, note, file;
    const struct part_field *fields[5]; /* for the summary of errors */
    struct part_field evidence;
    const char *problem_detail;
    bool problem;
    struct forecast_view *forecast; /* NULL: nothing was asked yet */
};

/* PAGE is where the form stands. What was given in a refused or checked form is shown again. */
enum status extend_view_load(struct call *c, struct page_request *r, struct html *h, const struct row *row,
    const char *page, const char *then, struct extend_view *out) MUST;
/* Asked for by the script: only the answer. False when this is no such request. */
bool extend_answer(struct call *c, struct page_request *r, struct html *h);

/* The form for an activity. */
struct log_view {
    const char *path, *page, *then, *csrf, *company;
    struct part_field kind, day, note;
};
void log_view_load(struct call *c, struct page_request *r, struct html *h, const char *path, const char *id,
    struct log_view *out);

#endif
