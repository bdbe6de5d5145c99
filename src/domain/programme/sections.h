/* The document's sections beyond its lists and rules, a reader each. Private to the programme's folder. */
#ifndef TANDEM_PROGRAMME_SECTIONS_H
#define TANDEM_PROGRAMME_SECTIONS_H

#include "domain/programme/programme.h"

/*
 * Each reads its section, NULL where the document has none, into OUT; what is left out gets the default that
 * the reader names. Problems become fields of the call, named by their path.
 */
void programme_read_calendar(struct call *c, struct arena *keep, const json_t *section, struct calendar *out);
void programme_read_life(struct call *c, const json_t *section, struct programme_life *out);
void programme_read_roles(struct call *c, const json_t *section, struct programme_roles *out);
void programme_read_disputes(struct call *c, const json_t *section, struct programme_disputes *out);
void programme_read_cosell(struct call *c, const json_t *section, struct programme_cosell *out);
void programme_read_leads(
    struct call *c, struct arena *keep, const json_t *section, struct programme_leads *out);
/* After the lists: what the stages of the pipeline say beyond key and label. */
void programme_read_stages(struct call *c, struct arena *keep, const json_t *list, struct programme *out);
/* The rules of extensions and their examples, from the whole document; after the lists and the other facts.
 */
enum status programme_read_extension(
    struct call *c, struct arena *keep, const json_t *document, struct programme *p) MUST;

/* The rules as a list of the catalog, so that a stored rule is shown by its name (document.c). */
void programme_list_rules(struct arena *keep, struct programme *p);
/* What benefits, queues and product lines say beyond key and label; after the lists. */
void programme_read_lists(struct call *c, const json_t *document, const struct programme *p);

#endif
