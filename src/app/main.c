/* The command line's front door: one table of commands. */
#include "app/commands.h"
#include "app/options.h"
#include "app/registry.h"
#include "base/log.h"
#include "engine/match/command.h"
#include "engine/merkle/command.h"

#include <stdio.h>
#include <stdlib.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"serve", command_serve, "serve the programme over HTTP"},
    {"init", command_init, "make a database with the default programme and an administrator"},
    {"demo", command_demo, "make a database with a demo programme, partners and registrations"},
    {"link", command_link, "print a sign-in link for a person"},
    {"token", command_token, "create an API token"},
    {"import", command_import, "import accounts, opportunities, product lines, partners or people from CSV"},
    {"export", command_export, "write a list as CSV, Excel workbook, JSON or JSON lines"},
    {"programme", command_programme, "export, diff or apply the programme document"},
    {"describe", command_describe, "print what is derived: openapi, permissions, schema, errors"},
    {"verify", command_verify, "verify a receipt offline"},
    {"check", command_check, "check the database against its log and audit trees"},
    {"backup", command_backup, "copy a SQLite database into a file, while it is served"},
    {"restore", command_restore, "make a database from a backup, and check it"},
    {"dump", command_dump, "write everything in a database as JSON lines, while it is served"},
    {"load", command_load, "load a dump into an empty database, and check it"},
    {"copy", command_copy, "copy a database into an empty one, SQLite or PostgreSQL"},
    {"migrate", command_migrate, "bring a database up to this version, or say what that would apply"},
    {"log", command_log, "replace the key that signs the public log"},
    {"witness", command_witness, "watch logs and cosign what continues them"},
    {"match", command_match, "match two lists of companies"},
    {"psi", command_psi, "find what two lists have in common, without showing either"},
};

static int usage(FILE *to)
{
    fputs("Tandem, the open partner platform.\n\nusage: tandem COMMAND [OPTIONS]\n\n", to);
    for (size_t i = 0; i < COUNT(commands); i++)
        fprintf(to, "  %-11s %s\n", commands[i].name, commands[i].summary);
    fputs("\ntandem COMMAND --help tells more. Exit codes: 0 good, 1 refused or not so, 2 usage, 3 broken.\n",
        to);
    return to == stdout ? EXIT_GOOD : EXIT_USAGE;
}

int main(int argc, char **argv)
{
    const char *json = getenv("TANDEM_LOG");
    log_setup(LOG_INFO, streq(json, "json"));
    if (argc < 2)
        return usage(stderr);
    if (streq(argv[1], "--help") || streq(argv[1], "help"))
        return usage(stdout);
    model_check(&tandem_model);
    for (size_t i = 0; i < COUNT(commands); i++)
        if (streq(commands[i].name, argv[1]))
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "tandem: there is no command %s\n", argv[1]);
    return usage(stderr);
}
