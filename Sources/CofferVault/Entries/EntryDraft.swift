// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import Foundation

/// What is to be written at a path.
package struct EntryDraft: Sendable {
    /// What must be there for the write to happen.
    package enum Expectation: Sendable, Equatable {
        /// Nothing.
        case absent
        /// This entry in this version.
        case version(EntryID, UInt64)
    }

    /// The path.
    package var path: CredentialPath
    /// What the entry is.
    package var kind: EntryKind
    /// The use tier's fields.
    package var use: FieldTable
    /// The issue tier's fields.
    package var issue: FieldTable
    /// The due index.
    package var dueAt: Date?
    /// The state index.
    package var state: String?
    /// What must be there.
    package var expectation: Expectation
    /// Secrets to keep fingerprints of.
    package var traced: [TracedSecret]

    /// Makes a draft of a new entry.
    package init(
        _ path: CredentialPath, kind: EntryKind, use: FieldTable, issue: FieldTable = FieldTable(),
        dueAt: Date? = nil, state: String? = nil, expectation: Expectation = .absent, traced: [TracedSecret] = []
    ) {
        self.path = path
        self.kind = kind
        self.use = use
        self.issue = issue
        self.dueAt = dueAt
        self.state = state
        self.expectation = expectation
        self.traced = traced
    }

    /// Makes a draft that replaces `entry`, starting from what it holds.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` for a reader, who can't keep what it can't open.
    package init(replacing entry: Entry) throws(VaultError) {
        guard let issue = entry.issue else {
            throw VaultError(.notPermitted, "this identity may read but not write")
        }
        self.init(
            entry.path, kind: entry.kind, use: entry.use, issue: issue, dueAt: entry.dueAt, state: entry.state,
            expectation: .version(entry.id, entry.version))
    }
}

/// A secret whose fingerprint outlives it.
package struct TracedSecret: Sendable {
    /// What happened to it with this write.
    package enum Change: UInt8, Sendable {
        /// It came in.
        case stored = 1
        /// It was a refresh token and has been used: it is never sent again.
        case spent = 2
    }

    /// The value.
    package let secret: Secret
    /// The tier that holds it.
    package let tier: Tier
    /// The field it stands in.
    package let field: UInt16
    /// What happened.
    package let change: Change

    /// Names a secret.
    package init(_ secret: Secret, tier: Tier, field: UInt16, change: Change = .stored) {
        self.secret = secret
        self.tier = tier
        self.field = field
        self.change = change
    }
}
