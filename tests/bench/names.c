/*
 * The workload's companies as CSV, for match and import:
 *     bench-names FIRST COUNT [STEP]
 * With a STEP only every STEP-th, as somebody types it who heard the name: in capitals, without legal form,
 * without domain.
 */
#include "tests/bench/workload.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>

static int64_t number(const char *text)
{
    int64_t n;
    if (!parse_int(text, &n) || n < 0) {
        fputs("usage: bench-names FIRST COUNT [STEP]\n", stderr);
        exit(2);
    }
    return n;
}

int main(int argc, char **argv)
{
    int64_t first = number(argc > 1 ? argv[1] : ""), count = number(argc > 2 ? argv[2] : "");
    int64_t step = argc > 3 ? number(argv[3]) : 0;
    puts("id,name,domain,country");
    for (int64_t i = first; i < first + count; i++) {
        char name[WORKLOAD_TEXT], domain[WORKLOAD_TEXT];
        uint64_t which = (uint64_t)(step ? first + (i - first) * step : i);
        workload_company(which, name);
        workload_domain(which, domain);
        if (step) {
            *strrchr(name, ' ') = 0;
            for (char *p = name; *p; p++)
                *p = (char)toupper((unsigned char)*p);
            domain[0] = 0;
        }
        printf("%" PRIu64 ",%s,%s,%s\n", which, name, domain, workload_country(which));
    }
    return 0;
}
