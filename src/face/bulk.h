/*
 * One verb on many rows, for every face. Each row is a call of its own, with its own event and its own
 * refusal; or all of them are one transaction that is refused with the first. The caller names the job: sent
 * again, what was done is not done twice, what was refused is tried once more.
 */
#ifndef TANDEM_BULK_H
#define TANDEM_BULK_H

#include "face/site.h"

#define BULK_MAX       1000
#define BULK_WHOLE_MAX 200 /* in one transaction, which holds up others */

struct bulk_row {
    int64_t id;
    const char *name;        /* NULL: there is no such row for the viewer */
    enum status status;      /* as judged, then as run: OK, REFUSED, BROKEN */
    struct problem *problem; /* why REFUSED */
    struct call *call;       /* of this row, while it runs */
};

struct bulk {
    const struct verb *verb;
    const struct given *given; /* the input, for each of them */
    size_t n_given;
    bool strict;     /* names of no field are refused (REST) */
    const char *job; /* 8 to 100 characters; NULL: a resend does it again */
    bool whole;      /* all or none */
    struct bulk_row *rows;
    size_t n, n_done;
    int64_t more; /* rows that fit the filter beyond BULK_MAX */
};

/* The verb by its name when the viewer may call it on many rows; else NULL. */
const struct verb *bulk_verb(const struct call *c, const struct noun *noun, const char *name);
/* Whether many rows of that can be given the input field. */
bool bulk_takes(const struct verb *v, const char *field);

/* The rows by their ids as text, each once; what is no id of the noun is refused as a field's problem. */
enum status bulk_pick(struct call *c, struct bulk *b, const char *const *ids, size_t n) MUST;
/* All that fit, up to BULK_MAX. */
enum status bulk_fit(struct call *c, struct bulk *b, const struct list_query *q) MUST;
/*
 * Reads the rows and the input: which of them exist for the viewer and stand where the verb starts. REFUSED
 * when the input itself is wrong.
 */
enum status bulk_judge(struct call *c, struct bulk *b) MUST;

/*
 * Judges and runs B, without a thread that waits. THEN is called on a worker with C's connection a fresh
 * snapshot (NULL when the database went away); its status is OK unless the whole was refused before the first
 * row. The rows and N_DONE tell what became of them.
 */
void bulk_run(struct site *s, struct call *c, struct bulk *b, site_then *then, void *ctx);

#endif
