/*
 * Referral links: a partner passes an address on (/r/CODE); who follows it reads by whose recommendation, and
 * may leave a lead.
 *
 *   link.c          what a link is, and what its partner does with it
 *   day.c           visits and leads by day
 *   form.c          a stranger's form becomes a lead
 *   landing_page.c  the public page      links_page.c  the partner's own
 *
 * The page sets no cookie and its answer is always the same, so that nobody learns by it what is known of a
 * company. Of visitors nothing is stored.
 */
#ifndef TANDEM_REFERRAL_H
#define TANDEM_REFERRAL_H

#include "face/page.h"

struct referral_link {
    const char *name; /* what it is for, in the partner's words; strangers do not see it */
    struct ref partner_id;
    struct ref product_line_id; /* what its page is about; 0: the vendor's whole offer */
    bool keeps;                 /* the partner looks after its leads itself; else the vendor offers them */
    const char *code;
    const char *form_key; /* signs the forms of its page */
    const char *state;    /* active, paused, ended */
    struct ref person_id; /* who made it */
};
extern const struct noun referral_link_noun;
extern const struct verb referral_link_create, referral_link_update, referral_link_pause,
    referral_link_resume, referral_link_end, referral_link_restore;

/* One link on one day. */
struct referral_day {
    struct ref referral_link_id, partner_id;
    struct date day;
    int64_t visits, leads;
};
extern const struct noun referral_day_noun;
extern const struct verb referral_link_visit;   /* the system: somebody looked at the page */
extern const struct verb referral_link_receive; /* a stranger's form, posted to the page's address */

extern const struct page referral_page;  /* /r/:code */
extern const struct page referrals_page; /* /referrals */

/* ---- within the folder ---- */

/* A link as its page shows it. */
struct referral {
    int64_t id;
    struct referral_link link;
    const char *partner, *product; /* product NULL: none in particular */
};
/* Whatever its state; REFUSED as not found: unknown, or its partner is suspended. For strangers. */
enum status referral_look(struct call *c, const char *code, struct referral *out) MUST;
/* One that works: REFUSED as not found, too, where it is paused or ended. */
enum status referral_find(struct call *c, const char *code, struct referral *out) MUST;
/* Within a transaction: one visit or lead more, today. */
enum status referral_count(struct call *c, const struct referral *r, int64_t visits, int64_t leads) MUST;
/* What a stranger agrees to, in the language in which he reads the page. */
enum status referral_words(struct call *c, const char **words) MUST;
/* A form's token is about its link and the very words that stand beside the box, in their language. */
const char *referral_form_token(struct call *c, const struct referral *r, const char *words);
bool referral_form_valid(struct call *c, const struct referral *r, const char *words, const char *token);
const char *referral_path(struct arena *a, const char *code); /* "/r/CODE" */

#endif
