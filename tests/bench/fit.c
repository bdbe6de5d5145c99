/* Matchmaking of leads over many made-up partners: bench-fit PARTNERS. Prints lines "name value". */
#include "engine/fit/fit.h"
#include "tests/bench/client.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 1000

int main(int argc, char **argv)
{
    static const struct fit_policy policy = {
        .weight = {20, 15, 25, 15, 10, 10, 5}, .open_leads = 10, .prior_percent = 25, .prior_leads = 4};
    size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 10000, found = 0;
    struct fit_candidate *k = calloc(n, sizeof *k);
    struct fit best[10];
    uint64_t dice = 1;
    if (!k)
        return 1;
    for (size_t i = 0; i < n; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t d = dice >> 20;
        k[i] = (struct fit_candidate){.id = (int64_t)i + 1,
            .place = (enum fit_place)(d & 3),
            .speaks = d >> 2 & 1,
            .knows_industry = d >> 3 & 1,
            .certified_people = (int64_t)(d >> 4 & 7),
            .open = (int64_t)(d >> 7 & 15),
            .finished = (int64_t)(d >> 11 & 31),
            .converted = (int64_t)(d >> 16 & 7),
            .given_lately = (int64_t)(d >> 19 & 15)};
    }
    int64_t began = now_us();
    for (size_t i = 0; i < ROUNDS; i++)
        found += fit_rank(&policy, (1u << FIT_PARTS) - 1, k, n, best, COUNT(best));
    printf("rank_us %.1f\nfound %zu\n", (double)(now_us() - began) / ROUNDS, found / ROUNDS);
    free(k);
    return 0;
}
