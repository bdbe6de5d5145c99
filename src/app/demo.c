/* tandem demo: a database with an invented programme, and links to sign in as its people. */
#include "app/demo.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/text.h"
#include "runtime/jobs.h"
#include "runtime/session.h"

#include <stdio.h>

/* ---- who to be ---- */

struct persona {
    const char *email, *who, *what;
};

static const struct persona personas[] = {
    {"maya.lindqvist@brightwater.example", "Maya Lindqvist, seller at Brightwater Integration",
        "Register glenmorra.example (Ireland, Flowgate, 84,000): approved at once, with a receipt.\n"
        "Then Thornquay Ports (United Kingdom, Flowgate): another partner holds it.\n"
        "Then kronholm.example (Sweden): a customer that no partner may register."},
    {"piet.waalkens@brightwater.example", "Piet Waalkens, Brightwater's admin",
        "See what Brightwater holds, which protections end soon, and who registered them."},
    {"ansgar.thielemann@cedarline.example", "Ansgar Thielemann, seller at Cedarline Consulting",
        "Look for Brightwater's deals: a rival sees nothing of them."},
    {"ruth.halvorsen@velmora.example", "Ruth Halvorsen, channel operations at Velmora",
        "Open the queue: Hollyn Bearings looks like Hollin Bearings, a customer that Velmora knows.\n"
        "Open Programme and the draft of version 3; simulate it, and ask Samuel to publish it."},
    {"jonas.adeyemi@velmora.example", "Jonas Adeyemi, partner manager",
        "Answer Castellane Pharma and the overdue Whinstead Ceramics."},
    {"ines.okafor@velmora.example", "Ines Okafor, seller at Velmora",
        "Solhaug Energi is her account: what partners have registered there."},
    {"samuel.odhiambo@velmora.example", "Samuel Odhiambo, administrator",
        "Invite people, make an API token, add a field of your own."},
    {"tomas.brandt@velmora.example", "Tomas Brandt, chief revenue officer",
        "Read everything, change nothing."},
    {"edith.vasserman@velmora.example", "Edith Vasserman, auditor",
        "Follow a registration to its entry in the public log; see who asked for many companies."},
};

struct links {
    struct arena *arena;
    const char *of[COUNT(personas)]; /* NULL: nobody is there */
    size_t n;
};

/* A fresh link for everybody of the demo who is there. */
static enum status make_links(struct call *c)
{
    struct links *l = c->in;
    l->n = 0; /* it may run again */
    for (size_t i = 0; i < COUNT(personas); i++) {
        struct viewer v;
        enum status s = person_viewer(c->db, c->arena, personas[i].email, &v);
        if (s == REFUSED)
            continue;
        TRY(s);
        TRY(magic_link_create(c->db, c->arena, v.person_id, c->now, &l->of[i]));
        l->of[i] = arena_strdup(l->arena, l->of[i]); /* told after the call */
        l->n++;
    }
    return l->n ? OK : call_refuse(c, PROBLEM_not_found, "nobody of the demo is in this database");
}

static void print_indented(const char *lines)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        printf("  %.*s\n", (int)n, lines);
        lines += n + (lines[n] != 0);
    }
}

static enum status print_links(struct app *app, const char *url)
{
    struct links l = {.arena = app->arena};
    enum status s = app_seed(app, make_links, &l);
    if (s != OK)
        return s;
    printf("\nSign in within %d minutes of now, each link once:\n\n", MAGIC_LINK_MINUTES);
    for (size_t i = 0; i < COUNT(personas); i++) {
        if (!l.of[i])
            continue;
        printf("%s (%s)\n", personas[i].who, personas[i].email);
        print_indented(personas[i].what);
        printf("  %s/sign-in/%s\n\n", url, l.of[i]);
    }
    printf("More links: build/tandem demo --links --db %s --key %s\n"
           "Of anybody: build/tandem link --user EMAIL --db %s --key %s\n",
        app->url, app->key_path, app->url, app->key_path);
    return OK;
}

/* ---- the whole ---- */

static enum status refuse_data(struct call *c)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select count(*) from person) + (select count(*) from programme_version)", NULL, 0));
    return cell_int(&rows, 0, 0) ? call_refuse(c, PROBLEM_state,
                                       "the database has data already; name another one, or ask for "
                                       "--links to a demo that is there")
                                 : OK;
}

static enum status tell(struct app *app, uint64_t seed)
{
    struct demo *d = ARENA_NEW(app->arena, struct demo);
    int64_t began = monotonic_us();
    printf("Making two years of a partner programme ...\n");
    fflush(stdout);
    TRY(demo_tell(app, seed, d));
    TRY(demo_simulate(app, demo_staff_viewer(d, "Ruth Halvorsen"), d->draft_id));
    TRY(demo_import(app, demo_staff_viewer(d, "Ruth Halvorsen")));
    printf("%zu partners, %zu accounts, %zu opportunities, %zu registrations, in %.1f s.\n", demo_n_partners,
        d->n_known, d->n_opportunities, d->n_registrations, (double)(monotonic_us() - began) / 1e6);
    return OK;
}

static bool always(struct jobs *jobs)
{
    (void)jobs;
    return true;
}

enum status demo_work(struct app *app, const struct job_kind *kind, int64_t id, struct instant at)
{
    struct job_worker w = {.model = &tandem_model,
        .db = db_pool_take(app->pool),
        .committer = app->committer,
        .open_call = programme_open_call,
        .open_ctx = app->programme,
        .at = at,
        .owner = "demo",
        .go_on = always};
    enum status s = w.db ? kind->work(&w, id) : BROKEN;
    db_pool_give(app->pool, w.db);
    return s;
}

static enum status run(struct app *app, const char *url, bool links, uint64_t seed)
{
    if (!links) {
        TRY(app_seed(app, refuse_data, NULL));
        enum status s = tell(app, seed);
        if (s != OK) {
            fputs("tandem: the demo is not complete; remove the database and try again\n", stderr);
            return s;
        }
    }
    return print_links(app, url);
}

int command_demo(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *url = "http://127.0.0.1:8080", *seed = "1", *links = NULL,
               *key = NULL, *rest[1], *error;
    size_t n;
    int status;
    int64_t number = 0;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... (sqlite:tandem.db)", &db},
        {"--key", "FILE", "where the log's private key is kept (beside the database)", &key},
        {"--url", "URL", "how people reach it, for the links (http://127.0.0.1:8080)", &url},
        {"--seed", "N", "another number makes another demo (1)", &seed},
        {"--links", NULL, "only print fresh links of a demo that is there", &links}, {0}};
    if (!options_read(argc, argv, "demo --db URL [OPTIONS]", options, rest, 0, &n, &status))
        return status;
    if (!parse_int(seed, &number)) {
        fprintf(stderr, "tandem: --seed needs a number, not %s\n", seed);
        return EXIT_USAGE;
    }
    struct app app;
    struct app_options o = {
        .url = db, .key_path = key, .log_name = DEMO_DOMAIN "/log", .create = links == NULL};
    if (!app_open(&app, &o, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    enum status s = run(&app, url, links != NULL, (uint64_t)number);
    app_close(&app);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}
