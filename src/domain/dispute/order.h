/* The pages that hand out the proof of an order. Private to app/ and domain/dispute. */
#ifndef TANDEM_DISPUTE_ORDER_H
#define TANDEM_DISPUTE_ORDER_H

#include "face/page.h"

extern const struct page dispute_party_order_page, dispute_order_page;

#endif
