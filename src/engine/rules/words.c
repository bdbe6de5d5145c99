/* Conditions and values in words, for traces, receipts and the rules page. */
#include "base/time.h"
#include "engine/rules/internal.h"

#include <math.h>

/* Groups the digits before the decimal point by three, in the language's own signs. */
static const char *number_grouped(struct arena *a, enum lang lang, const char *plain)
{
    char group = lang == LANG_DE ? '.' : ',', point = lang == LANG_DE ? ',' : '.';
    struct buf b = buf_in(a, 1024);
    if (*plain == '-') {
        buf_adds(&b, "−");
        plain++;
    }
    for (size_t left = strspn(plain, "0123456789"); left > 0; left--) {
        buf_addc(&b, *plain++);
        if (left > 1 && left % 3 == 1)
            buf_addc(&b, group);
    }
    if (*plain == '.') {
        buf_addc(&b, point);
        buf_adds(&b, plain + 1);
    }
    return buf_str(&b);
}

static const char *integer_text(struct arena *a, enum lang lang, int64_t i)
{
    return number_grouped(a, lang, arena_printf(a, "%lld", (long long)i));
}

/* At most two decimals, none that are zero. */
static const char *real_text(struct arena *a, enum lang lang, double r)
{
    char *plain = arena_printf(a, "%.2f", r);
    size_t n = strlen(plain);
    while (plain[n - 1] == '0')
        n--;
    if (plain[n - 1] == '.')
        n--;
    plain[n] = 0;
    return number_grouped(a, lang, streq(plain, "-0") ? "0" : plain);
}

static const char *date_text(struct arena *a, enum lang lang, int64_t days)
{
    static const char *const months[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
        N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
    int year, month, day;
    date_split((struct date){.days = (int32_t)days}, &year, &month, &day);
    /* TRANSLATORS: day, month, year */
    return arena_printf(a, tr(lang, "%d %s %d"), day, tr(lang, months[month - 1]), year);
}

/* N chooses the plural. Units of custom facts are written as they are. */
static const char *unit_text(struct arena *a, enum lang lang, const char *unit, const char *number, int64_t n)
{
    if (!unit)
        return number;
    if (streq(unit, "%"))
        return arena_printf(a, tr(lang, "%s%%"), number);
    if (streq(unit, "days"))
        return arena_printf(a, trn(lang, "%s day", "%s days", n), number);
    if (streq(unit, "hours"))
        return arena_printf(a, trn(lang, "%s hour", "%s hours", n), number);
    if (streq(unit, "months"))
        return arena_printf(a, trn(lang, "%s month", "%s months", n), number);
    if (streq(unit, "people"))
        return arena_printf(a, trn(lang, "%s person", "%s people", n), number);
    return arena_printf(a, "%s %s", number, tr(lang, unit));
}

static const char *option_text(const struct fact *f, const char *option, const struct rules_words *w)
{
    const char *label = w->option ? w->option(w->ctx, f, option) : NULL;
    return label ? label : option;
}

static const char *members_text(
    struct arena *a, const struct fact *f, const char *members, const struct rules_words *w)
{
    if (!*members)
        return tr(w->lang, "none");
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    while (*members) {
        size_t n = strcspn(members, ",");
        buf_adds(&b, b.len ? ", " : "");
        buf_adds(&b, option_text(f, arena_strndup(a, members, n), w));
        members += n + (members[n] == ',');
    }
    return buf_str(&b);
}

const char *rules_value_text(
    struct arena *a, const struct fact *f, const struct value *v, const struct rules_words *w)
{
    if (v->kind == VALUE_NULL)
        return tr(w->lang, "not known");
    switch (f->kind) {
    case FACT_BOOL: return v->i ? tr(w->lang, "yes") : tr(w->lang, "no");
    case FACT_INT: return unit_text(a, w->lang, f->unit, integer_text(a, w->lang, v->i), v->i);
    case FACT_REAL: {
        double r = v->kind == VALUE_INT ? (double)v->i : v->r;
        return unit_text(a, w->lang, f->unit, real_text(a, w->lang, r), fabs(r) == 1 ? 1 : 2);
    }
    case FACT_MONEY: return w->money(w->ctx, a, v->i);
    case FACT_DATE: return date_text(a, w->lang, v->i);
    case FACT_TEXT: return *v->s ? v->s : tr(w->lang, "empty");
    case FACT_CHOICE: return option_text(f, v->s, w);
    case FACT_SET: return members_text(a, f, v->s, w);
    }
    BUG("fact %s has kind %d", f->name, (int)f->kind);
}

static const char *operand_list(
    struct arena *a, const struct fact *f, const struct condition *c, const struct rules_words *w)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    for (size_t i = 0; i < c->n_operands; i++) {
        buf_adds(&b, i ? ", " : "");
        buf_adds(&b, rules_value_text(a, f, &c->operands[i], w));
    }
    return buf_str(&b);
}

