// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Those who listen, and how far each of them is behind.
///
/// Nobody is waited for: whoever is too far behind is cut off, connects again, and looks at `/v1/status` for what it has missed.
final class EventHub: Sendable {
    private struct Listener {
        let teller: AsyncStream<AgentEvent>.Continuation
        let interest: EventInterest
    }

    private struct State {
        var listeners: [Int: Listener] = [:]
        var numbers = 0
        var hasEnded = false
    }

    /// How far one may be behind: 256 events.
    static let longestQueue = 256

    /// How many may listen at once at most: 64 of the 512 connections.
    static let capacity = 64

    /// How many of them may be there with one ticket: 8, so that a container leaves room for others.
    static let ticketCapacity = 8

    /// How many of them may be there with any ticket at most: 48, so that many tickets leave room for this user's own programs as well.
    static let guestCapacity = 48

    /// How many may listen at once here.
    let room: Int
    /// How many of them may be there with tickets.
    let guestRoom: Int
    private let state = Mutex(State())

    /// Begins without anybody.
    ///
    /// - Parameters:
    ///   - room: How many may listen at once.
    ///   - guestRoom: How many of them may be there with any ticket.
    init(room: Int = EventHub.capacity, guestRoom: Int = EventHub.guestCapacity) {
        self.room = room
        self.guestRoom = guestRoom
    }

    /// Whether somebody listens.
    var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty } }

    /// Somebody listens from now on; nil if there are too many, or the agent is ending.
    ///
    /// - Parameter interest: What he is told of.
    /// - Returns: the number by which he is removed, and what he is told.
    func listen(_ interest: EventInterest = EventInterest()) -> (number: Int, events: AsyncStream<AgentEvent>)? {
        let (events, teller) = AsyncStream.makeStream(
            of: AgentEvent.self, bufferingPolicy: .bufferingOldest(Self.longestQueue))
        let number = state.withLock { state -> Int? in
            guard !state.hasEnded, state.listeners.count < room else { return nil }
            if let ticket = interest.ticket?.number {
                let guests = state.listeners.values.compactMap { $0.interest.ticket?.number }
                guard guests.count < guestRoom, guests.count(where: { $0 == ticket }) < Self.ticketCapacity
                else { return nil }
            }
            state.numbers += 1
            state.listeners[state.numbers] = Listener(teller: teller, interest: interest)
            return state.numbers
        }
        guard let number else { return nil }
        teller.onTermination = { [weak self] _ in self?.remove(number) }
        return (number, events)
    }

    /// Somebody listens no more.
    func remove(_ number: Int) {
        // Ended outside of the lock: that calls here again.
        state.withLock { $0.listeners.removeValue(forKey: number) }?.teller.finish()
    }

    /// Whoever listens with a ticket that has ended listens no more.
    func remove(ticket number: Int) {
        let ended = state.withLock { state -> [Listener] in
            let ended = state.listeners.filter { $0.value.interest.ticket?.number == number }
            for key in ended.keys { state.listeners[key] = nil }
            return Array(ended.values)
        }
        for listener in ended { listener.teller.finish() }
    }

    /// Tells everybody whom it is of interest to.
    func tell(_ event: AgentEvent) {
        for (number, listener) in state.withLock({ $0.listeners }) where listener.interest.includes(event) {
            if case .dropped = listener.teller.yield(event) { remove(number) }
        }
    }

    /// Everybody has heard all there is.
    func end() {
        let listeners = state.withLock { state in
            state.hasEnded = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.teller.finish() }
    }
}
