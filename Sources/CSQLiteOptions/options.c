// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#include "CSQLiteOptions.h"

#include <sqlite3.h>
#include <stddef.h>

int coffer_sqlite_checkpoint_on_close(void *connection, int checkpoints) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !checkpoints, NULL);
}

int coffer_sqlite_trust_schema(void *connection, int trusts) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, trusts, NULL);
}

int coffer_sqlite_run(void *connection, const char *sql) { return sqlite3_exec(connection, sql, NULL, NULL, NULL); }

// The first value of the first row; SQLITE_CORRUPT if there is none, since each of ours has one.
static int first_value(sqlite3 *connection, const char *sql, void (*take)(sqlite3_stmt *, void *), void *target) {
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (status != SQLITE_OK) return status;
    int stepped = sqlite3_step(statement);
    if (stepped == SQLITE_ROW) take(statement, target);
    status = sqlite3_finalize(statement);
    return status == SQLITE_OK && stepped != SQLITE_ROW ? SQLITE_CORRUPT : status;
}

static void take_integer(sqlite3_stmt *statement, void *target) {
    *(int64_t *)target = sqlite3_column_int64(statement, 0);
}

int coffer_sqlite_integer(void *connection, const char *sql, int64_t *value) {
    return first_value(connection, sql, take_integer, value);
}

static void take_mode(sqlite3_stmt *statement, void *target) {
    const char *mode = (const char *)sqlite3_column_text(statement, 0);
    *(int *)target = mode != NULL && sqlite3_stricmp(mode, "wal") == 0;
}

int coffer_sqlite_keep_log(void *connection, int *is_kept) {
    return first_value(connection, "PRAGMA journal_mode = WAL", take_mode, is_kept);
}
