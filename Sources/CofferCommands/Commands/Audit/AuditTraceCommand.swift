// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer audit trace`: whether a string is or was one of ours.
struct AuditTraceCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Say whether a string that was found somewhere is or was one of ours.",
        discussion: """
            The string is standard input; on a terminal it is asked for, hidden. It is compared by its fingerprint, which \
            outlives the value: also one that was replaced long ago is known, and no value is opened. Owners see when it \
            was stored and replaced, and who was handed it; issuers see that it is ours. The text of an identity is \
            recognised, too. What was stored with --no-trace is not known.

            It ends with 85 if the string is or was ours, with 0 if it is not.

              coffer audit trace < found-string.txt

            What is then to be done, and does it: coffer rotate --leaked -
            """)

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Reads the string, and says what is known of it.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let report = try await keeper.trace(try await SecretInput(context).bytes("string"))
            if output.json {
                try context.output.write(JSONText.document(report))
            } else {
                try context.output.write(report.text(now: context.now()))
                for note in report.notes { context.diagnostics.note(note) }
            }
            if report.isOurs { throw PrintedOutcome(status: .leakFound) }
        }
    }
}
