/*
 * A stranger's form. Whatever becomes of it, the answer is the same: it was received. A form that a machine
 * filled in is thrown away; one that comes twice counts once.
 */
#include "base/id.h"
#include "base/throttle.h"
#include "domain/lead/lead.h"
#include "domain/partner/partner.h"
#include "domain/person/sign_in.h"
#include "domain/programme/programme.h"
#include "domain/referral/referral.h"
#include "runtime/form_token.h"

#define FORMS_OF_ADDRESS 5   /* an hour, over all links */
#define FORMS_OF_LINK    60  /* an hour, from all addresses */
#define FORMS_OF_PARTNER 120 /* an hour, over all its links: ending one and making another gains nothing */
#define HOUR_S           3600

static const struct option consents[] = {{"form", N_("Given on a form")}, {0}};

struct receive_input {
    const char *code, *form;
    const char *homepage; /* nobody sees it: who fills it in is a machine */
    const char *company, *country, *contact_name, *contact_email, *contact_phone, *need, *consent;
};
static const struct field receive_fields[] = {
    FIELD(struct receive_input, code, .label = N_("Code"), .required = true),
    FIELD(struct receive_input, form, .label = N_("Form"), .required = true),
    FIELD(struct receive_input, homepage, .label = N_("Leave this empty")),
    FIELD(struct receive_input, company, .label = N_("Company"), .required = true),
    FIELD(struct receive_input, country, .label = N_("Country"), .form = FORM_COUNTRY, .required = true),
    FIELD(struct receive_input, contact_name, .label = N_("Your name"), .required = true),
    FIELD(struct receive_input, contact_email, .label = N_("Work mail address"), .form = FORM_EMAIL,
        .required = true),
    FIELD(struct receive_input, contact_phone, .label = N_("Phone"), .max = 60),
    FIELD(
        struct receive_input, need, .label = N_("What you are looking for"), .form = FORM_LONG, .max = 2000),
    FIELD(struct receive_input, consent, .label = N_("Consent"), .form = FORM_CHOICE, .options = consents,
        .required = true),
};

/* ---- what is agreed to ---- */

enum status referral_words(struct call *c, const char **words)
{
    const struct programme *p;
    TRY(programme_active(c, &p));
    *words = p->leads.consent[call_lang(c)];
    return OK;
}

static const char *about(struct call *c, const struct referral *r, const char *words)
{
    return arena_printf(c->arena, "%s\n%s\n%s", r->link.code, lang_code(call_lang(c)), words);
}

const char *referral_form_token(struct call *c, const struct referral *r, const char *words)
{
    return form_token_new(c->arena, r->link.form_key, about(c, r, words), c->now);
}

bool referral_form_valid(struct call *c, const struct referral *r, const char *words, const char *token)
{
    return form_token_valid(r->link.form_key, about(c, r, words), token, c->now);
}

/* ---- before ---- */

static enum status check_often(struct call *c, const struct referral *r)
{
    const char *address = throttle_address(c->arena, c->peer);
    int wait_s =
        address ? throttle_take(c->throttle, "referral form from", address, FORMS_OF_ADDRESS, HOUR_S, c->now)
                : 0;
    if (!wait_s)
        wait_s = throttle_take(c->throttle, "referral form", r->link.code, FORMS_OF_LINK, HOUR_S, c->now);
    if (!wait_s)
        wait_s = throttle_take(c->throttle, "referral forms of",
            id_text(c->arena, partner_noun.prefix, r->link.partner_id.id), FORMS_OF_PARTNER, HOUR_S, c->now);
    return wait_s ? call_wait(c, wait_s,
                        arena_printf(c->arena,
                            TR(c, "Too many requests came from there. Try again in %d minutes."),
                            (wait_s + 59) / 60))
                  : OK;
}

/* As it is found by. */
static struct lead company(const struct receive_input *in)
{
    return (struct lead){.company = in->company, .country = in->country, .contact_email = in->contact_email};
}

/* The words are kept for run: a programme that is activated meanwhile has others, which nobody agreed to. */
static enum status receive_prepare(struct call *c)
{
    const struct receive_input *in = c->in;
    struct referral r;
    const char *words;
    TRY(referral_find(c, in->code, &r));
    TRY(referral_words(c, &words));
    if (!referral_form_valid(c, &r, words, in->form))
        return call_refuse(c, PROBLEM_invalid,
            TR(c, "This page was open for long, or its words are others now. Read them and send it once "
                  "more."));
    c->plan = arena_strdup(c->arena, words);
    TRY(check_often(c, &r));
    struct lead lead = company(in);
    lead_name_locks(c, &lead);
    return OK;
}

/* ---- within the transaction ---- */

/*
 * That this very form was not received before. None is kept longer than its token can hold, also where its
 * maker's clock and ours are ahead of who received it.
 */
static enum status use_form(struct call *c, const char *token, bool *fresh)
{
    struct value args[2] = {secret_hash(c->arena, token), v_int(c->now.us)};
    struct value old[1] = {
        v_int(c->now.us - (FORM_TOKEN_HOURS * INT64_C(3600) + 2 * FORM_TOKEN_SKEW_S) * US_PER_SECOND)};
    int64_t stored;
    TRY(db_exec(c->db, "delete from referral_form where used < $1", old, 1));
    TRY(db_exec_count(c->db, &stored,
        "insert into referral_form (hash, used) values ($1, $2) on conflict do nothing", args, 2));
    *fresh = stored == 1;
    return OK;
}

/* They read the page in it. */
static const char *language(const struct call *c, enum lang lang)
{
    const struct catalog_list *known = catalog_find(c->catalog, "languages");
    const char *code = lang_code(lang);
    return known && catalog_item(known, code) ? code : NULL;
}

static enum status take(struct call *c, const struct referral *r, enum lang lang)
{
    const struct receive_input *in = c->in;
    int64_t id = 0;
    struct lead lead = company(in);
    lead.contact_name = in->contact_name;
    lead.contact_phone = in->contact_phone;
    lead.product_line_id = r->link.product_line_id;
    lead.need = in->need;
    lead.language = language(c, lang);
    lead.source = "referral";
    lead.referrer_id = r->link.partner_id;
    lead.referral_link_id.id = r->id;
    lead.consent = in->consent;
    lead.consent_text = c->plan;
    TRY(lead_take_in(c, &lead, &id));
    return referral_count(c, r, 0, 1);
}

/* The system writes: a stranger is nobody, and somebody who is signed in is a stranger here. */
static enum status take_as_system(struct call *c, const struct referral *r)
{
    const struct viewer *viewer = c->viewer;
    c->viewer = &system_viewer;
    enum status s = take(c, r, viewer->lang);
    c->viewer = viewer;
    c->result_id = 0; /* of the lead the stranger learns nothing, not even its number */
    return s;
}

static enum status receive_run(struct call *c)
{
    const struct receive_input *in = c->in;
    struct referral r;
    bool fresh;
    TRY(referral_find(c, in->code, &r));
    c->leads_to = arena_printf(c->arena, "%s?received=1", referral_path(c->arena, r.link.code));
    TRY(use_form(c, in->form, &fresh));
    return fresh && !in->homepage ? take_as_system(c, &r) : OK;
}

const struct verb referral_link_receive = {
    .noun = &referral_link_noun,
    .name = "receive",
    .label = N_("Send"),
    .summary = N_("Somebody who followed the link leaves a lead."),
    .on = ON_COLLECTION,
    .roles = ANYBODY,
    .hidden = true,
    .session = true,
    INPUT(struct receive_input, receive_fields),
    .prepare = receive_prepare,
    .run = receive_run,
};
