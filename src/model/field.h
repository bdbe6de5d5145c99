/*
 * A field: a member of a struct with what people may do with it. The FIELD macro takes name, offset and kind
 * from the member's own C type, so that a declaration and its struct cannot disagree.
 */
#ifndef TANDEM_FIELD_H
#define TANDEM_FIELD_H

#include "base/i18n.h"
#include "base/value.h"

#include <stddef.h>

/* Who looks: a bit each, for fields. The system (jobs, clocks) sees everything. */
enum audience { VENDOR = 1, PARTNER = 2, PUBLIC = 4 };
#define EVERYONE (VENDOR | PARTNER | PUBLIC)

enum field_kind { KIND_TEXT = 1, KIND_INT, KIND_REAL, KIND_BOOL, KIND_MONEY, KIND_DATE, KIND_TIME, KIND_REF };

/* What a text is; decides validation, the form's control and how it is shown. */
enum text_form {
    FORM_LINE = 0,
    FORM_LONG, /* several lines */
    FORM_EMAIL,
    FORM_DOMAIN,   /* kept as the registrable domain */
    FORM_COUNTRY,  /* ISO 3166-1 alpha-2 */
    FORM_CURRENCY, /* ISO 4217 */
    FORM_CHOICE,   /* one key of options or of a catalog's list */
    FORM_SET,      /* several of them: ",dach,nordics," so that one is found by ",key," */
    FORM_LIST,     /* free entries, one a line */
    FORM_ZONE,     /* IANA time zone */
    FORM_JSON,     /* canonical JSON, for machines */
};

/* One of a table of choices, ended by a NULL key. */
struct option {
    const char *key, *label; /* label: N_() */
};
/* The option of that key; NULL where OPTIONS (NULL: no table) has none. */
const struct option *option_find(const struct option *options, const char *key);
/* What people read for it: its label in LANG, or the key itself where no option has it. NULL for NULL. */
const char *option_label(enum lang lang, const struct option *options, const char *key);

struct call;

struct field {
    const char *name;
    size_t offset;
    enum field_kind kind;
    enum text_form form;
    const char *label;            /* N_() */
    const char *hint;             /* N_(), below the control */
    const struct option *options; /* of a choice or set, ended by a NULL key; labels are N_() */
    bool (*offers)(const struct call *c, const char *option); /* whether forms offer it; NULL: all */
    const char *list;     /* or the catalog's list: "tiers"; of a plain text it only names what it knows */
    const char *ref;      /* of a reference: the noun's name */
    const char *currency; /* of money: the field with its ISO code; NULL: the programme's */
    const char
        *before;      /* what a migration that added the field gave to rows that were there; NULL: nothing */
    int64_t min, max; /* of numbers and money, when max > min; of text: longest length (0: 200; long 4,000) */
    /*
     * A believable value for documents, which a fresh demo takes (face/sample.h): as a form gives it, a date
     * as days from today ("-3"). Or where to find it: "@duplicates?kind=account#one", the member "one" of the
     * first row of that list; "@#hash": that member of the row which the verb is on. NULL: as its kind has
     * it, or as the noun's field of that name says.
     */
    const char *example;
    int decimals;      /* of a real: shown with so many; 0: one */
    unsigned see, set; /* audiences; 0 is nobody; SET of a verb's own input: who may give it, 0: everybody */
    bool required;
    bool none;   /* of a noun's whole number: INT_NONE stands for no value, because 0 is one */
    bool month;  /* of a date: only the month counts (its first day is kept) */
    bool secret; /* never leaves the database, not even into an event */
    bool kept;   /* by a job, beside the noun's own writing: neither a version nor an event tells that it
                    changed */
    bool programs_only;        /* who know what it is for: not among a record's details */
    bool list_column;          /* stands in the list by itself */
    bool filter, sort, search; /* an index stands behind each of the first two */
};

/* clang-format off */
#define KIND_OF(member) _Generic((member),                                                                   \
    const char *: KIND_TEXT, int64_t: KIND_INT, double: KIND_REAL, bool: KIND_BOOL,                          \
    struct money: KIND_MONEY, struct date: KIND_DATE, struct instant: KIND_TIME, struct ref: KIND_REF)
#define FIELD(type, member, ...)                                                                             \
    {.name = #member, .offset = offsetof(type, member), .kind = KIND_OF(((type *)0)->member), __VA_ARGS__}
/* clang-format on */

#define INT_NONE INT64_MIN

/* Length limit of a text field in code points. */
int64_t field_max_length(const struct field *f);
/* Index of the field of that name, or -1. */
int field_find(const struct field *fields, size_t n, const char *name);
/*
 * Moves a value between a row (struct value) and the typed member; NULL becomes zero, NULL, DATE_NONE or
 * INT_NONE (field.none). Zero stays zero, but of an optional number that must be above zero it is NULL again.
 */
void field_store(const struct field *f, void *record, const struct value *v);
struct value field_load(const struct field *f, const void *record);

#endif
