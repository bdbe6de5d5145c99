#include "domain/customer/usage.h"

#include "base/json.h"
#include "domain/account/account.h"
#include "domain/customer/contract.h"

static const struct field fields[] = {
    FIELD(struct usage, account_id, .label = N_("Account"), .ref = "account", .required = true, .see = VENDOR,
        .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct usage, month, .label = N_("Month"), .month = true, .required = true, .see = VENDOR,
        .set = VENDOR, .list_column = true, .filter = true, .sort = true, .example = "-400"),
    FIELD(struct usage, quantity, .label = N_("Quantity"), .required = true, .see = VENDOR, .set = VENDOR,
        .list_column = true, .min = 0, .max = INT64_C(1000000000000), .example = "140"),
    FIELD(struct usage, metric, .label = N_("Metric"), .required = true, .max = 60, .see = VENDOR,
        .set = VENDOR, .list_column = true, .search = true, .hint = N_("Such as seats or gigabytes."),
        .example = "seats"),
    FIELD(struct usage, product_line_id, .label = N_("Product line"), .ref = "product_line", .required = true,
        .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true),
};

const struct noun usage_noun = {
    .name = "usage",
    .plural = "usage",
    .prefix = "usg",
    .label = N_("Month of usage"),
    .labels = N_("Usage"),
    .icon = "gauge",
    .summary = N_("How much of a product an account used in a month, by metric."),
    .size = sizeof(struct usage),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "account_id",
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .order = "-month",
    .unique = (const char *const[]){"account_id,product_line_id,metric,month", NULL},
};

/* ---- one ---- */

static enum status create_run(struct call *c)
{
    const struct usage *u = c->in;
    int64_t id = 0;
    TRY(account_hold(c, u->account_id.id));
    return noun_insert(c, &usage_noun, u, &id);
}

const struct verb usage_create = GENERIC_CREATE_BY(
    usage_noun, CUSTOMER_ROLES, N_("Enter usage"), N_("Enter one month of usage."), create_run);
const struct verb usage_update = GENERIC_UPDATE_BY(usage_noun, CUSTOMER_ROLES, N_("Change a month of usage."),
    verb_update, .example = {.fields = "quantity"});

/* ---- many at once ---- */

struct record_input {
    const char *rows;
};
static const struct field record_fields[] = {
    FIELD(struct record_input, rows, .label = N_("Rows"), .form = FORM_JSON, .required = true,
        .hint =
            N_("A list of objects with account_id, product_line_id, metric, month and quantity; accounts by "
               "id or external id, product lines by id or name."),
        .example = "[{\"account_id\":\"ACC-10001\",\"product_line_id\":\"Ledgerline\",\"metric\":\"seats\","
                   "\"month\":\"2026-05\",\"quantity\":140}]"),
};

struct batch {
    struct usage *rows;
    size_t n;
};

static void row_problem(struct call *c, size_t i, const char *field, const char *message)
{
    (void)!call_field(c, arena_printf(c->arena, "rows[%zu].%s", i, field), message);
}

/* As one month is read, so that both take the same. */
static void read_row(struct call *c, const json_t *o, size_t i, struct usage *out)
{
    struct given *given;
    size_t n;
    given_from_json(c, o, &given, &n);
    for (size_t f = 0; f < COUNT(fields); f++) {
        struct given none = {.name = fields[f].name};
        const struct given *g = &none;
        struct value v;
        for (size_t k = 0; k < n; k++)
            g = streq(given[k].name, fields[f].name) ? &given[k] : g;
        const char *message = field_parse(c, &fields[f], g, &v);
        if (!message && v.kind == VALUE_NULL)
            message = TR(c, "is needed");
        if (message)
            row_problem(c, i, fields[f].name, message);
        field_store(&fields[f], out, &v);
    }
    for (size_t k = 0; k < n; k++)
        if (field_find(fields, COUNT(fields), given[k].name) < 0)
            row_problem(c, i, given[k].name, TR(c, "is not a field here"));
}

