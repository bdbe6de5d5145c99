#include "domain/registration/decision_view.h"

#include "base/id.h"
#include "domain/log/keys.h"
#include "domain/registration/extension.h"
#include "domain/registration/waitlist.h"
#include "face/derived.h"
#include "runtime/sequencer.h"

static bool partner_reads(const struct call *c)
{
    return role_audience(c->viewer->role) == PARTNER;
}

static const char *vendor_name(const struct call *c)
{
    return c->catalog->vendor;
}

/* The money that a registration earns at its margin. */
static struct money registration_benefit(const struct registration *r)
{
    double minor = (double)r->amount.minor * r->benefit_percent / 100;
    return (struct money){(int64_t)(minor + 0.5)};
}

const char *registration_text(struct call *c, struct html *h, const struct row *row, const char *field)
{
    int at = field_find(registration_noun.fields, registration_noun.n_fields, field);
    return value_text(c, h, &registration_noun, row, (size_t)at);
}

const char *registration_what(struct call *c, struct html *h, const struct row *row)
{
    return arena_printf(c->arena, "%s · %s", registration_text(c, h, row, "product_line_id"),
        registration_text(c, h, row, "amount"));
}

/* ---- the days ---- */

static void add_mark(struct decision_view *v, struct date day, const char *label, bool now)
{
    size_t at = v->n_marks++;
    for (; at > 0 && v->marks[at - 1].day.days > day.days; at--)
        v->marks[at] = v->marks[at - 1];
    v->marks[at] = (struct mark_view){day, label, now};
}

/* From the registration to the end; the month in which the partner expects to close tells whether it lasts.
 */
static void fill_until(struct call *c, struct html *h, const struct registration *r, struct instant created,
    struct decision_view *v)
{
    const struct zone *zone = c->catalog->zone;
    struct date from = date_in(zone, created), end = date_in(zone, r->protected_until),
                today = date_in(zone, c->now);
    v->until = r->protected_until;
    v->until_label = partner_reads(c) ? TR(c, "Protected for you until") : TR(c, "Protected until");
    v->left = fmt_days_left(h, r->protected_until);
    bool past = today.days > end.days, later = today.days > from.days && !past;
    add_mark(v, from, TR(c, "Registered"), !later && !past);
    if (later)
        add_mark(v, today, TR(c, "Today"), true);
    add_mark(v, end, TR(c, "Ends"), past);
    if (r->close_month.days > from.days)
        add_mark(v, r->close_month, TR(c, "Expected close"), false);
}

/* ---- the three answers ---- */

static enum status contact_answer(
    struct call *c, struct html *h, const struct registration *r, struct answer_view *a)
{
    struct value args[1] = {v_int(r->contact_id.id)};
    struct rows rows;
    a->label = partner_reads(c) ? arena_printf(c->arena, TR(c, "Your contact at %s"), vendor_name(c))
                                : TR(c, "Contact on our side");
    TRY(db_query(c->db, c->arena, &rows,
        "select name, phone, email from person where id = $1 and partner_id is null and state <> 'inactive'",
        args, 1));
    if (!rows.n) {
        a->strong = TR(c, "Channel operations");
        return OK;
    }
    const char *phone = cell_text(&rows, 0, 1), *email = cell_text(&rows, 0, 2);
    a->strong = cell_text(&rows, 0, 0);
    if (phone && *phone) {
        a->href = fmt_tel(h, phone);
        a->link = phone;
    }
    a->href2 = fmt_mailto(h, email);
    a->link2 = email;
    return OK;
}

/* What one can do after a decline; the rule names which. */
static const struct next_step {
    const char *key, *strong, *text;
} next_steps[] = {
    {"waitlist", N_("Join the waitlist"),
        N_("When the customer is free, the next in the log's order is offered it.")},
    {"ask", N_("Ask your contact"), N_("They tell you what has to happen first.")},
    {"dispute", N_("Say why you disagree"),
        N_("Show that you were there first; somebody without a stake decides.")},
    {"account_team", N_("Ask the account team"), N_("They tell you whether the customer needs a partner.")},
    {"requirement", N_("Meet what is missing"), N_("Below stands what would change the answer.")},
    {NULL, N_("Ask your contact"), N_("They know the customer and what is possible.")},
};

