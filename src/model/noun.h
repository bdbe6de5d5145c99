/*
 * A noun: fields, states, scope. Declared once as a table; lists, forms, REST, OpenAPI, import, search and
 * audit are derived from it.
 */
#ifndef TANDEM_NOUN_H
#define TANDEM_NOUN_H

#include "base/arena.h"
#include "model/field.h"

enum role {
    ROLE_NONE = 0,
    ROLE_ADMIN,
    ROLE_OPERATIONS,
    ROLE_PARTNER_MANAGER,
    ROLE_VENDOR_SELLER,
    ROLE_EXECUTIVE,
    ROLE_AUDITOR,
    ROLE_PARTNER_ADMIN,
    ROLE_PARTNER_SELLER,
    ROLE_SYSTEM, /* jobs and clocks; no person has it */
};
#define ROLE_BIT(role)  (1u << (role))
#define ADMIN           ROLE_BIT(ROLE_ADMIN)
#define OPERATIONS      ROLE_BIT(ROLE_OPERATIONS)
#define PARTNER_MANAGER ROLE_BIT(ROLE_PARTNER_MANAGER)
#define VENDOR_SELLER   ROLE_BIT(ROLE_VENDOR_SELLER)
#define EXECUTIVE       ROLE_BIT(ROLE_EXECUTIVE)
#define AUDITOR         ROLE_BIT(ROLE_AUDITOR)
#define PARTNER_ADMIN   ROLE_BIT(ROLE_PARTNER_ADMIN)
#define PARTNER_SELLER  ROLE_BIT(ROLE_PARTNER_SELLER)
#define SYSTEM          ROLE_BIT(ROLE_SYSTEM)
#define VENDOR_ROLES    (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER | EXECUTIVE | AUDITOR)
#define PARTNER_ROLES   (PARTNER_ADMIN | PARTNER_SELLER)
#define ALL_ROLES       (VENDOR_ROLES | PARTNER_ROLES)

extern const struct option role_options[];
const char *role_key(enum role role);
const char *role_label(enum role role); /* N_() */
enum role role_parse(const char *key);  /* ROLE_NONE when there is none */
enum audience role_audience(enum role role);

/* How a state is shown: the look's data-s value. */
struct state {
    const char *key, *label; /* N_() */
    const char *mark;        /* "ok", "review", "no", "gone", "risk", "new" */
};

struct verb;

struct noun {
    const char *name;           /* "registration": also its table */
    const char *plural;         /* "registrations": its path */
    const char *prefix;         /* "reg": of its ids */
    const char *label, *labels; /* N_("Registration"), N_("Registrations") */
    const char *icon;
    const char *summary; /* N_(): what it is, for the API's documentation and the empty list */
    size_t size;         /* of the struct behind its fields */
    const struct field *fields;
    size_t n_fields;
    const char *title;          /* the field that names a row */
    const char *natural;        /* a field by which references may name a row, e.g. "key"; NULL: by id only */
    const struct state *states; /* of the field "state", ended by a NULL key; NULL: it has none */
    /* Names of events that no verb of the noun leaves, ended by a NULL key. Without a label: a row's page
     * does not tell it, nothing happened that anybody would look for. */
    const struct option *events;
    /*
     * Who sees which rows: SQL over the row "t"; {partner} and {person} are the viewer's ids. NULL: nobody of
     * that audience. Every read ANDs it in.
     */
    const char *vendor_scope, *partner_scope, *public_scope;
    /*
     * Further, of rows that leave for good: in a file, or to a program (a token's reads). For what may be
     * looked at but not taken along. NULL: nothing further.
     */
    const char *export_scope;
    unsigned read;     /* roles that may read it at all */
    const char *order; /* the list's order: "created" or "-created", an indexed field */
    const char *made;  /* N_("Decided"): heads a column of the list with the time of creation; NULL: none */
    const char *partner_ref; /* the field that says whose partner's row it is; NULL: none */
    /* Sets of fields that no two rows share ("external_id", "partner_id,product_line_id"), ended by NULL. */
    const char *const *unique;
    const char *unique_states; /* with commas: of rows in these states alone; NULL: of all */
    /*
     * The reference that says which row this one was merged into (domain/merge). Such a row is in no list and
     * no search, no verb changes it, its address leads to the other, and whoever names it means the other.
     */
    const char *merged;
    const char *beyond; /* JSON members, as an example, of what REST says beyond the fields; NULL: nothing */
    const struct verb *shown_by; /* what brings rows into sight: documents call it first; NULL: nothing */
    const char *nav;             /* the navigation's group in which its list stands; NULL: in none */
    bool custom;                 /* customers may add fields */
    bool governs; /* rules rest on its rows: behind a change of one, what is known of the programme is read
                     anew */
    bool derived; /* a job keeps its rows from others': they have no events, and a merge leaves them */
    bool hidden;  /* read through its own pages only: no derived list */
};

struct model {
    const struct noun *const *nouns; /* ended by NULL */
    const struct verb *const *verbs; /* ended by NULL */
};

const struct noun *model_noun(const struct model *m, const char *name); /* by name; NULL: none */
const struct noun *model_noun_by_plural(const struct model *m, const char *plural);
const struct verb *model_verb(const struct model *m, const struct noun *noun, const char *name);
const struct field *noun_field(const struct noun *noun, const char *name); /* NULL: none */
const struct state *noun_state(const struct noun *noun, const char *key);  /* NULL: none */
/* A bit for each of the comma-separated fields; 0 when one is none. */
uint64_t noun_field_set(const struct noun *noun, const char *names);
/* " and o.state in ('waiting', 'offered')" of rows ALIAS, where the noun's sets are unique in states alone.
 */
const char *noun_unique_sql(struct arena *a, const struct noun *noun, const char *alias);
/* Every table checked once at start: names unique, labels there, references resolve, roles given. Aborts on a
 * bug. */
void model_check(const struct model *m);

#endif
