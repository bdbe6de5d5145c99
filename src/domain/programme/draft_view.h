/* What the pages of a draft are given. Private to the programme's pages and their templates. */
#ifndef TANDEM_DRAFT_VIEW_H
#define TANDEM_DRAFT_VIEW_H

#include "domain/programme/changes.h"
#include "domain/programme/conditions.h"
#include "domain/programme/draft.h"
#include "domain/programme/parts.h"
#include "face/derived.h"

/* ---- the frame ---- */

struct line_view {
    const char *text, *href;
};

struct step_view {
    const char *what, *who;
    struct instant at;
};

struct conflict_view {
    const char *name, *where, *base, *mine, *theirs, *error;
};

struct draft_view {
    const char *id, *path; /* "/programme-drafts/pgd_..." */
    const char *csrf, *hash, *hash_short, *title, *note, *author, *asked, *state, *mark;
    const char *effective, *day; /* in words; as forms send it, "" for at once */
    const char *latest;          /* what the last step was about: a rule's id */
    const char *part;            /* rules, extensions, lists, settings, document */
    const char *here;            /* of the address: "?part=rules" */
    const char *warning;         /* of a table that approves everything or nothing */
    const char *detail;          /* why a form was refused, where no field says it */
    struct line_view *refused;   /* what fields say instead; it stands beside them, too, where there is one */
    size_t n_refused;
    int64_t number, base, newest, version;
    struct instant base_since;
    bool open, edits, publishes, writes, simulates, final, can_undo, can_redo;
    struct line_view *problems; /* those that stand at no rule, item or field of the page, too */
    size_t n_problems;
    const struct programme_changes *changes;
    size_t n_changes; /* counted */
    struct step_view *steps;
    size_t n_steps;
    struct part_field second, title_field, note_field, day_field; /* of forms */
    struct conflict_view *conflicts;
    size_t n_conflicts;
    struct part_tab tabs[5];
    struct line_view file;
};

/* ---- rules ---- */

struct said_view {
    const char *label, *was, *is; /* was: what the base has, where it differs; is NULL: taken away */
    const char *wrong;
};

struct draft_cell {
    struct said_view *items;
    size_t n;
};

struct condition_control {
    const char *name; /* "when.2" */
    const char *label, *fact, *op, *plain, *error, *unit;
    const struct part_option *ops, *options;
    size_t n_ops, n_options;
    bool *checked; /* several of the options; NULL: one */
    const char *value, *type, *inputmode;
    bool takes_value;
};

struct fact_choice {
    const char *name, *label;
};

struct rule_edit {
    const char *table;
    struct part_field id, name, name_de, sentence, sentence_de;
    struct part_field outcome, days, percent, queue, hours, working, next;
    struct condition_control conditions[GROUP_COUNT][RULES_MAX_CONDITIONS];
    size_t n[GROUP_COUNT];
    bool benefit, refused;
};

struct draft_rule {
    size_t number;
    const char *table, *id, *name, *was_name, *sentence, *href;
    bool added, removed, first, last;
    int64_t was_place; /* 0: not moved */
    struct draft_cell cells[GROUP_COUNT];
    const char *mark, *outcome, *then, *was_outcome, *was_then;
    const char **problems;
    size_t n_problems;
    struct rule_edit *edit; /* NULL: not open */
};

struct trace_view {
    const char *rule, *why;
    bool hit;
};

struct fact_control {
    struct condition_control control;
};

struct example_edit {
    struct part_field name, expect, rule;
    struct condition_control *facts;
    size_t n;
};

struct draft_example {
    const char *table, *name, *href, *expect, *expect_mark, *got, *got_mark, *by, *by_id, *facts;
    bool passes, tried, open;
    const char *problem;
    struct trace_view *trace;
    size_t n_trace;
    struct example_edit *edit;
};

struct rules_part {
    const struct rule_table *table;
    struct draft_rule *rules;
    size_t n;
    struct draft_example *examples;
    size_t n_examples, n_failing;
    struct fact_choice *facts[GROUP_COUNT]; /* to add */
    size_t n_facts[GROUP_COUNT];
    struct part_field registration;
};

enum status draft_rules_part(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct rule_table *t, const struct programme *base, const struct draft_read *read,
    struct rules_part *out) MUST;

/* ---- lists and values ---- */

struct draft_item {
    const char *key, *label, *label_de, *countries, *role, *tiers, *stage, *href;
    bool active, first, last, open, added;
    struct part_field controls[6];
    size_t n_controls;
    const char *problem;
};

struct list_part {
    const struct list_form *form;
    const char *label, *one, *hint, *empty, *problem;
    struct draft_item *items;
    size_t n;
    struct part_field controls[6]; /* of a new one */
    size_t n_controls;
};

struct setting_control {
    const char *name, *label, *hint, *error, *unit, *was;
    struct part_field field;
    bool set; /* boxes: checked[i] belongs to field.options[i] */
    bool *checked;
};

struct settings_section {
    const char *label;
    struct setting_control *items;
    size_t n;
};

struct lists_part {
    struct list_part *lists;
    size_t n;
};

struct settings_part {
    struct settings_section *sections;
    size_t n;
};

void draft_lists_part(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct programme *base, const struct draft_read *read, struct lists_part *out);
void draft_settings_part(struct call *c, struct page_request *r, const struct programme *base,
    const struct draft_read *read, struct settings_part *out);

/* Opens the rule or example that the address or a refused form names (draft_edit_view.c). */
void draft_open_rule(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct rule_table *t, const struct draft_read *read, struct rules_part *out);

/* Problems whose path begins with PATH and then ends, or goes on with "." or "[". */
size_t draft_problems_at(struct call *c, const struct problem *p, const char *path, const char ***out);

#endif
