/* /r/CODE: who recommends the vendor, and a form. It needs neither a cookie nor a script. */
#include "base/throttle.h"
#include "domain/referral/landing_page.html.h"
#include "domain/referral/referral.h"
#include "domain/referral/referral_view.h"
#include "face/derived.h"

#include <strings.h>

#define VISIT_AGAIN_S  1800 /* an address that looks again within this time is the same visitor */
#define VISITS_OF_LINK 600  /* an hour: what a flood writes has an end */

/* ---- whether it counts ---- */

static bool is_machine(const char *agent)
{
    static const char *const words[] = {
        "bot", "crawl", "spider", "preview", "facebookexternalhit", "whatsapp", "curl/", "wget/", "python"};
    if (!agent)
        return true;
    for (const char *at = agent; *at; at++)
        for (size_t i = 0; i < COUNT(words); i++)
            if (strncasecmp(at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

/* Addresses are counted in memory and nowhere stored (base/throttle.h). */
static bool counts(struct call *c, const struct referral *r)
{
    const char *address = throttle_address(c->arena, c->peer);
    if (c->viewer->person_id || is_machine(c->agent))
        return false;
    if (address && throttle_take(c->throttle, "referral visitor",
                       arena_printf(c->arena, "%s %s", address, r->link.code), 1, VISIT_AGAIN_S, c->now))
        return false;
    return !throttle_take(c->throttle, "referral visits", r->link.code, VISITS_OF_LINK, 3600, c->now);
}

/* ---- the form ---- */

static const struct part_field *control(const struct part_field *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].name, name))
            return &all[i];
    BUG("no control %s", name);
}

/* Who ticked the box agreed to the words of the form that he sent, and to no others. */
static bool agreed(
    struct call *c, const struct page_request *r, const struct referral *ref, const char *words)
{
    return streq(given_text(r, "consent"), "form") &&
           referral_form_valid(c, ref, words, given_text(r, "form"));
}

static enum status fill_form(struct call *c, struct page_request *r, struct html *h,
    const struct referral *ref, struct landing_view *v)
{
    static const struct {
        const char *name, *autocomplete;
    } shown[LANDING_FIELDS] = {{"company", "organization"}, {"country", "country"}, {"contact_name", "name"},
        {"contact_email", "email"}, {"contact_phone", "tel"}, {"need", NULL}};
    struct page_request own = *r; /* whoever makes up an address fills in nobody's form */
    const char *words;
    size_t n;
    own.http = NULL;
    const struct part_field *all = verb_controls(c, h, &own, &referral_link_receive, 0, &n);
    TRY(referral_words(c, &words));
    v->form = referral_form_token(c, ref, words);
    for (size_t i = 0; i < LANDING_FIELDS; i++) {
        v->fields[i] = *control(all, n, shown[i].name);
        v->fields[i].autocomplete = shown[i].autocomplete;
        v->all[i] = &v->fields[i];
    }
    v->consent = *control(all, n, "consent");
    v->consent.kind = PART_CHECK;
    v->consent.label = words;
    v->consent.checked = agreed(c, r, ref, words);
    v->consent.value = "form";
    v->consent_short = v->consent;
    v->consent_short.label = TR(c, "Your consent");
    v->all[LANDING_FIELDS] = &v->consent_short;
    return OK;
}

/* It tells no more than the page that was here: by whose recommendation, and of whom. */
static enum status show_closed(
    struct call *c, struct page_request *r, struct html *h, const struct referral *ref)
{
    bool ended = streq(ref->link.state, "ended");
    struct landing_view v = {.vendor = c->catalog->vendor,
        .partner = ref->partner,
        .closed = ended ? TR(c, "This link has ended") : TR(c, "This link rests at the moment")};
    r->status = ended ? 410 : 404;
    r->problem = NULL;
    r->shell->title = v.closed;
    landing_whole(h, &v);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct referral ref;
    TRY(referral_look(c, r->param[0], &ref));
    if (!streq(ref.link.state, "active"))
        return show_closed(c, r, h, &ref);
    struct landing_view v = {.vendor = c->catalog->vendor,
        .partner = ref.partner,
        .keeper = ref.link.keeps ? ref.partner : c->catalog->vendor,
        .product = ref.product,
        .action = referral_path(c->arena, ref.link.code),
        .received = page_query(r, "received") && !r->problem,
        .detail = r->problem ? r->problem->detail : NULL};
    TRY(fill_form(c, r, h, &ref, &v));
    r->shell->title = ref.product ? ref.product : c->catalog->vendor;
    r->shell->description = arena_printf(
        c->arena, TR(c, "%s recommends %s. Leave your question."), ref.partner, c->catalog->vendor);
    if (!r->problem && !v.received && counts(c, &ref))
        r->seen_id = ref.id;
    landing_whole(h, &v);
    return OK;
}

const struct page referral_page = {.path = "/r/:code",
    .title = N_("Recommended"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .stranger = &referral_link_receive,
    .cookieless = true,
    .seen = &referral_link_visit,
    .show = show};
