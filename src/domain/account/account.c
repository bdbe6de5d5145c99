#include "domain/account/account.h"

static const struct option statuses[] = {
    {"open", N_("Open")}, {"named", N_("Named account")}, {"direct_only", N_("Direct only")}, {0}};
static const struct option sources[] = {
    {"crm", N_("CRM")}, {"registration", N_("Registration")}, {"lead", N_("Lead")}, {0}};

static const struct field account_fields[] = {
    FIELD(struct account, name, .label = N_("Name"), .required = true, .see = VENDOR, .set = VENDOR,
        .list_column = true, .filter = true, .sort = true, .search = true,
        .example = "Hollenbrook Castings GmbH"),
    FIELD(struct account, domain, .label = N_("Web domain"), .form = FORM_DOMAIN, .see = VENDOR,
        .set = VENDOR, .list_column = true, .search = true, .example = "hollenbrook.example"),
    FIELD(struct account, country, .label = N_("Country"), .form = FORM_COUNTRY, .see = VENDOR, .set = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct account, city, .label = N_("City"), .see = VENDOR, .set = VENDOR, .example = "Dortmund"),
    FIELD(struct account, industry, .label = N_("Industry"), .list = "industries", .see = VENDOR,
        .set = VENDOR, .filter = true, .example = "manufacturing"),
    FIELD(struct account, aliases, .label = N_("Other names"), .form = FORM_LIST, .see = VENDOR,
        .set = VENDOR, .search = true, .hint = N_("One a line: former names, brands, abbreviations."),
        .example = "Hollenbrook Guss\nHBC"),
    FIELD(struct account, parent_id, .label = N_("Parent company"), .ref = "account", .see = VENDOR,
        .set = VENDOR, .filter = true),
    FIELD(struct account, owner_id, .label = N_("Owner"), .ref = "person", .see = VENDOR, .set = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct account, status, .label = N_("Status"), .form = FORM_CHOICE, .options = statuses,
        .required = true, .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true,
        .example = "named"),
    FIELD(struct account, contract_until, .label = N_("Contract until"), .see = VENDOR, .set = VENDOR,
        .list_column = true),
    FIELD(struct account, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true, .example = "CRM-20417"),
    FIELD(struct account, source, .label = N_("Source"), .form = FORM_CHOICE, .options = sources,
        .see = VENDOR, .filter = true),
    FIELD(struct account, merged_into, .label = N_("Merged into"), .ref = "account", .see = VENDOR),
};

const struct noun account_noun = {
    .name = "account",
    .plural = "accounts",
    .prefix = "acc",
    .label = N_("Account"),
    .labels = N_("Accounts"),
    .icon = "org",
    .summary = N_("A company that we sell to."),
    .size = sizeof(struct account),
    .fields = account_fields,
    .n_fields = COUNT(account_fields),
    .title = "name",
    .natural = "external_id",
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .nav = N_("Sell"),
    .merged = "merged_into",
    .order = "name",
    .unique = (const char *const[]){"external_id", NULL},
};

const struct match_record *account_record(struct arena *a, const struct account *account)
{
    struct match_company company = {
        .name = account->name, .domain = account->domain, .country = account->country, .city = account->city};
    const char *p = account->aliases;
    if (p && *p) {
        const char **aliases = ARENA_ARRAY(a, 20, const char *);
        while (*p && company.n_aliases < 20) {
            size_t n = strcspn(p, "\n");
            if (n)
                aliases[company.n_aliases++] = arena_strndup(a, p, n);
            p += n + (p[n] != 0);
        }
        company.aliases = aliases;
    }
    return match_prepare(a, &company);
}

/* All of an account's keys in one statement; its text is one of MATCH_MAX_KEYS. */
static enum status store_keys(struct call *c, int64_t id, const struct account *account)
{
    struct match_keys keys;
    struct value args[1 + MATCH_MAX_KEYS] = {v_int(id)};
    match_keys(c->arena, account_record(c->arena, account), &keys);
    if (!keys.n)
        return OK;
    struct buf sql = buf_in(c->arena, 4096);
    buf_adds(&sql, "insert into account_key (account_id, key) values ");
    for (size_t i = 0; i < keys.n; i++) {
        buf_adds(&sql, i ? ", ($1, $" : "($1, $");
        buf_add_int(&sql, (int64_t)i + 2);
        buf_addc(&sql, ')');
        args[i + 1] = v_text(keys.key[i]);
    }
    buf_adds(&sql, " on conflict do nothing");
    return db_exec(c->db, buf_str(&sql), args, keys.n + 1);
}

enum status account_insert(struct call *c, const struct account *a, int64_t *id)
{
    TRY(noun_insert(c, &account_noun, a, id));
    return c->indexed_id ? OK : store_keys(c, *id, a);
}

enum status account_insert_beside(struct call *c, const struct account *a, int64_t *id)
{
    TRY(noun_insert_beside(c, &account_noun, a, id));
    return store_keys(c, *id, a);
}

