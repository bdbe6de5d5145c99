/* The feed's events as counts: which decision, by whom, after how long; overrides, disputes, extensions. */
#include "base/json.h"
#include "domain/fairness/fairness.h"

#include <math.h>

int fairness_step(int64_t seconds)
{
    return seconds < 1 ? 0 : 1 + (int)(8 * log2((double)seconds) + 1e-9);
}

int64_t fairness_step_seconds(int step)
{
    return step < 1 ? 0 : (int64_t)(exp2((step - 0.5) / 8) + 0.5);
}

/* ---- counts of one batch ---- */

#define KEYS_MAX 4096

struct tally {
    struct call *c;
    struct key {
        int quarter, bucket;
        const char *measure;
        int64_t n;
    } * keys;
    size_t n;
    int quarter; /* of the event that is being read */
};

static void add(struct tally *t, const char *measure, int bucket)
{
    for (size_t i = t->n; i-- > 0;) {
        struct key *k = &t->keys[i];
        if (k->quarter == t->quarter && k->bucket == bucket && streq(k->measure, measure)) {
            k->n++;
            return;
        }
    }
    ASSERT(t->n < KEYS_MAX);
    t->keys[t->n++] = (struct key){t->quarter, bucket, measure, 1};
}

static enum status store(struct tally *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        struct value args[4] = {v_int(k->quarter), v_text(k->measure), v_int(k->bucket), v_int(k->n)};
        TRY(db_exec(t->c->db,
            "insert into fairness (quarter, measure, bucket, n) values ($1, $2, $3, $4) "
            "on conflict (quarter, measure, bucket) do update set n = fairness.n + excluded.n",
            args, 4));
    }
    return OK;
}

/* ---- what an event counts as ---- */

/* From the moment at which it was left to a person. */
static enum status waited(
    struct tally *t, const struct feed_event *e, struct instant decided, int64_t *seconds)
{
    struct value args[2] = {v_int(e->row_id), v_int(decided.us)};
    struct rows rows;
    TRY(db_query(t->c->db, t->c->arena, &rows,
        "select max(created) from decision where registration_id = $1 and outcome = 'review' and kind = "
        "'registration' and created < $2",
        args, 2));
    int64_t since = rows.n ? cell_int(&rows, 0, 0) : 0;
    *seconds = since ? (decided.us - since) / US_PER_SECOND : 0;
    return OK;
}

static const char *text_at(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "";
}

static enum status take_statement(struct tally *t, const struct feed_event *e)
{
    const char *error;
    const json_t *s = json_read(t->c->arena, e->statement, strlen(e->statement), &error);
    const json_t *decision = json_object_get(s, "decision");
    const char *type = text_at(s, "type"), *outcome = text_at(decision, "outcome");
    bool by_rules = streq(text_at(decision, "by"), "rules"), final = !streq(outcome, "review");
    struct instant at = e->at;
    int64_t seconds = 0;
    if (!decision || !final)
        return OK;
    if (streq(type, "extension"))
        add(t, streq(outcome, "approve") ? "extension_granted" : "extension_declined", 0);
    if (streq(type, "override"))
        add(t, "override_confirmed", 0);
    if (!streq(type, "registration") && !streq(type, "decision"))
        return OK;
    if (!by_rules && instant_parse(text_at(s, "at"), &at))
        TRY(waited(t, e, at, &seconds));
    add(t, by_rules ? "by_rules" : "by_person", 0);
    add(t, "time", fairness_step(seconds));
    return OK;
}

static enum status take_ruling(struct tally *t, const struct feed_event *e)
{
    static const char *const outcomes[] = {"upheld", "moved", "shared", "compensated"};
    const char *error;
    const json_t *p = json_read(t->c->arena, e->payload, strlen(e->payload), &error);
    const char *remedy = text_at(json_object_get(p, "after"), "remedy");
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (streq(outcomes[i], remedy))
            add(t, outcomes[i], 0);
    return OK;
}

static enum status take_event(struct tally *t, const struct feed_event *e)
{
    if (e->statement && streq(e->noun, "registration"))
        return take_statement(t, e);
    if (streq(e->noun, "override") && streq(e->verb, "create"))
        add(t, "override_asked", 0);
    if (!streq(e->noun, "dispute"))
        return OK;
    if (streq(e->verb, "create"))
        add(t, "dispute", 0);
    if (streq(e->verb, "withdraw"))
        add(t, "withdrawn", 0);
    return streq(e->verb, "rule") ? take_ruling(t, e) : OK;
}

static enum status take(struct call *c, const struct feed_event *events, size_t n)
{
    struct tally t = {.c = c, .keys = ARENA_ARRAY(c->arena, KEYS_MAX, struct key)};
    for (size_t i = 0; i < n; i++) {
        int year, month, day;
        date_split(date_in(c->catalog->zone, events[i].at), &year, &month, &day);
        t.quarter = year * 4 + (month - 1) / 3;
        TRY(take_event(&t, &events[i]));
    }
    return store(&t);
}

static enum status clear(struct call *c)
{
    return db_exec(c->db, "delete from fairness", NULL, 0);
}

const struct follower fairness_follower = {.name = "fairness", .clear = clear, .take = take};
