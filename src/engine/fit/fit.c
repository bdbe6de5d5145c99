#include "engine/fit/fit.h"

static bool eligible(const struct fit_policy *p, const struct fit_candidate *k)
{
    return !k->barred && k->place != FIT_ELSEWHERE && k->open < p->open_leads;
}

/* By what the eligible got: who got most of all is at 0. */
static int64_t most_given(const struct fit_policy *p, const struct fit_candidate *k, size_t n)
{
    int64_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (eligible(p, &k[i]) && k[i].given_lately > most)
            most = k[i].given_lately;
    return most;
}

/* What N leaves of ALL. */
static double left(int64_t n, int64_t all)
{
    return n < all ? 1 - (double)n / (double)all : 0;
}

static void measure(
    const struct fit_policy *p, unsigned asked, const struct fit_candidate *k, int64_t most, struct fit *out)
{
    static const double places[] = {0, 0.5, 0.8, 1};
    double prior = (double)p->prior_leads * (double)p->prior_percent / 100, sum = 0, weights = 0;
    double finished = (double)(k->finished + p->prior_leads);
    out->part[FIT_TERRITORY] = places[k->place];
    out->part[FIT_LANGUAGE] = k->speaks;
    out->part[FIT_CERTIFICATION] = (double)k->certified_people / (double)(k->certified_people + 1);
    out->part[FIT_INDUSTRY] = k->knows_industry ? 1 : (double)k->industry_won / (double)(k->industry_won + 2);
    out->part[FIT_CAPACITY] = left(k->open, p->open_leads);
    out->part[FIT_CONVERSION] = finished > 0 ? ((double)k->converted + prior) / finished : 0;
    out->part[FIT_FAIRNESS] = most ? left(k->given_lately, most) : 1;
    for (int i = 0; i < FIT_PARTS; i++)
        if (asked >> i & 1) {
            sum += (double)p->weight[i] * out->part[i];
            weights += (double)p->weight[i];
        }
    out->score = weights > 0 ? sum / weights : 0;
}

static bool before(const struct fit *a, const struct fit *b, const struct fit_candidate *k)
{
    if (a->score != b->score)
        return a->score > b->score;
    if (k[a->at].given_lately != k[b->at].given_lately)
        return k[a->at].given_lately < k[b->at].given_lately;
    return k[a->at].id < k[b->at].id;
}

size_t fit_rank(const struct fit_policy *p, unsigned asked, const struct fit_candidate *k, size_t n,
    struct fit *out, size_t most)
{
    int64_t given = most_given(p, k, n);
    size_t kept = 0;
    for (size_t i = 0; i < n && most; i++) {
        struct fit f = {.at = i};
        if (!eligible(p, &k[i]))
            continue;
        measure(p, asked | FIT_ALWAYS, &k[i], given, &f);
        if (kept == most && !before(&f, &out[kept - 1], k))
            continue;
        size_t at = kept < most ? kept++ : kept - 1;
        for (; at > 0 && before(&f, &out[at - 1], k); at--)
            out[at] = out[at - 1];
        out[at] = f;
    }
    return kept;
}

bool fit_of(const struct fit_policy *p, unsigned asked, const struct fit_candidate *k, size_t n, size_t at,
    struct fit *out)
{
    if (k[at].barred || k[at].place == FIT_ELSEWHERE)
        return false;
    int64_t most = most_given(p, k, n);
    *out = (struct fit){.at = at};
    measure(p, asked | FIT_ALWAYS, &k[at], k[at].given_lately > most ? k[at].given_lately : most, out);
    return true;
}