static enum status record_prepare(struct call *c)
{
    const struct record_input *in = c->in;
    const char *error;
    const json_t *list = json_read(c->arena, in->rows, strlen(in->rows), &error);
    struct batch *b = ARENA_NEW(c->arena, struct batch);
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n == 0 || n > USAGE_BATCH_MAX)
        return call_field(
            c, "rows", arena_printf(c->arena, TR(c, "enter a list of 1 to %d rows"), USAGE_BATCH_MAX));
    b->rows = ARENA_ARRAY(c->arena, n, struct usage);
    for (; b->n < n; b->n++) {
        const json_t *o = json_array_get(list, b->n);
        if (json_is_object(o))
            read_row(c, o, b->n, &b->rows[b->n]);
        else
            (void)!call_field(c, arena_printf(c->arena, "rows[%zu]", b->n), TR(c, "is not a JSON object"));
    }
    c->plan = b;
    return c->unread ? c->unread : c->problem ? REFUSED : OK;
}

static const char find_sql[] =
    "select id, quantity from usage where account_id = $1 and product_line_id = $2 "
    "and metric = $3 and month = $4";

/* What is known of all rows already, in one round trip. */
static enum status find_rows(struct call *c, const struct batch *b, struct db_query **out)
{
    struct db_query *q = ARENA_ARRAY(c->arena, b->n, struct db_query);
    for (size_t i = 0; i < b->n; i++) {
        struct value *args = ARENA_ARRAY(c->arena, 4, struct value);
        const struct usage *u = &b->rows[i];
        args[0] = v_int(u->account_id.id);
        args[1] = v_int(u->product_line_id.id);
        args[2] = v_text(u->metric);
        args[3] = v_int(u->month.days);
        q[i] = (struct db_query){.sql = find_sql, .args = args, .n_args = 4};
    }
    *out = q;
    return db_query_many(c->db, c->arena, q, b->n);
}

static bool twice(const struct batch *b, size_t i)
{
    const struct usage *u = &b->rows[i];
    for (size_t k = 0; k < i; k++)
        if (b->rows[k].account_id.id == u->account_id.id && b->rows[k].month.days == u->month.days &&
            b->rows[k].product_line_id.id == u->product_line_id.id && streq(b->rows[k].metric, u->metric))
            return true;
    return false;
}

static enum status hold_accounts(struct call *c, const struct batch *b)
{
    int64_t ids[USAGE_BATCH_MAX];
    for (size_t i = 0; i < b->n; i++)
        ids[i] = b->rows[i].account_id.id;
    return account_hold_all(c, ids, b->n);
}

/* A month that is known gets the new quantity: what is sent again, or was corrected, stands once. */
static enum status record_run(struct call *c)
{
    const struct batch *b = c->plan;
    struct db_query *known;
    int64_t made = 0, changed = 0, id;
    for (size_t i = 0; i < b->n; i++)
        if (twice(b, i))
            row_problem(c, i, "month", TR(c, "stands above already"));
    if (c->problem)
        return REFUSED;
    TRY(hold_accounts(c, b));
    TRY(find_rows(c, b, &known));
    for (size_t i = 0; i < b->n; i++) {
        const struct rows *was = &known[i].rows;
        id = 0;
        if (!was->n) {
            made++;
            TRY(noun_insert_beside(c, &usage_noun, &b->rows[i], &id));
        } else if (cell(was, 0, 1)->r != b->rows[i].quantity) {
            changed++;
            TRY(noun_update(c, &usage_noun, cell_int(was, 0, 0), &b->rows[i],
                FIELD_BIT(&usage_noun, quantity), "update"));
        }
    }
    c->result_id = 0;
    c->result_json = arena_printf(
        c->arena, "{\"rows\":%zu,\"made\":%lld,\"changed\":%lld}", b->n, (long long)made, (long long)changed);
    return OK;
}

const struct verb usage_record = {
    .noun = &usage_noun,
    .name = "record",
    .label = N_("Record usage"),
    .summary = N_("Send up to 200 months of usage; a month that is known gets the new quantity."),
    .on = ON_COLLECTION,
    .roles = CUSTOMER_ROLES,
    .hidden = true, /* by hand months are entered one by one, or imported */
    .answers = true,
    INPUT(struct record_input, record_fields),
    .prepare = record_prepare,
    .run = record_run,
    .done = N_("Usage recorded"),
    .example = {.answer = "{\"rows\":1,\"made\":1,\"changed\":0}"},
};
