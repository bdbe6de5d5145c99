#include "engine/match/model.h"

#include "engine/match/align.h"

#include <math.h>

const double match_same_from = 0.65, match_maybe_from = 0.3;

/* Fitted once over lists of several kinds and rounded (docs/matching.md). */
static const float weights[F_COUNT] = {
    [F_BIAS] = -0.1f,
    [F_SAME_NAME] = 4,
    [F_CONFLICT] = -5.1f,
    [F_OMISSION] = -2.3f,
    [F_GENERIC] = -2.4f,
    [F_LOSS] = -4.1f,
    [F_TYPOS] = -2.6f,
    [F_OTHER_FIRST] = -1.7f,
    [F_MATCHED] = 1.8f,
    [F_SINGLE] = -1.4f,
    [F_ACRONYM] = -1.5f,
    [F_REORDERED] = 1.1f,
    [F_SAME_DOMAIN] = 5,
    [F_OTHER_DOMAIN] = -3,
    [F_SPELLED_BY_DOMAIN] = 2.7f,
    [F_SAME_COUNTRY] = 0.8f,
    [F_OTHER_COUNTRY] = -5.2f,
    [F_OTHER_FORM] = -0.6f,
    [F_SAME_CITY] = 0.7f,
    [F_NAMED_BY_DOMAIN] = -5.5f,
};

static float clip(float v, float most)
{
    return v < most ? v : most;
}

static void set_same(struct evidence *e, const struct name *x, const struct name *y)
{
    e->f[F_SAME_NAME] = 1;
    e->f[F_MATCHED] = clip((float)(x->weight > y->weight ? x->weight : y->weight) / 100, 3);
}

static void set_aligned(struct evidence *e, const struct name *x, const struct name *y)
{
    struct alignment al;
    name_align(x, y, &al);
    float less = al.missing_x < al.missing_y ? al.missing_x : al.missing_y;
    float more = al.missing_x + al.missing_y - less;
    e->f[F_CONFLICT] = clip(less, 1.5f);
    e->f[F_OMISSION] = clip(more - less, 3);
    e->f[F_GENERIC] = clip(al.generic, 1);
    e->f[F_LOSS] = clip(al.loss, 2);
    e->f[F_TYPOS] = clip((float)al.typos, 2);
    e->f[F_OTHER_FIRST] = !al.first;
    e->f[F_MATCHED] = clip(al.matched, 3);
    e->f[F_ACRONYM] = al.acronym;
    e->f[F_REORDERED] = al.reordered;
    bool complete = less + more < .01f && al.loss < .1f && !al.typos && !al.acronym;
    e->f[F_SAME_NAME] = complete && al.generic < .01f && !al.reordered;
    e->f[F_SINGLE] = complete || al.acronym || al.words > 1 ? 0 : al.words ? 1 : 2;
    e->shortened = al.shortened;
}

static void compare_names(struct evidence *e, const struct name *x, const struct name *y)
{
    if (x->exact > y->exact) { /* one order, so that the result cannot depend on who is asked first */
        const struct name *swap = x;
        x = y;
        y = swap;
    }
    *e = (struct evidence){.f = {[F_BIAS] = 1}, .other_form = x->form && y->form && x->form != y->form};
    if (x->exact == y->exact || x->loose == y->loose) {
        set_same(e, x, y);
    } else if (x->bag == y->bag) {
        set_same(e, x, y);
        e->f[F_SAME_NAME] = 0;
        e->f[F_REORDERED] = 1;
    } else {
        set_aligned(e, x, y);
    }
}

/* Whether the domain of X is how Y's name is written, or its initials. */
static bool spells(const struct match_record *x, const struct match_record *y)
{
    for (size_t i = 0; x->label_hash && i < y->n_names; i++)
        if (x->label_hash == y->name[i]->exact)
            return true;
    return false;
}

/* Whether the first label of one domain is in that of the other: acme.com, acme.de, acmecloud.com. */
static bool is_domain_family(const struct match_record *x, const struct match_record *y)
{
    size_t n = strcspn(x->domain, "."), m = strcspn(y->domain, ".");
    if (n > m)
        return is_domain_family(y, x);
    bool equal = n == m && memcmp(x->domain, y->domain, n) == 0;
    return equal || (n >= 4 && memmem(y->domain, m, x->domain, n));
}

static void set_surroundings(
    const struct match_record *x, const struct match_record *y, double share, struct evidence *e)
{
    bool named_by_domain = x->named_by_domain || y->named_by_domain;
    bool both = x->domain_hash && y->domain_hash, same = both && x->domain_hash == y->domain_hash;
    e->f[F_SAME_DOMAIN] = same ? (float)share : 0;
    e->f[F_OTHER_DOMAIN] = both && !same && !is_domain_family(x, y);
    e->f[F_SPELLED_BY_DOMAIN] = !both && !named_by_domain && (spells(x, y) || spells(y, x));
    bool countries = x->country_hash && y->country_hash;
    e->f[F_SAME_COUNTRY] = countries && x->country_hash == y->country_hash;
    e->f[F_OTHER_COUNTRY] = countries && x->country_hash != y->country_hash;
    e->f[F_OTHER_FORM] = e->f[F_OTHER_COUNTRY] > 0 && e->other_form;
    e->f[F_SAME_CITY] = x->city_hash && x->city_hash == y->city_hash;
    e->f[F_NAMED_BY_DOMAIN] = named_by_domain;
}

