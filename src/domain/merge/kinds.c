/* What can be merged. */
#include "domain/account/account.h"
#include "domain/customer/partners.h"
#include "domain/merge/merge.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"

const struct option merge_kinds[] = {
    {"account", N_("Account")}, {"partner", N_("Partner")}, {"person", N_("Person")}, {0}};

const struct value *row_value(const struct noun *noun, const struct row *row, const char *field)
{
    int at = field_find(noun->fields, noun->n_fields, field);
    ASSERT(at >= 0);
    return &row->v[at];
}

static enum status check_person(struct call *c, const struct row *kept, const struct row *gone)
{
    const struct value *mine = row_value(&person_noun, kept, "partner_id");
    const struct value *theirs = row_value(&person_noun, gone, "partner_id");
    int64_t company = mine->kind == VALUE_INT ? mine->i : 0;
    if (company != (theirs->kind == VALUE_INT ? theirs->i : 0))
        return call_field(c, "gone", TR(c, "belongs to another company; merge the partners first"));
    if (gone->id == c->viewer->person_id)
        return call_field(c, "gone", TR(c, "is yourself: keep this one"));
    if (streq(row_value(&person_noun, gone, "role")->s, "admin") &&
        !streq(row_value(&person_noun, kept, "role")->s, "admin"))
        return call_field(c, "gone", TR(c, "is an administrator: keep that one"));
    if (person_check_role(c, role_parse(row_value(&person_noun, gone, "role")->s), company) == REFUSED) {
        c->problem = NULL;
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Your role may not change this person."));
    }
    return OK;
}

static enum status follow_account(struct call *c, int64_t kept, int64_t gone)
{
    return resellers_follow_merge(c, "account_id", kept, gone);
}

static enum status follow_partner(struct call *c, int64_t kept, int64_t gone)
{
    return resellers_follow_merge(c, "partner_id", kept, gone);
}

static const struct merge_kind kinds[] = {
    {.name = "account", .noun = &account_noun, .follow = follow_account},
    {.name = "partner", .noun = &partner_noun, .follow = follow_partner},
    {.name = "person",
        .noun = &person_noun,
        .moves = "account.owner_id,opportunity.owner_id,partner.manager_id,registration.person_id,"
                 "registration.contact_id,waitlist_entry.person_id,notice.person_id,"
                 "opportunity_member.person_id,plan_step.owner_id,contract.owner_id",
        .check = check_person},
};

const struct merge_kind *merge_kind(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (streq(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}

/* Names that an account had are kept both (apply.c); a role is given by people, not by a merge. */
bool merge_takes(const struct merge_kind *k, const struct field *f)
{
    (void)k;
    return (f->set & VENDOR) && !streq(f->name, "aliases") && !streq(f->name, "role");
}
