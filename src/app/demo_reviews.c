/* Weekly reviews: last week's with its minutes, this week's today and tomorrow. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/review/review.h"

static const struct {
    const char *partner, *time, *place;
} reviews[DEMO_REVIEWS] = {
    {"Brightwater Integration", "10:00", "Video call"}, {"Cedarline Consulting", "14:30", "Room Elbe"}};

int demo_review_days_ago(size_t which)
{
    return 7 - (int)which;
}

static enum status note(struct demo *d, int64_t review, struct instant at, const char *kind, const char *text,
    int64_t owner_id, int due_days)
{
    struct given given[4] = {demo_given("kind", kind), demo_given("text", text)};
    size_t n = 2;
    if (owner_id) {
        given[n++] = demo_given("owner_id", id_text(d->arena, "per", owner_id));
        given[n++] = demo_given("due", date_iso(d->arena, (struct date){d->today.days + due_days}));
    }
    return demo_do(d, demo_staff_viewer(d, "Jonas Adeyemi"), at, &review_note, review, given, n, false, NULL);
}

enum status demo_review_plan(struct demo *d, size_t which, struct instant at)
{
    struct demo_firm *firm = demo_firm(d, reviews[which].partner);
    struct given given[] = {demo_given("partner_id", id_text(d->arena, "prt", firm->id)),
        demo_given("day", date_iso(d->arena, (struct date){d->today.days - demo_review_days_ago(which)})),
        demo_given("time", reviews[which].time), demo_given("every_days", "7"),
        demo_given("place", reviews[which].place)};
    return demo_do(d, demo_staff_viewer(d, "Jonas Adeyemi"), at, &review_create, 0, given, COUNT(given),
        false, &d->review_id[which]);
}

enum status demo_review_hold(struct demo *d, size_t which, struct instant at)
{
    const struct viewer *jonas = demo_staff_viewer(d, "Jonas Adeyemi");
    const struct viewer *seller = &demo_firm(d, reviews[which].partner)->people[0];
    int64_t id = d->review_id[which];
    TRY(note(d, id, at, "decision",
        "The two deals without activity are given up unless somebody calls by Friday.", 0, 0));
    TRY(note(d, id, at, "commitment", "Send the reference of the ports customer.", jonas->person_id, 3));
    TRY(note(d, id, at, "commitment", "Fix a date for the technical workshop.", seller->person_id, 5));
    struct given minutes[] = {
        demo_given("present", arena_printf(d->arena, "%s\n%s", jonas->email, seller->email)),
        demo_given(
            "summary", "The quarter is on plan. Two deals slipped because the customers' budgets moved.")};
    return demo_do(d, jonas, at, &review_hold, id, minutes, COUNT(minutes), false, NULL);
}
