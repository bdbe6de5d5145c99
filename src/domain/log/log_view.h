/* What the log's pages are given. Private to them and their templates. */
#ifndef TANDEM_LOG_VIEW_H
#define TANDEM_LOG_VIEW_H

#include "face/html.h"

struct log_key_view {
    const char *vkey, *from, *since; /* since: NULL while it is the only one */
    const char *change;              /* path of the receipt of its change, or NULL */
};

struct log_witness_view {
    const char *name, *vkey, *size, *at;
    const char *mark, *word; /* of its state */
    const char *trouble;
};

struct log_week_view {
    const char *day, *iso, *size, *more, *href;
    int width; /* of its bar, of 100 */
};

struct log_view {
    const char *vendor, *base_url, *checkpoint, *size, *root;
    const char *signed_at, *signed_iso; /* NULL: the log is empty */
    const struct log_key_view *keys;
    size_t n_keys;
    const struct log_witness_view *witnesses;
    size_t n_witnesses;
    const struct log_week_view *weeks;
    size_t n_weeks;
};

struct log_check_view {
    const char *vendor, *base_url;
    const char *receipt; /* path of the one to check at once, or NULL */
    const char *name;    /* of its registration */
};

#endif
