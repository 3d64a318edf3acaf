// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation
import Synchronization

/// What this process has handed out: each version's first hand-out is an event, the others are counted.
///
/// It holds the values, in guarded memory, so that a program that asks before each use does not read the vault each time.
/// What decides whether they may be served is the store's change counter, never a length of time.
final class HandoutMemory: Sendable {
    /// How often a version was handed out without an event of its own.
    struct Repeats: Sendable, Equatable {
        let path: CredentialPath
        let action: AuditAction
        let version: Int
        let count: Int
        /// What it was narrowed to.
        var narrowing: TokenNarrowing?
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

    private let state = Mutex(State())

    /// Hands out again what serves a request, and counts it; nil if the vault must be read.
    ///
    /// Without an action, whatever kind of entry it is.
    func recall(
        _ key: HandoutKey, _ minimumValidity: Duration?, as action: AuditAction?, now: Date,
        isUnchanged: (StoreMark) -> Bool
    ) -> Credential? {
        state.withLock { state in
            guard let slot = state.slots[key], let mark = slot.handout.mark,
                action == nil || action == slot.handout.action,
                slot.handout.serves(minimumValidity, now)
            else { return nil }
            // Last of all: what this says of the store is true at this very moment.
            guard isUnchanged(mark) else { return nil }
            Self.count(key, in: &state)
            return slot.handout.credential
        }
    }

    /// Counts a hand-out that was read from the vault again, if its version was recorded before and nothing has
    /// changed since its mark.
    ///
    /// - Returns: whether it needs no event.
    func isRepeated(_ handout: Handout, isUnchanged: (StoreMark) -> Bool) -> Bool {
        state.withLock { state in
            guard let mark = handout.mark, let slot = state.slots[handout.key],
                slot.handout.repeats(handout), isUnchanged(mark)
            else { return false }
            state.slots[handout.key]?.handout = handout.holding(slot.handout.credential.value)
            Self.count(handout.key, in: &state)
            return true
        }
    }

    /// Remembers a hand-out whose event was written, and forgets the longest unused one where there is no room.
    ///
    /// What can't be held in guarded memory is not remembered.
    func keep(_ handout: Handout) {
        state.withLock { state in
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
        state.withLock { state in
            let key = handout.key
            if let slot = state.slots[key], !slot.handout.repeats(handout) { Self.forget(key, in: &state) }
            defer { state.unrecorded = [] }
            return state.unrecorded
        }
    }

    /// Forgets a value, whatever it was narrowed to; its count is kept.
    func forget(_ value: Secret, at path: CredentialPath) {
        state.withLock { state in
            for (key, slot) in state.slots where key.path == path && slot.handout.credential.value == value {
                Self.forget(key, in: &state)
            }
        }
    }

    /// Takes every count, and forgets everything.
    func takeAll() -> [Repeats] {
        state.withLock { state in
            for key in state.slots.keys.sorted(by: { $0.path < $1.path }) { Self.forget(key, in: &state) }
            defer { state.unrecorded = [] }
            return state.unrecorded
        }
    }

    /// Puts back counts that could not be recorded.
    func restore(_ counts: [Repeats]) {
        state.withLock { $0.unrecorded.insert(contentsOf: counts, at: 0) }
    }

    private static func count(_ key: HandoutKey, in state: inout State) {
        state.uses += 1
        state.slots[key]?.repeats += 1
        state.slots[key]?.lastUse = state.uses
    }

    private static func forget(_ key: HandoutKey, in state: inout State) {
        guard let slot = state.slots.removeValue(forKey: key), slot.repeats > 0 else { return }
        state.unrecorded.append(
            Repeats(
                path: key.path, action: slot.handout.action, version: slot.handout.credential.version,
                count: slot.repeats, narrowing: key.narrowing))
    }
}
