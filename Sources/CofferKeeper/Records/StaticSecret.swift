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
    /// The rotation that the pending value belongs to.
    var pendingRotation: String?
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
        pendingRotation = entry.issue?.text(SecretRecord.pendingRotation)
        valueRotation = entry.issue?.text(SecretRecord.valueRotation)
    }

    /// Whether a rotation has begun to work on it and not put another value in force.
    var isBeingReplaced: Bool { taintRotation != nil || pendingRotation != nil }

    /// Whether nobody gets the value.
    var isHeld: Bool { taintStrength == .hold }

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
        draft.traced = traced
        return draft
    }
}
