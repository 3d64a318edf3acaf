// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#include "CSQLiteOptions.h"

#include <sqlite3.h>
#include <stddef.h>

int coffer_sqlite_checkpoint_on_close(void *connection, int checkpoints) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !checkpoints, NULL);
}
