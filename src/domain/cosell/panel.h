/* Who could help, on the pages of an account and of a deal: the best chances there, each with a way to ask.
 */
#ifndef TANDEM_COSELL_PANEL_H
#define TANDEM_COSELL_PANEL_H

#include "face/page.h"

struct chance_view;
struct cosell_panel {
    bool shown, deal; /* shown: the viewer may know of chances; deal: of one, not of an account */
    struct chance_view *rows;
    size_t n;
    const char *all; /* href; NULL: the viewer's role has no such page */
};
/* SUBJECT is "account_id" or "opportunity_id" of the row ID that the viewer has been given. */
enum status cosell_panel_load(
    struct call *c, struct html *h, const char *subject, int64_t id, struct cosell_panel *out) MUST;

#endif
