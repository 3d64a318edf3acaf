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
        try await options.withKeeper(because: "curl \(binding.match)") { keeper, context in
            let isToken = try await keeper.boundEntry(binding.path) == .connection && binding.username == nil
            let lines =
                isToken || binding.scheme != nil
                ? try await token(keeper, binding) : try await password(keeper, binding, context)
            try context.output.write(lines)
        }
    }

    private func token(_ keeper: Keeper, _ binding: Binding) async throws -> Secret {
        let bound = try await BoundCredential(keeper, binding, for: "curl")
        return try bound.reading {
            try CurlConfiguration.lines(url: url, .bearer(bound.isToken ? $0 : $0.withoutLineEnd))
        }
    }

    private func password(_ keeper: Keeper, _ binding: Binding, _ context: CommandContext) async throws -> Secret {
        guard let found = try await BoundPassword(keeper, binding, for: "curl").get(nil, now: context.now()) else {
            throw BoundCredential.missing(binding.path)
        }
        return try CurlConfiguration.lines(url: url, .password(username: found.username, found.password))
    }
}
