#include "app/options.h"

#include <stdio.h>

static void print_usage(FILE *to, const char *usage, const struct cli_option *options)
{
    fprintf(to, "usage: tandem %s\n", usage);
    for (const struct cli_option *o = options; o->name; o++) {
        int width = fprintf(to, "  %s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
        fprintf(to, "%*s%s\n", width < 26 ? 26 - width : 1, "", o->help);
    }
}

static const struct cli_option *find(const struct cli_option *options, const char *name)
{
    for (; options->name; options++)
        if (streq(options->name, name))
            return options;
    return NULL;
}

static bool many(const struct cli_option *o)
{
    size_t n = o->value ? strlen(o->value) : 0;
    return n > 3 && streq(o->value + n - 3, "...");
}

/* Where its next value goes; NULL: it was given too often. */
static const char **place(const struct cli_option *o)
{
    const char **to = o->to;
    while (many(o) && *to && to < o->to + CLI_MANY)
        to++;
    return many(o) && to == o->to + CLI_MANY ? NULL : to;
}

bool options_read(int argc, char **argv, const char *usage, const struct cli_option *options,
    const char **rest, size_t max, size_t *n, int *status)
{
    bool only_rest = false;
    *n = 0;
    *status = EXIT_USAGE;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (streq(arg, "--help") && !only_rest) {
            print_usage(stdout, usage, options);
            *status = EXIT_GOOD;
            return false;
        }
        if (streq(arg, "--") && !only_rest) {
            only_rest = true;
            continue;
        }
        if (only_rest || arg[0] != '-' || !arg[1]) {
            if (*n == max) {
                fprintf(stderr, "tandem: one argument too many: %s\n", arg);
                print_usage(stderr, usage, options);
                return false;
            }
            rest[(*n)++] = arg;
            continue;
        }
        const struct cli_option *o = find(options, arg);
        if (!o || (o->value && i + 1 == argc)) {
            fprintf(stderr, o ? "tandem: %s needs a value\n" : "tandem: there is no option %s\n", arg);
            print_usage(stderr, usage, options);
            return false;
        }
        const char **to = place(o);
        if (!to) {
            fprintf(stderr, "tandem: %s was given too often\n", arg);
            return false;
        }
        *to = o->value ? argv[++i] : "1";
    }
    return true;
}
