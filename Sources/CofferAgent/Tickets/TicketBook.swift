// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation
import Synchronization

/// The tickets that are good now.
///
/// A ticket's text is given out once and not kept: what stands here is its keyed hash. A ticket ends when its time is over by the wall
/// clock or by one that nobody sets, when it is revoked, when the vault is locked, and with the agent.
final class TicketBook: Sendable {
    private struct Entry {
        let ticket: Ticket
        let tag: TicketKey.Tag
        /// When its time is over, by the clock that nobody sets.
        let end: Duration
        /// How often the vault had been locked when it was given out.
        let lockCount: Int
    }

    private struct State {
        var entries: [Entry] = []
        var numbers = 0
        var names = 0

        /// A name with a number that is given once, so that it stands for one ticket in the record.
        mutating func newName() -> String {
            let taken = Set(entries.map(\.ticket.name))
            repeat { names += 1 } while taken.contains("ticket-\(names)")
            return "ticket-\(names)"
        }
    }

    /// How many there may be at once: 256, as each request is compared with all.
    static let capacity = 256

    private let key: TicketKey
    private let lockCount: @Sendable () -> Int
    private let now: @Sendable () -> Date
    private let elapsed: @Sendable () -> Duration
    private let ended: @Sendable (_ number: Int) -> Void
    private let state = Mutex(State())

    /// Begins without any.
    ///
    /// - Parameters:
    ///   - key: What they are hashed with.
    ///   - lockCount: How often the vault was locked so far.
    ///   - now: The wall clock.
    ///   - clock: A clock that nobody sets.
    ///   - ended: Hears that one has ended, by its number.
    init(
        key: TicketKey, lockCount: @escaping @Sendable () -> Int, now: @escaping @Sendable () -> Date,
        clock: any Clock<Duration> = ContinuousClock(), ended: @escaping @Sendable (_ number: Int) -> Void
    ) {
        self.key = key
        self.lockCount = lockCount
        self.now = now
        self.ended = ended
        elapsed = clock.stopwatch()
    }

    /// Those that are good, by their names.
    var tickets: [Ticket] {
        sweep()
        return state.withLock { $0.entries.map(\.ticket) }.sorted { $0.name < $1.name }
    }

    /// Makes a ticket.
    ///
    /// - Parameters:
    ///   - request: What for.
    ///   - lockCount: How often the vault had been locked when that began.
    /// - Returns: what is known of it, and its text.
    /// - Throws: ``RequestFault`` for a name that is taken; ``CredentialError`` `busy` if there are too many.
    func issue(_ request: TicketRequest, lockCount: Int) throws -> (ticket: Ticket, text: Secret) {
        sweep()
        let text = try TicketKey.newTicket()
        let tag = try key.tag(text)
        let (now, end) = (now(), elapsed() + request.lifetime)
        let ticket = try state.withLock { state throws -> Ticket in
            guard state.entries.count < Self.capacity else {
                throw CredentialError(.busy, message: "there are \(Self.capacity) tickets already; revoke one first")
            }
            let name = request.name ?? state.newName()
            guard !state.entries.contains(where: { $0.ticket.name == name }) else {
                throw RequestFault(
                    status: 409, code: "already_exists",
                    message: "there is a ticket \(name); revoke it first, or choose another name")
            }
            state.numbers += 1
            let ticket = Ticket(
                number: state.numbers, name: name, patterns: request.patterns, issuedAt: now,
                expiresAt: now + TimeInterval(request.lifetime.components.seconds))
            state.entries.append(Entry(ticket: ticket, tag: tag, end: end, lockCount: lockCount))
            return ticket
        }
        return (ticket, text)
    }

    /// The ticket that a text is, if that is good now; all are compared, whichever it is.
    func ticket(_ text: Secret) -> Ticket? {
        guard let tag = try? key.tag(text) else { return nil }
        var found: Entry?
        for entry in state.withLock({ $0.entries }) where entry.tag == tag { found = entry }
        guard let found, isGood(found, at: now(), elapsed()) else { return nil }
        return found.ticket
    }

    /// Whether a ticket is still good.
    func isGood(_ ticket: Ticket) -> Bool {
        let entry = state.withLock { state in state.entries.first { $0.ticket.number == ticket.number } }
        return entry.map { isGood($0, at: now(), elapsed()) } ?? false
    }

    /// Ends the ticket of a name; whether there was one.
    func revoke(_ name: String) -> Bool {
        sweep()
        return end { $0.ticket.name == name } > 0
    }

    /// Ends a ticket that was not given out after all, and no other one that has its name by now.
    func withdraw(_ ticket: Ticket) { end { $0.ticket.number == ticket.number } }

    /// Ends those that are not good any more.
    func sweep() {
        let (now, elapsed) = (now(), elapsed())
        end { !isGood($0, at: now, elapsed) }
    }

    /// Ends all.
    func end() { end { _ in true } }

    @discardableResult
    private func end(_ isOver: (Entry) -> Bool) -> Int {
        let over = state.withLock { state -> [Entry] in
            let over = state.entries.filter(isOver)
            if !over.isEmpty { state.entries.removeAll(where: isOver) }
            return over
        }
        for entry in over { ended(entry.ticket.number) }
        return over.count
    }

    private func isGood(_ entry: Entry, at now: Date, _ elapsed: Duration) -> Bool {
        entry.lockCount == lockCount() && now < entry.ticket.expiresAt && elapsed < entry.end
    }
}
