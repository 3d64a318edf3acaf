// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent
package import CofferCredentials
import CofferHTTP
import ServiceLifecycle
import UnixSignals

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A local way to one account's API, which attaches the token: its clients never see that.
package struct Proxy: Sendable {
    /// What the proxy tells while it runs.
    package enum News: Sendable {
        /// It serves: the socket's name, or a URL.
        case ready(String)
        /// A process of another user wanted to connect; told once for each user. Nil if the system did not say whose it is.
        case refused(user: UInt32?)
        /// It was told to end, and answers what has come before.
        case draining
    }

    private let account: ProxyAccount
    private let door: ProxyDoor
    private let credentials: any CredentialProvider
    private let whenListening: @Sendable () throws -> Void
    private let tell: @Sendable (News) -> Void

    /// Makes a proxy; nothing happens before it runs.
    ///
    /// - Parameters:
    ///   - account: Where it leads.
    ///   - door: Where it listens.
    ///   - credentials: Whom to ask for tokens, and for room under the API's limits where it knows them.
    ///   - whenListening: What is to be done once the place is the proxy's, before anybody is told; if it fails, so does the proxy.
    ///   - tell: Hears what happens, from several tasks at once.
    package init(
        to account: ProxyAccount, at door: ProxyDoor, credentials: any CredentialProvider,
        whenListening: @escaping @Sendable () throws -> Void = {}, tell: @escaping @Sendable (News) -> Void
    ) {
        self.account = account
        self.door = door
        self.credentials = credentials
        self.whenListening = whenListening
        self.tell = tell
    }

    /// Serves until SIGTERM or SIGINT; the socket is gone when this returns.
    ///
    /// - Throws: ``ProxyError``; `CredentialError` `misconfigured`; what is to be done when it listens throws.
    package func run() async throws { try await run(heedsSignals: true) }

    /// Serves until a signal comes, where they are heeded, or until the task is cancelled.
    func run(heedsSignals: Bool) async throws {
        defer { if case .socket(let socket) = door { socket.remove() } }
        // For the moment between bind(2) and chmod(2). All else that this process makes is private anyway.
        umask(0o077)
        let client = try account.client(credentials)
        let outcome: Result<Void, any Error>
        do {
            try await services(client, heedsSignals ? [.sigterm, .sigint] : [])
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try? await client.shutdown()
        if case .failure(let error) = outcome, !(error is CancellationError), !(error is ServiceGroupError) {
            // A CancellationError or a ServiceGroupError is what was still under way after the drain time.
            throw error
        }
    }

    private func services(_ client: APIClient, _ signals: [UnixSignal]) async throws {
        let connections = AgentConnections(bounds: ProxyServer.bounds)
        let (users, tell) = (RefusedUsers(), tell)
        let server = ProxyServer(
            door: door, path: account.path, client: client, connections: connections, waiting: WaitingConnections(),
            refused: { if users.isNew($0) { tell(.refused(user: $0)) } }, whenListening: whenListening,
            ready: { tell(.ready($0)) })
        let services: [any Service] = [connections, server]
        try await ServingGroup.run(services, until: signals, name: "proxy") { tell(.draining) }
    }
}
