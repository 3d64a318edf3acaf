// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The work with the keeper that is under way.
struct WorkLedger {
    /// One piece of it.
    struct Work {
        /// What it is for.
        let purpose: WorkPurpose
        /// Has it end soon.
        let cancel: @Sendable () -> Void
        /// Waits until it has ended.
        let end: @Sendable () async -> Void
    }

    private var work: [Int: Work] = [:]
    private var lastNumber = 0

    /// Takes note of work that was begun.
    ///
    /// - Returns: the number by which it is taken out again.
    mutating func begin<R: Sendable>(_ task: Task<R, any Error>, for purpose: WorkPurpose) -> Int {
        lastNumber += 1
        work[lastNumber] = Work(purpose: purpose, cancel: { task.cancel() }, end: { _ = await task.result })
        return lastNumber
    }

    /// Takes out what has ended; false if it was taken out before, as it was to end.
    mutating func end(_ number: Int) -> Bool { work.removeValue(forKey: number) != nil }

    /// Takes out all of it, as it is to end.
    mutating func takeAll() -> [Work] {
        defer { work = [:] }
        return Array(work.values)
    }

    /// Takes out what stands, as it is to end; what is returned is all of it.
    mutating func takeStanding() -> [Work] {
        defer { work = work.filter { $0.value.purpose != .standing } }
        return Array(work.values)
    }
}
