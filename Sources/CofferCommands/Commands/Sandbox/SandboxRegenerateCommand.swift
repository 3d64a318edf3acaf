// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

/// `coffer sandbox regenerate`.
struct SandboxRegenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regenerate",
        abstract: "Regenerate the client_secret at a running sandbox, as its operator would.",
        discussion: """
            The old secret is refused from then on. Prints the new one, for `coffer rotate resume`:

              coffer sandbox regenerate --folder ./sandbox | coffer rotate resume
            """)

    /// Where the sandbox keeps its files.
    @Option(help: "The folder of the running sandbox.", completion: .directory) var folder: String

    /// Clicks, and prints what the page shows.
    func run() async throws {
        let context = CommandContext.current
        let network = context.network()
        let secret: Result<Secret, any Error>
        do {
            secret = .success(try await SandboxVisitor(folder: folder, transport: network.transport).regenerateSecret())
        } catch {
            secret = .failure(error)
        }
        await network.shutdown()
        try context.output.write(try secret.get())
        try context.output.write("\n")
    }
}
