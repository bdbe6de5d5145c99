#include "app/registry.h"

#include "app/home.h"
#include "app/permissions_page.h"
#include "domain/account/account.h"
#include "domain/account/pages.h"
#include "domain/custom/custom.h"
#include "domain/dispute/dispute.h"
#include "domain/dispute/order.h"
#include "domain/dispute/pages.h"
#include "domain/fairness/fairness.h"
#include "domain/file/file.h"
#include "domain/import/worker.h"
#include "domain/log/cosigned.h"
#include "domain/log/keys.h"
#include "domain/log/log.h"
#include "domain/log/week.h"
#include "domain/merge/merge.h"
#include "domain/note/note.h"
#include "domain/note/task.h"
#include "domain/notice/notice.h"
#include "domain/notice/pages.h"
#include "domain/opportunity/opportunity.h"
#include "domain/partner/pages.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/person/sign_in.h"
#include "domain/programme/draft.h"
#include "domain/programme/pages.h"
#include "domain/programme/programme.h"
#include "domain/rate/rate.h"
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/override.h"
#include "domain/registration/pages.h"
#include "domain/registration/waitlist.h"
#include "domain/simulation/simulation.h"
#include "domain/today/today.h"
#include "domain/view/view.h"

/* In the order in which the navigation lists them. */
static const struct noun *const nouns[] = {
    &notice_noun,
    &registration_noun,
    &extension_noun,
    &activity_noun,
    &waitlist_entry_noun,
    &task_noun,
    &note_noun,
    &dispute_noun,
    &dispute_party_noun,
    &dispute_statement_noun,
    &file_noun,
    &partner_noun,
    &certification_noun,
    &person_noun,
    &account_noun,
    &opportunity_noun,
    &product_line_noun,
    &duplicate_noun,
    &duplicate_search_noun,
    &merge_noun,
    &currency_rate_noun,
    &custom_field_noun,
    &decision_noun,
    &override_noun,
    &account_check_noun,
    &programme_version_noun,
    &programme_draft_noun,
    &token_noun,
    &passkey_noun,
    &session_noun,
    &import_run_noun,
    &log_key_noun,
    &log_week_noun,
    &simulation_noun,
    &simulation_case_noun,
    &saved_view_noun,
    NULL,
};

static const struct verb *const verbs[] = {
    &registration_register,
    &registration_check,
    &registration_approve,
    &registration_decline,
    &registration_withdraw,
    &registration_win,
    &registration_lose,
    &registration_lapse,
    &registration_convert,
    &registration_heartbeat,
    &registration_remind,
    &registration_extend,
    &registration_extend_check,
    &registration_log_activity,
    &registration_join_waitlist,
    &extension_approve,
    &extension_decline,
    &waitlist_accept,
    &waitlist_pass,
    &waitlist_leave,
    &waitlist_expire,
    &override_ask,
    &override_confirm,
    &override_refuse,
    &override_withdraw,
    &registration_dispute,
    &dispute_name,
    &dispute_declare,
    &dispute_say,
    &dispute_rule,
    &dispute_withdraw,
    &dispute_escalate,
    &dispute_overdue,
    &dispute_party_say,
    &dispute_party_agree_order,
    &dispute_party_keep_order,
    &dispute_party_withdraw,
    &file_download,
    &partner_create,
    &partner_update,
    &certification_create,
    &certification_update,
    &account_create,
    &account_update,
    &opportunity_create,
    &opportunity_update,
    &product_line_create,
    &product_line_update,
    &currency_rate_create,
    &currency_rate_update,
    &person_invite,
    &person_update,
    &person_update_me,
    &person_deactivate,
    &person_activate,
    &person_reset_second_factor,
    &person_sign_in_link,
    &person_sign_in,
    &person_sign_in_password,
    &person_sign_in_passkey,
    &person_sign_in_code,
    &person_sign_out,
    &person_prove,
    &person_set_password,
    &person_remove_password,
    &person_begin_codes,
    &person_confirm_codes,
    &person_stop_codes,
    &person_recovery_codes,
    &passkey_ask,
    &passkey_create,
    &passkey_rename,
    &passkey_remove,
    &session_end_one,
    &session_end_everywhere,
    &session_see,
    &token_create,
    &token_revoke,
    &programme_apply,
    &programme_withdraw,
    &programme_take_effect,
    &draft_create,
    &draft_update,
    &draft_replace,
    &draft_undo,
    &draft_redo,
    &draft_discard,
    &draft_reopen,
    &draft_add_rule,
    &draft_set_rule,
    &draft_move_rule,
    &draft_remove_rule,
    &draft_add_example,
    &draft_set_example,
    &draft_remove_example,
    &draft_add_item,
    &draft_set_item,
    &draft_move_item,
    &draft_remove_item,
    &draft_set_values,
    &draft_ask,
    &draft_publish,
    &draft_rebase,
    &custom_field_create,
    &custom_field_update,
    &import_upload,
    &import_map,
    &import_apply,
    &import_cancel,
    &merge_create,
    &merge_preview,
    &merge_split,
    &duplicate_find,
    &duplicate_dismiss,
    &duplicate_reopen,
    &registration_under,
    &simulation_simulate,
    &simulation_cancel,
    &note_create,
    &note_update,
    &note_delete,
    &note_restore,
    &task_create,
    &task_update,
    &task_finish,
    &task_reopen,
    &task_remind,
    &notice_read,
    &notice_unread,
    &notice_read_all,
    &log_week_send,
    &saved_view_create,
    &saved_view_update,
    &saved_view_delete,
    &saved_view_restore,
    NULL,
};

const struct model tandem_model = {.nouns = nouns, .verbs = verbs};

const struct page *const tandem_pages[] = {
    &home_page,
    &today_page,
    &register_page,
    &queue_page,
    &registrations_page,
    &disputes_page,
    &my_disputes_page,
    &dispute_page,
    &dispute_party_page,
    &dispute_new_page,
    &registration_page,
    &receipt_page,
    &file_page,
    &dispute_order_page,
    &dispute_party_order_page,
    &partner_page,
    &account_page,
    &notices_page,
    &programme_page,
    &compare_page,
    &draft_page,
    &rules_page,
    &fairness_page,
    &simulation_page,
    &simulation_case_page,
    &registration_under_page,
    &log_page,
    &log_check_page,
    &log_checkpoint_page,
    &log_cosigned_page,
    &log_week_page,
    &log_key_page,
    &log_change_page,
    &log_consistency_page,
    &log_tile_page,
    &log_tile_deep_page,
    &log_tile_deepest_page,
    &duplicates_page,
    &duplicate_search_page,
    &merge_page,
    &split_page,
    &import_page,
    &import_errors_file_page,
    &import_errors_page,
    &import_run_page,
    &sign_in_page,
    &sign_in_code_page,
    &sign_in_link_page,
    &me_page,
    &me_sign_in_page,
    &permissions_page,
    NULL,
};

const struct clock *const tandem_clocks[] = {&registration_lapse_clock, &registration_heartbeat_clock,
    &registration_remind_clock, &waitlist_offer_clock, &dispute_open_clock, &dispute_named_clock,
    &dispute_escalated_clock, &log_week_clock, &programme_effect_clock, &task_remind_clock, NULL};

const struct job_kind *const tandem_jobs[] = {
    &import_job, &fairness_job, &simulation_job, &duplicate_search_job, NULL};
