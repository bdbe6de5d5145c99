/*
 * Leads: a company that may buy, with somebody there who can be asked.
 *
 *   lead.c        what a lead is, and the plain verbs on it
 *   intake.c      taking one in: the same company found again, whose it is when a partner brought it
 *   candidates.h  which partners fit, with the reasons
 *   offer.h       offering it to one after the other, with a clock; answer.c: what becomes of that
 *   convert.c     the opportunity that it becomes, and how that ends
 *
 * A partner sees a lead once it is its own (partner_id), which it becomes by accepting an offer or by having
 * brought it. Until then it sees the offer, a row of its own that holds neither company nor contact.
 */
#ifndef TANDEM_LEAD_H
#define TANDEM_LEAD_H

#include "domain/notice/notice.h"
#include "engine/match/match.h"
#include "model/call.h"

struct lead {
    const char *company, *domain, *country;
    const char *contact_name, *contact_email, *contact_phone;
    struct ref product_line_id;
    const char *language, *industry; /* keys of the programme's lists */
    const char *size;                /* one of lead_sizes */
    const char *need;                /* what they want, in words; partners read it before they accept */
    const char *source;              /* where it comes from: one of lead_sources */
    struct ref referrer_id;          /* the partner that brought it; 0: nobody did */
    struct ref referral_link_id;     /* by which it came; 0: by none */
    const char *consent;             /* to be contacted: form, spoken, customer, none */
    const char *consent_text;        /* what was agreed to, as it stood there */
    struct instant consent_at;
    const char *state; /* new, offered, review, accepted, converted, won, lost, closed, joined */
    struct ref partner_id, person_id; /* who has it */
    struct ref owner_id;              /* who of the vendor's looks after it */
    struct ref account_id, opportunity_id;
    struct ref joined_lead_id; /* of state joined: the same company's lead, which goes on */
    struct instant contacted;
    const char *reason, *reason_note; /* why it was closed */
    const char *external_id;
};
extern const struct noun lead_noun;
extern const struct option lead_sizes[], lead_sources[];
extern const struct verb lead_create, lead_update, lead_contact, lead_convert, lead_close, lead_reopen;

/* Who of the vendor works on leads. */
#define LEAD_ROLES (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER)

/* ---- intake.c ---- */

/* A lead as the match engine sees it, and its keys. The domain may come from the contact's address. */
const struct match_record *lead_record(struct arena *a, const struct lead *lead, struct match_keys *keys);

/* Leads of the same company, or of one that may be it, best first. */
struct lead_alike {
    int64_t id, product_line_id;
    const char *company, *state;
    struct match_result result;
};
/* Of those that go on; EXCEPT is left out. Reads as the system: for the vendor. */
enum status lead_find_alike(
    struct call *c, const struct lead *lead, int64_t except, struct lead_alike **out, size_t *n) MUST;

/* Before the transaction: the locks of its company's keys, for the call that takes it in. */
void lead_name_locks(struct call *c, const struct lead *lead);
/*
 * Takes a lead in within a transaction, under the locks of its company's keys: those that were named, else it
 * locks them. It is joined to one that goes
 * on for the same company and line; what a partner brought is that partner's at once, or goes to review where
 * somebody else holds the customer.
 */
enum status lead_take_in(struct call *c, struct lead *lead, int64_t *id) MUST;
/* The known company that it is; 0: none. */
enum status lead_account(struct call *c, const struct lead *lead, int64_t *account_id) MUST;
/* In a transaction: looks it up where none is known, because somebody may have made it known meanwhile. */
enum status lead_know_account(struct call *c, struct lead *lead) MUST;
/* Renews the keys by which it is found, after a change. */
enum status lead_rekey(struct call *c, int64_t id, const struct lead *lead) MUST;

/* ---- convert.c ---- */

/* What a lead becomes by way of a registration of the partner's. */
struct lead_outcome {
    struct ref partner_id, account_id, product_line_id, opportunity_id;
};
/*
 * In a verb on a registration that comes from the lead: it is converted, too, where the partner still has it
 * and it may be of the same company. The call's answer stays.
 */
enum status lead_become(struct call *c, int64_t id, const struct lead_outcome *end) MUST;
/* An opportunity was won, lost, or is open again: leads that became it follow. The call's answer stays. */
enum status lead_follow(struct call *c, int64_t opportunity_id, const char *state) MUST;

/* ---- lead.c ---- */

/* Changes MASK's fields, as VERB (NULL: the call's); who has it reads that on its timeline. The call's answer
 * stays what it was. */
enum status lead_change(
    struct call *c, int64_t id, const struct lead *lead, uint64_t mask, const char *verb) MUST;
/* For verbs on another row: no other changes the lead until the commit. */
enum status lead_hold(struct call *c, int64_t id, struct lead *out) MUST;
/* Its owner, or where there is none who manages partners. */
enum status lead_tell_vendor(
    struct call *c, int64_t id, const struct lead *lead, notice_write *write, const void *ctx) MUST;
/* "/leads/led_..." */
const char *lead_path(struct call *c, int64_t id);

#endif
