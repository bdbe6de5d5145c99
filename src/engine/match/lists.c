/* Two lists against each other: an inverted index finds candidates, the model scores them, margins decide. */
#include "base/parallel.h"
#include "engine/match/model.h"

#include <math.h>
#include <stdlib.h>

#define MAX_CANDIDATES 24   /* of a left row, the best by common keys */
#define MAX_POSTINGS   300  /* rows of one key; more are too common to find anything by */
#define MAX_EXACT      2000 /* the same for domains and whole names */
#define WORKERS        PARALLEL_WORKERS
#define LEAST_LOGIT    (-5.0) /* pairs below are forgotten */

struct list {
    const struct match_company *company;
    const char *tag; /* what ends most names and is no part of them, or NULL */
    const struct match_record **record;
    float *share; /* of a row's domain: 1, less when many companies of the list have it */
    size_t n;
};

struct pair {
    uint32_t left, right;
    float logit, final;
};

/* --- workers --- */

struct job {
    void (*run)(struct job *job, size_t from, size_t to);
    void *ctx;
    struct arena *arena; /* of this worker alone; lives as long as the caller's arena */
    struct pair *pairs;
    size_t n_pairs, cap_pairs;
};

static void job_part(void *jobs, unsigned worker, size_t from, size_t to)
{
    struct job *job = (struct job *)jobs + worker;
    job->run(job, from, to);
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

static void run_jobs(struct job jobs[WORKERS], size_t n, void (*run)(struct job *, size_t, size_t), void *ctx)
{
    for (size_t i = 0; i < WORKERS; i++) {
        jobs[i].run = run;
        jobs[i].ctx = ctx;
    }
    parallel_run(n, job_part, jobs);
    for (size_t i = 0; i < WORKERS; i++)
        jobs[i].ctx = NULL; /* it need not live longer */
}

/* --- preparing --- */

/* Where the last bracket of the name begins, when it ends the name: "Acme (KCSP)". NULL otherwise. */
static const char *last_bracket(const char *name)
{
    const char *open = name ? strrchr(name, '(') : NULL;
    return open && open > name && open[strlen(open) - 1] == ')' ? open : NULL;
}

/* The bracket that ends more than half of the names: it is about the list. NULL when there is none. */
static const char *find_tag(const struct match_company *company, size_t n)
{
    const char *tag = NULL;
    size_t lead = 0, count = 0;
    for (size_t i = 0; i < n; i++) { /* majority vote (Boyer and Moore 1991); no bracket is a vote as well */
        const char *bracket = last_bracket(company[i].name);
        if (lead == 0)
            tag = bracket;
        lead = streq(tag, bracket) ? lead + 1 : lead - 1;
    }
    for (size_t i = 0; tag && i < n; i++)
        count += streq(tag, last_bracket(company[i].name));
    return n >= 4 && count > n / 2 ? tag : NULL;
}

static void prepare_rows(struct job *job, size_t from, size_t to)
{
    struct list *list = job->ctx;
    for (size_t i = from; i < to; i++) {
        struct match_company c = list->company[i];
        const char *bracket = list->tag ? last_bracket(c.name) : NULL;
        if (bracket && streq(bracket, list->tag))
            c.name = arena_strndup(job->arena, c.name, (size_t)(bracket - c.name));
        list->record[i] = match_prepare(job->arena, &c);
    }
}

struct domain_use {
    uint64_t domain, name;
    uint32_t row;
};

static int by_domain_and_name(const void *x, const void *y)
{
    const struct domain_use *a = x, *b = y;
    if (a->domain != b->domain)
        return a->domain < b->domain ? -1 : 1;
    return (a->name > b->name) - (a->name < b->name);
}

#define DOMAIN_NAMES 4 /* so many companies may have a domain in one list before it says less */

/* A domain that many differently named rows have (a group's, a portal's) is weaker evidence. */
static void weigh_domains(struct list *list)
{
    struct domain_use *use = xmalloc((list->n + 1) * sizeof *use);
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct match_record *r = list->record[i];
        list->share[i] = 1;
        if (r->domain_hash)
            use[n++] = (struct domain_use){r->domain_hash, r->n_names ? r->name[0]->exact : 0, (uint32_t)i};
    }
    qsort(use, n, sizeof *use, by_domain_and_name);
    for (size_t from = 0, to; from < n; from = to) {
        size_t names = 1;
        for (to = from + 1; to < n && use[to].domain == use[from].domain; to++)
            names += use[to].name != use[to - 1].name;
        for (size_t i = from; names > DOMAIN_NAMES && i < to; i++)
            list->share[use[i].row] = (float)DOMAIN_NAMES / (float)names;
    }
    free(use);
}

