// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Hands out credentials that `coffer agent` keeps: access tokens refreshed as they need it, and static secrets.
///
/// ```swift
/// let agent = try AgentCredentialProvider()
/// let token = try await agent.credential(for: CredentialRequest(path: CredentialPath("main/amocrm/acme")))
/// ```
///
/// The program needs neither an identity nor the vault. What was handed out is remembered for a minute at most, and no longer than
/// until the token's soft window begins (the last quarter of its life, 15 minutes at most); tasks that ask for the same at once share one
/// question. From the first question on the agent is listened to, so that a token that was replaced or has leaked is forgotten here as soon
/// as it says so; where it lets nobody more listen, the minute is the bound.
///
/// In a container, or a job that is to have less, it asks with a ticket (`coffer agent ticket`): that of `COFFER_AGENT_TICKET` or of the file
/// that `COFFER_AGENT_TICKET_FILE` names. Then ``report(rejected:)`` has nothing replaced, as a ticket is for reading.
///
/// The socket must be this user's, in a folder that nobody else can enter, or with a ticket in one that nobody else can write; otherwise
/// nothing is connected to, and `misconfigured` says what is wrong. A time to wait for a hold (``CofferCredentials/CredentialRequest/holdWait``) is not kept: the agent answers `rotating` at once.
public struct AgentCredentialProvider: CredentialProvider {
    private let upstream: AgentUpstream
    private let cache: CachingCredentialProvider
    /// Nil where nothing is remembered.
    private let listener: AgentListener?

    /// Makes a provider; whether an agent serves shows with the first question.
    ///
    /// - Parameters:
    ///   - socket: The agent's socket; nil for `COFFER_AGENT_SOCKET` or the default.
    ///   - ticket: A ticket; nil for that of the environment, or for none.
    ///   - timeout: How long an answer is waited for. The agent gives up after 100 s itself.
    ///   - maximumAge: How long a credential is remembered at most; with zero the agent is not listened to.
    ///   - environment: Where variables are looked up.
    /// - Throws: ``CofferCredentials/CredentialError`` `misconfigured` if there is no folder to derive a default from, and for what is no ticket.
    public init(
        socket: String? = nil, ticket: Secret? = nil, timeout: Duration = .seconds(105),
        maximumAge: Duration = .seconds(60),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CredentialError) {
        let place = try AgentPlace(socket, environment: environment)
        let used: Secret?
        if let ticket {
            used = try AgentTicket.checked(ticket, "what was given as a ticket")
        } else {
            used = try AgentTicket.find(environment)
        }
        self.init(AgentClient(place, ticket: used, timeout: timeout), maximumAge: maximumAge, now: { Date() })
    }

    init(
        _ client: AgentClient, maximumAge: Duration, now: @escaping @Sendable () -> Date,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        upstream = AgentUpstream(client)
        let cache = CachingCredentialProvider(upstream, maximumAge: maximumAge, now: now) {
            Self.softWindow(of: $0, cameAt: $1)
        }
        self.cache = cache
        guard maximumAge > .zero else {
            listener = nil
            return
        }
        listener = AgentListener(client, clock) { news in await cache.forget { news.concerns($0) } }
    }

    /// Closes connections; call it before the program ends, and ask nothing afterwards.
    public func close() async {
        await listener?.end()
        await upstream.client.close()
    }

    /// Hands out a token or a static secret; see ``CofferCredentials/CredentialProvider/credential(for:)``.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        listener?.begin()
        return try await cache.credential(for: request)
    }

    /// Has the agent replace a token that a server refused, once, however many report it.
    public func report(rejected credential: Credential) async { await cache.report(rejected: credential) }

    /// When the agent begins to refresh it: of its life no more is known than what was left of it when it came.
    private static func softWindow(of credential: Credential, cameAt: Date) -> Date? {
        guard let expiresAt = credential.expiresAt else { return nil }
        return expiresAt - min(15 * 60, expiresAt.timeIntervalSince(cameAt) / 4)
    }
}
