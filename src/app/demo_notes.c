/* What a partner manager has written down: a note, a task, a list that he looks at every morning. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/note/note.h"
#include "domain/note/task.h"
#include "domain/view/view.h"

enum status demo_notes(struct demo *d)
{
    const struct viewer *jonas = demo_staff_viewer(d, "Jonas Adeyemi");
    const char *partner = id_text(d->arena, "prt", demo_firm(d, "Brightwater Integration")->id);
    struct given note[] = {
        demo_given("text", "Two of theirs sit the Vaultic exam in spring; offer them the lab."),
        demo_given("partner_id", partner), demo_given("shared", "own")};
    struct given task[] = {demo_given("text", "Send Brightwater the pricing for 200 seats"),
        demo_given("partner_id", partner),
        demo_given("due", date_iso(d->arena, (struct date){d->today.days + 3}))};
    struct given view[] = {demo_given("name", "Ends soon"), demo_given("list", "registrations"),
        demo_given("query", "state=approved&sort=protected_until"), demo_given("shared", "side")};
    TRY(demo_do(d, jonas, d->now, &note_create, 0, note, COUNT(note), false, NULL));
    TRY(demo_do(d, jonas, d->now, &task_create, 0, task, COUNT(task), false, NULL));
    return demo_do(d, jonas, d->now, &saved_view_create, 0, view, COUNT(view), false, NULL);
}
