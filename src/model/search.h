/* A list's search, between the list as a viewer asks for it and its statement (read.c). Private to model/. */
#ifndef TANDEM_SEARCH_H
#define TANDEM_SEARCH_H

#include "model/call.h"

/* A list by one statement, whatever it reads for its search. */
enum status list_rows(
    struct call *c, const struct noun *noun, const struct list_query *q, struct list *out) MUST;
/* What bounds a search, so that tests need few rows. */
struct search_bounds {
    size_t common_rows; /* of a word that is common */
    size_t batch_rows;  /* that are read first; then twice as many each time */
    size_t walk_rows;   /* that are looked at before the index is asked all the same */
};
enum status list_searched(struct call *c, const struct noun *noun, const struct list_query *q,
    const struct search_bounds *bounds, struct list *out) MUST;
/* The cursor behind ROW, of a list that was read by Q. */
enum status list_cursor(struct call *c, const struct noun *noun, const struct list_query *q,
    const struct row *row, const char **out) MUST;

#endif
