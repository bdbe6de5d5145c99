#include "domain/customer/partners.h"

#include "domain/account/account.h"

static const struct state states[] = {{"active", N_("Active"), "ok"}, {"ended", N_("Ended"), "gone"}, {0}};
static const struct option state_options[] = {{"active", N_("Active")}, {"ended", N_("Ended")}, {0}};
static const struct option events[] = {{"follow", N_("Follows the contracts")}, {0}};

const struct option customer_role_options[] = {
    {"resell", N_("Resells")}, {"deliver", N_("Delivers")}, {"manage", N_("Manages")}, {0}};
/* Who resells follows from the contracts. */
static const struct option entered_roles[] = {{"deliver", N_("Delivers")}, {"manage", N_("Manages")}, {0}};

#define NOUN (&customer_partner_noun)
#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct customer_partner, name, .label = N_("Customer"), .required = true, .see = BOTH,
        .list_column = true, .search = true, .example = "Tarnhelm Logistik GmbH, Ledgerline"),
    FIELD(struct customer_partner, account_id, .label = N_("Account"), .ref = "account", .required = true,
        .see = VENDOR, .filter = true),
    FIELD(struct customer_partner, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true, .see = BOTH, .filter = true),
    FIELD(struct customer_partner, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct customer_partner, role, .label = N_("What it does"), .form = FORM_CHOICE,
        .options = customer_role_options, .required = true, .see = BOTH, .list_column = true, .filter = true,
        .example = "deliver"),
    FIELD(struct customer_partner, since, .label = N_("Since"), .required = true, .see = BOTH,
        .list_column = true, .example = "-200"),
    FIELD(struct customer_partner, until, .label = N_("Until"), .see = BOTH, .list_column = true,
        .example = ""),
    FIELD(struct customer_partner, reason, .label = N_("Why it ended"), .form = FORM_LONG, .max = 1000,
        .see = BOTH, .example = ""),
    FIELD(struct customer_partner, state, .label = N_("Status"), .form = FORM_CHOICE,
        .options = state_options, .required = true, .see = BOTH, .list_column = true, .filter = true,
        .example = "active"),
};

const struct noun customer_partner_noun = {
    .name = "customer_partner",
    .plural = "customer-partners",
    .prefix = "cup",
    .label = N_("Partner at a customer"),
    .labels = N_("Partners at customers"),
    .icon = "people",
    .summary = N_("Which partner resells, delivers or manages what at a customer. A partner sees its own."),
    .size = sizeof(struct customer_partner),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"account_id,product_line_id,role,partner_id", NULL},
    .unique_states = "active",
};

/* ---- storing ---- */

/* Of an account and a product line, one writer at a time. */
static enum status lock_place(struct call *c, int64_t account_id, int64_t product_line_id)
{
    const char *name =
        arena_printf(c->arena, "customer %lld %lld", (long long)account_id, (long long)product_line_id);
    return db_lock_names(c->db, &name, 1);
}

static enum status name_place(struct call *c, struct customer_partner *p)
{
    struct account a;
    struct product_line line;
    TRY(noun_load_whole(c, &account_noun, p->account_id.id, &a));
    TRY(noun_load_whole(c, &product_line_noun, p->product_line_id.id, &line));
    p->name = arena_printf(c->arena, "%s, %s", a.name, line.name);
    return OK;
}

static enum status find_active(struct call *c, const struct customer_partner *p, int64_t *id)
{
    struct value args[4] = {
        v_int(p->account_id.id), v_int(p->product_line_id.id), v_int(p->partner_id.id), v_text(p->role)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from customer_partner where account_id = $1 and product_line_id = $2 and partner_id = $3 "
        "and role = $4 and state = 'active'",
        args, 4));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status set_state(
    struct call *c, int64_t id, const char *state, struct date until, const char *reason, const char *verb)
{
    struct customer_partner p = {.state = state, .until = until, .reason = reason};
    int64_t answer = c->result_id;
    TRY(noun_update(
        c, NOUN, id, &p, FIELD_BIT(NOUN, state) | FIELD_BIT(NOUN, until) | FIELD_BIT(NOUN, reason), verb));
    call_last_event(c)->partner_sees = true;
    c->result_id = answer;
    return OK;
}

