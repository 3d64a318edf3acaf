// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper curl`: what curl reads for one request.
struct HelperCurlCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "curl", abstract: "Print what curl --config reads, for one URL.",
        discussion: """
            The URL is part of it. A connection answers with its token; a static secret with a name and a password, or as a token \
            if it was bound with --bearer.

              coffer bind curl https://api.example.com main/crm/acme
              coffer helper curl 'https://api.example.com/v4/leads?limit=5' | curl --config -
            """)

    /// The URL.
    @Argument(help: "The URL that curl asks.")
    var url: String

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Prints the lines.
    func run() async throws {
        let context = CommandContext.current
        try revealing.check(context)
        let place = try GitPlace(request: url, for: "curl")
        let all = try BindingSettings(context.environment).all().filter { $0.kind == .curl }
        guard let binding = try Binding.closest(of: all, to: place, for: nil) else {
            throw Binding.nothing(.curl, "\(place.scheme)://\(place.host)")
        }
        try await options.withSource(unless: agent.isLeftOut, because: "curl \(binding.match)") { source, context in
            let bound = try await BoundCredential(source, binding, for: "curl")
            let isBearer = (bound.isToken && binding.username == nil) || binding.scheme != nil
            let password = BoundPassword(source, binding, for: "curl")
            guard !isBearer else { return try context.output.write(try token(bound)) }
            guard let found = try password.password(of: bound, nil, now: context.now()) else {
                throw BoundCredential.missing(binding.path)
            }
            let lines = try CurlConfiguration.lines(
                url: url, .password(username: found.username, found.password))
            try context.output.write(lines)
        }
    }

    private func token(_ bound: BoundCredential) throws -> Secret {
        try bound.reading { try CurlConfiguration.lines(url: url, .bearer(bound.isToken ? $0 : $0.withoutLineEnd)) }
    }
}
