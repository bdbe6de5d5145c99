/* The transparency log in public: its page, checkpoint, key, tiles, consistency proofs. */
#ifndef TANDEM_LOG_PAGES_H
#define TANDEM_LOG_PAGES_H

#include "face/page.h"

extern const struct page log_page;             /* /log: in plain words, the newest entries by number only */
extern const struct page log_checkpoint_page;  /* /log/checkpoint */
extern const struct page log_key_page;         /* /log/key: C2SP vkey */
extern const struct page log_tile_page;        /* /log/tile/:level/:index, as C2SP tlog-tiles serves them */
extern const struct page log_consistency_page; /* /log/consistency?old=&new= as JSON */

#endif