/* ---- who resells ---- */

static enum status begin_reseller(
    struct call *c, int64_t account_id, int64_t product_line_id, int64_t partner)
{
    struct customer_partner p = {.account_id = {account_id},
        .product_line_id = {product_line_id},
        .partner_id = {partner},
        .role = "resell",
        .since = date_in(c->catalog->zone, c->now),
        .until = {DATE_NONE},
        .state = "active"};
    int64_t id = 0;
    TRY(name_place(c, &p));
    TRY(noun_insert_beside(c, NOUN, &p, &id));
    call_last_event(c)->partner_sees = true;
    return OK;
}

/* Partners of record of running contracts without a row, and rows without such a contract. */
static const char wanting_sql[] =
    "select distinct k.partner_id from contract k where k.account_id = $1 and k.product_line_id = $2 and "
    "k.state in " CONTRACT_RUNNING " and k.partner_id is not null and not exists (select 1 from "
    "customer_partner p where p.account_id = $1 and p.product_line_id = $2 and p.partner_id = k.partner_id "
    "and p.role = 'resell' and p.state = 'active') order by k.partner_id";
static const char over_sql[] =
    "select p.id from customer_partner p where p.account_id = $1 and p.product_line_id = $2 and p.role = "
    "'resell' and p.state = 'active' and not exists (select 1 from contract k where k.account_id = $1 and "
    "k.product_line_id = $2 and k.state in " CONTRACT_RUNNING " and k.partner_id = p.partner_id) order by "
    "p.id";

enum status resellers_follow(struct call *c, int64_t account_id, int64_t product_line_id, const char *reason)
{
    struct value args[2] = {v_int(account_id), v_int(product_line_id)};
    struct rows wanting, over;
    TRY(lock_place(c, account_id, product_line_id));
    TRY(db_query(c->db, c->arena, &wanting, wanting_sql, args, 2));
    TRY(db_query(c->db, c->arena, &over, over_sql, args, 2));
    for (size_t i = 0; i < wanting.n; i++)
        TRY(begin_reseller(c, account_id, product_line_id, cell_int(&wanting, i, 0)));
    for (size_t i = 0; i < over.n; i++)
        TRY(set_state(
            c, cell_int(&over, i, 0), "ended", date_in(c->catalog->zone, c->now), reason, "follow"));
    return OK;
}

enum status resellers_follow_merge(struct call *c, const char *field, int64_t one, int64_t other)
{
    struct value args[2] = {v_int(one), v_int(other)};
    struct rows places;
    TRY(db_query(c->db, c->arena, &places,
        arena_printf(c->arena,
            "select account_id, product_line_id from contract where %s in ($1, $2) and state "
            "in " CONTRACT_RUNNING
            " union select account_id, product_line_id from customer_partner where %s in ($1, $2) and role = "
            "'resell' and state = 'active' order by 1, 2",
            field, field),
        args, 2));
    for (size_t i = 0; i < places.n; i++)
        TRY(resellers_follow(c, cell_int(&places, i, 0), cell_int(&places, i, 1), NULL));
    return OK;
}

const char reseller_row_sql[] =
    "select id from customer_partner where account_id = $1 and product_line_id = $2 and partner_id = $3 and "
    "role = 'resell' order by id desc limit 1";

