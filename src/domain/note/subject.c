#include "domain/note/subject.h"

#include "base/id.h"
#include "domain/registration/registration.h"

const char *subject_side(const struct call *c)
{
    return c->viewer->partner_id ? "partner" : "vendor";
}

enum status subject_read(struct call *c, struct ref partner_id, struct ref account_id,
    struct ref registration_id, struct subject *out)
{
    int given = (partner_id.id != 0) + (account_id.id != 0) + (registration_id.id != 0);
    *out = (struct subject){partner_id.id, account_id.id, registration_id.id};
    if (given > 1)
        return call_field(c, account_id.id ? "account_id" : "partner_id",
            TR(c, "name one: a partner, an account or a registration"));
    if (c->viewer->partner_id && !out->partner_id)
        out->partner_id = c->viewer->partner_id;
    if (out->registration_id) {
        struct registration r;
        TRY(noun_load(c, &registration_noun, out->registration_id, &r));
        out->partner_id = r.partner_id.id;
    }
    return OK;
}

const char *subject_path(struct call *c, const struct subject *s)
{
    if (s->registration_id)
        return arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", s->registration_id));
    if (s->account_id)
        return arena_printf(c->arena, "/accounts/%s", id_text(c->arena, "acc", s->account_id));
    if (s->partner_id)
        return arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", s->partner_id));
    return "/tasks";
}
