#include "domain/touchpoint/credit.h"

const struct option credit_options[] = {
    {"sourced", N_("Sourced by a partner")}, {"influenced", N_("Influenced by a partner")}, {0}};

static const struct {
    const char *kind;
    bool introduces, acts;
} kinds[] = {{"registration", true, true}, {"introduction", true, true}, {"lead", true, true},
    {"meeting", false, true}, {"technical_validation", false, true}, {"marketplace", false, true},
    {"work", false, true}};

void credit_kind(const char *kind, bool approved, bool *introduces, bool *acts)
{
    *introduces = *acts = false;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (streq(kinds[i].kind, kind)) {
            bool counts = approved || !streq(kind, "registration");
            *introduces = kinds[i].introduces && counts;
            *acts = kinds[i].acts && counts;
        }
}

static bool originates(const struct credit_deal *deal, const struct credit_touch *t)
{
    bool before = t->day.days <= deal->opened.days;
    return t->introduces && before && (t->its_own || t->day.days >= deal->opened.days - deal->window_days);
}

static bool influences(const struct credit_deal *deal, const struct credit_touch *t)
{
    bool within = t->day.days >= deal->opened.days &&
                  (deal->closed.days == DATE_NONE || t->day.days <= deal->closed.days);
    return t->acts && within;
}

void credit_judge(
    const struct credit_deal *deal, const struct credit_touch *touches, size_t n, enum credit *reason)
{
    const struct credit_touch *first = NULL;
    for (size_t i = 0; i < n; i++)
        if (originates(deal, &touches[i]) && (!first || touches[i].at.us < first->at.us))
            first = &touches[i];
    for (size_t i = 0; i < n; i++) {
        const struct credit_touch *t = &touches[i];
        bool source = first && t->partner_id == first->partner_id;
        reason[i] = source                ? originates(deal, t) ? CREDIT_SOURCED : CREDIT_NONE
                    : influences(deal, t) ? CREDIT_INFLUENCED
                                          : CREDIT_NONE;
    }
}

const char *credit_of_deal(const enum credit *reason, size_t n)
{
    enum credit whole = CREDIT_NONE;
    for (size_t i = 0; i < n; i++)
        if (reason[i] == CREDIT_SOURCED || whole == CREDIT_NONE)
            whole = reason[i];
    return whole == CREDIT_NONE ? NULL : credit_options[whole - 1].key;
}
