/*
 * Drafts of the programme: a document in the making beside the one in force. A draft may be stored broken; it
 * is asked for and published only when it reads. Every change is a step that can be taken back.
 */
#ifndef TANDEM_PROGRAMME_DRAFT_H
#define TANDEM_PROGRAMME_DRAFT_H

#include "domain/programme/programme.h"

struct programme_draft {
    const char *title;
    int64_t base_number; /* the version that it changes */
    const char *hash;    /* of the document as it stands */
    int64_t step;
    struct date effective_day; /* its first day in force; DATE_NONE: at once */
    const char *note;          /* why; everybody in the programme reads it */
    const char *state;         /* draft, asked, published, discarded */
    struct ref author_id, editor_id, asked_id;
    int64_t version_number; /* once published */
};
extern const struct noun programme_draft_noun;

extern const struct verb draft_create, draft_update, draft_replace, draft_undo, draft_redo, draft_discard,
    draft_reopen;
extern const struct verb draft_add_rule, draft_set_rule, draft_move_rule, draft_remove_rule;
extern const struct verb draft_add_example, draft_set_example, draft_remove_example;
extern const struct verb draft_add_item, draft_set_item, draft_move_item, draft_remove_item;
extern const struct verb draft_set_values;
extern const struct verb draft_ask, draft_publish, draft_rebase;

#define DRAFT_EDITORS (ADMIN | OPERATIONS)
#define DRAFT_READERS (ADMIN | OPERATIONS | PARTNER_MANAGER | EXECUTIVE | AUDITOR)
extern const char *const draft_open_states[]; /* draft, asked */

/* ---- within a verb's run ---- */

struct draft_edit {
    struct programme_draft row;
    json_t *document; /* to be changed; lives with the call */
};

enum status draft_open(struct call *c, struct draft_edit *e) MUST;
/*
 * Stores the document as the next step; SUBJECT is what was changed, for the history: a rule's id. Nothing
 * changed: no step. A draft that somebody was asked to publish is a draft again.
 */
enum status draft_store(struct call *c, struct draft_edit *e, const char *subject) MUST;

/* ---- reading ---- */

/* The document's text at its present step. */
enum status draft_text(struct call *c, int64_t id, const char **text) MUST;
/* The draft read as far as it goes; problems by path, NULL when there are none. In the call's arena. */
struct draft_read {
    struct programme programme;
    const struct problem *problems;
};
enum status draft_read(struct call *c, int64_t id, struct draft_read *out) MUST;
/* What REST adds to a draft's row: document, problems, changes. */
void draft_json(struct call *c, const struct noun *noun, const struct row *row, struct json_out *w);

/* Whether that person wrote a part of what stands in the draft now. */
enum status draft_writes(struct call *c, int64_t id, int64_t person_id, bool *yes) MUST;

#endif
