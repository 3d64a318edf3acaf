// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Runs what keeps a processor busy for a while outside the cooperative pool, one at a time: each may take
/// gigabytes.
enum SlowWork {
    private static let queue = DispatchQueue(label: "coffer.passphrase")

    /// Runs `body` on the queue's thread and waits for it.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
