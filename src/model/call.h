/*
 * One call: who asks, when, with what, on which connection. Every verb, list and page gets one and nothing
 * else; command line, jobs, imports and HTTP make the same ones.
 */
#ifndef TANDEM_CALL_H
#define TANDEM_CALL_H

#include "base/arena.h"
#include "base/problem.h"
#include "base/time.h"
#include "model/catalog.h"
#include "model/verb.h"
#include "store/store.h"

#include <jansson.h>

enum token_scope { SCOPE_READ = 1, SCOPE_WRITE = 2, SCOPE_ALL = 3, SCOPE_CALENDAR = 4 };

struct viewer {
    int64_t person_id;
    const char *name, *email;
    enum role role;
    int64_t partner_id; /* of a partner's person; 0 for the vendor's */
    const char *partner_name;
    unsigned scopes;  /* enum token_scope; a session has all */
    int64_t token_id; /* 0: a session */
    int64_t session_id;
    struct instant session_seen, session_proved; /* as it was written down; when who it is was last proven */
    enum lang lang;
    const struct zone *zone;
};
/* The viewer of jobs and clocks: sees and may do everything, and is recorded as the system. */
extern const struct viewer system_viewer;

struct log_end; /* runtime/sequencer.h */

/* What a writing verb leaves behind; the sequencer gives it its place (runtime/sequencer.h). */
struct decided;
struct event {
    struct event *next;
    const struct noun *noun;
    int64_t row_id;
    const char *verb;    /* what was done: "create", "approve" */
    const char *payload; /* JSON {"before":{..},"after":{..},...}; never a secret field */
    int64_t partner_id;  /* whose partner's row it is; 0: the vendor's own */
    bool partner_sees;   /* stands on the partner's timeline */
    /* A leaf of the transparency log, or NULL: canonical JSON, and its salt. */
    const char *statement;
    unsigned char salt[32];
    /* A decision by rules, so that the answer need not read it (domain/registration/registration.h); or NULL.
     */
    const struct decided *decided;
    /* Filled in by the sequencer. */
    int64_t seq;
    uint64_t leaf_index, tree_size;
    const struct log_end *end; /* of the log behind this commit; NULL: no statement */
};

/* A file that a verb answers with: at PATH until it was sent. */
struct answer_file {
    const char *path, *type, *name;
    const char *data; /* instead of the path: bytes in the call's arena */
    size_t len;
};

struct custom_field; /* model/custom.h */
struct custom_cache;
struct custom_keeper;
struct row;

struct programme_cache;
struct throttle;
/*
 * Which version is in force, as the call's snapshot or transaction has it, and for which instants (us, SINCE
 * included, UNTIL not); asked once. ASKED: the call has its catalog from it. ANSWER: it was asked ahead.
 */
struct programme_stamp {
    bool known, asked;
    struct db_query *answer;
    int64_t number, custom, since, until;
};

/*
 * A file that came with the call (multipart/form-data): in memory, or on disk until the answer. Never through
 * a field of text, so that nobody can name a file of the server's.
 */
#define SENT_FILE_FIELD "file" /* of files that a row takes, repeated for several */
struct sent_file {
    const char *field, *name; /* of the form's field, and as the sender calls the file */
    const char *data, *path;  /* one of them */
    size_t len;
};

struct call {
    struct arena *arena;
    const struct model *model;
    const struct viewer *viewer;
    const struct catalog *catalog;
    struct programme_cache *programme; /* domain/programme/programme.h */
    struct programme_stamp programme_stamp;
    struct custom_keeper *custom_keeper; /* model/custom.h; NULL: they are read for each call */
    struct instant now;
    struct db *db; /* a snapshot while preparing and reading, the transaction while running */

