#include "domain/customer/satisfaction.h"

#include "domain/account/account.h"
#include "domain/customer/contract.h"

static const struct option kinds[] = {{"nps", N_("NPS")}, {"csat", N_("CSAT")}, {0}};

static const struct field fields[] = {
    FIELD(struct satisfaction, account_id, .label = N_("Account"), .ref = "account", .required = true,
        .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct satisfaction, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = kinds,
        .required = true, .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct satisfaction, score, .label = N_("Score"), .required = true, .see = VENDOR, .set = VENDOR,
        .list_column = true, .min = 0, .max = 10, .hint = N_("NPS from 0 to 10, CSAT from 1 to 5."),
        .example = "9"),
    FIELD(struct satisfaction, day, .label = N_("Day"), .required = true, .see = VENDOR, .set = VENDOR,
        .list_column = true, .sort = true, .example = "-3"),
    FIELD(struct satisfaction, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true,
        .hint = N_("Left empty: of everything.")),
    FIELD(struct satisfaction, words, .label = N_("In words"), .form = FORM_LONG, .max = 2000, .see = VENDOR,
        .set = VENDOR, .list_column = true, .example = "It simply runs."),
    FIELD(struct satisfaction, said_by, .label = N_("Said by"), .max = 120, .see = VENDOR, .set = VENDOR,
        .list_column = true, .example = "Night manager"),
    FIELD(struct satisfaction, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true, .example = "SAT-318"),
};

const struct noun satisfaction_noun = {
    .name = "satisfaction",
    .plural = "satisfaction",
    .prefix = "sat",
    .label = N_("Answer on satisfaction"),
    .labels = N_("Satisfaction"),
    .icon = "chat",
    .summary = N_("What a customer says about us: NPS or CSAT, on a day, in words."),
    .size = sizeof(struct satisfaction),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "account_id",
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .order = "-day",
    .unique = (const char *const[]){"external_id", NULL},
};

const char *score_text(struct call *c, enum lang lang, const char *kind, int64_t score)
{
    return arena_printf(
        c->arena, streq(kind, "nps") ? tr(lang, "NPS %lld") : tr(lang, "CSAT %lld of 5"), (long long)score);
}

/* Whether there is such a score of that kind. */
static bool score_fits(const char *kind, int64_t score)
{
    return streq(kind, "nps") ? score >= 0 && score <= 10 : score >= 1 && score <= 5;
}

static enum status check(struct call *c, const struct satisfaction *s)
{
    if (!score_fits(s->kind, s->score))
        return call_field(c, "score",
            streq(s->kind, "nps") ? TR(c, "enter 0 to 10 for NPS") : TR(c, "enter 1 to 5 for CSAT"));
    if (s->day.days > date_in(c->catalog->zone, c->now).days)
        return call_field(c, "day", TR(c, "is in the future"));
    return OK;
}

static enum status create_run(struct call *c)
{
    const struct satisfaction *s = c->in;
    int64_t id = 0;
    TRY(check(c, s));
    TRY(account_hold(c, s->account_id.id));
    return noun_insert(c, &satisfaction_noun, s, &id);
}

static enum status update_run(struct call *c)
{
    struct satisfaction s;
    TRY(noun_load(c, &satisfaction_noun, c->row_id, &s));
    call_merge_given(c, &s);
    TRY(check(c, &s));
    return noun_update(c, &satisfaction_noun, c->row_id, &s, c->given, NULL);
}

const struct verb satisfaction_create = GENERIC_CREATE_BY(satisfaction_noun, CUSTOMER_ROLES,
    N_("Enter an answer"), N_("Enter what a customer says about us."), create_run,
    .example = {.fields = "account_id,kind,score,day,words,said_by"});
const struct verb satisfaction_update = GENERIC_UPDATE_BY(satisfaction_noun, CUSTOMER_ROLES,
    N_("Change an answer on satisfaction."), update_run, .example = {.fields = "words,said_by"});
