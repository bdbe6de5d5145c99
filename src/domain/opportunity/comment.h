/*
 * What is said about an opportunity, with files: between the vendor and one partner, or among the vendor's
 * own people, which is so unless the vendor says otherwise. "@Maya Lindqvist" tells that person, if it may
 * read it.
 */
#ifndef TANDEM_OPPORTUNITY_COMMENT_H
#define TANDEM_OPPORTUNITY_COMMENT_H

#include "domain/opportunity/opportunity.h"

struct opportunity_comment {
    struct ref opportunity_id;
    struct ref partner_id; /* which partner reads it beside the vendor; 0: none */
    const char *text;
    struct ref author_id;
    const char *side;  /* vendor, partner: whose words they are */
    const char *state; /* kept, deleted */
};
extern const struct noun opportunity_comment_noun;
extern const struct verb comment_create, comment_remove, comment_restore;

/* All files of an opportunity together hold at most so many bytes. */
#define OPPORTUNITY_FILES_MAX ((int64_t)50 << 20)

/*
 * Which of the N people TEXT mentions: HIT[i] is set where "@" and NAMES[i] stand in it, whatever the case,
 * not within a word; of two names of which one begins the other the longer counts.
 */
void find_mentions(struct arena *a, const char *text, const char *const *names, size_t n, bool *hit);

#endif
