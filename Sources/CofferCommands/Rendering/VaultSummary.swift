// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// What `coffer init` says of a vault: where it is, and what must not be lost.
struct VaultSummary: Encodable {
    /// The vault's file, or the URL of its database.
    let vault: String

    /// The identity's file.
    let identity: String

    /// The owner's fingerprint.
    let fingerprint: String

    /// Whether they were made now.
    let created: Bool

    /// Whether the tables of a database were made now; absent for a file.
    let tablesCreated: Bool?

    /// Takes what was made or found.
    init(_ made: InitialisedVault) {
        vault = made.vaultPath
        identity = made.identityPath
        fingerprint = made.fingerprint
        created = made.wasCreated
        tablesCreated = made.isDatabase ? made.hasNewTables : nil
    }

    /// Writes the facts to standard output, and what to do with them to standard error.
    func write(asJSON: Bool, _ context: CommandContext) throws {
        let facts = FactSheet([("vault", vault), ("identity", identity), ("owner", fingerprint)])
        try context.output.write(asJSON ? JSONText.document(self) : facts.text)
        guard created else {
            return context.diagnostics.note("both were there already; nothing was changed")
        }
        context.diagnostics.warn("whoever loses the identity loses the vault: nobody can open it without")
        context.diagnostics.note("copy the identity, one line of text, to another place: a password manager, or paper")
        if tablesCreated == true {
            context.diagnostics.note(
                "the tables were made in the database's schema coffer; what agents need is in docs/databases.md")
        }
        let kept = tablesCreated == nil ? "the vault's file" : "the database"
        context.diagnostics.note("back up \(kept) apart from it; it is encrypted, and worth nothing to others")
        context.diagnostics.hint("add an app with: coffer app add main/NAME --provider amocrm --client-id ID")
    }
}
