// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// When a wait ends.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// A wait from now on.
    init(after wait: Duration) { end = ContinuousClock.now.advanced(by: wait) }

    /// Whether it has passed.
    var isOver: Bool { end <= ContinuousClock.now }

    /// What is left.
    var remaining: Duration { max(ContinuousClock.now.duration(to: end), .zero) }

    /// The end of the first of several equal parts of what is left.
    func share(of count: Int) -> Deadline { Deadline(after: remaining / count) }

    /// What poll(2) is given: at least 0, rounded up so that it does not return too early.
    var milliseconds: Int32 {
        Int32(min((remaining / .milliseconds(1)).rounded(.up), Double(Int32.max)))
    }
}
