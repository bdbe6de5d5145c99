#include "domain/registration/facts.h"

#include "domain/registration/cap.h"
#include "domain/registration/situation.h"
#include "model/custom.h"

#include <stdlib.h>

enum fact_id {
    F_ACCOUNT_CONTRACT,
    F_ACCOUNT_OWN_DEAL,
    F_ACCOUNT_OWN_DEAL_DAYS,
    F_ACCOUNT_OWNED,
    F_ACCOUNT_STATUS,
    F_CONFLICT_KIND,
    F_CONFLICT_OWN,
    F_CONFLICT_RELATED,
    F_CONFLICT_STATE,
    F_CONFLICT_TAKEN,
    F_MATCH_KIND,
    F_MATCH_SCORE,
    F_PARTNER_CERTIFIED,
    F_PARTNER_EXPIRY,
    F_PARTNER_IN_TERRITORY,
    F_PARTNER_OPEN_ALLOWED,
    F_PARTNER_OPEN,
    F_PARTNER_OPEN_ROOM,
    F_PARTNER_STANDING,
    F_PARTNER_TIER,
    F_PARTNER_TYPES,
    F_PARTNER_WIN,
    F_REGISTRATION_AMOUNT,
    F_REGISTRATION_CURRENCY,
    F_REGISTRATION_KNOWN_HOW,
    F_REGISTRATION_MONTHS,
    F_REGISTRATION_RATE,
    F_COUNT
};

static const char *const account_statuses[] = {"open", "named", "direct_only"};
static const char *const own_deals[] = {"none", "quiet", "active"};
static const char *const conflict_kinds[] = {"none", "related", "maybe", "same"};
static const char *const conflict_states[] = {"none", "hold", "live"};
static const char *const match_kinds[] = {"new", "maybe", "known"};
static const char *const standings[] = {"good", "watch", "suspended"};

#define OPTIONS(array) .options = (array), .n_options = COUNT(array)

/*
 * What a partner sees of the vendor's side is coarse: that a claim exists, never whose or since when. What
 * the CRM knows of an account (owner, contract, own deal, how alike it is) stays with the vendor.
 */