static struct list list_prepare(
    struct arena *a, struct job jobs[WORKERS], const struct match_company *company, size_t n)
{
    struct list list = {.company = company,
        .tag = find_tag(company, n),
        .n = n,
        .record = ARENA_ARRAY(a, n + 1, const struct match_record *),
        .share = ARENA_ARRAY(a, n + 1, float)};
    run_jobs(jobs, n, prepare_rows, &list);
    weigh_domains(&list);
    return list;
}

/* --- the index --- */

/*
 * Rows by hashed key. A bucket can hold the rows of several keys: they are only candidates.
 * START[b]..START[b+1] are the rows of bucket b in ROW.
 */
struct index {
    uint32_t *start, *row;
    uint32_t mask;
};

struct posting {
    uint32_t bucket, row;
};

struct postings {
    struct posting *p;
    size_t n, cap;
    uint32_t row;
};

static uint32_t key_hash(const char *text, size_t n)
{
    uint64_t h = hash_bytes(HASH_SEED, text, n);
    return (uint32_t)(h ^ (h >> 32));
}

static void add_posting(void *ctx, const char *text, size_t n, bool exact)
{
    struct postings *all = ctx;
    (void)exact;
    if (text[0] == 'c') /* its rows are found by n: */
        return;
    if (all->n == all->cap) {
        all->cap = all->cap ? all->cap * 2 : 1024;
        all->p = xrealloc(all->p, all->cap, sizeof *all->p);
    }
    all->p[all->n++] = (struct posting){key_hash(text, n), all->row};
}

static struct index index_build(const struct list *list)
{
    struct postings all = {.p = NULL};
    for (size_t i = 0; i < list->n; i++) {
        all.row = (uint32_t)i;
        record_keys(list->record[i], add_posting, &all);
    }
    struct index ix = {.mask = 1023};
    while (ix.mask < all.n)
        ix.mask = ix.mask * 2 + 1;
    ix.start = xcalloc((size_t)ix.mask + 2, sizeof *ix.start);
    ix.row = xmalloc((all.n + 1) * sizeof *ix.row);
    for (size_t i = 0; i < all.n; i++)
        ix.start[(all.p[i].bucket & ix.mask) + 1]++;
    for (size_t b = 0; b <= ix.mask; b++)
        ix.start[b + 1] += ix.start[b];
    for (size_t i = all.n; i-- > 0;) /* backwards: the start of b+1 becomes that of b */
        ix.row[--ix.start[(all.p[i].bucket & ix.mask) + 1]] = all.p[i].row;
    memmove(ix.start, ix.start + 1, ((size_t)ix.mask + 1) * sizeof *ix.start);
    ix.start[ix.mask + 1] = (uint32_t)all.n;
    free(all.p);
    return ix;
}

static void index_free(struct index *ix)
{
    free(ix->start);
    free(ix->row);
}

/* --- candidates --- */

struct search {
    const struct list *left, *right;
    const struct index *index;
};

/* What one left row found, while its keys are looked up. */
struct finder {
    const struct index *index;
    float *hits; /* a right row's common keys, weighted */
    uint32_t *touched;
    size_t n;
};

/* How much a common key of that kind says; see record_keys. */
static float kind_weight(char kind)
{
    switch (kind) {
    case 'd': return 12;
    case 'n': return 12;
    case 's': return 8;
    case 't': return 4;
    case 'q': return 3;
    default: return 2;
    }
}

