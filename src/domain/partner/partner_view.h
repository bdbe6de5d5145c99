/* What a partner's page is given. Private to the page, its parts and its template. */
#ifndef TANDEM_PARTNER_VIEW_H
#define TANDEM_PARTNER_VIEW_H

#include "domain/note/panel.h"
#include "domain/registration/brief.h"
#include "domain/touchpoint/panel.h"
#include "face/derived_view.h"

struct partner_person_view {
    const char *name, *href, *sub;
};
struct partner_certificate_view {
    const char *line, *people, *expires, *href;
    bool gone; /* the day has passed */
};
struct partner_dispute_view {
    const char *company, *href, *due;
};
struct partner_event_view {
    const char *icon, *text, *about, *about_href, *detail, *actor;
    struct instant at;
};

struct partner_view {
    struct record_view record;
    const char *name, *tier, *standing, *standing_mark, *sub; /* standing: NULL when it is good */
    const char *types[8];
    size_t n_types;
    struct part_tile tiles[6];
    size_t n_tiles;
    struct brief_view open;
    const char *all_open, *all_people, *all_certifications;
    struct partner_person_view *people;
    size_t n_people;
    struct partner_certificate_view *certificates;
    size_t n_certificates;
    struct partner_dispute_view *disputes;
    size_t n_disputes;
    struct notes_panel notes;
    struct touch_panel touchpoints;
    struct partner_event_view *events;
    size_t n_events;
    const char *older, *newest; /* of the timeline; NULL: there is none */
};

/* partner_figures.c: the tiles. */
enum status partner_figures(
    struct call *c, struct html *h, int64_t id, const char *shown, struct partner_view *v) MUST;
/* partner_feed.c: what happened to it, from the feed, before event BEFORE (0: the newest). */
enum status partner_feed(
    struct call *c, struct html *h, int64_t id, int64_t before, struct partner_view *v) MUST;

#endif
