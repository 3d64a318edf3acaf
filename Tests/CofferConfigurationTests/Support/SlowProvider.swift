// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Answers the first request at once; each later one ends only when it is cancelled, and not at once then.
final class SlowProvider: CredentialProvider {
    private let credential: Credential
    private let state = Mutex((asked: 0, underWay: 0))

    init(_ credential: Credential) { self.credential = credential }

    /// How many requests have not ended.
    var underWay: Int { state.withLock { $0.underWay } }

    func waitUntilAsked(times: Int) async {
        while state.withLock({ $0.asked }) < times { await Task.yield() }
    }

    func credential(for request: CredentialRequest) async throws -> Credential {
        let number = state.withLock { state in
            state.asked += 1
            state.underWay += 1
            return state.asked
        }
        defer { state.withLock { $0.underWay -= 1 } }
        if number == 1 { return credential }
        for await _ in AsyncStream<Void>.makeStream().stream {}
        for _ in 0..<1000 { await Task.yield() }
        throw CancellationError()
    }
}
