/*
 * A refusal, told to whoever called (RFC 9457). Every code is registered once in problem.c with its HTTP
 * status and its title; the detail and the fields are of the case. Texts are in the caller's language.
 */
#ifndef TANDEM_PROBLEM_H
#define TANDEM_PROBLEM_H

#include "base/arena.h"
#include "base/i18n.h"

/* code, HTTP status, title */
#define PROBLEMS(X)                                                                                          \
    X(invalid, 422, N_("Some fields need another value"))                                                    \
    X(malformed, 400, N_("The request could not be read"))                                                   \
    X(not_signed_in, 401, N_("Sign in first"))                                                               \
    X(forbidden, 403, N_("Your role may not do this"))                                                       \
    X(not_found, 404, N_("There is nothing here that you can see"))                                          \
    X(method, 405, N_("This address does not take that method"))                                             \
    X(conflict, 409, N_("Somebody changed this meanwhile"))                                                  \
    X(state, 409, N_("This cannot be done in its present state"))                                            \
    X(stale, 412, N_("This is not the newest version"))                                                      \
    X(too_large, 413, N_("The request is too large"))                                                        \
    X(media_type, 415, N_("This content type is not understood"))                                            \
    X(idempotency, 422, N_("This key was used with another body"))                                           \
    X(too_many, 429, N_("Too many of these; wait a little"))                                                 \
    X(unavailable, 503, N_("The database is full or out of reach; nothing was stored"))

enum problem_code {
#define PROBLEM_ENUM(code, status, title) PROBLEM_##code,
    PROBLEMS(PROBLEM_ENUM)
#undef PROBLEM_ENUM
        PROBLEM_COUNT
};

struct field_error {
    const char *field; /* its declared name; "" for the whole */
    const char *message;
};

struct problem {
    enum problem_code code;
    const char *detail; /* a sentence, or NULL */
    struct field_error *fields;
    size_t n_fields, cap_fields;
    int retry_after_s; /* for too_many and unavailable */
};

const char *problem_name(enum problem_code code);
int problem_status(enum problem_code code);
const char *problem_title(enum problem_code code); /* N_() */

struct problem *problem_new(struct arena *a, enum problem_code code, const char *detail);
/* Copies both texts into the arena. */
void problem_field(struct arena *a, struct problem *p, const char *field, const char *message);

#endif
