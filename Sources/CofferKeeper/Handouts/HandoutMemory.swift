// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation
import Synchronization

/// What this process has handed out: each version's first hand-out is an event, the others are counted.
///
/// It holds the values, in guarded memory, so that a program that asks before each use does not read the vault each time.
/// What decides whether they may be served is the store's change counter, never a length of time.
///
/// What is asked for again is lent to the shelf of the thread that asks, and handed out from there: then no two threads
/// meet, neither at a lock nor at a count of references. Whatever changes what is remembered takes all loans back first.
final class HandoutMemory: Sendable {
    /// How often a version was handed out without an event of its own.
    struct Repeats: Sendable, Equatable {
        let path: CredentialPath
        let action: AuditAction
        let version: Int
        let count: Int
        /// What it was narrowed to.
        var narrowing: TokenNarrowing?
        /// The ticket whose holder got it.
        var ticket: TicketID?
    }

    private struct Slot {
        var handout: Handout
        var repeats = 0
        var lastUse: UInt64
    }

    private struct State {
        var slots: [HandoutKey: Slot] = [:]
        var uses: UInt64 = 0
        /// Counts whose values are forgotten, until they are recorded.
        var unrecorded: [Repeats] = []
    }

    /// How many are remembered: 1,024, of which a token of up to 4 KB takes a locked page and three that guard it.
    static let capacity = 1024

    /// The longest loan, in seconds: that it serves then, too, is found out once, and not at each hand-out.
    private static let loanSeconds: Int64 = 60

    /// By how much whole seconds may be behind the time at the end of a loan: one, and a bit for a clock that ticks late.
    private static let slackSeconds: Int64 = 2

    /// How many shelves there are: 16, a power of two; threads beyond that share them.
    private static let shelfCount = 16

    private let state = Mutex(State())

    /// Allocated once, as locks must stay in their places, and freed with this object, which everybody who uses it keeps.
    ///
    /// Each shelf is a lock and what that guards. An array of objects would count a reference at each hand-out.
    nonisolated(unsafe) private let shelves: UnsafeMutablePointer<HandoutShelf>

    /// Remembers nothing yet.
    init() {
        shelves = .allocate(capacity: Self.shelfCount)
        for number in 0..<Self.shelfCount { (shelves + number).initialize(to: HandoutShelf()) }
    }

    deinit {
        shelves.deinitialize(count: Self.shelfCount)
        shelves.deallocate()
    }

    /// The number of this thread's shelf.
    private static var ownShelf: Int { Int(coffer_thread_number()) & (shelfCount - 1) }

    /// Hands out again what this thread has at hand, and counts it; nil where ``recall(_:_:as:now:isUnchanged:)`` must be
    /// asked, which gives it to hand.
    ///
    /// Only for who asks for the whole, and without a ticket.
    func recallAtHand(
        _ path: CredentialPath, _ minimumValidity: Duration?, as action: AuditAction?, at second: Int64,
        isUnchanged: (StoreMark) -> Bool
    ) -> Credential? {
        shelves[Self.ownShelf].recall(path, minimumValidity, as: action, at: second, isUnchanged: isUnchanged)
    }

    /// Hands out again what serves a request, and counts it; nil if the vault must be read.
    ///
    /// Without an action, whatever kind of entry it is.
    func recall(
        _ key: HandoutKey, _ minimumValidity: Duration?, as action: AuditAction?, now: Date,
        isUnchanged: (StoreMark) -> Bool
    ) -> Credential? {
        state.withLock { state in
            guard let handout = state.slots[key]?.handout, let mark = handout.mark,
                action == nil || action == handout.action,
                handout.serves(minimumValidity, now)
            else { return nil }
            // Last of all: what this says of the store is true at this very moment.
            guard isUnchanged(mark) else { return nil }
            Self.count(1, of: key, in: &state)
            guard key.isPlain,
                let loan = Self.loan(handout, at: mark, to: key.path, minimumValidity, from: now),
                let use = shelves[Self.ownShelf].take(loan)
            else { return handout.credential }
            Self.count(use, in: &state)
            return handout.credential
        }
    }

