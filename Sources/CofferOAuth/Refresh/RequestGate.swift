// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Bounds how many flights of this process present tokens at once: to one provider and to one host, then in all.
///
/// Whoever is waited for by a caller goes before what is merely due. A flight that must wait for its
/// host, or for its provider's pace, holds nobody of another provider up: one of all turns it takes when it is about to send.
actor RequestGate {
    /// What a flight counts against.
    struct Lane: Sendable, Hashable {
        let provider: String
        let host: String
    }

    private struct Waiter {
        /// What there is to be room in; nil for all together.
        let lane: Lane?
        let urgency: FlightUrgency
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let limits: RefreshLimits
    private let observer: any RefreshObserver
    private var total = 0
    private var byProvider: [String: Int] = [:]
    private var byHost: [String: Int] = [:]
    private var waiters: [Waiter] = []
    private var isClosed = false
    private var pauses: [Int: @Sendable () -> Void] = [:]
    private var numbers = 0

    /// A gate with nobody inside.
    init(_ limits: RefreshLimits, observer: any RefreshObserver = SilentRefreshObserver()) {
        self.limits = limits
        self.observer = observer
    }

    /// Runs a body once there is room.
    ///
    /// The wait has no deadline of its own: it ends because every flight does.
    ///
    /// - Parameters:
    ///   - lane: in what; nil for all together, which is asked for last, and in which nobody waits for a place.
    ///   - urgency: whether a caller waits for it; looked at whenever there is room.
    ///   - body: what is run.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; `CancellationError` once the gate is closed.
    func through<R: Sendable>(
        _ lane: Lane?, _ urgency: FlightUrgency, _ body: @Sendable () async throws -> R
    ) async throws -> R {
        try await enter(lane, urgency)
        defer { leave(lane) }
        return try await body()
    }

    /// Runs a wait that ends when the gate is closed.
    ///
    /// - Throws: what `body` throws; `CancellationError` once the gate is closed.
    func untilClosed<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
        if isClosed { throw CancellationError() }
        numbers += 1
        let number = numbers
        let result = Task { try await body() }
        pauses[number] = { result.cancel() }
        defer { pauses[number] = nil }
        return try await result.value
    }

    /// Says whether anything may be begun.
    ///
    /// - Throws: `CancellationError` once the gate is closed.
    func requireOpen() throws {
        if isClosed { throw CancellationError() }
    }

    /// Lets nobody in any more, and ends all waits.
    func close() {
        isClosed = true
        for endPause in pauses.values { endPause() }
        for waiter in waiters { waiter.continuation.resume(throwing: CancellationError()) }
        waiters = []
        observer.queueChanged(to: 0)
    }

    private func enter(_ lane: Lane?, _ urgency: FlightUrgency) async throws {
        if isClosed { throw CancellationError() }
        if hasRoom(lane) { return count(lane, by: 1) }
        try await withCheckedThrowingContinuation { continuation in
            waiters.append(Waiter(lane: lane, urgency: urgency, continuation: continuation))
            observer.queueChanged(to: waiters.count)
        }
    }

    private func leave(_ lane: Lane?) {
        count(lane, by: -1)
        while let index = next() {
            let waiter = waiters.remove(at: index)
            observer.queueChanged(to: waiters.count)
            count(waiter.lane, by: 1)
            waiter.continuation.resume()
        }
    }

    /// The first urgent waiter that has room, else the first that has.
    private func next() -> Int? {
        waiters.firstIndex { $0.urgency.isRaised && hasRoom($0.lane) } ?? waiters.firstIndex { hasRoom($0.lane) }
    }

    private func hasRoom(_ lane: Lane?) -> Bool {
        guard let lane else { return total < limits.parallel }
        return byProvider[lane.provider, default: 0] < limits.parallelPerProvider
            && byHost[lane.host, default: 0] < limits.parallelPerHost
    }

    private func count(_ lane: Lane?, by change: Int) {
        guard let lane else {
            total += change
            return
        }
        byProvider[lane.provider] = zeroless(byProvider[lane.provider, default: 0] + change)
        byHost[lane.host] = zeroless(byHost[lane.host, default: 0] + change)
    }

    /// Forgets a lane that is empty, so that the tables do not grow with every host ever seen.
    private func zeroless(_ count: Int) -> Int? { count == 0 ? nil : count }
}
