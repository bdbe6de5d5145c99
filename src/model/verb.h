/*
 * A verb: what can be done, by whom, with which input. REST route, form, bulk act, command line and
 * permission matrix come from this table. A verb gets input only through its declared fields.
 */
#ifndef TANDEM_VERB_H
#define TANDEM_VERB_H

#include "model/noun.h"

struct call;

enum verb_on {
    ON_COLLECTION, /* makes a row: POST /api/v1/registrations/<verb>; "create" is POST /api/v1/registrations
                    */
    ON_ROW,        /* POST /api/v1/registrations/<id>/<verb>; "update" is PATCH, "delete" is DELETE */
};

/*
 * How documents call a verb so that it works in a fresh demo, and what it answers (face/example.h). What is
 * left out follows from the verb: any row of its states, the fields that it needs and one more.
 */
struct verb_example {
    const char *find;         /* which row: filters of the noun's list, "state=named" */
    const struct verb *after; /* another verb's example is called before; without FIND its row is taken */
    const char *fields;       /* what is sent, by names with commas; "" is nothing */
    const char *becomes;      /* the state in the answer */
    const char *answer;       /* JSON: what a verb with an answer of its own says */
};

struct verb {
    const struct noun *noun;
    const char *name;    /* "register", "create", "update", "approve" */
    const char *label;   /* N_("Approve"): the button */
    const char *summary; /* N_(): one sentence */
    enum verb_on on;
    unsigned roles;      /* 0 refuses everybody */
    bool reads;          /* changes nothing: runs on a snapshot, needs no committer */
    bool primary;        /* the page's one primary button */
    bool hidden;         /* no derived form or button: it has its own page */
    bool session;        /* opens or ends a browser's session: not offered to programs */
    bool signed_in;      /* only by who is signed in with a browser: no token may, and none is offered it */
    bool partial;        /* fields that are not given keep their value ("update") */
    const char *present; /* other input whose form begins with the row's own value, by names with commas */
    const char *const *from; /* states in which it may be called, ended by NULL; NULL: any */
    bool generic;            /* the input is the noun's own fields, those that the viewer may set */
    bool files;              /* takes files (call->files): REST accepts multipart/form-data, too */
    /* "when": a form's values that are named "when.…" come as they are (call->open): what data names, no
     * table can declare. NULL: none */
    const char *open;
    bool creates;           /* POST on the collection itself means this verb; "create" does by its name */
    const struct field *in; /* NULL: none, or generic */
    size_t n_in;
    size_t in_size;
    /*
     * PREPARE runs on a worker with a read snapshot: whatever is dear and pure; it may leave call->plan. RUN
     * runs in the transaction, re-reads what decides, and is short. Either refuses through call_refuse() or
     * call_field().
     */
    enum status (*prepare)(struct call *c);
    /*
     * Between the two, without a database, on one of a few threads of its own (runtime/heavy.h): what takes
     * tens of milliseconds of a processor, such as a password's hash. NULL: nothing does.
     */
    enum status (*compute)(struct call *c);
    enum status (*run)(struct call *c);
    /*
     * The verb of the same noun that takes this one back, on the row and asking for nothing; offered right
     * after it and there for as long as the row's state allows. A logged decision has none: another decision
     * reverses it.
     */
    const struct verb *undo;
    bool bulk;               /* on a row: may be called on many at once (face/bulk.h) */
    const char *bulk_fields; /* the input that many rows may be given, by names with commas; NULL: all */
    const char *done;        /* N_("Approved."): said afterwards; NULL: the label */
    bool answers;            /* REST gets JSON of its own (c->result_json) where a row would stand */
    bool downloads;          /* it answers with a file (c->result_file) */
    struct verb_example example;
    const char *shows; /* N_(): stands above a text that is shown once (c->result); NULL: there is none */
};

#define INPUT(type, table) .in = (table), .n_in = COUNT(table), .in_size = sizeof(type)

#endif
