#include "app/psi_task.h"

#include "base/csv.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

bool task_read_list(struct psi_task *t)
{
    if (!company_file_read(t->arena, "tandem psi", t->in, &t->list))
        return false;
    psi_keys(t->arena, t->list.company, t->list.n, t->by, &t->keys);
    fprintf(stderr, "%s: %zu rows, %zu keys", t->in, t->list.n, t->keys.n);
    if (t->keys.without)
        fprintf(stderr, "; %zu rows have none (%s)", t->keys.without,
            t->by == PSI_BY_DOMAIN ? "no domain of their own"
                                   : "no domain of their own, no name with a country");
    fputs("\n", stderr);
    if (t->keys.n >= t->least)
        return true;
    fprintf(stderr,
        "tandem: a list needs %" PRIu32
        " keys, so that nobody is found out by it; both sides may agree on less "
        "with --least N\n",
        t->least);
    return false;
}

static void show_progress(void *ctx, size_t done, size_t of)
{
    (void)ctx;
    fprintf(stderr, done + 1024 < of ? "\r%zu %% " : "\r     \r", done * 100 / of);
}

void task_begin(struct psi_task *t)
{
    psi_begin(&t->psi, t->arena, t->role, t->by, t->keys.key, t->keys.n, NULL, NULL);
    t->psi.limits.least = t->least;
    if (isatty(STDERR_FILENO))
        t->psi.progress.tell = show_progress;
}

void task_tell_count(const struct psi_task *t)
{
    uint32_t others = t->role == PSI_SERVER ? t->psi.n_client : t->psi.n_server;
    fprintf(stderr, "%" PRIu32 " of your %zu keys are also among the other side's %" PRIu32 ".\n",
        t->psi.count, t->keys.n, others);
}

bool task_agrees(const struct psi_task *t)
{
    char answer[16];
    task_tell_count(t);
    if (t->agree == AGREE_YES)
        return true;
    if (t->agree == AGREE_NO || !isatty(STDIN_FILENO)) {
        fputs("Which ones stays untold here: that needs --agree yes.\n", stderr);
        return false;
    }
    fputs("Tell each other which ones? [y/N] ", stderr);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static void add_row(struct buf *b, const struct psi_task *t, uint32_t row, const char *key)
{
    const struct match_company *c = &t->list.company[row];
    const char *const cells[] = {t->list.id[row], c->name, c->domain, c->country, key};
    for (size_t i = 0; i < COUNT(cells); i++)
        csv_write_cell(b, cells[i] ? cells[i] : "", i == 0);
    csv_write_end(b);
}

bool task_write_overlap(const struct psi_task *t)
{
    struct buf b = buf_new(BUF_MAX_DEFAULT * 4);
    size_t rows = 0;
    buf_adds(&b, "id,name,domain,country,key\r\n");
    for (size_t i = 0; i < t->psi.n_match; i++) {
        uint32_t k = t->psi.match[i];
        for (uint32_t r = t->keys.first[k]; r < t->keys.first[k + 1]; r++, rows++)
            add_row(&b, t, t->keys.row[r], t->keys.key[k]);
    }
    int fd = open(t->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && !b.overflow && write_all(fd, b.p, b.len);
    if (fd >= 0 && close(fd) != 0)
        good = false;
    if (good)
        fprintf(stderr, "%s: %zu keys in common, %zu rows of yours\n", t->out, t->psi.n_match, rows);
    else
        fprintf(stderr, "tandem: %s cannot be written: %s\n", t->out, strerror(errno));
    buf_free(&b);
    return good;
}

int task_refused(enum psi_refusal r)
{
    fprintf(stderr, "tandem: refused: %s\n", psi_refusal_text(r));
    return EXIT_REFUSED;
}
