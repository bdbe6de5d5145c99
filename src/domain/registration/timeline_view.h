/* A registration's whole life as lines for people: timeline.c and its template. */
#ifndef TANDEM_TIMELINE_VIEW_H
#define TANDEM_TIMELINE_VIEW_H

#include "domain/file/file.h"
#include "face/page.h"
#include "model/call.h"

struct moment_view {
    const char *text, *detail, *actor, *icon;
    const char *receipt; /* href; NULL: no entry in the log */
    struct instant at;
    struct file_link *files; /* that came with it */
    size_t n_files;
};

struct timeline_view {
    struct moment_view *moments; /* newest first */
    size_t n;
};

/* What the viewer may see of registration ID, which it has been given already. */
enum status timeline_load(struct call *c, struct html *h, int64_t id, struct timeline_view *out) MUST;
/*
 * Tells one event of a registration, or of an activity, extension or waitlist entry of it: text, detail and
 * icon of M. False where it is not told, because another event of the same moment tells it.
 */
bool moment_tell(struct call *c, struct html *h, const char *noun, const char *verb, const char *payload,
    struct moment_view *m);

#endif
