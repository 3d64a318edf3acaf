// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
package import CofferCredentials
import NIOHTTP1

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Asks an agent, and remembers nothing of what it answers; docs/agent-openapi.json describes each request.
///
/// Every method throws ``CredentialError``, or `CancellationError` if the caller's task was cancelled. ``close()`` must be called
/// before the last copy goes.
package struct AgentClient: Sendable {
    /// How long an answer is waited for unless told: 105 s, longer than the 100 s after which the agent itself gives up.
    package static let patience = Duration.seconds(105)

    private let exchange: AgentExchange
    private let timeout: Duration
    private let now: @Sendable () -> Date

    /// Makes a client; nothing is looked at before the first request.
    ///
    /// - Parameters:
    ///   - place: Where the agent serves.
    ///   - ticket: What is asked with; nil for this user's own processes.
    ///   - timeout: How long an answer is waited for.
    ///   - now: The wall clock.
    package init(
        _ place: AgentPlace, ticket: Secret? = nil, timeout: Duration = patience,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        exchange = AgentExchange(place, ticket: ticket)
        self.timeout = timeout
        self.now = now
    }

    /// Closes its connections.
    package func close() async { await exchange.shutdown() }

    /// The id of the vault that the agent serves; no event is left in that.
    ///
    /// - Parameter patience: How long an answer is waited for; never longer than for any other.
    /// - Returns: the id, also where the agent says that the vault can't be read.
    /// - Throws: ``CredentialError`` `unavailable` if no agent serves, `misconfigured` for a socket that others could have put
    ///   there, `timed_out`, `damaged` for an answer that names no vault, or what the agent says; `CancellationError`.
    package func vaultID(within patience: Duration) async throws -> String {
        let answer = try await exchange.send(.GET, "/v1/health", within: min(patience, timeout))
        return try AgentAnswer(answer).vaultID()
    }

    /// An access token that works for as long as was asked, and what a person should know with it.
    ///
    /// The time for which a hold is to be waited for is not the agent's to wait: it answers `rotating` at once.
    package func token(for request: CredentialRequest) async throws -> (credential: Credential, note: String?) {
        try request.refuseEmptiness()
        let target = FormText.target(
            "/v1/token",
            [
                ("path", request.path.description),
                ("min_valid_seconds", request.minimumValidity.flatMap { Self.seconds($0) }.map { "\($0)" }),
                ("scope", request.scope), ("audience", request.audience), ("resource", request.resource),
            ])
        let answer = try await exchange.send(.GET, target, within: timeout)
        let token = try AgentAnswer(answer, about: request.path).token()
        guard token.credential.isValid(for: request.minimumValidity, at: now()) else {
            throw CredentialError(
                .expired, message: "the token that the agent has ends before the time that was asked for",
                path: request.path)
        }
        return token
    }

    /// A static secret.
    package func secret(at path: CredentialPath) async throws -> Credential {
        let target = FormText.target("/v1/secret", [("path", path.description)])
        return try AgentAnswer(try await exchange.send(.GET, target, within: timeout), about: path).secret()
    }

    /// A token, or a static secret where there is one under the path.
    package func value(for request: CredentialRequest) async throws -> (credential: Credential, isToken: Bool) {
        do {
            return (try await token(for: request).credential, true)
        } catch {
            // What is no connection has no code of its own, and shares that of what can't be handed out otherwise.
            guard !request.isNarrowed, Self.isMisconfigured(error) else { throw error }
            do {
                return (try await secret(at: request.path), false)
            } catch let second {
                throw Self.isMisconfigured(second) ? error : second
            }
        }
    }

    /// Tells that a server refused a token; returns when there is another one.
    package func report(rejected credential: Credential) async throws {
        let report = JSONValue.object([
            JSONValue.Member(name: "path", value: .text(Secret(credential.path.description))),
            JSONValue.Member(name: "access_token", value: .text(credential.value)),
            JSONValue.Member(name: "version", value: .number("\(credential.version)")),
        ])
        let answer = try await exchange.send(.POST, "/v1/rejected", body: report.encoded, within: timeout)
        try AgentAnswer(answer, about: credential.path).confirmSuccess()
    }

    /// Begins to listen to what happens, for as long as the agent lives: server-sent events.
    func events() async throws -> HTTPClientResponse.Body { try await exchange.open("/v1/events") }

    private static func isMisconfigured(_ error: any Error) -> Bool {
        (error as? CredentialError)?.code == .misconfigured
    }

    /// Whole seconds, rounded up, nine digits at most; nil for nothing.
    private static func seconds(_ duration: Duration) -> Int64? {
        let (seconds, rest) = duration.components
        guard seconds >= 0 else { return nil }
        return min(seconds + (rest > 0 ? 1 : 0), 999_999_999)
    }
}
