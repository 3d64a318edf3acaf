// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// The tables of format 1: those of a vault in a file (docs/vault-format.md) in a schema of their own, and the format's number.
///
/// All names are written with their schema, so that no setting of a session leads elsewhere.
enum Schema {
    /// The format that this program writes: that of the first program, and one more with each step.
    static let version = UInt64(steps.count) + 1

    /// What leads from each format to the next, in order, while ``creation`` makes the last one at once.
    ///
    /// A step that was published stays as it is.
    static let steps: [String] = []

    /// Makes them.
    static let creation = """
        CREATE SCHEMA coffer;
        CREATE TABLE coffer.format (
            place bigint PRIMARY KEY CHECK (place = 1),
            version bigint NOT NULL
        );
        CREATE TABLE coffer.manifest (
            epoch bigint PRIMARY KEY,
            body bytea NOT NULL
        );
        CREATE TABLE coffer.entry (
            id bytea PRIMARY KEY,
            space bytea NOT NULL,
            lookup bytea NOT NULL,
            kind bigint NOT NULL,
            version bigint NOT NULL,
            generation bigint NOT NULL,
            use_box bytea NOT NULL,
            issue_box bytea,
            due_at bigint,
            state text,
            signature bytea NOT NULL,
            UNIQUE (space, lookup)
        );
        CREATE INDEX entry_due ON coffer.entry (space, due_at, id) WHERE due_at IS NOT NULL;
        CREATE INDEX entry_generation ON coffer.entry (space, generation);
        CREATE TABLE coffer.audit (
            signer bytea NOT NULL,
            sequence bigint NOT NULL,
            hash bytea NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (signer, sequence)
        );
        CREATE TABLE coffer.audit_binding (
            entry bytea NOT NULL,
            version bigint NOT NULL,
            signer bytea NOT NULL,
            sequence bigint NOT NULL,
            PRIMARY KEY (entry, version)
        );
        CREATE TABLE coffer.fingerprint (
            space bytea NOT NULL,
            tag bytea NOT NULL,
            entry bytea NOT NULL,
            field bigint NOT NULL,
            tier bigint NOT NULL,
            spent boolean NOT NULL,
            PRIMARY KEY (space, tag)
        );
        CREATE TABLE coffer.journal (
            rotation bytea NOT NULL,
            position bigint NOT NULL,
            space bytea NOT NULL,
            generation bigint NOT NULL,
            box bytea NOT NULL,
            signature bytea NOT NULL,
            number bigint GENERATED ALWAYS AS IDENTITY,
            PRIMARY KEY (rotation, position)
        );
        CREATE TABLE coffer.wish (
            entry bytea NOT NULL,
            signer bytea NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (entry, signer)
        );
        CREATE TABLE coffer.bundle (
            place bigint PRIMARY KEY CHECK (place = 1),
            envelope bytea NOT NULL
        );
        CREATE TABLE coffer.collected (
            bundle bytea NOT NULL,
            sequence bigint NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (bundle, sequence)
        );
        CREATE TABLE coffer.passphrase (
            signer bytea PRIMARY KEY,
            body bytea NOT NULL
        );
        INSERT INTO coffer.format (place, version) VALUES (1, \(version));
        """

    /// Waits until nobody else writes, and keeps it so until the transaction ends; gives the format.
    ///
    /// A row and no advisory lock: those are of a session, and CockroachDB takes them without locking anything.
    static let turn = format + " FOR UPDATE"

    /// Gives the format.
    static let format = "SELECT version FROM coffer.format WHERE place = 1"

    /// Refuses another format than this program's, also one that came after the store was opened.
    ///
    /// - Parameter answer: What ``turn`` or ``format`` gave.
    /// - Throws: ``VaultError/Code/newerFormat``, ``VaultError/Code/olderFormat``, ``VaultError/damaged`` if there is none.
    static func check(_ answer: Answer) throws {
        let found = try format(in: answer)
        guard found <= version else { throw VaultError.newer("the vault's database") }
        guard found == version else {
            throw VaultError(
                .olderFormat, "the vault's database is as an older Coffer made it", hint: "run: coffer upgrade")
        }
    }

    /// The format that is there.
    ///
    /// - Parameter answer: What ``turn`` or ``format`` gave.
    /// - Returns: its number.
    /// - Throws: ``VaultError/damaged`` if there is none.
    static func format(in answer: Answer) throws -> UInt64 {
        guard let found = try answer.rows.first?.integer(0), found > 0 else { throw VaultError.damaged }
        return UInt64(found)
    }
}
