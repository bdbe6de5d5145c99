/* What the queue of registrations in review is given. Private to queue_page.c and its template. */
#ifndef TANDEM_QUEUE_VIEW_H
#define TANDEM_QUEUE_VIEW_H

#include "domain/file/file.h"
#include "domain/registration/evidence_view.h"
#include "face/parts.h"

struct waiting_view {
    const char *path, *company, *what, *partner, *partner_href;
    const char *due, *due_exact, *due_mark; /* "due in 3 h"; risk when it has passed */
    const char *rule, *sentence, *queue, *person;
    struct instant since, by;
    size_t extensions_before; /* of queue_view.extensions: those that are due before it */
    struct alike_view *alike; /* the nearest only */
    bool open;                /* its form was refused: shown again */
    const char *problem_detail;
    struct part_field reason, days, margin;
    const struct part_field *fields[3];
};

/* An extension that waits: its own form, with days and a reason. */
struct extension_wait_view {
    const char *path, *company, *href, *partner, *partner_href, *person, *evidence, *note;
    const char *due, *due_exact, *due_mark, *rule, *sentence, *until;
    struct instant by;
    struct file_link *files; /* its evidence */
    size_t n_files;
    bool open;
    const char *problem_detail;
    struct part_field reason, days;
    const struct part_field *fields[2];
};

struct prober_view {
    const char *name, *partner, *href;
    int64_t n;
};

struct queue_view {
    const char *lead, *csrf;
    struct part_tab *tabs;
    size_t n_tabs;
    struct waiting_view *rows;
    size_t n;
    struct extension_wait_view *extensions;
    size_t n_extensions; /* by when they are due, as the rows */
    const char *next, *first;
    struct part_empty empty;
    int64_t approved, review, declined;
    struct prober_view *probers;
    size_t n_probers;
    bool sees_checks;
};

#endif