    const struct verb *verb;
    int64_t row_id;     /* of a verb on a row */
    int64_t if_version; /* If-Match: refused as stale when the row has another; 0: not asked */
    void *in;           /* the verb's input struct */
    uint64_t given;     /* a bit for each input field that was given */
    struct custom_input {
        const struct custom_field *field;
        struct value value;
    } * custom; /* custom fields that were given */
    size_t n_custom;
    const struct given *open; /* what a form gave below the verb's open name */
    size_t n_open;
    const struct sent_file *files;
    size_t n_files;
    struct custom_cache *custom_cache;
    void *plan; /* what prepare left for run */
    /*
     * What run will decide about, by name, where prepare knows it: locked for all verbs of a group at once
     * and in one order, so that two groups never wait for each other.
     */
    const char *const *locks;
    size_t n_locks;
    /* What run would lock next where it finds what prepare found: behind the locks of the whole group. */
    const char *const *late_locks;
    size_t n_late_locks;
    const char *base_url; /* how people reach the site, for links in mail */
    const char *session;  /* the secret that a browser's session cookie holds, of whatever worth; or NULL */
    const char *peer;     /* the address that calls, or NULL */
    const char *agent;    /* what the browser calls itself, or NULL */
    struct throttle *throttle; /* base/throttle.h; NULL: nothing is counted */
    /* What a sign-in or sign-out asks of the face: set this session's cookie, or clear it. */
    const char *session_secret;
    bool session_trusted, session_clear;
    const char *leads_to; /* where a browser goes on, whatever its form says: a path of this site, or NULL */
    const char *idempotency_key; /* of a token's call, or a person's on many rows; NULL: none was given */
    struct value body_hash;      /* of what was sent with it */
    bool replayed;               /* the answer is that of the key's first call */
    bool mails;                  /* it left letters for the mailer (runtime/mail.h) */
    bool exporting;              /* what is read goes into a file (noun.export_scope) */
    struct snapshot *snapshot;   /* whose connection db is (face/site.h) */

    /*
     * The next row that is made gets this id, and its words and keys stand already; 0: neither. For imports,
     * which store those of many rows in order: strewn one by one they would cost many times the rows.
     */
    int64_t indexed_id;
    bool collided; /* an earlier try met a unique index: what is given may be in use already */

    int64_t result_id;                     /* the row that was made or changed */
    const char *result_json;               /* a verb's own answer, when it is not the row */
    void *result;                          /* the same for pages */
    const struct answer_file *result_file; /* instead of both */
    struct event *events, **events_end;
    struct problem *problem; /* set when REFUSED */
    /* RETRY, BROKEN: a field's reference could not be looked up, which is no fault of what was given. */
    enum status unread;
};

/* Resets what a run leaves behind, so that it can run again. */
void call_restart(struct call *c);
struct call *call_new(struct arena *a, const struct model *m, const struct viewer *v, struct instant now);

/* Records why and returns REFUSED. */
enum status call_refuse(struct call *c, enum problem_code code, const char *detail);
/* Refused for now: too many, with the seconds after which it may be tried again. */
enum status call_wait(struct call *c, int seconds, const char *detail);
/* A field's problem; the call is refused as invalid. Collects. */
enum status call_field(struct call *c, const char *field, const char *message);
static inline enum lang call_lang(const struct call *c)
{
    return c->viewer ? c->viewer->lang : LANG_EN;
}
#define TR(c, text) tr(call_lang(c), (text))

/* Whether the viewer's role and scopes allow the verb at all (a row's scope is checked when it is read). */
bool verb_allowed(const struct verb *v, const struct viewer *viewer);
bool noun_readable(const struct noun *n, const struct viewer *viewer);
/* Whether the viewer may see that field of the rows that he may see. */
bool field_visible(const struct field *f, const struct viewer *viewer);

/* Whether the row is in a state from which the verb starts. */
bool verb_starts(const struct verb *v, const struct row *row);

/*
 * Checks role, state and version, then runs. For the committer: in its transaction. RUN is not called when a
 * check refuses.
 */
enum status verb_run(struct call *c) MUST;
/* Role check and prepare, on a worker with c->db a snapshot. */
enum status verb_prepare(struct call *c) MUST;
/* What comes between, where the verb computes. */
enum status verb_compute(struct call *c) MUST;
/*
 * Looks for what the call's key got before, within 24 hours: fills in the result and sets c->replayed.
 * REFUSED when the key came with another body. verb_run does it, too; a face may ask first, so that a
 * repeated call is not judged by what it changed itself.
 */
