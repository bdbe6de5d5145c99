#include "domain/file/file.h"

#include "base/id.h"
#include "base/text.h"
#include "engine/merkle/merkle.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct file, name, .label = N_("Name"), .required = true, .see = BOTH, .list_column = true,
        .example = "minutes.txt"),
    FIELD(struct file, type, .label = N_("Type"), .required = true, .see = BOTH, .list_column = true,
        .example = "text/plain"),
    FIELD(struct file, size, .label = N_("Bytes"), .required = true, .see = BOTH, .list_column = true,
        .example = "1840"),
    FIELD(struct file, hash, .label = N_("SHA-256"), .required = true, .see = BOTH,
        .example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    FIELD(struct file, attached_to, .label = N_("Attached to"), .required = true, .see = BOTH, .filter = true,
        .example = "reg_0002T7WE2Q7A7"),
    FIELD(struct file, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH, .filter = true),
    FIELD(struct file, comment_id, .label = N_("Comment"), .ref = "opportunity_comment", .see = BOTH),
    FIELD(struct file, person_id, .label = N_("Sent by"), .ref = "person", .required = true, .see = VENDOR),
};

/* What came with a comment goes with it, and with the team: whoever left it keeps no file of it. */
#define COMMENT_KEPT                                                                                         \
    "{t}.comment_id is null or exists (select 1 from opportunity_comment fc where fc.id = {t}.comment_id "   \
    "and fc.state = 'kept')"
#define ON_TEAM                                                                                              \
    "{t}.comment_id is null or exists (select 1 from opportunity_comment ft join opportunity_member om on "  \
    "om.opportunity_id = ft.opportunity_id where ft.id = {t}.comment_id and om.partner_id = {partner} and "  \
    "om.state = 'active')"

