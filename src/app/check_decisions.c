/* Decisions and claims have no events of their own; statements in the log commit to them. */
#include "app/check.h"
#include "base/id.h"

#include <inttypes.h>
#include <sodium.h>

#define DECISION "dec" /* prefix of its ids */

struct decisions {
    struct check *check;
    int64_t id, n; /* the one under way: a row for each statement of its registration */
    bool stated;
};

static const char *text_of(const struct value *v)
{
    return v->kind == VALUE_TEXT ? v->s : "";
}

/* Whether salt and decision hash to the commitment (docs/receipt-format.md, "The statement"). */
static bool opens(struct arena *a, const struct value *v)
{
    unsigned char salt[32];
    const char *commitment = text_of(&v[5]);
    if (strlen(commitment) != 129 || sodium_hex2bin(salt, sizeof salt, commitment, 64, NULL, NULL, NULL) != 0)
        return false;
    struct buf whole = buf_in(a, 1 << 20), hex = buf_in(a, 256);
    buf_addf(&whole, "%s\n%s\n%s\n%s", text_of(&v[1]), text_of(&v[2]), text_of(&v[3]), text_of(&v[4]));
    struct hash h = sha256_3(salt, sizeof salt, whole.p, whole.len, NULL, 0);
    buf_add_hex(&hex, h.b, HASH_SIZE);
    return streq(buf_str(&hex), commitment + 65);
}

static void end_decision(const struct decisions *d)
{
    if (d->n && !d->stated)
        check_complain(d->check, "decision %s is not in the log", id_text(d->check->arena, DECISION, d->id));
}

static bool check_decision(void *ctx, const struct value *v, size_t n)
{
    struct decisions *d = ctx;
    (void)n;
    if (v[0].i != d->id) {
        struct arena *a = arena_new();
        end_decision(d);
        d->id = v[0].i;
        d->n++;
        d->stated = false;
        if (!opens(a, v))
            check_complain(
                d->check, "decision %s is not the one that was committed to", id_text(a, DECISION, d->id));
        arena_free(a);
    }
    d->stated |= strlen(text_of(&v[5])) == 129 && strstr(text_of(&v[6]), text_of(&v[5]) + 65) != NULL;
    return true;
}

/* What holds an account is approved or under review, as its registration says; what is approved holds it. */
static enum status check_claims(struct check *k)
{
    struct value now[1] = {v_int(instant_now().us)};
    struct rows rows;
    TRY(db_query(k->db, k->arena, &rows,
        "select (select count(*) from protection p join registration r on r.id = p.registration_id "
        "where p.state <> 'closed' and (r.account_id <> p.account_id or r.partner_id <> p.partner_id "
        "or r.product_line_id <> p.product_line_id "
        "or (p.state = 'live' and not (r.state = 'converted' or (r.state = 'approved' and r.protected_until "
        "= "
        "p.until))) or (p.state = 'hold' and r.state <> 'review' and not exists (select 1 from "
        "waitlist_entry w "
        "where w.registration_id = r.id and w.state = 'offered')))), "
        "(select count(*) from registration r where (r.state = 'converted' or (r.state = 'approved' and "
        "r.protected_until > $1)) "
        "and not exists (select 1 from protection p where p.registration_id = r.id and p.state = 'live'))",
        now, 1));
    if (cell_int(&rows, 0, 0))
        check_complain(
            k, "%" PRId64 " protections do not agree with their registrations", cell_int(&rows, 0, 0));
    if (cell_int(&rows, 0, 1))
        check_complain(k, "%" PRId64 " approved registrations have no protection", cell_int(&rows, 0, 1));
    return OK;
}

enum status check_decisions(struct check *k)
{
    struct decisions d = {.check = k};
    struct rows rows;
    TRY(db_each(k->db, check_decision, &d,
        "select d.id, d.outcome, d.rule, d.rules_hash, d.facts, d.commitment, l.statement from decision d "
        "left join log_leaf l on l.noun = 'registration' and l.row_id = d.registration_id order by d.id",
        NULL, 0));
    end_decision(&d);
    TRY(db_query(
        k->db, k->arena, &rows, "select count(*) from log_leaf where noun = 'registration'", NULL, 0));
    if (cell_int(&rows, 0, 0) != d.n)
        check_complain(
            k, "there are %" PRId64 " decisions for %" PRId64 " log entries", d.n, cell_int(&rows, 0, 0));
    printf("%" PRId64 " decisions compared with their commitments.\n", d.n);
    return check_claims(k);
}
