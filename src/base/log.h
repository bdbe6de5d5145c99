/* Structured logs to standard error: one line a record, logfmt or JSON (TANDEM_LOG=json). Thread-safe. */
#ifndef TANDEM_LOG_H
#define TANDEM_LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_setup(enum log_level least, bool json);
/* FMT makes the message; the request's id is added where one is set for this thread. Never log secrets. */
void log_at(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A record of MESSAGE with further fields; names are ours, values are quoted as they need. */
struct log_field {
    const char *name, *value;
};
void log_record(enum log_level level, const char *message, const struct log_field *fields, size_t n);
/* NULL ends it; the text must outlive its use. Returns the one before. */
const char *log_set_request(const char *id);

#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_at(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_at(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)

#endif
