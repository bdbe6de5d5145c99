#include "domain/opportunity/line.h"

static const struct state states[] = {{"kept", N_("Kept"), "ok"}, {"removed", N_("Removed"), "gone"}, {0}};
static const struct option state_options[] = {{"kept", N_("Kept")}, {"removed", N_("Removed")}, {0}};

#define BOTH            (VENDOR | PARTNER)
#define LINE_AMOUNT_MAX (AMOUNT_MAX / 10)

static const struct field fields[] = {
    FIELD(struct opportunity_line, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct opportunity_line, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct opportunity_line, amount, .label = N_("Amount"), .currency = "currency", .required = true,
        .see = BOTH, .list_column = true, .min = 0, .max = LINE_AMOUNT_MAX),
    FIELD(struct opportunity_line, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .required = true,
        .see = BOTH),
    FIELD(struct opportunity_line, state, .label = N_("Status"), .form = FORM_CHOICE,
        .options = state_options, .required = true, .see = BOTH, .list_column = true, .filter = true),
};

const struct noun opportunity_line_noun = {
    .name = "opportunity_line",
    .plural = "opportunity-lines",
    .prefix = "opl",
    .label = N_("Product of an opportunity"),
    .labels = N_("Products of opportunities"),
    .icon = "list",
    .summary = N_("The amount of an opportunity for one product line; their sum is its amount."),
    .size = sizeof(struct opportunity_line),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "product_line_id",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.state <> 'removed' and {t}.opportunity_id in " OPPORTUNITIES_OF_PARTNER,
    .read = ALL_ROLES,
    .order = "-created",
};

/* The opportunity's lock makes the sum exact. Without any line the amount stays what somebody entered. */
static enum status sum_up(struct call *c, int64_t opportunity_id)
{
    struct value args[1] = {v_int(opportunity_id)};
    struct rows rows;
    int64_t answer = c->result_id;
    TRY(db_query(c->db, c->arena, &rows,
        "select cast(sum(amount) as bigint), max(currency) from opportunity_line where opportunity_id = $1 "
        "and state = 'kept'",
        args, 1));
    if (cell(&rows, 0, 1)->kind == VALUE_NULL)
        return OK;
    struct opportunity o = {.amount = {cell_int(&rows, 0, 0)}, .currency = cell_text(&rows, 0, 1)};
    TRY(noun_update(c, &opportunity_noun, opportunity_id, &o,
        FIELD_BIT(&opportunity_noun, amount) | FIELD_BIT(&opportunity_noun, currency), "sum"));
    c->result_id = answer;
    return OK;
}

static enum status find(
    struct call *c, int64_t opportunity_id, int64_t product_line_id, int64_t *id, bool *kept)
{
    struct value args[2] = {v_int(opportunity_id), v_int(product_line_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id, state from opportunity_line where opportunity_id = $1 and product_line_id = $2", args,
        2));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    *kept = rows.n && streq(cell_text(&rows, 0, 1), "kept");
    return OK;
}

enum status line_add(
    struct call *c, int64_t opportunity_id, int64_t product_line_id, struct money amount, int64_t *id)
{
    struct opportunity o;
    bool kept;
    TRY(noun_load_whole(c, &opportunity_noun, opportunity_id, &o));
    TRY(find(c, opportunity_id, product_line_id, id, &kept));
    if (kept)
        return call_field(c, "product_line_id", TR(c, "is there already: change its amount"));
    struct opportunity_line line = {.opportunity_id = {opportunity_id},
        .product_line_id = {product_line_id},
        .amount = amount,
        .currency = o.currency ? o.currency : c->catalog->currency,
        .state = "kept"};
    if (*id)
        TRY(noun_update(c, &opportunity_line_noun, *id, &line, UINT64_MAX, "restore"));
    else
        TRY(noun_insert_beside(c, &opportunity_line_noun, &line, id));
    return sum_up(c, opportunity_id);
}

/* ---- verbs ---- */

struct line_input {
    struct ref opportunity_id, product_line_id;
    struct money amount;
};
#define INPUT_AMOUNT                                                                                         \
    FIELD(struct line_input, amount, .label = N_("Amount"), .required = true, .min = 0,                      \
        .max = LINE_AMOUNT_MAX, .hint = N_("In the opportunity's currency."))

static const struct field create_fields[] = {
    FIELD(struct line_input, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true),
    INPUT_AMOUNT,
    FIELD(struct line_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true)};
static const struct field update_fields[] = {INPUT_AMOUNT};

static enum status create_run(struct call *c)
{
    const struct line_input *in = c->in;
    struct opportunity o;
    int64_t id = 0;
    TRY(opportunity_hold(c, in->opportunity_id, &o));
    TRY(line_add(c, in->opportunity_id.id, in->product_line_id.id, in->amount, &id));
    c->result_id = id;
    return OK;
}

static enum status change(struct call *c, const char *state, const struct money *amount)
{
    struct opportunity_line line;
    struct opportunity o;
    TRY(noun_load(c, &opportunity_line_noun, c->row_id, &line));
    TRY(opportunity_hold(c, line.opportunity_id, &o));
    line.state = state;
    line.amount = amount ? *amount : line.amount;
    line.currency = o.currency ? o.currency : line.currency;
    TRY(noun_update(c, &opportunity_line_noun, c->row_id, &line, UINT64_MAX, NULL));
    TRY(sum_up(c, line.opportunity_id.id));
    c->result_id = c->row_id;
    return OK;
}

static enum status update_run(struct call *c)
{
    const struct line_input *in = c->in;
    return change(c, "kept", &in->amount);
}

static enum status remove_run(struct call *c)
{
    return change(c, "removed", NULL);
}

static enum status restore_run(struct call *c)
{
    return change(c, "kept", NULL);
}

static const char *const kept_states[] = {"kept", NULL};
static const char *const removed_states[] = {"removed", NULL};

const struct verb line_create = {
    .noun = &opportunity_line_noun,
    .name = "create",
    .label = N_("Add a product"),
    .summary = N_("Add a product line with its amount to an opportunity."),
    .on = ON_COLLECTION,
    .roles = DEAL_ROLES,
    .primary = true,
    .undo = &line_remove,
    INPUT(struct line_input, create_fields),
    .run = create_run,
    .done = N_("Product added"),
};

const struct verb line_update = {
    .noun = &opportunity_line_noun,
    .name = "update",
    .label = N_("Edit"),
    .summary = N_("Change the amount of a product line."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = kept_states,
    .partial = true,
    INPUT(struct line_input, update_fields),
    .run = update_run,
    .done = N_("Changed"),
};

const struct verb line_remove = {
    .noun = &opportunity_line_noun,
    .name = "remove",
    .label = N_("Remove"),
    .summary = N_("Take a product line out of an opportunity."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = kept_states,
    .undo = &line_restore,
    .run = remove_run,
    .done = N_("Product removed"),
    .example = {.becomes = "removed"},
};

const struct verb line_restore = {
    .noun = &opportunity_line_noun,
    .name = "restore",
    .label = N_("Restore"),
    .summary = N_("The product line counts again."),
    .on = ON_ROW,
    .roles = DEAL_ROLES,
    .from = removed_states,
    .undo = &line_remove,
    .run = restore_run,
    .done = N_("Product restored"),
    .example = {.after = &line_remove, .becomes = "kept"},
};
