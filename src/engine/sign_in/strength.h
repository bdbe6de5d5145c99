/* Whether a password is one that somebody would try first. After zxcvbn's idea: what is known or follows from
 * what stands before it counts as one sign, however long it is. */
#ifndef TANDEM_STRENGTH_H
#define TANDEM_STRENGTH_H

#include "base/arena.h"

#define PASSWORD_MIN 12 /* code points */
#define PASSWORD_MAX 200

/*
 * How many signs somebody has to guess who knows common words, runs (aaaa, 1234, qwer) and OWN: N texts about
 * the person, such as name, address and company, whose words of three letters and more count as known.
 */
size_t password_guesses(struct arena *a, const char *password, const char *const *own, size_t n);
#define PASSWORD_GUESSES 8 /* fewer are too few */

#endif
