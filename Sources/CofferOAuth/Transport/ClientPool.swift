// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient

/// Keeps clients between requests, as making one reads the system's certificates.
///
/// A client is lent to one request at a time and comes back only after a whole answer.
actor ClientPool {
    /// More than the 16 parallel token requests of `contracts.md`, so that a steady load makes none anew.
    private static let idleLimit = 32

    private var idle: [PinnedClient] = []
    private var isShutDown = false

    /// Lends a client.
    ///
    /// - Throws: ``TransportFailure``, of kind `cancelled` after ``shutdown()``.
    func take(_ key: PinnedClient.Key, connectTimeLimit: Duration) throws(TransportFailure) -> PinnedClient {
        guard !isShutDown else { throw TransportFailure(.cancelled, "The transport was shut down.") }
        if let index = idle.lastIndex(where: { $0.key == key }) { return idle.remove(at: index) }
        return try PinnedClient(key, connectTimeLimit: connectTimeLimit)
    }

    /// Takes a client back.
    ///
    /// - Parameters:
    ///   - client: was lent.
    ///   - isReusable: whether its last request ended with a whole answer; otherwise it is shut down.
    func giveBack(_ client: PinnedClient, isReusable: Bool) async {
        guard isReusable, !isShutDown else { return await Self.close(client) }
        idle.append(client)
        if idle.count > Self.idleLimit { await Self.close(idle.removeFirst()) }
    }

    /// Shuts the idle clients down; those that are lent follow when they come back.
    func shutdown() async {
        isShutDown = true
        let clients = idle
        idle = []
        for client in clients { await Self.close(client) }
    }

    private static func close(_ client: PinnedClient) async {
        // It throws only if it was shut down before.
        try? await client.http.shutdown()
    }
}