static void find_rows(void *ctx, const char *text, size_t n, bool exact)
{
    struct finder *f = ctx;
    (void)exact;
    if (text[0] == 'c')
        return;
    uint32_t bucket = key_hash(text, n) & f->index->mask;
    uint32_t from = f->index->start[bucket], to = f->index->start[bucket + 1], count = to - from;
    bool whole = text[0] == 'd' || text[0] == 'n' || text[0] == 's';
    if (count == 0 || count > (whole ? MAX_EXACT : MAX_POSTINGS))
        return;
    float weight = kind_weight(text[0]) / (float)(33 - __builtin_clz(count));
    for (uint32_t i = from; i < to; i++) {
        uint32_t row = f->index->row[i];
        if (f->hits[row] <= 0)
            f->touched[f->n++] = row;
        f->hits[row] += weight;
    }
}

/* The best of the touched rows, and clears the hits. */
static size_t best_rows(struct finder *f, uint32_t out[MAX_CANDIDATES])
{
    float hits[MAX_CANDIDATES];
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        uint32_t row = f->touched[i];
        float h = f->hits[row];
        f->hits[row] = 0;
        if (n == MAX_CANDIDATES && h <= hits[n - 1])
            continue;
        size_t at = n < MAX_CANDIDATES ? n++ : n - 1;
        for (; at && hits[at - 1] < h; at--) {
            hits[at] = hits[at - 1];
            out[at] = out[at - 1];
        }
        hits[at] = h;
        out[at] = row;
    }
    f->n = 0;
    return n;
}

static void evidence_in_lists(const struct search *s, size_t left, size_t right, struct evidence *e)
{
    float a = s->left->share[left], b = s->right->share[right];
    evidence_of(s->left->record[left], s->right->record[right], (double)(a < b ? a : b), e);
}

static void add_pair(struct job *job, struct pair p)
{
    if (job->n_pairs == job->cap_pairs) {
        job->cap_pairs = job->cap_pairs ? job->cap_pairs * 2 : 1024;
        job->pairs = xrealloc(job->pairs, job->cap_pairs, sizeof *job->pairs);
    }
    job->pairs[job->n_pairs++] = p;
}

static void score_rows(struct job *job, size_t from, size_t to)
{
    const struct search *s = job->ctx;
    struct finder f = {.index = s->index,
        .hits = xcalloc(s->right->n + 1, sizeof *f.hits),
        .touched = xmalloc((s->right->n + 1) * sizeof *f.touched)};
    for (size_t i = from; i < to; i++) {
        uint32_t rows[MAX_CANDIDATES];
        record_keys(s->left->record[i], find_rows, &f);
        size_t n = best_rows(&f, rows);
        for (size_t k = 0; k < n; k++) {
            struct evidence e;
            evidence_in_lists(s, i, rows[k], &e);
            double z = model_logit(&e);
            if (z > LEAST_LOGIT)
                add_pair(job, (struct pair){(uint32_t)i, rows[k], (float)z, 0});
        }
    }
    free(f.hits);
    free(f.touched);
}

/* --- margins --- */

/* Whether two rows of one list are the same company by name, and nothing says otherwise. */
static bool same_row(const struct match_record *x, const struct match_record *y)
{
    bool name = x->n_names && y->n_names && x->name[0]->loose == y->name[0]->loose;
    bool country = x->country_hash && y->country_hash && x->country_hash != y->country_hash;
    bool domain = x->domain_hash && y->domain_hash && x->domain_hash != y->domain_hash;
    return name && !country && !domain;
}

static uint32_t pair_row(const struct pair *p, bool right)
{
    return right ? p->right : p->left;
}

/* By how much the pair K stands before the best other one in FROM..TO, whose rows of the other list differ.
 */
static double margin(
    const struct list *other, const struct pair *const *pairs, size_t n, size_t k, bool other_right)
{
    double best = -INFINITY;
    const struct match_record *mine = other->record[pair_row(pairs[k], other_right)];
    for (size_t i = 0; i < n; i++)
        if (i != k && pairs[i]->logit > best &&
            !same_row(mine, other->record[pair_row(pairs[i], other_right)]))
            best = pairs[i]->logit;
    return (double)pairs[k]->logit - best;
}