/* Where the partner stands on the waitlist, and what it can do there; how many wait it never reads. */
static enum status waitlist_answer(struct call *c, struct html *h, int64_t id, struct answer_view *a)
{
    struct waitlist_entry e;
    int64_t entry;
    bool may;
    TRY(waitlist_entry_of(c, id, &entry, &e));
    const char *at = arena_printf(c->arena, "/waitlist-entries/%s", id_text(c->arena, "wai", entry));
    if (entry && streq(e.state, "offered")) {
        a->strong = TR(c, "It is free: yours to take");
        a->strong_title = fmt_exact(h, e.offer_due);
        a->text = arena_printf(c->arena, TR(c, "Held for you until %s, %s."),
            fmt_date(h, date_in(h->zone, e.offer_due)), fmt_clock(h, e.offer_due));
        a->act = (struct act_button){arena_printf(c->arena, "%s/accept", at), TR(c, "Accept"), true};
        a->act2 = (struct act_button){arena_printf(c->arena, "%s/pass", at), TR(c, "Pass"), false};
    } else if (entry && streq(e.state, "waiting")) {
        a->strong = TR(c, "You are on the waitlist");
        a->text = TR(c, "We tell you when the customer is offered to you.");
        a->act =
            (struct act_button){arena_printf(c->arena, "%s/leave", at), TR(c, "Leave the waitlist"), false};
    } else {
        TRY(waitlist_may_join(c, id, &may));
        if (may)
            a->act = (struct act_button){
                arena_printf(c->arena, "/registrations/%s/join_waitlist", id_text(c->arena, "reg", id)),
                TR(c, "Join the waitlist"), true};
    }
    return OK;
}

static struct answer_view after_decline(struct call *c, const char *key)
{
    size_t i = 0;
    while (next_steps[i].key && !streq(next_steps[i].key, key))
        i++;
    return (struct answer_view){
        .label = partner_reads(c) ? TR(c, "Next step") : TR(c, "What the partner is told"),
        .strong = TR(c, next_steps[i].strong),
        .text = TR(c, next_steps[i].text)};
}

static struct answer_view earns(struct call *c, struct html *h, const struct registration *r)
{
    return (struct answer_view){.label = partner_reads(c) ? TR(c, "You earn") : TR(c, "The partner earns"),
        .strong = fmt_money(h, registration_benefit(r), r->currency),
        .text = arena_printf(c->arena, TR(c, "%s registration margin"),
            fmt_percent(h, r->benefit_percent / 100, r->benefit_percent == (int)r->benefit_percent ? 0 : 1))};
}

static struct answer_view registered(struct call *c, struct html *h, const struct row *row)
{
    return (struct answer_view){.label = TR(c, "Registered"),
        .strong = fmt_date(h, date_in(c->catalog->zone, row->created)),
        .text = registration_text(c, h, row, "person_id")};
}

/* For the partner; the vendor reads who asked. */
static struct answer_view register_again(
    struct call *c, struct html *h, const struct row *row, const struct registration *r)
{
    if (!partner_reads(c))
        return registered(c, h, row);
    struct buf to = buf_in(c->arena, 4096);
    buf_adds(&to, "/register?company=");
    buf_add_url(&to, row->name);
    buf_addf(
        &to, "&country=%s&product_line_id=%s", r->country, id_text(c->arena, "pln", r->product_line_id.id));
    return (struct answer_view){.label = TR(c, "Register again"),
        .strong = TR(c, "At any time"),
        .href = buf_str(&to),
        .link = TR(c, "Register")};
}

static const char *queue_label(struct call *c, const char *queue)
{
    const struct catalog_item *item = queue ? catalog_item(catalog_find(c->catalog, "queues"), queue) : NULL;
    return item ? item->label[call_lang(c)] : TR(c, "Channel operations");
}