    /// What is lent for as long as it serves, if that is worth it.
    ///
    /// The time for which a thing serves ends once and does not begin again, so that it serves all the while if it does at
    /// both ends. A clock that is set back to before the loan ends it.
    private static func loan(
        _ handout: Handout, at mark: StoreMark, to path: CredentialPath, _ minimumValidity: Duration?, from now: Date
    ) -> HandoutShelf.Loan? {
        guard handout.serves(minimumValidity, now + TimeInterval(loanSeconds + slackSeconds)) else { return nil }
        let second = now.millisecondsSince1970 / 1000
        return HandoutShelf.Loan(
            path: path, credential: handout.credential.apart(), action: handout.action, mark: mark,
            minimumValidity: minimumValidity, seconds: second..<second + loanSeconds)
    }

    /// Changes what is remembered, once nobody has anything of it at hand.
    private func changing<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            for number in 0..<Self.shelfCount {
                for use in shelves[number].empty() { Self.count(use, in: &state) }
            }
            return body(&state)
        }
    }

    /// Counts a hand-out that was read from the vault again, if its version was recorded before and nothing has
    /// changed since its mark.
    ///
    /// - Returns: whether it needs no event.
    func isRepeated(_ handout: Handout, isUnchanged: (StoreMark) -> Bool) -> Bool {
        changing { state in
            guard let mark = handout.mark, let slot = state.slots[handout.key],
                slot.handout.repeats(handout), isUnchanged(mark)
            else { return false }
            state.slots[handout.key]?.handout = handout.holding(slot.handout.credential.value)
            Self.count(1, of: handout.key, in: &state)
            return true
        }
    }

    /// Remembers a hand-out whose event was written, and forgets the longest unused one where there is no room.
    ///
    /// What can't be held in guarded memory is not remembered.
    func keep(_ handout: Handout) {
        changing { state in
            let key = handout.key
            if state.slots[key] == nil, state.slots.count >= Self.capacity,
                let oldest = state.slots.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                Self.forget(oldest, in: &state)
            }
            // Another task may have recorded the same version meanwhile; its counts go on.
            var same = state.slots[key]
            if let slot = same, !slot.handout.repeats(handout) {
                Self.forget(key, in: &state)
                same = nil
            }
            let held = same?.handout.credential.value
            guard let value = held ?? (try? GuardedValue(copying: handout.credential.value))?.secret else { return }
            state.uses += 1
            state.slots[key] = Slot(
                handout: handout.holding(value), repeats: same?.repeats ?? 0, lastUse: state.uses)
        }
    }

    /// Takes the counts that are to be recorded now: of what is forgotten, and of `path` if it has another version.
    func takeCounts(before handout: Handout) -> [Repeats] {
        changing { state in
            let key = handout.key
            if let slot = state.slots[key], !slot.handout.repeats(handout) { Self.forget(key, in: &state) }
            defer { state.unrecorded = [] }
            return state.unrecorded
        }
    }

    /// Forgets a value, whatever it was narrowed to; its count is kept.
    func forget(_ value: Secret, at path: CredentialPath) {
        changing { state in
            for (key, slot) in state.slots where key.path == path && slot.handout.credential.value == value {
                Self.forget(key, in: &state)
            }
        }
    }

    /// Takes every count, and forgets everything.
    func takeAll() -> [Repeats] {
        changing { state in
            for key in state.slots.keys.sorted(by: { $0.path < $1.path }) { Self.forget(key, in: &state) }
            defer { state.unrecorded = [] }
            return state.unrecorded
        }
    }

    /// Puts back counts that could not be recorded.
    func restore(_ counts: [Repeats]) {
        state.withLock { $0.unrecorded.insert(contentsOf: counts, at: 0) }
    }

    private static func count(_ number: Int, of key: HandoutKey, in state: inout State) {
        guard let index = state.slots.index(forKey: key) else { return }
        state.uses += 1
        state.slots.values[index].repeats += number
        state.slots.values[index].lastUse = state.uses
    }

    private static func count(_ use: HandoutShelf.Use, in state: inout State) {
        count(use.count, of: HandoutKey(path: use.path, narrowing: nil, ticket: nil), in: &state)
    }

    private static func forget(_ key: HandoutKey, in state: inout State) {
        guard let slot = state.slots.removeValue(forKey: key), slot.repeats > 0 else { return }
        state.unrecorded.append(
            Repeats(
                path: key.path, action: slot.handout.action, version: slot.handout.credential.version,
                count: slot.repeats, narrowing: key.narrowing, ticket: key.ticket))
    }
}
