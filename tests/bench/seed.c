/*
 * Fills a fresh database with the benchmark's workload:
 *     bench-seed URL KEY_FILE ACCOUNTS PROTECTIONS PARTNERS >workload
 * Rows are written in bulk, without events: `tandem check` has nothing to say about them.
 */
#include "app/app.h"
#include "app/setup.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/account/account.h"
#include "domain/person/person.h"
#include "engine/merkle/merkle.h"
#include "model/words.h"
#include "runtime/session.h"
#include "tests/bench/bulk.h"
#include "tests/bench/workload.h"

#include <stdlib.h>

#define RULES 30

struct seed {
    struct app app;
    struct db *db;
    struct arena *arena; /* of the statement under way */
    int64_t accounts, protections, partners, now_us;
    int64_t admin, line, custom; /* ids */
};

static struct bulk *into(struct seed *s, const char *table, const char *columns)
{
    return bulk_into(s->db, s->app.arena, s->arena, table, columns);
}

/* ---- words by which companies are found, sorted so that the index is written from left to right ---- */

struct word {
    const char *text;
    int64_t account;
};
struct words {
    struct arena *arena;
    struct word *items;
    size_t n, cap;
};

static void word_add(struct words *w, const char *text, int64_t account)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 1 << 16;
        w->items = xrealloc(w->items, w->cap, sizeof *w->items);
    }
    w->items[w->n++] = (struct word){arena_strdup(w->arena, text), account};
}

static int by_text(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    int c = strcmp(x->text, y->text);
    return c ? c : (x->account > y->account) - (x->account < y->account);
}

static void words_store(struct seed *s, struct words *w, bool keys)
{
    struct bulk *b = keys ? into(s, "account_key", "key, account_id")
                          : into(s, "search_token", "token, row_id, scope, noun");
    qsort(w->items, w->n, sizeof *w->items, by_text);
    for (size_t i = 0; i < w->n; i++) {
        struct value v[4] = {
            v_text(w->items[i].text), v_int(w->items[i].account), v_int(SEARCH_VENDOR), v_text("account")};
        if (i == 0 || by_text(&w->items[i], &w->items[i - 1]) != 0)
            bulk_add(b, v);
    }
    bulk_flush(b);
    arena_free(w->arena);
    free(w->items);
}

/* ---- the parts ---- */

static void seed_accounts(struct seed *s)
{
    struct bulk *b =
        into(s, "account", "id, version, created, updated, name, domain, country, status, source");
    struct words keys = {.arena = arena_new()}, tokens = {.arena = arena_new()};
    for (int64_t i = 0; i < s->accounts; i++) {
        char name[WORKLOAD_TEXT], domain[WORKLOAD_TEXT];
        workload_company((uint64_t)i, name);
        workload_domain((uint64_t)i, domain);
        struct account a = {.name = arena_strdup(s->arena, name),
            .domain = arena_strdup(s->arena, domain),
            .country = workload_country((uint64_t)i)};
        struct match_keys k;
        match_keys(s->arena, account_record(s->arena, &a), &k);
        for (size_t j = 0; j < k.n; j++)
            word_add(&keys, k.key[j], bench_old_id(i));
        const char *texts[] = {a.name, a.domain}, *word;
        for (size_t t = 0; t < COUNT(texts); t++) {
            const char *p = text_fold(s->arena, texts[t]);
            while ((word = next_word(s->arena, &p)))
                word_add(&tokens, word, bench_old_id(i));
        }
        struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us), v_int(s->now_us),
            v_text(a.name), v_text(a.domain), v_text(a.country),
            v_text(i % 500 == 499 ? "direct_only" : "open"), v_text("crm")};
        bulk_add(b, v);
    }
    bulk_flush(b);
    words_store(s, &keys, true);
    words_store(s, &tokens, false);
}

static void seed_access(struct seed *s, struct bulk *tokens, struct bulk *sessions, int64_t i, int64_t person)
{
    char secret[WORKLOAD_TEXT];
    workload_token((uint64_t)i, secret);
    struct value token[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us), v_int(s->now_us),
        v_text("bench"), secret_hash(s->arena, secret), v_int(person), v_text(",read,write,"),
        v_text("active")};
    bulk_add(tokens, token);
    workload_session((uint64_t)i, secret);
    struct value session[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us), v_int(s->now_us),
        secret_hash(s->arena, secret), v_int(person), v_text("link"), v_int(1), v_int(0), v_int(s->now_us),
        v_int(s->now_us), v_int(s->now_us + 90 * US_PER_DAY)};
    bulk_add(sessions, session);
}

