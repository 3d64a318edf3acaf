// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What this process knows of the database's state, and until when that is believed.
///
/// A question that the server answered with a known number says that whatever was committed before it was sent is known; one answered
/// with another number is a change. So long as nothing is heard, an answer holds for ``Bounds/news`` from when its question was sent,
/// whatever becomes of notifications, the connection, the server or this process meanwhile. Time is that of a clock that goes on
/// while the machine sleeps.
final class ChangeRecord: Sendable {
    private struct Known {
        var states = KnownNumbers()
        var wishes = KnownNumbers()
    }

    private let elapsed: @Sendable () -> Duration
    private let known = Mutex(Known())
    /// Odd while this process commits a change.
    private let state = Atomic<UInt64>(0)
    private let wishCount = Atomic<UInt64>(0)
    /// Until when the last answer holds, in nanoseconds.
    private let end = Atomic<Int64>(0)

    /// Knows nothing yet.
    ///
    /// - Parameter elapsed: Time since any fixed moment, never set, and going on while the machine sleeps.
    init(elapsed: @escaping @Sendable () -> Duration) { self.elapsed = elapsed }

    /// Knows nothing yet, by the machine's clock.
    convenience init() {
        let began = ContinuousClock.now
        self.init(elapsed: { began.duration(to: ContinuousClock.now) })
    }

    /// The moment, for ``answered(_:_:asked:)``.
    var now: Duration { elapsed() }

    // MARK: - Reading

    /// The number of the state, as ``ChangeCounter`` has it; odd where nobody has answered lately.
    func value() -> UInt64 {
        guard Self.nanoseconds(elapsed()) < end.load(ordering: .acquiring) else { return .max }
        return state.load(ordering: .acquiring)
    }

    /// Grows with every wish that is heard of.
    func wishes() -> UInt64 { wishCount.load(ordering: .acquiring) }

    // MARK: - Hearing

    /// A connection was made: of another server perhaps, which lacks what the last one had.
    func begin() {
        end.store(0, ordering: .releasing)
        known.withLock { $0.states = KnownNumbers() }
        state.wrappingAdd(2, ordering: .acquiringAndReleasing)
    }

    /// The server answered a question that was sent at a moment.
    func answered(_ state: Int64, _ wish: Int64, asked: Duration) {
        heard(change: state)
        heard(wish: wish)
        end.store(Self.nanoseconds(asked + Bounds.news), ordering: .releasing)
    }

    /// Somebody told of a change.
    func heard(change number: Int64) {
        guard known.withLock({ $0.states.insert(number) }) else { return }
        state.wrappingAdd(2, ordering: .acquiringAndReleasing)
    }

    /// Somebody told of a wish.
    func heard(wish number: Int64) {
        guard known.withLock({ $0.wishes.insert(number) }) else { return }
        wishCount.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    /// Somebody told what is not understood: anything may have changed.
    func heardNoise() { state.wrappingAdd(2, ordering: .acquiringAndReleasing) }

    // MARK: - Writing

    /// Commits what this process did: nothing is served from memory meanwhile.
    func noting(_ told: ChangeNumbers, _ commit: () throws -> Void) throws {
        known.withLock { known in
            if let number = told.state { _ = known.states.insert(number) }
            if let number = told.wish { _ = known.wishes.insert(number) }
        }
        if told.state != nil { state.wrappingAdd(1, ordering: .acquiringAndReleasing) }
        defer { if told.state != nil { state.wrappingAdd(1, ordering: .acquiringAndReleasing) } }
        do {
            try commit()
        } catch {
            // It may come to stand yet, if only its answer was lost; then it is news.
            known.withLock { known in
                if let number = told.state { known.states.remove(number) }
                if let number = told.wish { known.wishes.remove(number) }
            }
            throw error
        }
        if told.wish != nil { wishCount.wrappingAdd(1, ordering: .acquiringAndReleasing) }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
