/*
 * A small model for tests: partners, and deals that belong to them, with a field of every kind; on the tables
 * of the heart and one of its own, in a SQLite file that is gone after the test.
 */
#ifndef TANDEM_TEST_SMALL_H
#define TANDEM_TEST_SMALL_H

#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "model/custom.h"
#include "runtime/committer.h"
#include "runtime/session.h"

#include "store_fixture.h"

/* ---- nouns ---- */

struct partner {
    const char *name, *country, *tier, *standing;
};

struct deal {
    struct ref partner_id;
    const char *title, *state, *country, *currency, *regions, *contact, *domain, *zone, *notes, *tags, *extra,
        *vendor_note, *code;
    struct money amount;
    struct date close_month, close_date;
    struct instant due;
    int64_t rating;
    double share;
    bool urgent;
};

static const struct option regions[] = {
    {"dach", "Germany, Austria, Switzerland"}, {"nordics", "Nordics"}, {"iberia", "Iberia"}, {0}};
static const struct option deal_states[] = {{"open", "Open"}, {"won", "Won"}, {"lost", "Lost"}, {0}};

static const struct field partner_fields[] = {
    FIELD(struct partner, name, .label = "Name", .required = true, .see = VENDOR | PARTNER, .set = VENDOR,
        .filter = true, .sort = true, .search = true),
    FIELD(struct partner, country, .label = "Country", .form = FORM_COUNTRY, .required = true,
        .see = VENDOR | PARTNER, .set = VENDOR, .filter = true),
    FIELD(struct partner, tier, .label = "Tier", .required = true, .see = VENDOR | PARTNER, .set = VENDOR),
    FIELD(struct partner, standing, .label = "Standing", .required = true, .see = VENDOR, .set = VENDOR),
};

static const struct noun partner_noun = {
    .name = "partner",
    .plural = "partners",
    .prefix = "prt",
    .label = "partner",
    .labels = "Partners",
    .summary = "A company that sells with us.",
    .size = sizeof(struct partner),
    .fields = partner_fields,
    .n_fields = COUNT(partner_fields),
    .title = "name",
    .natural = "name",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.id = {partner}",
    .read = ALL_ROLES,
    .order = "name",
    .partner_ref = "id",
};

#define BOTH .see = VENDOR | PARTNER, .set = VENDOR | PARTNER
static const struct field deal_fields[] = {
    FIELD(struct deal, partner_id, .label = "Partner", .ref = "partner", .required = true,
        .see = VENDOR | PARTNER, .set = VENDOR, .filter = true),
    FIELD(struct deal, title, .label = "Title", .required = true, .max = 80, BOTH, .filter = true,
        .sort = true, .search = true),
    FIELD(struct deal, state, .label = "State", .form = FORM_CHOICE, .options = deal_states,
        .see = VENDOR | PARTNER, .set = VENDOR, .filter = true),
    FIELD(struct deal, country, .label = "Country", .form = FORM_COUNTRY, BOTH, .filter = true),
    FIELD(struct deal, currency, .label = "Currency", .form = FORM_CURRENCY, BOTH),
    FIELD(
        struct deal, regions, .label = "Regions", .form = FORM_SET, .options = regions, BOTH, .filter = true),
    FIELD(struct deal, contact, .label = "Contact", .form = FORM_EMAIL, BOTH),
    FIELD(struct deal, domain, .label = "Domain", .form = FORM_DOMAIN, BOTH, .search = true),
    FIELD(struct deal, zone, .label = "Time zone", .form = FORM_ZONE, BOTH),
    FIELD(struct deal, notes, .label = "Notes", .form = FORM_LONG, BOTH),
    FIELD(struct deal, tags, .label = "Tags", .form = FORM_LIST, BOTH),
    FIELD(struct deal, extra, .label = "Extra", .form = FORM_JSON, BOTH),
    FIELD(struct deal, vendor_note, .label = "Our note", .see = VENDOR, .set = VENDOR, .filter = true,
        .sort = true, .search = true),
    FIELD(struct deal, code, .label = "Code", .secret = true, .see = VENDOR, .set = VENDOR),
    FIELD(struct deal, amount, .label = "Amount", .currency = "currency", .min = 1, .max = 10000000000, BOTH,
        .filter = true, .sort = true),
    FIELD(struct deal, close_month, .label = "Closes", .month = true, BOTH, .filter = true, .sort = true),
    FIELD(struct deal, close_date, .label = "Closed on", BOTH, .filter = true),
    FIELD(struct deal, due, .label = "Due", BOTH, .filter = true),
    FIELD(struct deal, rating, .label = "Rating", .min = 1, .max = 5, BOTH, .filter = true, .sort = true),
    FIELD(struct deal, share, .label = "Share", BOTH, .filter = true, .sort = true),
    FIELD(struct deal, urgent, .label = "Urgent", BOTH, .filter = true),
};

