#include "domain/opportunity/comment.h"

#include "base/id.h"
#include "base/text.h"
#include "domain/file/file.h"
#include "domain/notice/notice.h"
#include "domain/opportunity/plan.h"

static const struct state states[] = {{"kept", N_("Kept"), "ok"}, {"deleted", N_("Deleted"), "gone"}, {0}};
static const struct option state_options[] = {{"kept", N_("Kept")}, {"deleted", N_("Deleted")}, {0}};
static const struct option sides[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct opportunity_comment, text, .label = N_("Comment"), .form = FORM_LONG, .required = true,
        .max = 4000, .see = BOTH, .list_column = true, .search = true,
        .example = "Their buyer wants the offer before the holidays."),
    FIELD(struct opportunity_comment, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct opportunity_comment, partner_id, .label = N_("Shared with"), .ref = "partner", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct opportunity_comment, author_id, .label = N_("By"), .ref = "person", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct opportunity_comment, side, .label = N_("Whose"), .form = FORM_CHOICE, .options = sides,
        .required = true, .see = BOTH),
    FIELD(struct opportunity_comment, state, .label = N_("Status"), .form = FORM_CHOICE,
        .options = state_options, .required = true, .see = BOTH, .filter = true),
};

const struct noun opportunity_comment_noun = {
    .name = "opportunity_comment",
    .plural = "opportunity-comments",
    .prefix = "opc",
    .label = N_("Comment"),
    .labels = N_("Comments"),
    .icon = "chat",
    .summary =
        N_("What was said about an opportunity; read by the vendor and the partner it is shared with."),
    .size = sizeof(struct opportunity_comment),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "text",
    .states = states,
    /* A deleted one is its author's alone, who can take that back. */
    .vendor_scope = "{t}.state = 'kept' or {t}.author_id = {person}",
    .partner_scope = "{t}.partner_id = {partner} and ({t}.state = 'kept' or {t}.author_id = {person}) and "
                     "{t}.opportunity_id in " OPPORTUNITIES_OF_PARTNER,
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- mentions ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

void find_mentions(struct arena *a, const char *text, const char *const *names, size_t n, bool *hit)
{
    const char *folded = text_fold(a, text);
    const char **sought = ARENA_ARRAY(a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        sought[i] = text_fold(a, names[i]);
    for (const char *p = folded; (p = strchr(p, '@')) != NULL; p++) {
        size_t best = 0;
        if (p > folded && is_word(p[-1]))
            continue;
        for (size_t i = 0; i < n; i++) {
            size_t len = strlen(sought[i]);
            if (len > best && strncmp(p + 1, sought[i], len) == 0 && !is_word(p[1 + len]))
                best = len;
        }
        for (size_t i = 0; best && i < n; i++)
            if (strlen(sought[i]) == best && strncmp(p + 1, sought[i], best) == 0)
                hit[i] = true;
    }
}

/*
 * Whom a comment can reach: the vendor's people and those of the partner it is shared with. A partner reaches
 * those of the vendor who work on the deal, so that nobody's name can be tried out.
 */
static const char readers_of_vendor[] =
    "select p.id, p.name from person p where p.state <> 'inactive' and (p.partner_id is null or p.partner_id "
    "= $2) and cast($1 as bigint) <> 0 order by p.id";
static const char readers_of_partner[] =
    "select p.id, p.name from person p where p.state <> 'inactive' and (p.partner_id = $2 or (p.partner_id "
    "is "
    "null and (p.id in (select m.person_id from opportunity_member m where m.opportunity_id = $1 and m.state "
    "= 'active') or p.id = (select o.owner_id from opportunity o where o.id = $1)))) order by p.id";

static void write_mention(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct opportunity_comment *m = ctx;
    const char *who =
        streq(m->side, "partner") && c->viewer->partner_name ? c->viewer->partner_name : c->catalog->vendor;
    out->subject =
        arena_printf(c->arena, tr(lang, "%s (%s) mentioned you in a comment"), c->viewer->name, who);
    out->body = m->text;
}

static enum status tell_mentioned(struct call *c, const struct opportunity_comment *m)
{
    struct value args[2] = {v_int(m->opportunity_id.id), v_int(m->partner_id.id)};
    struct rows rows;
    if (!strchr(m->text, '@'))
        return OK;
    TRY(db_query(
        c->db, c->arena, &rows, c->viewer->partner_id ? readers_of_partner : readers_of_vendor, args, 2));
    const char **names = ARENA_ARRAY(c->arena, rows.n + 1, const char *);
    bool *hit = ARENA_ARRAY(c->arena, rows.n + 1, bool);
    for (size_t i = 0; i < rows.n; i++)
        names[i] = cell_string(&rows, i, 1);
    find_mentions(c->arena, m->text, names, rows.n, hit);
    struct notice_about about = {
        .kind = NOTICE_mention, .noun = &opportunity_noun, .id = m->opportunity_id.id};
    for (size_t i = 0; i < rows.n; i++)
        if (hit[i])
            TRY(notify_person(c, cell_int(&rows, i, 0), &about, write_mention, m));
    return OK;
}

/* ---- files ---- */

static enum status room_for(struct call *c, int64_t opportunity_id, const struct incoming *files)
{
    struct value args[1] = {v_int(opportunity_id)};
    struct rows rows;
    int64_t stored;
    TRY(db_query(c->db, c->arena, &rows, "select id from opportunity where id = $1", args, 1));
    TRY(files_bytes(c, opportunity_noun.prefix, &rows, &stored));
    if (stored + (int64_t)files->bytes <= OPPORTUNITY_FILES_MAX)
        return OK;
    return call_field(
        c, SENT_FILE_FIELD, TR(c, "is too much: all files of an opportunity hold at most 50 MB"));
}

static enum status attach(
    struct call *c, const struct opportunity_comment *m, int64_t id, const struct incoming *files)
{
    if (!files || !files->n)
        return OK;
    TRY(room_for(c, m->opportunity_id.id, files));
    return files_attach(
        c, files, id_text(c->arena, opportunity_noun.prefix, m->opportunity_id.id), m->partner_id.id, id);
}

static const char *file_names(struct call *c, const struct incoming *files)
{
    struct buf b = buf_in(c->arena, 4096);
    for (size_t i = 0; files && i < files->n; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", files->files[i].name);
    return buf_str(&b);
}

/* ---- verbs ---- */

struct comment_input {
    struct ref opportunity_id;
    const char *text;
    struct ref partner_id;
};
static const struct field create_fields[] = {
    FIELD(struct comment_input, text, .label = N_("Comment"), .form = FORM_LONG, .max = 4000,
        .hint = N_("@ and a full name tells that person. May be left out beside a file.")),
    FIELD(struct comment_input, partner_id, .label = N_("Who reads it"), .ref = "partner",
        .hint = N_("The vendor says which partner. Left empty: only our own people.")),
    FIELD(struct comment_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true),
};

static enum status create_run(struct call *c)
{
    const struct comment_input *in = c->in;
    const struct incoming *files = c->plan;
    struct opportunity o;
    int64_t id = 0;
    TRY(opportunity_hold(c, in->opportunity_id, &o));
    struct opportunity_comment m = {.opportunity_id = in->opportunity_id,
        .text = in->text && *in->text ? in->text : file_names(c, files),
        .author_id = {c->viewer->person_id},
        .side = c->viewer->partner_id ? "partner" : "vendor",
        .state = "kept"};
    if (!*m.text)
        return call_field(c, "text", TR(c, "is needed, or a file"));
    TRY(opportunity_audience(c, in->opportunity_id.id, in->partner_id, &m.partner_id.id));
    TRY(noun_insert(c, &opportunity_comment_noun, &m, &id));
    call_last_event(c)->partner_sees = m.partner_id.id != 0;
    TRY(attach(c, &m, id, files));
    return tell_mentioned(c, &m);
}

static enum status set_state(struct call *c, const char *state)
{
    struct opportunity_comment m;
    TRY(noun_load(c, &opportunity_comment_noun, c->row_id, &m));
    if (m.author_id.id != c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Only who wrote a comment deletes it."));
    m.state = state;
    TRY(noun_update(c, &opportunity_comment_noun, c->row_id, &m, FIELD_BIT(&opportunity_comment_noun, state),
        c->verb->name));
    call_last_event(c)->partner_sees = m.partner_id.id != 0;
    return OK;
}

static enum status delete_run(struct call *c)
{
    return set_state(c, "deleted");
}

static enum status restore_run(struct call *c)
{
    return set_state(c, "kept");
}

static const char *const kept[] = {"kept", NULL};
static const char *const deleted[] = {"deleted", NULL};

const struct verb comment_create = {
    .noun = &opportunity_comment_noun,
    .name = "create",
    .label = N_("Comment"),
    .summary = N_("Say something about an opportunity, with files."),
    .on = ON_COLLECTION,
    .roles = DEAL_ROLES | EXECUTIVE | PARTNER_ROLES,
    .primary = true,
    .files = true,
    .undo = &comment_remove,
    INPUT(struct comment_input, create_fields),
    .prepare = files_prepare,
    .run = create_run,
    .done = N_("Comment added"),
};

const struct verb comment_remove = {
    .noun = &opportunity_comment_noun,
    .name = "remove",
    .label = N_("Remove"),
    .summary = N_("Take a comment of one's own away; it can be taken back."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | EXECUTIVE | PARTNER_ROLES,
    .from = kept,
    .undo = &comment_restore,
    .run = delete_run,
    .done = N_("Comment deleted"),
    .example = {.after = &comment_create, .becomes = "deleted"},
};

const struct verb comment_restore = {
    .noun = &opportunity_comment_noun,
    .name = "restore",
    .label = N_("Restore"),
    .summary = N_("The comment stands again."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | EXECUTIVE | PARTNER_ROLES,
    .from = deleted,
    .undo = &comment_remove,
    .run = restore_run,
    .done = N_("Comment restored"),
    .example = {.after = &comment_remove, .becomes = "kept"},
};
