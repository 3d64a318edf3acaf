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
    /// What is being shut down.
    private var closing: [Int: Task<Void, Never>] = [:]
    private var numbers = 0

    /// How many are being shut down.
    var closingCount: Int { closing.count }

    /// Lends a client.
    ///
    /// - Throws: ``TransportFailure``, of kind `cancelled` after ``shutdown()``.
    func take(_ key: PinnedClient.Key, connectTimeLimit: Duration) throws(TransportFailure) -> PinnedClient {
        guard !isShutDown else { throw TransportFailure(.cancelled, "The transport was shut down.") }
        if let index = idle.lastIndex(where: { $0.key == key }) { return idle.remove(at: index) }
        return try PinnedClient(key, connectTimeLimit: connectTimeLimit)
    }

    /// Takes a client back; none is waited for that is shut down for it, unless all are.
    ///
    /// - Parameters:
    ///   - client: was lent.
    ///   - isReusable: whether its last request ended with a whole answer; otherwise it is shut down.
    func giveBack(_ client: PinnedClient, isReusable: Bool) async {
        guard !isShutDown else { return await close(client).value }
        guard isReusable else {
            close(client)
            return
        }
        idle.append(client)
        if idle.count > Self.idleLimit { close(idle.removeFirst()) }
    }

    /// Shuts the idle clients down, and waits for those that are shut down already; those that are lent follow when they come
    /// back.
    func shutdown() async {
        isShutDown = true
        let clients = idle
        idle = []
        for client in clients { close(client) }
        while let task = closing.values.first { await task.value }
    }

    @discardableResult
    private func close(_ client: PinnedClient) -> Task<Void, Never> {
        numbers += 1
        let number = numbers
        let task = Task {
            // It throws only if it was shut down before.
            try? await client.http.shutdown()
            closing[number] = nil
        }
        closing[number] = task
        return task
    }
}
