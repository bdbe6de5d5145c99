/* A file that a sales team sent: checked, and waiting for somebody to import it. */
#include "app/demo.h"
#include "domain/import/import.h"
#include "domain/import/worker.h"

static const char csv[] = "name,domain,country,city\n"
                          "Aldermoor Textiles Ltd,aldermoor.example,GB,Leeds\n"
                          "Kvistholt Papir AS,kvistholt.example,NO,Drammen\n"
                          "Rheinfurt Optik GmbH,rheinfurt-optik.example,DE,Mainz\n";

enum status demo_import(struct app *app, const struct viewer *viewer)
{
    struct given given[] = {
        demo_given("kind", "accounts"), demo_given("csv", csv), demo_given("file_name", "accounts-fair.csv")};
    struct call *c = app_call(app, viewer);
    enum status s = app_do(app, c, &import_upload, given, COUNT(given));
    if (s == OK)
        s = demo_work(app, &import_job, c->result_id, (struct instant){0});
    if (s == REFUSED)
        problem_print(c->problem);
    arena_free(c->arena);
    return s;
}