static int by_right(const void *x, const void *y)
{
    const struct pair *a = *(const struct pair *const *)x, *b = *(const struct pair *const *)y;
    if (a->right != b->right)
        return a->right < b->right ? -1 : 1;
    return (a->left > b->left) - (a->left < b->left);
}

/* Adds to MARGIN (by position in PAIRS) the margin within the group of one row. */
static void group_margins(const struct list *other, const struct pair *base, const struct pair **pairs,
    size_t n, bool by_right_row, double *margins)
{
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && pair_row(pairs[to], by_right_row) == pair_row(pairs[from], by_right_row);
             to++)
            ;
        for (size_t k = from; k < to; k++)
            margins[pairs[k] - base] = margin(other, pairs + from, to - from, k - from, !by_right_row);
    }
}

static void decide(const struct search *s, struct pair *pairs, size_t n)
{
    const struct pair **order = xmalloc((n + 1) * sizeof *order);
    double *left = xmalloc((n + 1) * sizeof *left), *right = xmalloc((n + 1) * sizeof *right);
    for (size_t i = 0; i < n; i++)
        order[i] = &pairs[i];
    group_margins(s->right, pairs, order, n, false, left);
    qsort(order, n, sizeof *order, by_right);
    group_margins(s->left, pairs, order, n, true, right);
    for (size_t i = 0; i < n; i++)
        pairs[i].final = (float)model_with_margins((double)pairs[i].logit, left[i], right[i]);
    free(order);
    free(left);
    free(right);
}

/* --- answers --- */

static int by_left_and_score(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    if (a->final < b->final || b->final < a->final)
        return a->final > b->final ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

static void report(const struct search *s, const struct pair *pairs, size_t n, double threshold,
    match_pair_fn *pair, void *ctx)
{
    struct arena *scratch = arena_new();
    for (size_t i = 0; i < n; i++) {
        double p = logit_to_probability((double)pairs[i].final);
        struct match_result result = {.answer = answer_of(p), .score = p};
        if (threshold < 0 ? result.answer != MATCH_SAME : p < threshold)
            continue;
        struct evidence e;
        evidence_in_lists(s, pairs[i].left, pairs[i].right, &e);
        result.evidence = evidence_text(scratch, &e);
        pair(ctx, pairs[i].left, pairs[i].right, &result);
        arena_reset(scratch);
    }
    arena_free(scratch);
}

/* The pairs of all workers, in the order of the left rows. */
static struct pair *collect_pairs(struct job jobs[WORKERS], size_t *n)
{
    struct pair *all;
    *n = 0;
    for (size_t i = 0; i < WORKERS; i++)
        *n += jobs[i].n_pairs;
    all = xmalloc((*n + 1) * sizeof *all);
    size_t at = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        if (jobs[i].n_pairs)
            memcpy(all + at, jobs[i].pairs, jobs[i].n_pairs * sizeof *all);
        at += jobs[i].n_pairs;
        free(jobs[i].pairs);
    }
    return all;
}

void match_lists(struct arena *a, const struct match_company *left, size_t n_left,
    const struct match_company *right, size_t n_right, double threshold, match_pair_fn *pair, void *ctx)
{
    struct job jobs[WORKERS] = {0};
    for (size_t i = 0; i < WORKERS; i++) {
        jobs[i].arena = arena_new();
        arena_cleanup(a, free_arena, jobs[i].arena);
    }
    struct list l = list_prepare(a, jobs, left, n_left), r = list_prepare(a, jobs, right, n_right);
    struct index index = index_build(&r);
    struct search search = {&l, &r, &index};
    run_jobs(jobs, n_left, score_rows, &search);
    size_t n;
    struct pair *pairs = collect_pairs(jobs, &n);
    decide(&search, pairs, n);
    qsort(pairs, n, sizeof *pairs, by_left_and_score);
    report(&search, pairs, n, threshold, pair, ctx);
    free(pairs);
    index_free(&index);
}
