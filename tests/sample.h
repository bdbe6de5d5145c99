/* What tests/templates/sample.html shows. */
#ifndef TANDEM_TESTS_SAMPLE_H
#define TANDEM_TESTS_SAMPLE_H

#include "base/base.h"

struct sample_row {
    const char *name, *link;
    int count;
    bool done;
};

struct sample {
    const char *title;
    const struct sample_row *rows;
    size_t n;
};

#endif
