/* A statement in words: its known members with labels, then whatever else it holds. */
#ifndef TANDEM_STATEMENT_TEXT_H
#define TANDEM_STATEMENT_TEXT_H

#include "base/i18n.h"
#include "base/json.h"

/* STATEMENT is a JSON object. A row a member; lists and objects take a row an item. */
void text_statement(struct buf *out, json_t *statement, enum lang lang);

/* "  Label            ", so that values stand in a column. */
void text_label(struct buf *out, const char *label);
/*
 * UTF-8 text from a stranger, fit for a terminal: control characters and those that turn the direction of
 * writing are shown as <U+XXXX>.
 */
void text_add_safe(struct buf *out, const char *s);

#endif
