// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation

/// A static secret as the keeper reads and writes it: the fields of an entry of kind ``EntryKind/secret``.
///
/// The taint stands in the use tier, since readers must obey it; what only a rotation needs stands in the issue tier.
struct StaticSecret {
    /// The value in force.
    var value: Secret
    /// When another value came into force; nil to leave what is stored.
    var storedAt: Date?
    /// What a taint does to hand-outs; nil if the value is not known to have leaked.
    var taintStrength: TaintStrength?
    /// The rotation that set the taint.
    var taintRotation: String?
    /// A new value that is sealed and not in force yet.
    var pending: Secret?
    /// Whether the pending value was refused where it is used: the next one must be another.
    var pendingWasRefused: Bool
    /// The rotation that has begun to replace the value; a pending one belongs to it.
    var pendingRotation: String?
    /// The value before, kept until it is ended, where a program ends it.
    var retired: Secret?
    /// Values of abandoned rotations, and refused ones: they may be in force where they come from, and nobody needs them.
    var unwanted: [Secret]
    /// The rotation that put the present value in force.
    var valueRotation: String?

    private let entry: Entry

    /// Reads the record of a secret's entry.
    ///
    /// - Throws: ``VaultError/damaged`` without a value.
    init(_ entry: Entry) throws {
        guard entry.kind == .secret, let value = entry.use[SecretRecord.value] else { throw VaultError.damaged }
        self.entry = entry
        self.value = value
        // One that only a newer program knows is taken for the strictest.
        taintStrength = entry.use.text(SecretRecord.taintStrength).map { TaintStrength(rawValue: $0) ?? .hold }
        taintRotation = entry.use.text(SecretRecord.taintRotation)
        pending = entry.issue?[SecretRecord.pending]
        pendingWasRefused = entry.issue?.integer(SecretRecord.pendingWasRefused) == 1
        pendingRotation = entry.issue?.text(SecretRecord.pendingRotation)
        retired = entry.issue?[SecretRecord.retired]
        unwanted = try entry.issue?[SecretRecord.unwanted].map(AppRecord.secrets) ?? []
        valueRotation = entry.issue?.text(SecretRecord.valueRotation)
    }

    /// Whether a rotation has begun to work on it, and has not put another value in force and ended the old one.
    var isBeingReplaced: Bool { taintRotation != nil || pendingRotation != nil || retired != nil }

    /// Whether nobody gets the value.
    var isHeld: Bool { taintStrength == .hold }

    /// When the value in force was stored, in milliseconds since 1970; 1 where nothing says it.
    var standsSince: Int64 { max(1, entry.use.integer(SecretRecord.storedAt) ?? 1) }

    /// Begins its replacement, and takes over what another rotation left, which was given up.
    ///
    /// - Returns: whether that changed anything.
    mutating func begin(_ rotation: String) -> Bool {
        var isChanged = false
        if let pending, pendingRotation != rotation {
            discard(pending)
            self.pending = nil
            pendingWasRefused = false
        }
        if let retired, valueRotation != rotation {
            discard(retired)
            self.retired = nil
            isChanged = true
        }
        if pendingRotation != rotation, valueRotation != rotation {
            pendingRotation = rotation
            isChanged = true
        }
        return isChanged
    }

    /// Notes that nobody needs a value which may be in force where it comes from.
    mutating func discard(_ value: Secret) {
        guard !unwanted.contains(value) else { return }
        unwanted.append(value)
    }

    /// A draft that replaces the entry with this record.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` if it was read without the issue tier.
    func draft(traced: [TracedSecret] = []) throws -> EntryDraft {
        var draft = try EntryDraft(replacing: entry)
        draft.use[SecretRecord.value] = value
        if let storedAt { draft.use.set(SecretRecord.storedAt, date: storedAt) }
        draft.use[SecretRecord.taintStrength] = taintStrength.map { Secret($0.rawValue) }
        draft.use[SecretRecord.taintRotation] = taintRotation.map { Secret($0) }
        draft.issue[SecretRecord.pending] = pending
        draft.issue[SecretRecord.pendingRotation] = pendingRotation.map { Secret($0) }
        draft.issue[SecretRecord.valueRotation] = valueRotation.map { Secret($0) }
        draft.issue[SecretRecord.pendingWasRefused] = nil
        if pendingWasRefused { draft.issue.set(SecretRecord.pendingWasRefused, integer: 1) }
        draft.issue[SecretRecord.retired] = retired
        draft.issue[SecretRecord.unwanted] = unwanted.isEmpty ? nil : AppRecord.list(unwanted)
        draft.traced = traced
        return draft
    }
}