static void seed_partner(struct seed *s, struct bulk *b, int64_t i)
{
    static const char *const tiers[] = {"registered", "silver", "gold", "platinum"};
    struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us), v_int(s->now_us),
        v_text(arena_printf(s->arena, "Partner %06lld", (long long)i)), v_text(workload_country((uint64_t)i)),
        v_text(",reseller,"), v_text(tiers[i % 4]), v_text("good"), v_int(s->admin)};
    bulk_add(b, v);
}

/* Partners, each with one person, a token, a session and a certification; number 0 is the vendor's. */
static void seed_partners(struct seed *s)
{
    struct bulk *partners =
        into(s, "partner", "id, version, created, updated, name, country, types, tier, standing, manager_id");
    struct bulk *people =
        into(s, "person", "id, version, created, updated, name, email, role, partner_id, language, state");
    struct bulk *tokens =
        into(s, "token", "id, version, created, updated, name, hash, person_id, scopes, state");
    struct bulk *sessions = into(s, "session",
        "id, version, created, updated, hash, person_id, method, trusted, waiting, proved, last_seen, "
        "expires");
    struct bulk *certified =
        into(s, "certification", "id, version, created, updated, partner_id, product_line_id, people");
    for (int64_t i = 1; i <= s->partners; i++)
        seed_partner(s, partners, i);
    bulk_flush(partners);
    for (int64_t i = 1; i <= s->partners; i++) {
        struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us), v_int(s->now_us),
            v_text(arena_printf(s->arena, "Seller %06lld", (long long)i)),
            v_text(arena_printf(s->arena, "seller%lld@partner.example", (long long)i)),
            v_text("partner_seller"), v_int(bench_old_id(i)), v_text("en"), v_text("active")};
        bulk_add(people, v);
    }
    bulk_flush(people);
    for (int64_t i = 0; i <= s->partners; i++)
        seed_access(s, tokens, sessions, i, i ? bench_old_id(i) : s->admin);
    bulk_flush(tokens);
    bulk_flush(sessions);
    for (int64_t i = 1; i <= s->partners; i++) {
        struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us), v_int(s->now_us),
            v_int(bench_old_id(i)), v_int(s->line), v_int(i % 4)};
        bulk_add(certified, v);
    }
    bulk_flush(certified);
}

/* The first accounts are protected, each by one partner. */
static void seed_protections(struct seed *s)
{
    struct bulk *regs = into(s, "registration",
        "id, version, created, updated, partner_id, person_id, account_id, company, domain, country, "
        "product_line_id, amount, currency, close_month, state, rule, protected_until, benefit_percent, "
        "decided");
    struct bulk *claims = into(s, "protection",
        "id, account_id, product_line_id, registration_id, partner_id, state, until, created");
    struct bulk *custom = into(s, "custom_value", "noun, row_id, field_id, text");
    int64_t until = s->now_us + 60 * US_PER_DAY;
    for (int64_t i = 0; i < s->protections; i++) {
        char name[WORKLOAD_TEXT], domain[WORKLOAD_TEXT];
        int64_t partner = bench_old_id(1 + i % s->partners);
        workload_company((uint64_t)i, name);
        workload_domain((uint64_t)i, domain);
        struct value v[] = {v_int(bench_old_id(i)), v_int(1), v_int(s->now_us - i), v_int(s->now_us),
            v_int(partner), v_int(partner), v_int(bench_old_id(i)), v_text(arena_strdup(s->arena, name)),
            v_text(arena_strdup(s->arena, domain)), v_text(workload_country((uint64_t)i)), v_int(s->line),
            v_int(2000000), v_text("EUR"), v_int(s->now_us / US_PER_DAY), v_text("approved"),
            v_text("small_deal"), v_int(until), v_real(8), v_int(s->now_us)};
        bulk_add(regs, v);
    }
    bulk_flush(regs);
    for (int64_t i = 0; i < s->protections; i++) {
        struct value v[] = {v_int(bench_old_id(i)), v_int(bench_old_id(i)), v_int(s->line),
            v_int(bench_old_id(i)), v_int(bench_old_id(1 + i % s->partners)), v_text("live"), v_int(until),
            v_int(s->now_us)};
        bulk_add(claims, v);
    }
    bulk_flush(claims);
    for (int64_t i = 0; i < s->protections; i++) {
        struct value v[] = {v_text("registration"), v_int(bench_old_id(i)), v_int(s->custom),
            v_text(i % 2 ? "public" : "private")};
        bulk_add(custom, v);
    }
    bulk_flush(custom);
}

