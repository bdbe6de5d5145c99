#include "engine/merkle/statement_text.h"

#include "base/text.h"

#include <utf8proc.h>

#define LABEL_WIDTH 20

static void value_text(struct buf *out, json_t *v);
static void amount_text(struct buf *out, json_t *v);

/* In the order of reading. KEY may name a member of a member: "decision.outcome". */
static const struct {
    const char *key, *label;
    void (*add)(struct buf *out, json_t *v);
} members[] = {
    {"type", N_("Kind"), value_text},
    {"id", N_("Id"), value_text},
    {"at", N_("Entered"), value_text},
    {"partner", N_("Partner"), value_text},
    {"person", N_("Person"), value_text},
    {"company", N_("Company"), value_text},
    {"domain", N_("Domain"), value_text},
    {"country", N_("Country"), value_text},
    {"product_line", N_("Product line"), value_text},
    {"amount", N_("Amount"), amount_text},
    {"decision.outcome", N_("Decision"), value_text},
    {"decision.by", N_("Decided by"), value_text},
    {"decision.rule", N_("Rule"), value_text},
    {"decision.programme_version", N_("Rules version"), value_text},
    {"decision.rules_hash", N_("Rules hash"), value_text},
    {"decision.protected_until", N_("Protected until"), value_text},
    {"decision.reasons", N_("Reasons"), value_text},
    {"decision.facts", N_("Facts"), value_text},
    {"dispute.remedy", N_("Remedy"), value_text},
    {"dispute.compensation", N_("Compensation"), amount_text},
    {"commitment", N_("Commitment"), value_text},
    {"key", N_("New key"), value_text},
    {"replaces", N_("Replaces"), value_text},
};

/* --- text --- */

static bool shows(utf8proc_int32_t c)
{
    bool turns = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
                 (c >= 0x2066 && c <= 0x2069);
    return utf8proc_category(c) != UTF8PROC_CATEGORY_CC && !turns;
}

void text_add_safe(struct buf *out, const char *s)
{
    while (*s) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c);
        if (n <= 0) { /* a file name may be anything */
            buf_addc(out, '?');
            s++;
            continue;
        }
        if (shows(c))
            buf_add(out, s, (size_t)n);
        else
            buf_addf(out, "<U+%04X>", (unsigned)c);
        s += n;
    }
}

void text_label(struct buf *out, const char *label)
{
    size_t width = utf8_length(label);
    buf_addf(out, "  %s", label);
    do
        buf_addc(out, ' ');
    while (++width < LABEL_WIDTH);
}

static void new_row(struct buf *out)
{
    buf_addc(out, '\n');
    text_label(out, "");
}

/* --- values --- */

static void compact_text(struct buf *out, json_t *v)
{
    struct buf json = buf_new(BUF_MAX_DEFAULT);
    struct json_out w = json_out(&json);
    out_value(&w, v);
    text_add_safe(out, buf_str(&json));
    buf_free(&json);
}

static void scalar_text(struct buf *out, json_t *v)
{
    if (json_is_string(v))
        text_add_safe(out, json_string_value(v));
    else
        compact_text(out, v);
}

static void list_text(struct buf *out, json_t *v)
{
    for (size_t i = 0; i < json_array_size(v); i++) {
        if (i)
            new_row(out);
        scalar_text(out, json_array_get(v, i));
    }
}

static void object_text(struct buf *out, json_t *v)
{
    const char *key;
    json_t *member;
    bool first = true;
    json_object_foreach(v, key, member)
    {
        if (!first)
            new_row(out);
        first = false;
        text_add_safe(out, key);
        buf_adds(out, ": ");
        scalar_text(out, member);
    }
}

/* Lists and objects take a row an item; what is nested in them stays JSON. */
static void value_text(struct buf *out, json_t *v)
{
    if (json_is_array(v))
        list_text(out, v);
    else if (json_is_object(v))
        object_text(out, v);
    else
        scalar_text(out, v);
}

/* {"minor": 8400050, "currency": "EUR"} is 84000.50 EUR. */
static void amount_text(struct buf *out, json_t *v)
{
    json_t *minor = json_object_get(v, "minor");
    int digits = currency_digits(json_string_value(json_object_get(v, "currency")));
    if (!json_is_integer(minor) || digits < 0) {
        value_text(out, v);
        return;
    }
    int64_t n = json_integer_value(minor);
    uint64_t magnitude = n < 0 ? 0 - (uint64_t)n : (uint64_t)n, unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    buf_addf(out, "%s%llu", n < 0 ? "-" : "", (unsigned long long)(magnitude / unit));
    if (digits > 0)
        buf_addf(out, ".%0*llu", digits, (unsigned long long)(magnitude % unit));
    buf_addf(out, " %s", json_string_value(json_object_get(v, "currency")));
}

/* --- members --- */

/* The member KEY of the statement, or of its decision when KEY names one; NULL when it is not there. */
static json_t *member_get(json_t *statement, const char *key)
{
    const char *dot = strchr(key, '.');
    return dot ? json_object_get(json_object_getn(statement, key, (size_t)(dot - key)), dot + 1)
               : json_object_get(statement, key);
}

/* PREFIX, which is "" or "decision.", and KEY make a row of the table. */
static bool has_label(const char *prefix, const char *key)
{
    size_t n = strlen(prefix);
    for (size_t i = 0; i < COUNT(members); i++) {
        if (strncmp(members[i].key, prefix, n) == 0 && streq(members[i].key + n, key))
            return true;
    }
    return false;
}

static void other_members(struct buf *out, const char *prefix, json_t *object)
{
    const char *key;
    json_t *v;
    json_object_foreach(object, key, v)
    {
        bool unfolded = !*prefix && streq(key, "decision") && json_is_object(v);
        if (unfolded || has_label(prefix, key))
            continue;
        buf_addf(out, "  %s", prefix);
        text_add_safe(out, key);
        buf_adds(out, ": ");
        compact_text(out, v);
        buf_addc(out, '\n');
    }
}

void text_statement(struct buf *out, json_t *statement, enum lang lang)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *v = member_get(statement, members[i].key);
        if (!v || json_is_null(v))
            continue;
        text_label(out, tr(lang, members[i].label));
        members[i].add(out, v);
        buf_addc(out, '\n');
    }
    other_members(out, "", statement);
    other_members(out, "decision.", json_object_get(statement, "decision"));
}
