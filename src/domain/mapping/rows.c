/* A list becomes rows: what is new is added, what differs is changed, what is gone goes; the rest is not
 * touched. */
#include "base/csv.h"
#include "base/text.h"
#include "domain/import/keyset.h"
#include "domain/import/worker.h"
#include "domain/mapping/writer.h"
#include "engine/match/company_file.h"

#include <stdlib.h>

#define ROWS_MAX 2000000
#define TEXT_MAX 300 /* bytes of a cell that are kept */

/* ---- what a row is called, and what it says ---- */

/* What it is called by its owner: its id, else all that it says of itself. */
static uint64_t identity_of(struct arena *a, const struct member *m)
{
    const char *text = m->external_id ? arena_printf(a, "#%s", m->external_id)
                                      : arena_printf(a, "%s|%s|%s", m->name ? text_fold(a, m->name) : "",
                                            m->domain ? m->domain : "", m->country ? m->country : "");
    return keyset_hash(text);
}

static uint64_t digest_of(struct arena *a, const struct member *m)
{
    const char *const parts[] = {m->name, m->domain, m->country, m->city, m->owner, m->stage};
    struct buf b = buf_in(a, 8 * TEXT_MAX);
    for (size_t i = 0; i < COUNT(parts); i++) {
        buf_adds(&b, parts[i] ? parts[i] : "");
        buf_addc(&b, '\n');
    }
    return keyset_hash(buf_str(&b));
}

/* ---- what is there already ---- */

struct known {
    uint64_t identity, digest;
    int64_t id;
    bool seen;
};

struct reading {
    struct mapping_work *m;
    struct row_writer writer;
    struct known *known; /* by identity; of a list that only changes it is looked up row by row */
    size_t n_known, cap;
    struct keyset fresh; /* identities that are new in this file */
    int64_t rows, keyless, doubled;
};

static bool take_known(void *ctx, const struct value *v, size_t n)
{
    struct reading *r = ctx;
    (void)n;
    if (r->n_known == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 1024;
        r->known = xrealloc(r->known, r->cap, sizeof *r->known);
    }
    r->known[r->n_known++] = (struct known){(uint64_t)v[0].i, (uint64_t)v[1].i, v[2].i, false};
    return true;
}

static struct known *search_known(const struct reading *r, uint64_t identity)
{
    size_t from = 0, to = r->n_known;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (r->known[middle].identity < identity)
            from = middle + 1;
        else
            to = middle;
    }
    return from < r->n_known && r->known[from].identity == identity ? &r->known[from] : NULL;
}

/* Of a list of which only changes come: the rows that were not met yet are asked for one by one. */
static enum status find_known(struct reading *r, uint64_t identity, struct known **out)
{
    const struct mapping_work *m = r->m;
    struct value args[2] = {v_int(m->id), v_int((int64_t)identity)};
    *out = m->part ? NULL : search_known(r, identity);
    if (!m->part || keyset_find(&r->fresh, identity))
        return OK;
    r->n_known = 0;
    TRY(db_each(m->w->db, take_known, r,
        "select identity, digest, id from population_row where population_id = $1 and identity = $2", args,
        2));
    *out = r->n_known ? r->known : NULL;
    return OK;
}

/* ---- a row of the list ---- */

static const char *bounded(struct arena *a, const char *text)
{
    const char *s = text && *text ? text_squeeze(a, text) : NULL;
    size_t n = s ? strlen(s) : 0;
    if (n <= TEXT_MAX)
        return n ? s : NULL;
    for (n = TEXT_MAX; n && ((unsigned char)s[n] & 0xc0) == 0x80;)
        n--;
    return arena_strndup(a, s, n);
}

/* A row with an id and nothing else, among changes: it is gone. */
static enum status take_gone(struct reading *r, const struct member *m)
{
    struct known *k;
    uint64_t identity = identity_of(r->writer.scratch, m);
    TRY(find_known(r, identity, &k));
    if (!k || !keyset_add(&r->fresh, identity, 0))
        return OK;
    r->rows--;
    return writer_add(&r->writer, (struct row_op){.kind = ROW_DROP, .m = {.id = k->id}});
}

/* M's texts live in the writer's scratch. */
static enum status take_row(struct reading *r, struct member m)
{
    uint64_t identity, digest;
    struct known *k;
    if (!m.name && !m.domain && m.external_id && r->m->part)
        return take_gone(r, &m);
    if (!m.name && !m.domain) {
        r->keyless++;
        return OK;
    }
    identity = identity_of(r->writer.scratch, &m);
    digest = digest_of(r->writer.scratch, &m);
    TRY(find_known(r, identity, &k));
    if (k && !r->m->part ? k->seen : !keyset_add(&r->fresh, identity, 0)) {
        r->doubled++;
        return OK;
    }
    if (k && r->m->part)
        r->rows--; /* it was counted already */
    if (++r->rows > ROWS_MAX)
        return call_refuse(r->m->call, PROBLEM_too_large, NULL);
    if (k) {
        k->seen = true;
        m.id = k->id;
        return k->digest == digest ? OK
                                   : writer_add(&r->writer, (struct row_op){ROW_CHANGE, m, identity, digest});
    }
    return writer_add(&r->writer, (struct row_op){ROW_ADD, m, identity, digest});
}

