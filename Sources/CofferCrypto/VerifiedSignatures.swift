// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The signatures that this process has made, or found to be right, so that the same one on the same bytes is checked once at most.
///
/// A refresh opens the rows of a connection and of its app several times, and the app's is the same for all of its connections: a
/// check costs 121 µs, looking here less than one. What is wrong is never kept, and nothing counts as known that differs in any
/// bit of key, signature or message.
final class VerifiedSignatures: Sendable {
    private struct Known: Hashable {
        let key: [UInt8]
        let signature: [UInt8]
        let message: [UInt8]

        /// No two have one signature by accident, and all three are compared.
        func hash(into hasher: inout Hasher) {
            unsafe signature.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }

    private struct State {
        var newer: Set<Known> = []
        var older: Set<Known> = []
    }

    /// What all keys share.
    static let shared = VerifiedSignatures()

    /// The longest message that is kept; what is signed in a vault is a hash and a few words.
    private static let longestMessage = 256

    private let capacity: Int
    private let state = Mutex(State())

    /// Remembers at least so many, and twice as many at most.
    init(capacity: Int = 2048) { self.capacity = capacity }

    /// Whether it was found to be right before.
    func contains(_ signature: Signature, of message: [UInt8], by key: SigningPublicKey) -> Bool {
        guard message.count <= Self.longestMessage else { return false }
        let known = Known(key: key.bytes, signature: signature.bytes, message: message)
        return state.withLock { state in
            if state.newer.contains(known) { return true }
            guard state.older.contains(known) else { return false }
            insert(known, &state)
            return true
        }
    }

    /// Keeps one that was made here, or was checked and is right.
    func insert(_ signature: Signature, of message: [UInt8], by key: SigningPublicKey) {
        guard message.count <= Self.longestMessage else { return }
        let known = Known(key: key.bytes, signature: signature.bytes, message: message)
        state.withLock { insert(known, &$0) }
    }

    private func insert(_ known: Known, _ state: inout State) {
        if state.newer.count >= capacity {
            state.older = state.newer
            state.newer = []
        }
        state.newer.insert(known)
    }
}
