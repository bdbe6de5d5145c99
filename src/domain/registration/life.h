/*
 * The life of a registration between its approval and its end: activity, the heartbeat that ends what nobody
 * works on, reminders of the end. The clocks are fields of the registration; life_wind() sets them anew
 * whenever something changed that they depend on.
 */
#ifndef TANDEM_LIFE_H
#define TANDEM_LIFE_H

#include "domain/notice/notice.h"
#include "domain/registration/registration.h"

/* Somebody worked on the deal. */
struct activity {
    struct ref registration_id, partner_id, person_id;
    const char *kind; /* call, meeting, mail, proposal, evaluation, other */
    struct date day;
    const char *note;
};
extern const struct noun activity_noun;
extern const struct option activity_kinds[]; /* labels are N_() */

extern const struct verb registration_log_activity, registration_heartbeat, registration_remind;
extern const struct clock registration_heartbeat_clock, registration_remind_clock;

/* Sets R's clocks as P has them: none unless it is approved. A notice that went out already stays. */
void life_wind(const struct programme *p, struct registration *r, struct instant now);
/* Somebody worked on it on DAY: the newest day counts, and a notice that went out is met. */
void life_active(struct registration *r, struct date day);

/* Tells the person and the partner's admins what is new. */
enum status registration_tell(struct call *c, const struct notice_about *about, int64_t person_id,
    int64_t partner_id, notice_write *write, const void *ctx) MUST;
/* Of a registration. */
struct notice_about registration_about(enum notice_kind kind, int64_t id);

/*
 * Whether no clock ends it because people are at it: its extension waits for an answer, or somebody disputes
 * it. A dispute that its own partner opened does not count: nobody lengthens a claim by disputing it.
 */
enum status life_waits(struct call *c, int64_t id, const struct registration *r, bool *yes) MUST;

/* Refuses to give up a claim that is in dispute. */
enum status life_refuse_disputed(struct call *c, const struct registration *r) MUST;

#endif
