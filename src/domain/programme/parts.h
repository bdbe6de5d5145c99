/*
 * The document's parts as people edit and compare them: rule tables, lists of keyed items, single values. One
 * table each; forms, verbs and the diff in words all read them.
 */
#ifndef TANDEM_PROGRAMME_PARTS_H
#define TANDEM_PROGRAMME_PARTS_H

#include "domain/programme/programme.h"

/* ---- rules ---- */

struct rule_table {
    const char *name, *examples; /* members of the document */
    const char *label;           /* N_() */
    bool benefit;                /* an approval gives a margin, too */
};
extern const struct rule_table rule_tables[];
extern const size_t n_rule_tables;
const struct rule_table *rule_table(const char *name); /* NULL: there is none */
const struct vocabulary *rule_table_words(const struct programme *p, const struct rule_table *t);
const struct ruleset *rule_table_set(const struct programme *p, const struct rule_table *t);

/* What a rule's JSON says beyond its conditions; zero where it says nothing readable. */
struct rule_head {
    const char *id, *name, *name_de, *sentence, *sentence_de;
    const char *outcome; /* as written */
    int64_t protection_days, review_hours;
    double benefit_percent;
    bool working_hours;
    const char *queue, *next_step;
};
struct rule_head rule_head(const json_t *rule);
/* Name in C's language, else the id. */
const char *rule_title(struct call *c, const struct rule_head *r);
/* "Approve" with its mark, and "90 days, 12%". */
const char *outcome_label(struct call *c, const char *outcome, const char **mark);
const char *outcome_then(struct call *c, const struct programme *p, const struct rule_head *r, bool benefit);

/* ---- lists of items with a key ---- */

/* ITEM_STAGE: probability, forecast and what it requires. */
enum item_member {
    ITEM_LABEL_DE = 1,
    ITEM_COUNTRIES = 2,
    ITEM_ROLE = 4,
    ITEM_ACTIVE = 8,
    ITEM_TIERS = 16,
    ITEM_STAGE = 32
};

struct list_form {
    const char *name;        /* member of the document */
    const char *label, *one; /* N_("Tiers"), N_("Tier") */
    const char *hint;        /* N_() */
    unsigned members;        /* enum item_member, beside key and label */
    const char *empty;       /* N_(): what holds while the list has none; NULL: nothing special */
};
extern const struct list_form list_forms[];
extern const size_t n_list_forms;
const struct list_form *list_form(const char *name);
/* Whose work a queue is. */
extern const struct option queue_role_options[];

/* ---- single values (settings.c) ---- */

enum setting_kind {
    SETTING_LINE,
    SETTING_CURRENCY,
    SETTING_ZONE,
    SETTING_SWITCH,
    SETTING_WHOLE,
    SETTING_CLOCK,    /* 09:00 */
    SETTING_WEEKDAYS, /* some of mon .. sun */
    SETTING_DAYS,     /* a list of dates */
    SETTING_WHOLES,   /* a list of whole numbers */
    SETTING_ROLES,    /* some of the roles */
};

struct setting {
    const char *path;                /* "limits.activity_days" */
    const char *section;             /* N_(): settings of one section follow each other */
    const char *label, *hint, *unit; /* N_(); unit: days, hours, % or NULL */
    enum setting_kind kind;
    int64_t min, max;      /* of whole numbers */
    const char *otherwise; /* JSON that holds where the document says nothing */
};
extern const struct setting settings[];
extern const size_t n_settings;
const struct setting *setting(const char *path);
/* The value at a path of at most three members, or NULL; the default where the document has none. */
const json_t *setting_value(struct call *c, const json_t *document, const struct setting *s);
/* In words: "90 days", "Mon, Tue", "yes". */
const char *setting_text(struct call *c, const struct setting *s, const json_t *value);

extern const struct option weekday_options[];
/* A member of an item, or any value, in words. */
const char *member_text(struct call *c, const struct programme *p, const char *member, const json_t *v);

#endif
