/* Between tools/messages.c, which writes the tables from the files of po, and i18n.c, which reads them. */
#ifndef TANDEM_MESSAGES_H
#define TANDEM_MESSAGES_H

#include "base/i18n.h"

#define MESSAGE_FORMS 4 /* at most; English and German have two */

struct message {
    const char *text;                 /* the English one, of a plural its first form */
    const char *forms[MESSAGE_FORMS]; /* translated; one, or as many as the language has plural forms */
};

struct message_table {
    const struct message *messages; /* sorted by text, by bytes */
    size_t n;
};

/* Generated. A language without a file has an empty table. */
extern const struct message_table message_tables[LANG_COUNT];

/* NULL when TEXT has no translation. */
const struct message *message_find(const struct message_table *table, const char *text);

#endif
