// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Work that is waited for only so long.
enum BoundedWork {
    /// What comes of the work, if it comes in time.
    ///
    /// What does not is cancelled and left to itself: whoever hangs in a call of the system hears of no cancellation.
    ///
    /// - Parameters:
    ///   - limit: How long is waited.
    ///   - clock: What that is measured with.
    ///   - work: The work; it inherits the task's values.
    /// - Returns: the result; nil once the time is over.
    static func result<Result: Sendable>(
        within limit: Duration, clock: any Clock<Duration> = ContinuousClock(),
        _ work: @escaping @Sendable () async -> Result
    ) async -> Result? {
        let (results, teller) = AsyncStream.makeStream(of: Result?.self, bufferingPolicy: .bufferingOldest(1))
        let worker = Task {
            let result = await work()
            teller.yield(result)
        }
        let timer = Task {
            guard (try? await clock.sleep(for: limit)) != nil else { return }
            teller.yield(nil)
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        for await result in results { return result }
        return nil
    }
}
