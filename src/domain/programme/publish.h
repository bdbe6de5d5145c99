/* A document becomes a version: at once, or from a day on. For the programme's folder and whoever sets a
 * database up. */
#ifndef TANDEM_PROGRAMME_PUBLISH_H
#define TANDEM_PROGRAMME_PUBLISH_H

#include "domain/programme/programme.h"

struct publication {
    const struct programme *programme;
    struct date
        from;     /* its first day, in the document's own zone; DATE_NONE, or a day that has begun: at once */
    int64_t base; /* the version that it was made from; 0: whichever is the newest */
    int64_t author_id; /* who wrote it; 0: the caller */
    bool alone;
    const char *note;
};

/* Publishing and changing what documents read stand one behind the other. */
enum status programme_lock(struct call *c) MUST;

/* The newest version that was not withdrawn, in force or scheduled. NUMBER 0: there is none. */
struct newest_version {
    int64_t number;
    const char *hash;
    struct instant effective; /* 0: in force */
};
enum status programme_newest(struct call *c, struct newest_version *out) MUST;

/*
 * Under the lock: stores the version and, when it holds at once, brings the product lines in line. REFUSED
 * where it equals the newest, was made from another one, lies before a scheduled one, or drops what is in
 * use. The caller's answer stays its own.
 */
enum status programme_publish(struct call *c, const struct publication *p, int64_t *id, int64_t *number) MUST;

/*
 * Whether the caller may publish alone what it wrote: where the programme in force asks for no second person
 * (ALONE false), or nobody else has the right (ALONE true). REFUSED otherwise, with the way on.
 */
enum status programme_check_alone(struct call *c, bool *alone) MUST;

/* A warning where the rules give every registration an approval, or none; else NULL. */
const char *rules_one_sided(struct call *c, const struct programme *p);

/* Rows of product lines follow the document's list, by key; none is deleted (lines.c). */
enum status programme_sync_lines(struct call *c, const json_t *document) MUST;

#endif
