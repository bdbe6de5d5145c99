#include "app/nav.h"

#include "domain/notice/notice.h"

static void set_count(struct shell *shell, const char *href, int64_t n)
{
    for (size_t g = 0; g < shell->n_groups; g++)
        for (size_t i = 0; i < shell->groups[g].n; i++)
            if (streq(shell->groups[g].items[i].href, href)) {
                struct shell_item *item = (struct shell_item *)(uintptr_t)&shell->groups[g].items[i];
                item->count = n;
                item->hot = true;
            }
}

static const struct {
    const char *href;
    enum status (*count)(struct call *c, int64_t *out);
} counts[] = {
    {"/notices", notice_count},
};

void nav_counts(struct call *c, struct shell *shell)
{
    for (size_t i = 0; c->db && i < COUNT(counts); i++) {
        int64_t n;
        if (counts[i].count(c, &n) == OK)
            set_count(shell, counts[i].href, n);
    }
}
