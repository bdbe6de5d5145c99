/* What the pages of referral links are given. Private to them and their templates. */
#ifndef TANDEM_REFERRAL_VIEW_H
#define TANDEM_REFERRAL_VIEW_H

#include "face/parts.h"

#define LANDING_FIELDS 6

struct landing_view {
    const char *vendor, *partner, *product; /* product NULL: the whole offer */
    const char *keeper;                     /* who writes back: the vendor, or the partner */
    const char *action, *form;              /* form: its token */
    const char *closed;                     /* the link is paused or ended, in words; NULL: it works */
    bool received;
    const char *detail; /* why it was refused, beside the fields */
    struct part_field fields[LANDING_FIELDS], consent;
    struct part_field consent_short; /* for the list of what is wrong */
    const struct part_field *all[LANDING_FIELDS + 1];
};

struct referral_item {
    const char *id, *path, *name, *product;
    const char *url, *href; /* as it is passed on, and within this site */
    const char *mark, *state;
    const char *came, *came_lately, *days_href; /* "18 visits, 1 lead" */
    bool keeps, active, paused, ended;
};

struct referrals_view {
    const char *csrf, *detail;
    bool ended;
    struct part_tab tabs[2];
    struct referral_item *items;
    size_t n;
    struct part_empty empty;
};

#endif
