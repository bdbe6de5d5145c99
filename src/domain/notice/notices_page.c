/* Notices, newest first: opening one leads to what it is about and marks it as read. */
#include "base/id.h"
#include "domain/notice/notice.h"
#include "domain/notice/notices_page.html.h"
#include "domain/notice/notices_view.h"
#include "domain/notice/pages.h"
#include "face/derived_view.h"

static void fill(struct call *c, const struct list *list, struct notices_view *v)
{
    v->rows = ARENA_ARRAY(c->arena, list->n + 1, struct notice_view);
    for (size_t i = 0; i < list->n; i++) {
        struct notice n;
        row_record(&notice_noun, &list->rows[i], &n);
        v->rows[v->n++] = (struct notice_view){.id = id_text(c->arena, notice_noun.prefix, list->rows[i].id),
            .text = n.text,
            .path = local_path(n.path) ? n.path : "/notices",
            .at = list->rows[i].created,
            .fresh = streq(n.state, "new")};
    }
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct list_query q;
    struct list list;
    struct list_view tools;
    struct notices_view v = {.csrf = r->csrf};
    TRY(list_view_load(c, r, &notice_noun, &q, &list, &tools));
    TRY(notice_count(c, &v.fresh));
    fill(c, &list, &v);
    v.lead = v.fresh ? arena_printf(c->arena, trn(call_lang(c), "%s is new.", "%s are new.", v.fresh),
                           fmt_int(h, v.fresh))
                     : TR(c, "Nothing is new.");
    v.next = tools.next;
    v.first = tools.first;
    v.empty = (struct part_empty){.icon = "bell",
        .title = TR(c, "No notices yet"),
        .text = TR(c, "Here stands what you should know: a decision, a protection that ends, something that "
                      "waits for you. You get it by mail, too.")};
    struct shell_action *settings = ARENA_NEW(c->arena, struct shell_action);
    *settings = (struct shell_action){.label = TR(c, "Notifications"), .href = "/me/notifications"};
    r->shell->actions = settings;
    r->shell->n_actions = 1;
    notices_whole(h, &v);
    return OK;
}

const struct page notices_page = {
    .path = "/notices",
    .title = N_("Notices"),
    .roles = ALL_ROLES,
    .nav = "",
    .icon = "bell",
    .key = "g n",
    .tab = true,
    .show = show,
};