/* A parent chain that comes back to the account would make every walk up endless. */
static enum status check_parent(struct call *c, int64_t id, int64_t parent)
{
    for (int depth = 0; parent; depth++) {
        if (parent == id || depth > 20)
            return call_field(c, "parent_id", TR(c, "would make a circle of parents"));
        struct value args[1] = {v_int(parent)};
        struct rows rows;
        TRY(db_query(c->db, c->arena, &rows, "select parent_id from account where id = $1", args, 1));
        parent = rows.n ? cell_int(&rows, 0, 0) : 0;
    }
    return OK;
}

static enum status drop_keys(struct call *c, int64_t id, const struct account *account)
{
    struct match_keys keys;
    match_keys(c->arena, account_record(c->arena, account), &keys);
    for (size_t i = 0; i < keys.n; i++) {
        struct value args[2] = {v_text(keys.key[i]), v_int(id)};
        TRY(db_exec(c->db, "delete from account_key where key = $1 and account_id = $2", args, 2));
    }
    return OK;
}

enum status account_findable(struct call *c, int64_t id, bool yes)
{
    struct account a;
    TRY(noun_load_whole(c, &account_noun, id, &a));
    return yes ? store_keys(c, id, &a) : drop_keys(c, id, &a);
}

enum status account_hold_all(struct call *c, const int64_t *ids, size_t n)
{
    const char **names = ARENA_ARRAY(c->arena, n, const char *);
    struct db_query *q = ARENA_ARRAY(c->arena, n, struct db_query);
    struct value *args = ARENA_ARRAY(c->arena, n, struct value);
    for (size_t i = 0; i < n; i++) {
        names[i] = noun_lock_name(c->arena, &account_noun, ids[i]);
        args[i] = v_int(ids[i]);
        q[i] = (struct db_query){
            .sql = "select merged_into from account where id = $1", .args = &args[i], .n_args = 1};
    }
    TRY(db_lock_names(c->db, names, n));
    TRY(db_query_many(c->db, c->arena, q, n));
    for (size_t i = 0; i < n; i++)
        if (q[i].rows.n && cell_int(&q[i].rows, 0, 0))
            return RETRY;
    return OK;
}

enum status account_hold(struct call *c, int64_t id)
{
    return account_hold_all(c, &id, 1);
}

enum status account_change(
    struct call *c, int64_t id, const struct account *a, uint64_t mask, const char *verb)
{
    static const char *const matched[] = {"name", "domain", "country", "city", "aliases"};
    uint64_t keyed = 0;
    struct account before, now;
    for (size_t i = 0; i < COUNT(matched); i++)
        keyed |= mask & noun_bit(&account_noun, matched[i]);
    if (mask & FIELD_BIT(&account_noun, parent_id))
        TRY(check_parent(c, id, a->parent_id.id));
    if (keyed)
        TRY(noun_load_whole(c, &account_noun, id, &before));
    TRY(noun_update(c, &account_noun, id, a, mask, verb));
    if (!keyed)
        return OK;
    TRY(noun_load_whole(c, &account_noun, id, &now));
    TRY(drop_keys(c, id, &before));
    return store_keys(c, id, &now);
}

static enum status create_run(struct call *c)
{
    struct account *in = c->in;
    int64_t id = 0;
    in->source = "crm";
    return account_insert(c, in, &id);
}

static enum status update_run(struct call *c)
{
    return account_change(c, c->row_id, c->in, c->given, NULL);
}

const struct verb account_create = GENERIC_CREATE_BY(
    account_noun, ADMIN | OPERATIONS | VENDOR_SELLER, N_("New account"), N_("Add an account."), create_run);
const struct verb account_update = {
    .noun = &account_noun,
    .name = "update",
    .label = N_("Edit"),
    .done = N_("Changed"),
    .summary = N_("Change an account."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | VENDOR_SELLER,
    .generic = true,
    .partial = true,
    .bulk = true,
    .bulk_fields = "owner_id,status",
    .run = update_run,
    .example = {.fields = "status"},
};

static const struct field product_line_fields[] = {
    FIELD(struct product_line, name, .label = N_("Name"), .required = true, .see = VENDOR | PARTNER,
        .set = VENDOR, .list_column = true, .filter = true, .sort = true, .search = true,
        .example = "Gridlock"),
    FIELD(struct product_line, active, .label = N_("Can be registered"), .see = VENDOR | PARTNER,
        .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct product_line, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true, .example = "PL-04"),
    FIELD(
        struct product_line, key, .label = N_("Key in the programme"), .see = VENDOR, .example = "gridlock"),
};

const struct noun product_line_noun = {
    .name = "product_line",
    .plural = "product-lines",
    .prefix = "pln",
    .label = N_("Product line"),
    .labels = N_("Product lines"),
    .icon = "list",
    .summary = N_("What a deal is registered for."),
    .size = sizeof(struct product_line),
    .fields = product_line_fields,
    .n_fields = COUNT(product_line_fields),
    .title = "name",
    .natural = "name",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.active = 1",
    .read = ALL_ROLES,
    .nav = N_("Programme"),
    .order = "name",
    .unique = (const char *const[]){"name", "external_id", NULL},
};

const struct verb product_line_create =
    GENERIC_CREATE(product_line_noun, ADMIN | OPERATIONS, N_("New product line"), N_("Add a product line."));
const struct verb product_line_update =
    GENERIC_UPDATE(product_line_noun, ADMIN | OPERATIONS, N_("Change a product line."));