enum status reseller_row(struct call *c, const struct contract *k, int64_t partner_id, int64_t *id)
{
    struct value args[3] = {v_int(k->account_id.id), v_int(k->product_line_id.id), v_int(partner_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, reseller_row_sql, args, 3));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

/* ---- verbs ---- */

struct create_input {
    struct ref partner_id;
    const char *role;
    struct ref product_line_id;
    struct date since;
    struct ref account_id;
};
static const struct field create_fields[] = {
    FIELD(struct create_input, partner_id, .label = N_("Partner"), .ref = "partner", .required = true),
    FIELD(struct create_input, role, .label = N_("What it does"), .form = FORM_CHOICE,
        .options = entered_roles, .required = true),
    FIELD(struct create_input, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true),
    FIELD(struct create_input, since, .label = N_("Since"), .hint = N_("Today, when left empty.")),
    FIELD(struct create_input, account_id, .label = N_("Account"), .ref = "account", .required = true),
};

struct end_input {
    const char *reason;
};
static const struct field end_fields[] = {
    FIELD(struct end_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .max = 1000,
        .hint = N_("The partner reads it."), .example = "The project is done; the customer runs it itself."),
};

static enum status check_free(struct call *c, const struct customer_partner *p, const char *field)
{
    int64_t id;
    TRY(lock_place(c, p->account_id.id, p->product_line_id.id));
    TRY(find_active(c, p, &id));
    return id ? call_field(c, field, TR(c, "does that here already")) : OK;
}

static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    struct date today = date_in(c->catalog->zone, c->now);
    int64_t id = 0;
    struct customer_partner p = {.account_id = in->account_id,
        .product_line_id = in->product_line_id,
        .partner_id = in->partner_id,
        .role = in->role,
        .since = in->since.days == DATE_NONE ? today : in->since,
        .until = {DATE_NONE},
        .state = "active"};
    TRY(account_hold(c, p.account_id.id));
    TRY(check_free(c, &p, "partner_id"));
    TRY(name_place(c, &p));
    TRY(noun_insert(c, NOUN, &p, &id));
    call_last_event(c)->partner_sees = true;
    return OK;
}

static enum status entered(struct call *c, struct customer_partner *p)
{
    TRY(noun_load(c, NOUN, c->row_id, p));
    return streq(p->role, "resell")
               ? call_refuse(c, PROBLEM_state, TR(c, "Who resells follows from the contracts: change those."))
               : OK;
}

static enum status end_run(struct call *c)
{
    const struct end_input *in = c->in;
    struct customer_partner p;
    TRY(entered(c, &p));
    TRY(set_state(c, c->row_id, "ended", date_in(c->catalog->zone, c->now), in->reason, NULL));
    c->result_id = c->row_id;
    return OK;
}

static enum status restore_run(struct call *c)
{
    struct customer_partner p;
    TRY(entered(c, &p));
    TRY(check_free(c, &p, "state"));
    TRY(set_state(c, c->row_id, "active", (struct date){DATE_NONE}, NULL, NULL));
    c->result_id = c->row_id;
    return OK;
}

static const char *const active[] = {"active", NULL};
static const char *const ended[] = {"ended", NULL};

const struct verb customer_partner_create = {
    .noun = &customer_partner_noun,
    .name = "create",
    .label = N_("Add a partner"),
    .summary = N_("Say which partner delivers or manages what at a customer."),
    .on = ON_COLLECTION,
    .roles = CUSTOMER_ROLES,
    .primary = true,
    INPUT(struct create_input, create_fields),
    .run = create_run,
    .done = N_("Partner added"),
};

const struct verb customer_partner_end = {
    .noun = &customer_partner_noun,
    .name = "end",
    .label = N_("End it"),
    .summary = N_("The partner no longer delivers or manages there; the row stays, with its days."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .from = active,
    .undo = &customer_partner_restore,
    INPUT(struct end_input, end_fields),
    .run = end_run,
    .done = N_("Ended"),
    .example = {.find = "state=active&role[in]=deliver,manage", .becomes = "ended"},
};

const struct verb customer_partner_restore = {
    .noun = &customer_partner_noun,
    .name = "restore",
    .label = N_("Restore"),
    .summary = N_("The partner does it again."),
    .on = ON_ROW,
    .roles = CUSTOMER_ROLES,
    .from = ended,
    .run = restore_run,
    .done = N_("Restored"),
    .example = {.after = &customer_partner_end, .becomes = "active"},
};
