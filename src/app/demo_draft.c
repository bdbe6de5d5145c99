/* The demo's versions: how the second one came into force, and the draft of the third. */
#include "app/demo.h"
#include "base/json.h"
#include "domain/programme/draft.h"

static const char *document_hash(struct arena *a, const char *text)
{
    const char *error, *hash;
    (void)programme_canonical(a, json_read(a, text, strlen(text), &error), &hash);
    return hash;
}

enum status demo_publish(struct demo *d, struct instant at)
{
    const struct viewer *ruth = demo_staff_viewer(d, "Ruth Halvorsen"),
                        *samuel = demo_staff_viewer(d, "Samuel Odhiambo");
    int64_t id = 0;
    struct given draft[] = {demo_given("title", "Larger deals at once"),
        demo_given("document", programme_default),
        demo_given("note", "Nine in ten reviews up to 250,000 ended well: decided at once from now on.")};
    struct given publish[] = {demo_given("hash", document_hash(d->arena, programme_default))};
    TRY(demo_do(d, ruth, at, &draft_create, 0, draft, COUNT(draft), false, &id));
    return demo_do(d, samuel, at, &draft_publish, id, publish, COUNT(publish), false, NULL);
}

/* Three changes that wait for a decision, and an example for one of them. */
static enum status change(struct demo *d, const struct viewer *who, struct instant at, int64_t id)
{
    struct given silver[] = {demo_given("rule", "certified_free"),
        demo_given("sentence",
            "From Silver on and with two certified people you get a free account at once, up to 250,000: "
            "protected for 90 days, with 12% more margin."),
        demo_given("sentence_de",
            "Ab Silber und mit zwei zertifizierten Personen erhalten Sie einen freien Kunden sofort, bis "
            "250.000: 90 Tage geschützt, mit 12 % mehr Marge."),
        demo_given("when", "{\"account.status\":\"open\",\"conflict.taken\":false,\"partner.certified_"
                           "people\":{\"at_least\":2},"
                           "\"partner.standing\":\"good\",\"partner.tier\":{\"at_least\":\"silver\"},"
                           "\"registration.amount\":{\"at_most\":250000}}")};
    struct given active[] = {demo_given("values", "{\"limits.activity_days\":45}")};
    struct given rule[] = {demo_given("id", "new_logo"), demo_given("name", "New logo, small"),
        demo_given("name_de", "Neukunde, klein"),
        demo_given("sentence",
            "A company that is new to us is yours at once up to 50,000, with one certified person: protected "
            "for 60 days, with 8% more margin."),
        demo_given("sentence_de",
            "Eine Firma, die wir noch nicht kennen, erhalten Sie sofort bis 50.000, mit einer zertifizierten "
            "Person: 60 Tage geschützt, mit 8 % mehr Marge."),
        demo_given("when", "{\"account.status\":\"open\",\"conflict.taken\":false,\"match.kind\":\"new\","
                           "\"partner.certified_people\":{\"at_least\":1},\"partner.standing\":\"good\","
                           "\"registration.amount\":{\"at_most\":50000}}"),
        demo_given("outcome", "approve"), demo_given("protection_days", "60"),
        demo_given("benefit_percent", "8")};
    struct given example[] = {demo_given("name", "New logo at the limit"), demo_given("expect", "approve"),
        demo_given("rule", "new_logo"),
        demo_given("facts",
            "{\"account.status\":\"open\",\"conflict.taken\":false,\"match.kind\":\"new\","
            "\"partner.certified_people\":1,\"partner.standing\":\"good\",\"partner.tier\":\"registered\","
            "\"registration.amount\":50000}")};
    TRY(demo_do(d, who, at, &draft_set_rule, id, silver, COUNT(silver), false, NULL));
    TRY(demo_do(d, who, at, &draft_set_values, id, active, COUNT(active), false, NULL));
    TRY(demo_do(d, who, at, &draft_add_rule, id, rule, COUNT(rule), false, NULL));
    return demo_do(d, who, at, &draft_add_example, id, example, COUNT(example), false, NULL);
}

enum status demo_draft(struct demo *d, struct instant at)
{
    const struct viewer *ruth = demo_staff_viewer(d, "Ruth Halvorsen");
    int year, month, day;
    date_split(date_add_months(d->today, 2), &year, &month, &day);
    struct given draft[] = {
        demo_given("note", "Silver partners with two certified people win as often as Gold ones."),
        demo_given("effective_day", date_iso(d->arena, date_make(year, month, 1)))};
    TRY(demo_do(d, ruth, at, &draft_create, 0, draft, COUNT(draft), false, &d->draft_id));
    return change(d, ruth, at, d->draft_id);
}
