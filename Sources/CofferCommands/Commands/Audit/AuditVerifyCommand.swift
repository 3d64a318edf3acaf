// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer audit verify`: whether the chains of events are whole.
struct AuditVerifyCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that no event was edited, dropped, moved or cut off, and say where.",
        discussion: """
            Each event is signed, names the one before it, and those of issuers and owners name the newest of all other chains. \
            What is wrong is placed: whose chain, which event, and who saw what is no longer there, other chains or this \
            machine's own record. Then the status is 65.

            Events of reading are not synced to the disk one by one: the last ones, after the last write, may have been \
            cut off by a power cut, which leaves no trace in the vault. Up to where nothing can be missing is in the table; \
            what this machine's record still knows of is named.

              coffer audit verify
              coffer audit verify --json
            """)

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes what was found.
    func run() async throws {
        try await options.withKeeper(comparing: false) { keeper, context in
            let found = try await keeper.verifyAudit()
            if output.json {
                try context.output.write(JSONText.document(found))
            } else {
                try context.output.write(table(found, context))
                for finding in found.findings { context.diagnostics.warn(finding.sentence) }
                let unsynced = found.chains.filter { $0.syncedThrough < $0.count }
                if !unsynced.isEmpty {
                    context.diagnostics.note(
                        "of what was only read after the last synced write, events may have been cut off by a power cut"
                    )
                }
            }
            if !found.isIntact { throw PrintedOutcome(status: .damaged) }
        }
    }

    private func table(_ found: AuditVerification, _ context: CommandContext) -> String {
        var table = TextTable([
            .init("IDENTITY"), .init("STANDING"), .init("EVENTS", .right), .init("SYNCED THROUGH", .right),
            .init("FINDINGS", .right),
        ])
        for chain in found.chains {
            let findings = found.findings.count { $0.identity == chain.identity }
            table.append(
                [chain.identity, chain.standing, "\(chain.count)", "\(chain.syncedThrough)", "\(findings)"],
                colours: context.isColoured ? [4: findings == 0 ? .green : .red] : [:])
        }
        return table.lines(fitting: context.output.columnCount).map { $0 + "\n" }.joined()
    }
}
