// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth
import CofferSandbox

/// Who plays an app's provider in a drill, and how.
///
/// The emulation of the same name plays a provider that has one. Every other one is played by the strict server under that
/// provider's pace, words and facts: what it is asked, what it proves and what becomes of its tokens is what its description says.
struct StandIn: Sendable {
    /// The provider that is played.
    let provider: ProviderDescription

    /// Which emulation.
    let kind: SandboxProvider

    /// Chooses one.
    ///
    /// - Parameters:
    ///   - provider: the app's provider.
    ///   - driver: what replaces its secret: only the strict server has registrations and administration APIs.
    init(_ provider: ProviderDescription, driver: String) {
        self.provider = provider
        let own = SandboxProvider(rawValue: provider.id) ?? .strict
        let keepsTwo = provider.secretFacts?.overlap == .untilRemoved
        kind = ["operator", "command"].contains(driver) && !keepsTwo ? own : .strict
    }

    /// The name for people, without the mark that an app of a sandbox has already.
    var name: String {
        let name = provider.displayName
        return name.hasSuffix(Self.sandboxMark) ? String(name.dropLast(Self.sandboxMark.count)) : name
    }

    private static let sandboxMark = " (sandbox)"

    /// Whether all grants end with the secret.
    var endsGrants: Bool { provider.endsGrantsWithSecret }

    /// The settings of the sandbox.
    ///
    /// Its own limit holds only in real time, and where the description has that very limit: otherwise somebody knows better how
    /// fast this app may call. Where waits are passed over it would count as haste what a busy machine was late with; the
    /// pace is kept all the same, with nobody to refuse it.
    func configuration(accountCount: Int, isVirtual: Bool) -> SandboxConfiguration {
        var configuration = SandboxConfiguration(kind)
        configuration.accountNames = SandboxConfiguration.accountNames(max(1, accountCount))
        let stated = ProviderCatalogue.entry(id: provider.id)?.description.rateLimit
        if isVirtual || stated != provider.rateLimit { configuration.limits = .unlimited }
        if kind == .strict { configuration.lifetimes.accessToken = provider.lifetimes.accessToken ?? .seconds(3600) }
        return configuration
    }

    /// The description that the drill's app has.
    ///
    /// - Parameters:
    ///   - sandbox: who plays.
    ///   - transport: what asks the strict server to describe itself.
    ///   - trust: whom to believe there.
    /// - Returns: the description, every address of which is the sandbox's.
    /// - Throws: `OAuthError`.
    func description(
        at sandbox: Sandbox, _ transport: any HTTPTransport, trust: TrustSettings
    ) async throws -> ProviderDescription {
        guard kind == .strict else { return try provider.relocated(to: sandbox.baseURL) }
        let server = try await Discovery(transport: transport).describe(issuer: sandbox.baseURL, trust: trust)
        return played(by: server, operatorPage: sandbox.operatorURL)
    }

    /// The strict server under the provider's facts.
    ///
    /// - Parameters:
    ///   - server: the strict server's own description.
    ///   - operatorPage: the address of its page for operators.
    /// - Returns: the description of the drill's app.
    func played(by server: ProviderDescription, operatorPage: String) -> ProviderDescription {
        var played = server
        played.displayName = "\(name) (drill)"
        played.rateLimit = provider.rateLimit
        played.refreshPolicy = provider.refreshPolicy
        played.lifetimes = provider.lifetimes
        played.revocationReach = provider.revocationReach
        played.secretFacts = provider.secretFacts
        if case .operator(var words) = provider.secretReplacement {
            words.link = operatorPage
            // The server's secrets have a form of their own.
            words.secretPattern = nil
            played.secretReplacement = .operator(words)
        }
        // What can't be asked in earnest is not proven in a drill either.
        if provider.secretProbe == .none { played.secretProbe = .none }
        if provider.tokenProbe == .none { played.tokenProbe = .none }
        return played
    }
}
