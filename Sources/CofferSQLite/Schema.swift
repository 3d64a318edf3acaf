// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of format 1; docs/vault-format.md explains the columns.
///
/// Tables whose rows can be long have their rows under a number and their keys in an index: in a table that is ordered by its
/// key itself, each comparison on the way to a row reads a whole other row; see docs/decisions/0011-long-rows.md.
enum Schema {
    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE manifest (
                    epoch INTEGER PRIMARY KEY,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE TABLE entry (
                    id BLOB PRIMARY KEY,
                    space BLOB NOT NULL,
                    lookup BLOB NOT NULL,
                    kind INTEGER NOT NULL,
                    version INTEGER NOT NULL,
                    generation INTEGER NOT NULL,
                    use_box BLOB NOT NULL,
                    issue_box BLOB,
                    due_at INTEGER,
                    state TEXT,
                    signature BLOB NOT NULL,
                    UNIQUE (space, lookup)
                ) STRICT;
                CREATE INDEX entry_due ON entry (space, due_at, id) WHERE due_at IS NOT NULL;
                CREATE INDEX entry_generation ON entry (space, generation);
                CREATE TABLE audit (
                    signer BLOB NOT NULL,
                    sequence INTEGER NOT NULL,
                    hash BLOB NOT NULL,
                    body BLOB NOT NULL,
                    PRIMARY KEY (signer, sequence)
                ) STRICT;
                CREATE TABLE audit_binding (
                    entry BLOB NOT NULL,
                    version INTEGER NOT NULL,
                    signer BLOB NOT NULL,
                    sequence INTEGER NOT NULL,
                    PRIMARY KEY (entry, version)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE fingerprint (
                    space BLOB NOT NULL,
                    tag BLOB NOT NULL,
                    entry BLOB NOT NULL,
                    field INTEGER NOT NULL,
                    tier INTEGER NOT NULL,
                    spent INTEGER NOT NULL,
                    PRIMARY KEY (space, tag)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE journal (
                    rotation BLOB NOT NULL,
                    position INTEGER NOT NULL,
                    space BLOB NOT NULL,
                    generation INTEGER NOT NULL,
                    box BLOB NOT NULL,
                    signature BLOB NOT NULL,
                    PRIMARY KEY (rotation, position)
                ) STRICT;
                CREATE TABLE wish (
                    entry BLOB NOT NULL,
                    signer BLOB NOT NULL,
                    body BLOB NOT NULL,
                    PRIMARY KEY (entry, signer)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE bundle (
                    place INTEGER PRIMARY KEY CHECK (place = 1),
                    envelope BLOB NOT NULL
                ) STRICT;
                CREATE TABLE collected (
                    bundle BLOB NOT NULL,
                    sequence INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    PRIMARY KEY (bundle, sequence)
                ) STRICT;
                CREATE TABLE passphrase (
                    signer BLOB PRIMARY KEY,
                    body BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// What an object is made of in vaults that were ordered by their keys throughout: the key stood in each index by itself.
    static let earlier = [
        "index entry_due": "CREATE INDEX entry_due ON entry (space, due_at) WHERE due_at IS NOT NULL"
    ]
}