static enum status drop_missing(struct reading *r)
{
    for (size_t i = 0; i < r->n_known; i++)
        if (!r->known[i].seen)
            TRY(writer_add(&r->writer, (struct row_op){.kind = ROW_DROP, .m = {.id = r->known[i].id}}));
    return OK;
}

/* ---- from a file ---- */

static enum status bad_file(struct reading *r, const char *why)
{
    return call_refuse(r->m->call, PROBLEM_malformed, why);
}

static enum status read_records(struct reading *r, struct csv *csv)
{
    size_t column[COMPANY_COLUMNS], n;
    char **cells;
    enum csv_status s = csv_next(csv, &cells, &n);
    if (s != CSV_ROW)
        return bad_file(r, s == CSV_BAD ? csv_error(csv) : "The file is empty.");
    company_columns(r->m->arena, cells, n, column);
    if (column[COMPANY_NAME] == COMPANY_NO_COLUMN && column[COMPANY_DOMAIN] == COMPANY_NO_COLUMN)
        return bad_file(r, "No column is a name, website or domain.");
    while ((s = csv_next(csv, &cells, &n)) == CSV_ROW) {
        const char *text[COMPANY_COLUMNS];
        for (size_t k = 0; k < COMPANY_COLUMNS; k++)
            text[k] = column[k] < n ? bounded(r->writer.scratch, cells[column[k]]) : NULL;
        TRY(take_row(r, (struct member){.external_id = text[COMPANY_ID],
                            .name = text[COMPANY_NAME],
                            .domain = text[COMPANY_DOMAIN],
                            .country = text[COMPANY_COUNTRY],
                            .city = text[COMPANY_CITY],
                            .owner = text[COMPANY_OWNER],
                            .stage = text[COMPANY_STAGE]}));
    }
    return s == CSV_END ? OK : bad_file(r, csv_error(csv));
}

static enum status read_file(struct reading *r, const char *path)
{
    const char *error = "";
    struct csv *csv = csv_open(path, &error);
    if (!csv)
        return bad_file(r, error);
    enum status s = read_records(r, csv);
    if (s == REFUSED && r->m->call->problem && r->m->call->problem->detail)
        r->m->call->problem->detail = arena_strdup(r->m->arena, r->m->call->problem->detail);
    csv_close(csv);
    return s;
}

/* ---- from what Tandem knows ---- */

#define ACCOUNTS                                                                                             \
    "select a.id, null, a.name, a.domain, a.country, a.city, p.name, a.status from account a "               \
    "left join person p on p.id = a.owner_id where a.merged_into is null and $1 = 0 and "
#define BOUGHT                                                                                               \
    "(a.contract_until is not null or exists (select 1 from opportunity o where o.account_id = a.id "        \
    "and o.state = 'won') or exists (select 1 from contract k where k.account_id = a.id))"
#define OPEN "exists (select 1 from opportunity o where o.account_id = a.id and o.state = 'open')"
#define REGISTRATIONS                                                                                        \
    "select r.id, null, r.company, r.domain, r.country, null, p.name, r.state from registration r "          \
    "left join person p on p.id = r.person_id where r.partner_id = $1 and "

static const char *known_sql(const struct population *p)
{
    bool vendor = !p->partner_id.id;
    if (streq(p->kind, "customers"))
        return vendor ? ACCOUNTS BOUGHT " order by a.id" : REGISTRATIONS "r.state = 'won' order by r.id";
    if (streq(p->kind, "opportunities"))
        return vendor ? ACCOUNTS OPEN " order by a.id"
                      : REGISTRATIONS "r.state in ('approved', 'converted') order by r.id";
    return vendor ? ACCOUNTS "not " BOUGHT " and not " OPEN " order by a.id" : NULL;
}

static enum status read_known(struct reading *r)
{
    struct value args[1] = {v_int(r->m->p.partner_id.id)};
    const char *sql = known_sql(&r->m->p);
    struct rows rows;
    if (!sql)
        return OK;
    TRY(db_query(r->m->w->db, r->m->arena, &rows, sql, args, 1));
    for (size_t i = 0; i < rows.n; i++) {
        struct member m = member_read(r->m->arena, &rows.cells[i * rows.n_columns]);
        m.external_id = arena_printf(r->m->arena, "%lld", (long long)m.id);
        TRY(take_row(r, m));
    }
    return OK;
}

/* ---- the whole ---- */

static enum status read_list(struct reading *r)
{
    struct mapping_work *m = r->m;
    struct value args[1] = {v_int(m->id)};
    bool file = streq(m->p.source, "file");
    if (file && !m->upload)
        return OK; /* nothing new: only whoever may see it has changed */
    TRY(writer_begin(&r->writer, m));
    if (m->part)
        r->rows = m->p.row_count;
    else
        TRY(db_each(m->w->db, take_known, r,
            "select identity, digest, id from population_row where population_id = $1 order by identity",
            args, 1));
    TRY(file ? read_file(r, spool_path(m->arena, m->upload)) : read_known(r));
    if (!m->part)
        TRY(drop_missing(r));
    TRY(writer_end(&r->writer));
    m->p.row_count = r->rows;
    m->p.keyless = r->keyless;
    m->p.doubled = r->doubled;
    return OK;
}

enum status mapping_read_list(struct mapping_work *m)
{
    struct reading *r = xcalloc(1, sizeof *r);
    r->m = m;
    enum status s = read_list(r);
    writer_free(&r->writer);
    keyset_free(&r->fresh);
    free(r->known);
    free(r);
    return s;
}
