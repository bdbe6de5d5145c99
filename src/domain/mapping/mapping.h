/*
 * Account mapping: the vendor and each partner bring lists of companies ("populations"), say who may see what
 * of them, and see where they overlap with what others share.
 *
 *   waiting -> running -> done
 *
 * A population is worked on whenever its list, or whoever may see it, changes (job.c): rows that changed are
 * matched anew by their keys, the others stay as they are. What a side may know of an overlap is a row of its
 * own, in which stands only what the other side shares; without a share there is none. Shared rows are seen
 * while a look is open that their owner is told of, and leave in files or to programs where the share allows
 * it (look.c).
 */
#ifndef TANDEM_MAPPING_H
#define TANDEM_MAPPING_H

#include "model/call.h"
#include "runtime/clocks.h"
#include "runtime/jobs.h"

#define MAPPERS         (ADMIN | OPERATIONS | PARTNER_MANAGER | PARTNER_ADMIN)
#define MAPPING_READERS (MAPPERS | VENDOR_SELLER | EXECUTIVE | PARTNER_SELLER)

struct population {
    const char *name;
    struct ref partner_id; /* whose it is; 0: the vendor's */
    const char *kind;      /* customers, opportunities, prospects */
    const char *source;    /* file, known: what Tandem knows of the owner */
    const char *state;     /* waiting, running, done, failed, removed */
    const char *file_name;
    int64_t row_count;
    int64_t keyless; /* rows without a domain of their own and without a name: they match nothing */
    int64_t doubled; /* rows of the file that stood there before */
    int64_t progress;
    struct instant matched; /* 0: never yet */
    const char *message;    /* why it failed */
    struct ref person_id;
};
extern const struct noun population_noun;
extern const struct verb population_create, population_upload, population_refresh, population_grant,
    population_remove;

/* Who may see what of a population. Without one, nobody does. */
struct population_share {
    struct ref population_id, partner_id; /* partner: whose the population is */
    bool with_vendor;
    struct ref with_partner_id; /* the vendor names a partner of its programme */
    const char *with_domain; /* a partner names another company by its web domain: it learns nothing of who is
                                there */
    const char *level;       /* counts, fields */
    const char *fields;      /* of the shared rows, a set; the name always is */
    bool may_export;         /* they may take the rows along, not only look at them */
    const char *state;       /* active, ended */
};
extern const struct noun population_share_noun;
extern const struct verb population_share_end;

struct overlap {
    struct ref count_id, population_id;
    const char *name, *with_name, *with_population;
    const char *other_name, *other_domain, *other_country, *other_city, *other_owner, *other_stage;
    const char *evidence; /* a set of codes of engine/match */
    int64_t score;        /* percent */
};
extern const struct noun overlap_noun;
extern const struct option overlap_evidence[];
/*
 * For the co-sell finder (domain/cosell/sources.h): which of our accounts stand on a partner's list of
 * customers or deals. Only those that somebody of ours has exported, as the share allows: the list's owner
 * was told.
 */
extern const char overlap_tie_sql[];

/* How many overlaps a population of one's own has with a shared one. */
struct overlap_count {
    struct ref population_id;
    const char *with_name, *with_population, *with_kind;
    const char *level;
    bool may_export;
    int64_t matches; /* of level counts rounded down to tens */
};
extern const struct noun overlap_count_noun;
extern const struct verb overlap_look, overlap_export;

/* Somebody looks at shared rows, or takes them along; their owner sees that. */
struct mapping_look {
    const char *who, *what; /* the company that looks, the population that is looked at */
    const char *kind;       /* view, export */
    int64_t matches;
    struct instant until;
    const char *state; /* open, closed */
    struct ref person_id, partner_id, owner_partner_id, count_id, other_population_id;
};
extern const struct noun mapping_look_noun;
extern const struct verb mapping_look_close;
extern const struct clock mapping_look_clock;

extern const struct option population_kinds[], population_sources[], population_shared_fields[];
/* For a server: works on all populations there are. */
extern const struct job_kind mapping_job;

/* Within a verb: work on the population anew; all of its rows, when WHO may see it has changed. */
enum status population_again(struct call *c, int64_t id, bool all) MUST;
/* Within a verb: what was told of the population to others is taken back at once. */
enum status population_untell(struct call *c, int64_t id) MUST;

#endif