/* A common domain is identity: how the names differ does not speak against it. */
static void forgive_names(struct evidence *e)
{
    static const enum feature against[] = {F_CONFLICT, F_OMISSION, F_GENERIC, F_LOSS, F_TYPOS, F_OTHER_FIRST,
        F_SINGLE, F_ACRONYM, F_OTHER_COUNTRY, F_OTHER_FORM, F_NAMED_BY_DOMAIN};
    float rest = 1 - e->f[F_SAME_DOMAIN];
    for (size_t i = 0; i < COUNT(against); i++)
        e->f[against[i]] *= rest;
}

void evidence_of(
    const struct match_record *x, const struct match_record *y, double share, struct evidence *out)
{
    double best = -INFINITY;
    *out = (struct evidence){.f = {[F_BIAS] = 1, [F_OTHER_FIRST] = 1, [F_CONFLICT] = 1.5f, [F_SINGLE] = 1}};
    for (size_t i = 0; i < x->n_names; i++) {
        for (size_t j = 0; j < y->n_names; j++) {
            struct evidence e;
            compare_names(&e, x->name[i], y->name[j]);
            double z = model_logit(&e);
            if (z > best) {
                best = z;
                *out = e;
                out->alias = i || j;
            }
        }
    }
    set_surroundings(x, y, share, out);
    if (out->f[F_OTHER_COUNTRY] > 0) /* there a long name is no more certain than a short one */
        out->f[F_MATCHED] = clip(out->f[F_MATCHED], 1);
    if (out->f[F_SAME_DOMAIN] > 0)
        forgive_names(out);
}

double model_logit(const struct evidence *e)
{
    double z = 0;
    for (size_t i = 0; i < F_COUNT; i++)
        z += (double)weights[i] * (double)e->f[i];
    return z;
}

double model_with_margins(double logit, double left, double right)
{
    static const double most = 4, least = -6; /* beyond these, other candidates count no further */
    double l = fmax(fmin(left, most), least), r = fmax(fmin(right, most), least);
    return logit - 1.9 + 0.7 * l + 0.3 * r;
}

double logit_to_probability(double logit)
{
    return 1 / (1 + exp(-logit));
}

enum match_answer answer_of(double probability)
{
    if (probability >= match_same_from)
        return MATCH_SAME;
    return probability >= match_maybe_from ? MATCH_MAYBE : MATCH_DIFFERENT;
}

/* --- evidence in words --- */

static void add_code(struct buf *b, bool when, const char *code)
{
    if (!when)
        return;
    if (b->len)
        buf_addc(b, ',');
    buf_adds(b, code);
}

const char *evidence_text(struct arena *a, const struct evidence *e)
{
    const float *f = e->f;
    struct buf b = buf_in(a, 512);
    bool aligned = f[F_MATCHED] > 0 && f[F_OTHER_FIRST] <= 0;
    add_code(&b, f[F_SAME_DOMAIN] > 0, "same_domain");
    add_code(&b, f[F_SAME_NAME] > 0 && !e->alias, "same_name");
    add_code(&b, f[F_SAME_NAME] > 0 && e->alias, "alias");
    add_code(&b, f[F_REORDERED] > 0, "words_reordered");
    add_code(&b, aligned && e->shortened, "name_abbreviated");
    add_code(&b, aligned && f[F_TYPOS] > 0, "spelled_alike");
    add_code(&b, f[F_ACRONYM] > 0, "acronym");
    add_code(&b, aligned && f[F_OMISSION] > 0, "words_missing");
    add_code(&b, f[F_CONFLICT] > 0, "words_differ");
    add_code(&b, f[F_SPELLED_BY_DOMAIN] > 0, "domain_spells_name");
    add_code(&b, f[F_OTHER_DOMAIN] > 0, "other_domain");
    add_code(&b, f[F_SAME_COUNTRY] > 0, "same_country");
    add_code(&b, f[F_OTHER_COUNTRY] > 0, "other_country");
    add_code(&b, f[F_SAME_CITY] > 0, "same_city");
    return buf_str(&b);
}

struct match_result match_compare(struct arena *a, const struct match_record *x, const struct match_record *y)
{
    struct evidence e;
    evidence_of(x, y, 1, &e);
    double p = logit_to_probability(model_logit(&e));
    return (struct match_result){answer_of(p), p, a ? evidence_text(a, &e) : ""};
}
