/* Shapes shared by the files of note.h. */
#ifndef TANDEM_NOTE_TEXT_H
#define TANDEM_NOTE_TEXT_H

#include "engine/merkle/note.h"

/* UTF-8, no control characters but newlines, the last of which ends it. */
bool note_text_valid(const char *text, size_t n) MUST;
/* A key's name: not empty, no space, plus or control character. */
bool note_name_valid(const char *name, size_t n) MUST;

#endif
