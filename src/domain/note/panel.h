/* Notes and tasks of a row, with a form for each: a part of the pages of partners, accounts, registrations.
 */
#ifndef TANDEM_NOTE_PANEL_H
#define TANDEM_NOTE_PANEL_H

#include "face/page.h"
#include "face/parts.h"

struct note_line {
    const char *text, *author, *about, *about_href;
    const char *shared; /* "Vendor and partner"; NULL: its own side only */
    const char *path;   /* of one's own, to change and delete; NULL: another's */
    struct instant at;
};

struct task_line {
    const char *text, *owner, *about, *about_href, *path;
    const char *due, *mark; /* mark: risk when it has passed; NULL: none is due */
    bool may_finish;
};

struct notes_panel {
    const char *page, *csrf;          /* the page that shows it */
    const char *subject, *subject_id; /* "partner_id" and which */
    struct note_line *notes;
    size_t n_notes;
    struct task_line *tasks;
    size_t n_tasks;
    const char *all_notes, *all_tasks; /* lists */
    bool may_write;
    /* The forms; a refused one stands open with what was given. */
    bool note_open, task_open;
    struct part_field note_fields[2], task_fields[3];
    const struct part_field *note_list[2], *task_list[3];
    size_t n_note_fields;
    const char *problem_detail;
};

/* SUBJECT is "partner_id", "account_id" or "registration_id" of a row that the viewer has been given. */
enum status notes_panel_load(struct call *c, struct page_request *r, struct html *h, const char *page,
    const char *subject, const char *subject_id, struct notes_panel *out) MUST;

#endif
