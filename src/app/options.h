/* Command line options: a table per command, read once. */
#ifndef TANDEM_OPTIONS_H
#define TANDEM_OPTIONS_H

#include "base/base.h"

struct cli_option {
    const char *name; /* "--db" */
    /* "URL": takes one; "FILE...": may be given several times, TO has room for CLI_MANY, ended by NULL; NULL:
     * a flag */
    const char *value;
    const char *help;
    const char **to; /* where the value goes; a flag gets "1" */
};

#define CLI_MANY 8

/* Exit codes of every command. */
enum { EXIT_GOOD = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_BROKEN = 3 };

/*
 * Reads ARGV into OPTIONS (ended by a NULL name) and what is left into REST (at most MAX; *N how many).
 * False: usage was printed, for --help on standard output with *STATUS EXIT_GOOD.
 */
bool options_read(int argc, char **argv, const char *usage, const struct cli_option *options,
    const char **rest, size_t max, size_t *n, int *status) MUST;

#endif
