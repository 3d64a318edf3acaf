// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Tokens that a server refused and that this process can't have replaced, the last 64 of them.
///
/// Each with its connection's version: a server that issues the same one again means it.
final class Rejections: Sendable {
    private struct Rejected: Equatable {
        let value: Secret
        let version: Int
    }

    private static let capacity = 64

    private let tokens = Mutex<[Rejected]>([])

    func add(_ credential: Credential) {
        let rejected = Rejected(value: credential.value, version: credential.version)
        tokens.withLock { tokens in
            guard !tokens.contains(rejected) else { return }
            tokens.append(rejected)
            if tokens.count > Self.capacity { tokens.removeFirst() }
        }
    }

    func contain(_ value: Secret?, version: Int64) -> Bool {
        guard let value else { return false }
        let rejected = Rejected(value: value, version: Int(version))
        return tokens.withLock { $0.contains(rejected) }
    }
}