static enum status fill_answers(struct call *c, struct html *h, const struct row *row,
    const struct registration *r, const char *next_step, struct decision_view *v)
{
    struct answer_view *a = v->answers;
    TRY(contact_answer(c, h, r, &a[1]));
    if (streq(r->state, "approved")) {
        a[0] = earns(c, h, r);
        a[2] = (struct answer_view){.label = TR(c, "Next step"),
            .strong = r->heartbeat_due.us ? TR(c, "Log an activity") : TR(c, "Close the deal"),
            .text = r->heartbeat_due.us
                        ? arena_printf(c->arena, TR(c, "by %s, else the protection lapses early"),
                              fmt_day(h, date_in(c->catalog->zone, r->heartbeat_due)))
                        : arena_printf(c->arena, TR(c, "Expected close %s"), fmt_month(h, r->close_month))};
    } else if (streq(r->state, "review")) {
        a[0] = (struct answer_view){.label = TR(c, "Answer due"),
            .strong = arena_printf(
                c->arena, "%s, %s", fmt_day(h, date_in(h->zone, r->review_due)), fmt_clock(h, r->review_due)),
            .strong_title = fmt_exact(h, r->review_due),
            .text = fmt_ago(h, r->review_due)};
        a[2] = (struct answer_view){.label = TR(c, "Who looks at it"),
            .strong = queue_label(c, r->queue),
            .text = partner_reads(c) ? TR(c, "You find the answer here; there is nothing to do until then.")
                                     : NULL};
    } else if (streq(r->state, "converted")) {
        a[0] = earns(c, h, r);
        a[2] = (struct answer_view){.label = TR(c, "Next step"),
            .strong = TR(c, "Win it together"),
            .text = TR(c, "The claim stands until the deal is won or lost.")};
    } else if (streq(r->state, "declined")) {
        a[0] = after_decline(c, next_step);
        if (partner_reads(c)) {
            TRY(waitlist_answer(c, h, row->id, &a[0]));
            a[0].href =
                arena_printf(c->arena, "/registrations/%s/dispute", id_text(c->arena, "reg", row->id));
            a[0].link = r->disputed ? NULL : TR(c, "Dispute this");
        }
        a[2] = register_again(c, h, row, r);
    } else {
        a[0] = streq(r->state, "won") ? earns(c, h, r)
                                      : (struct answer_view){.label = TR(c, "Ended"),
                                            .strong = fmt_date(h, date_in(c->catalog->zone, row->updated))};
        a[2] = register_again(c, h, row, r);
    }
    return OK;
}

/* ---- why ---- */

static const char *const outcome_marks[] = {
    [OUTCOME_DECLINE] = "no", [OUTCOME_REVIEW] = "review", [OUTCOME_APPROVE] = "ok"};
static const char *const outcome_words[] = {[OUTCOME_DECLINE] = N_("Declined"),
    [OUTCOME_REVIEW] = N_("In review"),
    [OUTCOME_APPROVE] = N_("Approved")};

static void fill_facts(struct call *c, const struct explanation *e, struct decision_view *v)
{
    v->used = ARENA_ARRAY(c->arena, e->n_facts + 1, const struct explained_fact *);
    v->others = ARENA_ARRAY(c->arena, e->n_facts + 1, const struct explained_fact *);
    for (size_t i = 0; i < e->n_facts; i++) {
        if (e->facts[i].used)
            v->used[v->n_used++] = &e->facts[i];
        else if (!partner_reads(c))
            v->others[v->n_others++] = &e->facts[i];
    }
}

static void fill_changes(struct call *c, const struct explanation *e, struct decision_view *v)
{
    v->changes = ARENA_ARRAY(c->arena, e->n_changes + 1, struct change_view);
    for (size_t i = 0; i < e->n_changes; i++)
        v->changes[v->n_changes++] = (struct change_view){.condition = e->changes[i].condition,
            .mark = outcome_marks[e->changes[i].outcome],
            .outcome = TR(c, outcome_words[e->changes[i].outcome]),
            .then = e->changes[i].then};
    v->can_change = e->outcome != OUTCOME_APPROVE;
    v->no_change = partner_reads(c) ? TR(c, "Nothing that you can change yourself.")
                                    : TR(c, "Nothing that the partner can change by itself.");
}

