/*
 * The transparency log in public: its page, and what a stranger needs to check it: the signed checkpoint, the
 * key, the tiles (C2SP tlog-tiles, whose prefix here is /log), consistency proofs. No entry's content is
 * here: leaves are salted commitments, which their receipts open.
 */
#ifndef TANDEM_LOG_PAGES_H
#define TANDEM_LOG_PAGES_H

#include "face/page.h"

extern const struct page log_page;             /* /log: in plain words */
extern const struct page log_checkpoint_page;  /* /log/checkpoint: the newest, a signed note */
extern const struct page log_key_page;         /* /log/key: C2SP vkey */
extern const struct page log_consistency_page; /* /log/consistency?old=&new= as `tandem verify` reads it */
/* /log/tile/<level>/<index>[.p/<width>], the index as 067, x001/067 or x001/x234/067: raw hashes */
extern const struct page log_tile_page, log_tile_deep_page, log_tile_deepest_page;

#endif
