// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// An authorization server that follows the RFCs to the letter and forgives nothing.
///
/// What it refuses although many servers allow it: credentials in a query or given twice, a parameter given twice, no PKCE,
/// a code or refresh token presented again, which ends the whole grant (RFC 6749 §4.1.2, RFC 9700 §4.14).
final class EmulatedStrictServer: EmulatedProvider {
    /// What only this server remembers.
    struct State: Sendable {
        /// What is known of each client beside its secret.
        var clients: [String: StrictClient] = [:]
        /// Authorization requests that were left beforehand, by `request_uri`.
        var pushed: [String: PushedRequest] = [:]
        /// Device codes.
        var devices: [String: DeviceGrant] = [:]
        /// The ids of assertions and proofs that were seen.
        var seenIDs: Set<String> = []
        /// Nonces for proofs, and until when they are good.
        var nonces: [String: Date] = [:]
        /// The client secrets that administration APIs have made.
        var held = HeldSecrets()
    }

    let kind = SandboxProvider.strict
    let state = Mutex(State())

    var label: String { kind.rawValue }
    var baseLabels: [String] { [] }
    var shardLabel: String? { nil }
    var hasAccountHosts: Bool { false }

    func newClientID() -> String { OpaqueText.hex(byteCount: 12) }

    /// With the characters that HTTP Basic must form-encode first (RFC 6749 §2.3.1), so that a client which doesn't is noticed.
    func newClientSecret() -> String { "s+%:/ \(OpaqueText.clientSecret())" }

    func endpoint(of path: String) -> Endpoint? {
        switch path {
        case "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks": .metadata
        case "/authorize", "/device": .consent
        case "/token": .token
        case "/userinfo": .account
        case "/introspect": .introspection
        case "/revoke": .revocation
        case "/par": .pushed
        case "/device_authorization": .device
        case _ where path.hasPrefix("/administration/"): .administration
        default: path == "/register" || path.hasPrefix("/register/") ? .registration : nil
        }
    }

    func authorizationURL(_ origin: Origin, account: Account) -> String { "https://\(origin.base)/authorize" }

    /// No limit of its own: a fault stands in for one.
    func limitedParty(of request: ParsedRequest, in service: SandboxService) -> String? { nil }

    /// The issuer (RFC 8414 §2).
    func issuer(_ service: SandboxService) -> String { "https://\(service.origin.base)" }

    func answer(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply {
        do throws(StrictRefusal) {
            switch (request.endpoint, request.method) {
            case (.metadata, "GET"): return describe(request, in: service)
            case (.consent, "GET"): return try askConsent(request, terms, in: service)
            case (.consent, "POST"): return try decideConsent(request, terms, in: service)
            case (.token, "POST"): return try issueTokens(request, terms, in: service)
            case (.account, "GET"), (.account, "POST"): return try showUser(request, terms, in: service)
            case (.introspection, "POST"): return try introspect(request, terms, in: service)
            case (.revocation, "POST"): return try revoke(request, terms, in: service)
            case (.pushed, "POST"): return try push(request, terms, in: service)
            case (.device, "POST"): return try beginDevice(request, terms, in: service)
            case (.administration, _): return administer(request, terms, in: service)
            case (.registration, _): return try register(request, terms, in: service)
            default: return SandboxService.nothingHere
            }
        } catch {
            return error.reply
        }
    }
}
