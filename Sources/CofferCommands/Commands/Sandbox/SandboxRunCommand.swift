// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferSandbox

/// `coffer sandbox run`, which is also plain `coffer sandbox`: an emulated provider on this machine.
struct SandboxRunCommand: AsyncParsableCommand, StopsItself {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run an emulated provider on this machine, to try things on.",
        discussion: """
            Runs until it is interrupted. The addresses go to standard output; the throw-away certificate and \
            sandbox.json, with the client's id and secret, lie in its folder while it runs.

              coffer sandbox --folder ./sandbox --lifetime 30s
              coffer app add main/amocrm --provider amocrm --sandbox URL --ca-file ./sandbox/ca.pem …
            """)

    /// Which provider.
    @Option(help: "The provider to emulate.")
    var provider = "amocrm"

    /// The port.
    @Option(help: ArgumentHelp("The port on 127.0.0.1; a free one unless named.", valueName: "n"))
    var port: UInt16 = 0

    /// The folder.
    @Option(help: ArgumentHelp("Where to put ca.pem and sandbox.json.", valueName: "folder"))
    var folder: String?

    /// How long access tokens live.
    @Option(help: ArgumentHelp("How long access tokens live; a day unless shortened.", valueName: "time"))
    var lifetime: DurationArgument?

    /// The accounts.
    @Option(help: ArgumentHelp("The names of the accounts, separated by commas.", valueName: "names"))
    var accounts = "acme,birch,cedar"

    /// Refuses a lifetime of nothing.
    func validate() throws {
        if let lifetime, lifetime.duration <= .zero { throw ValidationError("--lifetime is at least 1s") }
    }

    /// Serves until SIGINT or SIGTERM.
    func run() async throws {
        guard provider == "amocrm" else {
            throw CommandError("unknown_provider", message: "the sandbox emulates amocrm, and nothing else yet")
        }
        var configuration = SandboxConfiguration()
        configuration.port = Int(port)
        configuration.folder = folder
        configuration.accountNames = accounts.split(separator: ",").map(String.init)
        if let lifetime { configuration.lifetimes.accessToken = lifetime.duration }
        let context = CommandContext.current
        try await Sandbox.run(configuration: configuration) { sandbox in
            try context.output.write(SandboxSummary(SandboxFile(sandbox), folder: sandbox.folder).text)
            context.diagnostics.note("ready; stop it with Ctrl-C")
        }
    }
}
