/*
 * The benchmark's companies and partners, the same for whoever fills the database and whoever loads it: all
 * follow from their number.
 */
#ifndef TANDEM_BENCH_WORKLOAD_H
#define TANDEM_BENCH_WORKLOAD_H

#include "base/base.h"

#include <inttypes.h>
#include <stdio.h>

#define WORKLOAD_TEXT 96

/* What seeding made, told to the load by a file of lines "name value". */
struct workload {
    int64_t accounts, partners, protections;
    char product_line[64]; /* its id as REST shows it */
};

/* Four syllables; numbers next to each other look nothing alike. 100 million of them. */
static inline void workload_word(uint64_t i, char out[16])
{
    static const char consonants[] = "bdfghjklmnprstvwzckq", vowels[] = "aeiou";
    uint64_t n = i * UINT64_C(61803399) % UINT64_C(100000000);
    size_t at = 0;
    for (int k = 0; k < 4; k++, n /= 100) {
        out[at++] = consonants[n % 100 / 5];
        out[at++] = vowels[n % 5];
    }
    out[at] = 0;
}

static inline const char *workload_trade(uint64_t i)
{
    static const char *const trades[] = {"Logistik", "Systems", "Maschinenbau", "Energy", "Foods", "Pharma",
        "Software", "Textil", "Bau", "Media", "Automotive", "Werkzeuge", "Chemie", "Travel", "Optik",
        "Verlag"};
    return trades[i * 7 % COUNT(trades)];
}

static inline const char *workload_country(uint64_t i)
{
    static const char *const countries[] = {"DE", "AT", "CH", "FR", "GB", "NL", "SE", "IT"};
    return countries[i * 5 % COUNT(countries)];
}

static inline void workload_company(uint64_t i, char out[WORKLOAD_TEXT])
{
    static const char *const forms[] = {"GmbH", "GmbH", "AG", "SARL", "Ltd", "B.V.", "AB", "S.p.A."};
    char word[16];
    workload_word(i, word);
    word[0] = (char)(word[0] - 'a' + 'A');
    snprintf(out, WORKLOAD_TEXT, "%s %s %s", word, workload_trade(i), forms[i * 5 % COUNT(forms)]);
}

static inline void workload_domain(uint64_t i, char out[WORKLOAD_TEXT])
{
    static const char *const ends[] = {"de", "at", "ch", "fr", "co.uk", "nl", "se", "it"};
    char word[16];
    workload_word(i, word);
    snprintf(out, WORKLOAD_TEXT, "%s-%s.%s", word, i % 3 ? "group" : "online", ends[i * 5 % COUNT(ends)]);
}

/* The API token of a partner's only person; 0 is an administrator of the vendor. */
static inline void workload_token(uint64_t partner, char out[WORKLOAD_TEXT])
{
    snprintf(out, WORKLOAD_TEXT, "tdm_bench_%" PRIu64, partner);
}

/* A session of the same person, as its cookie holds it. */
static inline void workload_session(uint64_t partner, char out[WORKLOAD_TEXT])
{
    snprintf(out, WORKLOAD_TEXT, "session_bench_%" PRIu64, partner);
}

#endif
