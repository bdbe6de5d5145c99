/* A set of rules, one bit a rule, in their order. */
#ifndef TANDEM_RULES_BITS_H
#define TANDEM_RULES_BITS_H

#include "engine/rules/rules.h"

#define RULE_WORDS ((RULES_MAX + 63) / 64)

struct rule_bits {
    uint64_t w[RULE_WORDS];
};

static inline void bits_set(struct rule_bits *b, size_t i)
{
    b->w[i / 64] |= UINT64_C(1) << i % 64;
}

static inline void bits_clear(struct rule_bits *b, size_t i)
{
    b->w[i / 64] &= ~(UINT64_C(1) << i % 64);
}

static inline struct rule_bits bits_and(struct rule_bits a, struct rule_bits b)
{
    for (size_t i = 0; i < RULE_WORDS; i++)
        a.w[i] &= b.w[i];
    return a;
}

static inline struct rule_bits bits_or(struct rule_bits a, struct rule_bits b)
{
    for (size_t i = 0; i < RULE_WORDS; i++)
        a.w[i] |= b.w[i];
    return a;
}

static inline struct rule_bits bits_not(struct rule_bits a)
{
    for (size_t i = 0; i < RULE_WORDS; i++)
        a.w[i] = ~a.w[i];
    return a;
}

static inline bool bits_none(struct rule_bits a)
{
    uint64_t any = 0;
    for (size_t i = 0; i < RULE_WORDS; i++)
        any |= a.w[i];
    return any == 0;
}

static inline bool bits_equal(const struct rule_bits *a, const struct rule_bits *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* The set must not be empty. */
static inline size_t bits_first(struct rule_bits a)
{
    size_t i = 0;
    while (a.w[i] == 0)
        i++;
    return i * 64 + (size_t)__builtin_ctzll(a.w[i]);
}

#endif
