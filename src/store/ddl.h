/*
 * The SQL of migrations: split into statements, and its types mapped to those of an engine. Private to
 * store/.
 *
 * Written in SQLite's words. A type is recognized where one can stand: behind a column's name in "create
 * table" and "alter table ... add column", and behind "as" in a cast. So a column may be called text, and its
 * uses stay as they are. Quotes and comments are passed over. "begin ... end" bodies of triggers, "create
 * table as" and names in quotes are not understood: migrations do without.
 *
 *   SQLite       PostgreSQL
 *   integer      bigint
 *   real         double precision
 *   blob         bytea
 *   text         text collate "C" for a column, text in a cast
 *   create table (...)                 SQLite: made strict
 *   create table (...) without rowid   PostgreSQL: without these words
 *   alter table ... drop constraint    SQLite: nothing, it names none and its references cost little
 */
#ifndef TANDEM_STORE_DDL_H
#define TANDEM_STORE_DDL_H

#include "store/store.h"

/* The next statement without its semicolon, *SQL moved behind it; NULL when only space and comments are left.
 */
char *ddl_next(struct arena *a, const char **sql);
/* One statement in the engine's words; NULL: it is none of this engine's. */
const char *ddl_for(struct arena *a, enum db_engine engine, const char *statement);

#endif
