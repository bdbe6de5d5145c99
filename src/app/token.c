/* tandem token create, tandem link: what a person at the server's terminal may hand out. */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "domain/person/person.h"

#include <stdio.h>

struct issue {
    struct arena *arena;
    const char *email, *name, *scopes, *secret;
    const char *before; /* stands before the secret when it is printed: a link's address */
};

static enum status find_person(struct call *c, const char *email, int64_t *id)
{
    struct viewer v;
    TRY(app_address(c, email, &email));
    enum status s = person_viewer(c->db, c->arena, email, &v);
    if (s == REFUSED)
        return call_refuse(
            c, PROBLEM_not_found, arena_printf(c->arena, "nobody active has the address %s", email));
    *id = v.person_id;
    return s;
}

static enum status issue_token(struct call *c)
{
    struct issue *i = c->in;
    int64_t person = 0, id = 0;
    TRY(find_person(c, i->email, &person));
    TRY(token_issue(c, i->name, person, i->scopes, (struct date){DATE_NONE}, &id, &i->secret));
    i->secret = arena_strdup(i->arena, i->secret);
    return OK;
}

static enum status issue_link(struct call *c)
{
    struct issue *i = c->in;
    int64_t person = 0;
    TRY(find_person(c, i->email, &person));
    TRY(magic_link_create(c->db, c->arena, person, c->now, &i->secret));
    i->secret = arena_strdup(i->arena, i->secret);
    return OK;
}

/* Prints what FN made. */
static int issue(const char *db, const char *key, struct issue *i, enum status (*fn)(struct call *c))
{
    struct app app;
    const char *error;
    if (!app_open(&app, &(struct app_options){.url = db, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    i->arena = app.arena;
    enum status s = app_seed(&app, fn, i);
    if (s == OK)
        printf("%s%s\n", i->before ? i->before : "", i->secret);
    app_close(&app);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

/* "read,write" as a set is kept. */
static const char *scope_set(const char *scopes)
{
    if (!scopes || streq(scopes, "read,write") || streq(scopes, "write,read"))
        return ",read,write,";
    return streq(scopes, "read") ? ",read," : streq(scopes, "write") ? ",write," : NULL;
}

int command_token(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *user = NULL, *scopes = NULL, *name = "Command line", *key = NULL,
               *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's key (beside the database)", &key},
        {"--user", "EMAIL", "whose token it is", &user},
        {"--scopes", "LIST", "read, write or read,write (both)", &scopes},
        {"--name", "TEXT", "what it is for", &name}, {0}};
    if (!options_read(
            argc, argv, "token create --db URL --user EMAIL [--scopes LIST]", options, rest, 1, &n, &status))
        return status;
    struct issue i = {.email = user, .name = name, .scopes = scope_set(scopes)};
    if (n != 1 || !streq(rest[0], "create") || !user || !i.scopes) {
        fputs("usage: tandem token create --db URL --user EMAIL [--scopes read,write]\n", stderr);
        return EXIT_USAGE;
    }
    return issue(db, key, &i, issue_token);
}

int command_link(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *user = NULL, *url = "http://127.0.0.1:8080", *key = NULL, *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's key (beside the database)", &key},
        {"--user", "EMAIL", "who signs in", &user}, {"--url", "URL", "how the server is reached", &url}, {0}};
    if (!options_read(argc, argv, "link --db URL --user EMAIL", options, rest, 0, &n, &status))
        return status;
    if (!user) {
        fputs("tandem: link needs --user EMAIL\n", stderr);
        return EXIT_USAGE;
    }
    char before[1024];
    snprintf(before, sizeof before, "%s/sign-in/", url);
    struct issue i = {.email = user, .before = before};
    return issue(db, key, &i, issue_link);
}
