/* Small acts on a document's JSON, shared by a draft's verbs. */
#ifndef TANDEM_PROGRAMME_DOCUMENT_EDIT_H
#define TANDEM_PROGRAMME_DOCUMENT_EDIT_H

#include "model/call.h"

extern const struct option move_steps[];       /* up, down */
extern const struct option draft_next_steps[]; /* what a partner can do after a decline */

/* To PLACE, counted from 1, or one STEP "up" or "down"; kept within the list. */
void move_element(json_t *list, size_t from, int64_t place, const char *step);
/* WANTED made a key (small letters, digits, underscores) that no element has under MEMBER. */
const char *free_key(struct call *c, const json_t *list, const char *member, const char *wanted);
/* REFUSED, at FIELD, when a given key is none: not small letters, digits and underscores, or too long. */
enum status check_key(struct call *c, const char *field, const char *key) MUST;
/* A whole number where it is one. */
json_t *number_json(double v);

#endif