static const struct noun deal_noun = {
    .name = "deal",
    .plural = "deals",
    .prefix = "dea",
    .label = "deal",
    .labels = "Deals",
    .summary = "What a partner wants to sell.",
    .size = sizeof(struct deal),
    .fields = deal_fields,
    .n_fields = COUNT(deal_fields),
    .title = "title",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"partner_id,contact", "code", NULL},
    .custom = true,
};

static const char deal_table[] =
    "create table deal (id integer primary key, version integer not null, created integer not null, updated "
    "integer not null, partner_id integer not null, title text not null, state text, country text, currency "
    "text, regions text, contact text, domain text, zone text, notes text, tags text, extra text, "
    "vendor_note "
    "text, code text, amount integer, close_month integer, close_date integer, due integer, rating integer, "
    "share real, urgent integer not null, unique (partner_id, contact));create unique index deal_code on "
    "deal(code);";

/* The heart's migrations, and the table of deals behind them. */
static inline void migrate_small(struct fixture *f)
{
    struct migration table[128] = {0};
    const char *error = NULL;
    size_t n = 0;
    for (; migrations[n].number; n++)
        table[n] = migrations[n];
    table[n] = (struct migration){.number = table[n - 1].number + 1, .name = "deal", .sql = deal_table};
    if (migrate_with(f->db, f->a, table, &error) != OK)
        fail_msg("%s", error);
}

/* ---- verbs ---- */

struct deal_register {
    const char *title, *country;
    struct money amount;
    int64_t rating;
};

static const struct field register_fields[] = {
    FIELD(struct deal_register, title, .label = "Title", .required = true, .max = 80),
    FIELD(struct deal_register, country, .label = "Country", .form = FORM_COUNTRY, .required = true),
    FIELD(struct deal_register, amount, .label = "Amount", .required = true, .min = 1, .max = 10000000000),
    FIELD(struct deal_register, rating, .label = "Rating", .min = 1, .max = 5),
};

static enum status register_run(struct call *c)
{
    const struct deal_register *in = c->in;
    struct deal deal = {.partner_id = {c->viewer->partner_id},
        .title = in->title,
        .state = "open",
        .country = in->country,
        .currency = "EUR",
        .amount = in->amount,
        .rating = in->rating,
        .close_month = {DATE_NONE},
        .close_date = {DATE_NONE}};
    int64_t id = 0;
    return noun_insert(c, &deal_noun, &deal, &id);
}

static enum status win_run(struct call *c)
{
    return noun_update(
        c, &deal_noun, c->row_id, &(struct deal){.state = "won"}, noun_bit(&deal_noun, "state"), "win");
}

static enum status delete_run(struct call *c)
{
    struct value args[1] = {v_int(c->row_id)};
    TRY(db_exec(c->db, "delete from deal where id = $1", args, 1));
    call_event(c, &deal_noun, c->row_id, "delete", "{}");
    return OK;
}

static enum status count_run(struct call *c)
{
    int64_t n;
    struct list_query q = {0};
    TRY(noun_count(c, &deal_noun, &q, 1000, &n));
    c->result_json = arena_printf(c->arena, "{\"count\":%lld}", (long long)n);
    return OK;
}

static const char *const when_open[] = {"open", NULL};
static const struct verb partner_create =
    GENERIC_CREATE(partner_noun, ADMIN, "New partner", "Admit a partner.");
static const struct verb deal_register = {.noun = &deal_noun,
    .name = "register",
    .label = "Register",
    .summary = "Register a deal.",
    .on = ON_COLLECTION,
    .creates = true,
    .roles = PARTNER_ROLES,
    INPUT(struct deal_register, register_fields),
    .run = register_run};
static const struct verb deal_record = {.noun = &deal_noun,
    .name = "record",
    .label = "Record",
    .summary = "Record a partner's deal.",
    .on = ON_COLLECTION,
    .roles = ADMIN,
    .generic = true,
    .run = verb_create};
static const struct verb deal_update = GENERIC_UPDATE(deal_noun, ADMIN | PARTNER_ROLES, "Change a deal.");
static const struct verb deal_win = {.noun = &deal_noun,
    .name = "win",
    .label = "Win",
    .summary = "Close a deal as won.",
    .on = ON_ROW,
    .roles = ADMIN | PARTNER_ADMIN,
    .from = when_open,
    .run = win_run};
static const struct verb deal_delete = {.noun = &deal_noun,
    .name = "delete",
    .label = "Delete",
    .summary = "Take a deal out.",
    .on = ON_ROW,
    .roles = ADMIN,
    .run = delete_run};
