/* tandem init: a database, a key, the default programme, an administrator, and a link to sign in. */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/setup.h"
#include "domain/person/person.h"

#include <stdio.h>

struct first {
    struct arena *arena;
    const char *email, *document, *link;
    enum lang lang;
};

static enum status first_rows(struct call *c)
{
    struct first *f = c->in;
    struct rows rows;
    TRY(app_address(c, f->email, &f->email));
    struct value args[1] = {v_text(f->email)};
    TRY(db_query(c->db, c->arena, &rows, "select id from person where email = $1", args, 1));
    int64_t id = rows.n ? cell_int(&rows, 0, 0) : 0;
    if (!id) {
        struct person p = {.name = f->email,
            .email = f->email,
            .role = "admin",
            .language = lang_code(f->lang),
            .state = "active"};
        TRY(noun_insert(c, &person_noun, &p, &id));
    }
    TRY(setup_programme(c, f->document, tr(f->lang, "The default programme"), id));
    TRY(magic_link_create(c->db, c->arena, id, c->now, &f->link));
    f->link = arena_strdup(f->arena, f->link);
    return OK;
}

int command_init(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *admin = NULL, *key = NULL, *name = NULL, *url = NULL,
               *language = "en", *rest[1], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... (sqlite:tandem.db)", &db},
        {"--admin", "EMAIL", "the first administrator", &admin},
        {"--key", "FILE", "where the log's private key is kept (beside the database)", &key},
        {"--log-name", "NAME", "the log's name in receipts, such as partners.example.com/log", &name},
        {"--url", "URL", "how people reach it, for the link", &url},
        {"--language", "CODE", "the administrator's: en or de (en)", &language}, {0}};
    if (!options_read(argc, argv, "init --db URL --admin EMAIL", options, rest, 0, &n, &status))
        return status;
    if (!admin) {
        fputs("tandem: init needs --admin EMAIL\n", stderr);
        return EXIT_USAGE;
    }
    enum lang lang = lang_parse(language);
    if (!streq(language, lang_code(lang))) {
        fputs("tandem: --language is en or de\n", stderr);
        return EXIT_USAGE;
    }
    struct app app;
    struct app_options o = {.url = db, .key_path = key, .log_name = name, .create = true};
    if (!app_open(&app, &o, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    struct first f = {.arena = app.arena, .email = admin, .document = programme_default, .lang = lang};
    enum status s = app_seed(&app, first_rows, &f);
    if (s == OK)
        printf("Ready. The log's private key is %s: keep a copy apart from the database.\n"
               "Start the server and sign in as %s within 15 minutes:\n%s/sign-in/%s\n",
            app.key_path, admin, url ? url : "http://127.0.0.1:8080", f.link);
    app_close(&app);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}
