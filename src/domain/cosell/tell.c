#include "domain/cosell/tell.h"

#include "domain/notice/notice.h"
#include "domain/partner/partner.h"
#include "face/html.h"

struct told {
    const struct cosell_request *q;
    enum cosell_news news;
    const char *from; /* the side that asks, or that answered */
    const struct zone *zone;
};

static const char *until(struct call *c, enum lang lang, const struct told *t)
{
    struct html h = {.arena = c->arena, .lang = lang, .zone = t->zone, .now = c->now};
    return arena_printf(c->arena, tr(lang, "An answer is awaited until %s, %s."),
        fmt_date(&h, date_in(t->zone, t->q->due)), fmt_clock(&h, t->q->due));
}

static const char *subject(struct call *c, enum lang lang, const struct told *t)
{
    const char *about = cosell_subject(c->arena, lang, t->q);
    switch (t->news) {
    case COSELL_ASKED: return arena_printf(c->arena, tr(lang, "%s asks for your help: %s"), t->from, about);
    case COSELL_ACCEPTED: return arena_printf(c->arena, tr(lang, "%s helps: %s"), t->from, about);
    case COSELL_DECLINED: return arena_printf(c->arena, tr(lang, "%s cannot help: %s"), t->from, about);
    case COSELL_WITHDRAWN:
        return arena_printf(c->arena, tr(lang, "%s needs no help any more: %s"), t->from, about);
    case COSELL_EXPIRED: return arena_printf(c->arena, tr(lang, "%s did not answer: %s"), t->from, about);
    }
    return about;
}

static void write_news(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = subject(c, lang, t);
    out->body = t->news == COSELL_ASKED
                    ? arena_printf(c->arena, "%s: %s\n\n%s", option_label(lang, cosell_kinds, t->q->kind),
                          t->q->text, until(c, lang, t))
                    : t->q->answer;
}

static void write_silence(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "A co-sell request waits for an answer: %s"),
        cosell_subject(c->arena, lang, t->q));
    out->body = arena_printf(c->arena, tr(lang, "%s asked. %s"), t->from, until(c, lang, t));
}

static enum status partner_load(struct call *c, const struct cosell_request *q, struct partner *out)
{
    return noun_load_whole(c, &partner_noun, q->partner_id.id, out);
}

/* The vendor's people who answer: the deal's owner, else the account's, and the partner's manager. */
static enum status tell_vendor(struct call *c, const struct cosell_request *q,
    const struct notice_about *about, notice_write *write, const struct told *t)
{
    struct value args[3] = {v_int(q->opportunity_id.id), v_int(q->account_id.id), v_int(q->partner_id.id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select owner_id from opportunity where id = $1), (select owner_id from account where id = "
        "$2), (select manager_id from partner where id = $3)",
        args, 3));
    int64_t owner = cell_int(&rows, 0, 0) ? cell_int(&rows, 0, 0) : cell_int(&rows, 0, 1),
            manager = cell_int(&rows, 0, 2);
    if (owner)
        TRY(notify_person(c, owner, about, write, t));
    if (manager)
        TRY(notify_person(c, manager, about, write, t));
    return owner || manager ? OK : notify_vendor(c, OPERATIONS, about, write, t);
}

enum status cosell_tell_asked(
    struct call *c, int64_t id, const struct cosell_request *q, enum cosell_news news)
{
    struct notice_about about = {.kind = news == COSELL_ASKED ? NOTICE_cosell : NOTICE_cosell_news,
        .noun = &cosell_request_noun,
        .id = id};
    struct partner p;
    TRY(partner_load(c, q, &p));
    bool to_partner = streq(q->asked_by, "vendor");
    struct told t = {q, news, to_partner ? c->catalog->vendor : p.name, c->catalog->zone};
    if (q->person_id.id)
        return notify_person(c, q->person_id.id, &about, write_news, &t);
    return to_partner ? notify_partner(c, q->partner_id.id, PARTNER_ROLES, &about, write_news, &t)
                      : tell_vendor(c, q, &about, write_news, &t);
}

enum status cosell_tell_asker(
    struct call *c, int64_t id, const struct cosell_request *q, enum cosell_news news)
{
    struct notice_about about = {.kind = NOTICE_cosell_news, .noun = &cosell_request_noun, .id = id};
    struct partner p;
    TRY(partner_load(c, q, &p));
    struct told t = {q, news, streq(q->asked_by, "vendor") ? p.name : c->catalog->vendor, c->catalog->zone};
    return notify_person(c, q->asker_id.id, &about, write_news, &t);
}

enum status cosell_tell_silence(struct call *c, int64_t id, const struct cosell_request *q)
{
    struct notice_about about = {.kind = NOTICE_cosell_news, .noun = &cosell_request_noun, .id = id};
    struct partner p;
    TRY(partner_load(c, q, &p));
    bool to_partner = streq(q->asked_by, "vendor");
    struct told t = {q, COSELL_ASKED, to_partner ? c->catalog->vendor : p.name, c->catalog->zone};
    if (p.manager_id.id)
        TRY(notify_person(c, p.manager_id.id, &about, write_silence, &t));
    else
        TRY(notify_vendor(c, OPERATIONS, &about, write_silence, &t));
    if (!to_partner)
        return OK;
    about.kind = NOTICE_cosell;
    return notify_partner(c, q->partner_id.id, PARTNER_ADMIN, &about, write_silence, &t);
}
