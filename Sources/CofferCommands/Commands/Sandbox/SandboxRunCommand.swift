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
              coffer sandbox --provider kommo --seed 7 --fault-percent 30
              coffer sandbox --provider strict
              coffer app add main/idp --issuer URL --client-id ID --redirect-uri URI --ca-file ./sandbox/ca.pem
              coffer app add main/amocrm --provider amocrm --sandbox URL --ca-file ./sandbox/ca.pem …
            """)

    /// Which provider.
    @Option(help: ArgumentHelp("The provider to emulate.", valueName: "id"))
    var provider = SandboxArgument.amocrm

    /// The port.
    @Option(help: ArgumentHelp("The port on 127.0.0.1; a free one unless named.", valueName: "n"))
    var port: UInt16 = 0

    /// The folder.
    @Option(help: ArgumentHelp("Where to put ca.pem and sandbox.json.", valueName: "folder"))
    var folder: String?

    /// How long access tokens live.
    @Option(help: ArgumentHelp("How long access tokens live; the provider's own time unless given.", valueName: "time"))
    var lifetime: DurationArgument?

    /// The accounts.
    @Option(help: ArgumentHelp("The names of the accounts, separated by commas.", valueName: "names"))
    var accounts = "acme,birch,cedar"

    /// The seed of faults.
    @Option(
        help: ArgumentHelp(
            "Let requests to the token endpoint go wrong at random, the same way in every run with this number.",
            valueName: "n"))
    var seed: UInt64?

    /// How often.
    @Option(help: ArgumentHelp("How many of a hundred requests go wrong with --seed.", valueName: "n"))
    var faultPercent = 20

    /// Refuses a lifetime of nothing, and more than all requests.
    func validate() throws {
        if !(0...100).contains(faultPercent) { throw ValidationError("--fault-percent is 0 to 100") }
        if let lifetime, lifetime.duration <= .zero { throw ValidationError("--lifetime is at least 1s") }
    }

    /// Serves until SIGINT or SIGTERM.
    func run() async throws {
        var configuration = SandboxConfiguration(provider.provider)
        configuration.port = Int(port)
        configuration.folder = folder
        configuration.accountNames = accounts.split(separator: ",").map(String.init)
        if let lifetime { configuration.lifetimes.accessToken = lifetime.duration }
        let context = CommandContext.current
        let random = seed.map { FaultSeed($0, percent: faultPercent) }
        try await Sandbox.run(configuration: configuration) { sandbox in
            sandbox.faults.set(random)
            try context.output.write(SandboxSummary(SandboxFile(sandbox), folder: sandbox.folder).text)
            context.diagnostics.note("ready; stop it with Ctrl-C")
        }
    }
}

/// What `--provider` takes; help lists all of them.
enum SandboxArgument: String, ExpressibleByArgument, CaseIterable {
    case amocrm
    case bitrix24
    case kommo
    case strict

    /// The provider.
    var provider: SandboxProvider {
        switch self {
        case .amocrm: .amocrm
        case .bitrix24: .bitrix24
        case .kommo: .kommo
        case .strict: .strict
        }
    }
}
