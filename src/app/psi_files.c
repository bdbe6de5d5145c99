/*
 * A private mapping by mail: each call reads the other side's message, writes the next one, and keeps the run
 * in a file of its own in between. The state tells which step is due, so that there is nothing to choose.
 */
#include "app/psi_task.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The whole of a file, at most MAX bytes; false with errno set. */
static bool read_file(const char *path, struct buf *out)
{
    char piece[65536];
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0)
        buf_add(out, piece, (size_t)n);
    if (fd >= 0)
        close(fd);
    if (out->overflow)
        errno = EFBIG;
    return n == 0 && !out->overflow;
}

/* Beside its place first, so that a full disk loses nothing; for the owner only. */
static bool write_file(struct arena *a, const char *path, const struct buf *b)
{
    const char *new = arena_printf(a, "%s.new", path);
    int fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_all(fd, b->p, b->len) && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        good = false;
    return good && rename(new, path) == 0;
}

static int file_trouble(const char *path)
{
    fprintf(stderr, "tandem: %s: %s\n", path, strerror(errno));
    return EXIT_BROKEN;
}

/* The server's step for what is due. */
static enum psi_refusal serve_step(struct psi_task *t, const struct buf *in, struct buf *out, bool *agreed)
{
    struct psi *p = &t->psi;
    switch (p->due) {
    case PSI_SETUP: return psi_setup(p, out);
    case PSI_REQUEST: return psi_reply(p, in->p, in->len, out);
    case PSI_COUNT: {
        enum psi_refusal r = psi_counted(p, in->p, in->len);
        if (r)
            return r;
        *agreed = task_agrees(t);
        return *agreed ? psi_consent(p, out) : PSI_FINE;
    }
    case PSI_CONSENT: *agreed = task_agrees(t); return *agreed ? psi_consent(p, out) : PSI_FINE;
    case PSI_ROWS: return psi_order(p, in->p, in->len, out);
    default: return PSI_WRONG_PHASE;
    }
}

static enum psi_refusal ask_step(struct psi_task *t, const struct buf *in, struct buf *out, bool *agreed)
{
    struct psi *p = &t->psi;
    switch (p->due) {
    case PSI_SETUP: return psi_request(p, in->p, in->len, out);
    case PSI_REPLY: {
        enum psi_refusal r = psi_count(p, in->p, in->len, out);
        if (!r)
            task_tell_count(t);
        return r;
    }
    case PSI_CONSENT: *agreed = task_agrees(t); return *agreed ? psi_rows(p, in->p, in->len, out) : PSI_FINE;
    case PSI_ORDER: return psi_finish(p, in->p, in->len);
    default: return PSI_WRONG_PHASE;
    }
}

/* What the step that is due needs of the command line; NULL: it is there. */
static const char *lacks(const struct psi_task *t)
{
    enum psi_type due = t->psi.due;
    bool answers = t->role == PSI_SERVER ? due != PSI_SETUP && due != PSI_CONSENT : true;
    if (due == PSI_OVER)
        return "this run is over: begin another with a new --state file";
    if (answers && !t->message)
        return "the other side's message is due: --message FILE";
    if (t->reply == NULL && !(t->role == PSI_CLIENT && due == PSI_ORDER))
        return "--reply names the file for the message that goes back";
    if (!t->out && (due == PSI_ROWS || due == PSI_ORDER))
        return "--out names the file for the rows in common";
    return NULL;
}

static const char *const next_words[] = {
    [PSI_REQUEST] = "Send it to the other side; its request comes back.",
    [PSI_REPLY] = "Send it to the other side; its reply comes back.",
    [PSI_COUNT] = "Send it to the other side; its count comes back.",
    [PSI_CONSENT] = "Send it to the other side; its consent comes back.",
    [PSI_ROWS] = "Send it to the other side; its rows come back.",
    [PSI_ORDER] = "Send it to the other side; its order comes back.",
    [PSI_OVER] = "Send it to the other side; that was all.",
};

static int finish_step(struct psi_task *t, const struct buf *out)
{
    struct psi *p = &t->psi;
    struct buf state = buf_in(t->arena, 2 * PSI_MAX_MESSAGE);
    if (p->match && !task_write_overlap(t))
        return EXIT_BROKEN;
    if (out->len && !write_file(t->arena, t->reply, out))
        return file_trouble(t->reply);
    psi_save(p, &state);
    if (!write_file(t->arena, t->state, &state))
        return file_trouble(t->state);
    if (out->len)
        fprintf(stderr, "%s: %zu bytes. %s\n", t->reply, out->len, next_words[p->due]);
    return EXIT_GOOD;
}

int psi_by_files(struct psi_task *t)
{
    struct buf state = buf_in(t->arena, 2 * PSI_MAX_MESSAGE), in = buf_in(t->arena, PSI_MAX_MESSAGE),
               out = buf_in(t->arena, PSI_MAX_MESSAGE);
    bool agreed = true;
    enum psi_refusal r = PSI_FINE;
    if (access(t->state, F_OK) != 0)
        task_begin(t);
    else if (!read_file(t->state, &state))
        return file_trouble(t->state);
    else
        r = psi_load(&t->psi, t->arena, state.p, state.len, t->keys.key, t->keys.n);
    if (r)
        return task_refused(r);
    if (t->psi.role != t->role || t->psi.by != t->by)
        return task_refused(PSI_BAD_STATE);
    const char *lack = lacks(t);
    if (lack) {
        fprintf(stderr, "tandem: %s\n", lack);
        return EXIT_USAGE;
    }
    if (t->message && !read_file(t->message, &in))
        return file_trouble(t->message);
    r = t->role == PSI_SERVER ? serve_step(t, &in, &out, &agreed) : ask_step(t, &in, &out, &agreed);
    if (r)
        return task_refused(r);
    if (!agreed)
        fputs("Nothing is told; give --agree yes to go on later.\n", stderr);
    return finish_step(t, &out);
}
