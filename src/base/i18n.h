/*
 * The viewer's language. Texts are written in English in the source, marked with N_() where they are data and
 * with tr() where they are used; xgettext collects both, and the files of po are built into the binary as
 * tables.
 */
#ifndef TANDEM_I18N_H
#define TANDEM_I18N_H

#include "base/base.h"

enum lang { LANG_EN = 0, LANG_DE, LANG_COUNT };

#define N_(text) (text)

/* The text in LANG, or itself where there is no translation. */
const char *tr(enum lang lang, const char *text) __attribute__((format_arg(2)));
/* The form for N, by the language's plural rule. */
const char *trn(enum lang lang, const char *one, const char *many, int64_t n) __attribute__((format_arg(2)))
__attribute__((format_arg(3)));

const char *lang_code(enum lang lang); /* "en", "de" */
/* By code or by an Accept-Language header; LANG_EN when none fits. */
enum lang lang_parse(const char *codes);

#endif
