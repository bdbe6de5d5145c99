#include "domain/notice/letter_mail.h"

#include "domain/notice/letter_mail.html.h"
#include "runtime/mail.h"

/* ---- links ---- */

static enum status add_act(struct call *c, struct letter *l, const char *name)
{
    const struct letter_line *line = &l->lines[0];
    const struct verb *verb = model_verb(c->model, line->noun, name);
    const char *secret;
    ASSERT(l->n_acts < COUNT(l->acts));
    /* A kind may tell of rows of two nouns: the registration after its override has nothing to confirm. */
    if (!verb || !verb_allowed(verb, l->reader) || !verb_starts(verb, line->row))
        return OK;
    struct mail_link link = {.person_id = l->reader->person_id,
        .noun = line->noun,
        .row_id = line->row_id,
        .verb = verb,
        .kind = notice_kinds[line->kind].key};
    TRY(link_make(c, &link, &secret));
    l->acts[l->n_acts++] = (struct letter_link){tr(l->reader->lang, verb->label),
        arena_printf(c->arena, "%s/act/%s", c->base_url ? c->base_url : "", secret)};
    return OK;
}

static enum status add_acts(struct call *c, struct letter *l)
{
    const char *acts = notice_kinds[l->lines[0].kind].acts;
    bool may;
    if (l->digest || !acts)
        return OK;
    TRY(link_may_act(c, l->reader, &may));
    if (!may)
        return OK;
    for (size_t n; *acts; acts += n + (acts[n] == ',')) {
        n = strcspn(acts, ",");
        TRY(add_act(c, l, arena_strndup(c->arena, acts, n)));
    }
    return OK;
}

static enum status off_link(struct call *c, const struct letter *l, const char *kind, const char **href)
{
    const char *secret;
    struct mail_link link = {.person_id = l->reader->person_id, .kind = kind};
    TRY(link_make(c, &link, &secret));
    *href = arena_printf(c->arena, "%s/unsubscribe/%s", c->base_url ? c->base_url : "", secret);
    return OK;
}

static enum status add_off(struct call *c, struct letter *l)
{
    for (int i = 0; i < NOTICE_KINDS_N; i++)
        if (l->kinds >> i & 1) {
            struct letter_link *off = &l->off[l->n_off++];
            off->label = tr(l->reader->lang, notice_kinds[i].label);
            TRY(off_link(c, l, notice_kinds[i].key, &off->href));
        }
    return OK;
}

/* ---- text and HTML ---- */

static const char *subject(struct call *c, const struct letter *l)
{
    if (!l->digest)
        return l->lines[0].text;
    return arena_printf(c->arena,
        trn(l->reader->lang, "%s: %zu notice for you", "%s: %zu notices for you", (int64_t)l->n), l->vendor,
        l->n);
}

static const char *text(struct call *c, const struct letter *l)
{
    enum lang lang = l->reader->lang;
    struct buf b = buf_in(c->arena, 1 << 19);
    for (size_t i = 0; i < l->n; i++) {
        const struct letter_line *line = &l->lines[i];
        buf_addf(&b, "%s%s\n", l->digest ? "* " : "", line->text);
        if (line->detail)
            buf_addf(&b, "\n%s\n", line->detail);
        buf_addf(&b, "%s%s\n\n", l->digest ? "" : "\n", line->href);
    }
    if (l->n_acts)
        buf_addf(&b, tr(lang, "Without signing in, once, within %d hours:\n"), LINK_HOURS);
    for (size_t i = 0; i < l->n_acts; i++)
        buf_addf(&b, "%s: %s\n", l->acts[i].label, l->acts[i].href);
    buf_addf(&b, "%s-- \n", l->n_acts ? "\n" : "");
    for (size_t i = 0; i < l->n_off; i++) {
        buf_addf(&b, tr(lang, "No more mails of this kind: %s"), l->off[i].label);
        buf_addf(&b, "\n%s\n", l->off[i].href);
    }
    buf_addf(&b, "%s\n%s\n", tr(lang, "What comes by mail, and when:"), l->settings);
    return buf_str(&b);
}

static const char *markup(struct call *c, const struct letter *l, const char *title)
{
    struct buf b = buf_in(c->arena, 1 << 19);
    struct html h = {
        .b = &b, .arena = c->arena, .lang = l->reader->lang, .zone = c->catalog->zone, .now = c->now};
    letter_html(&h, l, title);
    return buf_str(&b);
}

enum status letter_mail(struct call *c, struct letter *l)
{
    const char *off;
    l->vendor = c->catalog->vendor;
    l->settings = arena_printf(c->arena, "%s/me/notifications", c->base_url ? c->base_url : "");
    TRY(link_forget_old(c));
    TRY(add_acts(c, l));
    TRY(add_off(c, l));
    if (l->digest)
        TRY(off_link(c, l, l->way, &off));
    else
        off = l->off[0].href;
    struct mail m = {
        .recipient = l->reader->email, .subject = subject(c, l), .text = text(c, l), .unsubscribe = off};
    m.html = markup(c, l, m.subject);
    return mail_queue_whole(c, &m);
}