static void fill_rules(struct call *c, const struct explanation *e, struct decision_view *v)
{
    v->steps = e->steps;
    v->n_steps = e->n_steps;
    v->sentence = e->sentence;
    v->hit_mark = outcome_marks[e->outcome];
    v->rules_left = e->rules_total - e->rules_tried;
    v->programme_number = e->programme_number;
    v->at = e->at;
    v->decided =
        arena_printf(c->arena, TR(c, "Decided by rule %d in the request, without a person"), e->rule_number);
    v->rules_href = arena_printf(c->arena, "/rules?version=%lld", (long long)e->programme_number);
    v->rules_label =
        arena_printf(c->arena, TR(c, "Rules of engagement, version %lld"), (long long)e->programme_number);
    fill_facts(c, e, v);
    fill_changes(c, e, v);
}

static void fill_ruling(struct call *c, struct html *h, const struct explanation *e, struct decision_view *v)
{
    const char *who = e->decided_by ? e->decided_by : vendor_name(c);
    v->reason = e->reason;
    v->ruled = e->outcome == OUTCOME_APPROVE
                   ? arena_printf(c->arena, TR(c, "Approved by %s, %s"), who, fmt_ago(h, e->at))
                   : arena_printf(c->arena, TR(c, "Declined by %s, %s"), who, fmt_ago(h, e->at));
}

/* An imported registration has no decision: then its reasons are left out. */
static enum status explain_or_not(struct call *c, int64_t id, bool latest, struct explanation *e, bool *found)
{
    struct problem *before = c->problem;
    enum status s = registration_explain(c, id, latest, e);
    c->problem = before;
    *found = s == OK;
    return s == REFUSED ? OK : s;
}

/* ---- receipt ---- */

/* "9c41 e07b … 70be 33c9": enough for two people to compare by telephone. */
static const char *fingerprint(struct arena *a, const struct hash *leaf)
{
    struct buf b = buf_in(a, 128);
    const unsigned char *p = leaf->b;
    buf_addf(&b, "%02x%02x %02x%02x … %02x%02x %02x%02x", p[0], p[1], p[2], p[3], p[28], p[29], p[30], p[31]);
    return buf_str(&b);
}

/* When the log's newest checkpoint was signed, as it says itself. */
static enum status signed_at(struct call *c, struct page_request *r, struct html *h, const char **out)
{
    struct tree_head head;
    struct checkpoint cp;
    struct instant t;
    struct note_keys *keys = ARENA_NEW(c->arena, struct note_keys);
    *out = NULL;
    TRY(tree_head_read(c->db, c->arena, "log", &head));
    TRY(log_keys_read(c->db, c->arena, r->log_key, keys));
    if (head.checkpoint && note_keys_open(&cp, head.checkpoint, strlen(head.checkpoint), keys, NULL) &&
        *cp.time && instant_parse(cp.time, &t))
        *out = fmt_iso(h, t);
    return OK;
}

static enum status fill_receipt(
    struct call *c, struct page_request *r, struct html *h, int64_t id, struct decision_view *v)
{
    struct buf file = buf_in(c->arena, 1 << 20);
    struct problem *before = c->problem;
    uint64_t index, size;
    struct hash leaf;
    enum status s = registration_receipt(c, id, RECEIPT_NEWEST, &file, &index, &size, &leaf);
    c->problem = before;
    if (s == REFUSED)
        return OK;
    TRY(s);
    struct receipt_view *out = ARENA_NEW(c->arena, struct receipt_view);
    out->id = id_text(c->arena, "reg", id);
    out->entry =
        arena_printf(c->arena, TR(c, "%s of %s"), fmt_int(h, (int64_t)index + 1), fmt_int(h, (int64_t)size));
    out->fingerprint = fingerprint(c->arena, &leaf);
    out->href = arena_printf(c->arena, "/registrations/%s/receipt", out->id);
    out->file = arena_printf(c->arena, "%s.receipt.json", out->id);
    out->command = arena_printf(c->arena, "tandem verify %s --key log.key", out->file);
    v->receipt = out;
    return signed_at(c, r, h, &out->signed_at);
}