static const struct verb deal_count = {.noun = &deal_noun,
    .name = "count",
    .label = "Count",
    .summary = "How many deals there are for you.",
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .reads = true,
    .run = count_run};

static const struct noun *const small_nouns[] = {&partner_noun, &deal_noun, NULL};
static const struct verb *const small_verbs[] = {
    &partner_create, &deal_register, &deal_record, &deal_update, &deal_win, &deal_delete, &deal_count, NULL};
static const struct model small_model = {small_nouns, small_verbs};

/* ---- who ---- */

enum { BRIGHTWATER = 1001, RIVALTEC = 2002, VENDOR_PERSON = 11, SELLER = 12, RIVAL = 13 };

static const struct viewer vendor = {
    .person_id = VENDOR_PERSON, .name = "Vera", .role = ROLE_ADMIN, .scopes = SCOPE_ALL};
static const struct viewer seller = {.person_id = SELLER,
    .name = "Sam",
    .role = ROLE_PARTNER_ADMIN,
    .partner_id = BRIGHTWATER,
    .scopes = SCOPE_ALL};
static const struct viewer rival = {.person_id = RIVAL,
    .name = "Rita",
    .role = ROLE_PARTNER_SELLER,
    .partner_id = RIVALTEC,
    .scopes = SCOPE_ALL};

/* The heart's tables, two partners with a person each, and custom fields of deals. */
static inline void make_small(struct fixture *f)
{
    migrate_small(f);
    run(f->db, "insert into partner (id, version, created, updated, name, country, tier, standing) values "
               "(1001, 1, 1, 1, 'Brightwater', 'SE', 'gold', 'good'), "
               "(2002, 1, 1, 1, 'Rivaltec', 'DE', 'gold', 'good')");
    run(f->db, "insert into person (id, version, created, updated, name, email, role, partner_id, language, "
               "state) values (11, 1, 1, 1, 'Vera', 'vera@vendor.example', 'admin', null, 'en', 'active'), "
               "(12, 1, 1, 1, 'Sam', 'sam@brightwater.example', 'partner_admin', 1001, 'en', 'active'), "
               "(13, 1, 1, 1, 'Rita', 'rita@rivaltec.example', 'partner_seller', 2002, 'en', 'active')");
    run(f->db, "insert into custom_field (id, version, created, updated, noun, name, label, kind, options, "
               "required, partner_sees, partner_sets) values "
               "(1, 1, 1, 1, 'deal', 'segment', 'Segment', 'choice', 'small\nmid\nlarge', 0, 1, 1), "
               "(2, 1, 1, 1, 'deal', 'seats', 'Seats', 'integer', null, 0, 1, 0), "
               "(3, 1, 1, 1, 'deal', 'risk', 'Risk', 'text', null, 0, 0, 0), "
               "(4, 1, 1, 1, 'deal', 'renewal', 'Renewal', 'yes_no', null, 0, 1, 1)");
}

/* A call of that viewer on the fixture's connection. */
static inline struct call *small_call(struct fixture *f, const struct viewer *viewer, const struct verb *verb)
{
    struct call *c = call_new(f->a, &small_model, viewer, (struct instant){1780000000000000});
    c->db = f->db;
    c->verb = verb;
    return c;
}

/* What was said about a field, or NULL. */
static inline const char *said(const struct call *c, const char *field)
{
    for (size_t i = 0; c->problem && i < c->problem->n_fields; i++)
        if (streq(c->problem->fields[i].field, field))
            return c->problem->fields[i].message;
    return NULL;
}

/* Reads a JSON body into the verb's input, as REST does. */
static inline enum status read_json(struct call *c, const char *text)
{
    const char *error;
    struct given *given;
    size_t n;
    json_t *body = json_read(c->arena, text, strlen(text), &error);
    if (!body)
        fail_msg("%s: %s", error, text);
    given_from_json(c, body, &given, &n);
    return input_read(c, given, n, true);
}

/* The verb in a transaction of its own. */
static inline enum status small_run(struct call *c)
{
    ASSERT_OK(db_begin_write(c->db));
    enum status s = verb_run(c);
    if (s == OK)
        s = db_commit(c->db);
    db_rollback(c->db);
    return s;
}

/* Makes a deal as the vendor does, from JSON; each a millisecond after the one before. */
static inline int64_t make_deal(struct fixture *f, const char *json)
{
    static int64_t made;
    struct call *c = small_call(f, &vendor, &deal_record);
    c->now.us += ++made * 1000;
    if (read_json(c, json) != OK)
        fail_msg("%s: %s", json, c->problem->fields[0].message);
    ASSERT_OK(small_run(c));
    return c->result_id;
}

#endif
