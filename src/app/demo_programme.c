/* The demo's programme: what is there before the first registration, and partners as they join. */
#include "app/demo.h"
#include "app/setup.h"
#include "base/id.h"
#include "domain/custom/custom.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/rate/rate.h"
#include "model/custom.h"

/* ---- times ---- */

struct instant demo_instant(const struct demo *d, int days_ago, int hour, int minute)
{
    return instant_in(d->zone, (struct date){d->today.days - days_ago}, hour, minute, 0);
}

/* ---- look-up ---- */

const struct viewer *demo_staff_viewer(const struct demo *d, const char *name)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (streq(demo_staff[i].name, name))
            return &d->staff[i];
    BUG("nobody at the vendor is called %s", name);
}

struct demo_firm *demo_firm(struct demo *d, const char *name)
{
    for (size_t i = 0; i < demo_n_partners; i++)
        if (streq(demo_partners[i].name, name))
            return &d->firms[i];
    BUG("there is no partner %s", name);
}

/* ---- people ---- */

/* Inserts the person and fills in who that is to the verbs. */
static enum status add_person(
    struct call *c, struct demo *d, const struct person *p, const char *partner_name, struct viewer *out)
{
    int64_t id = 0;
    TRY(noun_insert(c, &person_noun, p, &id));
    *out = (struct viewer){.person_id = id,
        .name = p->name,
        .email = p->email,
        .role = role_parse(p->role),
        .partner_id = p->partner_id.id,
        .partner_name = partner_name,
        .scopes = SCOPE_ALL,
        .lang = lang_parse(p->language),
        .zone = p->zone ? zone_get(p->zone) : d->zone};
    return OK;
}

static enum status add_staff(struct call *c, struct demo *d)
{
    for (size_t i = 0; i < demo_n_staff; i++) {
        const struct demo_staff *s = &demo_staff[i];
        struct person p = {.name = s->name,
            .email = demo_email(d->arena, s->name, DEMO_DOMAIN),
            .role = s->role,
            .language = s->language,
            .state = "active"};
        TRY(add_person(c, d, &p, NULL, &d->staff[i]));
    }
    return OK;
}

/* ---- the beginning ---- */

static enum status add_lines(struct call *c, struct demo *d)
{
    for (size_t i = 0; i < LINE_COUNT; i++) {
        struct product_line line = {.name = demo_lines[i], .active = true};
        d->line_id[i] = 0;
        TRY(noun_insert(c, &product_line_noun, &line, &d->line_id[i]));
    }
    return OK;
}

static enum status add_custom_fields(struct call *c)
{
    static const struct custom_field_row fields[] = {
        {.noun = "partner",
            .name = "segment",
            .label = "Segment",
            .kind = "choice",
            .options = "Strategic\nGrowth\nEmerging"},
        {.noun = "registration",
            .name = "project",
            .label = "Project",
            .kind = "choice",
            .options = "New system\nReplacement\nExtension\nPilot",
            .partner_sees = true,
            .partner_sets = true},
    };
    for (size_t i = 0; i < COUNT(fields); i++) {
        int64_t id = 0;
        TRY(noun_insert(c, &custom_field_noun, &fields[i], &id));
    }
    return OK;
}

/* What a euro was worth, entered every four weeks: it wanders around where it began. */
static enum status add_rates(struct call *c, struct demo *d)
{
    static const struct {
        const char *currency;
        double rate;
    } usual[] = {{"CHF", 0.94}, {"GBP", 0.86}, {"SEK", 11.2}, {"USD", 1.09}};
    static const double wander[] = {1.0, 1.006, 1.011, 0.998, 0.992, 0.987, 1.003};
    for (int ago = DEMO_DAYS, k = 0; ago > 0; ago -= 28, k++)
        for (size_t i = 0; i < COUNT(usual); i++) {
            double rate = usual[i].rate * wander[(size_t)(k + 2 * (int)i) % COUNT(wander)];
            struct currency_rate row = {.currency = usual[i].currency,
                .base = "EUR",
                .day = {d->today.days - ago},
                .rate = (double)(int64_t)(rate * 10000 + 0.5) / 10000};
            int64_t id = 0;
            TRY(noun_insert(c, &currency_rate_noun, &row, &id));
        }
    return OK;
}

/* The built-in programme with a limit of 150,000 for what is decided at once instead of 250,000. */
static const char *first_document(struct arena *a)
{
    char *text = arena_strdup(a, programme_default), *at = text;
    int limits = 0;
    while ((at = strstr(at, "250")) != NULL) {
        const char *rest = at + 3 + (at[3] == ',' || at[3] == '.');
        if (strncmp(rest, "000", 3) == 0) {
            *at = '1';
            limits++;
        }
        at += 3;
    }
    ASSERT(limits);
    return text;
}

