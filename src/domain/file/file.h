/*
 * Files that people attach to a row. What a file holds stands in the database by the hash of its content, in
 * pieces (content.c); a row of this noun says what it is called, of which type it is, and whose it is. What a
 * file is follows from its content, never from what its sender says; markup is refused; every download is
 * one to save.
 */
#ifndef TANDEM_FILE_H
#define TANDEM_FILE_H

#include "face/page.h"
#include "model/call.h"

#define FILE_MAX      ((size_t)10 << 20) /* bytes of one */
#define FILES_AT_ONCE 5

struct file {
    const char *name, *type;
    int64_t size;
    const char *hash;        /* SHA-256 of its content, hex */
    const char *attached_to; /* the row's id as it is shown: "dst_..." */
    struct ref partner_id;   /* the side that sees it beside the vendor; 0: only the vendor */
    struct ref comment_id;   /* the opportunity's comment that it came with; 0: none */
    struct ref person_id;    /* who sent it */
};
extern const struct noun file_noun;
extern const struct verb file_download;
extern const struct page file_page; /* /files/:id/download */

/* What came with a call, looked at: type and hash are known. */
struct incoming_file {
    const char *name, *type, *hash;
    const char *data;
    size_t size;
};
struct incoming {
    struct incoming_file files[FILES_AT_ONCE];
    size_t n, bytes;
};

/* A whole prepare: what came is left in c->plan as a struct incoming. */
enum status files_prepare(struct call *c) MUST;
/* How many bytes the files of the rows PREFIX_<id> hold; IDS has one in its first column. */
enum status files_bytes(struct call *c, const char *prefix, const struct rows *ids, int64_t *out) MUST;
/*
 * In the transaction: stores them for the row ATTACHED_TO on PARTNER's side, with an event each. What comes
 * with a comment (0: nothing does) is there as long as that.
 */
enum status files_attach(struct call *c, const struct incoming *in, const char *attached_to,
    int64_t partner_id, int64_t comment_id) MUST;

/* Files of a row that the viewer may see, oldest first. */
struct file_link {
    const char *name, *href, *size, *type;
};
enum status files_of(
    struct call *c, struct html *h, const char *attached_to, struct file_link **out, size_t *n) MUST;

/* ---- content.c ---- */

/* The type of the content by its bytes, named NAME; NULL: none that is taken. */
const char *content_type(const char *name, const char *data, size_t n);
/* NAME with an end that goes with the type: a PDF that is called x.html is saved as x.html.pdf. */
const char *content_name(struct arena *a, const char *name, const char *type);
/* Keeps the content unless it stands already. */
enum status content_keep(struct call *c, const char *hash, const char *data, size_t n) MUST;
/* Writes the content into a file of its own, piece by piece; it is deleted with the call's arena at the
 * latest. */
enum status content_export(struct call *c, const char *hash, const char **path) MUST;

#endif
