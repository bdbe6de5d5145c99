#include "domain/customer/signs.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"

#define MONTHS_BEFORE 6
#define MONTHS_NEEDED 3
#define MONTHS_FRESH  3
#define SCORE_DAYS    365

const struct option sign_options[] = {{"renewal", N_("Renewal comes")}, {"usage", N_("Usage fell")},
    {"score", N_("Low satisfaction")}, {"silence", N_("No touch")}, {"suspended", N_("Partner suspended")},
    {0}};

static struct date month_of(struct date d)
{
    int year, month, day;
    date_split(d, &year, &month, &day);
    return date_make(year, month, 1);
}

/* ---- usage ---- */

/* Of one metric's N months, the last of which is the newest whole one. */
static void judge_metric(const struct usage_month *u, size_t n, const struct sign_facts *f,
    int64_t drop_percent, struct signs *out)
{
    double sum = 0;
    size_t before = n - 1 > MONTHS_BEFORE ? MONTHS_BEFORE : n - 1;
    struct date oldest = date_add_months(month_of(f->today), -MONTHS_FRESH);
    if (before < MONTHS_NEEDED || u[n - 1].month.days < oldest.days)
        return;
    for (size_t i = n - 1 - before; i < n - 1; i++)
        sum += u[i].quantity;
    double mean = sum / (double)before, last = u[n - 1].quantity;
    if (mean <= 0)
        return;
    int64_t fell = (int64_t)((mean - last) * 100 / mean + 0.5);
    if ((mean - last) * 100 < mean * (double)drop_percent || fell <= out->fell_percent)
        return;
    out->bits |= SIGN_USAGE;
    out->metric = u[0].metric;
    out->fell_percent = fell;
}

static void judge_usage(const struct sign_facts *f, int64_t drop_percent, struct signs *out)
{
    struct date running = month_of(f->today);
    for (size_t from = 0, to; from < f->n_usage; from = to) {
        size_t whole = 0;
        for (to = from; to < f->n_usage && streq(f->usage[to].metric, f->usage[from].metric); to++)
            whole += f->usage[to].month.days < running.days;
        if (whole > 1)
            judge_metric(f->usage + from, whole, f, drop_percent, out);
    }
}

/* ---- the others ---- */

struct date sign_decide_day(const struct sign_facts *f)
{
    struct date notice = {f->ends.days - (int32_t)f->notice_days};
    return notice.days >= f->today.days ? notice : f->ends;
}

static bool ends_near(const struct sign_facts *f, const struct programme_care *limits)
{
    /* Once it is near by its notice day it stays so: what lies behind that day lies before the end. */
    return f->ends.days - f->notice_days - f->today.days <= limits->renewal_days;
}

static bool has_score(const struct sign_facts *f)
{
    return f->score_kind && f->score_day.days > f->today.days - SCORE_DAYS;
}

static bool is_low(const struct sign_facts *f, const struct programme_care *limits)
{
    return f->score <= (streq(f->score_kind, "nps") ? limits->low_nps : limits->low_csat);
}

void signs_judge(const struct sign_facts *f, const struct programme_care *limits, struct signs *out)
{
    bool near = ends_near(f, limits);
    *out = (struct signs){.days_left = f->ends.days - f->today.days,
        .silent_days = f->touched.days == DATE_NONE ? -1 : f->today.days - f->touched.days};
    if (near)
        out->bits |= SIGN_RENEWAL;
    judge_usage(f, limits->drop_percent, out);
    if (has_score(f)) {
        out->score_kind = f->score_kind;
        out->score = f->score;
        out->bits |= is_low(f, limits) ? SIGN_SCORE : 0;
    }
    if (near && out->silent_days >= limits->silent_days)
        out->bits |= SIGN_SILENCE;
    out->bits |= f->suspended ? SIGN_SUSPENDED : 0;
}

static void earliest(struct date day, const struct sign_facts *f, struct date *next)
{
    if (day.days > f->today.days && (next->days == DATE_NONE || day.days < next->days))
        *next = day;
}

struct date signs_next(const struct sign_facts *f, const struct programme_care *limits)
{
    struct date next = {DATE_NONE};
    earliest((struct date){f->ends.days - (int32_t)(f->notice_days + limits->renewal_days)}, f, &next);
    earliest((struct date){f->ends.days + 1}, f, &next);
    if (f->touched.days != DATE_NONE)
        earliest((struct date){f->touched.days + (int32_t)limits->silent_days}, f, &next);
    if (has_score(f))
        earliest((struct date){f->score_day.days + SCORE_DAYS}, f, &next);
    if (f->n_usage) /* a month becomes whole, and what was new grows old */
        earliest(date_add_months(month_of(f->today), 1), f, &next);
    return next;
}

/* ---- as text ---- */

const char *signs_text(struct arena *a, unsigned bits)
{
    struct buf b = buf_in(a, 100);
    for (size_t i = 0; i < SIGNS_N; i++)
        if (bits >> i & 1)
            buf_addf(&b, "%s%s,", b.len ? "" : ",", sign_options[i].key);
    return b.len ? buf_str(&b) : NULL;
}

unsigned signs_bits(const char *text)
{
    unsigned bits = 0;
    for (size_t i = 0; text && i < SIGNS_N; i++) {
        const char *at = strstr(text, sign_options[i].key);
        bits |= at && at > text && at[-1] == ',' ? 1u << i : 0;
    }
    return bits;
}
