/* One private mapping by the command line: the list, the run, the people who agree. Private to app/psi_*. */
#ifndef TANDEM_PSI_TASK_H
#define TANDEM_PSI_TASK_H

#include "app/options.h"
#include "engine/match/company_file.h"
#include "engine/psi/psi.h"

enum psi_agree { AGREE_ASK, AGREE_YES, AGREE_NO };

struct psi_task {
    struct arena *arena;
    enum psi_role role;
    enum psi_by by;
    enum psi_agree agree;
    uint32_t least;
    int64_t wait_s; /* how long the other side may be silent */
    const char *in, *out;
    const char *listen, *connect, *token, *pin, *ca, *tls_cert, *tls_key;
    const char *state, *message, *reply; /* files, for exchange by mail */
    struct company_list list;
    struct psi_keys keys;
    struct psi psi;
};

/* Reads the list and makes its keys; says on standard error how many there are, or why not. */
bool task_read_list(struct psi_task *t) MUST;
/* A run that begins with those keys. */
void task_begin(struct psi_task *t);
/* Says how many are in common. */
void task_tell_count(const struct psi_task *t);
/* Says it, and whether the people here agree to tell which; asks them where they must be.
 */
bool task_agrees(const struct psi_task *t) MUST;
/* Writes the rows in common, as the list has them, and says how many. */
bool task_write_overlap(const struct psi_task *t) MUST;
/* Says why a message was refused; for `return`. */
int task_refused(enum psi_refusal r);

/* The ways of exchange; each returns the exit code. */
int psi_serve(struct psi_task *t);
int psi_ask(struct psi_task *t);
int psi_by_files(struct psi_task *t);

#endif
