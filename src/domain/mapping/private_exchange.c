/*
 * What the other side's program sends and gets. A message is looked at and answered outside the transaction,
 * for it takes seconds of a processor; then it is written down that the run has come so far, if it still
 * stands where it did.
 */
#include "base/id.h"
#include "domain/mapping/private.h"
#include "domain/notice/notice.h"
#include "engine/psi/psi.h"
#include "face/page.h"

#include <stdio.h>

struct exchange {
    struct private_run run;
    int64_t step;
    const struct value *saved; /* NULL kind: nothing was sent yet */
    const char *message;
    size_t n;
    struct match_company *company;
    struct rows list;
    struct psi_keys keys;
    /* what came of it */
    struct psi psi;
    struct buf out, state;
    bool waits; /* for the people of the list's owner */
};

/* ---- reading ---- */

static enum status read_message(struct call *c, struct exchange *x)
{
    const struct sent_file *f = c->n_files ? &c->files[0] : NULL;
    if (!f)
        return OK;
    x->n = f->len;
    x->message = f->data;
    if (f->data || !f->path)
        return OK;
    if (f->len > PSI_MAX_MESSAGE)
        return call_refuse(c, PROBLEM_too_large, NULL);
    char *data = arena_alloc(c->arena, f->len + 1);
    FILE *in = fopen(f->path, "re");
    size_t n = in ? fread(data, 1, f->len, in) : 0;
    if (in)
        fclose(in);
    x->message = data;
    return in && n == f->len ? OK : BROKEN;
}

static enum status read_list(struct call *c, struct exchange *x)
{
    struct value args[1] = {v_int(x->run.population_id.id)};
    TRY(db_query(c->db, c->arena, &x->list,
        "select id, name, domain, country from population_row where population_id = $1 order by id", args,
        1));
    x->company = ARENA_ARRAY(c->arena, x->list.n + 1, struct match_company);
    for (size_t i = 0; i < x->list.n; i++)
        x->company[i] = (struct match_company){.name = cell_string(&x->list, i, 1),
            .domain = cell_text(&x->list, i, 2),
            .country = cell_text(&x->list, i, 3)};
    return OK;
}

static enum status exchange_prepare(struct call *c)
{
    struct exchange *x = c->plan = ARENA_NEW(c->arena, struct exchange);
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    TRY(noun_load(c, &private_run_noun, c->row_id, &x->run));
    if (private_run_owns(c, &x->run))
        return call_refuse(c, PROBLEM_state, TR(c, "The other side's program answers it, not ours."));
    TRY(db_query(c->db, c->arena, &rows, "select step, saved from private_run where id = $1", args, 1));
    x->step = cell_int(&rows, 0, 0);
    x->saved = cell(&rows, 0, 1);
    TRY(read_message(c, x));
    return read_list(c, x);
}

/* ---- answering ---- */

static enum psi_refusal begin(struct call *c, struct exchange *x)
{
    enum psi_by by = psi_by_parse(x->run.key_rule);
    psi_keys(c->arena, x->company, x->list.n, by, &x->keys);
    if (x->step)
        return psi_load(&x->psi, c->arena, x->saved->b, x->saved->len, x->keys.key, x->keys.n);
    psi_begin(&x->psi, c->arena, PSI_SERVER, by, x->keys.key, x->keys.n, NULL, NULL);
    return PSI_FINE;
}

static enum psi_refusal answer(struct exchange *x)
{
    switch (x->n ? psi_message_type(x->message, x->n) : 0) {
    case PSI_REQUEST: return psi_reply(&x->psi, x->message, x->n, &x->out);
    case PSI_COUNT: return psi_counted(&x->psi, x->message, x->n);
    case PSI_ROWS: return psi_order(&x->psi, x->message, x->n, &x->out);
    case 0: break;
    default: return PSI_WRONG_PHASE;
    }
    if (x->n)
        return PSI_MALFORMED;
    if (!x->step)
        return psi_setup(&x->psi, &x->out);
    if (streq(x->run.state, "agreed"))
        return psi_consent(&x->psi, &x->out);
    x->waits = streq(x->run.state, "counted");
    return x->waits ? PSI_FINE : PSI_WRONG_PHASE;
}

static enum status exchange_compute(struct call *c)
{
    struct exchange *x = c->plan;
    x->out = buf_in(c->arena, PSI_MAX_MESSAGE);
    x->state = buf_in(c->arena, PSI_MAX_MESSAGE);
    enum psi_refusal r = begin(c, x);
    if (r == PSI_FINE)
        r = answer(x);
    if (r != PSI_FINE)
        return call_refuse(c, PROBLEM_state, TR(c, psi_refusal_text(r)));
    if (x->psi.due != PSI_OVER)
        psi_save(&x->psi, &x->state);
    return OK;
}

