// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer audit policy`: what holds where no event can be written.
struct AuditPolicyCommand: AsyncParsableCommand {
    /// The two answers.
    enum Answer: String, ExpressibleByArgument, CaseIterable {
        /// Entries may be read.
        case allow
        /// They may not.
        case refuse
    }

    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Show or set whether entries may be read where no event can be written.",
        discussion: """
            On a read-only disk no event can be written. Unless an owner has allowed it, nothing is handed out there.

              coffer audit policy
              coffer audit policy --unaudited-reading allow
            """)

    /// What is to hold.
    @Option(help: ArgumentHelp("allow or refuse; only an owner may change it.", valueName: "answer"))
    var unauditedReading: Answer?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// What is printed.
    private struct Policy: Encodable {
        let unauditedReading: String
    }

    /// Sets it if asked to, and says what holds.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            if let unauditedReading { try await keeper.setUnauditedReading(unauditedReading == .allow) }
            let answer: Answer = try await keeper.allowsUnauditedReading() ? .allow : .refuse
            let text =
                output.json
                ? JSONText.document(Policy(unauditedReading: answer.rawValue))
                : "unaudited reading: \(answer.rawValue)\n"
            try context.output.write(text)
        }
    }
}
