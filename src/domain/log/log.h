/*
 * The transparency log in public: its pages, and what a stranger needs to check it: the signed checkpoint
 * with the cosignatures of witnesses (cosigned.h), the keys (keys.h), a checkpoint a week (week.h), the tiles
 * (C2SP tlog-tiles, whose prefix here is /log), consistency proofs. No entry's content is here: leaves are
 * salted commitments, which their receipts open.
 */
#ifndef TANDEM_LOG_PAGES_H
#define TANDEM_LOG_PAGES_H

#include "face/page.h"

extern const struct page log_page;       /* /log: in plain words */
extern const struct page log_check_page; /* /log/check: checks a receipt or a checkpoint in the browser */
extern const struct page log_consistency_page; /* /log/consistency?old=&new= as `tandem verify` reads it */
/* /log/tile/<level>/<index>[.p/<width>], the index as 067, x001/067 or x001/x234/067: raw hashes */
extern const struct page log_tile_page, log_tile_deep_page, log_tile_deepest_page;

#endif