/* ---- writing down ---- */

/* The owner's rows that are on both lists, as they are now. */
static enum status keep_matches(struct call *c, const struct exchange *x)
{
    int64_t id = id_new(c->now);
    for (size_t m = 0; m < x->psi.n_match; m++)
        for (uint32_t k = x->keys.first[x->psi.match[m]]; k < x->keys.first[x->psi.match[m] + 1]; k++) {
            const struct match_company *row = &x->company[x->keys.row[k]];
            struct value args[7] = {v_int(id++), v_int(c->now.us), v_int(c->row_id),
                streq(x->run.side, "vendor") ? v_null() : v_int(x->run.partner_id.id), v_text(row->name),
                row->domain ? v_text(row->domain) : v_null(), row->country ? v_text(row->country) : v_null()};
            TRY(db_exec(c->db,
                "insert into private_match (id, version, created, updated, run_id, partner_id, name, domain, "
                "country) values ($1, 1, $2, $2, $3, $4, $5, $6, $7)",
                args, 7));
        }
    return OK;
}

static void write_counted(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct private_run *r = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = c->catalog->zone, .now = c->now};
    out->subject = arena_printf(c->arena, tr(lang, "%s companies of %s are on both lists: tell which?"),
        fmt_int(&h, r->matches), r->name);
}

static enum status tell_owner(struct call *c, const struct private_run *r)
{
    struct notice_about about = {.kind = NOTICE_mapping, .noun = &private_run_noun, .id = c->row_id};
    return notify_person(c, r->person_id.id, &about, write_counted, r);
}

/* What the message changes of the run, and who is told. */
static enum status advance(struct call *c, struct exchange *x)
{
    struct private_run *r = &x->run;
    int type = x->n ? psi_message_type(x->message, x->n) : 0;
    const struct noun *noun = &private_run_noun;
    uint64_t what = 0;
    r->other_person_id.id = c->viewer->person_id;
    r->own_keys = (int64_t)x->psi.n;
    if (!type && x->step == 0)
        what = FIELD_BIT(noun, own_keys) | FIELD_BIT(noun, other_person_id);
    if (type == PSI_REQUEST) {
        r->other_keys = x->psi.n_client;
        what = FIELD_BIT(noun, other_keys) | FIELD_BIT(noun, other_person_id);
    }
    if (type == PSI_COUNT) {
        r->state = "counted";
        r->matches = x->psi.count;
        what = FIELD_BIT(noun, state) | FIELD_BIT(noun, matches);
    }
    if (type == PSI_ROWS) {
        r->state = "done";
        what = FIELD_BIT(noun, state);
        TRY(keep_matches(c, x));
    }
    if (!what)
        return OK;
    TRY(noun_update(c, noun, c->row_id, r, what, "exchange"));
    call_last_event(c)->partner_sees = true;
    return type == PSI_COUNT ? tell_owner(c, r) : OK;
}

static enum status exchange_run(struct call *c)
{
    struct exchange *x = c->plan;
    int64_t touched;
    struct value saved = x->state.len ? v_blob(x->state.p, x->state.len) : v_null();
    struct value args[3] = {v_int(c->row_id), saved, v_int(x->step)};
    if (x->waits)
        return OK;
    TRY(db_exec_count(c->db, &touched,
        "update private_run set saved = $2, step = step + 1 where id = $1 and step = $3", args, 3));
    if (touched != 1)
        return call_refuse(c, PROBLEM_state, TR(c, psi_refusal_text(PSI_REPLAYED)));
    TRY(advance(c, x));
    if (!x->out.len)
        return OK;
    struct answer_file *f = ARENA_NEW(c->arena, struct answer_file);
    *f = (struct answer_file){
        .data = x->out.p, .len = x->out.len, .type = "application/octet-stream", .name = "message.psi"};
    c->result_file = f;
    return OK;
}

static const char *const waiting[] = {"open", "counted", "agreed", NULL};

const struct verb private_run_exchange = {
    .noun = &private_run_noun,
    .name = "exchange",
    .label = N_("Exchange a message"),
    .summary =
        N_("For tandem psi: a message of the protocol as application/octet-stream is answered by the next "
           "one; without one, what is due from here. While the owner of the list has not decided, the "
           "row is the answer."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .hidden = true,
    .files = true,
    .downloads = true,
    .from = waiting,
    .prepare = exchange_prepare,
    .compute = exchange_compute,
    .run = exchange_run,
    .done = N_("Message of the other side's program"),
};
