// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Work that waits in a system call, kept off the threads that tasks share.
enum BlockingCall {
    /// Does work on a queue; a cancelled task wakes it.
    ///
    /// - Parameters:
    ///   - queue: where the work waits.
    ///   - body: polls the pipe along with what it waits for.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws.
    static func run<R: Sendable>(
        on queue: DispatchQueue, _ body: @escaping @Sendable (WakePipe) throws -> R
    ) async throws -> R {
        let wake = try WakePipe()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try body(wake) }) }
            }
        } onCancel: {
            wake.wake()
        }
    }
}