static enum status programme_rows(struct call *c)
{
    struct demo *d = c->in;
    c->now = demo_instant(d, DEMO_DAYS, 8, 0);
    TRY(add_lines(c, d));
    TRY(add_custom_fields(c));
    TRY(add_staff(c, d));
    TRY(add_rates(c, d));
    return setup_programme(c, first_document(c->arena), "The programme's first rules", d->staff[0].person_id);
}

enum status demo_programme(struct demo *d)
{
    d->staff = ARENA_ARRAY(d->arena, demo_n_staff, struct viewer);
    d->firms = ARENA_ARRAY(d->arena, demo_n_partners, struct demo_firm);
    for (size_t i = 0; i < demo_n_partners; i++)
        d->firms[i].partner = &demo_partners[i];
    return app_seed(d->app, programme_rows, d);
}

/* ---- a partner joins ---- */

struct joining {
    struct demo *demo;
    struct demo_firm *firm;
    struct instant at;
    const char *names[PARTNER_PEOPLE]; /* made before, so that a second try finds the same */
};

static void name_people(struct demo *d, struct joining *j)
{
    const struct demo_partner *p = j->firm->partner;
    const struct demo_country *country = demo_country(p->country);
    size_t n = 0;
    for (const char *at = p->people; at && *at && n < PARTNER_PEOPLE; n++) {
        size_t len = strcspn(at, "|");
        j->names[n] = arena_strndup(d->arena, at, len);
        at += len + (at[len] != 0);
    }
    while (!p->people && n < 3) {
        const char *name = demo_person_name(d->arena, &d->dice, country);
        if (demo_take(&d->taken, d->arena, name))
            j->names[n++] = name;
    }
    j->firm->n_people = n;
}

static enum status add_people(struct call *c, struct joining *j)
{
    const struct demo_partner *p = j->firm->partner;
    const struct demo_country *country = demo_country(p->country);
    for (size_t i = 0; i < j->firm->n_people; i++) {
        struct person who = {.name = j->names[i],
            .email = demo_email(j->demo->arena, j->names[i], p->domain),
            .role = i ? "partner_seller" : "partner_admin",
            .partner_id = {j->firm->id},
            .language = country->language,
            .zone = country->zone,
            .state = "active"};
        TRY(add_person(c, j->demo, &who, p->name, &j->firm->people[i]));
    }
    return OK;
}

static enum status add_certificates(struct call *c, struct joining *j)
{
    for (size_t i = 0; i < LINE_COUNT; i++) {
        int people = j->firm->partner->certified[i];
        struct certification row = {.partner_id = {j->firm->id},
            .product_line_id = {j->demo->line_id[i]},
            .people = people,
            .expires = {j->demo->today.days + 60 + 97 * (int)i}};
        int64_t id = 0;
        if (people)
            TRY(noun_insert(c, &certification_noun, &row, &id));
    }
    return OK;
}

static const char *const known_industries[] = {",manufacturing,energy,logistics,",
    ",finance,public,services,", ",retail,services,", ",health,public,", ",energy,manufacturing,",
    ",logistics,retail,finance,"};

static enum status add_partner(struct call *c, struct joining *j)
{
    const struct demo_partner *p = j->firm->partner;
    struct custom_field **fields;
    size_t n;
    struct partner row = {.name = p->name,
        .domain = p->domain,
        .country = p->country,
        .types = p->types,
        .tier = p->tier,
        .territories = p->territories,
        .standing = "good",
        .manager_id = {demo_staff_viewer(j->demo, p->manager)->person_id},
        .parent_id = {p->parent ? demo_firm(j->demo, p->parent)->id : 0},
        .languages = streq(demo_country(p->country)->language, "de") ? ",de,en," : ",en,",
        .industries = known_industries[(size_t)(p - demo_partners) % COUNT(known_industries)]};
    TRY(custom_fields(c, &partner_noun, &fields, &n));
    ASSERT(n == 1);
    struct custom_input segment = {fields[0], v_text(p->segment)};
    c->custom = &segment;
    c->n_custom = 1;
    j->firm->id = 0;
    enum status s = noun_insert(c, &partner_noun, &row, &j->firm->id);
    c->custom = NULL;
    c->n_custom = 0;
    return s;
}

static enum status join_rows(struct call *c)
{
    struct joining *j = c->in;
    c->now = j->at;
    TRY(add_partner(c, j));
    TRY(add_people(c, j));
    return add_certificates(c, j);
}

enum status demo_join(struct demo *d, struct demo_firm *firm, struct instant at)
{
    struct joining j = {.demo = d, .firm = firm, .at = at};
    name_people(d, &j);
    return app_seed(d->app, join_rows, &j);
}