enum status verb_replay(struct call *c) MUST;

/* ---- input (input.c) ---- */

/* What a JSON value was, where struct value does not say it. */
enum given_shape { GIVEN_SCALAR = 0, GIVEN_TRUTH, GIVEN_LIST, GIVEN_OTHER };

/* One given value, by name: text from forms and CSV (LOOSE), typed from JSON. A repeated name makes a set. */
struct given {
    const char *name;
    struct value value;
    bool loose;
    enum given_shape shape; /* list: its texts, one a line; other: nothing that a field could hold */
};
/*
 * Fills c->in from GIVEN through the verb's declared fields; all problems at once. Unknown names are refused
 * when STRICT (REST), ignored otherwise (forms carry buttons). References are resolved in the viewer's scope.
 */
enum status input_read(struct call *c, const struct given *given, size_t n, bool strict) MUST;
/* The fields of a verb's input: its own, or for generic create and update the noun's that the viewer may set.
 */
void verb_fields(const struct verb *v, const struct field **fields, size_t *n);
bool field_settable(const struct verb *v, const struct field *f, const struct viewer *viewer);
/* One value against one field, as input_read does it; NULL when it is good, else the message in the arena. */
const char *field_parse(struct call *c, const struct field *f, const struct given *g, struct value *out) MUST;
/* The same for an amount in CURRENCY (NULL: the programme's). */
const char *field_parse_amount(struct call *c, const struct field *f, const struct given *g,
    const char *currency, struct value *out) MUST;
/* A JSON object as given values; the members of "custom" become custom.<name>. Wrong types are input_read's.
 */
void given_from_json(struct call *c, const json_t *object, struct given **out, size_t *n);

/* ---- reading (read.c): no function reads a noun without a viewer ---- */

struct row {
    int64_t id, version;
    struct instant created, updated;
    struct value *v;      /* by the noun's fields; null where the viewer may not see it */
    const char **title;   /* of references, by field; NULL elsewhere */
    struct value *custom; /* by custom fields of the noun, as custom_fields() orders them */
    const char *name;     /* the row's own title */
};

struct filter {
    const char *field; /* a field, "created", or "custom.name" */
    const char *op;    /* "is", "not", "in", "at_least", "at_most", "above", "below", "known" */
    const char *value;
};

#define LIST_WHERE_ARGS 64

struct list_query {
    struct filter filters[12];
    size_t n_filters;
    const char *sort;  /* "created" or "-created"; NULL: the noun's order */
    const char *after; /* cursor as the last answer gave it */
    const char *search;
    bool merged;     /* rows that were merged into another, too */
    size_t limit;    /* 0: 50; at most 200 (streams take more) */
    uint64_t fields; /* by the noun's field index, which are read at least, the others being null; 0: all */
    /* A further condition of the caller's own code over "t", with its arguments as $1..; never a viewer's
     * text. */
    const char *where;
    struct value where_args[LIST_WHERE_ARGS];
    size_t n_where_args;
};

struct list {
    struct row *rows;
    size_t n;
    const char *next; /* cursor, or NULL at the end */
};

/* Not visible is not found. */
enum status noun_get(struct call *c, const struct noun *noun, int64_t id, struct row *out) MUST;
enum status noun_list(
    struct call *c, const struct noun *noun, const struct list_query *q, struct list *out) MUST;
/*
 * At most LIMIT rows with words that begin with those of TEXT, for who looks something up while typing: it
 * costs a millisecond however common the words are. Of what has only common words some may be left out; a
 * list's search (list_query.search) leaves out nothing.
 */
enum status noun_find(
    struct call *c, const struct noun *noun, const char *text, size_t limit, struct list *out) MUST;
/* At most CAP + 1, so that a count never scans everything. */
enum status noun_count(
    struct call *c, const struct noun *noun, const struct list_query *q, int64_t cap, int64_t *out) MUST;
/* The row that ROW was merged into, or that one was, and so on; 0: it stands by itself. Reads as the system.
 */