static const char *date_bound(struct arena *a, enum lang lang, enum rule_operator op, const char *date)
{
    switch (op) {
    case OP_AT_LEAST: return arena_printf(a, tr(lang, "on or after %s"), date);
    case OP_AT_MOST: return arena_printf(a, tr(lang, "on or before %s"), date);
    case OP_ABOVE: return arena_printf(a, tr(lang, "after %s"), date);
    case OP_BELOW: return arena_printf(a, tr(lang, "before %s"), date);
    default: BUG("operator %d is no bound", (int)op);
    }
}

static const char *bound_text(
    struct arena *a, enum lang lang, enum fact_kind kind, enum rule_operator op, const char *value)
{
    if (kind == FACT_DATE)
        return date_bound(a, lang, op, value);
    switch (op) {
    case OP_AT_LEAST: return arena_printf(a, tr(lang, "at least %s"), value);
    case OP_AT_MOST:
        return kind == FACT_MONEY ? arena_printf(a, tr(lang, "up to %s"), value)
                                  : arena_printf(a, tr(lang, "at most %s"), value);
    case OP_ABOVE:
        return kind == FACT_CHOICE ? arena_printf(a, tr(lang, "above %s"), value)
                                   : arena_printf(a, tr(lang, "more than %s"), value);
    case OP_BELOW:
        return kind == FACT_CHOICE ? arena_printf(a, tr(lang, "below %s"), value)
               : kind == FACT_INT  ? arena_printf(a, tr(lang, "fewer than %s"), value)
                                   : arena_printf(a, tr(lang, "less than %s"), value);
    default: BUG("operator %d is no bound", (int)op);
    }
}

static const char *yes_no_text(const struct condition *c, enum lang lang)
{
    bool yes = c->operands[0].i != 0;
    if (c->op == OP_KNOWN)
        return yes ? tr(lang, "known") : tr(lang, "not known");
    return yes == (c->op == OP_IS) ? tr(lang, "yes") : tr(lang, "no");
}

/* Of a set, or of a list with more than one value. */
static const char *list_text(struct arena *a, enum lang lang, const struct condition *c, const char *values)
{
    bool single = c->n_operands == 1;
    switch (c->op) {
    case OP_IS:
    case OP_IN: return arena_printf(a, tr(lang, "one of %s"), values);
    case OP_NOT:
    case OP_NOT_IN: return arena_printf(a, tr(lang, "none of %s"), values);
    case OP_HAS_ANY:
        return single ? arena_printf(a, tr(lang, "includes %s"), values)
                      : arena_printf(a, tr(lang, "includes one of %s"), values);
    case OP_HAS_ALL:
        return single ? arena_printf(a, tr(lang, "includes %s"), values)
                      : arena_printf(a, tr(lang, "includes all of %s"), values);
    case OP_HAS_NONE:
        return single ? arena_printf(a, tr(lang, "without %s"), values)
                      : arena_printf(a, tr(lang, "without any of %s"), values);
    default: BUG("operator %d takes no list", (int)c->op);
    }
}

const char *rules_condition_text(
    struct arena *a, const struct fact *f, const struct condition *c, const struct rules_words *w)
{
    if (c->op == OP_KNOWN || f->kind == FACT_BOOL)
        return yes_no_text(c, w->lang);
    const char *values = operand_list(a, f, c, w);
    if (c->op >= OP_AT_LEAST && c->op <= OP_BELOW)
        return bound_text(a, w->lang, f->kind, c->op, values);
    if (f->kind == FACT_SET || c->n_operands > 1)
        return list_text(a, w->lang, c, values);
    if (c->op == OP_NOT || c->op == OP_NOT_IN)
        return arena_printf(a, tr(w->lang, "not %s"), values);
    return values;
}
