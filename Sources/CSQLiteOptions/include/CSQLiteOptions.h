// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// Options of SQLite that Swift cannot set, since the function that sets them is variadic.

#ifndef COFFER_SQLITE_OPTIONS_H
#define COFFER_SQLITE_OPTIONS_H

// Whether the last connection of a database moves the write-ahead log into the file when it closes
// (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, https://sqlite.org/c3ref/c_dbconfig_defensive.html). `connection` is a
// `sqlite3 *`. Returns SQLite's result code.
int coffer_sqlite_checkpoint_on_close(void *connection, int checkpoints);

#endif
