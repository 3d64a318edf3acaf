// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

/// `coffer sandbox consent`.
struct SandboxConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Consent at a running sandbox, as a person with a browser would.",
        discussion: """
            Reads the URL that `coffer connect` prints from standard input and prints the callback URL to paste. The URL of \
            `connect --device` has none: the device hears of it by itself.

              coffer sandbox consent acme --folder ./sandbox < url
            """)

    /// The account that consents.
    @Argument(help: "The account's name in the sandbox.") var account: String

    /// Where the sandbox keeps its files.
    @Option(help: "The folder of the running sandbox.", completion: .directory) var folder: String

    /// Reads the URL, consents, prints the callback.
    func run() async throws {
        let context = CommandContext.current
        let url = try await SecretInput(context).text("authorization URL")
        let network = context.network()
        let callback: Result<Secret?, any Error>
        do {
            let visitor = try SandboxVisitor(folder: folder, transport: network.transport)
            callback = .success(
                try await visitor.consent(to: url.withExposedText { $0 }, account: account))
        } catch {
            callback = .failure(error)
        }
        await network.shutdown()
        guard let callback = try callback.get() else {
            return context.diagnostics.note("\(account) has consented; the device goes on by itself")
        }
        try context.output.write(callback)
        try context.output.write("\n")
    }
}
