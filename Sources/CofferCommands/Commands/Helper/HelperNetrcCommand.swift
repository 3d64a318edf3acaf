// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper netrc`: the lines of a netrc file for some hosts.
struct HelperNetrcCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "netrc", abstract: "Print what is read from a netrc file, for some hosts.",
        discussion: """
            For programs that take names and passwords from nowhere else. A shell can have it read without a file:

              coffer bind netrc files.example.com main/files --username ada
              curl --netrc-file <(coffer helper netrc files.example.com) https://files.example.com/report
            """)

    /// The hosts.
    @Argument(help: "The hosts that were bound.")
    var hosts: [String]

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Prints a line for each host, or nothing if one can't be written.
    func run() async throws {
        let context = CommandContext.current
        try revealing.check(context)
        let all = try BindingSettings(context.environment).all()
        let bindings = try hosts.map { host in
            let match = try Binding.Kind.netrc.match(host)
            guard let found = try Binding.best(of: all.filter { $0.kind == .netrc && $0.match == match }, for: nil)
            else {
                throw Binding.nothing(.netrc, match)
            }
            return found
        }
        let tool = "netrc \(bindings.map(\.match).joined(separator: " "))"
        try await options.withSource(unless: agent.isLeftOut, because: tool) { source, context in
            var lines: [Secret] = []
            for binding in bindings {
                let found = try await BoundPassword(source, binding, for: "netrc").get(nil, now: context.now())
                guard let found else {
                    throw BoundCredential.missing(binding.path)
                }
                lines.append(
                    try NetrcEntry.line(host: binding.match, username: found.username, password: found.password))
            }
            for line in lines { try context.output.write(line) }
        }
    }
}