/* ---- what verbs make: the programme with its rules, an administrator, a product line, a custom field ----
 */

/* The default programme, with rules before its last one that decide on large amounts and hit seldom. */
static const char *programme_of(struct arena *a, size_t n_rules)
{
    json_error_t error;
    json_t *doc = json_loads(programme_default, 0, &error);
    json_t *rules = json_object_get(doc, "rules");
    for (size_t i = 0; json_array_size(rules) < n_rules; i++) {
        json_t *rule = json_pack(
            "{s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:{s:{s:i}, s:{s:i}, s:b}, s:s, s:s, s:i}", "id",
            arena_printf(a, "large_%zu", i), "name", "en", arena_printf(a, "Large deal %zu", i), "de",
            arena_printf(a, "Großes Geschäft %zu", i), "sentence", "en",
            "A person looks at deals this large.", "de", "Geschäfte dieser Größe sieht sich ein Mensch an.",
            "when", "registration.amount", "at_least", (int)(90000000 - i * 1000000),
            "partner.open_registrations", "at_least", (int)(3 + i % 9), "registration.known_how", i % 2,
            "outcome", "review", "queue", "operations", "review_hours", 24);
        ASSERT(rule);
        json_array_insert_new(rules, json_array_size(rules) - 1, rule);
    }
    char *text = json_dumps(doc, 0);
    const char *kept = arena_strdup(a, text);
    free(text);
    json_decref(doc);
    return kept;
}

static enum status first_rows(struct call *c)
{
    struct seed *s = c->in;
    struct person admin = {.name = "Admin",
        .email = "admin@bench.example",
        .role = "admin",
        .language = "en",
        .state = "active"};
    struct product_line line = {.name = "Platform", .active = true};
    TRY(noun_insert(c, &person_noun, &admin, &s->admin));
    TRY(noun_insert(c, &product_line_noun, &line, &s->line));
    TRY(setup_programme(c, programme_of(c->arena, RULES), "Benchmark", s->admin));
    s->custom = id_new(c->now);
    struct value args[] = {v_int(s->custom), v_int(c->now.us)};
    return db_exec(c->db,
        "insert into custom_field (id, version, created, updated, noun, name, label, kind, options, "
        "required, "
        "partner_sees, partner_sets) values ($1, 1, $2, $2, 'registration', 'sector', 'Sector', 'choice', "
        "'public\nprivate', 0, 1, 1)",
        args, 2);
}

static int64_t number(const char *text)
{
    int64_t n;
    if (!parse_int(text, &n) || n < 1)
        bench_die(text, "is no number above 0");
    return n;
}

static void seed_all(struct seed *s)
{
    bulk_open(s->db);
    seed_partners(s);
    seed_accounts(s);
    seed_protections(s);
    bulk_close(s->db);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fputs("usage: bench-seed URL KEY_FILE ACCOUNTS PROTECTIONS PARTNERS\n", stderr);
        return 2;
    }
    struct seed s = {.arena = arena_new(),
        .accounts = number(argv[3]),
        .protections = number(argv[4]),
        .partners = number(argv[5])};
    struct app_options o = {
        .url = argv[1], .key_path = argv[2], .log_name = "bench.invalid/log", .create = true};
    const char *error;
    if (!app_open(&s.app, &o, &error))
        bench_die(argv[1], error);
    s.now_us = instant_now().us;
    if (app_seed(&s.app, first_rows, &s) != OK)
        bench_die("the first rows", NULL);
    if (db_open(&s.db, s.app.arena, argv[1], DB_WRITE, &error) != OK)
        bench_die(argv[1], error);
    seed_all(&s);
    printf("accounts %lld\nprotections %lld\npartners %lld\nproduct_line %s\n", (long long)s.accounts,
        (long long)s.protections, (long long)s.partners, id_text(s.app.arena, "pln", s.line));
    db_close(s.db);
    arena_free(s.arena);
    app_close(&s.app);
    return 0;
}
