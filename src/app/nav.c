#include "app/nav.h"

#include "domain/cosell/request.h"
#include "domain/dispute/pages.h"
#include "domain/lead/pages.h"
#include "domain/merge/merge.h"
#include "domain/notice/notice.h"
#include "domain/registration/pages.h"

static struct shell_item *find_item(const struct shell *shell, const char *href)
{
    for (size_t g = 0; g < shell->n_groups; g++)
        for (size_t i = 0; i < shell->groups[g].n; i++)
            if (streq(shell->groups[g].items[i].href, href))
                return (struct shell_item *)(uintptr_t)&shell->groups[g].items[i];
    return NULL; /* not for this viewer */
}

static const struct {
    const char *href;
    bool hot; /* asks for something */
    enum status (*count)(struct call *c, int64_t *out);
} counts[] = {
    {"/queue", false, queue_count},
    {"/cosell", true, cosell_waiting_count},
    {"/disputes", true, disputes_count},
    {"/my-disputes", true, disputes_count},
    {"/lead-inbox", true, lead_inbox_count},
    {"/notices", true, notice_count},
    {"/duplicates", false, duplicate_count},
};

void nav_counts(struct call *c, struct shell *shell)
{
    for (size_t i = 0; c->db && i < COUNT(counts); i++) {
        struct shell_item *item = find_item(shell, counts[i].href);
        if (item && counts[i].count(c, &item->count) == OK)
            item->hot = counts[i].hot;
    }
}
