/* The log's private key as a file: found beside its database, made once, put in the place of an older one. */
#ifndef TANDEM_KEY_FILE_H
#define TANDEM_KEY_FILE_H

#include "app/app.h"

/* Loads the key that signs the database's log now into app->key, or makes the first. False: *ERROR says why.
 */
bool key_file_open(struct app *app, const struct app_options *o, const char **error) MUST;
/*
 * PATH.new takes the place of PATH, which is kept as PATH.<id>. Where it cannot be done both stay as they
 * are: log_key_find() finds the key all the same.
 */
void key_file_settle(struct arena *a, const char *path);

/* The file behind a database's URL; NULL: a server. */
const char *file_of_url(const char *url);

#endif
