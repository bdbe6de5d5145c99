/*
 * Which noun and verb an address of the REST interface means. One rule for all nouns:
 *
 *     /<plural>               GET a list; POST the verb that makes a row
 *     /<plural>/export        GET the whole list as a file
 *     /<plural>/<verb>        POST a verb of the collection
 *     /<plural>/bulk          POST a verb on many rows
 *     /<plural>/<id>          GET a row; PATCH "update"; DELETE "delete"
 *     /<plural>/<id>/<verb>   POST a verb of the row
 */
#ifndef TANDEM_DISPATCH_H
#define TANDEM_DISPATCH_H

#include "http/http.h"
#include "model/verb.h"

#define API_ROOT "/api/v1"

struct route {
    const struct noun *noun; /* NULL: there is no such address */
    const struct verb *verb; /* NULL: reads the list or the row */
    bool bulk;               /* a verb on many rows, which the body names */
    bool export;             /* the whole list as a file */
    bool has_id;
    int64_t id;
    const char *allow; /* the methods that the address takes, as in the header Allow */
    bool method_ok;    /* whether this one is among them; OPTIONS always is */
};

/* PATH is what stands behind API_ROOT. Text of the answer lives in A or is static. */
struct route dispatch(struct arena *a, const struct model *m, enum http_method method, const char *path);

/* Whether a person may call it by a token at all: neither the system's own nor a matter of browsers. */
bool verb_offered(const struct verb *v);
/* The first of the noun's verbs that can be called on many rows, or NULL. */
const struct verb *noun_bulk(const struct model *m, const struct noun *noun);
/* Whether the noun can be read or worked on by programs. */
bool noun_offered(const struct model *m, const struct noun *noun);
/* The verb that POST on the noun's collection means, or NULL. */
const struct verb *noun_creator(const struct model *m, const struct noun *noun);
/* How a verb is called: "POST", "/api/v1/registrations/{id}/approve". */
const char *verb_method(const struct verb *v);
const char *verb_path(struct arena *a, const struct model *m, const struct verb *v);

#endif