const struct noun file_noun = {
    .name = "file",
    .plural = "files",
    .prefix = "fil",
    .label = N_("File"),
    .labels = N_("Files"),
    .icon = "save",
    .summary = N_("What somebody attached to a row; only the side that it belongs to and the vendor see it."),
    .size = sizeof(struct file),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .vendor_scope = COMMENT_KEPT,
    .partner_scope = "{t}.partner_id = {partner} and (" COMMENT_KEPT ") and (" ON_TEAM ")",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- in ---- */

struct mapping {
    void *at;
    size_t n;
};

static void unmap(void *arg)
{
    struct mapping *m = arg;
    munmap(m->at, m->n);
}

/* Larger ones lie on disk: they are read from there as they are needed. */
static const char *bytes_of(struct call *c, const struct sent_file *f)
{
    if (!f->path)
        return f->data;
    int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, f->len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return NULL;
    struct mapping *m = ARENA_NEW(c->arena, struct mapping);
    *m = (struct mapping){at, f->len};
    arena_cleanup(c->arena, unmap, m);
    return at;
}

static enum status wrong(struct call *c, const char *message)
{
    return call_field(c, SENT_FILE_FIELD, message);
}

static enum status receive(struct call *c, const struct sent_file *f, struct incoming *out)
{
    struct incoming_file *in = &out->files[out->n];
    if (out->n == FILES_AT_ONCE)
        return wrong(c, arena_printf(c->arena, TR(c, "send at most %d files at once"), FILES_AT_ONCE));
    if (!f->len || f->len > FILE_MAX)
        return wrong(
            c, arena_printf(c->arena,
                   f->len ? TR(c, "%s is too large: send at most 10 MB") : TR(c, "%s is empty"), f->name));
    const char *data = bytes_of(c, f);
    if (!data)
        return BROKEN;
    const char *type = content_type(f->name, data, f->len);
    if (!type)
        return wrong(
            c, arena_printf(c->arena, TR(c, "%s is none of PDF, PNG, JPEG, plain text, CSV and office files"),
                   f->name));
    struct buf hex = buf_in(c->arena, 128);
    struct hash hash = sha256(data, f->len);
    buf_add_hex(&hex, hash.b, HASH_SIZE);
    const char *name = text_squeeze(c->arena, f->name);
    *in = (struct incoming_file){.name = content_name(c->arena, *name ? name : TR(c, "File"), type),
        .type = type,
        .hash = buf_str(&hex),
        .data = data,
        .size = f->len};
    if (utf8_length(in->name) > 200)
        return wrong(c, TR(c, "give it a shorter name"));
    out->n++;
    out->bytes += f->len;
    return OK;
}

/* In prepare: reads what came as SENT_FILE_FIELD. REFUSED with what is wrong, at that field. */
static enum status files_receive(struct call *c, struct incoming *out)
{
    enum status status = OK;
    *out = (struct incoming){0};
    for (size_t i = 0; i < c->n_files; i++) {
        const struct sent_file *f = &c->files[i];
        if (!f->len && !*f->name) /* a form in which none was chosen */
            continue;
        enum status s = streq(f->field, SENT_FILE_FIELD) ? receive(c, f, out)
                                                         : call_field(c, f->field, TR(c, "takes no file"));
        if (s == BROKEN)
            return s;
        status = s == OK ? status : s;
    }
    return status;
}

enum status files_prepare(struct call *c)
{
    struct incoming *in = ARENA_NEW(c->arena, struct incoming);
    TRY(files_receive(c, in));
    c->plan = in;
    return OK;
}

enum status files_bytes(struct call *c, const char *prefix, const struct rows *ids, int64_t *out)
{
    struct db_query *q = ARENA_ARRAY(c->arena, ids->n + 1, struct db_query);
    struct value *args = ARENA_ARRAY(c->arena, ids->n + 1, struct value);
    *out = 0;
    for (size_t i = 0; i < ids->n; i++) {
        args[i] = v_text(id_text(c->arena, prefix, cell_int(ids, i, 0)));
        q[i] = (struct db_query){
            .sql = "select coalesce(cast(sum(size) as integer), 0) from file where attached_to = $1",
            .args = &args[i],
            .n_args = 1};
    }
    if (ids->n)
        TRY(db_query_many(c->db, c->arena, q, ids->n));
    for (size_t i = 0; i < ids->n; i++)
        *out += cell_int(&q[i].rows, 0, 0);
    return OK;
}

enum status files_attach(struct call *c, const struct incoming *in, const char *attached_to,
    int64_t partner_id, int64_t comment_id)
{
    for (size_t i = 0; i < in->n; i++) {
        const struct incoming_file *f = &in->files[i];
        struct file row = {.name = f->name,
            .type = f->type,
            .size = (int64_t)f->size,
            .hash = f->hash,
            .attached_to = attached_to,
            .partner_id = {partner_id},
            .comment_id = {comment_id},
            .person_id = {c->viewer->person_id}};
        int64_t id = 0;
        TRY(content_keep(c, f->hash, f->data, f->size));
        TRY(noun_insert_beside(c, &file_noun, &row, &id));
        call_last_event(c)->partner_sees = partner_id != 0;
    }
    return OK;
}

/* ---- out ---- */

enum status files_of(
    struct call *c, struct html *h, const char *attached_to, struct file_link **out, size_t *n)
{
    struct list list;
    struct list_query q = {
        .filters = {{"attached_to", "is", attached_to}}, .n_filters = 1, .sort = "created", .limit = 50};
    TRY(noun_list(c, &file_noun, &q, &list));
    *out = ARENA_ARRAY(c->arena, list.n + 1, struct file_link);
    *n = list.n;
    for (size_t i = 0; i < list.n; i++) {
        struct file f;
        row_record(&file_noun, &list.rows[i], &f);
        (*out)[i] = (struct file_link){.name = f.name,
            .type = f.type,
            .size = fmt_bytes(h, f.size),
            .href = arena_printf(c->arena, "/files/%s/download", id_text(c->arena, "fil", list.rows[i].id))};
    }
    return OK;
}

static enum status export(struct call *c, int64_t id, struct answer_file *out) {
    struct file f; TRY(noun_load(c, &file_noun, id, &f));
    *out = (struct answer_file){.type = f.type, .name = f.name};
    return content_export(c, f.hash, &out->path);
}

static enum status download_run(struct call *c)
{
    struct answer_file *f = ARENA_NEW(c->arena, struct answer_file);
    TRY(export(c, c->row_id, f));
    c->result_file = f;
    return OK;
}

const struct verb file_download = {
    .noun = &file_noun,
    .name = "download",
    .label = N_("Download"),
    .summary = N_("Answers with what the file holds, to be saved."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .reads = true,
    .downloads = true,
    .hidden = true,
    .run = download_run,
};

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct answer_file f;
    int64_t id;
    (void)h;
    if (!id_parse("fil", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(export(c, id, &f));
    r->file_name = f.name;
    r->file_path = f.path;
    r->type = f.type;
    return OK;
}

const struct page file_page = {
    .path = "/files/:id/download", .title = N_("File"), .roles = ALL_ROLES, .bare = true, .show = show};