/* ---- the whole ---- */

static const char *word(struct call *c, const struct registration *r, const struct state *state)
{
    if (streq(r->state, "approved"))
        return TR(c, "Approved");
    return TR(c, state->label);
}

enum status decision_view_load(
    struct call *c, struct page_request *r, struct html *h, const struct row *row, struct decision_view *out)
{
    struct registration reg;
    struct explanation rules, newest;
    bool by_rules, by_any;
    const struct state *state = row_state(&registration_noun, row);
    TRY(registration_whole(c, row->id, &reg));
    TRY(explain_or_not(c, row->id, false, &rules, &by_rules));
    TRY(explain_or_not(c, row->id, true, &newest, &by_any));
    *out = (struct decision_view){.prefix = "d",
        .csrf = r->csrf,
        .page = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", row->id)),
        .mark = state->mark,
        .word = word(c, &reg, state),
        .company = row->name,
        .what = registration_what(c, h, row)};
    if (reg.protected_until.us && !streq(reg.state, "withdrawn"))
        fill_until(c, h, &reg, row->created, out);
    bool by_person = by_any && !newest.rule_id;
    if (by_person)
        fill_ruling(c, h, &newest, out);
    if (by_rules)
        fill_rules(c, &rules, out);
    TRY(fill_answers(c, h, row, &reg, by_person || !by_rules ? NULL : rules.next_step, out));
    return fill_receipt(c, r, h, row->id, out);
}

/* ---- an extension ---- */

static const char *extension_word(struct call *c, struct html *h, const struct extension *e)
{
    const struct zone *zone = c->catalog->zone;
    if (streq(e->state, "approved"))
        return arena_printf(
            c->arena, TR(c, "Extended until %s"), fmt_date(h, date_in(zone, e->protected_until)));
    if (streq(e->state, "review"))
        return arena_printf(c->arena, TR(c, "Extension in review, answer by %s, %s"),
            fmt_date(h, date_in(h->zone, e->review_due)), fmt_clock(h, e->review_due));
    return TR(c, "Extension declined");
}

enum status extension_view_load(
    struct call *c, struct html *h, const struct row *row, struct decision_view *out)
{
    struct extension e;
    struct explanation rules;
    struct problem *before = c->problem;
    row_record(&extension_noun, row, &e);
    const struct state *state = row_state(&extension_noun, row);
    *out = (struct decision_view){.prefix = id_text(c->arena, "ext", row->id),
        .mark = state->mark,
        .word = extension_word(c, h, &e),
        .company = value_text(c, h, &extension_noun, row,
            (size_t)field_find(extension_noun.fields, extension_noun.n_fields, "evidence")),
        .what = arena_printf(
            c->arena, "%s%s%s", fmt_day(h, e.day), e.with_whom ? " · " : "", e.with_whom ? e.with_whom : "")};
    if (e.reason) {
        out->reason = e.reason;
        out->ruled = arena_printf(c->arena,
            streq(e.state, "approved") ? TR(c, "Approved by a person, %s")
                                       : TR(c, "Declined by a person, %s"),
            fmt_ago(h, e.decided));
    }
    TRY(files_of(c, h, out->prefix, &out->files, &out->n_files));
    enum status s = extension_explain_stored(c, row->id, &rules);
    c->problem = before;
    if (s == OK) {
        fill_rules(c, &rules, out);
        out->rules_href = arena_printf(c->arena, "%s#extensions", out->rules_href);
        out->rules_label = arena_printf(
            c->arena, TR(c, "Rules of extensions, version %lld"), (long long)rules.programme_number);
    }
    return s == REFUSED ? OK : s;
}
