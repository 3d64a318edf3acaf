// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// Options of SQLite that Swift cannot set, since the function that sets them is variadic, and the few statements that each opening
// runs: through a wrapper each of them costs several times what SQLite takes. A connection is a `sqlite3 *`; what is
// returned is SQLite's result code.

#ifndef COFFER_SQLITE_OPTIONS_H
#define COFFER_SQLITE_OPTIONS_H

#include <stdint.h>

// Whether the last connection of a database moves the write-ahead log into the file when it closes
// (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, https://sqlite.org/c3ref/c_dbconfig_defensive.html).
int coffer_sqlite_checkpoint_on_close(void *connection, int checkpoints);

// Whether a schema may call functions and virtual tables that are not marked as harmless (SQLITE_DBCONFIG_TRUSTED_SCHEMA).
int coffer_sqlite_trust_schema(void *connection, int trusts);

// Runs statements whose rows nobody wants.
int coffer_sqlite_run(void *connection, const char *sql);

// Runs a statement for the integer that it gives.
int coffer_sqlite_integer(void *connection, const char *sql, int64_t *value);

// Asks for a write-ahead log; `is_kept` becomes 1 if that is then the journal mode in force, else 0.
int coffer_sqlite_keep_log(void *connection, int *is_kept);

#endif
