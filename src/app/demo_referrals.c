/* Referral links of two partners, who followed them, and who left a lead. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/programme/programme.h"
#include "domain/referral/referral.h"

static const struct {
    const char *partner, *name;
    int line; /* -1: none in particular */
    bool keeps;
} links[DEMO_REFERRALS] = {{"Brightwater Integration", "Customer newsletter", LINE_FLOWGATE, false},
    {"Brightwater Integration", "Fair in Hanover", -1, true},
    {"Cedarline Consulting", "Our website", LINE_VAULTIC, false}};

static const char *const needs[] = {
    "We are told to separate our plants' networks by summer. What does it take?",
    "Our keys lie in three places. We would like to see a vault at work.",
    "Two sites, forty people. Is this for companies of our size?"};

enum status demo_referral_make(struct demo *d, size_t which, struct instant at)
{
    const struct viewer *who = &demo_firm(d, links[which].partner)->people[0];
    struct given given[3] = {
        demo_given("name", links[which].name), demo_given("keeps", links[which].keeps ? "1" : "")};
    size_t n = 2;
    if (links[which].line >= 0)
        given[n++] = demo_given("product_line_id", id_text(d->arena, "pln", d->line_id[links[which].line]));
    return demo_do(d, who, at, &referral_link_create, 0, given, n, false, &d->link_id[which]);
}

/* VISIT counts on; each second link is followed twice as often. */
enum status demo_referral_visit(struct demo *d, size_t visit, struct instant at)
{
    return demo_do(d, &system_viewer, at, &referral_link_visit, d->link_id[visit % 5 % DEMO_REFERRALS], NULL,
        0, false, NULL);
}

struct opened {
    struct demo *demo;
    const char *code, *form;
    struct instant at;
};

/* The page as somebody has it open. */
static enum status open_page(struct call *c)
{
    struct opened *o = c->in;
    struct referral r;
    const char *words;
    c->now = o->at;
    TRY(programme_open_call(c->programme, c));
    TRY(referral_find(c, o->code, &r));
    TRY(referral_words(c, &words));
    o->form = arena_strdup(o->demo->arena, referral_form_token(c, &r, words));
    return OK;
}

/* As somebody who has the page open sends it. */
enum status demo_referral_lead(struct demo *d, size_t which, struct instant at)
{
    struct dice own = {0xF0E1 + which};
    const struct demo_country *country = demo_country(which ? "DE" : "NL");
    struct demo_company company = demo_company_new(d->arena, &own, &d->taken, country);
    const char *person = demo_person_name(d->arena, &own, country);
    struct rows rows;
    TRY(demo_ask(d, d->arena,
        arena_printf(
            d->arena, "select code from referral_link where id = %lld", (long long)d->link_id[which]),
        &rows));
    struct opened page = {.demo = d, .code = cell_text(&rows, 0, 0), .at = at};
    TRY(app_seed(d->app, open_page, &page));
    struct given given[] = {demo_given("code", page.code), demo_given("form", page.form),
        demo_given("company", company.name), demo_given("country", country->code),
        demo_given("contact_name", person),
        demo_given("contact_email", demo_email(d->arena, person, company.domain)),
        demo_given("need", needs[which % COUNT(needs)]), demo_given("consent", "form")};
    return demo_do(d, &system_viewer, at, &referral_link_receive, 0, given, COUNT(given), false, NULL);
}
