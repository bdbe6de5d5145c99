/* What people are told of a dispute: a side of itself only, never of the other. */
#include "base/id.h"
#include "domain/dispute/dispute.h"
#include "domain/notice/notice.h"
#include "face/html.h"

struct told {
    enum dispute_news news;
    const char *company;
    struct instant due;
    const struct zone *zone;
};

static const char *when(struct call *c, enum lang lang, const struct told *t)
{
    struct html h = {.arena = c->arena, .lang = lang, .zone = t->zone, .now = c->now};
    return arena_printf(c->arena, "%s, %s", fmt_date(&h, date_in(t->zone, t->due)), fmt_clock(&h, t->due));
}

static const char *const party_subjects[] = {[NEWS_OPENED] = N_("your registration is in dispute."),
    [NEWS_SAID] = N_("there is a message for you in the dispute."),
    [NEWS_NAMED] = N_("somebody without a stake decides the dispute."),
    [NEWS_ESCALATED] = N_("the dispute went to an executive."),
    [NEWS_RULED] = N_("the dispute was ruled on."),
    [NEWS_WITHDRAWN] = N_("the dispute was withdrawn; nothing moves."),
    [NEWS_ORDER] = N_("the order of the registrations is proven on the dispute's page.")};

static void write_party(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, "%s: %s", t->company, tr(lang, party_subjects[t->news]));
    out->body = NULL;
    if (t->news == NEWS_OPENED || t->news == NEWS_ESCALATED)
        out->body = arena_printf(
            c->arena, tr(lang, "Say what shows your claim. The answer is due by %s."), when(c, lang, t));
}

static const char *const vendor_subjects[] = {[NEWS_OPENED] = N_("a dispute was opened."),
    [NEWS_SAID] = N_("a side of the dispute added a statement."),
    [NEWS_NAMED] = N_("you decide the dispute."),
    [NEWS_LEFT] = N_("who decided the dispute has left. Name somebody else."),
    [NEWS_ESCALATED] = N_("nobody answered in time; the dispute was escalated."),
    [NEWS_OVERDUE] = N_("the escalated dispute is overdue."),
    [NEWS_RULED] = N_("the dispute was ruled on."),
    [NEWS_WITHDRAWN] = N_("the dispute was withdrawn."),
    [NEWS_ORDER] = N_("both sides agree to prove the order.")};

static void write_vendor(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    bool runs = t->news != NEWS_RULED && t->news != NEWS_WITHDRAWN;
    out->subject = arena_printf(c->arena, "%s: %s", t->company, tr(lang, vendor_subjects[t->news]));
    out->body = runs ? arena_printf(c->arena, tr(lang, "The answer is due by %s."), when(c, lang, t)) : NULL;
}

enum status dispute_tell_party(
    struct call *c, int64_t party_id, const struct dispute_party *p, enum dispute_news news)
{
    struct told t = {news, p->company, p->due, c->catalog->zone};
    struct registration r;
    struct notice_about about = {.kind = NOTICE_dispute, .noun = &dispute_party_noun, .id = party_id};
    TRY(registration_whole(c, p->registration_id.id, &r));
    TRY(notify_person(c, r.person_id.id, &about, write_party, &t));
    return notify_partner(c, p->partner_id.id, PARTNER_ADMIN, &about, write_party, &t);
}

enum status dispute_tell_vendor(struct call *c, int64_t id, const struct dispute *d, enum dispute_news news)
{
    struct told t = {news, d->company, d->due, c->catalog->zone};
    struct notice_about about = {.kind = NOTICE_dispute, .noun = &dispute_noun, .id = id};
    int64_t decides = dispute_decides(d);
    if (decides && news != NEWS_LEFT)
        TRY(notify_person(c, decides, &about, write_vendor, &t));
    return news == NEWS_NAMED ? OK : notify_vendor(c, OPERATIONS, &about, write_vendor, &t);
}