static const struct fact base_facts[F_COUNT] = {
    [F_ACCOUNT_CONTRACT] = {.name = "account.contract",
        .label = N_("Running contract"),
        .kind = FACT_BOOL,
        .source = N_("CRM")},
    [F_ACCOUNT_OWN_DEAL] = {.name = "account.own_deal",
        .label = N_("Our own deal"),
        .kind = FACT_CHOICE,
        OPTIONS(own_deals),
        .ordered = true,
        .source = N_("CRM")},
    [F_ACCOUNT_OWN_DEAL_DAYS] = {.name = "account.own_deal_days",
        .label = N_("Last activity in our own deal"),
        .kind = FACT_INT,
        .unit = "days",
        .source = N_("CRM")},
    [F_ACCOUNT_OWNED] = {.name = "account.owned",
        .label = N_("Has an account owner"),
        .kind = FACT_BOOL,
        .source = N_("CRM")},
    [F_ACCOUNT_STATUS] = {.name = "account.status",
        .label = N_("Account"),
        .kind = FACT_CHOICE,
        OPTIONS(account_statuses),
        .source = N_("Account list")},
    [F_CONFLICT_KIND] = {.name = "conflict.kind",
        .label = N_("Conflict"),
        .kind = FACT_CHOICE,
        OPTIONS(conflict_kinds),
        .ordered = true,
        .source = N_("Registrations")},
    [F_CONFLICT_OWN] = {.name = "conflict.own",
        .label = N_("You hold it already"),
        .kind = FACT_BOOL,
        .partner_sees = true,
        .source = N_("Registrations")},
    [F_CONFLICT_RELATED] = {.name = "conflict.related",
        .label = N_("Group company protected"),
        .kind = FACT_BOOL,
        .source = N_("Registrations")},
    [F_CONFLICT_STATE] = {.name = "conflict.state",
        .label = N_("State of the other registration"),
        .kind = FACT_CHOICE,
        OPTIONS(conflict_states),
        .ordered = true,
        .source = N_("Registrations")},
    /* Whether it is under review or protected would tell how far the other partner is. */
    [F_CONFLICT_TAKEN] = {.name = "conflict.taken",
        .label = N_("Registered by another partner"),
        .kind = FACT_BOOL,
        .partner_sees = true,
        .source = N_("Registrations")},
    [F_MATCH_KIND] = {.name = "match.kind",
        .label = N_("Company"),
        .kind = FACT_CHOICE,
        OPTIONS(match_kinds),
        .ordered = true,
        .source = N_("Match")},
    [F_MATCH_SCORE] = {.name = "match.score",
        .label = N_("Closest company"),
        .kind = FACT_REAL,
        .source = N_("Match")},
    [F_PARTNER_CERTIFIED] = {.name = "partner.certified_people",
        .label = N_("People certified for the product line"),
        .kind = FACT_INT,
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Certificates")},
    [F_PARTNER_EXPIRY] = {.name = "partner.expiry_percent",
        .label = N_("Registrations that lapsed"),
        .kind = FACT_REAL,
        .unit = "%",
        .partner_sees = true,
        .source = N_("Registrations")},
    [F_PARTNER_IN_TERRITORY] = {.name = "partner.in_territory",
        .label = N_("In your territory"),
        .kind = FACT_BOOL,
        .partner_sees = true,
        .source = N_("Partner record")},
    [F_PARTNER_OPEN_ALLOWED] = {.name = "partner.open_allowed",
        .label = N_("Open registrations allowed"),
        .kind = FACT_INT,
        .partner_sees = true,
        .source = N_("Your record")},
    [F_PARTNER_OPEN] = {.name = "partner.open_registrations",
        .label = N_("Your open registrations"),
        .kind = FACT_INT,
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Registrations")},
    [F_PARTNER_OPEN_ROOM] = {.name = "partner.open_room",
        .label = N_("Room for open registrations"),
        .kind = FACT_INT,
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Your record")},
    [F_PARTNER_STANDING] = {.name = "partner.standing",
        .label = N_("Your standing"),
        .kind = FACT_CHOICE,
        OPTIONS(standings),
        .partner_sees = true,
        .source = N_("Partner record")},
    [F_PARTNER_TIER] = {.name = "partner.tier",
        .label = N_("Your tier"),
        .kind = FACT_CHOICE,
        .ordered = true,
        .partner_sees = true,
        .source = N_("Partner record")},
    [F_PARTNER_TYPES] = {.name = "partner.types",
        .label = N_("Your partner types"),
        .kind = FACT_SET,
        .partner_sees = true,
        .source = N_("Partner record")},
    [F_PARTNER_WIN] = {.name = "partner.win_percent",
        .label = N_("Your registrations won"),
        .kind = FACT_REAL,
        .unit = "%",
        .partner_sees = true,
        .source = N_("Registrations")},
    [F_REGISTRATION_AMOUNT] = {.name = "registration.amount",
        .label = N_("Amount"),
        .kind = FACT_MONEY,
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Your registration")},
    [F_REGISTRATION_CURRENCY] = {.name = "registration.currency",
        .label = N_("Currency"),
        .kind = FACT_TEXT,
        .partner_sees = true,
        .source = N_("Your registration")},
    [F_REGISTRATION_KNOWN_HOW] = {.name = "registration.known_how",
        .label = N_("You say how you know them"),
        .kind = FACT_BOOL,
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Your registration")},
    [F_REGISTRATION_MONTHS] = {.name = "registration.months_to_close",
        .label = N_("Months to close"),
        .kind = FACT_INT,
        .unit = "months",
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Your registration")},
    [F_REGISTRATION_RATE] = {.name = "registration.rate",
        .label = N_("Exchange rate"),
        .kind = FACT_REAL,
        .partner_sees = true,
        .source = N_("Exchange rates")},
};

/* ---- the vocabulary ---- */

static const char **list_keys(struct arena *a, const struct catalog *catalog, const char *list, size_t *n)
{
    const struct catalog_list *l = catalog_find(catalog, list);
    const char **keys = ARENA_ARRAY(a, l->n + 1, const char *);
    for (size_t i = 0; i < l->n; i++)
        keys[i] = l->items[i].key;
    *n = l->n;
    return keys;
}

static void list_options(struct arena *a, struct fact *f, const struct catalog *catalog, const char *list)
{
    f->options = list_keys(a, catalog, list, &f->n_options);
}

static struct fact custom_fact(struct arena *a, const char *noun, const struct rows *rows, size_t r)
{
    const char *kind = cell_text(rows, r, 2), *options = cell_text(rows, r, 3);
    bool own = streq(noun, "registration");
    struct fact f = {.name = arena_printf(a, "%s.custom.%s", noun, cell_text(rows, r, 0)),
        .label = arena_strdup(a, cell_text(rows, r, 1)),
        .kind = FACT_TEXT,
        .partner_sees = cell_int(rows, r, 4) != 0,
        .partner_can_change = own && cell_int(rows, r, 5) != 0,
        .source = own ? N_("Your registration") : N_("Partner record")};
    if (streq(kind, "number"))
        f.kind = FACT_REAL;
    else if (streq(kind, "integer"))
        f.kind = FACT_INT;
    else if (streq(kind, "yes_no"))
        f.kind = FACT_BOOL;
    else if (streq(kind, "date"))
        f.kind = FACT_DATE;
    else if (streq(kind, "choice") && options) {
        const char **keys = ARENA_ARRAY(a, 101, const char *);
        while (*options && f.n_options < 100) {
            size_t n = strcspn(options, "\n");
            if (n)
                keys[f.n_options++] = arena_strndup(a, options, n);
            options += n + (options[n] != 0);
        }
        f.kind = FACT_CHOICE;
        f.options = keys;
    }
    return f;
}

enum status facts_vocabulary(
    struct call *c, struct arena *keep, const struct catalog *catalog, struct vocabulary *out)
{
    static const char *const carriers[] = {"partner", "registration"};
    struct rows rows[COUNT(carriers)];
    size_t n = F_COUNT;
    for (size_t i = 0; i < COUNT(carriers); i++) {
        struct value args[1] = {v_text(carriers[i])};
        TRY(db_query(c->db, c->arena, &rows[i],
            "select name, label, kind, options, partner_sees, partner_sets from custom_field where noun = $1 "
            "order by name",
            args, 1));
        n += rows[i].n;
    }
    struct fact *facts = ARENA_ARRAY(keep, n, struct fact);
    memcpy(facts, base_facts, sizeof base_facts);
    list_options(keep, &facts[F_PARTNER_TIER], catalog, "tiers");
    list_options(keep, &facts[F_PARTNER_TYPES], catalog, "types");
    size_t at = F_COUNT;
    for (size_t i = 0; i < COUNT(carriers); i++)
        for (size_t r = 0; r < rows[i].n; r++)
            facts[at++] = custom_fact(keep, carriers[i], &rows[i], r);
    *out = (struct vocabulary){.facts = facts, .n = n, .currency = catalog->currency};
    out->queues = list_keys(keep, catalog, "queues", &out->n_queues);
    return OK;
}

/* ---- values ---- */

static const char *conflict_kind(const struct situation *s)
{
    if (s->claim.protection_id && !s->claim_own)
        return "same";
    if (s->lookalike_claim)
        return "maybe";
    return s->related_claim ? "related" : "none";
}

static struct value percent(int64_t part, int64_t whole)
{
    return whole >= 5 ? v_real(100.0 * (double)part / (double)whole) : v_null();
}

static int months_between(struct date from, struct date to)
{
    int y1, m1, y2, m2, d;
    date_split(from, &y1, &m1, &d);
    date_split(to, &y2, &m2, &d);
    return (y2 - y1) * 12 + m2 - m1;
}

/* ",msp,reseller," as the rules read a set: "msp,reseller". */
static const char *bare_set(struct arena *a, const char *set)
{
    size_t n = set ? strlen(set) : 0;
    return n > 2 ? arena_strndup(a, set + 1, n - 2) : "";
}

static void account_values(const struct situation *s, struct date today, struct value *v)
{
    const struct account *account = s->match == MATCH_SAME ? &s->nearest->account : NULL;
    const char *deal = !s->own_deal ? "none"
                       : s->own_deal_days >= 0 && s->own_deal_days <= s->programme->limits.activity_days
                           ? "active"
                           : "quiet";
    v[F_ACCOUNT_CONTRACT] = v_int(s->contract || (account && account->contract_until.days != DATE_NONE &&
                                                     account->contract_until.days >= today.days));
    v[F_ACCOUNT_OWN_DEAL] = v_text(deal);
    v[F_ACCOUNT_OWN_DEAL_DAYS] = s->own_deal_days >= 0 ? v_int(s->own_deal_days) : v_null();
    v[F_ACCOUNT_OWNED] = v_int(account && account->owner_id.id != 0);
    v[F_ACCOUNT_STATUS] = v_text(account ? account->status : "open");
    v[F_CONFLICT_KIND] = v_text(conflict_kind(s));
    v[F_CONFLICT_OWN] = v_int(s->claim.protection_id && s->claim_own);
    v[F_CONFLICT_RELATED] = v_int(s->related_claim);
    v[F_CONFLICT_STATE] = v_text(s->claim.protection_id && !s->claim_own ? s->claim.state : "none");
    v[F_CONFLICT_TAKEN] = v_int(s->claim.protection_id && !s->claim_own);
    v[F_MATCH_KIND] = v_text(match_kinds[!s->nearest ? 0 : s->match == MATCH_MAYBE ? 1 : 2]);
    v[F_MATCH_SCORE] = s->nearest ? v_real(s->nearest->result.score) : v_null();
}

static void partner_values(struct call *c, const struct situation *s, struct value *v)
{
    v[F_PARTNER_CERTIFIED] = v_int(s->certified_people);
    v[F_PARTNER_EXPIRY] = percent(s->lapsed, s->won + s->lost + s->lapsed);
    v[F_PARTNER_IN_TERRITORY] =
        v_int(programme_covers(s->programme, s->partner.territories, s->wish->country));
    int64_t allowed = cap_allowed(&s->programme->life.caps, s->won, s->lapsed);
    v[F_PARTNER_OPEN_ALLOWED] = v_int(allowed);
    v[F_PARTNER_OPEN] = v_int(s->open_registrations);
    v[F_PARTNER_OPEN_ROOM] = v_int(allowed > s->open_registrations ? allowed - s->open_registrations : 0);
    v[F_PARTNER_STANDING] = v_text(s->partner.standing);
    v[F_PARTNER_TIER] = v_text(s->partner.tier);
    v[F_PARTNER_TYPES] = v_text(bare_set(c->arena, s->partner.types));
    v[F_PARTNER_WIN] = percent(s->won, s->won + s->lost);
}

static void wish_values(const struct situation *s, struct date today, struct value *v)
{
    const struct wish *w = s->wish;
    /* Without a rate an amount in another currency is not known to the rules: nothing is guessed. */
    bool comparable = w->amount.minor > 0 && s->amount.known;
    v[F_REGISTRATION_AMOUNT] = comparable ? v_int(s->amount.amount.minor) : v_null();
    v[F_REGISTRATION_CURRENCY] = v_text(w->currency);
    v[F_REGISTRATION_RATE] = comparable ? v_real(s->amount.rate) : v_null();
    v[F_REGISTRATION_KNOWN_HOW] = v_int(w->relationship && *w->relationship);
    v[F_REGISTRATION_MONTHS] =
        w->close_month.days == DATE_NONE ? v_null() : v_int(months_between(today, w->close_month));
}

static struct value custom_number(const struct fact *f, struct value v)
{
    if (v.kind == VALUE_REAL && f->kind != FACT_REAL)
        return v_int((int64_t)v.r);
    return v.kind == VALUE_INT && f->kind == FACT_REAL ? v_real((double)v.i) : v;
}

/* Custom facts stand behind the others, the partner's first. */
static bool partner_has_custom(const struct vocabulary *words)
{
    return words->n > F_COUNT && strncmp(words->facts[F_COUNT].name, "partner.", 8) == 0;
}

static enum status custom_values(
    struct call *c, const struct vocabulary *words, const struct situation *s, struct value *v)
{
    struct value args[1] = {v_int(s->wish->partner_id)};
    struct rows rows = {0};
    if (partner_has_custom(words))
        TRY(db_query(c->db, c->arena, &rows,
            "select f.name, v.text, v.num from custom_value v join custom_field f on f.id = v.field_id "
            "where v.noun = 'partner' and v.row_id = $1",
            args, 1));
    for (size_t i = F_COUNT; i < words->n; i++) {
        const struct fact *f = &words->facts[i];
        for (size_t r = 0; r < rows.n; r++)
            if (streq(f->name, arena_printf(c->arena, "partner.custom.%s", cell_text(&rows, r, 0))))
                v[i] = custom_number(
                    f, cell(&rows, r, 2)->kind == VALUE_NULL ? *cell(&rows, r, 1) : *cell(&rows, r, 2));
        for (size_t k = 0; k < s->wish->n_custom; k++)
            if (streq(f->name,
                    arena_printf(c->arena, "registration.custom.%s", s->wish->custom[k].field->name)))
                v[i] = custom_number(f, s->wish->custom[k].value);
    }
    return OK;
}

enum status facts_values(
    struct call *c, const struct vocabulary *words, const struct situation *s, struct value **out)
{
    struct date today = date_in(s->programme->catalog.zone, c->now);
    *out = ARENA_ARRAY(c->arena, words->n, struct value);
    account_values(s, today, *out);
    partner_values(c, s, *out);
    wish_values(s, today, *out);
    return custom_values(c, words, s, *out);
}
