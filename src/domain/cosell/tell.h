/* What people are told of a co-sell request. Private to domain/cosell. */
#ifndef TANDEM_COSELL_TELL_H
#define TANDEM_COSELL_TELL_H

#include "domain/cosell/request.h"

enum cosell_news { COSELL_ASKED, COSELL_ACCEPTED, COSELL_DECLINED, COSELL_WITHDRAWN, COSELL_EXPIRED };

/* Those who are asked: the person named, else who may answer for the side. */
enum status cosell_tell_asked(
    struct call *c, int64_t id, const struct cosell_request *q, enum cosell_news news) MUST;
/* Who asked. */
enum status cosell_tell_asker(
    struct call *c, int64_t id, const struct cosell_request *q, enum cosell_news news) MUST;
/* Nobody answered: the partner's manager, where it has none operations; and who leads the side that is asked.
 */
enum status cosell_tell_silence(struct call *c, int64_t id, const struct cosell_request *q) MUST;

#endif