enum status noun_survivor(struct call *c, const struct noun *noun, const struct row *row, int64_t *id) MUST;
/* Fills the noun's struct with the row's values. */
void row_record(const struct noun *noun, const struct row *row, void *record);
/* The title of what the row's reference FIELD leads to; NULL where it leads nowhere that the viewer sees. */
const char *row_title(const struct noun *noun, const struct row *row, const char *field);
/* A row as the noun's struct, in one. */
enum status noun_load(struct call *c, const struct noun *noun, int64_t id, void *record) MUST;
/* The same as the system sees it: for code that has checked what the viewer may do. */
enum status noun_get_whole(struct call *c, const struct noun *noun, int64_t id, struct row *out) MUST;
enum status noun_load_whole(struct call *c, const struct noun *noun, int64_t id, void *record) MUST;
/*
 * Locks the row until the commit, as a verb on it does before it runs: for verbs on another row that change
 * it. Lock, then read.
 */
enum status noun_lock(struct call *c, const struct noun *noun, int64_t id) MUST;
/* The lock's name, for db_lock_names() of several at once. */
const char *noun_lock_name(struct arena *a, const struct noun *noun, int64_t id);

/* ---- writing (write.c): inside a verb's run, each leaves an event ---- */

/* RECORD is the noun's struct; only fields of the noun are stored. *ID 0: a new one is made. */
enum status noun_insert(struct call *c, const struct noun *noun, const void *record, int64_t *id) MUST;
/* A row that a verb makes by the way: its event says "create", and the call's answer stays another row. */
enum status noun_insert_beside(struct call *c, const struct noun *noun, const void *record, int64_t *id) MUST;
/*
 * Stores the fields of RECORD whose bit in MASK is set (by the noun's field index) where the row's version is
 * still what it was, as VERB ("update" when NULL). Nothing changed: no event.
 */
enum status noun_update(struct call *c, const struct noun *noun, int64_t id, const void *record,
    uint64_t mask, const char *verb) MUST;
#define FIELD_BIT(noun, member) noun_bit((noun), #member)
uint64_t noun_bit(const struct noun *noun, const char *field);
/* The words by which search finds the row, once each, with whose they are (search_token.scope). */
typedef void noun_word_fn(void *ctx, const char *word, int64_t scope);
void noun_words(
    struct call *c, const struct noun *noun, int64_t id, const void *record, noun_word_fn *fn, void *ctx);
/* The event that the last write of this call left, to add a statement or more payload to. */
struct event *call_last_event(struct call *c);
/* An event without a row's change ("sign_in", "check"). */
struct event *call_event(
    struct call *c, const struct noun *noun, int64_t row_id, const char *verb, const char *payload);

/* Generic verbs: the noun's own fields are the input. A noun with more to check wraps them (.._BY); behind
 * its function, what else the verb declares. */
enum status verb_create(struct call *c) MUST;
enum status verb_update(struct call *c) MUST;
/* For a generic update that checks the whole: puts the fields that were given onto RECORD, the noun's struct.
 */
void call_merge_given(const struct call *c, void *record);
#define GENERIC_CREATE_BY(the_noun, who, button, text, ...)                                                  \
    {                                                                                                        \
        .noun = &(the_noun), .name = "create", .label = (button), .done = N_("Created"), .summary = (text),  \
        .on = ON_COLLECTION, .roles = (who), .generic = true, .run = __VA_ARGS__                             \
    }
#define GENERIC_UPDATE_BY(the_noun, who, text, ...)                                                          \
    {                                                                                                        \
        .noun = &(the_noun), .name = "update", .label = N_("Edit"), .done = N_("Changed"),                   \
        .summary = (text), .on = ON_ROW, .roles = (who), .generic = true, .partial = true,                   \
        .run = __VA_ARGS__                                                                                   \
    }
#define GENERIC_CREATE(the_noun, who, button, text)                                                          \
    GENERIC_CREATE_BY(the_noun, who, button, text, verb_create)
#define GENERIC_UPDATE(the_noun, who, text) GENERIC_UPDATE_BY(the_noun, who, text, verb_update)

#endif
