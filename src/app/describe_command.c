/* tandem describe openapi | permissions | schema | errors: what is derived from the declared words. */
#include "app/commands.h"
#include "app/options.h"
#include "app/registry.h"
#include "face/describe.h"

#include <stdio.h>

int command_describe(int argc, char **argv)
{
    const char *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {{0}};
    if (!options_read(
            argc, argv, "describe openapi | permissions | schema | errors", options, rest, 1, &n, &status))
        return status;
    struct buf out = buf_new(BUF_MAX_DEFAULT);
    if (n != 1 || describe(&out, &tandem_model, rest[0]) != 0) {
        fputs("usage: tandem describe openapi | permissions | schema | errors\n", stderr);
        buf_free(&out);
        return EXIT_USAGE;
    }
    fwrite(out.p, 1, out.len, stdout);
    buf_free(&out);
    return EXIT_GOOD;
}
