/*
 * Exchange rates: how many units of a currency one unit of the programme's currency was worth, from a day on.
 * The form is that of the ECB's reference rates (1 EUR = 1.0842 USD).
 */
#ifndef TANDEM_RATE_H
#define TANDEM_RATE_H

#include "model/call.h"

struct currency_rate {
    const char *currency, *base;
    struct date day; /* holds from this day until the next one that has a rate */
    double rate;     /* units of currency for one unit of base */
};
extern const struct noun currency_rate_noun;
extern const struct verb currency_rate_create, currency_rate_update;

/* An amount in the programme's currency. */
struct converted {
    bool known;          /* false: there is no rate on or before the day; nothing is guessed */
    struct money amount; /* in the programme's currency, rounded to its minor unit, half away from zero */
    double rate;         /* 1 where it was in that currency already */
    struct date day;     /* of the rate; DATE_NONE where none was needed */
};

/* Minor units of CURRENCY at RATE, as rate_convert() told it, in the programme's currency. */
struct money rate_apply(const struct call *c, struct money amount, const char *currency, double rate);
/* By the newest rate not after DAY; one look-up, none for the programme's own currency. */
enum status rate_convert(
    struct call *c, struct money amount, const char *currency, struct date day, struct converted *out) MUST;

#endif
